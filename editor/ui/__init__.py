"""The window. Thin: it arranges, paints and translates; the work is done below."""
