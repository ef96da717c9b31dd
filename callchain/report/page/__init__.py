"""What the interactive page shows, made ready for its scripts and templates."""
