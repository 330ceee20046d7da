"""Whether a catalogue's entry makes sense: what a table's types cannot say, and an edit would stumble over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType

from editor.domain.kinds import Operation, Way
from editor.platforms.model import FactorField, Limits, Model
from editor.platforms.orders.words import PLACEHOLDERS, placeholders

_NEEDED: Mapping[Way, tuple[str, ...]] = MappingProxyType(
    {
        Way.MASK: ("mask_field",),
        Way.PADDING: ("mask_field",),
        Way.MASK_BY_WORDS: ("mask_field", "finder"),
    }
)
_BY_WORDS = (Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR)
_SERVED: Mapping[Way, tuple[Operation, ...]] = MappingProxyType(
    {
        Way.MASK: (Operation.ERASE, Operation.INPAINT),
        Way.MASK_BY_WORDS: _BY_WORDS,
        Way.WHOLE_PICTURE: (Operation.ERASE, Operation.INPAINT, *_BY_WORDS, Operation.REPLACE_BACKGROUND),
        Way.CUT_OUT: (Operation.REMOVE_BACKGROUND,),
        Way.PADDING: (Operation.OUTPAINT,),
        Way.EXTENSION: (Operation.OUTPAINT,),
        Way.ENLARGEMENT: (Operation.UPSCALE,),
    }
)


def check_model(model: Model, operation: Operation) -> None:
    """Raise ValueError, with the end of a sentence, where ``model`` cannot do ``operation`` as it is written."""
    if operation not in _SERVED[model.way]:
        raise ValueError(f"the way “{model.way}” does not serve “{operation}”")
    for name in _NEEDED.get(model.way, ()):
        if not getattr(model, name):
            raise ValueError(f"the way “{model.way}” needs “{name}”")
    if model.way is Way.EXTENSION and model.sides is None and model.canvas is None:
        raise ValueError(f"the way “{model.way}” needs “sides” or “canvas”")
    _check_fields(model)
    if model.finder is not None:
        _check_fields(model.finder)


def _check_fields(model: Model) -> None:
    for text in model.texts:
        unknown = [name for name in placeholders(text.template) if name not in PLACEHOLDERS]
        if unknown:
            raise ValueError(f"“texts”: there is nothing called “{{{unknown[0]}}}”; use {', '.join(PLACEHOLDERS)}")
    if model.seed is not None and model.seed.least > model.seed.most:
        raise ValueError("“seed”: “least” is above “most”")
    for name, value in _counted(model):
        if value is not None and value <= 0:
            raise ValueError(f"{name} must be above 0")


def _counted(model: Model) -> Iterator[tuple[str, float | None]]:
    """Everything that must be above 0, with its place."""
    yield "“tiles”", model.tiles
    yield "“deadline”", model.deadline
    yield "“count”: “most”", None if model.count is None else model.count.most
    yield "“sides”: “most”", None if model.sides is None else model.sides.most
    if model.canvas is not None:
        yield "“canvas”: “most_side”", model.canvas.most_side
        yield "“canvas”: “most_pixels”", model.canvas.most_pixels
    for name in (field.name for field in fields(Limits)):
        yield f"“limits”: “{name}”", getattr(model.limits, name)
    if model.factor is not None:
        yield from _factors(model.factor)


def _factors(factor: FactorField) -> Iterator[tuple[str, float | None]]:
    for name in ("fixed", "pixels", "least", "most"):
        yield f"“factor”: “{name}”", getattr(factor, name)
    for choice in factor.choices:
        yield "“factor”: “choices”", choice
