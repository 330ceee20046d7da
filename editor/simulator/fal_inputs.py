"""The pictures in an order for FAL: decoded from ``data:`` addresses or reached by their own, as its toolkit does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from PIL import Image, ImageOps

from editor.simulator import fal_errors as errors
from editor.simulator import pictures

LARGEST_DATA_ADDRESS = 10 * 2**20
LONGEST_ADDRESS = 2_048
LARGEST_FILE = 50 * 10**6

Fetch = Callable[[str], bytes | None]
"""The bytes behind an address; None for one that is out of reach."""


def load(address: str, name: str, *, fetch: Fetch, takes: tuple[str, ...]) -> tuple[Image.Image, str]:
    """The picture of the input ``name``, upright, and what it was in words: ``PNG 640×480 RGB``.

    Raises RunFailedError with the error that the platform's documents list for the case.
    """
    data = _decoded(address, name) if address.startswith("data:") else _reached(address, name, fetch)
    try:
        image = pictures.decode(data, formats=("PNG", "JPEG", "WEBP", "GIF"))
    except pictures.NotAPictureError as broken:
        text = "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format."
        raise errors.RunFailedError(errors.at_field(name, "image_load_error", text)) from broken
    if image.format not in takes:
        formats = [kind.lower() for kind in takes]
        text = f"Unsupported image format. Supported formats are {', '.join(formats)}."
        found = errors.at_field(name, "unsupported_image_format", text, supported_formats=formats)
        raise errors.RunFailedError(found)
    # The platform's default picture helper turns the picture upright and drops alpha.
    return ImageOps.exif_transpose(image), pictures.words(image)


def _decoded(address: str, name: str) -> bytes:
    if len(address) > LARGEST_DATA_ADDRESS:
        raise errors.RunFailedError(errors.file_too_large(name, LARGEST_DATA_ADDRESS))
    head, _, text = address.partition(",")
    try:
        if not head.endswith(";base64"):
            raise binascii.Error("not base64")
        return base64.b64decode(text, validate=True)
    except binascii.Error as broken:
        raise errors.RunFailedError(errors.at_field(name, "file_download_error", "Invalid data URI")) from broken


def _reached(address: str, name: str, fetch: Fetch) -> bytes:
    data = fetch(address) if len(address) <= LONGEST_ADDRESS else None
    if data is None:
        text = "Failed to download the file. Please check if the URL is accessible and try again."
        raise errors.RunFailedError(errors.at_field(name, "file_download_error", text))
    if len(data) > LARGEST_FILE:
        raise errors.RunFailedError(errors.file_too_large(name, LARGEST_FILE))
    return data
