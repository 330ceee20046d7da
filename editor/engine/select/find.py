"""Find what the user means in a picture: its subject, the thing at a place, the thing in a box.

Each looks at the picture in at most 0.3 megapixels and draws the outline at full size. Besides the mask each takes
some 60 MB at any size of picture, and what a network takes for itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.cuts import cut, pieces
from editor.engine.select.edge import at_full_size
from editor.engine.select.embedding import VIEW_PIXELS, WORK_PIXELS, Embedding
from editor.engine.select.mobile_sam import ENCODER
from editor.engine.select.saliency import QUICK, Saliency, saliency, unlike_frame
from editor.engine.select.selection import NothingFound, Selection
from editor.engine.select.things import COLOURS, Thing, around, enlarged, thing_at, thing_in
from editor.engine.select.view import View, view_of
from editor.engine.weights import Models

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

NO_NETWORK = "Found by colours and edges alone: the model that knows subjects is not installed."
NO_SUBJECT = "No subject stands out in this picture. Click on a thing, drag a box round it, or paint over it."
NO_THING = "Nothing stands out at this place. Drag a box round the thing, or paint over it."
EMPTY_BOX = "Nothing stands out in this box. Draw it a little larger than the thing, or paint over it."
SMALL_BOX = "This box is too small to find anything in it. Draw it round the whole thing, or paint over it."

LEAST_SIDE = 3
"""Of a box, in pixels."""
AROUND = 0.15
"""Of a box's longer side, that is looked at on each side of it."""
SLACK = 0.02
"""Of a box's longer side, by which a thing may reach out of it: boxes are drawn by hand."""
CLEAR_SHARE, CLEAR_EXTENT = 0.75, 0.5
"""What a network finds for a box must lie in it by this share, and reach so far through it in each direction."""
LEAST_SUBJECT, LEAST_PIECE = 0.0005, 0.05
LEAST_SPREAD = 1.0
"""Of the values of a colour in a box in which there is anything at all."""


def select_subject(image: Pixels, *, models: Models, known: Embedding | None = None) -> Selection:
    """What ``image`` (h, w, 3; RGB uint8) is a picture of. ``known`` is of an earlier selection in the same picture.

    Raises NothingFound.
    """
    about = Embedding(image, models) if known is None else known
    found = about.saliency
    prior = unlike_frame(about.small.pixels) if found is None else found.at(about.small.size)
    if float((prior > 0.5).mean()) < LEAST_SUBJECT:
        raise NothingFound(NO_SUBJECT)
    thing = pieces(cut(about.small.pixels, prior), least_share=LEAST_PIECE)
    if not thing.any() or thing.all():
        raise NothingFound(NO_SUBJECT)
    return Selection(_outlined(image, about.view, thing), *_told(found))


def select_at(image: Pixels, point: tuple[int, int], *, models: Models, known: Embedding | None = None) -> Selection:
    """The thing that the pixel ``point`` (x, y) of ``image`` shows. Raises NothingFound."""
    about = Embedding(image, models) if known is None else known
    seeds = np.zeros(about.small.pixels.shape[:2], np.bool_)
    column, row = about.small.pixel(point)
    seeds[row, column] = True
    thing = thing_at(image, seeds, about)
    if thing is None:
        raise NothingFound(NO_THING)
    return _selected(image, thing)


def select_box(image: Pixels, box: Rect, *, models: Models, known: Embedding | None = None) -> Selection:
    """The thing in ``box`` of ``image``, which may reach beyond the picture. Raises NothingFound."""
    size = image.shape[1], image.shape[0]
    inside = box.intersected(Rect(0, 0, *size))
    if min(inside.width, inside.height) < LEAST_SIDE:
        raise NothingFound(SMALL_BOX)
    if models.has(ENCODER):
        thing = thing_in(image, inside, Embedding(image, models) if known is None else known)
        if thing is not None:
            return _selected(image, thing)
    return _by_crop(image, inside, models)


def _by_crop(image: Pixels, inside: Rect, models: Models) -> Selection:
    """The thing in a box, by looking at the box and what is round it alone."""
    size = image.shape[1], image.shape[0]
    rect = around(inside, AROUND, size)
    fine = view_of(image, rect, VIEW_PIXELS)
    small = view_of(fine.pixels, Rect(0, 0, *fine.size), WORK_PIXELS)
    small = View(small.pixels, rect)
    outside = np.ones(small.pixels.shape[:2], np.bool_)
    outside[small.part(around(inside, SLACK, size))] = False
    within = ~outside
    found = saliency(fine.pixels, models=models, finders=QUICK)
    prior = None if found is None else found.at(small.size)
    clear = prior is not None and _is_clear(prior, within)
    start = prior if prior is not None and clear else np.where(within, 0.7, 0.0).astype(np.float32)
    thing = pieces(cut(small.pixels, np.asarray(start, np.float32), outside=outside), least_share=LEAST_PIECE)
    if not thing.any() or thing.all() or float(small.pixels.std(axis=(0, 1)).max()) < LEAST_SPREAD:
        raise NothingFound(EMPTY_BOX)
    method = found.method if found is not None and clear else COLOURS
    return Selection(_outlined(image, fine, thing), method)


def _told(found: Saliency | None) -> tuple[str, tuple[str, ...]]:
    """The method, and what to say of it."""
    return (COLOURS, (NO_NETWORK,)) if found is None else (found.method, ())


def _selected(image: Pixels, thing: Thing) -> Selection:
    notes = (NO_NETWORK,) if thing.method == COLOURS else ()
    return Selection(at_full_size(image, thing.view, thing.flags), thing.method, notes)


def _outlined(image: Pixels, view: View, thing: Flags) -> Pixels:
    """``thing``, found in a smaller copy of ``view``, at the full size of ``image``."""
    return at_full_size(image, view, enlarged(thing, view.size))


def _is_clear(prior: Floats, within: Flags) -> bool:
    """Whether a network's answer is one thing that fills the box."""
    thing = prior > 0.5
    if not (thing & within).any() or float((thing & within).sum()) < CLEAR_SHARE * float(thing.sum()):
        return False
    return all(
        float((thing & within).any(axis=axis).sum()) >= CLEAR_EXTENT * float(within.any(axis=axis).sum())
        for axis in (0, 1)
    )
