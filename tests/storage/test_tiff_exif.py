"""EXIF data taken out of a TIFF, and what a picture tells after a journey through several formats."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import exiv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import told

from editor.domain.metadata import Metadata
from editor.storage.exif_directory import first_directory, sub_directory
from editor.storage.picture_reader import read_picture
from editor.storage.picture_rows import Rows
from editor.storage.picture_writer import save_picture
from editor.storage.tiff_exif import exif_of_tiff
from editor.storage.tiff_writer import write_tiff

FORMATS = ["png", "jpg", "webp", "tif", "avif"]


def tiff(exif: bytes, *, big: bool = False) -> bytes:
    stream, rows = io.BytesIO(), Rows(np.full((3, 4, 4), 255, np.uint8))
    write_tiff(
        stream,
        rows.bands(3),
        size=rows.size,
        channels=3,
        depth=8,
        metadata=Metadata(exif=exif),
        big_from=0 if big else 1 << 32,
    )
    return stream.getvalue()


def tags(raw: bytes) -> dict[int, bytes]:
    """Every value but those of pointers, of all directories."""
    head = first_directory(raw)
    everything = (*head, *sub_directory(raw, 0x8769, head), *sub_directory(raw, 0x8825, head))
    return {entry.tag: entry.data for entry in everything if entry.tag not in (0x8769, 0x8825)}


@pytest.mark.parametrize("order", "<>")
def test_a_tiffs_tags_become_exif_with_the_makers_note_in_place(order: str) -> None:
    before = told.exif(order)
    after = exif_of_tiff(io.BytesIO(tiff(before)))
    assert after is not None
    assert tags(after) == tags(before)
    place = before.index(told.MAKERS_WORDS.encode())
    assert after[place : place + len(told.MAKERS_WORDS)] == told.MAKERS_WORDS.encode()


@pytest.mark.parametrize("order", "<>")
def test_a_big_tiffs_tags_become_exif_in_its_own_order(order: str) -> None:
    after = exif_of_tiff(io.BytesIO(tiff(told.exif(order), big=True)))
    assert after is not None
    found, expected = tags(after), tags(told.exif("<"))
    # The maker's own numbers are left as they were.
    assert {tag: data for tag, data in found.items() if tag != 0x927C} == {
        tag: data for tag, data in expected.items() if tag != 0x927C
    }


def test_a_tiff_that_tells_nothing_has_none() -> None:
    assert exif_of_tiff(io.BytesIO(tiff(b""))) is None


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0\x10" + bytes(7)]),
)
def test_a_damaged_tiff_tells_what_it_can(raw: bytes, head: bytes) -> None:
    exif_of_tiff(io.BytesIO(head + raw))


@given(st.lists(st.tuples(st.integers(8, 900), st.integers(0, 255)), max_size=8), st.booleans())
def test_a_damaged_directory_tells_what_it_can(changes: list[tuple[int, int]], big: bool) -> None:
    raw = bytearray(tiff(told.exif(), big=big))
    for place, value in changes:
        raw[-place % len(raw)] = value
    exif_of_tiff(io.BytesIO(bytes(raw)))


@pytest.mark.parametrize("way", list(itertools.permutations(FORMATS, 2)), ids="-".join)
@pytest.mark.parametrize("order", "<>")
def test_a_journey_through_two_formats_keeps_what_both_hold(tmp_path: Path, way: tuple[str, str], order: str) -> None:
    metadata, pixels = told.everything(order), np.full((16, 16, 4), 255, np.uint8)
    for step, ending in enumerate((*way, way[0])):
        path = tmp_path / f"{step}.{ending}"
        save_picture(pixels, path, metadata=metadata)
        document = read_picture(path)
        metadata, pixels = document.metadata, document.pixels.array
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    found = {
        datum.key(): datum.toString()
        for data in (image.exifData(), image.iptcData(), image.xmpData())
        for datum in data
    }
    assert found["Exif.Image.Artist"] == "Zoe Example"
    assert found["Exif.Photo.ExposureTime"] == "1/250"
    assert found["Exif.GPSInfo.GPSLongitude"] == "13/1 22/1 6/1"
    assert found["Exif.Canon.ImageType"] == told.MAKERS_WORDS
    assert found["Xmp.xmp.Rating"] == "4"
    if not {"webp", "avif"}.intersection(way):
        assert found["Iptc.Application2.Byline"] == "Zoë Example"
    assert image.iccProfileDefined()
    assert metadata.icc_profile == told.ICC
    assert metadata.dpi == pytest.approx((300, 150), abs=0.1)
