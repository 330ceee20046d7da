"""Upscale: the same picture with more pixels."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.domain.samples import bits
from editor.operations.base import EditInput, EditOperation, NewPicture
from editor.operations.parameters import NEGATIVE_PROMPT, SEED, Parameter, ParameterKind, prompt

SCALE = Parameter(
    name="scale",
    kind=ParameterKind.NUMBER,
    label="Scale",
    help="how many times wider and higher (default 4)",
    default=4.0,
    least=1,
    most=16,
)
MODE = Parameter(
    name="mode",
    kind=ParameterKind.CHOICE,
    label="Mode",
    help="fast: clean and quick (default); conservative: faithful; creative: invents detail",
    default=UpscaleMode.FAST,
    choices=tuple(UpscaleMode),
)


class Upscale(EditOperation):
    """Colours come from the platform; transparency, where the picture has any, is enlarged here."""

    operation = Operation.UPSCALE
    summary = "enlarge the picture"
    parameters = (SCALE, MODE, prompt("what is to be seen, where a model wants words"), NEGATIVE_PROMPT, SEED)

    def require(self, document: Document, options: EditOptions) -> None:
        """Besides the parameters, the result must have more pixels than the picture."""
        super().require(document, options)
        if self.result_size(document.size, options) == document.size:
            raise InputError(f"A scale of {options.scale:g} leaves the picture as it is. Give a larger one.")

    def result_size(self, size: tuple[int, int], options: EditOptions) -> tuple[int, int]:
        """Both sides times the scale, to the nearest pixel."""
        return round(size[0] * options.scale), round(size[1] * options.scale)

    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[NewPicture, ...]:
        """A larger picture."""
        from editor.imaging.exchange import incoming
        from editor.imaging.extend import enlarged_with
        from editor.imaging.result_check import good_pictures

        alpha = source.pixels.read(source.hole)[..., 3]
        return tuple(
            NewPicture(enlarged_with(alpha, incoming(image, source.metadata, depth=bits(alpha))))
            for image in good_pictures(request, result)
        )
