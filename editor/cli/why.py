"""``image-editor why``: which platform would serve an operation, and why. Runs nothing."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.kinds import Operation
from editor.fallback.ordering import Decision, LinkFacts
from editor.session import Session


def add_why(verbs: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command."""
    why = verbs.add_parser("why", help="tell which platform would serve an operation, and why; runs nothing")
    why.add_argument(
        "operation",
        choices=[operation.value for operation in Operation],
        metavar="OPERATION",
        help=f"one of {', '.join(Operation)}",
    )
    why.add_argument(
        "--without", action="append", default=[], metavar="PLATFORM", help="as if this platform were down; repeatable"
    )
    why.add_argument("--json", action="store_true", help="as JSON on stdout")


def tell_why(options: Namespace, surroundings: Surroundings) -> int:
    """Print who would serve, then one line a link with its figures and reasons; or JSON."""
    session = surroundings.make_session(environment=surroundings.environment)
    decision, names = asyncio.run(_decision(session, Operation(options.operation), options.without))
    if options.json:
        answer(json.dumps({"serves": decision.serves, **asdict(decision)}, ensure_ascii=False, indent=2))
        return DONE
    answer("\n".join(_lines(decision, names)))
    return DONE


async def _decision(session: Session, operation: Operation, without: Sequence[str]) -> tuple[Decision, dict[str, str]]:
    try:
        await session.warm_up()
        decision = session.why(operation, without=without)
        return decision, {row.platform: row.name for row in session.platform_statuses()}
    finally:
        await session.close()


def _lines(decision: Decision, names: dict[str, str]) -> Iterator[str]:
    caption, first = decision.operation.caption, decision.serves
    yield f"{caption}: nobody could serve it now." if first is None else f"{caption}: {names[first]} would serve it."
    yield f"Order: {', '.join(decision.after)} ({decision.strategy.value})."
    for place, link in enumerate(decision.links, 1):
        yield f"{place}. {names[link.platform]}: {link.obstacle or 'can serve.'} {link.reason}"
        yield f"   {figures(link)}"


def figures(link: LinkFacts) -> str:
    """What is known of a link, in words: ``about $0.05; 96 % served, 6.2 s in the middle, of 31 edits``."""
    price = "price unknown" if link.price_usd is None else "free" if link.price_usd == 0 else f"${link.price_usd:.3g}"
    if link.success is None:
        return f"{price}; no edits to judge by yet"
    seconds = "" if link.median_seconds is None else f", {link.median_seconds:.1f} s in the middle"
    return f"{price}; {link.success:.0%} served{seconds}, of {link.samples:g} recent edits"
