"""``image-editor results``: what platforms still owe, what came and was never saved, and how to get it."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.errors import InputError
from editor.domain.vault import RecordState, VaultRecord
from editor.session import Session
from editor.storage.output_file import OutputFile

_LOOKS = 6
"""A minute: who waits longer asks again."""
_STATE_WORDS = {
    RecordState.INTENDED: "not known to have been sent",
    RecordState.SENT: "sent, no answer",
    RecordState.RUNNING: "may be running",
    RecordState.FETCHED: "ready to be saved",
    RecordState.GIVEN_UP: "given up",
}
_SUFFIXES = ((b"\x89PNG", ".png"), (b"\xff\xd8", ".jpg"), (b"RIFF", ".webp"))


def list_results(options: Namespace, surroundings: Surroundings) -> int:
    """Collect where that is asked for, print one line a result, or JSON, and save the pictures in a folder."""
    if options.output is not None:
        _make(options.output)
    session = surroundings.make_session(environment=surroundings.environment)
    asyncio.run(_listed(session, options))
    return DONE


async def _listed(session: Session, options: Namespace) -> None:
    try:
        if options.collect:
            say = (lambda found: None) if options.json else (lambda found: answer(found.sentence))
            await session.collect_open(say, looks=_LOOKS)
        records = await session.open_results()
        _print(records, as_json=options.json)
        if options.output is not None:
            await _saved(session, records, options.output, quiet=options.json)
    finally:
        await session.close()


def _print(records: Sequence[VaultRecord], *, as_json: bool) -> None:
    if as_json:
        answer(json.dumps([_facts(record) for record in records], ensure_ascii=False, indent=2))
        return
    if not records:
        answer("There is nothing to collect and nothing to save.")
    for record in records:
        intent = record.intent
        words = f"{_STATE_WORDS[record.state]}. {record.reason}" if record.reason else _STATE_WORDS[record.state]
        answer(f"{record.begun:%Y-%m-%d %H:%M} {intent.platform:<10} {intent.operation:<20} {record.document}: {words}")


def _facts(record: VaultRecord) -> dict[str, Any]:
    intent, region = record.intent, record.intent.place.region
    return {
        "id": record.id,
        "document": record.document,
        "platform": intent.platform,
        "model": intent.model,
        "operation": intent.operation.value,
        "piece": intent.piece,
        "state": record.state.value,
        "reason": record.reason,
        "region": [region.x, region.y, region.width, region.height],
        "result_size": list(intent.place.result_size),
        "pictures": list(record.pictures),
        "begun": record.begun.isoformat(),
    }


async def _saved(session: Session, records: Sequence[VaultRecord], folder: Path, *, quiet: bool) -> None:
    """Write the pictures as they came from the platform; those of a result that was ready are delivered then."""
    for record in records:
        for data in await session.result_bytes(record):
            path = _free(folder, record, data)
            with OutputFile(path) as output:
                output.write(data)
                output.commit()
            if not quiet:
                answer(f"Saved {path}")
        if record.state is RecordState.FETCHED:
            await session.result_saved(record)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder “{folder}” cannot be made: {error.strerror}.") from error


def _free(folder: Path, record: VaultRecord, data: bytes) -> Path:
    """A name that no file has."""
    suffix = next((suffix for start, suffix in _SUFFIXES if data.startswith(start)), ".bin")
    stem = f"{Path(record.document).stem or 'picture'}-{record.intent.operation}"
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{suffix}", number + 1
    return path
