"""How much is kept of results that were paid for, and deleting what is over the user's bounds; told by name."""

from __future__ import annotations

from collections.abc import Sequence

from editor.cli.main import answer
from editor.session import KeptResult
from editor.session.results import Results
from editor.session.vault_bounds import Excess, bytes_words


async def tell_size(results: Results) -> None:
    """Print how much is kept, and what is over the bounds with the command that deletes it; nothing for nothing."""
    kept = [one for one in await results.kept() if one.pictures]
    excess = await results.excess()
    if kept:
        noun = "result" if len(kept) == 1 else "results"
        answer(f"Kept: {len(kept)} {noun}, {bytes_words(excess.total_bytes)} of {excess.limits.megabytes} MB.")
    if excess:
        answer(f"{excess.sentence} Nothing is deleted unless you say so.")
        _tell_commands(excess)


async def prune(results: Results, *, undelivered: bool) -> None:
    """Delete what is over the bounds and print what went: the delivered results, and only where ``undelivered`` is set
    those that were never saved."""
    excess = await results.excess()
    gone = await results.discard((*excess.deletable, *(excess.undelivered if undelivered else ())))
    for one in gone:
        if one.pictures or one.is_open:
            answer(f"Deleted {_line(one)}")
    size = sum(one.size for one in gone)
    answer(f"Deleted {_counted(gone)}, {bytes_words(size)}." if gone else "Nothing was deleted.")
    kept = [one for one in excess.undelivered if one not in gone]
    if kept and undelivered:
        answer("Still being worked on:")
    elif kept:
        answer("Over the bounds, but never saved; “-o FOLDER” saves them, “--prune --all” deletes them:")
    for one in kept:
        answer(f"  {_line(one)}")


def _tell_commands(excess: Excess) -> None:
    if excess.deletable:
        answer(f"“image-editor results --prune” deletes {_counted(excess.deletable)} that you have already.")
    if excess.undelivered:
        answer(f"“image-editor results --prune --all” deletes {_counted(excess.undelivered)} that you never saved.")


def _counted(results: Sequence[KeptResult]) -> str:
    """``3 results``; records of which nothing can be seen are called so."""
    seen = sum(bool(one.pictures) or one.is_open for one in results)
    notes = len(results) - seen
    words = [f"{seen} {'result' if seen == 1 else 'results'}"] if seen or not notes else []
    if notes:
        words.append(f"{notes} {'record' if notes == 1 else 'records'} without a picture")
    return " and ".join(words)


def _line(one: KeptResult) -> str:
    name = one.document or "a picture"
    size = bytes_words(one.size)
    return f"{name}: {one.operation.caption} by {one.platform}, {one.begun:%Y-%m-%d %H:%M}, {size}, {one.state}"
