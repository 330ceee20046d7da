"""XMP packets: what is asked for changes, the rest stays; what could do harm is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.told import XMP

from editor.storage.jpeg_segments import LONGEST, divided_xmp, segments, whole_xmp
from editor.storage.stale_xmp import current_xmp
from editor.storage.xmp import DUBLIN_CORE_TERMS, RDF, UnreadableXmp, XmpPacket

RATING = ("http://ns.adobe.com/xap/1.0/", "Rating")
CITY = ("http://ns.adobe.com/photoshop/1.0/", "City")
TITLE = ("http://purl.org/dc/elements/1.1/", "title")
OWN = "urn:x-test#"
SIZE = (640, 480)
# What XML can hold; of line breaks, a reader makes "\n" of every kind.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.just("\n"))


def described(inner: str, attributes: str = "") -> bytes:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" '
        f'xmlns:dcterms="{DUBLIN_CORE_TERMS}" {attributes}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def test_properties_are_read_as_attributes_and_as_elements() -> None:
    packet = XmpPacket(XMP)
    assert packet.value(RATING) == "4"
    assert packet.value(("http://ns.adobe.com/xap/1.0/rights/", "Marked")) == "True"
    assert packet.items(TITLE) == ("A title",)
    assert packet.value(("http://example.org/", "none")) is None


@given(st.lists(WORDS), WORDS)
def test_what_is_set_comes_back_and_the_rest_stays(texts: list[str], text: str) -> None:
    packet = XmpPacket(XMP)
    packet.set_items((OWN, "List"), texts, prefix="own")
    packet.set_value((OWN, "Value"), text, prefix="dc")
    packet.set_value(RATING, "5", prefix="xmp")
    again = XmpPacket(packet.as_bytes())
    assert again.items((OWN, "List")) == tuple(texts)
    assert again.value((OWN, "Value")) == text
    assert again.value(RATING) == "5"
    assert again.value(CITY) == "Berlin"
    assert again.items(TITLE) == ("A title",)


def test_an_attribute_with_line_breaks_keeps_them() -> None:
    raw = described("", 'dcterms:abstract="one&#10;two"')
    packet = XmpPacket(raw)
    packet.set_value(RATING, "1", prefix="xmp")
    assert XmpPacket(packet.as_bytes()).value((DUBLIN_CORE_TERMS, "abstract")) == "one\ntwo"


def test_an_empty_packet_is_marked_for_other_programs() -> None:
    packet = XmpPacket()
    assert packet.empty
    packet.set_value(RATING, "3", prefix="xmp")
    raw = packet.as_bytes()
    assert raw.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode())
    assert raw.endswith(b'<?xpacket end="w"?>')
    assert not XmpPacket(raw).empty


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no XML",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + described("&b;"),
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/hostname">' + described(""),
        b"<a>" * 5_000 + b"</a>" * 5_000,
        described("<dcterms:a/>" * 100_001),
        described("<!--a-->" * 100_001),
        b'<?xml version="1.0" encoding="none-such"?>' + described(""),
    ],
    ids=["empty", "words", "no RDF", "entities", "outside", "deep", "many", "comments", "encoding"],
)
def test_what_is_no_packet_or_could_swell_is_refused(raw: bytes) -> None:
    if raw:
        with pytest.raises(UnreadableXmp):
            XmpPacket(raw)
    assert whole_xmp(raw + b"HasExtendedXMP", []) == raw + b"HasExtendedXMP"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_packet_or_refused(raw: bytes) -> None:
    try:
        XmpPacket(XMP[:300] + raw)
    except UnreadableXmp:
        return


def long_packet(*lengths: int) -> bytes:
    packet = XmpPacket(XMP)
    for number, length in enumerate(lengths):
        packet.set_value((OWN, f"Long{number}"), "é" * length, prefix="own")
    return packet.as_bytes()


@pytest.mark.parametrize("lengths", [(70_000,), (20_000, 20_000, 30_000), (200_000, 10), (32_000,)])
def test_long_xmp_is_divided_over_a_jpeg_and_put_together_again(lengths: tuple[int, ...]) -> None:
    from editor.domain.metadata import Metadata

    raw, found, place = segments(Metadata(xmp=long_packet(*lengths))), [], 0
    while place < len(raw):
        length = int.from_bytes(raw[place + 2 : place + 4], "big")
        found.append(("APP1", raw[place + 4 : place + 2 + length]))
        place += 2 + length
    main = found[0][1].partition(b"\0")[2]
    assert len(main) < LONGEST
    # What is short stays where every program finds it.
    assert XmpPacket(main).value(CITY) == "Berlin"
    whole = XmpPacket(whole_xmp(main, found))
    for number, length in enumerate(lengths):
        assert whole.value((OWN, f"Long{number}")) == "é" * length
    assert whole.items(TITLE) == ("A title",)
    assert whole.value(("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")) is None
    damaged = [(name, data[:-1] + b"?") for name, data in found]
    assert XmpPacket(whole_xmp(main, damaged)).value(CITY) == "Berlin"


def test_short_xmp_is_left_as_it_is() -> None:
    assert divided_xmp(XMP) == (XMP, b"")


def test_a_pointer_at_content_credentials_goes_and_words_about_provenance_stay() -> None:
    for pointer in ("https://example.org/manifest.c2pa", "self#jumbf=/c2pa/urn:uuid:1"):
        for raw in (
            described(f"<dcterms:provenance>{pointer}</dcterms:provenance><dcterms:a>b</dcterms:a>"),
            described("<dcterms:a>b</dcterms:a>", f'dcterms:provenance="{pointer}"'),
        ):
            cleaned = current_xmp(raw, SIZE)
            assert cleaned is not None
            assert b"provenance" not in cleaned
            assert XmpPacket(cleaned).value((DUBLIN_CORE_TERMS, "a")) == "b"
    words = described("<dcterms:provenance>Bought in 1921</dcterms:provenance>")
    assert current_xmp(words, SIZE) == words
    assert current_xmp(b"provenance", SIZE) == b"provenance"
    assert current_xmp(None, SIZE) is None


def test_the_size_is_corrected_where_it_is_told() -> None:
    raw = described("<exif:PixelXDimension>1</exif:PixelXDimension>", 'xmlns:exif="http://ns.adobe.com/exif/1.0/"')
    changed = current_xmp(raw, SIZE)
    assert changed is not None
    assert XmpPacket(changed).value(("http://ns.adobe.com/exif/1.0/", "PixelXDimension")) == "640"
    assert current_xmp(changed, SIZE) == changed
