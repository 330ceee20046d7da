"""The formats besides PNG, JPEG, WebP and TIFF, and what opening says about each."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from support.small_pictures import HEIC

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.file_formats import READABLE, listed, patterns
from editor.storage.file_facts import file_facts
from editor.storage.picture_reader import read_picture
from editor.storage.psd_sections import FLATTENED
from editor.storage.signatures import format_of_file

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(path: Path, content: bytes) -> Document:
    path.write_bytes(content)
    return read_picture(path)


def noise(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(9).integers(0, 256, (height, width, channels), np.uint8)


def test_formats_are_listed_for_people_and_for_dialogs() -> None:
    assert listed(READABLE[:3]) == "PNG, JPEG and WebP"
    assert listed(READABLE[:1]) == "PNG"
    assert patterns(READABLE[:1]) == "*.png *.apng"


def test_a_heic_opens_with_its_exif(tmp_path: Path) -> None:
    document = opened(tmp_path / "photo.heic", HEIC)
    assert document.size == (32, 24)
    for column, colour in ((5, (200, 40, 90)), (25, (20, 160, 60))):
        assert np.abs(document.pixels.array[12, column, 2::-1].astype(int) - colour).max() <= 3
    assert document.metadata.format == "HEIF"
    assert document.metadata.exif is not None
    assert b"Maker" in document.metadata.exif
    assert document.metadata.notes == ()


def test_a_heic_whose_main_brand_is_neutral_is_known_by_the_others() -> None:
    found = format_of_file(io.BytesIO(HEIC[:8] + b"mif1" + HEIC[12:]))
    assert found is not None
    assert found.name == "HEIF"
    assert format_of_file(io.BytesIO(HEIC[:8] + b"mp42" + HEIC[12:])) is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_heic_is_refused(tmp_path: Path, share: float) -> None:
    with pytest.raises(InputError, match="damaged or incomplete"):
        opened(tmp_path / "photo.heic", HEIC[: int(len(HEIC) * share)])


@pytest.mark.parametrize("turned", range(1, 9))
def test_an_avif_is_turned_upright(tmp_path: Path, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Maker"
    stored = np.zeros((24, 32, 3), np.uint8)
    stored[:8, :8] = 255
    path = tmp_path / "a.avif"
    Image.fromarray(stored).save(path, exif=exif, icc_profile=SRGB, quality=100)
    document = read_picture(path)
    with Image.open(path) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    assert np.array_equal(document.pixels.array[..., 2::-1], expected)
    assert document.metadata.icc_profile == SRGB
    facts = file_facts(path)
    assert (facts.width, facts.height) == document.size


def block(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2)


def section(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def psd(
    pixels: np.ndarray, *, mode: int = 3, bits: int = 8, version: int = 1, resources: bytes = b"", layers: int = 0
) -> bytes:
    height, width, channels = pixels.shape
    header = struct.pack(">4sH6xHIIHH", b"8BPS", version, channels, height, width, bits, mode)
    layer_part = section(section(struct.pack(">h", layers) + bytes(6))) if layers else section(b"")
    planes = np.ascontiguousarray(np.moveaxis(pixels, 2, 0)).tobytes()
    return header + section(b"") + section(resources) + layer_part + bytes(2) + planes


def test_a_psd_opens_merged_with_what_it_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    resolution = struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1)
    resources = block(1039, SRGB) + block(1058, exif.tobytes()) + block(1060, b"<x:xmpmeta/>") + block(1005, resolution)
    pixels = noise(9, 13, 3)
    document = opened(
        tmp_path / "a.psd", psd(pixels, resources=resources + block(1057, bytes((0, 0, 0, 1, 1))), layers=2)
    )
    assert np.array_equal(document.pixels.array[..., 2::-1], pixels)
    metadata = document.metadata
    assert (metadata.format, metadata.icc_profile, metadata.dpi) == ("PSD", SRGB, (300, 300))
    assert metadata.xmp == b"<x:xmpmeta/>"
    assert metadata.exif is not None
    assert metadata.notes == (FLATTENED,)


def test_a_psd_without_layers_says_nothing(tmp_path: Path) -> None:
    pixels = noise(9, 13, 1)
    document = opened(tmp_path / "a.psd", psd(pixels, mode=1))
    assert np.array_equal(document.pixels.array[..., :1], pixels)
    assert document.metadata.greyscale
    assert document.metadata.notes == ()


def test_a_psd_in_cmyk_is_converted_and_says_so(tmp_path: Path) -> None:
    document = opened(tmp_path / "a.psd", psd(np.full((4, 4, 4), 255, np.uint8), mode=4))
    assert (document.pixels.array == 255).all()
    assert "now in RGB" in document.metadata.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (psd(noise(2, 2, 3), resources=block(1057, bytes((0, 0, 0, 1, 0)))), "no merged picture"),
        (psd(noise(2, 4, 3), bits=16), "16 bits per channel"),
        (psd(noise(2, 2, 3), version=2), "large documents"),
        (psd(noise(2, 2, 3), mode=7), "color mode"),
        (psd(noise(2, 2, 3))[:-1], "damaged"),
        (psd(noise(2, 2, 3))[:30], "damaged"),
    ],
)
def test_a_psd_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        opened(tmp_path / "a.psd", content)
    assert raised.value.message.startswith("“a.psd” ")


def test_a_jpeg_with_a_second_picture_behind_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    first, second = Image.new("RGB", (16, 8), "red"), Image.new("RGB", (16, 8), "blue")
    first.save(path, "MPO", save_all=True, append_images=[second])
    document = read_picture(path)
    assert document.metadata.format == "JPEG"
    assert "only the first" in document.metadata.notes[0]
    assert document.pixels.array[4, 8, 2] > 200


def test_a_gif_opens_with_its_first_picture_alone(tmp_path: Path) -> None:
    frames = [Image.new("P", (20, 10), index) for index in range(3)]
    for frame in frames:
        frame.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], comment=b"words", transparency=1)
    document = read_picture(path)
    assert (document.pixels.array == [0, 0, 255, 255]).all()
    assert "only the first" in document.metadata.notes[0]


@pytest.mark.parametrize("profile", [None, SRGB])
def test_an_animated_webp_opens_with_its_first_picture(tmp_path: Path, profile: bytes | None) -> None:
    path = tmp_path / "a.webp"
    first = Image.new("RGB", (20, 10), "red")
    first.save(
        path, lossless=True, save_all=True, append_images=[Image.new("RGB", (20, 10), "lime")], icc_profile=profile
    )
    document = read_picture(path)
    assert (document.pixels.array == [0, 0, 255, 255]).all()
    assert document.metadata.icc_profile == profile
    assert document.metadata.save_options["lossy"] is False
    assert "only the first" in document.metadata.notes[0]


def test_an_item_whose_type_is_no_text_is_refused_before_the_decoder_sees_it(tmp_path: Path) -> None:
    place = HEIC.index(b"Exif")
    with pytest.raises(InputError, match="damaged"):
        opened(tmp_path / "photo.heic", HEIC[:place] + b"Ex\xe9f" + HEIC[place + 4 :])
