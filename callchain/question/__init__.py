"""The question's words, the ranking of symbols and the choice of entry points."""
