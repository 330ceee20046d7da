"""Cut out: the background becomes transparent, the subject keeps its colours."""

from __future__ import annotations

import numpy as np

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.layer import Layer
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import Pixels, Samples, as_deep, bits, full
from editor.imaging.compose import laid_over
from editor.operations.base import Blended, EditInput, EditOperation
from editor.operations.parameters import DROP, EDGE, KEEP

OTHER_SIZE = "The strokes are {} × {} pixels, the picture is {} × {}. They must be of one size."


class RemoveBackground(EditOperation):
    """Makes the picture more transparent, never less. Where a pixel shows both subject and background it keeps the
    subject's colour alone; every other pixel keeps its own."""

    operation = Operation.REMOVE_BACKGROUND
    summary = "cut out the subject; the background becomes transparent"
    parameters = (EDGE, KEEP, DROP)
    makes_transparent = True

    def require(self, document: Document, options: EditOptions) -> None:
        """Strokes must be of the picture's size."""
        super().require(document, options)
        require_strokes(document, options)

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Blended, ...]:
        """A layer with the new transparency, and colours along the edge. Raises ValueError for a result that was never
        checked."""
        if result.alpha is None:
            raise ValueError("a cut-out without alpha")
        before = source.pixels.read(source.hole)
        colours, coverage = _edge(request.image, result.alpha, before, source)
        alpha = np.minimum(before[..., 3], as_deep(result.alpha, before))
        layer = Layer(self.operation.caption, source.hole, colours, coverage, alpha)
        return (Blended(layer, laid_over(before, layer)),)


def require_strokes(document: Document, options: EditOptions) -> None:
    """Raise InputError where strokes are not of the picture's size."""
    for strokes in (options.keep, options.drop):
        if strokes is not None and strokes.shape != document.size[::-1]:
            raise InputError(OTHER_SIZE.format(*strokes.shape[::-1], *document.size))


def _edge(image: Pixels, alpha: Pixels, before: Samples, source: EditInput) -> tuple[Samples, Pixels]:
    """Colours, (h, w, 3) BGR as deep as ``before``, and where they are laid over it: in mixed pixels that were
    opaque."""
    from editor.imaging.exchange import incoming
    from editor.imaging.foreground import foreground_colours

    mixed = (alpha > 0) & (alpha < np.uint8(255)) & (before[..., 3] == full(before))
    if not mixed.any():
        # Views of a single value: they take no memory.
        nothing = np.broadcast_to(before.dtype.type(0), (*alpha.shape, 3))
        return nothing, np.broadcast_to(np.uint8(0), alpha.shape)
    subject = foreground_colours(image, alpha)
    subject[~mixed] = 0  # what is never seen is compressed to nothing
    origin = source.hole.x, source.hole.y
    return incoming(subject, source.metadata, depth=bits(before), origin=origin), np.where(mixed, np.uint8(255), 0)
