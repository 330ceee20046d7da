"""A picture cut into pieces and joined again is the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.domain.geometry import Rect
from editor.platforms.model import Limits
from editor.platforms.orders.geometry import inner_size, resized
from editor.platforms.orders.tiles import Mosaic, enlarged, tiles_of


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 900), st.integers(20, 900), st.integers(100, 500), st.integers(1, 16))
def test_pieces_cover_the_picture_and_keep_the_limits(width, height, most_side, most):
    limits = Limits(most_side=most_side, most_pixels=most_side * 300)
    pieces = tiles_of((width, height), limits, most)
    assert len(pieces) <= most
    covered = np.zeros((height, width), bool)
    for piece in pieces:
        assert inner_size((piece.width, piece.height), limits) == (piece.width, piece.height)
        covered[piece.slices] = True
    assert covered.all() or not pieces


def test_what_fits_is_one_piece_and_what_needs_too_many_is_none():
    assert tiles_of((100, 80), Limits(most_side=100), 4) == (Rect(0, 0, 100, 80),)
    assert tiles_of((1000, 1000), Limits(most_side=100), 16) == ()
    assert len(tiles_of((1000, 400), Limits(most_side=600), 16)) == 2


@pytest.mark.parametrize("scale", [1, 2, 2.5])
def test_joined_pieces_show_no_seam(scale):
    rows, columns = np.mgrid[0:300, 0:500]
    image = np.stack([columns // 2, rows // 2, (columns + rows) // 4], axis=2).astype(np.uint8)
    size, result = (500, 300), (round(500 * scale), round(300 * scale))
    pieces = tiles_of(size, Limits(most_side=220), 12)
    assert len(pieces) > 4
    mosaic = Mosaic(result)
    for piece in pieces:
        place = enlarged(piece, size, result)
        cut = np.ascontiguousarray(image[piece.slices])
        # A model's answer that is a pixel off still finds its place.
        mosaic.lay(place, resized(cut, (place.width + 1, place.height)))
    whole = mosaic.picture
    assert whole.shape == (result[1], result[0], 3)
    assert np.abs(whole.astype(int) - resized(image, result)).max() <= 3


def test_neighbours_are_faded_into_one_another():
    pieces = tiles_of((200, 100), Limits(most_side=120), 4)
    mosaic = Mosaic((200, 100))
    for piece, level in zip(pieces, (0, 200), strict=True):
        mosaic.lay(piece, np.full((piece.height, piece.width, 3), level, np.uint8))
    row = mosaic.picture[50, :, 0].astype(int)
    assert (row[0], row[-1]) == (0, 200)
    assert (np.diff(row) >= 0).all()
    assert np.diff(row).max() <= 8, "no step is seen"
