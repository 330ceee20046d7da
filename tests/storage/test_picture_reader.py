"""Opening pictures and masks, good and bad."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from editor.domain.errors import InputError
from editor.storage.file_facts import file_facts
from editor.storage.picture_reader import read_mask, read_picture

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def save(path: Path, pixels: np.ndarray | Image.Image, **options: Any) -> Path:
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    picture.save(path, **options)
    return path


def rgb(path: Path) -> np.ndarray:
    return read_picture(path).pixels.array[..., 2::-1]


@pytest.mark.parametrize("extension", ["png", "tiff", "jpg", "webp"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_is_turned_upright_and_its_orientation_is_forgotten(
    tmp_path: Path, extension: str, turned: int
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Maker"
    path = save(tmp_path / f"a.{extension}", noise(30, 50, 3), exif=exif)
    document = read_picture(path)
    with Image.open(path) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture))
    assert np.array_equal(document.pixels.array[..., 2::-1], expected)
    assert (document.pixels.array[..., 3] == 255).all()
    assert document.metadata.exif is not None
    kept = Image.Exif()
    kept.load(document.metadata.exif)
    assert dict(kept) == {0x010F: "Maker"}
    facts = file_facts(path)
    assert (facts.width, facts.height) == document.size


def test_a_picture_larger_than_a_band_is_whole(tmp_path: Path) -> None:
    pixels = noise(1100, 1000, 3)
    assert np.array_equal(rgb(save(tmp_path / "a.bmp", pixels)), pixels)


def png(width: int, height: int, *, depth: int, colour: int, rows: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_palette_with_transparency_becomes_full_colour(tmp_path: Path) -> None:
    picture = Image.fromarray(noise(20, 30) % 4, "L").convert("P")
    picture.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    path = save(tmp_path / "a.png", picture, transparency=bytes([0, 128, 255, 255]))
    document = read_picture(path)
    with Image.open(path) as original:
        assert np.array_equal(document.pixels.array[..., [2, 1, 0, 3]], np.asarray(original.convert("RGBA")))
    assert document.metadata.alpha
    assert "palette" in document.metadata.notes[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA"])
def test_other_modes_become_bgra(tmp_path: Path, mode: str) -> None:
    picture = Image.fromarray(noise(20, 30, 4), "RGBA").convert(mode)
    document = read_picture(save(tmp_path / "a.png", picture))
    assert np.array_equal(document.pixels.array[..., [2, 1, 0, 3]], np.asarray(picture.convert("RGBA")))
    assert document.metadata.greyscale == (mode != "RGBA")
    assert document.metadata.alpha == ("A" in mode)


@pytest.mark.parametrize("high", [1.0, 255.0, 9000.0])
def test_numbers_of_32_bits_are_scaled_to_a_sensible_range(tmp_path: Path, high: float) -> None:
    values = np.linspace(0, high, 600, dtype=np.float32).reshape(20, 30)
    values[3, 3] = np.nan
    document = read_picture(save(tmp_path / "a.tiff", values))
    grey = document.pixels.array[..., 0]
    assert grey[0, 0] == grey[3, 3] == 0
    assert (grey[-1, -1] == 255) == (high != 9000.0)
    assert "32 bits" in document.metadata.notes[0]


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_print_colours_become_rgb_and_their_profile_goes(tmp_path: Path, mode: str) -> None:
    if mode == "CMYK":
        picture = Image.new("RGB", (40, 30), (200, 40, 90)).convert("CMYK")
        path = save(tmp_path / "a.jpg", picture, quality=95)
    else:
        lab = ImageCms.createProfile("LAB")
        transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
        picture = transform.apply(Image.new("RGB", (40, 30), (200, 40, 90)))
        path = save(tmp_path / "a.tiff", picture)
    document = read_picture(path)
    assert np.abs(document.pixels.array[5, 5, 2::-1].astype(int) - (200, 40, 90)).max() <= 4
    assert document.metadata.icc_profile is None
    assert "now in RGB" in document.metadata.notes[0]


def test_what_the_file_says_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "A café")
    pixels = noise(20, 30, 3)
    for name, options in {
        "a.jpg": {"xmp": b"<x:xmpmeta/>"},
        "a.webp": {"xmp": b"<x:xmpmeta/>"},
        "a.png": {"pnginfo": text},
        "a.tiff": {},
    }.items():
        if name == "a.tiff":
            exif[700] = b"<x:xmpmeta/>"
        path = save(tmp_path / name, pixels, icc_profile=SRGB, exif=exif, dpi=(300, 300), **options)
        metadata = read_picture(path).metadata
        assert metadata.icc_profile == SRGB
        assert metadata.exif is not None
        assert b"Maker" in metadata.exif
        if name != "a.webp":
            assert metadata.dpi == pytest.approx((300, 300), abs=0.1)
        if name == "a.png":
            assert metadata.text == {"Title": "A café"}
        else:
            assert metadata.xmp == b"<x:xmpmeta/>"
        assert metadata.notes == ()


def test_only_the_first_frame_is_opened_and_said_so(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "lime", "blue")]
    for name in ("a.gif", "a.tiff", "a.webp", "a.png"):
        options = {"lossless": True} if name == "a.webp" else {}
        path = save(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], **options)
        document = read_picture(path)
        assert document.pixels.array[5, 5].tolist() == [0, 0, 255, 255]
        assert "only the first" in document.metadata.notes[0]
        assert document.metadata.save_options["holds_more"] == str(path)


def damaged(tmp_path: Path, content: bytes, name: str = "photo.png") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_picture(path)
    assert "\n" not in raised.value.message
    assert f"“{name}”" in raised.value.message
    return raised.value.message


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "tiff", "bmp", "gif"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_picture_is_refused(tmp_path: Path, name: str, share: float) -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(200, 300, 3)).save(stream, name)
    content = stream.getvalue()
    message = damaged(tmp_path, content[: max(40, int(len(content) * share))])
    assert "damaged or incomplete" in message


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "tiff", "bmp", "gif"])
def test_a_picture_with_wrong_bytes_opens_or_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(40, 60, 3)).save(stream, name)
    chance = np.random.default_rng(3)
    path = tmp_path / "photo"
    for _ in range(60):
        content = bytearray(stream.getvalue())
        for place in chance.integers(0, min(len(content), 400), 6):
            content[place] = chance.integers(0, 256)
        path.write_bytes(content)
        try:
            read_picture(path)
        except InputError as error:
            assert "“photo”" in error.message


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    assert "PNG, JPEG, WebP, TIFF, BMP, GIF, AVIF, HEIC, PSD and the previews" in damaged(
        tmp_path, b"%PDF-1.4 and so on", "paper.png"
    )
    assert "0 bytes" in damaged(tmp_path, b"")


def test_a_forged_size_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    message = damaged(tmp_path, png(60_000, 60_000, depth=8, colour=2, rows=b"\0"))
    assert "60000 × 60000" in message
    assert "400 megapixels" in message
    assert "damaged" in damaged(tmp_path, png(12_000, 12_000, depth=1, colour=0, rows=b"\0"))


@pytest.mark.skipif(os.name != "posix", reason="named pipes exist on POSIX alone")
def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    for path, words in {
        tmp_path / "gone.png": "does not exist",
        tmp_path: "is a folder",
        pipe: "not an ordinary file",
        tmp_path / ("x" * 300): "cannot be opened",
        Path("a\0b"): "cannot be opened",
    }.items():
        for read in (read_picture, file_facts, lambda path: read_mask(path, (1, 1))):
            with pytest.raises(InputError, match=words):
                read(path)


def test_an_unreadable_file_is_named(ordinary_users_folder: Path) -> None:
    path = save(ordinary_users_folder / "a.png", noise(3, 3))
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        read_picture(path)


@pytest.mark.parametrize(
    "rubbish", [b"Exif\0\0rubbish", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\0\xff"]
)
def test_unreadable_exif_keeps_no_picture_from_opening(tmp_path: Path, rubbish: bytes) -> None:
    for name in ("a.jpg", "a.webp", "a.png"):
        document = read_picture(save(tmp_path / name, noise(20, 30, 3), exif=rubbish))
        assert document.size == (30, 20)
        assert document.metadata.exif is None
        assert "EXIF" in document.metadata.notes[0]


def checkered(mode: str) -> Image.Image:
    return Image.fromarray(((np.indices((20, 30)).sum(axis=0) % 2) * 255).astype(np.uint8)).convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P", "LA", "RGBA"])
def test_white_marks_whatever_the_masks_mode(tmp_path: Path, mode: str) -> None:
    mask = read_mask(save(tmp_path / "m.png", checkered(mode)), (30, 20))
    assert np.array_equal(mask, np.asarray(checkered("L")))


def test_a_masks_transparency_is_ignored(tmp_path: Path) -> None:
    picture = checkered("RGBA")
    picture.putalpha(0)
    assert np.array_equal(read_mask(save(tmp_path / "m.png", picture), (30, 20)), np.asarray(checkered("L")))


def test_a_mask_must_fit_the_upright_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "m.png", checkered("L"))
    with pytest.raises(InputError, match=r"30 × 20 pixels.*20 × 30"):
        read_mask(path, (20, 30))


def test_an_empty_mask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="all black"):
        read_mask(save(tmp_path / "m.png", Image.new("L", (30, 20))), (30, 20))


def test_file_facts_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(2, 1, depth=8, colour=0, rows=b"\0\1\2"))
    facts = file_facts(path)
    assert (facts.width, facts.height) == (2, 1)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
