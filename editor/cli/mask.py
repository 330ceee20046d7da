"""``image-editor mask CHANGE IN -o OUT``: a mask made larger, smaller, softer, smoother, filled, hollow or inverted."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from pathlib import Path

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.errors import InputError
from editor.domain.samples import Pixels

BY_PIXELS = {"grow": 8, "shrink": 8, "feather": 12, "smooth": 8, "border": 16}
"""The changes that take a number of pixels, and the usual one."""
CHANGES = (*BY_PIXELS, "fill-holes", "invert")
MOST = 1000
"""Pixels that can be asked for."""


def add_mask(verbs: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    mask = verbs.add_parser("mask", help="change the shape of a mask in a file")
    mask.add_argument("change", choices=CHANGES, metavar="CHANGE", help=f"one of {', '.join(CHANGES)}")
    mask.add_argument("input", type=Path, metavar="IN", help="the mask, white on what is masked")
    mask.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="where the new mask goes, as PNG")
    usual = ", ".join(f"{change} {pixels}" for change, pixels in BY_PIXELS.items())
    mask.add_argument("--by", type=_pixels, metavar="PX", help=f"by how many pixels (else {usual})")


def run_mask(options: Namespace, surroundings: Surroundings) -> int:
    """Read, change, write. Raises InputError."""
    import numpy as np

    from editor.session.mask_files import read_any_mask, write_mask
    from editor.storage.output_file import OutputFile

    if options.by is not None and options.change not in BY_PIXELS:
        raise InputError(f"“{options.change}” takes no number of pixels. Leave out --by.")
    if options.input.resolve() == options.output.resolve():
        raise InputError(f"“{options.output}” would be written over. Give another name for the new mask.")
    with OutputFile(options.output) as output:
        mask = _changed(read_any_mask(options.input), options.change, options.by)
        write_mask(mask, output)
    share = 100.0 * float(np.count_nonzero(mask > 127)) / mask.size
    answer(f"{share:.2g} % of the picture is masked.")
    return DONE


def _changed(mask: Pixels, change: str, by: int | None) -> Pixels:
    import numpy as np

    from editor.imaging import mask_shapes

    if change == "invert":
        return np.invert(mask)
    if change == "fill-holes":
        return mask_shapes.filled(mask)
    functions = {
        "grow": mask_shapes.grown,
        "shrink": mask_shapes.shrunk,
        "feather": mask_shapes.feathered,
        "smooth": mask_shapes.smoothed,
        "border": mask_shapes.border,
    }
    return functions[change](mask, BY_PIXELS[change] if by is None else by)


def _pixels(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"give whole pixels from 1 to {MOST}")
    return int(text)
