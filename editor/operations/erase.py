"""Erase: what the mask covers is removed and filled from its surroundings."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.operations.masked import MaskedOperation
from editor.operations.parameters import AREAS, CONTEXT, SEED, VARIATIONS

WHOLLY = 255
EVERYTHING_MASKED = "The mask covers the whole picture: nothing is left to fill it from. Leave a part unmasked."


class Erase(MaskedOperation):
    """Removes a thing."""

    operation = Operation.ERASE
    summary = "remove what the mask covers, filled from its surroundings"
    parameters = (CONTEXT, AREAS, SEED, VARIATIONS)
    nothing_masked = "Paint over what you want to remove, then press Erase."

    def require(self, document: Document, options: EditOptions) -> None:
        """Besides, something must be left to fill from: a run would be paid for nothing."""
        super().require(document, options)
        if int(document.effective.array.min()) == WHOLLY:
            raise InputError(EVERYTHING_MASKED)
