"""What the operations with a mask share: a crop with context goes out, a layer of the hole's size comes back."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.layer import Layer
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import bits
from editor.imaging.compose import laid_over
from editor.imaging.crop import ANY_ROOM, Room, context_region
from editor.operations.base import Blended, EditInput, EditOperation


class MaskedOperation(EditOperation):
    """Changes what the effective mask covers; outside it every pixel stays as it was, to the bit."""

    nothing_masked: ClassVar[str]
    """The sentence for a document without a mask."""

    def require(self, document: Document, options: EditOptions) -> None:
        """Besides the parameters, something must be masked."""
        super().require(document, options)
        if not document.effective.bounds:
            raise InputError(self.nothing_masked)

    def place(self, document: Document) -> Rect:
        """Around the effective mask."""
        return document.effective.bounds

    def build_request(self, source: EditInput, *, room: Room = ANY_ROOM) -> EditRequest:
        """The crop around the hole, and its mask."""
        from editor.imaging.exchange import outgoing

        if source.mask is None:
            raise ValueError(f"{self.operation} needs the mask of its document")
        region = context_region(source.hole, source.pixels.rect, context=source.options.context, room=room)
        return EditRequest(
            operation=self.operation,
            image=outgoing(source.pixels.read(region), source.metadata.icc_profile),
            mask=source.mask.read(region),
            region=region,
            options=source.options,
        )

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Blended, ...]:
        """Layers that hold only the hole's rectangle, and that rectangle with each of them over it.

        A picture that came back beside its place is moved, and the platform's own tone is taken out of it.
        """
        from editor.imaging.exchange import incoming
        from editor.imaging.fitting import fitted_patch
        from editor.imaging.result_check import good_pictures

        inside = source.hole.moved(-request.region.x, -request.region.y)
        coverage = request.mask[inside.slices].copy()
        before = source.pixels.read(source.hole)
        results = []
        for image in good_pictures(request, result):
            fitted = fitted_patch(
                request.image, image, request.mask, depth=bits(before), continues=not source.options.prompt.strip()
            )
            colours = incoming(
                np.ascontiguousarray(fitted.image[inside.slices]),
                source.metadata,
                depth=bits(before),
                origin=(source.hole.x, source.hole.y),
            )
            layer = Layer(self.operation.caption, source.hole, colours, coverage)
            results.append(Blended(layer, laid_over(before, layer), fitted.metrics))
        return tuple(results)
