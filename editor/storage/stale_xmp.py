"""What XMP says of a file that is no longer true of the next one: its size in pixels, and where its Content Credentials
are.

Those are signed for the pixels of one file. Every file that is written has other bytes, and most have other pixels.
"""

from __future__ import annotations

from editor.storage.xmp import DUBLIN_CORE_TERMS, Property, UnreadableXmp, XmpPacket

_PROVENANCE = (DUBLIN_CORE_TERMS, "provenance")
_POINTERS = ("://", "jumbf")
_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_SIZES: tuple[tuple[Property, Property, str], ...] = (
    ((_TIFF, "ImageWidth"), (_TIFF, "ImageLength"), "tiff"),
    ((_EXIF, "PixelXDimension"), (_EXIF, "PixelYDimension"), "exif"),
)
_COLOURS: dict[Property, tuple[str, str]] = {
    (_EXIF, "ColorSpace"): ("1", "exif"),
    ("http://ns.adobe.com/photoshop/1.0/", "ICCProfile"): ("sRGB IEC61966-2.1", "photoshop"),
}
_MENTIONS = (b"provenance", b"ImageWidth", b"PixelXDimension")


def current_xmp(xmp: bytes | None, size: tuple[int, int]) -> bytes | None:
    """``xmp`` for a picture of ``size``, width and height: with that size where it tells one, and without
    ``dcterms:provenance`` where that points at a manifest, in the file or elsewhere (C2PA technical specification); a
    statement in words stays. The same bytes where nothing is to be changed or can be read."""
    if not xmp or not any(words in xmp for words in _MENTIONS):
        return xmp
    try:
        packet = XmpPacket(xmp)
    except UnreadableXmp:
        return xmp
    changed = _corrected(packet, size)
    value = packet.value(_PROVENANCE) or ""
    if any(pointer in value for pointer in _POINTERS):
        changed = packet.remove(lambda key: key == _PROVENANCE)
    return packet.as_bytes() if changed else xmp


def said_to_be_srgb(xmp: bytes | None) -> bytes | None:
    """``xmp`` with sRGB as the colour space, where it tells one. The same bytes where nothing is to be changed or can
    be read."""
    if not xmp or not any(name.encode() in xmp for _, name in _COLOURS):
        return xmp
    try:
        packet = XmpPacket(xmp)
    except UnreadableXmp:
        return xmp
    for key, (value, prefix) in _COLOURS.items():
        if packet.value(key) is not None:
            packet.set_value(key, value, prefix=prefix)
    return packet.as_bytes()


def _corrected(packet: XmpPacket, size: tuple[int, int]) -> bool:
    changed = False
    for *keys, prefix in _SIZES:
        for key, length in zip(keys, size, strict=True):
            if packet.value(key) not in (None, str(length)):
                packet.set_value(key, str(length), prefix=prefix)
                changed = True
    return changed
