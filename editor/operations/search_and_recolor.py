"""Recolor: a thing that is named in words takes on another colour."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.operations.parameters import NEGATIVE_PROMPT, SEED, VARIATIONS, prompt, search
from editor.operations.whole import WholePictureOperation


class SearchAndRecolor(WholePictureOperation):
    """Finds by words, colours by words."""

    operation = Operation.SEARCH_AND_RECOLOR
    summary = "give another color to a thing that you name"
    parameters = (
        search("the thing to find, in words", missing="Name the thing that is to be recolored, such as “the dress”."),
        prompt("its new color, in words", missing="Describe the new color, such as “dark green”."),
        NEGATIVE_PROMPT,
        SEED,
        VARIATIONS,
    )
