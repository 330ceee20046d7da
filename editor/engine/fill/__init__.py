"""Filling holes in pictures from what surrounds them."""
