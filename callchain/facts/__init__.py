"""What one file says alone: definitions, imports, calls, assignments, state."""
