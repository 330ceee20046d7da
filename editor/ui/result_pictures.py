"""Makes pictures of their own out of results that cannot lie in the picture they were made of. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.document import Document
from editor.imaging.picture import Picture
from editor.operations.base import Finished, as_it_was
from editor.ui.edit_words import result_name

if TYPE_CHECKING:
    from editor.session import FinishedEdit


def result_pictures(
    edits: Sequence[FinishedEdit], names: Mapping[str, str], *, but_first: bool = False
) -> list[Picture]:
    """Pictures of the results, in order, ``but_first`` without the very first of them; blocks.

    ``names`` are the platforms' names where pictures are to be told apart by who made them. Each picture's first step
    holds the receipt, and none is saved yet.
    """
    results = [(edit, result, number) for edit in edits for number, result in enumerate(edit.results, 1)]
    return [_picture(edit, result, number, maker=_maker(edit, names)) for edit, result, number in results[but_first:]]


def _maker(edit: FinishedEdit, names: Mapping[str, str]) -> str:
    served = edit.receipt.served_by
    return "" if served is None else names.get(served.platform, "")


def _picture(finished: FinishedEdit, result: Finished, number: int, *, maker: str) -> Picture:
    old, operation = finished.document, finished.receipt.operation
    document = Document(
        np.require(as_it_was(finished.prepared.source, result), requirements=["C", "W"]),
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
