"""Where a thing ends, by its colours and its surroundings': GrabCut (Rother, Kolmogorov, Blake 2004)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

ROUNDS = 3
SURE = 0.95
"""A prior beyond which, a little way inside, a pixel is not asked again."""
SURE_REACH = 0.01
"""That way, as a share of the longer side."""
LEAST_SAMPLES = 16
"""GrabCut learns five colours of either side; from fewer pixels it learns nothing."""
RANDOM_SEED = 1


def cut(pixels: Pixels, prior: Floats, *, inside: Flags | None = None, outside: Flags | None = None) -> Flags:
    """Which of ``pixels`` (h, w, 3; RGB uint8) are the thing that ``prior`` (h, w; 0–1) tells of.

    ``inside`` and ``outside`` are certain. The answer is the prior above one half where one of the sides is too small.
    """
    marks = _marks(prior)
    if outside is not None:
        marks[outside] = cv2.GC_BGD
    if inside is not None:
        marks[inside] = cv2.GC_FGD
    thing = (marks & 1) > 0
    if min(int(thing.sum()), int((~thing).sum())) < LEAST_SAMPLES:
        return thing
    # Its clusters begin at random places; a seed makes equal calls give equal answers.
    cv2.setRNGSeed(RANDOM_SEED)
    ground_model, thing_model = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(pixels, marks, (0, 0, 0, 0), ground_model, thing_model, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((marks & 1) > 0)


def _marks(prior: Floats) -> Pixels:
    marks = np.where(prior > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    reach = max(1, round(SURE_REACH * max(prior.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    sure_thing = cv2.erode((prior > SURE).astype(np.uint8), kernel) > 0
    sure_ground = cv2.erode((prior < 1 - SURE).astype(np.uint8), kernel) > 0
    marks[sure_thing] = cv2.GC_FGD
    marks[sure_ground] = cv2.GC_BGD
    return marks


def pieces(thing: Flags, *, least_share: float) -> Flags:
    """``thing`` without pieces smaller than ``least_share`` of its largest and without holes as small."""
    filled = ~_without_small(~thing, least_share * float(thing.sum()))
    largest = _largest(filled)
    return _without_small(filled, least_share * largest)


def pieces_at(thing: Flags, seeds: Flags) -> Flags:
    """The connected pieces of ``thing`` that ``seeds`` (h, w) touch."""
    count, labels = cv2.connectedComponents(thing.astype(np.uint8), connectivity=4)
    touched = np.zeros(count, np.bool_)
    touched[labels[seeds]] = True
    touched[0] = False
    return np.asarray(touched[labels])


def _largest(thing: Flags) -> float:
    count, _, figures, _ = cv2.connectedComponentsWithStats(thing.astype(np.uint8), connectivity=4)
    return float(figures[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0.0


def _without_small(thing: Flags, least: float) -> Flags:
    _, labels, figures, _ = cv2.connectedComponentsWithStats(thing.astype(np.uint8), connectivity=4)
    kept = figures[:, cv2.CC_STAT_AREA] >= least
    kept[0] = False
    return np.asarray(kept[labels])
