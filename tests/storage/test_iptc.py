"""IPTC data in each place where a format keeps it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from editor.storage.iptc import (
    JPEG_HEADER,
    RAW_PROFILE,
    DataSet,
    data_sets,
    image_resources,
    in_image_resources,
    iptc_of,
    packed,
    raw_profile,
)
from editor.storage.picture_reader import read_picture

IPTC = packed([DataSet(1, 90, b"\x1b%G"), DataSet(2, 80, "Zoë".encode()), DataSet(2, 116, b"(c) Z")])
PICTURE = Image.fromarray(np.zeros((3, 4, 3), np.uint8))


def with_segment(path: Path, *segments: bytes) -> None:
    PICTURE.save(path, "JPEG")
    raw = path.read_bytes()
    added = b"".join(b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment for segment in segments)
    path.write_bytes(raw[:2] + added + raw[2:])


def test_jpeg_keeps_it_among_image_resources_in_one_segment_or_several(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    other = b"8BIM\x03\xed\x03abc\0\0\0\x03xyz\0"
    resources = other + image_resources(IPTC)
    for segments in ([resources], [resources[:20], resources[20:]]):
        with_segment(path, *(JPEG_HEADER + part for part in segments))
        assert read_picture(path).metadata.iptc == IPTC


def test_tiff_keeps_it_in_its_own_tag_as_bytes_or_words(tmp_path: Path) -> None:
    path, tags = tmp_path / "a.tif", ImageFileDirectory_v2()
    filled = IPTC + bytes(-len(IPTC) % 4)
    tags.tagtype[33723] = 7
    tags[33723] = filled
    PICTURE.save(path, "TIFF", tiffinfo=tags)
    assert read_picture(path).metadata.iptc == IPTC
    raw = path.read_bytes()
    as_bytes, as_words = struct.pack("<HHI", 33723, 7, len(filled)), struct.pack("<HHI", 33723, 4, len(filled) // 4)
    assert raw.count(as_bytes) == 1
    path.write_bytes(raw.replace(as_bytes, as_words))
    assert read_picture(path).metadata.iptc == IPTC


def test_tiff_may_keep_it_among_image_resources(tmp_path: Path) -> None:
    path, tags = tmp_path / "a.tif", ImageFileDirectory_v2()
    tags.tagtype[34377] = 7
    tags[34377] = image_resources(IPTC)
    PICTURE.save(path, "TIFF", tiffinfo=tags)
    assert read_picture(path).metadata.iptc == IPTC


@pytest.mark.parametrize("compressed", [False, True])
def test_png_keeps_it_as_text_in_digits(tmp_path: Path, compressed: bool) -> None:
    path, chunks = tmp_path / "a.png", PngImagePlugin.PngInfo()
    chunks.add_text(RAW_PROFILE, raw_profile(IPTC), zip=compressed)
    PICTURE.save(path, "PNG", pnginfo=chunks)
    metadata = read_picture(path).metadata
    assert metadata.iptc == IPTC
    assert metadata.text == {}


def test_previews_of_the_old_picture_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    with_segment(path, JPEG_HEADER + image_resources(IPTC + packed([DataSet(2, 202, b"what was erased")])))
    assert read_picture(path).metadata.iptc == IPTC


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 255), st.binary(max_size=40))))
def test_values_come_back(values: list[tuple[int, int, bytes]]) -> None:
    sets = tuple(DataSet(*value) for value in values)
    assert data_sets(packed(sets)) == sets
    assert in_image_resources(image_resources(packed(sets))) == (packed(sets) or None)


def test_a_very_long_value_has_its_length_in_four_bytes() -> None:
    sets = (DataSet(2, 120, bytes(40_000)), DataSet(2, 5, b"after"))
    assert data_sets(packed(sets)) == sets


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x1c\x02", b"8BIM\x04\x04\0\0"]))
def test_damaged_data_is_read_as_far_as_it_goes(raw: bytes, head: bytes) -> None:
    data_sets(head + raw)
    in_image_resources(head + raw)
    for text in (raw.decode("latin-1"), f"\niptc\n 8\n{raw.hex()}a"):
        picture = ImageFile.ImageFile.__new__(PngImagePlugin.PngImageFile)
        picture.format = "PNG"
        picture._text = {RAW_PROFILE: text}
        iptc_of(picture)
