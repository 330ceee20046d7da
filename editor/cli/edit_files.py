"""The files of an edit: which are read, which are written, and that none is in another's way."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import ImageColor

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.options import Colour, Pixels
from editor.imaging.exchange import outgoing
from editor.operations.registry import operation_of
from editor.session import paint_mask
from editor.storage.flat_reader import read_flat
from editor.storage.picture_reader import read_mask
from editor.storage.picture_writer import FORMATS, format_of

OPAQUE = 255
STROKES = ("keep", "drop")
"""The options that name a picture of strokes."""


@dataclass(frozen=True, kw_only=True)
class EditFiles:
    """Where an edit's pictures and its receipt are. ``targets`` are OUT, and OUT with -2, -3 … for variations,
    or OUT-stability … for a comparison."""

    source: Path
    mask: Path | None
    background: Path | None
    strokes: Mapping[str, Path]
    targets: tuple[Path, ...]
    receipt: Path | None

    @classmethod
    def of(cls, options: Namespace, *, apart: Sequence[str] = ()) -> EditFiles:
        """The files that ``options`` name, with each of the words ``apart`` at the end of OUT where there are any.

        Raises InputError where one would be overwritten by another, or a format cannot hold the result.
        """
        target, background = Path(options.output), getattr(options, "background", None)
        files = cls(
            source=Path(options.input),
            mask=Path(options.mask) if hasattr(options, "mask") else None,
            background=None if background is None or colour_of(background) else Path(background),
            strokes={name: Path(file) for name in STROKES if (file := getattr(options, name, None)) is not None},
            targets=tuple(_worded(target, apart) or _numbered(target, getattr(options, "variations", 1))),
            receipt=None if options.receipt is None else Path(options.receipt),
        )
        files._require_distinct()
        _require_format(Operation(options.operation), target)
        return files

    def _require_distinct(self) -> None:
        read = {"picture itself": self.source, "mask": self.mask, "background": self.background}
        read |= {f"picture of what to {name}": path for name, path in self.strokes.items()}
        for target in self.targets:
            for words, other in read.items():
                if other is not None and _same(target, other):
                    raise InputError(f"“{target}” is the {words}. Give another name for the result.")
        pictures = [path for path in (*read.values(), *self.targets) if path is not None]
        if self.receipt is not None and any(_same(self.receipt, path) for path in pictures):
            raise InputError(f"“{self.receipt}” is one of the pictures. Give another name for the receipt.")

    def document(self, options: Namespace) -> Document:
        """The picture, with its mask where the operation takes one. Raises InputError."""
        if self.mask is None:
            return read_flat(self.source)
        document = read_flat(self.source, grow=options.grow, feather=options.feather)
        paint_mask(document, read_mask(self.mask, document.size))
        if not document.effective.bounds:
            raise InputError(
                f"The mask “{self.mask.name}” marks nothing once its edge is softened by {options.feather} pixels. "
                "Give a smaller --feather."
            )
        return document

    def pictures(self, options: Namespace, size: tuple[int, int]) -> dict[str, Any]:
        """What stands in the other files, by the options that name them; strokes are of ``size``, the picture's width
        and height. Raises InputError."""
        strokes = {name: read_mask(path, size) for name, path in self.strokes.items()}
        return {"background": read_background(getattr(options, "background", None)), **strokes}


def read_background(text: str | None) -> Colour | Pixels | None:
    """The colour that ``text`` names, or else the picture in the file of that name, (height, width, 3) uint8 sRGB.

    Raises InputError where it is neither.
    """
    colour = None if text is None else colour_of(text)
    if text is None or colour is not None:
        return colour
    if not _exists(Path(text)):
        raise InputError(
            f"“{text}” is neither a color nor a picture file. Give #rrggbb, a name such as white, or a file."
        )
    picture = read_flat(Path(text))
    return outgoing(picture.pixels.array, picture.metadata.icc_profile)


def colour_of(text: str) -> Colour | None:
    """The colour that ``text`` names as in CSS (``#rgb``, ``#rrggbb``, ``white``), or None.

    Raises InputError for one that is transparent, or has more of a channel than there can be.
    """
    try:
        channels = ImageColor.getrgb(text)
    except ValueError:
        return None
    if max(channels) > OPAQUE or min(channels) < 0:
        raise InputError(f"“{text}” is beyond what a color can be. Give one as #rrggbb.")
    red, green, blue, *alpha = channels
    if alpha not in ([], [OPAQUE]):
        raise InputError(f"“{text}” is not opaque. Give a color as #rrggbb.")
    return red, green, blue


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # a name that no file can have, a very long one


def _numbered(target: Path, count: int) -> Iterator[Path]:
    yield target
    for number in range(2, count + 1):
        yield target.with_name(f"{target.stem}-{number}{target.suffix}")


def _worded(target: Path, words: Sequence[str]) -> list[Path]:
    return [target.with_name(f"{target.stem}-{word}{target.suffix}") for word in words]


def _require_format(operation: Operation, target: Path) -> None:
    if format_of(target) == "JPEG" and operation_of(operation).makes_transparent:
        others = ", ".join(suffix for suffix, name in FORMATS.items() if name != "JPEG")
        raise InputError(f"“{target}” cannot hold the result: JPEG has no transparency. Use one of {others}.")


def _same(one: Path, other: Path) -> bool:
    """Whether two names stand for one file, which need not exist yet."""
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError, ValueError):
        # What cannot even be looked at is refused where it is opened, in its own words.
        return False
