"""The fallback manager: which platforms, in which order, what to do when one fails."""
