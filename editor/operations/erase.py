"""Erase: what the mask covers is removed and filled from its surroundings."""

from __future__ import annotations

from editor.domain.kinds import Operation
from editor.operations.masked import MaskedOperation
from editor.operations.parameters import SEED, VARIATIONS


class Erase(MaskedOperation):
    """Removes a thing."""

    operation = Operation.ERASE
    summary = "remove what the mask covers, filled from its surroundings"
    parameters = (SEED, VARIATIONS)
    nothing_masked = "Paint over what you want to remove, then press Erase."
