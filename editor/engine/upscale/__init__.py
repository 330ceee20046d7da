"""The same picture with more pixels: faithfully, or cleaned up."""
