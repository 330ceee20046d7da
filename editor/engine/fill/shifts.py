"""The shifts by which a picture repeats itself.

Around a hole, every known patch looks for the patches most like it that are not right beside it. How far away they
lie is far from random: a few shifts are found again and again, along edges, between the planks of a floor, from tuft
to tuft (the statistics of patch offsets of He and Sun, 2012). The hole is filled from shifts like these.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.engine.fill.levels import Coarse, Flags, Floats, Places
from editor.engine.fill.membrane import expected

SIDE = 7
"""Of the patches compared."""
BRIGHTNESS_WAVES = ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (0, 3), (3, 0))
COLOUR_WAVES = ((0, 0), (0, 1), (1, 0))
"""The cosine waves, down and across, that tell patches apart."""
GRAIN_WEIGHT = 1.5
QUERIES, LEAST_QUERIES = 2500, 600
BLOCK = 250
MOST_SOURCES = 16_000
NEAREST = 0.15
"""How fast patches further from the hole count less, as a share of the picture's longer side."""
MATCHES = 2
LEAST_SHIFT = 0.03
"""Of the longer side: nearer patches are alike because they overlap."""
LEAST_SHIFT_PIXELS = 3
BLUR = 1.4
PEAK_SIDE = 7
MOST_PEAKS = 1000
MOST_SHIFTS = 300
REACH_POINTS = 500
REACH_POWER = 0.7
PROPOSED_QUERIES = 1500
PROPOSED_WEIGHT = 2.0
"""What a vote of the completion's patches counts."""


def dominant_shifts(coarse: Coarse, random: np.random.Generator) -> Places:
    """At most ``MOST_SHIFTS`` shifts (n, 2), the most useful first; none where too little is known.

    Useful is what is frequent and leads many of the hole's pixels to known ones.
    """
    possible = whole_patches(coarse.hole)
    queries, sources = _queries(coarse.hole, possible, random), _sources(possible, random)
    if not len(queries) or not len(sources):
        return np.zeros((0, 2), np.int32)
    described = _described(coarse.opponent, coarse.grain)
    votes = _votes(described, (described, queries), sources, coarse.hole.shape)
    if coarse.proposal is not None:
        inside = np.flatnonzero(coarse.hole)
        inside = random.choice(inside, min(PROPOSED_QUERIES, len(inside)), replace=False)
        completed = _described(coarse.proposal, expected(coarse.grain, coarse.hole))
        votes += PROPOSED_WEIGHT * _votes(described, (completed, inside), sources, coarse.hole.shape)
    return _peaks(votes, coarse.hole)


def _peaks(votes: Floats, hole: Flags) -> Places:
    peaks = (votes == cv2.dilate(votes, np.ones((PEAK_SIDE, PEAK_SIDE), np.uint8))) & (votes > 0)
    rows, columns = np.nonzero(peaks)
    order = np.argsort(-votes[rows, columns], kind="stable")[:MOST_PEAKS]
    height, width = hole.shape
    shifts = np.stack([rows[order] - height, columns[order] - width], axis=1).astype(np.int32)
    worth = votes[rows[order], columns[order]] * reached(hole, shifts) ** REACH_POWER
    best = np.argsort(-worth, kind="stable")[:MOST_SHIFTS]
    return np.asarray(shifts[best[worth[best] > 0]])


def reached(hole: Flags, shifts: Places) -> Floats:
    """(n): the share of the pixels of ``hole`` (h, w) that each of ``shifts`` (n, 2) leads to known ones."""
    points = np.argwhere(hole)
    points = points[:: max(1, len(points) // REACH_POINTS)]
    places = points[:, None] + shifts[None]
    inside: Flags = np.asarray(((places >= 0) & (places < hole.shape)).all(axis=2))
    places = np.where(inside[..., None], places, 0)
    in_hole: Flags = hole[places[..., 0], places[..., 1]]
    return np.asarray((inside & ~in_hole).mean(axis=0), np.float32)


def whole_patches(hole: Flags, side: int = SIDE) -> Flags:
    """Where a patch of ``side`` pixels lies wholly in the picture and outside ``hole`` (h, w)."""
    marked = cv2.copyMakeBorder(hole.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    near = cv2.dilate(marked, np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(near[1:-1, 1:-1] == 0)


def _described(colours: Floats, grain: Floats) -> Floats:
    """(h × w, d): the patch around each pixel in few numbers, whose distances are nearly the patches' own."""
    places = np.arange(SIDE) + 0.5
    waves = [np.cos(np.pi * places * number / SIDE) for number in range(4)]
    waves = [(wave / np.linalg.norm(wave)).astype(np.float32) for wave in waves]
    found = [
        cv2.sepFilter2D(np.ascontiguousarray(colours[..., channel]), -1, waves[across] / SIDE, waves[down])
        for channel in range(3)
        for down, across in (COLOUR_WAVES if channel else BRIGHTNESS_WAVES)
    ]
    found += [GRAIN_WEIGHT * cv2.blur(np.ascontiguousarray(grain[..., channel]), (SIDE, SIDE)) for channel in (0, 1)]
    return np.asarray(np.stack(found, axis=-1).reshape(grain[..., 0].size, -1), np.float32)


def _queries(hole: Flags, possible: Flags, random: np.random.Generator) -> NDArray[np.intp]:
    """Flat places of known patches, those near the hole more often."""
    places = np.flatnonzero(possible)
    if not len(places):
        return places
    away = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 5).ravel()[places].astype(np.float64)
    weights = np.exp(-away / (NEAREST * max(hole.shape)))
    wanted = int(np.clip(np.count_nonzero(hole), LEAST_QUERIES, QUERIES))
    return random.choice(places, min(wanted, len(places)), replace=False, p=weights / weights.sum())


def _sources(possible: Flags, random: np.random.Generator) -> NDArray[np.intp]:
    """Flat places of at most half of the known patches, as on a chessboard."""
    every = np.add.outer(np.arange(possible.shape[0]), np.arange(possible.shape[1])) % 2 == 0
    places = np.flatnonzero(possible & every)
    if len(places) <= MOST_SOURCES:
        return places
    return np.sort(random.choice(places, MOST_SOURCES, replace=False))


def _votes(
    described: Floats,
    asking: tuple[Floats, NDArray[np.intp]],
    sources: NDArray[np.intp],
    shape: tuple[int, ...],
) -> Floats:
    """(2h + 1, 2w + 1): how often each shift leads from a patch to one like it, there and back."""
    height, width = shape
    votes = np.zeros((2 * height + 1, 2 * width + 1), np.float32)
    reach = max(LEAST_SHIFT_PIXELS, LEAST_SHIFT * max(shape))
    rows, columns = np.divmod(sources, width)
    theirs = described[sources]
    asked, queries = asking
    lengths = np.einsum("nd,nd->n", theirs, theirs)
    for start in range(0, len(queries), BLOCK):
        part = queries[start : start + BLOCK]
        costs = lengths - 2 * asked[part] @ theirs.T
        down = rows - (part // width)[:, None]
        across = columns - (part % width)[:, None]
        costs[(np.abs(down) < reach) & (np.abs(across) < reach)] = np.inf
        every = np.arange(len(part))
        for _ in range(MATCHES):
            best = costs.argmin(axis=1)
            costs[every, best] = np.inf
            shift = down[every, best], across[every, best]
            np.add.at(votes, (height + shift[0], width + shift[1]), 1)
            np.add.at(votes, (height - shift[0], width - shift[1]), 1)
    votes[height, width] = 0
    return np.asarray(cv2.GaussianBlur(votes, (0, 0), BLUR), np.float32)
