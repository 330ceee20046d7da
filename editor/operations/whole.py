"""What the operations by words share: the whole picture goes out, and one of the same size comes back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.kept import Kept
from editor.domain.layer import Layer, Whole
from editor.domain.metadata import Metadata
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import Pixels, Samples, bits, full
from editor.imaging.compose import laid_over
from editor.imaging.effective_mask import bounds
from editor.operations.base import Blended, EditInput, EditOperation, WholeResult


def relaid(whole: WholeResult, coverage: Pixels, *, before: Samples, metadata: Metadata) -> Blended:
    """``whole`` over the picture through another mask: what it covers, and no other pixel, shows the result.

    ``before`` is the document without the result, (h, w, 4) BGRA, and ``coverage`` of its size. Blocks; for a worker.
    """
    from editor.imaging.exchange import incoming, outgoing
    from editor.imaging.seam import mended

    changed = bounds(coverage) or Rect(0, 0, 1, 1)
    part, depth = changed.slices, bits(before)
    image: Samples = whole.image
    metrics: Mapping[str, object] = {}
    if not whole.exact:
        repair = mended(outgoing(before, metadata.icc_profile), whole.image, coverage, depth=depth)
        image, metrics = repair.image, repair.metrics
    colours = incoming(np.ascontiguousarray(image[part]), metadata, depth=depth, origin=(changed.x, changed.y))
    alpha = None
    if whole.opaque:
        alpha = np.where(coverage[part] > 0, before.dtype.type(full(before)), before[part][..., 3])
    more = Whole(Kept(whole.image), Kept(whole.coverage), exact=whole.exact, opaque=whole.opaque)
    layer = Layer(whole.name, changed, colours, np.ascontiguousarray(coverage[part]), alpha, whole=more)
    return Blended(layer, laid_over(before[part], layer), {**whole.metrics, **metrics}, whole)


class WholePictureOperation(EditOperation):
    """Changes the picture where the result does; what a platform left as it was stays so to the bit, though it was
    encoded, moved or tinted on the way. The picture's transparency is kept."""

    brings_colour = True
    fills_transparency = False
    """Whether what was transparent is part of what changes, and opaque afterwards."""

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Blended, ...]:
        """Layers that reach as far as there are changes, each with the whole picture that it was taken from."""
        from editor.imaging.result_check import good_pictures

        before = source.pixels.read(source.hole)
        results = []
        for image in good_pictures(request, result):
            whole = self._whole(request, image, before)
            results.append(relaid(whole, whole.coverage, before=before, metadata=source.metadata))
        return tuple(results)

    def _whole(self, request: EditRequest, image: Pixels, before: Samples) -> WholeResult:
        from editor.imaging.difference import difference_of

        found = difference_of(request.image, image)
        coverage, opaque = found.coverage, False
        transparent = before[..., 3] < full(before)
        if self.fills_transparency and transparent.any():
            coverage, opaque = np.where(transparent, np.uint8(255), coverage), True
        return WholeResult(
            name=self.operation.caption,
            image=found.image,
            coverage=coverage,
            exact=found.exact,
            opaque=opaque,
            metrics=found.metrics,
        )
