"""Inpaint: what the mask covers is painted anew, after the user's words."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.operations.masked import MaskedOperation
from editor.operations.parameters import AREAS, CONTEXT, NEGATIVE_PROMPT, SEED, VARIATIONS, prompt


class Inpaint(MaskedOperation):
    """Puts something else where the mask is. Without words the surroundings go on, as far as a platform does that."""

    operation = Operation.INPAINT
    summary = "paint anew what the mask covers, after your words"
    parameters = (
        prompt("what is to be seen there; without it the surroundings go on"),
        NEGATIVE_PROMPT,
        CONTEXT,
        AREAS,
        SEED,
        VARIATIONS,
    )
    nothing_masked = "Paint over what is to change, then press Inpaint."
    brings_colour = True
