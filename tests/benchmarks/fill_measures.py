"""How good a fill is, inside its hole, against what was there: the measures of the erasing benchmark.

Sliced Wasserstein distances say how alike two textures are without asking for the same pixels (Rabin et al. 2011, on
patches as in Elnekave and Weiss 2022); the eye agrees with the one without mean colours nearly always.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

PATCH = 7
SCALES = 3
DIRECTIONS = 96
MOST_PATCHES = 6000
NEAR = 8
"""Pixels on either side of a hole's edge whose gradients the edge's are held against."""


@dataclass(frozen=True, slots=True)
class Measures:
    """PSNR in dB; sliced Wasserstein distance in grey levels, and that of the texture alone; Laplacian energy as a
    share of the truth's; gradient across the hole's edge as a share of those nearby."""

    psnr: float
    swd: float
    texture_swd: float
    energy: float
    seam: float


def measured(filled: Pixels, truth: Pixels, hole: Flags) -> Measures:
    """The measures of ``filled`` against ``truth``, both (h, w, 3), in ``hole`` (h, w)."""
    error = filled[hole].astype(np.float32) - truth[hole].astype(np.float32)
    swd, texture_swd = sliced_distances(filled, truth, hole)
    return Measures(
        psnr=float(10 * np.log10(255.0**2 / max(1e-6, float((error**2).mean())))),
        swd=swd,
        texture_swd=texture_swd,
        energy=laplacian_energy(filled, hole) / max(1e-6, laplacian_energy(truth, hole)),
        seam=seam_ratio(filled, hole),
    )


def laplacian_energy(image: Pixels, hole: Flags) -> float:
    """Mean squared Laplacian of the brightness inside ``hole``."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float((cv2.Laplacian(grey, cv2.CV_32F)[hole] ** 2).mean())


def seam_ratio(image: Pixels, hole: Flags) -> float:
    """Mean step between neighbours of which one is in the hole and one is not, over that of the pairs nearby."""
    values = image.astype(np.float32)
    marked = hole.astype(np.uint8)
    side = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    band = (cv2.dilate(marked, side) > 0) & (cv2.erode(marked, side, borderValue=1) == 0)
    across: list[Floats] = []
    beside: list[Floats] = []
    for axis in (0, 1):
        step = np.abs(np.diff(values, axis=axis)).mean(axis=2)
        first, second = (np.take(hole, range(at, hole.shape[axis] - 1 + at), axis=axis) for at in (0, 1))
        near = np.take(band, range(hole.shape[axis] - 1), axis=axis)
        across.append(step[first != second])
        beside.append(step[(first == second) & near])
    return float(np.concatenate(across).mean() / max(0.05, float(np.concatenate(beside).mean())))


def sliced_distances(filled: Pixels, truth: Pixels, hole: Flags) -> tuple[float, float]:
    """Sliced Wasserstein distance of the patches centred in ``hole``, over three scales; and with each patch's mean
    colour taken away."""
    whole: list[float] = []
    texture: list[float] = []
    for scale in range(SCALES):
        size = hole.shape[1] >> scale, hole.shape[0] >> scale
        small = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (filled, truth)]
        at = np.argwhere(cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)
        random = np.random.default_rng(scale)
        if len(at) > MOST_PATCHES:
            at = at[random.choice(len(at), MOST_PATCHES, replace=False)]
        directions = random.normal(size=(PATCH * PATCH * 3, DIRECTIONS)).astype(np.float32)
        directions /= np.linalg.norm(directions, axis=0)
        patches = [patches_at(image, at) for image in small]
        whole.append(_distance(*(patch @ directions for patch in patches)))
        flat = [
            (patch.reshape(len(patch), -1, 3) - patch.reshape(len(patch), -1, 3).mean(1, keepdims=True))
            for patch in patches
        ]
        texture.append(_distance(*(patch.reshape(len(patch), -1) @ directions for patch in flat)))
    return float(np.mean(whole)), float(np.mean(texture))


def patches_at(image: Pixels, at: NDArray[np.intp]) -> Floats:
    """(n, patch × patch × 3) float32: the patches of ``image`` centred ``at`` (n, 2)."""
    radius = PATCH // 2
    padded = cv2.copyMakeBorder(image, radius, radius, radius, radius, cv2.BORDER_REFLECT)
    rows = at[:, 0, None, None] + np.arange(PATCH)[None, :, None]
    columns = at[:, 1, None, None] + np.arange(PATCH)[None, None, :]
    return np.asarray(padded[rows, columns].reshape(len(at), -1), np.float32)


def _distance(first: Floats, second: Floats) -> float:
    """Mean over directions of the distance between the sorted projections."""
    return float(np.abs(np.sort(first, axis=0) - np.sort(second, axis=0)).mean())
