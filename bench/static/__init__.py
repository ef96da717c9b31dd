"""What it costs to read a code base: ours beside the parsers and the peers."""
