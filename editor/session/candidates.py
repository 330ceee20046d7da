"""Several results of one edit for the same picture: what is shown of them, and putting one in another's place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.candidate import Candidate
from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty, HistoryEntry
from editor.domain.layer import Layer
from editor.domain.raster import Snapshot
from editor.domain.samples import Pixels, narrowed
from editor.imaging.compose import laid_over
from editor.operations.base import Blended
from editor.session.edits import FinishedEdit, with_figures

THUMBNAIL = (176, 132)
"""The most that a candidate's small picture is wide and high, in pixels."""
MARGIN = 0.35
"""How much of the surroundings is shown at every side, as a share of the changed part."""


def candidates_of(edits: Iterable[FinishedEdit], document: Document) -> tuple[Candidate, ...]:
    """The results of ``edits`` that fit over ``document``, which holds none of them yet; () where fewer than two do.

    Takes a few milliseconds each, however large the picture is.
    """
    results = [(edit, result) for edit in edits for result in edit.results if isinstance(result, Blended)]
    if len(results) < 2:
        return ()
    region = _region([result for _, result in results], document.rect)
    return tuple(
        Candidate(result.layer, with_figures(edit.receipt, result), _small(document, result, region))
        for edit, result in results
    )


def small_picture(before: Snapshot[Any], layer: Layer, around: Rect) -> Pixels:
    """What ``layer`` makes of ``before`` at ``around`` and a little beside it. Only the pixels that are needed are
    read."""
    region = _around(around, before.rect)
    step = _step(region)
    rows, columns = np.arange(region.y, region.bottom, step), np.arange(region.x, region.right, step)
    picture = np.stack([before.read(Rect(region.x, int(row), region.width, 1))[0, ::step] for row in rows])
    inside, part = _shared(rows, columns, layer.rect)
    sparse = Layer(layer.name, layer.rect, *(kept.array[part] for kept in layer.kept()))
    picture[inside] = laid_over(picture[inside], sparse)
    return _fitted(narrowed(picture))


def choose_candidate(document: Document, entry: HistoryEntry, place: int) -> Dirty:
    """Put the candidate of ``entry`` at ``place`` into the picture, as the same step; ValueError where a later step
    lies on top."""
    return document.choose(entry, place, laid_over)


def _region(results: Sequence[Blended], whole: Rect) -> Rect:
    """Around all that any of the results changes, with some of what is beside it, in a small picture's proportions."""
    around = results[0].layer.rect
    for result in results[1:]:
        around = around.united(result.layer.rect)
    return _around(around, whole)


def _around(around: Rect, whole: Rect) -> Rect:
    share, proportion = 1 + 2 * MARGIN, THUMBNAIL[0] / THUMBNAIL[1]
    width = round(max(around.width * share, around.height * share * proportion))
    height = round(max(around.height * share, around.width * share / proportion))
    left, top = around.x - (width - around.width) // 2, around.y - (height - around.height) // 2
    # At the picture's edge it moves inwards, so that small pictures stay equally large.
    left = max(whole.x, min(left, whole.right - width))
    top = max(whole.y, min(top, whole.bottom - height))
    return Rect(left, top, width, height).intersected(whole)


def _small(document: Document, result: Blended, region: Rect) -> Pixels:
    """The region with the result in it. Only the pixels that are needed are read: a whole picture may be large."""
    step = _step(region)
    rows = np.arange(region.y, region.bottom, step)
    columns = np.arange(region.x, region.right, step)
    picture = document.pixels.array[np.ix_(rows, columns)]
    inside, part = _shared(rows, columns, result.layer.rect)
    picture[inside] = result.pixels[part]
    return _fitted(narrowed(picture))


def _shared(rows: NDArray[Any], columns: NDArray[Any], rect: Rect) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Which of ``rows`` and ``columns`` lie in ``rect``: their places among them, and their places in the rectangle."""
    inside = (rows >= rect.y) & (rows < rect.bottom), (columns >= rect.x) & (columns < rect.right)
    return np.ix_(*inside), np.ix_(rows[inside[0]] - rect.y, columns[inside[1]] - rect.x)


def _step(region: Rect) -> int:
    """Of how many pixels one is needed for a small picture that still looks smooth."""
    return max(1, int(min(region.width / (2 * THUMBNAIL[0]), region.height / (2 * THUMBNAIL[1]))))


def _fitted(picture: Pixels) -> Pixels:
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, THUMBNAIL[0] / width, THUMBNAIL[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.ascontiguousarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
