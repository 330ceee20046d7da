import numpy as np

from editor.engine.upscale.transparency import colours_of


def test_colours_are_continued_into_what_is_transparent():
    image = np.zeros((40, 60, 4), np.uint8)
    image[10:30, 20:40] = (200, 100, 50, 255)
    colours = colours_of(image)
    assert np.abs(colours.astype(int) - (200, 100, 50)).max() <= 1


def test_seen_colours_stay():
    image = np.random.default_rng(0).integers(0, 256, (30, 30, 4), np.uint8)
    image[..., 3] = np.maximum(image[..., 3], 1)
    image[:5, :5, 3] = 0
    colours = colours_of(image)
    seen = image[..., 3] > 0
    assert np.array_equal(colours[seen], image[seen][:, :3])


def test_wholly_transparent_pictures_keep_their_colours():
    image = np.full((5, 5, 4), 9, np.uint8)
    image[..., 3] = 0
    assert (colours_of(image) == 9).all()
