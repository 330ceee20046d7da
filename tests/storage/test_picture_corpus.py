"""Every kind of PNG, and the pictures that Pillow is tested with, which hold what once broke a decoder."""

from __future__ import annotations

import hashlib
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from support.opening_child import OpeningChild
from support.pillow_corpus import pillow_pictures
from support.small_pictures import chunk

from editor.storage.picture_reader import read_picture

MOST_SECONDS = 2.0
MOST_MEMORY = 512 << 20
OPENED = 690
"""So many of Pillow's thousand pictures are of a format that is read, and whole."""
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
KINDS = [(0, depth) for depth in (1, 2, 4, 8, 16)] + [(3, depth) for depth in (1, 2, 4, 8)]
KINDS += [(colour, depth) for colour in (2, 4, 6) for depth in (8, 16)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def rows(samples: np.ndarray, depth: int) -> bytes:
    """Unfiltered rows of a PNG, their samples packed into bytes."""
    lines = []
    for line in samples.reshape(len(samples), -1):
        if depth >= 8:
            packed = line.astype(">u2" if depth == 16 else "u1").tobytes()
        else:
            bits = "".join(f"{value:0{depth}b}" for value in line)
            bits += "0" * (-len(bits) % 8)
            packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
        lines.append(b"\0" + packed)
    return b"".join(lines)


def shown(samples: np.ndarray, colour: int, palette: np.ndarray, most: int) -> np.ndarray:
    """The samples as blue, green, red and alpha from 0 to ``most``."""
    if colour == 3:
        samples = palette[samples[..., 0]]
    colours = samples[..., :3] if samples.shape[2] >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    alpha = samples[..., -1:] if colour in (4, 6) else np.full_like(samples[..., :1], most)
    return np.concatenate((colours[..., ::-1], alpha), axis=2)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (9, 7), (33, 20)])
@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("colour", "depth"), KINDS)
def test_every_kind_of_png_opens_exactly(
    tmp_path: Path, colour: int, depth: int, interlaced: bool, size: tuple[int, int]
) -> None:
    width, height = size
    chance = np.random.default_rng(depth)
    samples = chance.integers(0, 1 << depth, (height, width, CHANNELS[colour]), np.uint16)
    palette = chance.integers(0, 256, (1 << min(depth, 8), 3), np.uint16)
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    parts = [samples[row::down, column::across] for column, row, across, down in passes]
    data = zlib.compress(b"".join(rows(part, depth) for part in parts if part.size))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    colours = chunk(b"PLTE", palette.astype(np.uint8).tobytes()) if colour == 3 else b""
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + colours + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(content)
    most = 65535 if depth == 16 else 255
    scaled = samples if colour == 3 or depth >= 8 else samples * (255 // ((1 << depth) - 1))
    document = read_picture(tmp_path / "a.png")
    assert document.depth == max(8, depth)
    assert np.array_equal(document.pixels.array, shown(scaled, colour, palette, most))


@pytest.fixture(scope="module")
def pictures() -> tuple[Path, ...]:
    found = pillow_pictures()
    if not found:
        pytest.skip("Pillow’s source distribution could not be fetched")
    return found


@pytest.fixture(scope="module")
def child() -> Iterator[OpeningChild]:
    if sys.platform == "win32":
        pytest.skip("limits on a process are set the POSIX way")
    with OpeningChild() as child:
        yield child


@pytest.mark.long
def test_pillows_pictures_open_or_are_refused(child: OpeningChild, pictures: tuple[Path, ...]) -> None:
    opened = 0
    for path in pictures:
        answer = child.open(path)
        assert answer.seconds < MOST_SECONDS, path.name
        assert answer.peak < MOST_MEMORY, path.name
        opened += answer.refusal is None
        if answer.digest is not None and (expected := as_pillow_has_it(path)) is not None:
            assert answer.digest == expected, path.name
    assert opened >= OPENED


def as_pillow_has_it(path: Path) -> str | None:
    """The digest of the upright pixels, None for what is decoded another way here or not at all by Pillow alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                if picture.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA") or deep(path, picture):
                    return None
                upright = np.asarray(ImageOps.exif_transpose(picture).convert("RGBA"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return hashlib.sha256(upright[..., [2, 1, 0, 3]].tobytes()).hexdigest()


def deep(path: Path, picture: Image.Image) -> bool:
    if picture.format == "PNG":
        return path.read_bytes()[24] == 16
    return 16 in getattr(picture, "tag_v2", {}).get(258, ())
