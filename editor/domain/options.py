"""What the user chose for an edit besides the picture and the mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import InputError
from editor.domain.kinds import Areas, Context, Edge, UpscaleMode

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]
"""Red, green and blue, 0–255, in sRGB."""
PICTURE = "picture"
"""Stands in a receipt for a picture that was used as background."""
STROKES = "strokes"
"""Stands in a receipt for strokes over what belongs to the subject and what does not."""
_STROKES = ("keep", "drop")


def _no_models() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """By how many pixels a picture grows on each side."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0

    def __bool__(self) -> bool:
        return any((self.left, self.right, self.up, self.down))

    def grown(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of a picture of ``size`` once it is extended."""
        return size[0] + self.left + self.right, size[1] + self.up + self.down


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditOptions:
    """The values of an operation's parameters; those that an operation does not declare are left as they are.

    ``search`` names what is looked for, in words. ``seed`` is None where the platform may choose. ``variations`` is
    how many results are asked for. ``scale`` is how many times an enlargement is to be wider and higher.
    ``background`` is a colour, a picture of (height, width, 3) uint8 sRGB, or None where ``prompt`` describes it.
    ``context`` is how much around a mask is sent along, ``areas`` whether separate masked areas are one edit.
    ``edge`` is what a cut-out's outline is like; ``keep`` and ``drop`` are the user's strokes over what belongs to the
    subject and what does not, (height, width) uint8 of the picture's size, marked where they are above 0.
    ``models`` names one model by platform id, which then is the only one tried there.
    """

    prompt: str = ""
    negative_prompt: str = ""
    search: str = ""
    seed: int | None = None
    variations: int = 1
    expansion: Expansion = Expansion()
    scale: float = 4.0
    mode: UpscaleMode = UpscaleMode.FAST
    context: Context = Context.AUTO
    areas: Areas = Areas.AUTO
    background: Colour | Pixels | None = None
    edge: Edge = Edge.SOFT
    keep: Pixels | None = None
    drop: Pixels | None = None
    models: Mapping[str, str] = field(default_factory=_no_models)

    def as_dict(self) -> dict[str, Any]:
        """What differs from the defaults, as plain JSON values; of a picture and strokes only that there were any."""
        default = EditOptions()
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        changed = {name: value for name, value in values.items() if _differs(value, getattr(default, name))}
        if "expansion" in changed:
            changed["expansion"] = asdict(self.expansion)
        if "models" in changed:
            changed["models"] = dict(self.models)
        if "background" in changed:
            changed["background"] = list(self.background) if isinstance(self.background, tuple) else PICTURE
        return changed | {name: STROKES for name in _STROKES if name in changed}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> EditOptions:
        """The options that :meth:`as_dict` wrote down. What this version does not know is left out.

        Raises InputError where a background picture or strokes were used, which are not written down, and for nonsense.
        """
        if record.get("background") == PICTURE:
            raise InputError("The edit used a picture as background, which its receipt does not hold. Choose it again.")
        if any(name in record for name in _STROKES):
            raise InputError("The edit followed strokes, which its receipt does not hold. Paint them again.")
        try:
            return cls(**{one.name: _read(one.name, record[one.name]) for one in fields(cls) if one.name in record})
        except (TypeError, ValueError, AttributeError) as error:
            raise InputError("The choices in the receipt cannot be read.", detail=str(error)) from error

    @property
    def texts(self) -> tuple[str, ...]:
        """The user's own words, which no log and no message may repeat."""
        return tuple(text for text in (self.prompt, self.negative_prompt, self.search) if text)


def _differs(value: object, default: object) -> bool:
    return isinstance(value, np.ndarray) or value != default


def _read(name: str, value: Any) -> Any:
    readers: dict[str, Callable[[Any], Any]] = {
        "expansion": lambda sides: Expansion(**{side: int(pixels) for side, pixels in sides.items()}),
        "scale": float,
        "mode": UpscaleMode,
        "context": Context,
        "areas": Areas,
        "edge": Edge,
        "background": lambda colour: (int(colour[0]), int(colour[1]), int(colour[2])),
        "models": lambda models: MappingProxyType({str(platform): str(model) for platform, model in models.items()}),
        "seed": int,
        "variations": int,
    }
    return readers.get(name, str)(value)
