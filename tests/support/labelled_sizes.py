"""Labelled cases of the operations whose result has another size: outpaint and upscale."""

from __future__ import annotations

import cv2
import numpy as np
from support.labelled_answers import SEEN_LEVELS, faintly_lossy, is_seen, lossy, remade, styled, toned
from support.labelled_case import Cases, asked, bad_case, good_case, spoiled_cases
from support.labelled_fills import laid
from support.labelled_scenes import Ground, Pixels, Rng, levels, make_scene, placed, soft_noise, thing_mask

from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import Expansion
from editor.domain.request import EditRequest

SIZE = (160, 208)
BORDERS = (
    Expansion(left=24, right=40, up=16, down=24),
    Expansion(left=64),
    Expansion(up=56),
    Expansion(right=48, down=8),
    Expansion(left=8, right=8),
)


def outpaint_cases(rng: Rng, draw: Ground) -> Cases:
    """The picture is a part of a larger one, which is the best answer there is."""
    sides = BORDERS[int(rng.integers(0, len(BORDERS)))]
    whole = (SIZE[0] + sides.up + sides.down, SIZE[1] + sides.left + sides.right)
    full = draw(rng, whole)
    thing = np.zeros(whole, np.uint8)
    _old(thing, sides)[:] = thing_mask(rng, SIZE, 0.3)
    full = placed(rng, full, thing)
    old = _old(full, sides).copy()
    request = asked(Operation.OUTPAINT, old, expansion=sides, prompt="more of the same")
    yield good_case("ordinary", request, styled(rng, full))
    yield good_case("made anew", request, remade(rng, full))
    padding = ((sides.up, sides.down), (sides.left, sides.right), (0, 0))
    for mode in ("reflect", "edge"):
        yield good_case("continued", request, styled(rng, np.pad(old, padding, mode=mode)))
    plain = np.full(3, rng.choice([0, 128, 255]))
    words = {0: "a plain black border", 128: "a grey frame around the picture", 255: "white margin"}[int(plain[0])]
    bordered = _bordered(full, sides, plain)
    wish = asked(Operation.OUTPAINT, old, expansion=sides, prompt=words)
    yield good_case("plain border asked for", wish, faintly_lossy(rng, bordered))
    yield from _plain_extensions(rng, sides)
    yield from _bad_extensions(rng, request, full)
    yield from spoiled_cases(rng, request, full)


def upscale_cases(rng: Rng, draw: Ground) -> Cases:
    """The picture is a small copy of a larger one, which is the best answer there is."""
    scene = make_scene(rng, draw, size=(240, 312))
    scale = float(rng.choice([2.0, 3.0, 4.0]))
    small = cv2.resize(scene.picture, (round(312 / scale), round(240 / scale)), interpolation=cv2.INTER_AREA)
    full = cv2.resize(scene.picture, (round(small.shape[1] * scale), round(small.shape[0] * scale)))
    size = full.shape[1], full.shape[0]
    mode = UpscaleMode(str(rng.choice(list(UpscaleMode))))
    request = asked(Operation.UPSCALE, small, scale=scale, mode=mode)
    yield good_case("ordinary", request, styled(rng, full))
    for name in ("INTER_LINEAR", "INTER_CUBIC", "INTER_LANCZOS4", "INTER_NEAREST"):
        answer = cv2.resize(small, size, interpolation=getattr(cv2, name))
        yield good_case("resampled", request, faintly_lossy(rng, answer))
    smooth = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    sharp = levels(smooth + 0.8 * (smooth - cv2.GaussianBlur(smooth, (0, 0), 2)))
    yield good_case("sharpened", request, toned(rng, sharp))
    yield good_case("denoised", request, cv2.medianBlur(levels(smooth), 5))
    creative = asked(Operation.UPSCALE, small, scale=scale, mode=UpscaleMode.CREATIVE)
    grain = 6 * soft_noise(rng, full.shape[:2], scale * 0.7) + 4 * soft_noise(rng, full.shape[:2], 1)
    yield good_case("detail invented", creative, toned(rng, levels(full + grain)))
    blurred = cv2.GaussianBlur(small, (0, 0), rng.uniform(1.5, 5))
    of_blur = cv2.resize(blurred, size, interpolation=cv2.INTER_CUBIC)
    yield good_case("of a blurred picture", asked(Operation.UPSCALE, blurred, scale=scale, mode=mode), of_blur)
    yield from spoiled_cases(rng, request, full)
    yield from spoiled_cases(rng, creative, full)
    yield from _bad_enlargements(rng, request, full)


