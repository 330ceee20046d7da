"""The subject's own colours where a picture mixes them with what is behind it.

A cut-out's edge holds colours of both: laid on another ground, the old one shows as a fringe. For every mixed pixel
the two colours are found that make it up, agreeing with their neighbours the more the flatter the share is there:
Germer, Uelwer, Conrad, Harmeling: Fast Multi-Level Foreground Estimation (2020), equations 3 to 5, from coarse to fine.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Pixels

DENSE_PIXELS = 300_000
"""Up to this size every pixel is solved; beyond it those that are mixed."""
COARSEST = 16
"""Pixels on the longer side where the solution begins."""
LEAST_WEIGHT = 5e-3
GRADIENT_WEIGHT = 1.0
"""How much neighbours are made to agree: everywhere, and for each step of the share between them."""
COARSE_ROUNDS, FINE_ROUNDS = 10, 6
NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))

Floats = NDArray[np.float32]
Places = NDArray[np.intp]


def foreground_colours(image: Pixels, alpha: Pixels) -> Pixels:
    """``image`` (h, w, 3; RGB uint8) with the subject's own colours wherever ``alpha`` (h, w; uint8) is above 0 and
    below 255; bit for bit ``image`` elsewhere.

    Needs about 50 MB, 8 bytes for each pixel, and 200 for each mixed one.
    """
    mixed = (alpha > 0) & (alpha < np.uint8(255))
    result = image.copy()
    if mixed.any():
        height, width = alpha.shape
        scale = min(1.0, (DENSE_PIXELS / alpha.size) ** 0.5)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        subject, behind = _dense(image, alpha, size)
        if size != (width, height):
            subject, _ = _sparse(image, alpha, mixed, coarse=(subject, behind))
            result[mixed] = _bytes(subject)
        else:
            result[mixed] = _bytes(subject[mixed])
    return result


def _bytes(colours: Floats) -> Pixels:
    return np.clip(np.rint(colours * 255), 0, 255).astype(np.uint8)


def _dense(image: Pixels, alpha: Pixels, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Colours of subject and background, (h, w, 3; 0–1) each, of every pixel of the picture at ``size``."""
    levels = [size]
    while max(levels[-1]) > COARSEST:
        levels.append((max(1, (levels[-1][0] + 1) // 2), max(1, (levels[-1][1] + 1) // 2)))
    colours = _reduced(image, size)
    share = _reduced(alpha, size)
    subject = behind = _reduced(image, levels[-1])
    for level in reversed(levels):
        here = np.asarray(cv2.resize(colours, level, interpolation=cv2.INTER_AREA), np.float32)
        part = np.asarray(cv2.resize(share, level, interpolation=cv2.INTER_AREA), np.float32)
        subject, behind = (
            np.asarray(cv2.resize(one, level, interpolation=cv2.INTER_LINEAR), np.float32) for one in (subject, behind)
        )
        for _ in range(COARSE_ROUNDS if max(level) <= 4 * COARSEST else FINE_ROUNDS):
            subject, behind = _dense_round(here, part, subject, behind)
    return subject, behind


def _reduced(samples: Pixels, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(samples, size, interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)


def _dense_round(colours: Floats, share: Floats, subject: Floats, behind: Floats) -> tuple[Floats, Floats]:
    solver = _Mixture.of(colours, share)
    padded = [np.pad(one, ((1, 1), (1, 1), (0, 0)), mode="edge") for one in (subject, behind)]
    around = np.pad(share, 1, mode="edge")
    height, width = share.shape
    for down, right in NEIGHBOURS:
        part = slice(1 + down, 1 + down + height), slice(1 + right, 1 + right + width)
        solver.agree(share - around[part], padded[0][part], padded[1][part])
    return solver.solved()


def _sparse(
    image: Pixels, alpha: Pixels, mixed: NDArray[np.bool_], *, coarse: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Colours of subject and background, (n, 3; 0–1) each, of the ``mixed`` pixels of the whole picture, in their
    order."""
    height, width = alpha.shape
    near = cv2.dilate(mixed.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    places: Places = np.flatnonzero(near)
    index = np.full(alpha.size, -1, np.int32)
    index[places] = np.arange(len(places), dtype=np.int32)
    rows, columns = np.divmod(places, width)
    share = np.asarray(alpha.ravel()[places], np.float32) / np.float32(255)
    colours = np.asarray(image.reshape(-1, 3)[places], np.float32) / np.float32(255)
    # A pixel of one of the two alone is that one's colour; the other is what the coarse solution says.
    subject, behind = (_taken(one, rows, columns, (height, width)) for one in coarse)
    subject[share == 1], behind[share == 0] = colours[share == 1], colours[share == 0]
    inner = np.flatnonzero((share > 0) & (share < 1))
    beside = [
        index[np.clip(rows[inner] + down, 0, height - 1) * width + np.clip(columns[inner] + right, 0, width - 1)]
        for down, right in NEIGHBOURS
    ]
    for _ in range(FINE_ROUNDS):
        solver = _Mixture.of(colours[inner], share[inner])
        for other in beside:
            solver.agree(share[inner] - share[other], subject[other], behind[other])
        subject[inner], behind[inner] = solver.solved()
    return subject[inner], behind[inner]


def _taken(coarse: Floats, rows: Places, columns: Places, shape: tuple[int, int]) -> Floats:
    """The values of a reduced picture at places of the whole one, between its pixels, (n, 3)."""
    high, wide = coarse.shape[:2]
    y = (rows.astype(np.float32) + 0.5) * (high / shape[0]) - 0.5
    x = (columns.astype(np.float32) + 0.5) * (wide / shape[1]) - 0.5
    taken = np.empty((len(rows), 3), np.float32)
    # OpenCV takes no list of places longer than 32,767 in one direction.
    for at in range(0, len(rows), 32_000):
        part = slice(at, at + 32_000)
        taken[part] = cv2.remap(
            coarse, x[part, None], y[part, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )[:, 0]
    return taken


@dataclass(slots=True, eq=False)
class _Mixture:
    """The two equations of each pixel: its colour is the mixture, and both colours are like those beside it."""

    share: Floats
    subject_sum: Floats
    behind_sum: Floats
    weight: Floats

    @classmethod
    def of(cls, colours: Floats, share: Floats) -> _Mixture:
        part = share[..., None]
        return cls(share, part * colours, (1 - part) * colours, np.zeros_like(share))

    def agree(self, step: Floats, subject: Floats, behind: Floats) -> None:
        """Let a neighbour pull: ``step`` is the difference of the shares."""
        weight = LEAST_WEIGHT + GRADIENT_WEIGHT * np.abs(step)
        self.weight += weight
        self.subject_sum += weight[..., None] * subject
        self.behind_sum += weight[..., None] * behind

    def solved(self) -> tuple[Floats, Floats]:
        """Both colours, 0–1."""
        share = self.share
        one, other, both = share**2 + self.weight, (1 - share) ** 2 + self.weight, share * (1 - share)
        scale = (1 / (one * other - both**2))[..., None]
        subject = scale * (other[..., None] * self.subject_sum - both[..., None] * self.behind_sum)
        behind = scale * (one[..., None] * self.behind_sum - both[..., None] * self.subject_sum)
        return np.clip(subject, 0, 1), np.clip(behind, 0, 1)
