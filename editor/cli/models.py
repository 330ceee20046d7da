"""``image-editor models``: what every platform has for every operation, at which price, and whether it can be used."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.kinds import Operation
from editor.session import ListedModel, Session

_HEADINGS = ("OPERATION", "PLATFORM", "MODEL", "WAY", "PRICE", "AVAILABILITY")


def list_models(options: Namespace, surroundings: Surroundings) -> int:
    """Print one line a model, or JSON."""
    session = surroundings.make_session(environment=surroundings.environment)
    operation = None if options.operation is None else Operation(options.operation)
    models = asyncio.run(_models(session, operation))
    if options.json:
        answer(json.dumps([_fields(model) for model in models], ensure_ascii=False, indent=2))
        return DONE
    answer("\n".join(_table([_HEADINGS, *(_row(model) for model in models)])))
    return DONE


async def _models(session: Session, operation: Operation | None) -> tuple[ListedModel, ...]:
    try:
        await session.warm_up()
        return session.models(operation)
    finally:
        await session.close()


def _fields(model: ListedModel) -> dict[str, Any]:
    return {**asdict(model.facts), "availability": model.availability}


def _row(model: ListedModel) -> tuple[str, ...]:
    facts = model.facts
    way = f"{facts.way.words} ({', '.join(facts.modes)})" if facts.modes else facts.way.words
    return facts.operation, facts.platform, facts.name, way, facts.price, model.availability


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with columns as wide as their longest word."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
