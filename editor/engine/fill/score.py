"""How much a fill shows, told without knowing what was hidden.

Two things give a fill away: steps along the hole's edge that are stronger than those nearby, or weaker, and texture
that is not that of the surroundings, smeared or too harsh.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.fill.levels import Flags, Floats

SIDE = 5
"""Of the patches compared."""
SCALES = 2
DIRECTIONS = 48
MOST_PATCHES = 3000
NEAR = 6
"""Pixels on either side of the hole's edge whose steps its own are held against."""
SURROUNDINGS = 0.5
"""Known pixels so near are compared, as a share of the square root of the hole's area."""
LEAST_SURROUNDINGS = 12
SEAM_WEIGHT = 0.25
LEAST_RATIO = 0.05
FAINT = 1.0
"""Grey levels. Less texture than this is none."""


def visibility(filled: Pixels, hole: Flags) -> float:
    """How much the fill of ``hole`` (h, w) in ``filled`` (h, w, 3) shows; 0 is not at all, less is better."""
    return unlikeness(filled, hole) + SEAM_WEIGHT * abs(math.log(max(LEAST_RATIO, step_ratio(filled, hole))))


def step_ratio(filled: Pixels, hole: Flags) -> float:
    """The mean step between neighbours across the hole's edge as a share of that of the neighbours nearby."""
    side = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    marked = hole.astype(np.uint8)
    near = (cv2.dilate(marked, side) > 0) & (cv2.erode(marked, side, borderValue=1) == 0)
    across, beside = [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        step = cv2.absdiff(filled[first], filled[second]).astype(np.float32).mean(axis=2)
        edge = hole[first] != hole[second]
        across.append(step[edge])
        beside.append(step[~edge & near[first]])
    steps, usual = np.concatenate(across), np.concatenate(beside)
    if not len(steps) or not len(usual):
        return 1.0
    return float(steps.mean() / max(FAINT / 4, float(usual.mean())))


def unlikeness(filled: Pixels, hole: Flags) -> float:
    """Sliced Wasserstein distance (Rabin et al. 2011) of the patches in the hole and around it, their mean colours
    taken away, as a share of how much the ones around vary."""
    random = np.random.default_rng(0)
    directions = random.normal(size=(SIDE * SIDE * 3, DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    found = []
    for scale in range(SCALES):
        shape = filled.shape[1] >> scale, filled.shape[0] >> scale
        if min(shape) < SIDE:
            break
        small = np.asarray(cv2.resize(filled, shape, interpolation=cv2.INTER_AREA), np.uint8)
        inside = cv2.resize(hole.astype(np.uint8), shape, interpolation=cv2.INTER_NEAREST) > 0
        reach = max(LEAST_SURROUNDINGS, SURROUNDINGS * float(np.count_nonzero(inside)) ** 0.5)
        away = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 5)
        theirs = _projected(small, (away > SIDE // 2) & (away <= reach), directions, random)
        mine = _projected(small, inside, directions, random)
        if len(theirs) and len(mine):
            shares = np.linspace(0, 1, 200)
            apart = np.abs(np.quantile(mine, shares, axis=0) - np.quantile(theirs, shares, axis=0)).mean()
            found.append(float(apart) / (FAINT + float(np.abs(theirs).mean())))
    return float(np.mean(found)) if found else 0.0


def _projected(picture: Pixels, where: Flags, directions: Floats, random: np.random.Generator) -> Floats:
    """(n, directions): some of the patches centred ``where``, without their mean colours."""
    places: NDArray[np.intp] = np.argwhere(where)
    if len(places) > MOST_PATCHES:
        places = places[random.choice(len(places), MOST_PATCHES, replace=False)]
    radius = SIDE // 2
    padded = cv2.copyMakeBorder(picture, radius, radius, radius, radius, cv2.BORDER_REFLECT)
    rows = places[:, 0, None, None] + np.arange(SIDE)[None, :, None]
    columns = places[:, 1, None, None] + np.arange(SIDE)[None, None, :]
    patches = padded[rows, columns].reshape(len(places), -1, 3).astype(np.float32)
    patches -= patches.mean(axis=1, keepdims=True)
    return np.asarray(patches.reshape(len(places), -1) @ directions, np.float32)
