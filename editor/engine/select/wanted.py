"""What is wanted of a picture, in one question: where it is, and strokes that say more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.embedding import Embedding
from editor.engine.select.find import select_at, select_box, select_subject
from editor.engine.select.selection import NothingFound, Selection
from editor.engine.select.strokes import refine
from editor.engine.weights import Models

NOTHING_LEFT = "The strokes leave nothing selected. Draw fewer of them over what does not belong to it."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wanted:
    """The thing at ``point`` (x, y), that in ``box``, or, without either, the subject; with the things that the strokes
    ``keep`` touch and without those that ``drop`` touches, (h, w) uint8 each, marked above 0."""

    point: tuple[int, int] | None = None
    box: Rect | None = None
    keep: Pixels | None = None
    drop: Pixels | None = None


def select(image: Pixels, wanted: Wanted, *, models: Models, known: Embedding | None = None) -> Selection:
    """Find what is ``wanted`` in ``image`` (h, w, 3; RGB uint8). ``known`` is of an earlier question about the same
    picture. Raises NothingFound."""
    about = Embedding(image, models) if known is None else known
    found = _found(image, wanted, models, about)
    if wanted.keep is None and wanted.drop is None:
        return found
    refined = refine(
        image,
        found.mask,
        keep=_marked(wanted.keep, found.mask),
        drop=_marked(wanted.drop, found.mask),
        models=models,
        known=about,
    )
    if not refined.mask.any():
        raise NothingFound(NOTHING_LEFT)
    method = " and ".join(word for word in (found.method, refined.method) if word)
    return Selection(refined.mask, method, (*found.notes, *refined.notes))


def _found(image: Pixels, wanted: Wanted, models: Models, about: Embedding) -> Selection:
    if wanted.box is not None:
        return select_box(image, wanted.box, models=models, known=about)
    if wanted.point is not None:
        return select_at(image, wanted.point, models=models, known=about)
    try:
        return select_subject(image, models=models, known=about)
    except NothingFound:
        if wanted.keep is None:
            raise
        # The strokes alone say what it is.
        return Selection(np.zeros(image.shape[:2], np.uint8), "")


def _marked(strokes: Pixels | None, mask: Pixels) -> Pixels:
    return np.zeros_like(mask) if strokes is None else np.where(strokes > 0, np.uint8(255), np.uint8(0))
