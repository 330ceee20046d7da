"""Completions by networks that the user has installed.

LaMa (Suvorov et al. 2022) in the form of the OpenCV model zoo: ``image`` float32 (1, 3, 512, 512), 0–1, blue first;
``mask`` float32 (1, 1, 512, 512), 1 to fill; gives float32 0–255. MI-GAN (Sargsyan et al. 2023), the whole pipeline:
uint8 (1, 3, h, w), red first, and uint8 (1, 1, h, w), 255 to keep; gives uint8 (1, 3, h, w). Both know pictures of
about 512 pixels: they serve for structure, and for all of it where a window is no larger.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from editor.domain.request import Pixels
from editor.engine.fill.levels import Flags, Level, reduced
from editor.engine.networks import Network
from editor.engine.weights import Models

SIDE = 512
LAMA, MIGAN = "lama", "migan"
TITLES = {LAMA: "LaMa", MIGAN: "MI-GAN"}
LARGE_SHARE = 0.06
"""Of the window: above it LaMa continues structures better, below it MI-GAN serves."""


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """A picture of at most ``SIDE`` pixels a side with its ``hole`` filled, and the network's name."""

    picture: Pixels
    hole: Flags
    title: str


def learned_completion(level: Level, models: Models) -> Completion | None:
    """``level``, made small if need be, completed by the best network there; None where none is."""
    share = np.count_nonzero(level.hole) / level.hole.size
    order = (LAMA, MIGAN) if share > LARGE_SHARE else (MIGAN, LAMA)
    name = next((name for name in order if models.has(name)), None)
    network = None if name is None else models.network(name)
    if name is None or network is None:
        return None
    small = _small(level)
    complete = _by_lama if name == LAMA else _by_migan
    filled = np.where(small.hole[..., None], complete(network, small), small.picture)
    return Completion(filled, small.hole, TITLES[name])


def _small(level: Level) -> Level:
    scale = SIDE / max(level.hole.shape)
    if scale >= 1:
        return level
    height, width = (max(1, round(length * scale)) for length in level.hole.shape)
    colours, hole = reduced(level.picture, level.hole, (height, width))
    return Level(np.clip(np.rint(colours), 0, 255).astype(np.uint8), hole)


def _by_lama(network: Network, level: Level) -> Pixels:
    height, width = level.hole.shape
    # The rest of the square mirrors the picture, and so does the mask: what is mirrored from a hole is not known.
    edges = 0, SIDE - height, 0, SIDE - width
    square = cv2.copyMakeBorder(level.picture, *edges, cv2.BORDER_REFLECT)
    marked = cv2.copyMakeBorder(level.hole.astype(np.uint8), *edges, cv2.BORDER_REFLECT).astype(np.float32)
    blue_first = (square[..., ::-1] * np.float32(1 / 255)) * (1 - marked[..., None])
    inputs = {"image": blue_first.transpose(2, 0, 1)[None], "mask": marked[None, None]}
    (output, *_) = network.run({name: np.asarray(value, np.float32) for name, value in inputs.items()})
    filled = np.clip(np.rint(output[0].transpose(1, 2, 0)[:height, :width, ::-1]), 0, 255)
    return np.asarray(filled, np.uint8)


def _by_migan(network: Network, level: Level) -> Pixels:
    image, mask = (tensor.name for tensor in network.inputs)
    keep = np.where(level.hole, 0, 255).astype(np.uint8)
    (output, *_) = network.run({image: level.picture.transpose(2, 0, 1)[None], mask: keep[None, None]})
    return np.asarray(output[0].transpose(1, 2, 0), np.uint8)