def _old(array: Pixels, sides: Expansion) -> Pixels:
    """The part that the picture had before."""
    height, width = array.shape[:2]
    return array[sides.up : height - sides.down, sides.left : width - sides.right]


def _bordered(full: Pixels, sides: Expansion, colour: np.ndarray) -> Pixels:
    picture = np.empty_like(full)
    picture[:] = colour
    _old(picture, sides)[:] = _old(full, sides)
    return picture


def _stands_out(bordered: Pixels, old: Pixels, sides: Expansion) -> bool:
    """Whether a border is of another colour than the edge that it goes on: white beside snow continues it."""
    continued = np.pad(old, ((sides.up, sides.down), (sides.left, sides.right), (0, 0)), mode="edge")
    off = (cv2.absdiff(bordered, continued).max(axis=2) > SEEN_LEVELS).sum()
    return bool(off > 0.2 * (bordered[..., 0].size - old[..., 0].size))


def _plain_extensions(rng: Rng, sides: Expansion) -> Cases:
    """A thing before one colour: what is beyond has that colour."""
    colour = rng.integers(0, 256, 3)
    flat = np.zeros((*SIZE, 3), np.uint8) + colour.astype(np.uint8)
    old = placed(rng, flat, thing_mask(rng, SIZE, 0.3))
    whole = Expansion.grown(sides, (SIZE[1], SIZE[0]))
    full = np.zeros((*whole[::-1], 3), np.uint8) + colour.astype(np.uint8)
    _old(full, sides)[:] = old
    request = asked(Operation.OUTPAINT, old, expansion=sides, prompt="more of the same")
    yield good_case("plain border of a plain picture", request, styled(rng, full))


def _bad_extensions(rng: Rng, request: EditRequest, full: Pixels) -> Cases:
    sides = request.options.expansion
    for level in (int(rng.choice([127, 128])), 0, 255):
        bad = _bordered(full, sides, np.full(3, level))
        if is_seen(bad, full) and _stands_out(bad, request.image, sides):
            yield bad_case("border left empty", request, faintly_lossy(rng, bad))
    down, across = (int(rng.integers(14, 40) * rng.choice([-1, 1])) for _ in range(2))
    moved = np.roll(full, (down, across), (0, 1))
    if is_seen(_old(moved, sides), request.image):
        yield bad_case("old part moved", request, styled(rng, moved))
    stretched = cv2.resize(request.image, (full.shape[1], full.shape[0]))
    if is_seen(stretched, full) and is_seen(_old(stretched, sides), request.image):
        yield bad_case("stretched instead", request, stretched)
    yield bad_case("unchanged", request, request.image.copy())


def _bad_enlargements(rng: Rng, request: EditRequest, full: Pixels) -> Cases:
    yield bad_case("unchanged", request, request.image.copy())
    height, width = full.shape[:2]
    for kind, inner in (("only a border", 0.0), ("small in a border", 0.4)):
        border = np.full_like(full, int(rng.choice([0, 128, 255])))
        top, left = int(height * (1 - inner) / 2), int(width * (1 - inner) / 2)
        if inner:
            part = cv2.resize(full, (width - 2 * left, height - 2 * top), interpolation=cv2.INTER_AREA)
            border[top : height - top, left : width - left] = part
        else:
            edge = np.full((height, width), 255, np.uint8)
            edge[8:-8, 8:-8] = 0
            border = laid(border, full, edge)
        if is_seen(border, full):
            yield bad_case(kind, request, lossy(border, 90) if rng.random() < 0.5 else border)
    tile = cv2.resize(full[: height // 2, : width // 2], (width, height), interpolation=cv2.INTER_CUBIC)
    if is_seen(tile, full):
        yield bad_case("a part of the picture", request, tile)
