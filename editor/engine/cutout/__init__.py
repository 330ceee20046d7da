"""Cutting subjects out of pictures, to a fraction of a pixel."""
