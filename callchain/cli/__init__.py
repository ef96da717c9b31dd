"""The command line: a thin face without logic."""
