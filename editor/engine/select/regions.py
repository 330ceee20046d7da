"""The thing at a place, by what its picture alone tells: regions that edges close in, and which of them is a thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.select.cuts import pieces, pieces_at

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

SCALES = (0.004, 0.012)
"""Of the smoothing before edges are looked for, as a share of the longer side: fine edges, and edges of textures."""
LEVELS = 24
GROWTH = 1.15
"""A region that grew by less since the last is the same."""
LEAST, MOST = 0.0004, 0.7
"""Share of the view that a thing can have."""
BINS = 8
UNSURE = 2.0
"""Pixels to each side of an outline that may belong to the other side."""
SIZE_WEIGHT = 0.1
"""How much the larger of two equally good regions is preferred."""
NECKS = (0.2, 0.35, 0.5)
"""Width of a neck that may part two things, as a share of the thickest part's."""
TOUCHING = 0.7
"""Share of the seam between two things that is no neck."""
SEAM = 1.2
"""Strength of the edge between two things over the edges within."""
NEARLY_ALL, NOT_MEANT = 0.7, 0.3
"""Share of a subject from which on a region is all of it; how much less likely it is where a part is meant."""
NETWORK_TRUST = 2.6
"""How much sooner a region that a network found is taken for the thing."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """``thing`` (h, w), how much like one thing it is, from 0, and how sure each pixel of it is, (h, w; 0–1)."""

    thing: Flags
    score: float
    prior: Floats


class Surroundings:
    """What the score of a region is measured by: the colours and edges of a view."""

    def __init__(self, pixels: Pixels) -> None:
        """``pixels`` are (h, w, 3) RGB uint8."""
        self.size = pixels.shape[0] * pixels.shape[1]
        self._lab = np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
        self.edges = tuple(edges(self._lab, max(0.7, scale * max(pixels.shape[:2]))) for scale in SCALES)
        lightness, red, blue = (self._lab[..., place] for place in range(3))
        parts = (np.clip((lightness) / 100, 0, 0.999), np.clip((red + 80) / 160, 0, 0.999))
        third = np.clip((blue + 80) / 160, 0, 0.999)
        self._bins = ((parts[0] * BINS).astype(np.int32) * 16 + (parts[1] * 16).astype(np.int32)) * 16 + (
            third * 16
        ).astype(np.int32)

    def score(self, thing: Flags, *, cut: int = 2) -> float:
        """How much ``thing`` (h, w) is like one thing: unlike its ground, edged, compact, not cut by the frame.

        ``cut`` is how much the last counts.
        """
        area = int(thing.sum())
        if not LEAST * self.size <= area <= MOST * self.size:
            return 0.0
        labels = thing.astype(np.uint8)
        reach = 2 + round(0.15 * area**0.5)
        near = cv2.dilate(labels, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))) > 0
        ring = near & ~thing
        if not ring.any():
            return 0.0
        outline = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
        contrast = 1 - _alike(self._bins[thing], self._bins[ring])
        fine = self.edges[0]
        edged = float(fine[outline].mean() / (fine[outline].mean() + fine[thing].mean() + 1.0))
        compact = min(1.0, 4 * np.pi * area / max(1.0, float(outline.sum() / 2)) ** 2)
        frame = float(np.concatenate([thing[0], thing[-1], thing[:, 0], thing[:, -1]]).mean())
        return float(contrast * edged * (0.4 + compact) * (1 - frame) ** cut * (area / self.size) ** SIZE_WEIGHT)


def best_region(
    surroundings: Surroundings,
    seeds: Flags,
    *,
    found: Floats | None = None,
    free: Flags | None = None,
    whole: bool = True,
) -> Region | None:
    """The region at ``seeds`` (h, w) that is most like one thing; None where nothing stands out.

    ``found`` (h, w; 0–1) is what a network takes for the subject, or None. Only pixels in ``free`` belong to it.
    ``whole`` tells whether all of that subject can be the thing, or parts of it alone.
    """
    allowed = np.ones(seeds.shape, np.bool_) if free is None else free
    regions = []
    for thing in regions_at(surroundings, seeds, allowed):
        away = 1.0 if found is None else 1 - 0.8 * _departure(thing, found)
        if not whole and float(thing.sum()) > NEARLY_ALL * float(pieces_at(allowed, seeds).sum()):
            away *= NOT_MEANT
        regions.append(Region(thing, surroundings.score(thing) * away, _softened(thing)))
    if found is not None:
        parts = list(_parts(pieces_at((found > 0.5) & allowed, seeds), seeds, surroundings.edges[0]))
        for thing in parts if whole else parts[1:]:
            score = surroundings.score(thing, cut=1) * NETWORK_TRUST
            regions.append(Region(thing, score, _limited(found, thing)))
    best = max(regions, key=lambda region: region.score, default=None)
    if best is not None:
        parts = list(_parts(best.thing, seeds, surroundings.edges[0]))
        finer = max(parts[1:], key=surroundings.score, default=best.thing)
        if surroundings.score(finer) > surroundings.score(best.thing):
            best = Region(finer, best.score, best.prior * _softened(finer))
    return None if best is None or best.score <= 0 else best


def regions_at(surroundings: Surroundings, seeds: Flags, free: Flags) -> Iterator[Flags]:
    """Ever larger regions at ``seeds``, each closed in by edges stronger than those within, or by what is not free."""
    for strength in surroundings.edges:
        last = 0.0
        for level in np.quantile(strength, np.linspace(0.3, 0.98, LEVELS)):
            region = pieces_at(((strength <= level) | seeds) & free, seeds)
            area = float(region.sum())
            if area > max(GROWTH * last, 12.0):
                last = area
                yield pieces(_grown(region) & free, least_share=0.1)


def _parts(thing: Flags, seeds: Flags, strength: Floats) -> Iterator[Flags]:
    """``thing``, and what of it hangs together at ``seeds`` where ever wider necks with an edge are cut through."""
    if not thing.any():
        return
    yield thing
    depth = cv2.distanceTransform(cv2.copyMakeBorder(thing.astype(np.uint8), 1, 1, 1, 1, 0), cv2.DIST_L2, 5)[1:-1, 1:-1]
    for share in NECKS:
        reach = share * float(depth.max())
        cores = (depth > reach).astype(np.uint8)
        count, labels = cv2.connectedComponents(cores, connectivity=4)
        if count > 2:
            wide = cv2.distanceTransform(1 - cores, cv2.DIST_L2, 5) <= reach + 1
            nearest = _nearest(labels, cores)
            part = thing & (nearest == int(np.bincount(nearest[seeds & thing], minlength=count).argmax()))
            if _are_two(part, thing, wide, strength):
                yield part


def _are_two(part: Flags, thing: Flags, wide: Flags, strength: Floats) -> bool:
    """Whether ``part`` and the rest of ``thing`` touch, and at an edge: a face has none towards the throat, and a long
    neck, which is nowhere ``wide``, belongs to both as the handle of a spade does."""
    kernel = np.ones((5, 5), np.uint8)
    seam = (cv2.dilate(part.astype(np.uint8), kernel) > 0) & thing & ~part
    if not seam.any() or float(wide[seam].mean()) < TOUCHING:
        return False
    near = cv2.dilate(strength, kernel)
    return float(near[seam].mean()) > SEAM * float(near[thing].mean())


def _nearest(labels: NDArray[Any], cores: Pixels) -> NDArray[np.int32]:
    """The label of the nearest pixel of ``cores`` for each pixel."""
    _, zones = cv2.distanceTransformWithLabels(1 - cores, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(zones.max()) + 1, np.int32)
    table[zones[cores > 0]] = labels[cores > 0]
    return np.asarray(table[zones])


def _softened(thing: Flags) -> Floats:
    """``thing``, unsure along the outline."""
    return np.asarray(cv2.GaussianBlur(thing.astype(np.float32), (0, 0), UNSURE), np.float32)


def _limited(found: Floats, thing: Flags) -> Floats:
    """What a network ``found`` of ``thing`` and close to it."""
    near = cv2.dilate(thing.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(np.float32)
    return np.asarray(found * cv2.GaussianBlur(near, (0, 0), UNSURE), np.float32)


def edges(lab: Floats, deviation: float) -> Floats:
    """How fast the colours change, (h, w), where ``lab`` (h, w, 3) is smoothed by ``deviation`` pixels."""
    smooth = cv2.GaussianBlur(lab, (0, 0), deviation)
    across = cv2.Scharr(smooth, cv2.CV_32F, 1, 0) / 32
    down = cv2.Scharr(smooth, cv2.CV_32F, 0, 1) / 32
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)) * deviation, np.float32)


def _grown(region: Flags) -> Flags:
    """The region with the edge's own pixels, which belong to neither side."""
    return np.asarray(cv2.dilate(region.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _departure(thing: Flags, found: Floats) -> float:
    """How far ``thing`` lies on both sides of what the network found: 0 = on one side, 1 = half and half."""
    share = float(found[thing].mean())
    return 1 - abs(2 * share - 1)


def _alike(one: NDArray[np.int32], other: NDArray[np.int32]) -> float:
    """How alike the colours are: the Bhattacharyya coefficient of their counts."""
    counts = [np.bincount(values, minlength=BINS * 256).astype(np.float64) for values in (one, other)]
    first, second = (count / count.sum() for count in counts)
    return float(np.sqrt(first * second).sum())
