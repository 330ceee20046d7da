"""The headless commands, over the same session as the window."""
