"""Any thing of a picture by points or a box, by MobileSAM (Zhang et al. 2023), where it is installed.

Its encoder looks at a picture once; its decoder answers each question in a few hundredths of a second. Tensors as in
Segment Anything's own ONNX export (Kirillov et al. 2023): coordinates count in the picture whose longer side is 1024.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from editor.domain.geometry import Rect
from editor.domain.request import Pixels
from editor.engine.select.view import View
from editor.engine.weights import Models

Floats = NDArray[np.float32]

TITLE = "MobileSAM"
ENCODER, DECODER = "mobile-sam-encoder", "mobile-sam-decoder"
SIDE = 1024
ON, PADDING, TOP_LEFT, BOTTOM_RIGHT = 1.0, -1.0, 2.0, 3.0
"""What the decoder is told of a point."""
MASK_SIDE = 256
WHOLE = 4
"""So many answers: the first is for several prompts, the others are a part, a thing, all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A picture as the decoder knows it: ``features`` (1, 256, 64, 64), and its width and height as it was shown."""

    features: Floats
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """Points of the whole picture (x, y), and what each is."""

    points: tuple[tuple[float, float], ...]
    kinds: tuple[float, ...]

    @classmethod
    def at(cls, points: Sequence[tuple[float, float]]) -> Prompt:
        """The thing that all ``points`` are in."""
        # Without a box the decoder wants one point more that says so.
        return cls((*points, (0.0, 0.0)), (*(ON for _ in points), PADDING))

    @classmethod
    def box(cls, box: Rect) -> Prompt:
        """The thing in ``box``."""
        return cls(((box.x, box.y), (box.right, box.bottom)), (TOP_LEFT, BOTTOM_RIGHT))


def shown_size(size: tuple[int, int]) -> tuple[int, int]:
    """The width and height in which the encoder is shown a picture of ``size``."""
    scale = SIDE / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def encoded(pixels: Pixels, models: Models) -> Encoded | None:
    """What the encoder makes of ``pixels`` (h, w, 3; RGB uint8) of ``shown_size``; None where it is not installed."""
    network = models.network(ENCODER)
    if network is None or not models.has(DECODER):
        return None
    canvas = np.zeros((SIDE, SIDE, 3), np.float32)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    features = network.run({network.inputs[0].name: canvas})[0]
    return Encoded(np.asarray(features, np.float32), (pixels.shape[1], pixels.shape[0]))


def share_of(prompt: Prompt, picture: Encoded, whole: View, models: Models) -> Floats | None:
    """How sure the decoder is of each pixel, (h, w; 0–1) in the size the picture was shown in; None without a decoder.

    ``whole`` is of the whole picture, whose coordinates ``prompt`` counts in.
    """
    network = models.network(DECODER)
    if network is None:
        return None
    answers = network.run(_asked(prompt, picture, whole))
    masks = answers[0][0]
    scores = answers[1].reshape(-1) if len(answers) > 1 and answers[1].size == len(masks) else np.zeros(len(masks))
    # One point is ambiguous, and the answers from the second on are for that.
    first = 1 if len(masks) == WHOLE and len(prompt.points) == 2 and PADDING in prompt.kinds else 0
    chosen = masks[first + int(np.argmax(scores[first:]))]
    return np.asarray(1 / (1 + np.exp(-np.clip(chosen, -30, 30))), np.float32)


def _asked(prompt: Prompt, picture: Encoded, whole: View) -> dict[str, Floats]:
    scale = picture.size[0] / whole.rect.width, picture.size[1] / whole.rect.height
    points = np.array(prompt.points, np.float32) * np.array(scale, np.float32)
    return {
        "image_embeddings": picture.features,
        "point_coords": points[None].astype(np.float32),
        "point_labels": np.array([prompt.kinds], np.float32),
        "mask_input": np.zeros((1, 1, MASK_SIDE, MASK_SIDE), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array([picture.size[1], picture.size[0]], np.float32),
    }
