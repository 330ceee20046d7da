"""A first look at a large file: decoded smaller, in a fraction of the time that all of it takes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from editor.domain.errors import InputError
from editor.imaging.preview import Preview
from editor.storage.fast_jpeg import JpegDecoder, jpeg_decoder, shrinking
from editor.storage.orientation import TURNED
from editor.storage.picture_header import open_picture
from editor.storage.picture_pixels import is_plain_jpeg, plain_jpeg, upright

LEAST_PIXELS = 3_000_000
"""Below this the whole picture is there as soon."""


def read_preview(path: Path, room: tuple[int, int], *, decoder: JpegDecoder | None = None) -> Preview | None:
    """The picture in ``path``, upright and large enough to fill ``room`` (width, height) in pixels.

    None where there is none sooner than the picture itself: only a JPEG can be decoded smaller, and what is wrong with
    a file is told when it is opened. May be called from any thread.
    """
    try:
        with open_picture(path) as opened:
            width, height = opened.stored_size
            if not is_plain_jpeg(opened) or width * height < LEAST_PIXELS:
                return None
            across, down = reversed(room) if opened.turned in TURNED else room
            scale = min(1.0, across / width, down / height)
            at_least = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
            if shrinking((width, height), at_least) == 1:
                return None
            pixels = plain_jpeg(opened, decoder or jpeg_decoder(), at_least=at_least)
            return Preview(np.asarray(upright(pixels, opened.turned), np.uint8), opened.upright_size)
    except InputError:
        return None
