"""What leaves the document, and what comes back into it."""

from __future__ import annotations

import numpy as np
import pytest
from support.profiles import grey_profile, matrix_profile, wide_gamut

from editor.domain.metadata import Metadata
from editor.domain.samples import full
from editor.imaging.colour import to_srgb
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


@pytest.mark.parametrize("profile", [None, matrix_profile()], ids=["none", "wide"])
def test_16_bits_leave_as_the_8_that_are_nearest(profile: bytes | None) -> None:
    chance = np.random.default_rng(6)
    pixels = chance.integers(0, 65536, (20, 30, 4)).astype(np.uint16)
    pixels[..., 3] = 65535
    sent = outgoing(pixels, profile)
    assert sent.dtype == np.uint8
    exact = to_srgb(np.ascontiguousarray(pixels[..., 2::-1]), profile) / 257
    assert np.abs(sent - exact).max() <= 0.5


def test_white_shines_through_16_bits() -> None:
    pixels = np.zeros((2, 3, 4), np.uint16)
    pixels[..., 0] = 65535
    pixels[:, 1, 3] = 65535
    pixels[:, 2, 3] = 32768
    assert outgoing(pixels, None)[0].tolist() == [[255, 255, 255], [0, 0, 255], [127, 127, 255]]


@pytest.mark.parametrize("profile", [None, matrix_profile()], ids=["none", "wide"])
@pytest.mark.parametrize("greyscale", [False, True])
def test_what_comes_into_16_bits_is_the_same_in_8(profile: bytes | None, greyscale: bool) -> None:
    metadata = Metadata(icc_profile=profile, greyscale=greyscale)
    image = np.random.default_rng(7).integers(20, 236, (40, 50, 3), dtype=np.uint8)
    deep = incoming(image, metadata, depth=16, origin=(9, 4))
    assert deep.dtype == np.uint16
    assert np.array_equal(deep, incoming(image, metadata, depth=16, origin=(9, 4)))
    plain = incoming(image, metadata)
    assert np.abs(deep / 257 - plain).max() <= (0.5 if profile is None else 2.0)
    assert abs(float((deep / 257 - plain).mean())) < 0.15
    assert not greyscale or (deep == deep[..., :1]).all()


@pytest.mark.parametrize("depth", [8, 16])
def test_grey_comes_into_a_grey_profile(depth: int) -> None:
    metadata = Metadata(icc_profile=grey_profile(), greyscale=True)
    image = np.full((4, 5, 3), 120, np.uint8)
    taken = incoming(image, metadata, depth=depth)
    back = outgoing(np.dstack((taken, np.full((4, 5), full(taken), taken.dtype))), metadata.icc_profile)
    assert np.abs(back.astype(int) - 120).max() <= 1
