"""Labelled cases of the operations that look at the whole picture: cut out, replace, recolor, replace background."""

from __future__ import annotations

import cv2
import numpy as np
from support.labelled_answers import is_seen, lossy, remade, styled
from support.labelled_case import Cases, asked, bad_case, good_case, spoiled_cases
from support.labelled_fills import laid
from support.labelled_scenes import GROUNDS, Ground, Pixels, Rng, Scene, levels, make_scene, placed, soft_noise

from editor.domain.kinds import Operation
from editor.domain.request import EditRequest

SIZE = (160, 208)


def replace_cases(rng: Rng, draw: Ground) -> Cases:
    """Something else in the place of what words name."""
    for kind, reach in (("ordinary", None), ("small thing", 0.05), ("nearly all of the picture", 0.95)):
        scene = make_scene(rng, draw, size=SIZE, reach=reach)
        request = asked(Operation.SEARCH_AND_REPLACE, scene.picture, prompt="a cat", search="dog")
        shape = scene.thing if reach == 0.05 else cv2.erode(scene.thing, np.ones((5, 5), np.uint8))
        new = _another_thing(rng, scene, shape)
        yield good_case(kind, request, styled(rng, new))
        yield good_case(f"{kind}, made anew", request, remade(rng, new))
        if reach is None:
            yield from _unchanged(rng, request)
            yield from spoiled_cases(rng, request, new, scene.thing)


def recolor_cases(rng: Rng, draw: Ground) -> Cases:
    """Other colours on what words name."""
    kinds = (("ordinary", None, 60), ("small thing", 0.06, 90), ("faint change", 0.3, 16), ("large thing", 0.95, 50))
    for kind, reach, distance in kinds:
        scene = make_scene(rng, draw, size=SIZE, reach=reach)
        request = asked(Operation.SEARCH_AND_RECOLOR, scene.picture, prompt="green", search="car")
        shift = rng.choice([-1, 1], 3) * distance * np.array([1.0, 0.5, 0.8])
        middle = scene.picture[scene.thing > 0].mean(axis=0)
        shift = np.where(middle + shift > 235, -abs(shift), np.where(middle + shift < 20, abs(shift), shift))
        new = laid(scene.picture, scene.picture + shift, scene.thing)
        yield good_case(kind, request, styled(rng, new))
        if reach is None:
            yield good_case(f"{kind}, made anew", request, remade(rng, new))
            yield from _unchanged(rng, request)
            yield from spoiled_cases(rng, request, new, scene.thing)


def background_cases(rng: Rng, draw: Ground) -> Cases:
    """The thing stays, in another light perhaps; everything behind it is new."""
    subject = _subject(rng, draw, None)
    request = asked(Operation.REPLACE_BACKGROUND, subject.picture, prompt="a beach")
    for kind in ("photo", "wall", "night", "sky", "grass", "bokeh", "snow"):
        lit = subject.picture * rng.uniform(0.85, 1.1) + rng.uniform(-6, 6, 3)
        new = laid(GROUNDS[kind](rng, SIZE), lit, cv2.blur(subject.thing, (3, 3)))
        if is_seen(new, subject.picture):
            yield good_case(f"before {kind}", request, styled(rng, new))
    small = _subject(rng, draw, 0.12)
    new = laid(GROUNDS["landscape"](rng, SIZE), small.picture, small.thing)
    asked_small = asked(Operation.REPLACE_BACKGROUND, small.picture, prompt="a meadow")
    yield good_case("small thing", asked_small, styled(rng, new))
    good = laid(GROUNDS[str(rng.choice(["photo", "room", "sky", "clouds"]))](rng, SIZE), subject.picture, subject.thing)
    yield from _unchanged(rng, request)
    yield from spoiled_cases(rng, request, good, 255 - subject.thing)


