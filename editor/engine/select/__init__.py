"""Finding what is meant in pictures: their subject, the thing at a place, the thing in a box."""
