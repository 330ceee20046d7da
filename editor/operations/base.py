"""What every operation is: declared parameters, a way from a document to a request, and one from a result back.

OpenCV and Pillow are loaded when an edit is begun, not here: the declarations are read before the window shows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.layer import Layer
from editor.domain.metadata import Metadata
from editor.domain.options import EditOptions
from editor.domain.raster import TILE, Snapshot
from editor.domain.request import EditRequest, EditResult, no_metrics, whole_mask
from editor.domain.samples import Pixels, Samples
from editor.imaging.compose import laid_over
from editor.imaging.crop import ANY_ROOM, Room
from editor.operations.parameters import Parameter

MOST_RESULT_PIXELS = 300_000_000
"""What all results of an edit may have together; more would not fit into the memory of an ordinary computer while they
are worked on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditInput:
    """The document as it was when the button was pressed. Close it when the edit has ended.

    ``hole`` is where the result may change the picture: around the effective mask, or the whole picture. ``pixels``
    and ``mask`` are snapshots: they cost nothing until the document is painted on. ``mask`` is None for an operation
    that has none.
    """

    operation: Operation
    pixels: Snapshot[Any]
    mask: Snapshot[np.uint8] | None
    hole: Rect
    metadata: Metadata
    options: EditOptions

    def close(self) -> None:
        """Stop following the document."""
        self.pixels.close()
        if self.mask is not None:
            self.mask.close()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeResult:
    """A returned picture as a whole, from which more or less than the changed part can be taken at any time.

    ``image`` is (h, w, 3) uint8 sRGB, in its place over the document; ``coverage``, (h, w) uint8, is what was found to
    be changed, a mask like any other; ``exact`` tells that the platform laid its change over the picture itself.
    ``opaque`` tells that what it covers has no transparency afterwards. Four bytes a pixel are held.
    """

    name: str
    image: Pixels
    coverage: Pixels
    exact: bool = False
    opaque: bool = False
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return self.image.nbytes + self.coverage.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """A result for the same picture: a layer, and the picture at its place with the layer over it, (height, width, 4)
    BGRA in the document's depth."""

    layer: Layer
    pixels: Samples
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)
    """Figures for the receipt: how it was fitted in."""
    whole: WholeResult | None = None
    """All that came back, where only the changed part of it is laid over the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class NewPicture:
    """A result of another size: the whole picture, (height, width, 4) BGRA in the colours and the depth of the old one.

    Where the old one lies in it unchanged, ``offset`` tells where, and ``layer`` is what was laid around it, in the
    new picture's coordinates. Without a layer everything was made anew.
    """

    pixels: Samples
    layer: Layer | None = None
    offset: tuple[int, int] = (0, 0)
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)
    """Figures for the receipt: how it was fitted in."""


Finished = Blended | NewPicture
"""One result in the document's own colours."""


class EditOperation(ABC):
    """An AI edit the user chooses. Holds no state; everything about one edit is in its :class:`EditInput`."""

    operation: ClassVar[Operation]
    summary: ClassVar[str]
    """What it does, for the command line's help and a tool tip."""
    parameters: ClassVar[tuple[Parameter, ...]]
    makes_transparent: ClassVar[bool] = False
    """Whether the result is useless in a file format without transparency."""
    brings_colour: ClassVar[bool] = False
    """Whether the result may hold colours that nothing in the picture had."""

    def begin(self, document: Document, options: EditOptions) -> EditInput:
        """Freeze what the edit needs; nothing is copied. Raises InputError where something is missing."""
        self.require(document, options)
        return EditInput(
            operation=self.operation,
            pixels=document.pixels.snapshot(),
            mask=document.effective.snapshot() if self.operation.masked else None,
            hole=self.place(document),
            metadata=document.metadata,
            options=options,
        )

    def require(self, document: Document, options: EditOptions) -> None:
        """Raise InputError with a remedy where ``options`` do not make sense for ``document``."""
        for parameter in self.parameters:
            parameter.check(parameter.value_in(options))
        width, height = self.result_size(document.size, options)
        if width * height > max(MOST_RESULT_PIXELS, document.rect.area):
            raise InputError(
                f"The result would be {width} × {height} pixels, more than the {MOST_RESULT_PIXELS // 1_000_000} "
                "million that can be made. Ask for less."
            )
        area = self.place(document).area if self.operation.masked else width * height
        if area * options.variations > max(MOST_RESULT_PIXELS, document.rect.area):
            raise InputError(
                f"{options.variations} results would have {area * options.variations // 1_000_000} million pixels "
                f"together, more than the {MOST_RESULT_PIXELS // 1_000_000} million that can be made. Ask for fewer."
            )

    def place(self, document: Document) -> Rect:
        """Where the result may change the picture."""
        return document.rect

    def result_size(self, size: tuple[int, int], options: EditOptions) -> tuple[int, int]:
        """Width and height of what becomes of a picture of ``size``."""
        return size

    def build_request(self, source: EditInput, *, room: Room = ANY_ROOM) -> EditRequest:
        """What to send: upright 8-bit sRGB without alpha or metadata. Blocks; for a worker.

        ``room`` is what the platform that will be asked first takes without making it smaller.
        """
        from editor.imaging.exchange import outgoing

        region = source.pixels.rect
        image = outgoing(source.pixels.read(region), source.metadata.icc_profile)
        return EditRequest(
            operation=self.operation, image=image, mask=whole_mask(image), region=region, options=source.options
        )

    @abstractmethod
    def commit(self, request: EditRequest, result: EditResult, source: EditInput) -> tuple[Finished, ...]:
        """The results that are good, the first one and its variations, in the document's colours.

        Blocks; for a worker.
        """

    def notes(self, source: EditInput) -> tuple[str, ...]:
        """Sentences about what the document itself makes of the result."""
        if self.brings_colour and source.metadata.greyscale:
            return ("The picture is greyscale, and so is the result.",)
        return ()


def present_pixels(document: Document, blended: Blended, source: EditInput) -> Samples:
    """What to put into the document now: the worker's blend, or a new one where the picture changed meanwhile."""
    rect = blended.layer.rect
    if not any(tile in source.pixels.tiles for tile in rect.tiles(TILE)):
        return blended.pixels
    return laid_over(document.pixels.array[rect.slices], blended.layer)


def as_it_was(source: EditInput, finished: Finished) -> Samples:
    """The whole picture as it was when the edit began, with one result, (height, width, 4) BGRA."""
    if isinstance(finished, NewPicture):
        return finished.pixels
    pixels = source.pixels.read(source.pixels.rect)
    pixels[finished.layer.rect.slices] = finished.pixels
    return pixels


def picture_with(document: Document, finished: Finished) -> Samples:
    """The whole picture with one result, (height, width, 4) BGRA in its depth; the document stays as it is."""
    if isinstance(finished, NewPicture):
        return finished.pixels
    pixels = np.array(document.pixels.array)
    pixels[finished.layer.rect.slices] = finished.pixels
    return pixels
