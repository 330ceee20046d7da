"""Selects what hangs together in nearly one colour."""

from __future__ import annotations

from editor.tools.colour_selection import ColourSelection


class MagicWand(ColourSelection):
    """From the clicked pixel to its neighbours, as far as their colours are like its own."""

    id = "magic_wand"
    caption = "Magic wand"
    key = "W"
    icon = "wand-sparkles"
    hint = "Click on a color: what hangs together in nearly the same one is masked."
    everywhere = False
