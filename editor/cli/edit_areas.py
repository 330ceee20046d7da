"""``image-editor edit OPERATION … --areas apart``: an edit for each separate area of the mask, one after the other, all
in one picture.

The record is one document with a receipt for each area, in the order in which they were edited.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from editor import __version__
from editor.cli.edit_files import EditFiles
from editor.cli.interruption import cancelled_on_request, ended_like_ctrl_c, undisturbed
from editor.cli.main import DONE, answer
from editor.cli.progress import ProgressLine
from editor.cli.record import Record
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.kinds import Areas, CancelEnding, Operation
from editor.domain.receipt import FileFacts, Receipt
from editor.session import FinishedEdit, PreparedEdit, Session, receipt_of_failure
from editor.session.areas import with_present_pixels
from editor.storage.file_facts import file_facts
from editor.storage.output_file import OutputFile
from editor.storage.picture_writer import write_picture
from editor.storage.receipt_xmp import telling

log = logging.getLogger(__name__)


def require_apart(options: Namespace) -> None:
    """Raise InputError where areas are to go apart along with what keeps them together."""
    areas = getattr(options, "areas", Areas.TOGETHER)
    if options.face_off is not None and areas != Areas.TOGETHER:
        raise InputError("--face-off compares edits of the whole mask. Leave out --areas.")
    if areas == Areas.APART and options.variations > 1:
        raise InputError("Variations are of the whole mask. Leave out --variations or --areas.")


def run_areas(session: Session, files: EditFiles, edits: Sequence[PreparedEdit], options: Namespace) -> int:
    """Carry out an edit of each area and return 0. What goes wrong is raised, after the receipts have been written.

    No picture is written unless every area was edited; what was served until then stays in the vault.
    """
    facts, target = file_facts(files.source), files.targets[0]
    finished: list[FinishedEdit] = []
    with ended_like_ctrl_c(), Record(files.receipt, on_stdout=options.json) as record, OutputFile(target) as output:
        try:
            _serve_all(session, edits, finished)
        except (AllPlatformsFailed, Cancelled) as error:
            failure = replace(receipt_of_failure(edits[0].operation, error), input=facts)
            record.hand_over_all(_document(edits, [*_receipts(finished, facts), failure]))
            raise
        with undisturbed():
            _save(finished, output, edits=edits, record=record, facts=facts, embed=options.embed_receipt)
            for one in finished:
                asyncio.run(session.results.landed(one))
    if not options.json:
        for number, one in enumerate(finished, start=1):
            answer(f"Area {number} of {len(finished)}: {one.sentence}")
    return DONE


def _serve_all(session: Session, edits: Sequence[PreparedEdit], finished: list[FinishedEdit]) -> None:
    """Fill ``finished`` as the edits are served; each begins with what came of those before it."""
    try:
        asyncio.run(_serve(session, edits, finished))
    except KeyboardInterrupt:
        # Pressed twice: nobody waited for what became of the run.
        raise Cancelled(CancelEnding.COULD_NOT_STOP) from None
    finally:
        for prepared in edits[len(finished) :]:
            prepared.source.close()


async def _serve(session: Session, edits: Sequence[PreparedEdit], finished: list[FinishedEdit]) -> None:
    progress = ProgressLine(sys.stderr)
    try:
        with cancelled_on_request(), progress.beside_the_log():
            for prepared in edits:
                one = await session.run_edit(with_present_pixels(prepared), progress.show, "command-line")
                finished.append(one)
                session.attach(one)
    except asyncio.CancelledError:
        raise Cancelled(CancelEnding.STOPPED) from None
    finally:
        progress.clear()
        await session.close()


def _save(
    finished: Sequence[FinishedEdit],
    output: OutputFile,
    *,
    edits: Sequence[PreparedEdit],
    record: Record,
    facts: FileFacts,
    embed: bool,
) -> None:
    """Write the picture, and the receipts in any case: what was paid for is on record though it could not be saved."""
    document, receipts = edits[0].document, _receipts(finished, facts)
    metadata = document.metadata
    notes = [*metadata.notes, *(note for receipt in receipts for note in receipt.notes)]
    if embed:
        size = FileFacts(*document.size, sha256="")
        metadata, lost = telling(metadata, [replace(receipt, output=size) for receipt in receipts])
        notes += lost
    try:
        notes += write_picture(document.pixels.array, output, metadata=metadata)
    except InputError as error:
        record.hand_over_all(_document(edits, [replace(receipt, error=error.message) for receipt in receipts]))
        raise
    for note in dict.fromkeys(notes):
        log.warning("%s", note)
    written = file_facts(output.path)
    record.hand_over_all(_document(edits, [replace(receipt, output=written) for receipt in receipts]))


def _receipts(finished: Sequence[FinishedEdit], facts: FileFacts) -> list[Receipt]:
    return [replace(one.receipt, input=facts) for one in finished]


def _document(edits: Sequence[PreparedEdit], receipts: Sequence[Receipt]) -> dict[str, Any]:
    """The record of all areas. After a failure it holds the receipts until then, that of the failure last."""
    operation: Operation = edits[0].operation
    return {
        "operation": str(operation),
        "areas": len(edits),
        "receipts": [receipt.as_dict() for receipt in receipts],
        "app_version": __version__,
    }
