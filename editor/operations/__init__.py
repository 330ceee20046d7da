"""One AI edit of the user a file: its declared parameters, from document to request, from result to picture."""
