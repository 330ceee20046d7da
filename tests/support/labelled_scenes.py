"""Scenes for the labelled set: what stands before what, drawn or cut from photos, always the same for one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

Pixels = np.ndarray
Rng = np.random.Generator
Size = tuple[int, int]
"""Height and width."""

SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "rocket.jpg"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """``picture`` is ``ground`` with a thing before it; ``thing`` is its mask, 0 or 255."""

    ground: Pixels
    picture: Pixels
    thing: Pixels


@cache
def sample_photo() -> Pixels:
    """The photo that ships with the program, RGB."""
    return cv2.cvtColor(cv2.imread(str(SAMPLE)), cv2.COLOR_BGR2RGB)


def soft_noise(rng: Rng, size: Size, sigma: float) -> Pixels:
    """Noise of mean 0 and deviation 1 whose grain is ``sigma`` pixels wide, float, three channels."""
    noise = rng.standard_normal((*size, 3)).astype(np.float32)
    if sigma:
        noise = cv2.GaussianBlur(noise, (0, 0), sigma)
    return (noise - noise.mean()) / max(float(noise.std()), 1e-6)


def levels(picture: Pixels) -> Pixels:
    """Any numbers as levels."""
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def cut(rng: Rng, photo: Pixels, size: Size) -> Pixels:
    """A part of a photo, at least a third of it, at ``size``."""
    height, width = photo.shape[:2]
    scale = min(height / size[0], width / size[1]) * rng.uniform(0.4, 1.0)
    rows, columns = int(size[0] * scale), int(size[1] * scale)
    top, left = rng.integers(0, height - rows + 1), rng.integers(0, width - columns + 1)
    part = photo[top : top + rows, left : left + columns]
    return cv2.resize(part, size[::-1], interpolation=cv2.INTER_AREA)


def _photo(rng: Rng, size: Size) -> Pixels:
    return cut(rng, sample_photo(), size)


def _grey_photo(rng: Rng, size: Size) -> Pixels:
    return cv2.cvtColor(cv2.cvtColor(_photo(rng, size), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def _night_photo(rng: Rng, size: Size) -> Pixels:
    return levels(_photo(rng, size) * rng.uniform(0.1, 0.25))


def _night(rng: Rng, size: Size) -> Pixels:
    """Black with a few lights."""
    picture = np.zeros((*size, 3), np.uint8)
    for _ in range(rng.integers(15, 40)):
        place = int(rng.integers(0, size[1])), int(rng.integers(0, size[0]))
        cv2.circle(picture, place, int(rng.integers(1, 4)), rng.integers(120, 256, 3).tolist(), -1)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def _wall(rng: Rng, size: Size) -> Pixels:
    """One colour, with the noise of a camera or without."""
    return levels(rng.integers(40, 216, 3) + rng.choice([0.0, 1.0, 2.0]) * soft_noise(rng, size, 0.6))


def _sky(rng: Rng, size: Size) -> Pixels:
    down = np.linspace(0, 1, size[0])[:, None, None]
    low, high = rng.integers(150, 240, 3), rng.integers(90, 200, 3)
    return levels(high + (low - high) * down + 0.8 * soft_noise(rng, size, 0.7))


def _snow(rng: Rng, size: Size) -> Pixels:
    return levels(248 + 3 * soft_noise(rng, size, 8) + rng.uniform(0, 2) * soft_noise(rng, size, 0.6))


def _clouds(rng: Rng, size: Size) -> Pixels:
    return levels(130 + 34 * soft_noise(rng, size, rng.uniform(4, 14)) + 4 * soft_noise(rng, size, 1))


def _grass(rng: Rng, size: Size) -> Pixels:
    return levels(np.array([80, 120, 50]) + 24 * soft_noise(rng, size, 1.0) + 8 * soft_noise(rng, size, 5))


def _concrete(rng: Rng, size: Size) -> Pixels:
    grain = soft_noise(rng, size, 0.8)[..., :1]
    return levels(rng.integers(115, 140) + 12 * grain + 5 * soft_noise(rng, size, 9)[..., :1] + np.zeros(3))


def _bricks(rng: Rng, size: Size) -> Pixels:
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    high, wide = rng.integers(10, 20), rng.integers(22, 40)
    joints = (rows % high < 2) | ((columns + (rows // high % 2) * wide // 2) % wide < 2)
    picture = np.where(joints[..., None], 190, rng.integers([140, 60, 40], [190, 100, 80])) + 0.0
    return levels(picture + 7 * soft_noise(rng, size, 1.2))


def _page(rng: Rng, size: Size) -> Pixels:
    """Lines of print on paper."""
    picture = np.full((*size, 3), 250, np.uint8)
    for row in range(14, size[0], 13):
        words = "".join(rng.choice(list("aeinrst mlo "), size[1] // 7))
        cv2.putText(picture, words, (6, row), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (20, 20, 24), 1, cv2.LINE_AA)
    return picture


def _room(rng: Rng, size: Size) -> Pixels:
    """Two walls and a floor, shaded."""
    height, width = size
    picture = np.zeros((*size, 3), np.float32)
    corner, line = int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.55, 0.8))
    picture[:, :corner], picture[:, corner:] = rng.integers(120, 230, 3), rng.integers(90, 200, 3)
    picture[line:] = rng.integers(50, 130, 3)
    picture *= np.linspace(0.8, 1.05, width, dtype=np.float32)[None, :, None]
    return levels(picture + 1.5 * soft_noise(rng, size, 0.7))


def _landscape(rng: Rng, size: Size) -> Pixels:
    picture = _sky(rng, size).astype(np.float32)
    line = size[0] * rng.uniform(0.4, 0.65) + 8 * np.sin(np.arange(size[1]) / rng.uniform(18, 40))
    hills = np.arange(size[0])[:, None] > line[None, :]
    return levels(np.where(hills[..., None], _grass(rng, size), picture))


def _bokeh(rng: Rng, size: Size) -> Pixels:
    """Nothing in focus."""
    return levels(110 + 40 * soft_noise(rng, size, max(size) / 10) + 0.7 * soft_noise(rng, size, 0.6))


def _cartoon(rng: Rng, size: Size) -> Pixels:
    """Areas of exactly one colour with outlines."""
    picture = np.full((*size, 3), rng.integers(120, 250, 3), np.uint8)
    for _ in range(6):
        centre = int(rng.integers(0, size[1])), int(rng.integers(0, size[0]))
        radius = int(rng.integers(size[0] // 10, size[0] // 4))
        cv2.circle(picture, centre, radius, rng.integers(30, 256, 3).tolist(), -1)
        cv2.circle(picture, centre, radius, (10, 10, 10), 2)
    return picture


Ground = Callable[[Rng, Size], Pixels]
GROUNDS: Mapping[str, Ground] = MappingProxyType(
    {
        "photo": _photo,
        "greyscale photo": _grey_photo,
        "night photo": _night_photo,
        "night": _night,
        "wall": _wall,
        "sky": _sky,
        "snow": _snow,
        "clouds": _clouds,
        "grass": _grass,
        "concrete": _concrete,
        "bricks": _bricks,
        "page": _page,
        "room": _room,
        "landscape": _landscape,
        "bokeh": _bokeh,
        "cartoon": _cartoon,
    }
)


def thing_mask(rng: Rng, size: Size, reach: float) -> Pixels:
    """A disc, a box, a figure or a leaf, about ``reach`` of the shorter side wide, somewhere in the picture."""
    height, width = size
    radius = max(1, int(min(size) * reach / 2))
    x = int(rng.integers(min(radius, width // 2), max(width - radius, width // 2 + 1)))
    y = int(rng.integers(min(radius, height // 2), max(height - radius, height // 2 + 1)))
    mask = np.zeros(size, np.uint8)
    match int(rng.integers(0, 4)):
        case 0:
            cv2.circle(mask, (x, y), radius, 255, -1)
        case 1:
            cv2.rectangle(mask, (x - radius, y - radius), (x + radius, y + radius // 2), 255, -1)
        case 2:
            cv2.ellipse(mask, (x, y + radius // 3), (radius // 2 + 1, 2 * radius // 3 + 1), 0, 0, 360, 255, -1)
            cv2.circle(mask, (x, y - radius // 2), radius // 3 + 1, 255, -1)
        case _:
            cv2.ellipse(mask, (x, y), (radius, radius // 2 + 1), float(rng.uniform(0, 180)), 0, 360, 255, -1)
    return mask


def placed(rng: Rng, ground: Pixels, thing: Pixels, *, distance: int = 50) -> Pixels:
    """``ground`` with a thing of a shaded colour, ``distance`` levels from what it hides in two channels at least."""
    around = ground[thing > 0].mean(axis=0) if thing.any() else np.full(3, 128.0)
    off = rng.uniform(distance, distance + 60, 3) * rng.choice([0.4, 1.0, 1.0], 3)
    colour = np.where(around > 128, around - off, around + off)
    colour[0] = around[0] + (-1 if around[0] > 128 else 1) * max(distance, off[0])
    size = ground.shape[:2]
    body = colour + rng.uniform(0, 9) * soft_noise(rng, size, max(2.0, max(size) / 40))
    share = (cv2.blur(thing, (3, 3)) if thing.sum() > 255 * 60 else thing)[..., None] / 255
    if np.ptp(ground.astype(np.int16), axis=2).max() == 0:
        body = np.repeat(body.mean(axis=2, keepdims=True), 3, axis=2)
    return levels(ground * (1 - share) + body * share)


def make_scene(rng: Rng, draw: Ground, *, size: Size = (160, 208), reach: float | None = None) -> Scene:
    """A thing before the ground that ``draw`` gives; ``reach`` is the thing's share of the shorter side."""
    ground = draw(rng, size)
    thing = thing_mask(rng, size, rng.uniform(0.15, 0.5) if reach is None else reach)
    return Scene(ground=ground, picture=placed(rng, ground, thing), thing=thing)
