from __future__ import annotations

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.raster import Raster
from editor.domain.samples import narrowed
from editor.imaging.pyramid import Pyramid


def _noise(height: int, width: int, channels: int = 1, seed: int = 0) -> Raster:
    shape = (height, width) if channels == 1 else (height, width, channels)
    return Raster(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def test_levels_halve_down_to_the_smallest_zoom() -> None:
    pyramid = Pyramid(_noise(1500, 4099, 4))

    shapes = [pyramid.level(index).shape[:2] for index in range(pyramid.depth)]
    assert shapes == [(1500, 4099), (750, 2050), (375, 1025), (188, 513), (94, 257), (47, 129), (24, 65)]
    assert pyramid.level(0) is pyramid.raster.array
    assert Pyramid(_noise(3, 5)).depth == 4


def test_a_level_holds_the_mean_of_two_by_two_pixels() -> None:
    raster = _noise(1100, 1100)

    level = Pyramid(raster).level(1)

    blocks = raster.array.reshape(550, 2, 550, 2).astype(np.uint16).sum(axis=(1, 3))
    assert np.array_equal(level, (blocks + 2) // 4)


@pytest.mark.parametrize(
    ("height", "width", "channels"), [(1301, 2203, 1), (2051, 1031, 4), (1, 1500, 1), (1500, 1, 4)]
)
def test_refreshing_parts_equals_building_anew(height: int, width: int, channels: int) -> None:
    raster = _noise(height, width, channels)
    pyramid = Pyramid(raster)
    chance = np.random.default_rng(1)
    for _ in range(25):
        left, top = int(chance.integers(-20, width)), int(chance.integers(-20, height))
        rect = Rect(left, top, int(chance.integers(1, 300)), int(chance.integers(1, 300))).intersected(raster.rect)
        raster.array[rect.slices] = chance.integers(0, 256, raster.array[rect.slices].shape, dtype=np.uint8)
        pyramid.refresh(rect, down_to=int(chance.integers(0, 3)))

    fresh = Pyramid(raster)
    for index in range(fresh.depth):
        assert np.array_equal(pyramid.level(index), fresh.level(index))


def test_deeper_levels_wait_until_they_are_asked_for() -> None:
    raster = _noise(4096, 4096)
    pyramid = Pyramid(raster)
    before = pyramid.level(2).copy()
    deepest = pyramid._levels[2]
    raster.array[:64, :64] = 0

    pyramid.refresh(Rect(0, 0, 64, 64), down_to=1)
    assert np.array_equal(deepest, before)

    pyramid.settle()
    assert not deepest[:16, :16].any()


@pytest.mark.parametrize(
    ("scale", "level"), [(8, 0), (1, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (1 / 64, 6), (0.01, 6)]
)
def test_what_is_left_to_scale_is_above_a_half(scale: float, level: int) -> None:
    assert Pyramid(_noise(4096, 160)).level_for(scale) == level


def test_16_bits_are_shown_in_8_and_follow_a_change() -> None:
    chance = np.random.default_rng(2)
    raster = Raster(chance.integers(0, 65536, (301, 200, 4), dtype=np.uint16))
    pyramid = Pyramid(raster)
    assert np.array_equal(pyramid.level(0), narrowed(raster.array))

    rect = Rect(150, 290, 40, 11)
    raster.array[rect.slices] = chance.integers(0, 65536, (11, 40, 4), dtype=np.uint16)
    pyramid.refresh(rect)

    fresh = Pyramid(raster)
    assert all(np.array_equal(pyramid.level(index), fresh.level(index)) for index in range(fresh.depth))
    assert np.array_equal(pyramid.level(0), narrowed(raster.array))
