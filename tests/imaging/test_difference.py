"""What an instruction changed is found, and nothing else, whatever the model did to all of the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.seams import DRIFTS, drawn, photos

from editor.imaging.difference import difference_of

Picture = np.ndarray
PICTURES = [drawn(), next(photos())]


def thing(picture: Picture) -> Picture:
    """Where a thing stands."""
    height, width = picture.shape[:2]
    marked = np.zeros((height, width), np.uint8)
    cv2.ellipse(marked, (width * 2 // 5, height // 2), (width // 8, height // 6), 20, 0, 360, 255, -1)
    return marked > 0


def recoloured(picture: Picture) -> Picture:
    hues = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hues[..., 0] = (hues[..., 0].astype(int) + 60) % 180
    hues[..., 1] = np.maximum(hues[..., 1], 120)
    return np.where(thing(picture)[..., None], cv2.cvtColor(hues, cv2.COLOR_HSV2RGB), picture)


def replaced(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    return np.where(thing(picture)[..., None], np.roll(picture, (height // 3, width // 3), (0, 1)), picture)


@pytest.mark.parametrize("picture", PICTURES, ids=["drawn", "photo"])
@pytest.mark.parametrize("edit", [recoloured, replaced])
@pytest.mark.parametrize("drift", list(DRIFTS))
def test_the_change_is_found_and_little_else(picture: Picture, edit, drift: str) -> None:  # type: ignore[no-untyped-def]
    wanted, where = edit(picture), thing(picture)
    seen = where & (cv2.blur(np.abs(picture.astype(np.float32) - wanted), (5, 5)).max(axis=2) > 16)
    found = difference_of(picture, DRIFTS[drift](wanted))
    assert (found.coverage[seen] > 127).mean() > 0.97
    far = cv2.dilate(where.astype(np.uint8), np.ones((41, 41), np.uint8)) == 0
    assert (found.coverage[far] > 0).mean() < (0.08 if drift in ("all of it", "JPEG") else 0.03)
    assert (found.coverage[~where] == 0).mean() > 0.85
    assert found.exact == (drift == "none")
    if found.exact:
        assert np.array_equal(found.coverage > 0, (picture != wanted).any(axis=2))
    else:
        assert 0 < found.metrics["changed_share"] < 0.3  # type: ignore[operator]


def test_it_is_moved_into_its_place_first() -> None:
    picture = PICTURES[1]
    found = difference_of(picture, DRIFTS["moved"](recoloured(picture)))
    assert found.metrics["registration"]["shift"] == pytest.approx([3.4, -2.2], abs=0.2)  # type: ignore[index]


def test_a_new_background_laid_over_the_picture_is_exact() -> None:
    picture = PICTURES[1]
    new = np.where(thing(picture)[..., None], picture, np.roll(255 - picture, 60, axis=1))
    found = difference_of(picture, new)
    assert found.exact
    assert not found.coverage[thing(picture)].any()


def test_another_picture_is_changed_all_over() -> None:
    other = cv2.resize(PICTURES[1], PICTURES[0].shape[1::-1])
    found = difference_of(PICTURES[0], 255 - other)
    assert (found.coverage > 0).mean() > 0.9


@settings(max_examples=30, deadline=None)
@given(width=st.integers(1, 60), height=st.integers(1, 60), seed=st.integers(0, 99), near=st.booleans())
def test_pictures_of_any_size(width: int, height: int, seed: int, near: bool) -> None:
    chance = np.random.default_rng(seed)
    before, after = chance.integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    if near:
        after = np.clip(before + chance.integers(-3, 4, before.shape), 0, 255).astype(np.uint8)
    found = difference_of(before, after)
    assert found.image.shape == after.shape
    assert found.coverage.shape == (height, width)
    assert found.coverage.any() or np.array_equal(before, after)
