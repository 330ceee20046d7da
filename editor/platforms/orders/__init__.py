"""From a request to what one model is sent, and from what it returns to a result. Knows no HTTP and no service."""
