"""Which results tell that a model reads masks the other way round, and which only seem to."""

from __future__ import annotations

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.request import EditRequest
from editor.imaging.codec import encode_png
from editor.platforms.model import Model
from editor.platforms.orders.build import Bounds, build_order
from editor.platforms.orders.receive import MaskReversed, take_in

FILL = Model(name="fill", endpoint="x", way=Way.MASK, image_field="image", mask_field="mask")
HOLE = (slice(40, 160), slice(60, 240))
GROUND = np.random.default_rng(3).integers(0, 255, (300, 400, 3), np.uint8).repeat(3, axis=0).repeat(3, axis=1)


def scene(*, flat: bool) -> np.ndarray:
    """Texture with a hole in it of one colour, in which there is a small dark thing unless it is ``flat``."""
    image = GROUND[:300, :400].copy()
    image[20:190, 40:270] = 200
    if not flat:
        image[80:120, 120:170] = 20
    return image


def taken(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    mask = np.zeros(before.shape[:2], np.uint8)
    mask[HOLE] = 255
    request = EditRequest(operation=Operation.ERASE, image=before, mask=mask, region=Rect(0, 0, 400, 300))
    return take_in(encode_png(after), model=FILL, order=build_order(FILL, request, Bounds()), request=request)


def drifted(image: np.ndarray) -> np.ndarray:
    """``image`` a little too dark in its texture, by more than encoding does."""
    result = image.copy()
    texture = (image != 200).any(axis=2)
    result[texture] = (result[texture] * 0.88).astype(np.uint8)
    return result


def test_a_kept_thing_in_a_changed_picture_tells() -> None:
    before = scene(flat=False)
    after = 255 - before
    after[HOLE] = before[HOLE]
    with pytest.raises(MaskReversed):
        taken(before, after)


def test_a_small_thing_that_was_removed_from_a_large_mask_does_not() -> None:
    after = drifted(scene(flat=True))
    assert np.array_equal(taken(scene(flat=False), after), after)


def test_what_was_of_one_colour_and_stays_so_does_not_unless_all_else_is_another_picture() -> None:
    before = scene(flat=True)
    after = drifted(before)
    assert np.array_equal(taken(before, after), after)
    after = 255 - before
    after[HOLE] = before[HOLE]
    with pytest.raises(MaskReversed):
        taken(before, after)
