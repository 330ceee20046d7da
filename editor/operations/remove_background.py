"""Cut out: the background becomes transparent, the subject keeps its colours."""

from __future__ import annotations

import numpy as np

from editor.domain.kinds import Operation
from editor.domain.layer import Layer
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import as_deep
from editor.imaging.compose import laid_over
from editor.operations.base import Blended, EditInput, EditOperation


class RemoveBackground(EditOperation):
    """Changes nothing but the picture's transparency, and only towards more of it."""

    operation = Operation.REMOVE_BACKGROUND
    summary = "cut out the subject; the background becomes transparent"
    parameters = ()
    makes_transparent = True

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Blended, ...]:
        """A layer without colours of its own. Raises ValueError for a result that was never checked."""
        if result.alpha is None:
            raise ValueError("a cut-out without alpha")
        before = source.pixels.read(source.hole)
        size = before.shape[:2]
        layer = Layer(
            self.operation.caption,
            source.hole,
            # Views of a single value: they take no memory.
            np.broadcast_to(before.dtype.type(0), (*size, 3)),
            np.broadcast_to(np.uint8(0), size),
            np.minimum(before[..., 3], as_deep(result.alpha, before)),
        )
        return (Blended(layer, laid_over(before, layer)),)