def cut_out_cases(rng: Rng, draw: Ground) -> Cases:
    """Which pixels belong to the thing. The colours are the picture's own, so the matte alone can be bad."""
    scene = _subject(rng, draw, None)
    request = asked(Operation.REMOVE_BACKGROUND, scene.picture)
    size = scene.thing.shape
    yield good_case("hard edge", request, scene.thing)
    yield good_case("soft edge", request, cv2.GaussianBlur(scene.thing, (0, 0), 3))
    yield good_case("faint veil", request, np.maximum(scene.thing, rng.integers(0, 7, size, np.uint8)))
    yield good_case("glass", request, (scene.thing * 0.35).astype(np.uint8))
    nearly = np.full(size, 255, np.uint8)
    cv2.circle(nearly, (int(rng.integers(0, size[1])), int(rng.integers(0, size[0]))), 6, 0, -1)
    yield good_case("nearly all of the picture", request, nearly)
    tiny = np.zeros(size, np.uint8)
    row, column = int(rng.integers(0, size[0] - 5)), int(rng.integers(0, size[1] - 5))
    tiny[row : row + 5, column : column + 4] = 255
    yield good_case("tiny thing", asked(Operation.REMOVE_BACKGROUND, placed(rng, scene.ground, tiny)), tiny)
    hair = scene.thing.copy()
    for _ in range(20):
        place = [int(value) for value in (*rng.integers(0, size[1], 2), *rng.integers(0, size[0], 2))]
        cv2.line(hair, (place[0], place[2]), (place[1], place[3]), 160, 1, cv2.LINE_AA)
    yield good_case("hair", asked(Operation.REMOVE_BACKGROUND, laid(scene.ground, np.full(3, 90), hair)), hair)
    yield from _bad_mattes(rng, request, scene.thing)


def _bad_mattes(rng: Rng, request: EditRequest, thing: Pixels) -> Cases:
    size = thing.shape
    yield bad_case("no matte", request, None)
    yield bad_case("empty", request, np.zeros(size, np.uint8))
    yield bad_case("empty but for grain", request, rng.integers(0, rng.integers(3, 16), size, np.uint8))
    yield bad_case("all opaque", request, np.full(size, 255, np.uint8))
    yield bad_case("all opaque but for grain", request, 255 - rng.integers(0, rng.integers(3, 16), size, np.uint8))
    yield bad_case("half transparent everywhere", request, np.full(size, rng.integers(60, 200), np.uint8))
    yield bad_case("noise", request, rng.integers(0, 256, size, np.uint8))
    yield bad_case("noise", request, np.where(rng.random(size) < rng.uniform(0.2, 0.8), 255, 0).astype(np.uint8))
    yield bad_case("wrong size", request, thing[: -int(rng.integers(1, 20))])
    yield bad_case("wrong size", request, np.ascontiguousarray(thing.T))
    speck = np.zeros(size, np.uint8)
    speck[int(rng.integers(0, size[0])), int(rng.integers(0, size[1]))] = 255
    yield bad_case("a single pixel", request, speck)
    yield bad_case("all but a single pixel", request, 255 - speck)


def _subject(rng: Rng, draw: Ground, reach: float | None) -> Scene:
    """A thing with something to be seen in it: a head has eyes, a car has wheels."""
    scene = make_scene(rng, draw, size=SIZE, reach=reach or rng.uniform(0.3, 0.7))
    inner = cv2.erode(scene.thing, np.ones((5, 5), np.uint8))
    marks = levels(scene.picture + 30 * soft_noise(rng, SIZE, 2.0))
    picture = laid(scene.picture, marks, inner)
    return Scene(ground=scene.ground, picture=picture, thing=scene.thing)


def _another_thing(rng: Rng, scene: Scene, shape: Pixels) -> Pixels:
    """The scene with a thing of another colour, and another pattern, instead."""
    new = placed(rng, scene.ground, shape)
    old = scene.picture[scene.thing > 0].mean(axis=0)
    if np.abs(new[scene.thing > 0].mean(axis=0) - old).max() < 40:
        new = laid(new, old + np.where(old > 128, -90, 90) + 8 * soft_noise(rng, SIZE, 3), shape)
    return new


def _unchanged(rng: Rng, request: EditRequest) -> Cases:
    yield bad_case("unchanged", request, request.image.copy())
    yield bad_case("unchanged, JPEG", request, lossy(request.image, int(rng.integers(60, 96))))
