"""TIFF as tifffile reads it: plain, deflated, and as BigTIFF."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import tifffile
from support import told

from editor.domain.metadata import Metadata
from editor.storage.exif_directory import (
    Entry,
    directory_bytes,
    new_structure,
    read_directory,
    resolution_of,
    with_resolution,
    with_size,
)
from editor.storage.picture_rows import Rows
from editor.storage.tiff_writer import write_tiff


def written(pixels: np.ndarray, metadata: Metadata, *, deflate: bool = False, big_from: int = 4 << 30) -> bytes:
    stream, rows = io.BytesIO(), Rows(pixels)
    write_tiff(
        stream,
        rows.bands(4),
        size=rows.size,
        channels=4,
        depth=rows.depth,
        metadata=metadata,
        deflate=deflate,
        big_from=big_from,
    )
    return stream.getvalue()


def noise(kind: type, height: int = 700, width: int = 900) -> np.ndarray:
    return np.random.default_rng(1).integers(0, np.iinfo(kind).max, (height, width, 4), kind, endpoint=True)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("big_from", [0, 4 << 30])
@pytest.mark.parametrize("order", "<>")
def test_pixels_and_metadata_come_back(kind: type, deflate: bool, big_from: int, order: str) -> None:
    pixels = noise(kind)
    raw = written(pixels, told.everything(order), deflate=deflate, big_from=big_from)
    with tifffile.TiffFile(io.BytesIO(raw)) as file:
        assert file.is_bigtiff == (big_from == 0)
        assert file.byteorder == ("<" if file.is_bigtiff else order)
        page = file.pages[0]
        assert np.array_equal(page.asarray(), pixels[..., [2, 1, 0, 3]])
        assert len(page.dataoffsets) > 1
        tags = page.tags
        assert tags["XMP"].value == told.XMP
        assert bytes(tags["IPTCNAA"].value) == told.IPTC
        assert tags["InterColorProfile"].value == told.ICC
        assert tags["Artist"].value == "Zoe Example"
        assert (
            tags["XResolution"].value == (300, 1) or tags["XResolution"].value[0] / tags["XResolution"].value[1] == 300
        )
        assert tags["ExifTag"].value["ExposureTime"] == (1, 250)
        assert tags["GPSTag"].value["GPSLatitudeRef"] == "N"


def test_a_smooth_picture_is_smaller_deflated() -> None:
    smooth = np.zeros((400, 400, 4), np.uint16)
    smooth[..., :3] = np.arange(400, dtype=np.uint16)[:, None] * 100
    assert len(written(smooth, Metadata(), deflate=True)) < smooth.nbytes // 20


def test_damaged_exif_writes_a_tiff_all_the_same() -> None:
    random = np.random.default_rng(3)
    pixels = noise(np.uint8, 4, 5)
    for _ in range(300):
        exif = bytearray(told.exif("<>"[int(random.integers(2))]))
        for place in random.integers(4, len(exif), 6):
            exif[place] = random.integers(256)
        for big_from in (0, 4 << 30):
            raw = written(pixels, Metadata(exif=bytes(exif)), big_from=big_from)
            with tifffile.TiffFile(io.BytesIO(raw)) as file:
                assert np.array_equal(file.pages[0].asarray(), pixels[..., [2, 1, 0, 3]])


def test_directories_that_point_at_themselves_or_overlap_do_not_swell() -> None:
    entries = struct.pack("<HHII", 0xA005, 4, 1, 8) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    entries += struct.pack("<HHII", 0x9286, 7, 50_000, 8) * 4_000
    exif = b"II*\0\x08\0\0\0" + struct.pack("<H", 4_002) + entries + bytes(4)
    for big_from in (0, 4 << 30):
        assert len(written(noise(np.uint8, 4, 5), Metadata(exif=exif), big_from=big_from)) < 6 * len(exif)


def test_resolution_is_put_into_exif_without_moving_what_is_there() -> None:
    for raw in (told.exif("<"), told.exif(">")):
        changed = with_resolution(raw, (72.5, 600.0))
        assert changed[8 : len(raw)] == raw[8:]
        assert resolution_of(changed) == (72.5, 600.0)
        assert resolution_of(with_resolution(changed, (96.0, 96.0))) == (96.0, 96.0)
    assert resolution_of(with_resolution(None, (300.0, 300.0))) == (300.0, 300.0)
    assert resolution_of(b"II*\0") is None
    assert resolution_of(told.exif()) is None


def test_the_size_in_pixels_is_corrected_where_exif_tells_it() -> None:
    shot = directory_bytes([Entry(0xA002, 3, 1, b"\1\0"), Entry(0xA003, 4, 1, b"\1\0\0\0")], 26, order="<")
    raw = new_structure([Entry(0x8769, 4, 1, struct.pack("<I", 26))])
    assert len(raw) == 26
    changed = with_size(raw + shot, (70_000, 480))
    found = {entry.tag: entry.data for entry in read_directory(changed, 26)}
    assert found == {0xA002: b"\xff\xff", 0xA003: struct.pack("<I", 480)}
    assert with_size(b"no exif data", (1, 1)) == b"no exif data"
