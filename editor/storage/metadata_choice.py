"""What of a picture's metadata goes into a file that is to be shared: all, who made it, or nothing; and no places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from editor.domain.export_options import MetadataChoice
from editor.domain.metadata import Metadata
from editor.storage.exif import without_location
from editor.storage.exif_directory import first_directory, new_structure
from editor.storage.iptc import data_sets, packed
from editor.storage.receipt_xmp import SOURCE_TYPE
from editor.storage.xmp import DUBLIN_CORE, Property, UnreadableXmp, XmpPacket

_ARTIST, _COPYRIGHT = 315, 33432
_RIGHTS_NAMESPACES = (
    "http://ns.adobe.com/xap/1.0/rights/",
    "http://ns.useplus.org/ldf/xmp/1.0/",
    "http://creativecommons.org/ns#",
)
_RIGHTS: tuple[Property, ...] = (
    (DUBLIN_CORE, "rights"),
    (DUBLIN_CORE, "creator"),
    ("http://ns.adobe.com/photoshop/1.0/", "Credit"),
    # Whether a picture was made with a generative model belongs to what may be done with it.
    SOURCE_TYPE,
)
_RIGHTS_SETS = ((1, 90), (2, 80), (2, 110), (2, 116))
"""The character set, the author, the credit and the notice (IPTC-IIM)."""
_RIGHTS_TEXTS = ("author", "copyright")

_PLACE_NAMESPACES = ("http://www.w3.org/2003/01/geo/wgs84_pos#",)
_PLACES: tuple[Property, ...] = (
    *(("http://ns.adobe.com/photoshop/1.0/", name) for name in ("City", "State", "Country")),
    *(("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", name) for name in ("Location", "CountryCode")),
    *(("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", name) for name in ("LocationCreated", "LocationShown")),
)
_PLACE_SETS = ((2, 26), (2, 27), (2, 90), (2, 92), (2, 95), (2, 100), (2, 101))
"""Content location, city, sublocation, province and country (IPTC-IIM)."""
_PLACE_WORDS = ("gps", "location", "latitude", "longitude")


def chosen(metadata: Metadata, choice: MetadataChoice, *, location: bool) -> tuple[Metadata, tuple[str, ...]]:
    """``metadata`` reduced to ``choice`` and, unless ``location``, without places, and sentences about what else had
    to go.

    Places are what EXIF, XMP, IPTC and text chunks have fields for. A camera maker's note stays with the rest of the
    EXIF data as it is.
    """
    if choice is MetadataChoice.NOTHING:
        return replace(metadata, exif=None, xmp=None, iptc=None, text={}), ()
    if choice is MetadataChoice.COPYRIGHT:
        metadata, notes = _rights_alone(metadata)
    else:
        notes = ()
    if location:
        return metadata, notes
    placeless, lost = _placeless(metadata)
    return placeless, notes + lost


def _rights_alone(metadata: Metadata) -> tuple[Metadata, tuple[str, ...]]:
    tags = [entry for entry in first_directory(metadata.exif or b"") if entry.tag in (_ARTIST, _COPYRIGHT)]
    xmp, notes = _changed_xmp(
        metadata.xmp,
        lambda packet: packet.remove(lambda key: key not in _RIGHTS and key[0] not in _RIGHTS_NAMESPACES),
    )
    kept = replace(
        metadata,
        exif=new_structure(tags) if tags else None,
        xmp=xmp,
        iptc=_sets(metadata.iptc, lambda key: key in _RIGHTS_SETS),
        text={name: text for name, text in metadata.text.items() if name.lower() in _RIGHTS_TEXTS},
    )
    return kept, notes


def _placeless(metadata: Metadata) -> tuple[Metadata, tuple[str, ...]]:
    xmp, notes = _changed_xmp(metadata.xmp, lambda packet: packet.remove_inside(_is_place))
    kept = replace(
        metadata,
        exif=without_location(metadata.exif) if metadata.exif else None,
        xmp=xmp,
        iptc=_sets(metadata.iptc, lambda key: key not in _PLACE_SETS),
        text={name: text for name, text in metadata.text.items() if not _names_place(name)},
    )
    return kept, notes


def _is_place(key: Property) -> bool:
    return key in _PLACES or key[0] in _PLACE_NAMESPACES or key[1].startswith("GPS")


def _names_place(name: str) -> bool:
    return any(word in name.lower() for word in _PLACE_WORDS)


def _changed_xmp(xmp: bytes | None, change: Callable[[XmpPacket], bool]) -> tuple[bytes | None, tuple[str, ...]]:
    """``xmp`` after ``change``, the same bytes where that found nothing to do; None where nothing is left."""
    if not xmp:
        return None, ()
    try:
        packet = XmpPacket(xmp)
    except UnreadableXmp:
        return None, ("The XMP data could not be read, so that it is not known what it tells; it was left out.",)
    if not change(packet):
        return xmp, ()
    return None if packet.empty else packet.as_bytes(), ()


def _sets(iptc: bytes | None, wanted: Callable[[tuple[int, int]], bool]) -> bytes | None:
    kept = [data_set for data_set in data_sets(iptc or b"") if wanted(data_set.key)]
    # The character set alone says nothing.
    return packed(kept) if any(data_set.record > 1 for data_set in kept) else None
