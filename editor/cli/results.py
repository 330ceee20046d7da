"""``image-editor results``: what platforms still owe, what came and was never saved, and how to get it."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.cli.main import DONE, Surroundings, answer
from editor.cli.results_prune import prune, tell_size
from editor.domain.errors import InputError
from editor.domain.vault import RecordState, VaultRecord
from editor.session import Session
from editor.session.kept_files import free_path, suffix_of, write_file
from editor.session.results import Results

_LOOKS = 6
"""A minute: who waits longer asks again."""
_STATE_WORDS = {
    RecordState.INTENDED: "not known to have been sent",
    RecordState.SENT: "sent, no answer",
    RecordState.RUNNING: "may be running",
    RecordState.FETCHED: "ready to be saved",
    RecordState.GIVEN_UP: "given up",
}


def list_results(options: Namespace, surroundings: Surroundings) -> int:
    """Collect where that is asked for, print one line a result, or JSON, and save the pictures in a folder; or delete
    what is over the bounds."""
    if options.all and not options.prune:
        raise InputError("“--all” goes with “--prune”: it deletes results that were never saved, too.")
    if options.output is not None:
        _make(options.output)
    session = surroundings.make_session(environment=surroundings.environment)
    asyncio.run(_listed(session, options))
    return DONE


async def _listed(session: Session, options: Namespace) -> None:
    results = session.results
    try:
        if options.collect:
            say = (lambda found: None) if options.json else (lambda found: answer(found.sentence))
            await results.collect(say, looks=_LOOKS)
        records = await results.undelivered()
        if not options.prune:
            _print(records, as_json=options.json)
        if options.output is not None:
            await _saved(results, records, options.output, quiet=options.json)
        if options.prune:
            await prune(results, undelivered=options.all)
        elif not options.json:
            await tell_size(results)
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


async def _saved(results: Results, records: Sequence[VaultRecord], folder: Path, *, quiet: bool) -> None:
    """Write the pictures as they came from the platform; those of a result that was ready are delivered then."""
    for record in records:
        for data in await results.bytes_of(record):
            stem = f"{Path(record.document).stem or 'picture'}-{record.intent.operation}"
            path = free_path(folder, stem, suffix_of(data))
            write_file(data, path)
            if not quiet:
                answer(f"Saved {path}")
    for result in await results.waiting():
        if any(record in records for record in result.records):
            await results.delivered(result)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder “{folder}” cannot be made: {error.strerror}.") from error
