"""Masks from files and to files, behind a window and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.metadata import Metadata
from editor.domain.samples import Pixels, narrowed

if TYPE_CHECKING:
    from editor.storage.output_file import OutputFile


def read_any_mask(path: Path) -> Pixels:
    """What a picture file means as a mask, (height, width) uint8 of any size: its alpha where something of it is
    transparent, its luminance otherwise. Blocks. Raises InputError with the remedy.
    """
    import cv2

    from editor.storage.picture_header import open_picture
    from editor.storage.picture_pixels import decoded

    with open_picture(path) as opened:
        pixels = narrowed(decoded(opened))
    alpha = pixels[..., 3]
    if int(alpha.min()) < 255:
        return np.ascontiguousarray(alpha)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY), np.uint8)


def scaled_mask(mask: Pixels, size: tuple[int, int]) -> Pixels:
    """A mask at another width and height; blocks."""
    import cv2

    smaller = size[0] * size[1] < mask.size
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), np.uint8)


def save_mask(mask: Pixels, path: Path) -> None:
    """Write a mask, (height, width) uint8, as a grey PNG. Blocks. Raises InputError with the file's name."""
    from editor.storage.output_file import OutputFile

    with OutputFile(path) as output:
        write_mask(mask, output)


def write_mask(mask: Pixels, output: OutputFile) -> None:
    """Write a mask into a file that is open already."""
    from editor.storage.picture_writer import write_picture

    white = np.full_like(mask, 255)
    write_picture(np.dstack((mask, mask, mask, white)), output, metadata=Metadata(format="PNG", greyscale=True))
