"""``image-editor ledger``: what was spent on which platform, and every attempt as CSV."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.cli.main import Surroundings
    from editor.session import Session
    from editor.storage.ledger import Entry

_MOST_DAYS = 36500


def add_ledger(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command's words and options."""
    ledger = verbs.add_parser("ledger", help="tell what was spent on which platform, or write every attempt as CSV")
    ledger.add_argument("--csv", type=Path, metavar="FILE", help="write every attempt into FILE")
    ledger.add_argument("--days", type=_days, metavar="N", help="of the last N days; else all")


def _days(words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 8 and 1 <= int(words) <= _MOST_DAYS):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {_MOST_DAYS} is expected")
    return int(words)


def show_ledger(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Print one line a platform, or write the CSV file. Raises InputError where that cannot be written."""
    from editor.cli.main import DONE, answer

    session = surroundings.make_session(environment=surroundings.environment)
    since = None if options.days is None else datetime.now(UTC) - timedelta(days=options.days)
    entries = asyncio.run(_entries(session, since))
    if options.csv is not None:
        _write(entries, options.csv)
        answer(f"{len(entries)} attempts are in “{options.csv}”.")
        return DONE
    answer("\n".join(_lines(entries)) or "Nothing has been spent.")
    return DONE


async def _entries(session: Session, since: datetime | None) -> tuple[Entry, ...]:
    try:
        return await session.money.entries(since)
    finally:
        await session.close()


def _lines(entries: Iterable[Entry]) -> list[str]:
    from editor.storage.ledger import sums_of

    lines = []
    for platform, spent in sums_of(entries).items():
        words = f"{platform}: about ${spent.usd:.2f}" if spent.usd else f"{platform}: $0.00"
        if spent.credits:
            words += f" and {spent.credits:g} credits" if not spent.usd else f" ({spent.credits:g} credits)"
        words += f" in {spent.attempts} attempt{'' if spent.attempts == 1 else 's'}"
        lines.append(words + (f", {spent.unknown} of them of unknown price" if spent.unknown else ""))
    return lines


def _write(entries: Iterable[Entry], path: Path) -> None:
    import io

    from editor.storage.ledger import write_csv
    from editor.storage.output_file import OutputFile

    text = io.StringIO(newline="")
    write_csv(entries, text)
    with OutputFile(path) as output:
        output.write(text.getvalue().encode("utf-8"))
        output.commit()
