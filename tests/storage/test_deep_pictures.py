"""Pictures of 16 bits a sample, written by others than the program, opened bit for bit."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import ImageCms

from editor.cli.edit_files import read_background
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.storage import deep_png, deep_tiff
from editor.storage.file_facts import file_facts
from editor.storage.picture_header import open_picture
from editor.storage.picture_reader import read_mask, read_picture

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
TURNS = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored[::-1].swapaxes(0, 1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}


def noise(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 65536, (height, width, channels), np.uint16)


def expected(samples: np.ndarray) -> np.ndarray:
    """Grey, grey and alpha, RGB or RGBA as the document has it."""
    channels = samples.shape[2]
    colours = samples[..., :3] if channels >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    alpha = samples[..., -1:] if channels in (2, 4) else np.full_like(samples[..., :1], 65535)
    return np.concatenate((colours[..., ::-1], alpha), axis=2)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def paeth(left: int, above: int, corner: int) -> int:
    return min((left, above, corner), key=lambda value: abs(left + above - corner - value))


def filtered(samples: np.ndarray) -> bytes:
    """Rows filtered with each of the five filters in turn, as the specification says it, byte by byte."""
    step, result = samples.shape[2] * 2, bytearray()
    above = bytes(samples.shape[1] * step)
    for index, line in enumerate(samples):
        raw = line.astype(">u2").tobytes()
        kind = index % 5
        result.append(kind)
        for place, value in enumerate(raw):
            left = raw[place - step] if place >= step else 0
            corner = above[place - step] if place >= step else 0
            guess = (0, left, above[place], (left + above[place]) // 2, paeth(left, above[place], corner))[kind]
            result.append((value - guess) % 256)
        above = raw
    return bytes(result)


def deep_png_file(samples: np.ndarray, *, interlaced: bool = False, extra: bytes = b"") -> bytes:
    height, width, channels = samples.shape
    colour = {count: colour for colour, count in CHANNELS.items()}[channels]
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    parts = [samples[row::down, column::across] for column, row, across, down in passes]
    rows = b"".join(filtered(part) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, interlaced)
    data = zlib.compress(rows)
    pixels = b"".join(chunk(b"IDAT", data[start : start + 500]) for start in range(0, len(data), 500))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + pixels + chunk(b"IEND", b"")


def opened(path: Path, content: bytes) -> Document:
    path.write_bytes(content)
    return read_picture(path)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_kind_of_16_bit_png_opens_exactly(tmp_path: Path, channels: int, interlaced: bool) -> None:
    samples = noise(23, 17, channels)
    document = opened(tmp_path / "a.png", deep_png_file(samples, interlaced=interlaced))
    assert document.depth == 16
    assert np.array_equal(document.pixels.array, expected(samples))
    assert document.metadata.notes == ()
    assert document.metadata.greyscale == (channels < 3)
    assert document.metadata.alpha == (channels in (2, 4))


@pytest.mark.parametrize("width", [1, 2, 5])
def test_an_interlaced_png_smaller_than_its_passes_opens(tmp_path: Path, width: int) -> None:
    samples = noise(3, width, 3)
    document = opened(tmp_path / "a.png", deep_png_file(samples, interlaced=True))
    assert np.array_equal(document.pixels.array, expected(samples))


def test_bands_of_a_png_follow_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep_png, "BAND_BYTES", 700)
    for channels in CHANNELS.values():
        samples = noise(41, 37, channels)
        document = opened(tmp_path / "a.png", deep_png_file(samples))
        assert np.array_equal(document.pixels.array, expected(samples))


@pytest.mark.parametrize("turned", range(1, 9))
def test_16_bit_pictures_are_turned_upright(tmp_path: Path, turned: int) -> None:
    samples = noise(9, 14, 3)
    exif = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHHI", 0x0112, 3, 1, turned, 0, 0)
    (tmp_path / "a.png").write_bytes(deep_png_file(samples, extra=chunk(b"eXIf", exif)))
    tifffile.imwrite(tmp_path / "a.tiff", samples, extratags=[(274, "H", 1, turned, True)])
    for name in ("a.png", "a.tiff"):
        document = read_picture(tmp_path / name)
        assert np.array_equal(document.pixels.array, TURNS[turned](expected(samples)))
        facts = file_facts(tmp_path / name)
        assert (facts.width, facts.height) == document.size


def test_one_value_of_a_png_may_stand_for_transparent(tmp_path: Path) -> None:
    for channels in (1, 3):
        samples = noise(6, 7, channels)
        key = chunk(b"tRNS", samples[2, 3].astype(">u2").tobytes())
        document = opened(tmp_path / "a.png", deep_png_file(samples, extra=key))
        alpha = document.pixels.array[..., 3]
        assert alpha[2, 3] == 0
        assert np.count_nonzero(alpha == 65535) == alpha.size - 1
        assert document.metadata.alpha


def test_profile_and_text_of_a_16_bit_png_are_kept(tmp_path: Path) -> None:
    extra = chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(SRGB)) + chunk(b"tEXt", b"Title\0Sea")
    extra += chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
    metadata = opened(tmp_path / "a.png", deep_png_file(noise(4, 4, 3), extra=extra)).metadata
    assert metadata.icc_profile == SRGB
    assert metadata.text == {"Title": "Sea"}
    assert metadata.dpi == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_16_bit_picture_is_refused(tmp_path: Path, share: float, capfd: pytest.CaptureFixture[str]) -> None:
    tifffile.imwrite(tmp_path / "whole.tiff", noise(40, 50, 3), compression="zlib", rowsperstrip=8)
    for name, content in {
        "a.png": deep_png_file(noise(40, 50, 3)),
        "a.tiff": (tmp_path / "whole.tiff").read_bytes(),
    }.items():
        with pytest.raises(InputError, match="damaged or incomplete"):
            opened(tmp_path / name, content[: int(len(content) * share)])
    assert capfd.readouterr() == ("", "")


def test_rows_of_an_unknown_filter_and_too_few_rows_are_refused_silently(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 16, 2, 0, 0, 0))
    for rows in ((b"\x07" + bytes(30)) * 4, bytes(31) * 3):
        content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        with pytest.raises(InputError, match="damaged"):
            opened(tmp_path / "a.png", content)
    assert capfd.readouterr() == ("", "")


LAYOUTS: dict[str, dict[str, Any]] = {
    "one strip": {},
    "strips": {"rowsperstrip": 7},
    "big-endian": {"byteorder": ">", "rowsperstrip": 7},
    "deflate": {"compression": "zlib", "rowsperstrip": 7},
    "predictor": {"compression": "zlib", "predictor": 2, "rowsperstrip": 7},
    "big-endian predictor": {"compression": "zlib", "predictor": 2, "byteorder": ">"},
    "tiles": {"tile": (16, 32)},
    "deflated tiles": {"tile": (16, 32), "compression": "zlib", "predictor": 2},
    "one large tile": {"tile": (64, 64), "compression": "zlib"},
    "big": {"bigtiff": True, "compression": "zlib"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("band", [1 << 22, 900])
def test_every_layout_of_a_16_bit_tiff_opens_exactly(
    tmp_path: Path, layout: str, channels: int, band: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deep_tiff, "BAND_BYTES", band)
    samples = noise(45, 71, channels)
    options = dict(LAYOUTS[layout], photometric="minisblack" if channels == 1 else "rgb")
    if channels == 4:
        options["extrasamples"] = ["unassalpha"]
    data = samples[..., 0] if channels == 1 else samples
    tifffile.imwrite(tmp_path / "a.tiff", data, iccprofile=SRGB, resolution=(300, 300), **options)
    document = read_picture(tmp_path / "a.tiff")
    assert np.array_equal(document.pixels.array, expected(samples))
    assert document.metadata.notes == ()
    assert document.metadata.icc_profile == SRGB
    assert document.metadata.dpi == pytest.approx((300, 300))
    assert document.metadata.greyscale == (channels == 1)
    assert document.metadata.alpha == (channels == 4)


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"tile": (16, 16)}, {"rowsperstrip": 5}])
def test_planes_that_stand_apart_come_together(tmp_path: Path, options: dict[str, Any]) -> None:
    samples = noise(23, 37, 3)
    planes = np.ascontiguousarray(np.moveaxis(samples, 2, 0))
    tifffile.imwrite(tmp_path / "a.tiff", planes, photometric="rgb", planarconfig="separate", **options)
    assert np.array_equal(read_picture(tmp_path / "a.tiff").pixels.array, expected(samples))


@pytest.mark.parametrize("predictor", [1, 2])
def test_lzw_opens_exactly(tmp_path: Path, predictor: int) -> None:
    for channels in (1, 3, 4):
        samples = noise(45, 71, channels)
        options = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
        stored = expected(samples) if channels == 4 else samples[..., ::-1]
        cv2.imwrite(str(tmp_path / "a.tiff"), stored, options)
        assert np.array_equal(read_picture(tmp_path / "a.tiff").pixels.array[..., :3], expected(samples)[..., :3])


def own_tiff(fields: dict[int, tuple[int, list[int]]], strip: bytes) -> bytes:
    """A TIFF of one strip; ``fields`` are type and values by tag."""
    fields = {**fields, 273: (4, [0]), 279: (4, [len(strip)])}
    lists, place = b"", 8 + 2 + 12 * len(fields) + 4
    head = struct.pack("<2sHIH", b"II", 42, 8, len(fields))
    lengths = {tag: 2 * len(values) for tag, (kind, values) in fields.items() if kind == 3 and len(values) > 2}
    body = place + sum(lengths.values())
    for tag, (kind, values) in sorted(fields.items()):
        if tag in lengths:
            value = struct.pack("<I", place + len(lists))
            lists += struct.pack(f"<{len(values)}H", *values)
        elif tag == 273:
            value = struct.pack("<I", body)
        else:
            value = struct.pack(f"<{len(values)}{'H' if kind == 3 else 'I'}", *values).ljust(4, b"\0")
        head += struct.pack("<HHI", tag, kind, len(values)) + value
    return head + bytes(4) + lists + strip


def test_pack_bits_opens_exactly(tmp_path: Path) -> None:
    samples = noise(6, 9, 3)
    raw = samples.astype("<u2").tobytes()
    # Runs that are copied as they are: a length less one, and the bytes.
    strip = b"".join(bytes((53,)) + raw[start : start + 54] for start in range(0, len(raw), 54))
    fields = {256: (3, [9]), 257: (3, [6]), 258: (3, [16] * 3), 259: (3, [32773]), 262: (3, [2]), 277: (3, [3])}
    document = opened(tmp_path / "a.tiff", own_tiff({**fields, 278: (3, [6])}, strip))
    assert np.array_equal(document.pixels.array, expected(samples))


def test_white_may_be_zero(tmp_path: Path) -> None:
    samples = noise(6, 9, 1)
    tifffile.imwrite(tmp_path / "a.tiff", samples[..., 0], photometric="miniswhite")
    assert np.array_equal(read_picture(tmp_path / "a.tiff").pixels.array, expected(65535 - samples))


def test_colours_that_alpha_was_multiplied_into_are_divided(tmp_path: Path) -> None:
    samples = noise(30, 40, 4)
    samples[0] = 65535
    samples[1, :, 3] = 0
    stored = samples.copy()
    stored[..., :3] = (samples[..., :3].astype(np.float64) * samples[..., 3:] / 65535).round()
    tifffile.imwrite(tmp_path / "a.tiff", stored, photometric="rgb", extrasamples=["assocalpha"])
    array = read_picture(tmp_path / "a.tiff").pixels.array.astype(int)
    assert (array[..., 3] == samples[..., 3]).all()
    assert (array[1] == 0).all()
    tolerance = 65535 / np.maximum(samples[..., 3:].astype(int), 1) + 1
    close = np.abs(array[..., 2::-1] - samples[..., :3]) <= tolerance
    assert close[samples[..., 3] > 0].all()


def test_strips_that_hold_less_than_they_say_are_refused(tmp_path: Path) -> None:
    fields = {256: (3, [9]), 257: (3, [6]), 258: (3, [16] * 3), 262: (3, [2]), 277: (3, [3]), 278: (3, [6])}
    for compression, strip in ((1, b"short"), (8, zlib.compress(b"short")), (5, b"rubbish"), (32773, b"\x01a")):
        with pytest.raises(InputError, match="damaged"):
            opened(tmp_path / "a.tiff", own_tiff({**fields, 259: (3, [compression])}, strip))


def test_a_16_bit_mask_and_background_come_in_8_bits(tmp_path: Path) -> None:
    grey = np.full((6, 9, 1), 65535, np.uint16)
    path = tmp_path / "a.png"
    path.write_bytes(deep_png_file(grey))
    assert (read_mask(path, (9, 6)) == 255).all()
    background = read_background(str(path))
    assert isinstance(background, np.ndarray)
    assert background.dtype == np.uint8
    assert (background == 255).all()


def test_the_texts_of_a_png_are_known_without_its_pixels(tmp_path: Path) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 16, 2, 0, 0, 0))
    content = header + chunk(b"IDAT", b"no pixels") + chunk(b"tEXt", b"Title\0Sea") + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    with open_picture(tmp_path / "a.png") as opened_picture:
        assert opened_picture.picture.text == {"Title": "Sea"}  # type: ignore[attr-defined]
