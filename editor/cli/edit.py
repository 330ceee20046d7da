"""``image-editor edit erase IN --mask MASK -o OUT``: one edit from file to file."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from editor.cli.main import DONE, Surroundings, answer
from editor.cli.progress import ProgressLine
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.kinds import Operation
from editor.domain.receipt import Receipt
from editor.session import FinishedEdit, Session, paint_mask, receipt_of_failure
from editor.storage.file_facts import file_facts
from editor.storage.output_file import OutputFile
from editor.storage.picture_reader import read_mask, read_picture
from editor.storage.picture_writer import format_of, write_picture


def run_edit(options: Namespace, surroundings: Surroundings) -> int:
    """Carry out an edit and return 0. What goes wrong is raised, after the receipt has been written."""
    source, target = Path(options.input), Path(options.output)
    _require_distinct(source, target)
    format_of(target)
    chain = None if options.platforms is None else [name.strip() for name in options.platforms.split(",")]
    session = surroundings.make_session(environment=surroundings.environment, chain=chain, cycles=options.cycles)
    session.require_chain()
    document = read_picture(source, grow=options.grow, feather=options.feather)
    paint_mask(document, read_mask(Path(options.mask), document.size))
    # The temporary beside OUT exists before anything is sent: nothing is paid for that cannot be saved.
    with OutputFile(target) as output:
        try:
            finished = asyncio.run(_serve(session, document, options.seed))
        except (AllPlatformsFailed, Cancelled) as error:
            _hand_over(replace(receipt_of_failure(Operation.ERASE, error), input=file_facts(source)), options)
            raise
        session.attach(finished)
        write_picture(document.pixels.array, output, metadata=document.metadata)
    _hand_over(replace(finished.receipt, input=file_facts(source), output=file_facts(target)), options)
    if not options.json:
        answer(finished.sentence)
    return DONE


def _require_distinct(source: Path, target: Path) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise InputError(f"“{target}” is the picture itself. Give another name for the result.")


async def _serve(session: Session, document: Document, seed: int | None) -> FinishedEdit:
    progress = ProgressLine(sys.stderr)
    try:
        return await session.run_edit(session.prepare_erase(document, seed=seed), progress.show, "command-line")
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        progress.clear()
        await session.close()


def _hand_over(receipt: Receipt, options: Namespace) -> None:
    words = json.dumps(receipt.as_dict(), ensure_ascii=False, indent=2)
    if options.receipt:
        with OutputFile(Path(options.receipt)) as output:
            output.write(f"{words}\n".encode())
            output.commit()
    if options.json:
        answer(words)
