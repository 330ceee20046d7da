"""Finds Content Credentials in a file that is opened; whether they are valid is not looked at.

Where they are: C2PA technical specification 2.1, section 11.3, "Embedding manifests into various file formats", and
appendix A, "Embedding manifests"; a reference to credentials kept elsewhere: section 11.5.
"""

from __future__ import annotations

import re

CARRIES = (
    "This picture carries Content Credentials. Edited copies are saved without them, as they would no longer be true."
)
"""Said where a file has them."""

PNG_CHUNK = b"caBX"
RIFF_CHUNK = b"C2PA"
GIF_APPLICATION = b"C2PA_GIF"
TIFF_TAG = 0xCD41
BMFF_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")

_COMMON_IDENTIFIER = b"JP"
_SUPERBOX = b"jumb"
_MANIFEST_STORE = bytes.fromhex("6332706100110010800000aa00389b71")
_REFERENCE = re.compile(
    rb"""dcterms:provenance(?:\s*=\s*["']|[^>]*>\s*|[^>]*rdf:resource\s*=\s*["'])[^"'<]*(?:://|jumbf)"""
)


def in_jpeg_segment(data: bytes) -> bool:
    """Whether an APP11 segment, without marker and length, begins a manifest store.

    A segment has an identifier, a number for the box, one for the part of it, and the box: its length, its kind, and
    first in it the description with the kind of its content (ISO/IEC 19566-5, annexes B and D.2).
    """
    return data[:2] == _COMMON_IDENTIFIER and data[12:16] == _SUPERBOX and data[24:40] == _MANIFEST_STORE


def in_xmp(xmp: object) -> bool:
    """Whether XMP refers to a manifest, here or elsewhere."""
    return isinstance(xmp, bytes) and _REFERENCE.search(xmp) is not None
