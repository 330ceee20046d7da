"""``image-editor edit OPERATION IN -o OUT``: one edit from file to file."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from editor.cli.edit_areas import require_apart, run_areas
from editor.cli.edit_face_off import face_off_names, run_face_off
from editor.cli.edit_files import EditFiles
from editor.cli.edit_options import edit_options
from editor.cli.interruption import cancelled_on_request, ended_like_ctrl_c, undisturbed
from editor.cli.main import DONE, Surroundings, answer
from editor.cli.progress import ProgressLine
from editor.cli.record import Record
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.kinds import Areas, CancelEnding, Operation
from editor.domain.receipt import FileFacts
from editor.session import FinishedEdit, PreparedEdit, Session, receipt_of_failure
from editor.storage.file_facts import file_facts
from editor.storage.output_file import OutputFile
from editor.storage.picture_writer import require_room, write_picture
from editor.storage.receipt_xmp import telling

log = logging.getLogger(__name__)


def run_edit(options: Namespace, surroundings: Surroundings) -> int:
    """Carry out an edit and return 0. What goes wrong is raised, after the receipt has been written."""
    compared = face_off_names(options)
    require_apart(options)
    operation, files = Operation(options.operation), EditFiles.of(options, apart=compared)
    chain = compared or None
    if options.platforms is not None:
        chain = tuple(name.strip() for name in options.platforms.split(","))
    session = surroundings.make_session(environment=surroundings.environment, chain=chain, cycles=options.cycles)
    if compared:
        (prepared,) = _prepared(session, operation, files, options)
        return run_face_off(session, files, prepared, options)
    edits: tuple[PreparedEdit, ...] = ()
    if getattr(options, "areas", Areas.TOGETHER) != Areas.TOGETHER:
        edits = _prepared(session, operation, files, options)
    if len(edits) > 1:
        return run_areas(session, files, edits, options)
    # All files are prepared before anything is sent: nothing is paid for that cannot be saved.
    with ended_like_ctrl_c(), ExitStack() as open_files, Record(files.receipt, on_stdout=options.json) as record:
        outputs = [open_files.enter_context(OutputFile(target)) for target in files.targets]
        facts = None
        try:
            (prepared,) = edits or _prepared(session, operation, files, options)
            facts = file_facts(files.source)
            finished = _served(session, prepared)
        except KeyboardInterrupt:
            # Before or after the job, which reports its own end.
            cancelled = Cancelled(CancelEnding.STOPPED)
            record.hand_over(replace(receipt_of_failure(operation, cancelled), input=facts))
            raise cancelled from None
        except (AllPlatformsFailed, Cancelled) as error:
            record.hand_over(replace(receipt_of_failure(operation, error), input=facts))
            raise
        with undisturbed():
            saved = _save(finished, outputs, record=record, facts=facts, embed=options.embed_receipt)
            asyncio.run(session.results.landed(finished))
    if not options.json:
        answer(finished.sentence if saved == 1 else f"{finished.sentence} {saved} pictures were saved.")
    return DONE


def _prepared(session: Session, operation: Operation, files: EditFiles, options: Namespace) -> tuple[PreparedEdit, ...]:
    document = files.document(options)
    chosen = edit_options(options, pictures=files.pictures(options, document.size), width=document.size[0])
    if files.background is not None:
        session.chains.require_may_leave(files.background)
    session.require_chain()
    session.require_models(operation, chosen.models)
    session.chains.remember(document)
    edits = session.prepare_each(operation, document, chosen)
    require_room(files.targets[0], edits[0].result_size)
    return edits


def _served(session: Session, prepared: PreparedEdit) -> FinishedEdit:
    try:
        return asyncio.run(_serve(session, prepared))
    except KeyboardInterrupt:
        # Pressed twice: nobody waited for what became of the run.
        raise Cancelled(CancelEnding.COULD_NOT_STOP) from None


async def _serve(session: Session, prepared: PreparedEdit) -> FinishedEdit:
    progress = ProgressLine(sys.stderr)
    try:
        with cancelled_on_request(), progress.beside_the_log():
            return await session.run_edit(prepared, progress.show, "command-line")
    except asyncio.CancelledError:
        raise Cancelled(CancelEnding.STOPPED) from None
    finally:
        progress.clear()
        await session.close()


def _save(
    finished: FinishedEdit, outputs: Sequence[OutputFile], *, record: Record, facts: FileFacts | None, embed: bool
) -> int:
    """Write the pictures, and the receipt in any case: what was paid for is on record though it could not be saved.

    Returns the number of pictures; there may be fewer than were asked for.
    """
    receipt, metadata = replace(finished.receipt, input=facts), finished.document.metadata
    notes = [*metadata.notes, *receipt.notes]
    if embed:
        size = FileFacts(*finished.prepared.result_size, sha256="")
        metadata, lost = telling(metadata, [replace(receipt, output=size)])
        notes += lost
    saved = 0
    try:
        for picture, output in zip(finished.pictures(), outputs, strict=False):
            told = write_picture(picture, output, metadata=metadata)
            notes += [note for note in told if note not in notes]
            saved += 1
    except InputError as error:
        output_facts = file_facts(outputs[0].path) if saved else None
        record.hand_over(replace(receipt, output=output_facts, error=error.message))
        raise
    for note in notes:
        log.warning("%s", note)
    record.hand_over(replace(receipt, output=file_facts(outputs[0].path)))
    return saved
