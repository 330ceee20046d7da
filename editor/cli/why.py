"""``image-editor why``: which platform would serve an operation, and why. Runs nothing."""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Sequence
from dataclasses import asdict

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.kinds import Operation
from editor.fallback.ordering import Decision
from editor.session import Session
from editor.session.why_words import why_lines


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
    answer("\n".join(why_lines(decision, names)))
    return DONE


async def _decision(session: Session, operation: Operation, without: Sequence[str]) -> tuple[Decision, dict[str, str]]:
    try:
        await session.warm_up()
        decision = session.why(operation, without=without)
        return decision, {row.platform: row.name for row in session.platform_statuses()}
    finally:
        await session.close()
