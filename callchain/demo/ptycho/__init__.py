"""Ptychographic reconstruction with a physics-informed network, TensorFlow side.

The packages of this side share one dictionary of parameters, `ptycho.params.cfg`. Fill it before importing
`ptycho.model`: that module builds its networks while it is being imported.
"""
