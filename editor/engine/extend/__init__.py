"""The picture continued beyond its frame from what is in it."""
