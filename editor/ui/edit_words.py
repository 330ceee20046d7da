"""The operations in the window's words: tiles, choices, descriptions, what the run button says. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.receipt import Receipt

MOST_QUOTED = 22
"""So many letters of the user's words stand on the run button."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An operation as one of the choices that a tile offers."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the operation grid: its word, its icon, and one or two operations behind it."""

    text: str
    icon: str
    choices: tuple[Choice, ...]

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations behind the tile."""
        return tuple(choice.operation for choice in self.choices)


def _alone(operation: Operation, icon: str) -> Tile:
    return Tile(operation.caption, icon, (Choice(operation, operation.caption),))


TILES = (
    _alone(Operation.ERASE, "eraser"),
    _alone(Operation.INPAINT, "sparkles"),
    Tile(
        "Replace",
        "replace",
        (Choice(Operation.SEARCH_AND_REPLACE, "Replace with…"), Choice(Operation.SEARCH_AND_RECOLOR, "Recolor")),
    ),
    Tile(
        "Cut out",
        "scissors",
        (Choice(Operation.REMOVE_BACKGROUND, "Transparent"), Choice(Operation.REPLACE_BACKGROUND, "New background")),
    ),
    _alone(Operation.OUTPAINT, "expand"),
    _alone(Operation.UPSCALE, "image-upscale"),
)
"""The operation grid, row by row."""

DESCRIPTIONS = MappingProxyType(
    {
        Operation.ERASE: "Removes what is masked and fills the hole.",
        Operation.INPAINT: "Paints what is masked after your words.",
        Operation.SEARCH_AND_REPLACE: "Finds what you name and replaces it.",
        Operation.SEARCH_AND_RECOLOR: "Finds what you name and recolors it.",
        Operation.REMOVE_BACKGROUND: "Makes all but the subject transparent.",
        Operation.REPLACE_BACKGROUND: "Puts something else behind the subject.",
        Operation.OUTPAINT: "Paints on beyond the picture’s edge.",
        Operation.UPSCALE: "Makes a larger picture.",
    }
)
"""One line each."""

_DOING = MappingProxyType(
    {
        Operation.ERASE: "Erasing",
        Operation.INPAINT: "Inpainting",
        Operation.SEARCH_AND_REPLACE: "Replacing",
        Operation.SEARCH_AND_RECOLOR: "Recoloring",
        Operation.REMOVE_BACKGROUND: "Cutting out",
        Operation.REPLACE_BACKGROUND: "Replacing the background",
        Operation.OUTPAINT: "Extending",
        Operation.UPSCALE: "Enlarging",
    }
)

_RESULTS = MappingProxyType({Operation.OUTPAINT: "extended", Operation.UPSCALE: "enlarged"})


def doing_words(operation: Operation) -> str:
    """The operation under way, at the start of a sentence: ``Cutting out``."""
    return _DOING[operation]


def run_words(operation: Operation, options: EditOptions) -> str:
    """What the run button says will happen: ``Replace “red car”``, ``Enlarge ×2``."""
    match operation:
        case Operation.ERASE | Operation.INPAINT:
            return f"{operation.caption} masked area"
        case Operation.SEARCH_AND_REPLACE | Operation.SEARCH_AND_RECOLOR:
            return " ".join([operation.caption, *_quoted(options.search)])
        case Operation.REMOVE_BACKGROUND:
            return "Cut out the subject"
        case Operation.REPLACE_BACKGROUND:
            return "Replace the background"
        case Operation.OUTPAINT:
            return "Extend the picture"
        case Operation.UPSCALE:
            return f"Enlarge ×{options.scale:g}"


def _quoted(words: str) -> tuple[str, ...]:
    shown = " ".join(words.split())
    if len(shown) > MOST_QUOTED:
        shown = f"{shown[: MOST_QUOTED - 1].rstrip()}…"
    return (f"“{shown}”",) if shown else ()


def size_words(size: tuple[int, int]) -> str:
    """What will become of a result that is not as large as its picture."""
    return f"Opens as a new picture of {size[0]} × {size[1]} pixels."


def result_name(operation: Operation, name: str, number: int, *, maker: str = "") -> str:
    """What a result in a picture of its own is called: ``coffee – enlarged``, ``coffee – enlarged, variation 2``.

    ``name`` is the old picture's, with its file's extension or without; ``number`` counts the results of one edit
    from 1; ``maker`` is who made it, where several were asked.
    """
    stem = name[: name.rfind(".")] if 0 < name.rfind(".") >= len(name) - 5 else name
    words = [_RESULTS[operation]] if operation in _RESULTS else []
    if maker:
        words.append(maker)
    if number > 1:
        words.append(f"variation {number}")
    return f"{stem} – {', '.join(words)}" if words else stem


def candidate_title(receipt: Receipt, names: Mapping[str, str]) -> str:
    """Who made a candidate: ``Replicate``."""
    served = receipt.served_by
    return "" if served is None else names.get(served.platform, served.platform)


def apart_words(names: Sequence[str]) -> str:
    """Where results are that became pictures of their own: ``“coffee – enlarged” is open in a tab of its own.``"""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) == 1:
        return f"{quoted[0]} is open in a tab of its own."
    return f"{', '.join(quoted[:-1])} and {quoted[-1]} are open in tabs of their own."
