"""Replace: a thing that is named in words gives way to another one."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.operations.parameters import NEGATIVE_PROMPT, SEED, VARIATIONS, prompt, search
from editor.operations.whole import WholePictureOperation


class SearchAndReplace(WholePictureOperation):
    """Finds by words, paints by words."""

    operation = Operation.SEARCH_AND_REPLACE
    summary = "put something else in the place of a thing that you name"
    parameters = (
        search("the thing to find, in words", missing="Name the thing that is to be replaced, such as “the red car”."),
        prompt("what to put in its place", missing="Describe what is to stand in its place, such as “a blue van”."),
        NEGATIVE_PROMPT,
        SEED,
        VARIATIONS,
    )
