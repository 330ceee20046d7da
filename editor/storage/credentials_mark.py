"""The mark in XMP that says where a picture's Content Credentials are.

They are signed for the pixels of one file. Every file that is written has other bytes, and most have other pixels.
"""

from __future__ import annotations

from editor.storage.xmp import DUBLIN_CORE_TERMS, UnreadableXmp, XmpPacket

_PROVENANCE = (DUBLIN_CORE_TERMS, "provenance")
_POINTERS = ("://", "jumbf")


def without_stale_credentials(xmp: bytes | None) -> bytes | None:
    """``xmp`` without ``dcterms:provenance`` where that points at a manifest, in the file or elsewhere (C2PA technical
    specification, "Embedding a reference to the active manifest"); a statement in words stays."""
    if not xmp or b"provenance" not in xmp:
        return xmp
    try:
        packet = XmpPacket(xmp)
    except UnreadableXmp:
        return xmp
    value = packet.value(_PROVENANCE) or ""
    if not any(pointer in value for pointer in _POINTERS):
        return xmp
    packet.remove(lambda key: key == _PROVENANCE)
    return packet.as_bytes()
