"""One AI edit of the user a file: from document to request, from result to layer."""
