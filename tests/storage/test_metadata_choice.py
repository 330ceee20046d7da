"""What goes along into a file for others, as Exiv2 and a search through the bytes find it."""

from __future__ import annotations

import struct
from pathlib import Path

import exiv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import told

from editor.domain.export_options import ExportOptions, MetadataChoice
from editor.domain.metadata import Metadata
from editor.storage.exif import without_location
from editor.storage.export import export_picture
from editor.storage.metadata_choice import chosen
from editor.storage.xmp import XmpPacket

PIXELS = np.full((3, 4, 4), 200, np.uint8)
ENDINGS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "tif": "TIFF", "avif": "AVIF"}
LAYOUT = {
    f"Exif.Image.{name}"
    for name in (
        *("ImageWidth", "ImageLength", "BitsPerSample", "Compression", "PhotometricInterpretation", "StripOffsets"),
        *("Orientation", "SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration", "Predictor"),
        *("ExtraSamples", "SampleFormat", "XMLPacket", "IPTCNAA", "InterColorProfile"),
        *("XResolution", "YResolution", "ResolutionUnit"),
    )
}
TEXTS = {**told.TEXT, "Author": "Zoë", "exif:GPSLatitude": "52"}


@pytest.fixture(params=[(ending, order) for ending in ENDINGS for order in "<>"], ids=str)
def kind(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param


def exported(folder: Path, kind: tuple[str, str], **options: object) -> tuple[bytes, dict[str, str]]:
    """The file's bytes and all that Exiv2 finds in it."""
    ending, order = kind
    path = folder / f"a.{ending}"
    metadata = told.everything(order)
    metadata = Metadata(
        exif=metadata.exif,
        xmp=metadata.xmp,
        iptc=metadata.iptc,
        icc_profile=metadata.icc_profile,
        dpi=metadata.dpi,
        text=TEXTS,
    )
    export_picture(PIXELS, path, metadata=metadata, options=ExportOptions(format=ENDINGS[ending], **options))  # type: ignore[arg-type]
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    found = {
        datum.key(): datum.toString()
        for data in (image.exifData(), image.iptcData(), image.xmpData())
        for datum in data
    }
    assert image.iccProfileDefined()
    return path.read_bytes(), found


def test_all_without_places_is_the_usual_choice(tmp_path: Path, kind: tuple[str, str]) -> None:
    raw, found = exported(tmp_path, kind)
    assert found["Exif.Image.Artist"] == "Zoe Example"
    assert found["Exif.Canon.ImageType"] == told.MAKERS_WORDS
    assert found["Xmp.xmp.Rating"] == "4"
    assert not [key for key in found if "GPS" in key or "City" in key]
    assert b"Berlin" not in raw
    assert b"52,30.5N" not in raw
    place = struct.pack(f"{kind[1]}6I", 52, 1, 30, 1, 30, 1)
    assert place in told.exif(kind[1])
    assert place not in raw


def test_places_stay_where_they_are_wanted(tmp_path: Path, kind: tuple[str, str]) -> None:
    _, found = exported(tmp_path, kind, location=True)
    assert found["Exif.GPSInfo.GPSLatitude"] == "52/1 30/1 30/1"
    assert found["Xmp.photoshop.City"] == "Berlin"


def test_copyright_alone(tmp_path: Path, kind: tuple[str, str]) -> None:
    raw, found = exported(tmp_path, kind, metadata=MetadataChoice.COPYRIGHT)
    described = {key for key in found if key.startswith("Exif.") and key not in LAYOUT}
    assert described == {"Exif.Image.Artist", "Exif.Image.Copyright"}
    assert "© Zoë Example" in found["Xmp.dc.rights"]
    assert not any(key.startswith(("Xmp.xmp.", "Xmp.photoshop", "Xmp.dc.title")) for key in found)
    assert b"A camera of tests" not in raw
    if kind[0] in ("png", "jpg", "tif"):
        assert found["Iptc.Application2.Copyright"] == "© Zoë Example"
        assert "Iptc.Application2.City" not in found


def test_nothing_leaves_no_word(tmp_path: Path, kind: tuple[str, str]) -> None:
    raw, found = exported(tmp_path, kind, metadata=MetadataChoice.NOTHING)
    for words in (b"Zo", b"Canon", b"Berlin", b"xmpmeta", b"A title", b"2026"):
        assert words not in raw
    assert kind[0] == "tif" or not found


def test_text_chunks_follow_the_same_choice() -> None:
    metadata = Metadata(text=TEXTS)
    assert set(chosen(metadata, MetadataChoice.ALL, location=False)[0].text) == {"Title", "Source", "Author"}
    assert set(chosen(metadata, MetadataChoice.ALL, location=True)[0].text) == set(TEXTS)
    assert set(chosen(metadata, MetadataChoice.COPYRIGHT, location=False)[0].text) == {"Author"}
    assert not chosen(metadata, MetadataChoice.NOTHING, location=True)[0].text


def test_what_needs_no_change_keeps_its_bytes() -> None:
    everything = told.everything()
    assert chosen(everything, MetadataChoice.ALL, location=True) == (everything, ())
    plain = XmpPacket(None)
    plain.set_value(("http://ns.adobe.com/xap/1.0/", "Rating"), "4", prefix="xmp")
    xmp = plain.as_bytes()
    assert chosen(Metadata(xmp=xmp), MetadataChoice.ALL, location=False)[0].xmp == xmp


def test_xmp_that_cannot_be_read_goes_where_it_may_tell_a_place() -> None:
    kept, (note,) = chosen(Metadata(xmp=b"<broken"), MetadataChoice.ALL, location=False)
    assert kept.xmp is None
    assert "could not be read" in note


def test_places_in_the_fields_of_structures_go_too() -> None:
    inner = (
        b"<dc:relation xmlns:dc='http://purl.org/dc/elements/1.1/'><rdf:Description>"
        b"<exif:GPSLatitude xmlns:exif='http://ns.adobe.com/exif/1.0/'>52N</exif:GPSLatitude>"
        b"<dc:title>kept</dc:title></rdf:Description></dc:relation>"
    )
    xmp = told.XMP.replace(b"</rdf:Description></rdf:RDF>", inner + b"</rdf:Description></rdf:RDF>")
    kept = chosen(Metadata(xmp=xmp), MetadataChoice.ALL, location=False)[0].xmp or b""
    assert b"52N" not in kept
    assert b"kept" in kept


@given(
    st.binary(max_size=120),
    st.sampled_from(["<", ">"]),
    st.lists(st.tuples(st.integers(8, 400), st.integers(0, 255)), max_size=5),
)
def test_damaged_exif_is_refused_or_keeps_its_length(tail: bytes, order: str, changes: list[tuple[int, int]]) -> None:
    raw = bytearray(told.exif(order))
    for place, value in changes:
        raw[place % len(raw)] = value
    for damaged in (bytes(raw), bytes(raw[:8]) + tail, tail):
        cleaned = without_location(damaged)
        assert cleaned is None or len(cleaned) == len(damaged)
