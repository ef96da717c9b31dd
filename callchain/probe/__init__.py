"""What is loaded into the target's process: bootstrap, engines, recorder, taps, snapshots, effects.

It is loaded by file path under a private name, so it works where `callchain` is not installed, and it uses the
standard library and the engine's package only.
"""
