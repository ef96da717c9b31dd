"""Published call-graph suites: our graph in their names, and its score."""
