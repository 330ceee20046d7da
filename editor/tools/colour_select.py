"""Selects one colour wherever it is."""

from __future__ import annotations

from editor.tools.colour_selection import ColourSelection


class ColourSelect(ColourSelection):
    """All pixels of the picture that are like the clicked one."""

    id = "colour_select"
    caption = "Select by color"
    key = "Shift+W"
    icon = "palette"
    hint = "Click on a color: it is masked wherever the picture has it."
    everywhere = True
