"""``image-editor edit erase IN --mask MASK -o OUT``: one edit from file to file."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from editor.cli.interruption import cancelled_on_request, ended_like_ctrl_c, undisturbed
from editor.cli.main import DONE, Surroundings, answer
from editor.cli.progress import ProgressLine
from editor.cli.record import Record
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.kinds import CancelEnding, Operation
from editor.domain.receipt import FileFacts
from editor.session import FinishedEdit, Session, paint_mask, receipt_of_failure
from editor.storage.file_facts import file_facts
from editor.storage.output_file import OutputFile
from editor.storage.picture_reader import read_mask, read_picture
from editor.storage.picture_writer import format_of, write_picture

log = logging.getLogger(__name__)


def run_edit(options: Namespace, surroundings: Surroundings) -> int:
    """Carry out an edit and return 0. What goes wrong is raised, after the receipt has been written."""
    source, target = Path(options.input), Path(options.output)
    receipt = None if options.receipt is None else Path(options.receipt)
    _require_distinct(source, Path(options.mask), target, receipt)
    format_of(target)
    chain = None if options.platforms is None else [name.strip() for name in options.platforms.split(",")]
    session = surroundings.make_session(environment=surroundings.environment, chain=chain, cycles=options.cycles)
    session.require_chain()
    # Both files are prepared before anything is sent: nothing is paid for that cannot be saved.
    with ended_like_ctrl_c(), OutputFile(target) as output, Record(receipt, on_stdout=options.json) as record:
        facts = None
        try:
            document = _masked_picture(source, options)
            facts = file_facts(source)
            finished = _served(session, document, options.seed)
        except KeyboardInterrupt:
            # Before or after the job, which reports its own end.
            cancelled = Cancelled(CancelEnding.STOPPED)
            record.hand_over(replace(receipt_of_failure(Operation.ERASE, cancelled), input=facts))
            raise cancelled from None
        except (AllPlatformsFailed, Cancelled) as error:
            record.hand_over(replace(receipt_of_failure(Operation.ERASE, error), input=facts))
            raise
        with undisturbed():
            _save(session, finished, output, record=record, facts=facts)
    if not options.json:
        answer(finished.sentence)
    return DONE


def _require_distinct(source: Path, mask: Path, target: Path, receipt: Path | None) -> None:
    if _same(target, source):
        raise InputError(f"“{target}” is the picture itself. Give another name for the result.")
    if _same(target, mask):
        raise InputError(f"“{target}” is the mask. Give another name for the result.")
    if receipt is not None and any(_same(receipt, other) for other in (source, mask, target)):
        raise InputError(f"“{receipt}” is one of the pictures. Give another name for the receipt.")


def _same(one: Path, other: Path) -> bool:
    """Whether two names stand for one file, which need not exist yet."""
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError, ValueError):
        # What cannot even be looked at is refused where it is opened, in its own words.
        return False


def _masked_picture(source: Path, options: Namespace) -> Document:
    document = read_picture(source, grow=options.grow, feather=options.feather)
    mask = Path(options.mask)
    paint_mask(document, read_mask(mask, document.size))
    if not document.effective.array.any():
        raise InputError(
            f"The mask “{mask.name}” marks nothing once its edge is softened by {options.feather} pixels. "
            "Give a smaller --feather."
        )
    return document


def _served(session: Session, document: Document, seed: int | None) -> FinishedEdit:
    try:
        return asyncio.run(_serve(session, document, seed))
    except KeyboardInterrupt:
        # Pressed twice: nobody waited for what became of the run.
        raise Cancelled(CancelEnding.COULD_NOT_STOP) from None


async def _serve(session: Session, document: Document, seed: int | None) -> FinishedEdit:
    progress = ProgressLine(sys.stderr)
    try:
        with cancelled_on_request(), progress.beside_the_log():
            return await session.run_edit(session.prepare_erase(document, seed=seed), progress.show, "command-line")
    except asyncio.CancelledError:
        raise Cancelled(CancelEnding.STOPPED) from None
    finally:
        progress.clear()
        await session.close()


def _save(
    session: Session, finished: FinishedEdit, output: OutputFile, *, record: Record, facts: FileFacts | None
) -> None:
    """Write the picture, and the receipt in any case: what was paid for is on record though it could not be saved."""
    receipt = replace(finished.receipt, input=facts)
    document = finished.document
    try:
        session.attach(finished)
        notes = write_picture(document.pixels.array, output, metadata=document.metadata)
    except InputError as error:
        record.hand_over(replace(receipt, error=error.message))
        raise
    for note in (*document.metadata.notes, *notes):
        log.warning("%s", note)
    record.hand_over(replace(receipt, output=file_facts(output.path)))
