"""Change a selection by strokes: each takes in, or leaves out, the whole thing that it touches."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.select.edge import at_full_size
from editor.engine.select.embedding import Embedding
from editor.engine.select.selection import Selection
from editor.engine.select.things import Limits, Thing, shown, thing_at
from editor.engine.select.view import View
from editor.engine.weights import Models

Flags = NDArray[np.bool_]

STROKES = "strokes"
HALF = 128
"""From here on a pixel is selected."""
DONE = 0.98
"""A stroke over pixels of which this share is as it asks changes nothing but its own pixels."""
CLOSE = 0.01
"""Of the picture's longer side: half the distance of strokes that mean one thing."""
ANY = 1
"""A thin stroke must not get lost."""
EDGE = 5
"""Of a thing's outline, in pixels of its view, that is drawn anew."""


def refine(
    image: Pixels, selection: Pixels, *, keep: Pixels, drop: Pixels, models: Models, known: Embedding | None = None
) -> Selection:
    """``selection`` (h, w; uint8) with the things under the strokes ``keep`` and without those under ``drop``.

    Both are (h, w) uint8; from 128 on they are certain: 255 under ``keep``, 0 under ``drop``, which counts where both
    are. Away from the strokes' things the selection stays as it is, bit for bit.
    """
    about = Embedding(image, models) if known is None else known
    dropped = drop >= HALF
    kept = (keep >= HALF) & ~dropped
    mask = _taken_in(image, selection.copy(), kept, dropped, about, leaving=False)
    # To leave a thing out is to take it into what is not selected.
    mask = 255 - _taken_in(image, 255 - mask, dropped, kept, about, leaving=True)
    mask[kept] = 255
    mask[dropped] = 0
    return Selection(mask, STROKES)


def _taken_in(image: Pixels, mask: Pixels, strokes: Flags, barred: Flags, about: Embedding, *, leaving: bool) -> Pixels:
    """``mask`` with the things under each of ``strokes``; nothing under ``barred`` belongs to them."""
    hindering = _small(barred, about.small, ANY)
    for stroke in _together(_small(strokes, about.small, ANY)):
        limits = Limits(_small(mask >= HALF, about.small), hindering, leaving)
        seeds = stroke & limits.free
        if float(seeds.sum()) <= (1 - DONE) * float(stroke.sum()):
            continue
        thing = thing_at(image, seeds, about, limits=limits)
        if thing is not None:
            mask = _drawn_in(image, mask, thing, about.small)
    return mask


def _drawn_in(image: Pixels, mask: Pixels, thing: Thing, small: View) -> Pixels:
    """``mask`` and ``thing`` as one, drawn anew where the thing is."""
    selected = shown(_small(mask >= HALF, small), small, thing.view)
    drawn = at_full_size(image, thing.view, thing.flags | selected)
    kernel = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    near = cv2.dilate(thing.flags.astype(np.uint8), kernel)
    rows, columns = thing.view.rect.slices
    zone = cv2.resize(near, (thing.view.rect.width, thing.view.rect.height), interpolation=cv2.INTER_NEAREST) > 0
    part = mask[rows, columns]
    part[zone] = np.maximum(part, drawn[rows, columns])[zone]
    return mask


def _together(strokes: Flags) -> Iterator[Flags]:
    """The strokes that lie close to each other, from the top left on: a scribble asks once."""
    reach = max(1, round(CLOSE * max(strokes.shape)))
    near = cv2.dilate(strokes.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    count, labels = cv2.connectedComponents(near, connectivity=8)
    for number in range(1, count):
        yield np.asarray((labels == number) & strokes)


def _small(flags: Flags, view: View, least: int = HALF) -> Flags:
    """Which pixels of ``view`` show ``flags`` of the picture in at least ``least`` of 255 parts."""
    return np.asarray(cv2.resize(flags.astype(np.uint8) * 255, view.size, interpolation=cv2.INTER_AREA) >= least)
