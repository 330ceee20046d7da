"""Content Credentials in files that are opened, signed by the standard's own library."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.signing import signed

from editor.storage.content_credentials import CARRIES, in_xmp
from editor.storage.picture_reader import read_picture

MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "GIF": "image/gif",
}


def encoded(name: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((24, 32, 3), 120, np.uint8)).save(stream, name)
    return stream.getvalue()


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_signed_pictures_open_with_a_word_about_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "photo"
    path.write_bytes(encoded(name))
    plain = read_picture(path)
    assert CARRIES not in plain.metadata.notes
    path.write_bytes(signed(encoded(name), MEDIA_TYPES[name]))
    document = read_picture(path)
    assert CARRIES in document.metadata.notes
    assert np.array_equal(document.pixels.array, plain.pixels.array)


@pytest.mark.parametrize(
    ("xmp", "found"),
    [
        (b'<rdf:Description dcterms:provenance="https://example.org/manifest.c2pa"/>', True),
        (b"<dcterms:provenance>self#jumbf=/c2pa/urn:uuid:1</dcterms:provenance>", True),
        (b'<dcterms:provenance rdf:resource="https://example.org/a"/>', True),
        (b'<rdf:Description dcterms:provenance="bought at an auction"/>', False),
        (b"<rdf:Description/>", False),
        (None, False),
    ],
)
def test_a_reference_in_xmp_counts(xmp: bytes | None, found: bool, tmp_path: Path) -> None:
    assert in_xmp(xmp) == found
    if xmp is not None:
        path = tmp_path / "photo.jpg"
        Image.new("RGB", (8, 8)).save(path, xmp=xmp)
        assert (CARRIES in read_picture(path).metadata.notes) == found
