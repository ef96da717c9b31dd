"""Measurements: what reading and tracing cost beside the peers, and how the call graph fares on published suites."""
