"""Which files there are, decoded how, at which commit, and where statements stand."""
