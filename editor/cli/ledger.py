"""``image-editor ledger``: what was spent on which platform, what the accounts hold, and every attempt as CSV."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.cli.main import Surroundings
    from editor.session import Session
    from editor.session.money import Account
    from editor.storage.ledger import Entry, Sum

_MOST_DAYS = 36500


def add_ledger(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command's words and options."""
    ledger = verbs.add_parser("ledger", help="tell what was spent on which platform, or write every attempt as CSV")
    ledger.add_argument("--platform", metavar="NAME", help="of one platform; else of all")
    time = ledger.add_mutually_exclusive_group()
    time.add_argument("--days", type=_days, metavar="N", help="of the last N days; else all")
    time.add_argument("--since", type=_date, metavar="DATE", help="from a day on, such as 2026-11-03")
    ledger.add_argument(
        "--balance",
        action="store_true",
        help="ask the platforms, free of charge, what the accounts hold, and tell where that differs from the ledger",
    )
    form = ledger.add_mutually_exclusive_group()
    form.add_argument("--csv", type=Path, metavar="FILE", help="write every attempt into FILE")
    form.add_argument("--json", action="store_true", help="as JSON on stdout")


def _days(words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 8 and 1 <= int(words) <= _MOST_DAYS):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {_MOST_DAYS} is expected")
    return int(words)


def _date(words: str) -> datetime:
    """The beginning of a day, where this computer is."""
    try:
        return datetime.strptime(words, "%Y-%m-%d").astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError("a day such as 2026-11-03 is expected") from error


def show_ledger(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Print one line a platform, or JSON, or write the CSV file. Raises InputError where that cannot be written."""
    from editor.cli.main import DONE, answer
    from editor.storage.ledger import sums_of

    session = surroundings.make_session(environment=surroundings.environment)
    entries, accounts = asyncio.run(_told(session, options))
    sums = sums_of(entries)
    if options.json:
        answer(json.dumps(_document(sums, accounts), ensure_ascii=False, indent=2))
        return DONE
    if options.csv is not None:
        _write(entries, options.csv)
        answer(f"{len(entries)} attempts are in “{options.csv}”.")
    else:
        answer("\n".join(_lines(sums)) or "Nothing has been spent.")
    if accounts is not None:
        answer("\n".join(_balance_lines(accounts)))
    return DONE


async def _told(session: Session, options: argparse.Namespace) -> tuple[tuple[Entry, ...], tuple[Account, ...] | None]:
    """The attempts that were asked for, and the accounts where they were."""
    since = options.since if options.days is None else datetime.now(UTC) - timedelta(days=options.days)
    try:
        entries = await session.money.entries(since, platform=options.platform)
        accounts = await session.money.accounts(platform=options.platform) if options.balance else None
        return entries, accounts
    finally:
        await session.close()


def _lines(sums: Mapping[str, Sum]) -> Iterator[str]:
    """One line a platform, and one for all of them where there are several."""
    from editor.storage.ledger import sum_of

    for platform, spent in sums.items():
        yield f"{platform}: {_sum_words(spent)}"
    if len(sums) > 1:
        yield f"all: {_sum_words(sum_of(sums.values()))}"


def _sum_words(spent: Sum) -> str:
    words = f"about ${spent.usd:.2f}" if spent.usd else "$0.00"
    if spent.credits:
        words += f" and {spent.credits:g} credits" if not spent.usd else f" ({spent.credits:g} credits)"
    words += f" in {spent.attempts} attempt{'' if spent.attempts == 1 else 's'}"
    return words + (f", {spent.unknown} of them of unknown price" if spent.unknown else "")


def _balance_lines(accounts: Sequence[Account]) -> Iterator[str]:
    yield from (f"Balance of {account.name}: {account.words.rstrip('.')}." for account in accounts)
    yield from (account.drift for account in accounts if account.drift)


def _document(sums: Mapping[str, Sum], accounts: Sequence[Account] | None) -> dict[str, object]:
    from editor.storage.ledger import sum_of

    document: dict[str, object] = {
        "platforms": [{"platform": platform, **asdict(spent)} for platform, spent in sums.items()],
        "all": asdict(sum_of(sums.values())),
    }
    if accounts is not None:
        document["accounts"] = [asdict(account) for account in accounts]
    return document


def _write(entries: Sequence[Entry], path: Path) -> None:
    import io

    from editor.storage.ledger import write_csv
    from editor.storage.output_file import OutputFile

    text = io.StringIO(newline="")
    write_csv(entries, text)
    with OutputFile(path) as output:
        output.write(text.getvalue().encode("utf-8"))
        output.commit()
