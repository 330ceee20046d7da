"""Pictures with a hole and a fill that a platform has given a tone of its own: how much of it is seen afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from editor.imaging.colour_difference import delta_e, lab
from editor.imaging.effective_mask import effective_of
from editor.imaging.fitting import fitted_patch

Picture = np.ndarray
SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "rocket.jpg"
TARGET = 2.0
"""ΔE00 across the seam, the mean over the set."""
_NEAR = 5
"""Pixels along the seam over which colours are averaged before they are compared."""


def _as_levels(values: Picture) -> Picture:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _gamma(exponent: float) -> Callable[[Picture], Picture]:
    return lambda picture: _as_levels(255 * (picture / 255.0) ** exponent)


def _offset(*levels: float) -> Callable[[Picture], Picture]:
    return lambda picture: _as_levels(picture + np.array(levels))


def _gain(*factors: float) -> Callable[[Picture], Picture]:
    return lambda picture: _as_levels(picture * np.array(factors))


def _lit_from_one_side(picture: Picture) -> Picture:
    across = np.linspace(-14, 14, picture.shape[1])[None, :, None]
    return _as_levels(picture + across * np.array([1.0, 0.8, 0.5]))


def _greyer(picture: Picture) -> Picture:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None].astype(float)
    return _as_levels(grey + 0.8 * (picture - grey))


def jpeg(picture: Picture, quality: int = 75) -> Picture:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def _resized(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width * 5 // 8, height * 5 // 8), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def _moved(picture: Picture) -> Picture:
    matrix = np.array([[1.0, 0, 3.4], [0, 1.0, -2.2]])
    return cv2.warpAffine(picture, matrix, picture.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


DRIFTS: dict[str, Callable[[Picture], Picture]] = {
    "none": lambda picture: picture,
    "brighter": _offset(10, 10, 10),
    "warmer": _offset(11, 2, -9),
    "gain": _gain(0.9, 0.92, 0.94),
    "gamma 0.85": _gamma(0.85),
    "gamma 1.2": _gamma(1.2),
    "greyer": _greyer,
    "lit from one side": _lit_from_one_side,
    "moved": lambda picture: _moved(_offset(6, 6, 6)(picture)),
    "JPEG": lambda picture: jpeg(_offset(-8, -8, -5)(picture)),
    "resized": lambda picture: _resized(_gain(1.06, 1.05, 1.04)(picture)),
    "all of it": lambda picture: jpeg(_resized(_moved(_gamma(0.9)(_offset(5, 0, -6)(picture))))),
}


@dataclass(frozen=True)
class Score:
    """ΔE00 along the seam, without and with the repair: as the program ``measured`` it, and ``true``, against the
    same fill without the drift."""

    drift: str
    measured: tuple[float, float]
    true: tuple[float, float]
    repaired: bool


@dataclass(frozen=True)
class Scene:
    """A picture, its effective mask, and what a platform without a tone of its own would have returned."""

    picture: Picture
    mask: Picture
    perfect: Picture

    def score(self, drift: str, *, laid_over: bool = False) -> Score:
        """``laid_over``: the platform has laid its fill over the picture itself, and its context tells nothing."""
        answer = DRIFTS[drift](self.perfect)
        if laid_over:
            answer = np.where(self.mask[..., None] > 0, answer, self.picture)
        fitted = fitted_patch(self.picture, answer, self.mask, continues=laid_over)
        found = fitted.metrics
        plain = self.off(answer)
        return Score(
            drift=drift,
            measured=(float(found.get("seam_before", 0.0)), float(found.get("seam_after", 0.0))),  # type: ignore[arg-type]
            true=(plain, self.off(fitted.image)),
            repaired=found.get("seam_repair", "none") != "none",
        )

    def off(self, answer: Picture) -> float:
        """Mean ΔE00 along the seam between what was laid there and what should have been, as if no feather hid it."""
        inside = (self.mask > 127).astype(np.uint8)
        edge = (inside > 0) & (cv2.erode(inside, np.ones((3, 3), np.uint8)) == 0)
        seen = [cv2.blur(one, (_NEAR, _NEAR))[edge] for one in (answer, self.perfect)]
        return float(delta_e(lab(seen[0]), lab(seen[1])).mean())


def drawn(width: int = 420, height: int = 320) -> Picture:
    """A sky, a field, and things on it, with a little grain, RGB."""
    chance = np.random.default_rng(9)
    picture = np.empty((height, width, 3))
    down = np.linspace(0, 1, height)[:, None, None]
    picture[:] = (1 - down) * np.array([110, 150, 205]) + down * np.array([190, 205, 215])
    picture[height * 3 // 5 :] = (80, 125, 60)
    picture = np.ascontiguousarray(_as_levels(picture))
    for number in range(14):
        place = int(chance.integers(0, width)), int(chance.integers(height // 3, height))
        cv2.circle(picture, place, 6 + number, tuple(int(value) for value in chance.integers(30, 230, 3)), -1)
    return _as_levels(picture + chance.normal(0, 2.5, picture.shape))


def photos(*folders: Path) -> Iterator[Picture]:
    """The sample, and all photos of ``folders``, RGB."""
    paths = [
        SAMPLE,
        *(path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".png", ".jpg")),
    ]
    for path in paths:
        yield cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def scenes(picture: Picture, *, seed: int = 0) -> Iterator[Scene]:
    """Holes of several sizes and kinds; filled with what was there, or with something of another colour."""
    height, width = picture.shape[:2]
    chance = np.random.default_rng(seed)
    for size, feather, another in ((0.12, 6, False), (0.25, 6, True), (0.2, 0, False), (0.3, 12, True)):
        painted = np.zeros((height, width), np.uint8)
        middle = int(chance.uniform(0.3, 0.7) * width), int(chance.uniform(0.3, 0.7) * height)
        axes = int(size * width / 2), int(size * height * 0.7)
        cv2.ellipse(painted, middle, axes, float(chance.uniform(0, 90)), 0, 360, 255, -1)
        perfect = picture.copy()
        if another:
            # A white thing, well inside: what was asked for, and nobody's drift.
            cv2.ellipse(perfect, middle, (axes[0] * 2 // 3, axes[1] * 2 // 3), 0, 0, 360, (245, 245, 240), -1)
        yield Scene(picture, effective_of(painted, 4, feather), perfect)
