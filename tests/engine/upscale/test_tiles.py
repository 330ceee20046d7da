import numpy as np
import pytest

from editor.engine.upscale.resampling import Span
from editor.engine.upscale.tiles import tiles_of, window


@pytest.mark.parametrize("source", [(1, 1), (96, 96), (97, 300), (250, 13)])
@pytest.mark.parametrize("factor", [1.1, 2, 3.37, 8])
def test_tiles_cover_everything_once(source, factor):
    target = round(source[0] * factor), round(source[1] * factor)
    seen, seen_out = np.zeros(source, int), np.zeros(target, int)
    for tile in tiles_of(source, target, side=96):
        assert max(len(tile.rows), len(tile.columns)) <= 96
        seen[tile.rows.start : tile.rows.stop, tile.columns.start : tile.columns.stop] += 1
        seen_out[tile.place] += 1
    assert (seen == 1).all()
    assert (seen_out == 1).all()


def test_tiles_are_about_equally_large():
    sides = {len(tile.columns) for tile in tiles_of((50, 200), (100, 400), side=96)}
    assert sides <= {66, 67}


def test_beyond_the_frame_lies_the_mirror_image():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    assert window(image, Span(0, 1, 3), Span(-3, 7, 4))[0, 0].tolist() == [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
    assert window(image, Span(-2, 5, 3), Span(0, 1, 4))[0, :, 0].tolist() == [8, 4, 0, 4, 8, 4, 0]


def test_one_pixel_is_continued_everywhere():
    image = np.full((1, 1, 3), 7, np.uint8)
    assert (window(image, Span(-5, 6, 1), Span(-5, 6, 1)) == 7).all()


def test_a_tile_reaches_no_further_than_the_frame():
    first, *_, last = tiles_of((100, 200), (200, 400), side=50)
    assert first.reaching(8).place == (slice(0, 108), slice(0, 108))
    assert last.reaching(8).place == (slice(92, 200), slice(292, 400))
