"""Ptychographic reconstruction with a physics-informed network, PyTorch Lightning side."""
