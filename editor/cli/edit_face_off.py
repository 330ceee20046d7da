"""``image-editor edit OPERATION … --face-off stability,replicate``: one edit on several platforms, a file of each."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from editor import __version__
from editor.cli.edit_files import EditFiles
from editor.cli.interruption import cancelled_on_request, ended_like_ctrl_c, undisturbed
from editor.cli.main import DONE, answer
from editor.cli.progress import ProgressLine
from editor.cli.record import Record
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.kinds import CancelEnding, Operation
from editor.domain.receipt import FileFacts, Receipt
from editor.session import FinishedEdit, FinishedFaceOff, PreparedEdit, Session, receipt_of_failure
from editor.storage.file_facts import file_facts
from editor.storage.output_file import OutputFile
from editor.storage.picture_writer import write_picture
from editor.storage.receipt_xmp import telling

log = logging.getLogger(__name__)


def face_off_names(options: Namespace) -> tuple[str, ...]:
    """The platforms that ``options`` name for a comparison, () where there is none.

    Raises InputError for what does not go together with one.
    """
    if options.face_off is None:
        return ()
    if options.platforms is not None:
        raise InputError("--face-off names the platforms itself. Leave out --platforms.")
    if getattr(options, "variations", 1) > 1:
        raise InputError("--face-off makes one picture on each platform. Leave out --variations.")
    names = tuple(name.strip() for name in options.face_off.split(","))
    if len(names) < 2:
        raise InputError("--face-off takes two platforms or more, such as --face-off stability,replicate.")
    return names


def run_face_off(session: Session, files: EditFiles, prepared: PreparedEdit, options: Namespace) -> int:
    """Carry out a comparison and return 0 where a platform served. What goes wrong is raised, after the receipt."""
    names, operation = face_off_names(options), prepared.operation
    facts = file_facts(files.source)
    with ended_like_ctrl_c(), ExitStack() as open_files, Record(files.receipt, on_stdout=options.json) as record:
        outputs = {
            name: open_files.enter_context(OutputFile(target))
            for name, target in zip(names, files.targets, strict=True)
        }
        try:
            finished = _served(session, prepared, names)
        except (AllPlatformsFailed, Cancelled) as error:
            failure = replace(receipt_of_failure(operation, error), input=facts)
            record.hand_over_all(_document(operation, names, (), (failure,)))
            raise
        with undisturbed():
            receipts = _save(session, finished, outputs, record=record, facts=facts, embed=options.embed_receipt)
    if not options.json:
        for candidate, receipt in zip(finished.candidates, receipts, strict=True):
            answer(f"{outputs[platform_of(receipt)].path}: {candidate.sentence}")
    return DONE


def platform_of(receipt: Receipt) -> str:
    """The platform that served; ValueError where none did."""
    if receipt.served_by is None:
        raise ValueError("nobody served")
    return receipt.served_by.platform


def _served(session: Session, prepared: PreparedEdit, names: Sequence[str]) -> FinishedFaceOff:
    try:
        return asyncio.run(_serve(session, prepared, names))
    except KeyboardInterrupt:
        # Pressed twice: nobody waited for what became of the runs.
        raise Cancelled(CancelEnding.COULD_NOT_STOP) from None


async def _serve(session: Session, prepared: PreparedEdit, names: Sequence[str]) -> FinishedFaceOff:
    progress = ProgressLine(sys.stderr)
    try:
        with cancelled_on_request(), progress.beside_the_log():
            return await session.face_off(prepared, names, progress.show, "command-line")
    except asyncio.CancelledError:
        raise Cancelled(CancelEnding.STOPPED) from None
    finally:
        progress.clear()
        await session.close()


def _save(
    session: Session,
    finished: FinishedFaceOff,
    outputs: dict[str, OutputFile],
    *,
    record: Record,
    facts: FileFacts,
    embed: bool,
) -> tuple[Receipt, ...]:
    """Write the candidates' files, and the receipt in any case; what could not be saved stays in the vault."""
    names, operation = tuple(outputs), finished.prepared.operation
    failures = tuple(replace(receipt_of_failure(operation, error), input=facts) for error in finished.failed)
    receipts: list[Receipt] = []
    try:
        for candidate in finished.candidates:
            receipts.append(_saved(candidate, outputs[platform_of(candidate.receipt)], facts=facts, embed=embed))
            asyncio.run(session.results.landed(candidate))
    except InputError as error:
        unsaved = finished.candidates[len(receipts) :]
        receipts += [replace(candidate.receipt, input=facts, error=error.message) for candidate in unsaved]
        record.hand_over_all(_document(operation, names, receipts, failures))
        raise
    record.hand_over_all(_document(operation, names, receipts, failures))
    return tuple(receipts)


def _saved(candidate: FinishedEdit, output: OutputFile, *, facts: FileFacts, embed: bool) -> Receipt:
    metadata = candidate.document.metadata
    lost: tuple[str, ...] = ()
    if embed:
        size = FileFacts(*candidate.prepared.result_size, sha256="")
        metadata, lost = telling(metadata, [replace(candidate.receipt, input=facts, output=size)])
    told = write_picture(next(candidate.pictures()), output, metadata=metadata)
    for note in dict.fromkeys([*metadata.notes, *candidate.receipt.notes, *lost, *told]):
        log.warning("%s", note)
    return replace(candidate.receipt, input=facts, output=file_facts(output.path))


def _document(
    operation: Operation, names: Sequence[str], served: Sequence[Receipt], failed: Sequence[Receipt]
) -> dict[str, Any]:
    """The record of the whole comparison: a receipt for every candidate and every platform that made none."""
    return {
        "operation": str(operation),
        "face_off": list(names),
        "candidates": [receipt.as_dict() for receipt in served],
        "failed": [receipt.as_dict() for receipt in failed],
        "app_version": __version__,
    }
