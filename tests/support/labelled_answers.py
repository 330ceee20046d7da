"""How platforms answer, well and badly, for the labelled set: what encoding and whole-picture models do to a good
picture, and every way in which one is spoiled."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from PIL import Image
from support.labelled_scenes import GROUNDS, Pixels, Rng, levels, soft_noise

SEEN_LEVELS, SEEN_SHARE = 12, 0.005
"""A spoiling is one when so large a share of the pixels is so many levels off: others nobody could see."""


def lossy(picture: Pixels, quality: int, suffix: str = ".jpg") -> Pixels:
    """What a JPEG or a WebP of ``quality`` makes of a picture."""
    flag = cv2.IMWRITE_JPEG_QUALITY if suffix == ".jpg" else cv2.IMWRITE_WEBP_QUALITY
    data = cv2.imencode(suffix, picture[..., ::-1], [flag, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].copy()


def toned(rng: Rng, picture: Pixels) -> Pixels:
    """The slight shift of tone of a model that makes the whole picture anew."""
    return levels(picture * rng.uniform(0.96, 1.04) + rng.uniform(-5, 5) + rng.uniform(-1.5, 1.5, 3))


def remade(rng: Rng, picture: Pixels) -> Pixels:
    """A whole-picture model: worked at a smaller size, with its own tone, its own grain."""
    height, width = picture.shape[:2]
    scale = rng.uniform(0.6, 0.9)
    small = cv2.resize(picture, (max(1, int(width * scale)), max(1, int(height * scale))), interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return toned(rng, levels(large + rng.uniform(0, 1.5) * soft_noise(rng, (height, width), 0.6)))


STYLES: Mapping[str, Callable[[Rng, Pixels], Pixels]] = MappingProxyType(
    {
        "exact": lambda rng, picture: picture.copy(),
        "JPEG": lambda rng, picture: lossy(picture, int(rng.integers(70, 96))),
        "WebP": lambda rng, picture: lossy(picture, int(rng.integers(75, 96)), ".webp"),
        "tone": toned,
        "remade": remade,
    }
)


def styled(rng: Rng, picture: Pixels) -> Pixels:
    """A good picture as one platform or another returns it."""
    return STYLES[str(rng.choice(list(STYLES)))](rng, picture)


def faintly_lossy(rng: Rng, picture: Pixels) -> Pixels:
    """As it was, or as it was in a JPEG."""
    return picture.copy() if rng.random() < 0.4 else lossy(picture, int(rng.integers(60, 96)))


def is_seen(spoiled: Pixels, good: Pixels) -> bool:
    """Whether anybody could tell ``spoiled`` from the good picture."""
    if spoiled.shape != good.shape:
        return True
    return bool((cv2.absdiff(spoiled, good).max(axis=2) > SEEN_LEVELS).mean() > SEEN_SHARE)


def _one_colour(rng: Rng, good: Pixels) -> Pixels:
    colour = rng.choice([0, 127, 128, 255, -1])
    return np.full_like(good, colour) if colour >= 0 else np.full_like(good, 0) + rng.integers(0, 256, 3, np.uint8)


def _blurred(rng: Rng, good: Pixels) -> Pixels:
    return cv2.GaussianBlur(good, (0, 0), max(good.shape[:2]) * rng.uniform(0.025, 0.06))


def _half_decoded(rng: Rng, good: Pixels) -> Pixels:
    """A file that broke off: what was not read is grey, in some readers black."""
    picture = good.copy()
    picture[int(good.shape[0] * rng.uniform(0.25, 0.75)) // 8 * 8 :] = rng.choice([128, 128, 127, 0])
    return picture


def _noise(rng: Rng, good: Pixels) -> Pixels:
    if rng.random() < 0.5:
        return rng.integers(0, 256, good.shape, dtype=np.uint8)
    return levels(128 + rng.uniform(20, 60) * soft_noise(rng, good.shape[:2], rng.uniform(0, 0.8)))


def _another(rng: Rng, good: Pixels) -> Pixels:
    kind = str(rng.choice(["photo", "landscape", "room", "clouds", "bricks", "page", "cartoon", "grass"]))
    return styled(rng, GROUNDS[kind](rng, good.shape[:2]))


def _other_shape(rng: Rng, good: Pixels) -> Pixels:
    height, width = good.shape[:2]
    sizes = (
        (height, width),
        (width // 2, height // 2),
        (width * 2, height * 2),
        (width, height - 1),
        (width + 8, height),
    )
    return cv2.resize(good, sizes[int(rng.integers(int(height == width), len(sizes)))], interpolation=cv2.INTER_AREA)


SPOILINGS: Mapping[str, Callable[[Rng, Pixels], Pixels]] = MappingProxyType(
    {
        "black": lambda rng, good: np.zeros_like(good),
        "black, JPEG": lambda rng, good: lossy(levels(rng.uniform(0, 0.6) * soft_noise(rng, good.shape[:2], 1)), 85),
        "one colour": _one_colour,
        "wrong size": _other_shape,
        "mirrored": lambda rng, good: good[:, ::-1].copy(),
        "another photo": _another,
        "blurred": _blurred,
        "half decoded": _half_decoded,
        "noise": _noise,
        "channels swapped": lambda rng, good: good[..., ::-1].copy(),
    }
)


_AS_ANY_OTHER = ("mirrored", "channels swapped")
"""Spoilings that come with all that encoding and a model's own tone do to a picture, which is not what is seen."""


def spoiled(rng: Rng, good: Pixels, new: Pixels | None = None) -> Iterator[tuple[str, Pixels]]:
    """Every way to spoil ``good`` that can be seen, by name. A swap of channels in a grey picture, a mirrored wall and
    a blurred sky cannot; nor can a swap in what is ``new``, since that might have any colours: (h, w), 255 = new."""
    for kind, spoil in SPOILINGS.items():
        picture = spoil(rng, good)
        known = new is not None and kind == "channels swapped"
        if is_seen(np.where(new[..., None] > 0, good, picture) if known else picture, good):
            yield kind, styled(rng, picture) if kind in _AS_ANY_OTHER else picture


def broken_files(rng: Rng, good: Pixels) -> Iterator[tuple[str, bytes]]:
    """Answers that are no whole picture at all: cut off, something else, or with nothing to be seen."""
    suffix = str(rng.choice([".png", ".jpg", ".webp"]))
    whole = cv2.imencode(suffix, good[..., ::-1])[1].tobytes()
    yield "file cut off", whole[: int(len(whole) * rng.uniform(0.2, 0.9))]
    other = (b"", b"<html><body>busy</body></html>", b'{"error":"none"}', whole[9:], b"\x89PNG\r\n\x1a\n" + bytes(200))
    yield "no picture", other[int(rng.integers(0, len(other)))]
    colours = good if rng.random() < 0.5 else np.zeros_like(good)
    clear = np.dstack([colours, np.zeros(good.shape[:2], np.uint8)])
    data = io.BytesIO()
    Image.fromarray(clear, "RGBA").save(data, str(rng.choice(["PNG", "WEBP"])), exact=True, lossless=True)
    yield "transparent", data.getvalue()
