"""The sections of static.md, in the order in which they are printed."""
