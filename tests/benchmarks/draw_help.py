"""Draw the pictures of the help page about this computer, from the photographs that may ship, by the engine itself.

    python tests/benchmarks/draw_help.py

Run it anew when an operation has become better, and look at what it writes into ``resources/help``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from photos import photographs
from sheets import marked

from editor.domain.kinds import Edge
from editor.engine.cutout.cut_out import cut_out
from editor.engine.extend.extend import extend
from editor.engine.fill.erase import erase
from editor.engine.upscale.enlarge import upscale
from editor.engine.upscale.result import Mode
from editor.engine.weights import Models
from editor.imaging.backdrop import before_backdrop

Pixels = NDArray[np.uint8]

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "resources" / "help"
MODELS = Models([ROOT / "resources" / "models"])
HEIGHT, GAP, QUALITY = 260, 6, 84
GOOD, BAD = (64, 150, 80), (190, 70, 60)


def quiet(share: float) -> None:
    """Nobody watches."""


def erased(image: Pixels, mask: Pixels) -> list[Pixels]:
    """Marked, and filled."""
    filled = erase(image, mask, seed=1, models=MODELS, progress=quiet).image
    return [marked(image, mask > 0), filled]


def ellipse(image: Pixels, centre: tuple[int, int], axes: tuple[int, int], angle: float = 0) -> Pixels:
    """A mask of one ellipse."""
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.ellipse(mask, centre, axes, angle, 0, 360, 255, -1)
    return mask


def subject_mask(image: Pixels, grown: int) -> Pixels:
    """The subject, a little wider."""
    alpha = cut_out(image, edge=Edge.HARD, models=MODELS, progress=quiet).alpha
    side = 2 * grown + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate((alpha > 127).astype(np.uint8) * 255, kernel), np.uint8)


def cut(image: Pixels) -> list[Pixels]:
    """Before, and on two grounds."""
    alpha = cut_out(image, edge=Edge.SOFT, models=MODELS, progress=quiet).alpha
    return [image, before_backdrop(image, alpha, (255, 255, 255)), before_backdrop(image, alpha, (40, 90, 140))]


def enlarged(image: Pixels, mode: Mode) -> Pixels:
    """Four times as large."""
    height, width = image.shape[:2]
    made = upscale(
        image, width=4 * width, height=4 * height, mode=mode, models=MODELS, progress=quiet, budget_seconds=600
    )
    return made.image


def erasing(photos: dict[str, Pixels]) -> Iterator[tuple[bool, list[Pixels]]]:
    """A rocket, a badge; a face."""
    rocket, astronaut, chelsea = photos["rocket"], photos["astronaut"], photos["chelsea"]
    yield True, erased(rocket, subject_mask(rocket, 5))
    yield True, erased(astronaut, ellipse(astronaut, (163, 379), (46, 46)))
    yield False, erased(chelsea, ellipse(chelsea, (215, 120), (62, 50)))


def cutting(photos: dict[str, Pixels]) -> Iterator[tuple[bool, list[Pixels]]]:
    """A cup and a portrait."""
    yield True, cut(photos["coffee"])
    yield True, cut(photos["astronaut"])


def extending(photos: dict[str, Pixels]) -> Iterator[tuple[bool, list[Pixels]]]:
    """A sky and a table; half a face."""
    for good, name, sides in (
        (True, "rocket", {"left": 120, "right": 120, "up": 60, "down": 0}),
        (True, "coffee", {"left": 100, "right": 100, "up": 0, "down": 60}),
        (False, "chelsea", {"left": 110, "right": 0, "up": 0, "down": 0}),
    ):
        image = photos[name]
        grown = extend(image, **sides, seed=1, models=MODELS, progress=quiet).image
        yield good, [image, grown]


def enlarging(photos: dict[str, Pixels]) -> Iterator[tuple[bool, list[Pixels]]]:
    """An eye, as it is, faithfully and cleaned up."""
    part = np.ascontiguousarray(photos["chelsea"][85:155, 100:205])
    plain = np.asarray(cv2.resize(part, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))
    yield True, [plain, enlarged(part, Mode.FAITHFUL), enlarged(part, Mode.CLEAN_UP)]


SHEETS: dict[str, Callable[[dict[str, Pixels]], Iterator[tuple[bool, list[Pixels]]]]] = {
    "here-erase": erasing,
    "here-cut-out": cutting,
    "here-extend": extending,
    "here-enlarge": enlarging,
}


def row(good: bool, pictures: list[Pixels]) -> Pixels:
    """Pictures of one height side by side, behind a green bar for what goes well, or a red one."""
    cells = [np.full((HEIGHT, 5, 3), GOOD if good else BAD, np.uint8)]
    for picture in pictures:
        width = round(picture.shape[1] * HEIGHT / picture.shape[0])
        cells += [
            np.full((HEIGHT, GAP, 3), 255, np.uint8),
            np.asarray(cv2.resize(picture, (width, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8),
        ]
    return np.hstack(cells)


def main() -> None:
    """Write every sheet."""
    photos = {photo.name: photo.pixels for photo in photographs() if photo.package == "scikit-image"}
    for name, rows_of in SHEETS.items():
        rows = [row(good, pictures) for good, pictures in rows_of(photos)]
        width = max(one.shape[1] for one in rows)
        padded = [cv2.copyMakeBorder(one, 0, GAP, 0, width - one.shape[1], 0, value=(255,) * 3) for one in rows]
        path = HELP / f"{name}.jpg"
        cv2.imwrite(str(path), np.vstack(padded)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        print(path.relative_to(ROOT), f"{path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
