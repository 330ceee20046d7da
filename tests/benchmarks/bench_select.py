"""Selecting by click and by box against its peers, on composed scenes whose truth is known, and on photographs.

A click falls on a random place well inside the thing; a box is the thing's own with a few pixels of slack. Peers are
GrabCut by the box at full size, and a flood fill from the click. Sheets of photographs go to ``build/sheets``.
``--quick`` takes eight scenes and no sheets.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from mattes import Scene, scenes
from photos import photographs, reduced
from sheets import save_sheet

from editor.domain.errors import EditorError
from editor.domain.geometry import Rect
from editor.engine.select.embedding import Embedding
from editor.engine.select.find import select_at, select_box, select_subject
from editor.engine.select.strokes import refine
from editor.engine.weights import Models

Pixels = NDArray[np.uint8]
Point = tuple[int, int]

ROOT = Path(__file__).resolve().parents[2]
MODELS = Models([ROOT / "resources" / "models"])
NONE = Models.none()
SEED = 7
SLACK = 6
"""Most pixels, of a side of 1,000, by which each side of a box lies off the thing."""
WAND_TOLERANCE = (24, 24, 24)
MEGAPIXELS = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """A scene, where it is clicked and which box is drawn."""

    scene: Scene
    point: Point
    box: Rect


@dataclass(frozen=True, slots=True)
class Place:
    """Clicks and boxes in a photograph, as shares of its sides."""

    points: tuple[tuple[float, float], ...]
    boxes: tuple[tuple[float, float, float, float], ...]


PLACES: Mapping[str, Place] = {
    "ladybird": Place(((0.70, 0.51), (0.42, 0.75), (0.12, 0.28)), ((0.65, 0.44, 0.10, 0.14), (0.05, 0.18, 0.17, 0.28))),
    "cups": Place(((0.55, 0.76), (0.14, 0.70), (0.76, 0.50)), ((0.39, 0.56, 0.29, 0.37), (0.64, 0.38, 0.22, 0.28))),
    "astronaut": Place(
        ((0.30, 0.66), (0.45, 0.28), (0.78, 0.85), (0.79, 0.30)), ((0.27, 0.00, 0.36, 0.42), (0.52, 0.65, 0.48, 0.35))
    ),
    "chelsea": Place(((0.30, 0.50), (0.37, 0.38)), ((0.26, 0.27, 0.22, 0.24),)),
    "coffee": Place(((0.60, 0.88), (0.50, 0.40), (0.60, 0.68)), ((0.27, 0.03, 0.44, 0.72), (0.11, 0.02, 0.70, 0.96))),
    "nuthatch": Place(((0.46, 0.58), (0.20, 0.50)), ((0.40, 0.35, 0.15, 0.33),)),
    "boats": Place(((0.17, 0.70), (0.36, 0.58), (0.50, 0.30)), ((0.02, 0.50, 0.29, 0.46), (0.30, 0.48, 0.14, 0.23))),
    "dogs": Place(((0.43, 0.30), (0.56, 0.51), (0.40, 0.45)), ((0.29, 0.22, 0.26, 0.22), (0.45, 0.43, 0.24, 0.24))),
}


# --- scenes with a known truth


def cases(count: int | None) -> list[Case]:
    random = np.random.default_rng(SEED)
    return [_case(scene, random) for scene in islice(scenes(), count)]


def _case(scene: Scene, random: np.random.Generator) -> Case:
    thing = scene.alpha > 127
    depth = cv2.distanceTransform(thing.astype(np.uint8), cv2.DIST_L2, 5)
    rows, columns = np.nonzero(depth > 0.3 * depth.max())
    chosen = int(random.integers(len(rows)))
    point = int(columns[chosen]), int(rows[chosen])
    rows, columns = np.nonzero(thing)
    most = max(2, SLACK * max(thing.shape) // 1000)
    left, top, right, bottom = (int(value) for value in random.integers(-most // 2, most + 1, 4))
    box = Rect.from_edges(
        int(columns.min()) - left, int(rows.min()) - top, int(columns.max()) + 1 + right, int(rows.max()) + 1 + bottom
    )
    return Case(scene, point, box)


def overlap(mask: Pixels, truth: Pixels) -> float:
    """Intersection over union, of what is more than half selected."""
    one, other = mask > 127, truth > 127
    return float((one & other).sum() / max(1, (one | other).sum()))


# --- ways to select


def wand(case: Case) -> Pixels:
    marks = np.zeros((case.scene.image.shape[0] + 2, case.scene.image.shape[1] + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    cv2.floodFill(case.scene.image.copy(), marks, case.point, (0, 0, 0), WAND_TOLERANCE, WAND_TOLERANCE, flags)
    return marks[1:-1, 1:-1]


def plain_grab_cut(case: Case) -> Pixels:
    image = case.scene.image
    inside = case.box.intersected(Rect(1, 1, image.shape[1] - 2, image.shape[0] - 2))
    marks = np.zeros(image.shape[:2], np.uint8)
    cv2.setRNGSeed(1)
    sides = inside.x, inside.y, inside.width, inside.height
    cv2.grabCut(image, marks, sides, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    return np.asarray((marks & 1) * 255, np.uint8)


WAYS: Mapping[str, Callable[[Case], Pixels]] = {
    "click: wand": wand,
    "click: ours, no network": lambda case: select_at(case.scene.image, case.point, models=NONE).mask,
    "click: ours": lambda case: select_at(case.scene.image, case.point, models=MODELS).mask,
    "box: GrabCut": plain_grab_cut,
    "box: ours, no network": lambda case: select_box(case.scene.image, case.box, models=NONE).mask,
    "box: ours": lambda case: select_box(case.scene.image, case.box, models=MODELS).mask,
    "subject: ours": lambda case: select_subject(case.scene.image, models=MODELS).mask,
}


def compare(count: int | None, shown: bool) -> None:
    chosen = cases(count)
    figures: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    for number, case in enumerate(chosen):
        pictures = {case.scene.name: marked(case.scene.image, case.scene.alpha, case.point, case.box)}
        for way, select in WAYS.items():
            wall, begun = time.perf_counter(), time.process_time()
            try:
                mask = select(case)
            except EditorError:
                mask = np.zeros_like(case.scene.alpha)
            taken = time.process_time() - begun, time.perf_counter() - wall
            figures[way].append((overlap(mask, case.scene.alpha), *taken))
            pictures[f"{way} {figures[way][-1][0]:.2f}"] = marked(case.scene.image, mask)
        if shown:
            save_sheet(f"select-scene-{number:02d}", pictures, columns=4, width=300)
    side = chosen[0].scene.image.shape[0]
    print(f"{len(chosen)} composed scenes of {side} × {side}; seconds of the processor and of the clock")
    print(f"{'':28}{'mean IoU':>9}{'median':>8}{'> 0.9':>7}{'< 0.5':>7}{'cpu s':>8}{'wall s':>8}")
    for way, rows in figures.items():
        table = np.array(rows)
        good = table[:, 0]
        print(
            f"{way:28}{good.mean():9.3f}{np.median(good):8.3f}{(good > 0.9).mean():7.0%}{(good < 0.5).mean():7.0%}"
            f"{table[:, 1].mean():8.2f}{np.median(table[:, 2]):8.2f}"
        )


# --- time


def clock() -> None:
    """Seconds of the best of three at 1 and 12 megapixels, for one thing in a photograph."""
    print("seconds of the clock and of the processor, best of three; target 0.4 each")
    photo = next(photo for photo in photographs() if photo.name == "boats")
    for size in ((1265, 791), (4382, 2739)):
        image = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
        print(f"{size[0] * size[1] / 1e6:5.1f} MP", end="")
        ways = _timed(image)
        if image.size < 3 * 2e6:
            case = Case(Scene(photo.name, image, image[..., 0], image), (0, 0), _boxed(size))
            ways["GrabCut by the box"] = partial(plain_grab_cut, case)
        for name, work in ways.items():
            print(f"   {name} {_seconds(work)}", end="", flush=True)
        print()


def _boxed(size: Point) -> Rect:
    return Rect(*_scaled((0.30, 0.48, 0.14, 0.23), size))


def _timed(image: Pixels) -> dict[str, Callable[[], object]]:
    """What is timed: a first look at a picture, then clicks, boxes, strokes and its subject."""
    size = image.shape[1], image.shape[0]
    point, box = (int(0.36 * size[0]), int(0.58 * size[1])), _boxed(size)
    known, nothing = Embedding(image, MODELS), np.zeros(image.shape[:2], np.uint8)
    keep = cv2.circle(nothing.copy(), point, size[0] // 100, (255,), -1).astype(np.uint8)
    return {
        "first look": lambda: Embedding(image, MODELS).saliency,
        "click": lambda: select_at(image, point, models=MODELS, known=known),
        "box": lambda: select_box(image, box, models=MODELS, known=known),
        "stroke": lambda: refine(image, nothing, keep=keep, drop=nothing, models=MODELS, known=known),
        "subject": lambda: select_subject(image, models=MODELS, known=known),
        "click, no network": lambda: select_at(image, point, models=NONE),
        "box, no network": lambda: select_box(image, box, models=NONE),
    }


def _seconds(work: Callable[[], object]) -> str:
    walls, processor = [], []
    for _ in range(3):
        wall, begun = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - begun)
    return f"{min(walls):.2f}/{min(processor):.2f}"


# --- photographs to look at


def marked(image: Pixels, mask: Pixels, point: Point | None = None, box: Rect | None = None) -> Pixels:
    """``image`` darkened where ``mask`` is not, its outline in yellow, a click and a box in cyan."""
    share = mask[..., None] / 255
    shown = np.asarray(image * (0.35 + 0.65 * share) + (1 - share) * np.array([58, 0, 72]), np.uint8)
    outlines = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]
    cv2.drawContours(shown, outlines, -1, (255, 255, 0), max(1, image.shape[1] // 500))
    if point is not None:
        cv2.circle(shown, point, max(3, image.shape[1] // 70), (0, 255, 255), -1)
    if box is not None:
        cv2.rectangle(shown, (box.x, box.y), (box.right, box.bottom), (0, 255, 255), max(2, image.shape[1] // 400))
    return shown


def look() -> None:
    for photo in photographs():
        if photo.name in PLACES:
            image = reduced(photo.pixels, MEGAPIXELS)
            size = image.shape[1], image.shape[0]
            known = Embedding(image, MODELS)
            pictures = {photo.name: image, "subject": _tried(image, known, None, None)}
            for point in PLACES[photo.name].points:
                at = int(point[0] * size[0]), int(point[1] * size[1])
                pictures[f"click {at}"] = _tried(image, known, at, None)
            for sides in PLACES[photo.name].boxes:
                box = Rect(*_scaled(sides, size))
                pictures[f"box {box.x}, {box.y}"] = _tried(image, known, None, box)
            save_sheet(f"select-{photo.name}", pictures, columns=3, width=520)


def _scaled(sides: tuple[float, float, float, float], size: Point) -> tuple[int, int, int, int]:
    left, top, width, height = sides
    return int(left * size[0]), int(top * size[1]), int(width * size[0]), int(height * size[1])


def _tried(image: Pixels, known: Embedding, point: Point | None, box: Rect | None) -> Pixels:
    try:
        if point is not None:
            mask = select_at(image, point, models=MODELS, known=known).mask
        elif box is not None:
            mask = select_box(image, box, models=MODELS, known=known).mask
        else:
            mask = select_subject(image, models=MODELS, known=known).mask
    except EditorError:
        mask = np.zeros(image.shape[:2], np.uint8)
    return marked(image, mask, point, box)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    cv2.setNumThreads(2)
    compare(8 if quick else None, shown=not quick)
    clock()
    if not quick:
        look()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
