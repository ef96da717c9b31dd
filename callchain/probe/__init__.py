"""What is loaded into the target's process; standard library and the engine's package only."""
