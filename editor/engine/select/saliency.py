"""Where the subject of a picture is, by a network that knows what catches the eye.

The networks and what is done to a picture before them: U²-Net (Qin et al. 2020), IS-Net (Qin et al. 2022) and BiRefNet
(Zheng et al. 2024) in the form of their exports for rembg.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.domain.request import Pixels
from editor.engine.weights import Models

Floats = NDArray[np.float32]

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
FLAT = 1e-6
"""A network whose answers differ by less has found nothing."""


@dataclass(frozen=True, slots=True)
class Finder:
    """A network that finds subjects: its name in the catalogue and for people, its side in pixels, what is taken from
    the colours and what they are divided by, and whether its answer is the logarithm of odds."""

    name: str
    title: str
    side: int
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]
    odds: bool = False


FINDERS = (
    Finder("birefnet-lite", "BiRefNet", 1024, _IMAGENET_MEAN, _IMAGENET_DEVIATION, odds=True),
    Finder("isnet-general-use", "IS-Net", 1024, (0.5, 0.5, 0.5), (1.0, 1.0, 1.0)),
    Finder("u2netp", "U²-Net", 320, _IMAGENET_MEAN, _IMAGENET_DEVIATION),
)
"""The better first."""
QUICK = FINDERS[-1:]
"""Those that answer in a fraction of a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Saliency:
    """How sure a network is of each place, (side, side) float32, 0–1; the network's name for people."""

    map: Floats
    method: str

    def at(self, size: tuple[int, int]) -> Floats:
        """The same for a picture of ``size`` (width, height), (height, width)."""
        return np.clip(np.asarray(cv2.resize(self.map, size, interpolation=cv2.INTER_CUBIC), np.float32), 0, 1)


def saliency(image: Pixels, *, models: Models, finders: tuple[Finder, ...] = FINDERS) -> Saliency | None:
    """Where the subject of ``image`` (h, w, 3; RGB uint8) is, by the first of ``finders`` that is on this computer.

    None where none is. One for which there is not enough memory is passed over; NetworkBroken for a damaged one.
    """
    for finder in finders:
        network = models.network(finder.name)
        if network is None:
            continue
        try:
            answer = network.run({network.inputs[0].name: prepared(image, finder)})[0]
        except MemoryError:
            if finder is finders[-1]:
                raise
            continue
        return Saliency(_stretched(answer[0, 0], odds=finder.odds), finder.title)
    return None


def unlike_frame(pixels: Pixels) -> Floats:
    """How unlike the frame of a picture each pixel is, (h, w), 0–1, for where no network is: a subject is seldom cut by
    the frame."""
    lab = cv2.cvtColor(cv2.GaussianBlur(pixels, (0, 0), 2.0), cv2.COLOR_RGB2LAB).astype(np.float32)
    frame = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    spread = np.cov(frame, rowvar=False) + 20 * np.eye(3)
    away = lab - frame.mean(axis=0)
    distance = np.einsum("ijk,kl,ijl->ij", away, np.linalg.inv(spread), away)
    return np.asarray(np.clip(distance / 24, 0, 1), np.float32)


def prepared(image: Pixels, finder: Finder) -> Floats:
    """``image`` as ``finder`` takes it, (1, 3, side, side)."""
    from PIL import Image

    # The networks were trained on pictures reduced by Pillow, which averages over all it leaves out.
    reduced = Image.fromarray(image).resize((finder.side, finder.side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    values = np.asarray(reduced, np.float32)
    scaled = values / np.float32(max(1.0, float(values.max())))
    normal = (scaled - np.array(finder.mean, np.float32)) / np.array(finder.deviation, np.float32)
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None], np.float32)


def _stretched(answer: NDArray[Any], *, odds: bool) -> Floats:
    """``answer`` from 0 to 1; all 0 where it is the same everywhere."""
    values = np.asarray(answer, np.float32)
    if odds:
        values = np.asarray(1 / (1 + np.exp(-values)), np.float32)
    least, most = float(values.min()), float(values.max())
    if most - least < FLAT:
        return np.zeros_like(values)
    return np.asarray((values - least) / (most - least), np.float32)
