from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.profiles import matrix_profile, srgb

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import Dirty
from editor.domain.metadata import Metadata
from editor.imaging.colour import to_srgb
from editor.imaging.display import shown_through
from editor.imaging.picture import Picture

ADOBE = matrix_profile()
SCREEN = matrix_profile(gamma=1.8)


def _document(profile: bytes | None, *, deep: bool = False) -> Document:
    pixels = np.random.default_rng(3).integers(0, 256, (150, 210, 4), dtype=np.uint8)
    samples = pixels.astype(np.uint16) * 257 if deep else pixels
    return Document(samples, name="noise", metadata=Metadata(icc_profile=profile))


@pytest.mark.parametrize("profile", [None, srgb(), b"damaged"])
def test_srgb_on_srgb_is_shown_as_it_is_without_a_copy(profile: bytes | None) -> None:
    document = _document(profile)

    assert shown_through(profile, None) is None
    assert Picture.of(document).pixels.level(0) is document.pixels.array


@pytest.mark.parametrize("deep", [False, True])
def test_a_wide_picture_shows_the_colours_that_its_numbers_mean(deep: bool) -> None:
    document = _document(ADOBE, deep=deep)
    shown = Picture.of(document).pixels.level(0)
    colours = np.ascontiguousarray(_document(ADOBE).pixels.array[..., 2::-1])

    assert np.abs(shown[..., 2::-1].astype(int) - to_srgb(colours, ADOBE)).max() <= 1
    assert np.array_equal(shown[..., 3], _document(ADOBE).pixels.array[..., 3])
    assert not np.array_equal(shown[..., 2::-1], colours)


def test_a_screens_profile_is_gone_through_too() -> None:
    document = _document(None)
    picture = Picture.of(document)
    picture.show_on(SCREEN)

    rgb = np.ascontiguousarray(document.pixels.array[..., 2::-1])
    expected = ImageCms.profileToProfile(
        Image.fromarray(rgb),
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(BytesIO(SCREEN)),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert np.abs(picture.pixels.level(0)[..., 2::-1].astype(int) - np.asarray(expected)).max() <= 1
    picture.show_on(None)
    assert picture.pixels.level(0) is document.pixels.array


@pytest.mark.parametrize("deep", [False, True])
def test_a_part_renewed_alone_equals_the_whole(deep: bool) -> None:
    document = _document(ADOBE, deep=deep)
    picture = Picture.of(document)
    rect = Rect(33, 41, 90, 77)
    document.pixels.write(rect, document.pixels.array[rect.slices][::-1].copy())
    picture.refresh(Dirty(pixels=rect))
    whole = Picture.of(document)

    for level in range(picture.pixels.depth):
        assert np.array_equal(picture.pixels.level(level), whole.pixels.level(level))


def test_showing_leaves_the_document_alone() -> None:
    document = _document(ADOBE)
    before = document.pixels.array.copy()
    picture = Picture.of(document)
    picture.show_on(SCREEN)
    picture.refresh(Dirty(pixels=document.rect))

    assert np.array_equal(document.pixels.array, before)
