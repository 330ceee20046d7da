"""Orientation and preview leave the EXIF data, and nothing else moves."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from editor.storage.exif import cleaned_exif, cleaned_xmp

PREVIEW = b"\xff\xd8 what was erased \xff\xd9"


def built(order: str, tags: dict[int, int], *, preview: bool) -> bytes:
    """EXIF with SHORT values in the first directory and, asked for, a preview in the second."""
    pack = struct.Struct
    first = pack(f"{order}H").pack(len(tags))
    for tag, value in tags.items():
        first += pack(f"{order}HHIHH").pack(tag, 3, 1, value, 0)
    second_at = 8 + len(first) + 4
    second = b""
    if preview:
        where = second_at + 2 + 2 * 12 + 4
        second = pack(f"{order}H").pack(2)
        second += pack(f"{order}HHII").pack(0x0201, 4, 1, where) + pack(f"{order}HHII").pack(0x0202, 4, 1, len(PREVIEW))
        second += bytes(4) + PREVIEW
    head = (b"II" if order == "<" else b"MM") + pack(f"{order}HI").pack(42, 8)
    return head + first + pack(f"{order}I").pack(second_at if preview else 0) + second + b"maker's own"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tags", [{0x112: 6}, {0x100: 5, 0x112: 3, 0x128: 2}, {0x100: 5}, {0x128: 2, 0x112: 8}])
@pytest.mark.parametrize("preview", [False, True])
def test_orientation_and_preview_go_and_the_rest_stays_in_place(
    order: str, tags: dict[int, int], preview: bool
) -> None:
    raw = built(order, tags, preview=preview)
    cleaned = cleaned_exif(b"Exif\0\0" + raw)
    assert cleaned is not None
    assert len(cleaned) == len(raw)
    assert cleaned.endswith(b"maker's own")
    assert b"erased" not in cleaned
    kept = Image.Exif()
    kept.load(cleaned)
    assert dict(kept) == {tag: value for tag, value in tags.items() if tag != 0x112}
    assert kept.get_ifd(1) == {}


@given(st.binary(max_size=80), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_damaged_data_is_refused_or_keeps_its_length(raw: bytes, head: bytes) -> None:
    cleaned = cleaned_exif(head + raw)
    assert cleaned is None or len(cleaned) == len(head + raw)


def test_xmp_loses_orientation_and_previews() -> None:
    raw = (
        b'<x xmlns:tiff="t" tiff:Orientation="6" tiff:Make="M"><tiff:Orientation>6</tiff:Orientation>'
        b"<xmp:Thumbnails><a>1</a>\n</xmp:Thumbnails><b/></x>"
    )
    assert cleaned_xmp(raw) == b'<x xmlns:tiff="t" tiff:Make="M"><b/></x>'
