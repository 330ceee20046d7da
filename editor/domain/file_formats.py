"""The file formats of pictures that can be opened, with what they are called and how their files are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``name`` is the decoder's name for it and the one in ``Metadata.format``, ``label`` is for people."""

    name: str
    label: str
    extensions: tuple[str, ...]


READABLE = (
    FileFormat("PNG", "PNG", (".png", ".apng")),
    FileFormat("JPEG", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    FileFormat("WEBP", "WebP", (".webp",)),
    FileFormat("TIFF", "TIFF", (".tif", ".tiff")),
    FileFormat("BMP", "BMP", (".bmp", ".dib")),
    FileFormat("GIF", "GIF", (".gif",)),
    FileFormat("AVIF", "AVIF", (".avif",)),
    FileFormat("HEIF", "HEIC", (".heic", ".heif", ".hif")),
    FileFormat("PSD", "PSD", (".psd",)),
    FileFormat("RAW", "the previews in camera raw files", (".dng", ".cr2", ".nef", ".nrw", ".arw", ".pef")),
)
"""Pictures that can be opened, those that most people have first."""


def listed(formats: Iterable[FileFormat]) -> str:
    """The formats' labels as part of a sentence: "PNG, JPEG and GIF"."""
    labels = [one.label for one in formats]
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else "".join(labels)


def patterns(formats: Iterable[FileFormat]) -> str:
    """The formats' file names as file dialogs want them: "*.png *.jpg"."""
    return " ".join(f"*{extension}" for one in formats for extension in one.extensions)
