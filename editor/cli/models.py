"""``image-editor models``: what every platform has for every operation, at which price, and whether it can be used."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from editor.cli.main import DONE, Surroundings, answer, complain
from editor.domain.kinds import Operation
from editor.session import ListedModel, RefreshedModels, Session

_HEADINGS = ("OPERATION", "PLATFORM", "MODEL", "WAY", "PRICE", "AVAILABILITY")
_NEWS_HEADING = "SINCE"


def list_models(options: Namespace, surroundings: Surroundings) -> int:
    """Print one line a model, or JSON; after a refresh also what changed since the catalogue was written."""
    session = surroundings.make_session(environment=surroundings.environment)
    operation = None if options.operation is None else Operation(options.operation)
    found = asyncio.run(_models(session, operation, refresh=options.refresh))
    if options.json:
        answer(json.dumps([_fields(model, options.refresh) for model in found.models], ensure_ascii=False, indent=2))
        for note in found.notes:
            complain(note)
        return DONE
    headings = (*_HEADINGS, _NEWS_HEADING) if options.refresh else _HEADINGS
    lines = _table([headings, *(_row(model, options.refresh) for model in found.models)])
    sentences = list(dict.fromkeys([*_news(found.models), *found.notes]))
    answer("\n".join([*lines, "", *sentences] if sentences else lines))
    return DONE


async def _models(session: Session, operation: Operation | None, *, refresh: bool) -> RefreshedModels:
    try:
        await session.warm_up()
        if refresh:
            return await session.refresh_models(operation)
        return RefreshedModels(session.models(operation), ())
    finally:
        await session.close()


def _fields(model: ListedModel, refresh: bool) -> dict[str, Any]:
    fields = {**asdict(model.facts), "availability": model.availability}
    if refresh:
        fields |= {"since": _since(model), "changes": [] if model.news is None else list(model.news.notes)}
    return fields


def _row(model: ListedModel, refresh: bool) -> tuple[str, ...]:
    facts = model.facts
    way = f"{facts.way.words} ({', '.join(facts.modes)})" if facts.modes else facts.way.words
    row = (facts.operation, facts.platform, facts.name, way, facts.price, model.availability)
    return (*row, _since(model)) if refresh else row


def _since(model: ListedModel) -> str:
    """What became of a model since the catalogue was written, in a word."""
    if model.news is None:
        return "not known"
    if model.news.gone:
        return "gone"
    return "changed" if model.news.notes else "unchanged"


def _news(models: Sequence[ListedModel]) -> Iterator[str]:
    for model in models:
        if model.news is not None:
            told = (model.news.gone,) if model.news.gone else model.news.notes
            for note in told:
                yield f"{model.facts.platform}, {model.facts.name}: {note}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with columns as wide as their longest word."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
