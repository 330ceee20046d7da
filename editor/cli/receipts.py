"""``image-editor receipts FILE``: which edits a picture went through, as far as its file tells."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from editor.cli.main import DONE, answer
from editor.domain.attempt import Attempt
from editor.domain.receipt import Receipt
from editor.storage.file_names import quoted


def add_receipts(verbs: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    receipts = verbs.add_parser("receipts", help="tell which edits a picture file went through, from its receipts")
    receipts.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture")
    receipts.add_argument("--json", action="store_true", help="the whole receipts, as JSON on stdout")


def show_receipts(options: Namespace) -> int:
    """Print the receipts of every file, or say that there are none. Raises InputError for what is no picture."""
    # Loaded here alone: other commands start without any picture library.
    from editor.storage.receipt_files import receipts_in_file

    found = [(path, receipts_in_file(path)) for path in options.files]
    if options.json:
        document = [{"file": str(path), "receipts": [one.as_dict() for one in receipts]} for path, receipts in found]
        answer(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        answer("\n\n".join("\n".join(_lines(path, receipts)) for path, receipts in found))
    return DONE


def _lines(path: Path, receipts: tuple[Receipt, ...]) -> Iterator[str]:
    if not receipts:
        yield f"{quoted(path)} holds no receipts."
        return
    yield f"{quoted(path)} holds {len(receipts)} receipt{'s' if len(receipts) > 1 else ''}."
    for number, receipt in enumerate(receipts, 1):
        yield f"{number}. {receipt.operation.caption}: {_who(receipt)}"
        yield from (f"   {line}" for line in _details(receipt))


def _who(receipt: Receipt) -> str:
    served = receipt.served_by
    if served is None:
        return f"failed. {receipt.error or ''}".rstrip()
    way = "" if receipt.way is None else f", way: {receipt.way.words}"
    return f"{served.platform}, model {served.model}{way}"


def _details(receipt: Receipt) -> Iterator[str]:
    started = [attempt.started for attempt in receipt.attempts if attempt.started is not None]
    seconds = sum(attempt.seconds for attempt in receipt.attempts)
    when = f"{min(started).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, " if started else ""
    yield f"{when}{seconds:.1f} s, {receipt.total_cost.words}"
    if receipt.seed is not None:
        yield f"seed {receipt.seed}"
    if len(receipt.attempts) > 1:
        yield f"tried: {'; '.join(_tried(attempt) for attempt in receipt.attempts)}"
    for words, facts in (("from", receipt.input), ("to", receipt.output)):
        if facts is not None:
            digest = f", SHA-256 {facts.sha256}" if facts.sha256 else ""
            yield f"{words} {facts.width} × {facts.height} pixels{digest}"
    for note in receipt.notes:
        yield f"note: {note}"


def _tried(attempt: Attempt) -> str:
    return f"{attempt.platform}: {str(attempt.outcome).replace('_', ' ')}"
