"""The frozen records of the project's words; every other room speaks in them."""
