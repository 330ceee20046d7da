"""Masks from files and to files, behind a window and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from editor.domain.document import Metadata
from editor.domain.samples import Pixels

if TYPE_CHECKING:
    from editor.storage.output_file import OutputFile


def read_mask(path: Path, size: tuple[int, int]) -> Pixels:
    """The mask in a picture file, (height, width) uint8, white = 255. ``size`` is width and height that it must have.

    Blocks. Raises InputError with the remedy.
    """
    from editor.storage.picture_reader import read_mask as read

    return read(path, size)


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
