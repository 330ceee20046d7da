"""What leaves the document, and what comes back into it."""

from __future__ import annotations

import numpy as np
from support.profiles import wide_gamut

from editor.domain.document import Metadata
from editor.imaging.exchange import incoming, outgoing


def test_white_shines_through_what_is_transparent() -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[..., 0] = 200
    pixels[:, 1, 3] = 255
    pixels[:, 2, 3] = 128
    sent = outgoing(pixels, None)
    assert sent[0].tolist() == [[255, 255, 255], [0, 0, 200], [127, 127, 227]]


def test_there_and_back_is_the_same_colour_within_rounding() -> None:
    chance = np.random.default_rng(4)
    pixels = np.dstack((chance.integers(60, 190, (20, 30, 3), dtype=np.uint8), np.full((20, 30), 255, np.uint8)))
    for profile in (None, wide_gamut()):
        back = incoming(outgoing(pixels, profile), Metadata(icc_profile=profile))
        assert np.abs(back.astype(int) - pixels[..., :3]).max() <= (0 if profile is None else 4)


def test_a_grey_document_takes_grey() -> None:
    image = np.random.default_rng(5).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    taken = incoming(image, Metadata(greyscale=True))
    assert taken.shape == (4, 5, 3)
    assert (taken == taken[..., :1]).all()
