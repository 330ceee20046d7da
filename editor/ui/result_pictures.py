"""Makes pictures of their own out of results of another size. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.document import Document
from editor.imaging.picture import Picture
from editor.operations.base import NewPicture
from editor.ui.edit_words import result_name

if TYPE_CHECKING:
    from editor.session import FinishedEdit


def result_pictures(edits: Sequence[FinishedEdit], names: Mapping[str, str]) -> list[Picture]:
    """Pictures of the results of another size, in order; blocks.

    ``names`` are the platforms' names where pictures are to be told apart by who made them. Each picture's first step
    holds the receipt, and none is saved yet.
    """
    return [
        _picture(edit, result, number, maker=_maker(edit, names))
        for edit in edits
        for number, result in enumerate(edit.results, 1)
        if isinstance(result, NewPicture)
    ]


def _maker(edit: FinishedEdit, names: Mapping[str, str]) -> str:
    served = edit.receipt.served_by
    return "" if served is None else names.get(served.platform, "")


def _picture(finished: FinishedEdit, result: NewPicture, number: int, *, maker: str) -> Picture:
    old, operation = finished.document, finished.receipt.operation
    document = Document(
        np.require(result.pixels, requirements=["C", "W"]),
        name=result_name(operation, old.name, number, maker=maker),
        metadata=replace(old.metadata, notes=()),
        grow=old.grow,
        feather=old.feather,
    )
    # What comes of a picture that must not leave this computer must not leave it either.
    document.stays_here = old.stays_here
    first = document.history.current
    first.label, first.receipt = operation.caption, finished.receipt
    document.modified = True
    return Picture.of(document)
