"""Makes pictures of their own out of results: of another size, and further variations. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.document import Document
from editor.domain.raster import Pixels, Snapshot
from editor.imaging.picture import Picture
from editor.operations.base import Finished, NewPicture
from editor.ui.edit_words import result_name

if TYPE_CHECKING:
    from editor.session import FinishedEdit


def apart(finished: FinishedEdit) -> tuple[int, ...]:
    """The numbers, counted from 1, of the results that become pictures of their own: all but a first one that is laid
    over the picture it was made of."""
    first = 1 if isinstance(finished.results[0], NewPicture) else 2
    return tuple(range(first, len(finished.results) + 1))


def result_pictures(finished: FinishedEdit, numbers: Sequence[int], before: Snapshot) -> list[Picture]:
    """Pictures of the results with these ``numbers``; blocks.

    ``before`` is the edited document's pixels without any of the results. Each picture's first step holds the receipt,
    and none is saved yet.
    """
    return [_picture(finished, number, before) for number in numbers]


def _picture(finished: FinishedEdit, number: int, before: Snapshot) -> Picture:
    old, operation = finished.document, finished.receipt.operation
    document = Document(
        _whole(finished.results[number - 1], before),
        name=result_name(operation, old.name, number),
        metadata=replace(old.metadata, notes=()),
        grow=old.grow,
        feather=old.feather,
    )
    first = document.history.current
    first.label, first.receipt = operation.caption, finished.receipt
    document.modified = True
    return Picture.of(document)


def _whole(result: Finished, before: Snapshot) -> Pixels:
    if isinstance(result, NewPicture):
        return np.require(result.pixels, requirements=["C", "W"])
    pixels = np.array(before.read(before.rect))
    pixels[result.layer.rect.slices] = result.pixels
    return pixels
