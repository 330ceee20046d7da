"""Pictures survive the way out and back, and nothing that is no picture gets in."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from editor.domain.errors import BadResult
from editor.imaging.codec import decode_picture, encode_png, encode_webp, picture_format


@pytest.fixture
def picture():
    rows, columns = np.mgrid[0:60, 0:90]
    return np.stack([rows * 4, columns * 2, (rows + columns) % 256], axis=2).astype(np.uint8)


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def test_png_is_exact_and_rgb(picture):
    assert np.array_equal(decode_picture(encode_png(picture)), picture)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(picture)))), picture)


def test_a_mask_is_one_grey_channel(picture):
    mask = np.where(picture[..., 0] > 100, 255, 0).astype(np.uint8)
    decoded = Image.open(io.BytesIO(encode_png(mask)))
    assert decoded.mode == "L"
    assert np.array_equal(np.asarray(decoded), mask)


def test_webp_is_close(picture):
    data = encode_webp(picture)
    assert picture_format(data) == "WEBP"
    difference = np.abs(decode_picture(data).astype(int) - picture)
    assert difference.mean() < 4


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_is_known_by_its_bytes(picture, kind):
    data = _saved(Image.fromarray(picture), kind)
    assert picture_format(data) == kind
    assert decode_picture(data).shape == (60, 90, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    image = (
        Image.new(mode, (5, 4), 40_000) if mode == "I;16" else Image.new("RGB", (5, 4), (255, 255, 255)).convert(mode)
    )
    data = _saved(image, "JPEG" if kind == "TIFF" else kind)
    decoded = decode_picture(data)
    assert decoded.shape == (4, 5, 3)
    assert decoded.dtype == np.uint8
    assert decoded.min() > 120


def test_what_is_no_picture_is_refused():
    for data in (b"", b"<html>busy</html>", b'{"id": 1}', b"%PDF-1.7", bytes(2000)):
        with pytest.raises(BadResult, match="not a picture"):
            decode_picture(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind, share):
    noise = np.random.default_rng(1).integers(0, 256, (80, 70, 3), np.uint8)
    data = _saved(Image.fromarray(noise), kind)
    with pytest.raises(BadResult, match="broken"):
        decode_picture(data[: int(len(data) * share)])


def _claiming(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    packed = b"IDAT" + zlib.compress(bytes(1000))
    pixels = struct.pack(">I", len(packed) - 4) + packed + struct.pack(">I", zlib.crc32(packed))
    return b"\x89PNG\r\n\x1a\n" + head + pixels


@pytest.mark.parametrize("side", [9_000, 10_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side):
    with pytest.raises(BadResult, match="absurdly large"):
        decode_picture(_claiming(side, side))


def test_garbage_behind_the_right_first_bytes_is_refused():
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"GIF89a"):
        with pytest.raises(BadResult):
            decode_picture(start + bytes(range(256)) * 4)
