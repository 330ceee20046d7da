"""What the operations by words share: the whole picture goes out, and one of the same size comes back."""

from __future__ import annotations

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import Pixels, Samples, bits, full
from editor.imaging.compose import laid_over
from editor.imaging.effective_mask import bounds
from editor.operations.base import Blended, EditInput, EditOperation


class WholePictureOperation(EditOperation):
    """Changes the picture wherever the result differs; what a platform left as it was stays so to the bit, whatever
    the document's colours. The picture's transparency is kept."""

    brings_colour = True
    fills_transparency = False
    """Whether what was transparent is part of what changes, and opaque afterwards."""

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Blended, ...]:
        """Layers that reach as far as there are changes."""
        from editor.imaging.result_check import good_pictures

        before = source.pixels.read(source.hole)
        return tuple(self._blended(request, image, before, source) for image in good_pictures(request, result))

    def _blended(self, request: EditRequest, image: Pixels, before: Samples, source: EditInput) -> Blended:
        from editor.imaging.exchange import incoming

        coverage = np.where((image != request.image).any(axis=2), np.uint8(255), np.uint8(0))
        alpha = None
        if self.fills_transparency and int(before[..., 3].min()) < full(before):
            coverage[before[..., 3] < full(before)] = 255
            alpha = np.full(coverage.shape, full(before), before.dtype)
        changed = bounds(coverage) or Rect(0, 0, 1, 1)
        part = changed.slices
        layer = Layer(
            self.operation.caption,
            changed.moved(source.hole.x, source.hole.y),
            incoming(
                np.ascontiguousarray(image[part]),
                source.metadata,
                depth=bits(before),
                origin=(changed.x, changed.y),
            ),
            np.ascontiguousarray(coverage[part]),
            None if alpha is None else alpha[part],
        )
        return Blended(layer, laid_over(before[part], layer))
