"""Labelled cases of the operations that fill what a mask marks: erase and inpaint."""

from __future__ import annotations

import cv2
import numpy as np
from support.labelled_answers import faintly_lossy, is_seen, lossy, remade, styled, toned
from support.labelled_case import Cases, asked, bad_case, good_case, spoiled_cases
from support.labelled_scenes import GROUNDS, Ground, Pixels, Rng, Scene, levels, make_scene, placed, soft_noise

from editor.domain.kinds import Operation
from editor.domain.request import EditRequest

SIZE = (160, 208)
PLAIN = {"a white door": 255, "black screen of a television": 0, "plain grey metal": 128}
THINGS = ("a dog", "a wooden chair", "flowers in a vase", "a man with a hat", "graffiti")


def marked(thing: Pixels, by: int = 4) -> Pixels:
    """The effective mask of a thing: a little larger, with a soft edge."""
    grown = cv2.dilate(thing, np.ones((2 * by + 1, 2 * by + 1), np.uint8))
    return np.maximum(thing, cv2.blur(grown, (3, 3)))


def laid(base: Pixels, fill: Pixels | np.ndarray, mask: Pixels) -> Pixels:
    """``fill`` over ``base`` as far as ``mask`` goes."""
    share = mask[..., None] / 255
    return levels(base * (1 - share) + fill * share)


def _around(scene: Scene, mask: Pixels) -> np.ndarray:
    """The colour that is most frequent around the mask."""
    ring = (cv2.dilate(mask, np.ones((21, 21), np.uint8)) > 0) & (mask == 0)
    return np.median(scene.ground[ring if ring.any() else mask > 0], axis=0)


def _is_plain(scene: Scene, mask: Pixels) -> bool:
    """Whether most of what surrounds the mask is of one colour, be there lights or lines in it."""
    ring = (cv2.dilate(mask, np.ones((21, 21), np.uint8)) > 0) & (mask == 0)
    near = np.abs(scene.ground[ring] - _around(scene, mask)).max(axis=1) < 7
    return bool(near.size) and float(near.mean()) > 0.6


def spread_in(picture: Pixels, mask: Pixels) -> float:
    """The largest standard deviation of a channel in the mask."""
    return float(picture[mask > 0].std(axis=0).max())


