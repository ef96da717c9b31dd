"""The slice of the program that answers: stages, state, effects, artefacts, contrast."""
