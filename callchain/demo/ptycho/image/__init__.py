"""Work on reconstructed images."""
