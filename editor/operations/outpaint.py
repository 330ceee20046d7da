"""Outpaint: the picture grows, and what lies beyond its edge is painted."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import bits
from editor.operations.base import EditInput, EditOperation, NewPicture
from editor.operations.parameters import NEGATIVE_PROMPT, SEED, SIDES, VARIATIONS, Parameter, ParameterKind, prompt

MOST_PIXELS = 20_000
"""By how much a side may be extended; what a platform takes is less, and its own affair."""
NOWHERE = "Say by how many pixels the picture is to grow: to the left, right, up or down."

_SIDES = tuple(
    Parameter(
        name=side,
        kind=ParameterKind.INTEGER,
        label=side.capitalize(),
        help="by how many pixels to extend on this side",
        default=0,
        least=0,
        most=MOST_PIXELS,
    )
    for side in SIDES
)


class Outpaint(EditOperation):
    """Lays the old picture back exactly over what a platform made of it, but for a narrow ramp along the old edge."""

    operation = Operation.OUTPAINT
    summary = "extend the picture beyond its edge"
    parameters = (*_SIDES, prompt("what is to be seen there, in words"), NEGATIVE_PROMPT, SEED, VARIATIONS)
    brings_colour = True

    def require(self, document: Document, options: EditOptions) -> None:
        """Besides the parameters, at least one side must grow."""
        super().require(document, options)
        if not options.expansion:
            raise InputError(NOWHERE)

    def result_size(self, size: tuple[int, int], options: EditOptions) -> tuple[int, int]:
        """The old size and what is added on every side."""
        return options.expansion.grown(size)

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[NewPicture, ...]:
        """Larger pictures with the old one in them."""
        from editor.imaging.compose import laid_over
        from editor.imaging.exchange import incoming
        from editor.imaging.extend import RAMP, around, with_room
        from editor.imaging.fitting import fitted_extension
        from editor.imaging.result_check import good_pictures

        before = source.pixels.read(source.hole)
        expansion = source.options.expansion
        extended, offset = with_room(before, expansion), (expansion.left, expansion.up)
        results = []
        for image in good_pictures(request, result):
            fitted = fitted_extension(request.image, image, expansion, ramp=RAMP, depth=bits(before))
            colours = incoming(fitted.image, source.metadata, depth=bits(before), origin=(-offset[0], -offset[1]))
            layer = around(self.operation.caption, before, colours, expansion)
            results.append(NewPicture(laid_over(extended, layer), layer, offset, fitted.metrics))
        return tuple(results)