def erase_cases(rng: Rng, draw: Ground) -> Cases:
    """A thing is to be gone; the answer shows what is behind it, or something like it."""
    scene = make_scene(rng, draw, size=SIZE)
    mask = marked(scene.thing)
    request = asked(Operation.ERASE, scene.picture, mask)
    yield good_case("ordinary", request, styled(rng, laid(scene.picture, scene.ground, mask)))
    yield good_case("whole picture made anew", request, remade(rng, scene.ground))
    drawn = cv2.inpaint(np.ascontiguousarray(scene.picture), (mask > 0).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    yield good_case("smooth fill", request, styled(rng, drawn))
    other = laid(scene.picture, np.roll(scene.ground, (20, 60), (0, 1)), mask)
    yield good_case("other content", request, styled(rng, other))
    if _is_plain(scene, mask):
        yield good_case("plain fill", request, styled(rng, laid(scene.picture, _around(scene, mask), mask)))
    yield from _small_and_large(rng, draw, Operation.ERASE)
    yield from _bad_fills(rng, scene, mask, Operation.ERASE)


def inpaint_cases(rng: Rng, draw: Ground) -> Cases:
    """Words say what is to be there instead."""
    scene = make_scene(rng, draw, size=SIZE)
    mask = marked(scene.thing)
    words = str(rng.choice(THINGS))
    request = asked(Operation.INPAINT, scene.picture, mask, prompt=words)
    new = placed(rng, scene.ground, cv2.erode(scene.thing, np.ones((3, 3), np.uint8)))
    yield good_case("new thing", request, styled(rng, laid(scene.picture, new, mask)))
    filling = laid(scene.picture, np.roll(new, 30, 1), mask)
    yield good_case("new thing, made anew", request, remade(rng, filling))
    for plain, level in PLAIN.items():
        answer = laid(scene.picture, np.full(3, level), mask)
        if is_seen(answer, scene.picture):
            yield good_case(
                "plain thing asked for", asked(Operation.INPAINT, scene.picture, mask, prompt=plain), answer
            )
    warmer = scene.picture + np.array([14.0, 2.0, -14.0])
    yield good_case("faint change", request, styled(rng, laid(scene.picture, warmer, mask)))
    without = asked(Operation.INPAINT, scene.picture, mask)
    yield good_case("no words", without, styled(rng, laid(scene.picture, scene.ground, mask)))
    yield from _small_and_large(rng, draw, Operation.INPAINT, prompt=words)
    yield from _bad_fills(rng, scene, mask, Operation.INPAINT, prompt=words)


def _small_and_large(rng: Rng, draw: Ground, operation: Operation, **options: str) -> Cases:
    """Masks of a few pixels, of a hair, of nearly and of wholly everything, and of nothing that could be seen."""
    ground = draw(rng, SIZE)
    dot, hair = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    row, column = int(rng.integers(3, SIZE[0] - 4)), int(rng.integers(3, SIZE[1] - 4))
    dot[row : row + 3, column : column + 3] = 255
    ends = [(int(rng.integers(0, SIZE[1])), edge) for edge in (4, SIZE[0] - 5)]
    cv2.line(hair, *ends, 255, int(rng.integers(1, 3)))
    for kind, thin in (("mask of 3 × 3 pixels", dot), ("hair-thin mask", hair)):
        request = asked(operation, placed(rng, ground, thin), thin, **options)
        yield good_case(kind, request, styled(rng, ground))
        yield from _spoiled_some(rng, asked(operation, placed(rng, ground, thin), thin, **options), ground)
    everything = np.full(SIZE, 255, np.uint8)
    other = styled(rng, GROUNDS[str(rng.choice(["photo", "landscape", "room", "clouds", "bricks"]))](rng, SIZE))
    yield good_case("mask over everything", asked(operation, ground, everything, **options), other)
    large = make_scene(rng, draw, size=SIZE, reach=0.9)
    mask = marked(large.thing)
    answer = styled(rng, laid(large.picture, large.ground, mask))
    yield good_case("large mask", asked(operation, large.picture, mask, **options), answer)
    if operation is Operation.ERASE:
        nothing = Scene(ground=ground, picture=ground, thing=mask)
        # Where there is a texture a good fill is another piece of it: what comes back unchanged has not been filled.
        same = ground if _is_plain(nothing, mask) and spread_in(ground, mask) < 3 else np.roll(ground, (20, 60), (0, 1))
        yield good_case("nothing to be seen", asked(operation, ground, mask), lossy(laid(ground, same, mask), 92))
        flat = np.full_like(ground, rng.integers(0, 256, 3, np.uint8))
        yield good_case("nothing to be seen", asked(operation, flat, mask), toned(rng, flat))


def _spoiled_some(rng: Rng, request: EditRequest, good: Pixels) -> Cases:
    """Two of the spoiled forms: with a small mask they are the same as with a large one."""
    every = list(spoiled_cases(rng, request, good))
    for number in rng.choice(len(every), 2, replace=False):
        yield every[number]


def _bad_fills(rng: Rng, scene: Scene, mask: Pixels, operation: Operation, **options: str) -> Cases:
    request = asked(operation, scene.picture, mask, **options)
    good = laid(scene.picture, scene.ground, mask)
    yield bad_case("unchanged", request, scene.picture.copy())
    yield bad_case("unchanged, JPEG", request, lossy(scene.picture, int(rng.integers(60, 96))))
    for level in (int(rng.choice([127, 128])), 0):
        holed = laid(scene.picture, np.full(3, level), np.where(mask > 0, 255, 0))
        if is_seen(holed, good):
            yield bad_case("hole left empty", request, faintly_lossy(rng, holed))
    turned = laid(good, 128 + 40 * soft_noise(rng, SIZE, 4), 255 - mask)
    yield bad_case("outside changed instead", request, laid(turned, scene.picture, mask))
    yield from spoiled_cases(rng, request, good)
    # The same of a mask that is everything: there is nothing left to compare with.
    whole = asked(operation, scene.picture, np.full(SIZE, 255, np.uint8), **options)
    for case in spoiled_cases(rng, whole, good):
        if case.kind not in ("mirrored", "another photo", "channels swapped", "blurred"):
            yield case
