"""Scenes with known mattes: photographed things that a package ships cut out, laid over photographs by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from photos import package_files, photographs, reduced

PACKAGE = "tuxpaint-stamps-default"
GROUNDS = ("dune", "forest", "moss", "jetty", "meadow", "lake", "wood", "peaks", "storm", "sunset", "mountain")
"""Photographs of places, without a thing that is a subject of its own."""
LEFT_OUT = ("cartoon", "symbols", "flags", "seasonal", "monuments", "planets", "chess", "outlined", "mirror")
"""Words in the paths of drawings, and of pictures that are there twice."""
LEAST_SIDE, LEAST_COLOURS = 220, 350
"""Of a cut-out: smaller ones, and those of fewer colours (after a division by 8), are drawings or too coarse."""
LEAST_SHARE, MOST_SHARE = 0.12, 0.9
SIDE = 640
"""Of a scene, in pixels; square."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A composed picture, (h, w, 3) RGB uint8; how much of each pixel is the subject's, (h, w) uint8; the subject's own
    colours, (h, w, 3)."""

    name: str
    image: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    subject: NDArray[np.uint8]


def scenes(*, seed: int = 0) -> Iterator[Scene]:
    """One scene for each cut-out, always the same for a seed."""
    random = np.random.default_rng(seed)
    grounds = cycle([photo.pixels for photo in photographs() if photo.name in GROUNDS])
    for path in cut_outs():
        yield _composed(path, next(grounds), random)


def cut_outs() -> list[Path]:
    """The package's photographed cut-outs."""
    folder = package_files(PACKAGE, "**/stamps/**/*.png")
    if folder is None:
        return []
    by_name = {path.name: path for path in sorted(folder.rglob("*.png")) if _is_photograph(path)}
    return list(by_name.values())


def _is_photograph(path: Path) -> bool:
    if any(word in str(path) for word in LEFT_OUT):
        return False
    pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3 or pixels.shape[2] != 4 or min(pixels.shape[:2]) < LEAST_SIDE:
        return False
    opaque = pixels[..., 3] > 200
    colours = np.unique((pixels[..., :3][opaque] // 8).reshape(-1, 3), axis=0)
    return LEAST_SHARE < float((pixels[..., 3] > 127).mean()) < MOST_SHARE and len(colours) >= LEAST_COLOURS


def _composed(path: Path, ground: NDArray[np.uint8], random: np.random.Generator) -> Scene:
    cut = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    scale = random.uniform(0.5, 0.8) * SIDE / max(cut.shape[:2])
    size = round(cut.shape[1] * scale), round(cut.shape[0] * scale)
    # Colours are multiplied by their share before averaging: what is clear has any colour.
    share = cv2.resize(cut[..., 3].astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
    weighted = cut[..., :3].astype(np.float32) * (cut[..., 3:].astype(np.float32) / 255)
    colours = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-3)[..., None]
    top, left = (int(random.integers(0, SIDE - length + 1)) for length in (size[1], size[0]))
    behind = _square(ground, random).astype(np.float32)
    alpha, subject = np.zeros((SIDE, SIDE), np.float32), behind.copy()
    place = slice(top, top + size[1]), slice(left, left + size[0])
    alpha[place], subject[place] = share, np.where(share[..., None] > 0, colours, behind[place])
    image = alpha[..., None] * subject + (1 - alpha[..., None]) * behind
    return Scene(path.stem, *(np.clip(np.rint(one), 0, 255).astype(np.uint8) for one in (image, 255 * alpha, subject)))


def _square(ground: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """A square of a photograph, ``SIDE`` wide."""
    small = reduced(ground, 1.0)
    side = min(SIDE, *small.shape[:2])
    top, left = (int(random.integers(0, length - side + 1)) for length in small.shape[:2])
    part = small[top : top + side, left : left + side]
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)
