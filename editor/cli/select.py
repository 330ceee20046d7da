"""``image-editor select IN -o MASK``: the subject of a picture, or the thing at a place or in a box, as a mask."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from collections.abc import Callable
from pathlib import Path

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.session import Session
from editor.session.selecting import Selection, Target


def add_select(verbs: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    select = verbs.add_parser(
        "select", help="write a mask of a picture's subject, or of the thing at a place or in a box, found here"
    )
    select.add_argument("input", type=Path, metavar="IN", help="the picture")
    select.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="MASK",
        help="where the mask goes, white on what is selected",
    )
    where = select.add_mutually_exclusive_group()
    where.add_argument("--at", type=_whole_numbers(2), metavar="X,Y", help="the thing at this pixel")
    where.add_argument(
        "--box", type=_whole_numbers(4), metavar="X,Y,WIDTH,HEIGHT", help="the thing in this rectangle, in pixels"
    )
    select.add_argument("--keep", type=Path, metavar="FILE", help="strokes over what belongs to it, as a mask")
    select.add_argument("--drop", type=Path, metavar="FILE", help="strokes over what does not, as a mask")


def run_select(options: Namespace, surroundings: Surroundings) -> int:
    """Find it, write the mask and say how much of the picture it is. Raises InputError, and EditorError where nothing
    is found."""
    import numpy as np

    from editor.session.mask_files import write_mask
    from editor.storage.flat_reader import read_flat
    from editor.storage.output_file import OutputFile
    from editor.storage.picture_reader import read_mask

    session = surroundings.make_session(environment=surroundings.environment)
    read = [path for path in (options.input, options.keep, options.drop) if path is not None]
    if any(path.resolve() == options.output.resolve() for path in read):
        raise InputError(f"“{options.output}” would be written over. Give another name for the mask.")
    document = read_flat(options.input)
    keep, drop = (None if path is None else read_mask(path, document.size) for path in (options.keep, options.drop))
    target = Target(point=options.at, box=None if options.box is None else Rect(*options.box), keep=keep, drop=drop)
    with OutputFile(options.output) as output:
        found = asyncio.run(_found(session, document, target))
        write_mask(found.mask, output)
    share = 100.0 * float(np.count_nonzero(found.mask > 127)) / found.mask.size
    answer("\n".join((f"Selected {share:.2g} % of the picture, by {found.method}.", *found.notes)))
    return DONE


async def _found(session: Session, document: Document, target: Target) -> Selection:
    try:
        return await session.selecting.find(session.selecting.prepare(document, target))
    finally:
        await session.close()


def _whole_numbers(count: int) -> Callable[[str], tuple[int, ...]]:
    def numbers(text: str) -> tuple[int, ...]:
        parts = text.split(",")
        if len(parts) != count or not all(part.strip().lstrip("-").isdigit() for part in parts):
            raise ArgumentTypeError(f"give {count} whole numbers with commas between them")
        return tuple(int(part) for part in parts)

    return numbers
