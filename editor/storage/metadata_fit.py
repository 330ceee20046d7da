"""What of a picture's metadata a format can hold, and sentences about what it cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from editor.domain.metadata import Metadata
from editor.storage.exif_directory import byte_order, resolution_of, with_resolution, with_size
from editor.storage.jpeg_segments import COMMENT, comment_fits, exif_fits, profile_fits, xmp_fits
from editor.storage.png_writer import METRES_PER_INCH
from editor.storage.stale_xmp import current_xmp

FORMAT_WORDS = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "TIFF": "TIFF", "AVIF": "AVIF"}
"""The formats by their names, as they stand in a sentence."""

_WITHOUT_IPTC = ("WEBP", "AVIF")
_MOST_NAMED = 5
_JPEG_DENSITY = range(1, 65_536)
_SPACES = {True: b"GRAY", False: b"RGB "}


def fitted(
    metadata: Metadata, name: str, *, size: tuple[int, int], depth: int, alpha: bool
) -> tuple[Metadata, tuple[str, ...]]:
    """``metadata`` as the format ``name`` holds it for a picture of ``size`` and ``depth``, with or without ``alpha``,
    and sentences about what it lost."""
    # A TIFF of 16 bits may be grey with alpha; hardly any program opens one.
    colour = name == "WEBP" or (alpha and (name == "AVIF" or (name == "TIFF" and depth > 8)))
    greyscale = metadata.greyscale and not colour
    fitting = replace(
        metadata,
        greyscale=greyscale,
        exif=with_size(metadata.exif, size) if metadata.exif else None,
        xmp=current_xmp(metadata.xmp, size),
    )
    if name in _WITHOUT_IPTC:
        # These have no place of their own for a resolution; EXIF data has.
        fitting = replace(fitting, exif=_with_resolution(fitting))
    lost, nothing = dict(_lost(fitting, name)), Metadata(text=_text(fitting, name))
    return replace(fitting, **{field: getattr(nothing, field) for field in lost}), tuple(lost.values())


def _is_density(dots: float, name: str) -> bool:
    """Whether the format has a number for so many dots per inch."""
    if name == "PNG":
        return 1 <= round(dots / METRES_PER_INCH) < 1 << 31
    return round(dots) in _JPEG_DENSITY if name == "JPEG" else 1e-3 < dots < 1e9


def _text(metadata: Metadata, name: str) -> dict[str, str]:
    """What of the text notes the format holds."""
    if name == "PNG":
        return dict(metadata.text)
    comment = metadata.text.get(COMMENT)
    return {COMMENT: comment} if name == "JPEG" and comment and comment_fits(comment) else {}


def _with_resolution(metadata: Metadata) -> bytes | None:
    told = resolution_of(metadata.exif) if metadata.exif else None
    if metadata.dpi is None or told == metadata.dpi or not all(_is_density(dots, "EXIF") for dots in metadata.dpi):
        return metadata.exif
    return with_resolution(metadata.exif, metadata.dpi)


def _lost(metadata: Metadata, name: str) -> Iterator[tuple[str, str]]:
    """The fields of ``metadata`` that have no room, each with a sentence."""
    words, profile = FORMAT_WORDS[name], metadata.icc_profile
    if profile is not None and profile[16:20] != _SPACES[metadata.greyscale]:
        kind = "greyscale" if metadata.greyscale else "color"
        yield "icc_profile", f"The color profile does not fit a {kind} {words} file and was left out."
    elif profile is not None and name == "JPEG" and not profile_fits(profile):
        yield "icc_profile", "The color profile is too long for JPEG and was left out."
    if metadata.exif and (byte_order(metadata.exif) is None or (name == "JPEG" and not exif_fits(metadata.exif))):
        reason = "cannot be read" if byte_order(metadata.exif) is None else "is too long for JPEG"
        yield "exif", f"The EXIF data {reason} and was left out."
    if metadata.xmp and name == "JPEG" and not xmp_fits(metadata.xmp):
        yield "xmp", "The XMP data is too long for JPEG and was left out."
    if metadata.iptc and name in _WITHOUT_IPTC:
        yield "iptc", f"{words} cannot hold IPTC data, and it was left out. Save as JPEG, PNG or TIFF to keep it."
    if metadata.dpi and not all(_is_density(dots, name) for dots in metadata.dpi):
        yield "dpi", f"{words} cannot hold the picture’s resolution, and it was left out."
    if names := metadata.text.keys() - _text(metadata, name).keys():
        yield "text", f"{words} cannot hold all text notes of the picture. Left out: {_named(sorted(names))}."


def _named(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
