"""Replace background: the subject stays, what is behind it is new, by words, a colour or a picture."""

from __future__ import annotations

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.operations.parameters import (
    DROP,
    EDGE,
    KEEP,
    NEGATIVE_PROMPT,
    SEED,
    VARIATIONS,
    Parameter,
    ParameterKind,
    prompt,
)
from editor.operations.remove_background import require_strokes
from editor.operations.whole import WholePictureOperation

BACKGROUND = Parameter(
    name="background",
    kind=ParameterKind.BACKGROUND,
    label="Background",
    help="a color (#rrggbb or a name) or a picture file, instead of or beside words",
)
NO_BACKGROUND = "Say what is to be behind the subject: describe it in words, or give a color or a picture."


class ReplaceBackground(WholePictureOperation):
    """Fills what was transparent, too: behind a cut-out subject there is a background afterwards."""

    operation = Operation.REPLACE_BACKGROUND
    summary = "put another background behind the subject, and light it to match"
    parameters = (
        prompt("the new background, in words"),
        BACKGROUND,
        EDGE,
        KEEP,
        DROP,
        NEGATIVE_PROMPT,
        SEED,
        VARIATIONS,
    )
    fills_transparency = True

    def require(self, document: Document, options: EditOptions) -> None:
        """Words or a background must be there."""
        super().require(document, options)
        require_strokes(document, options)
        if not options.prompt.strip() and options.background is None:
            raise InputError(NO_BACKGROUND)
