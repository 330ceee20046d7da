"""Asking a platform what became of its models, and telling how that differs from the catalogue.

For the user's eyes only: nothing here changes how an edit is served, and nothing needs it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from editor.domain.errors import InsufficientCredit, PlatformError, RateLimited, RefusedKey, Unavailable
from editor.domain.kinds import Operation
from editor.domain.status import ModelNews, Refreshed
from editor.platforms.catalogue import PlatformEntry
from editor.platforms.model import Model

REFRESH_SECONDS = 60.0
"""How long one platform may be asked, all calls together."""

_AT_ONCE = 2
_STRIKE_ALL = (RefusedKey, RateLimited, InsufficientCredit)

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What a platform says of one endpoint now; None, "" and empty where it says nothing.

    ``inputs`` are the names of all fields of its schema, ``required`` those that it asks for. ``gone`` is a sentence
    where the endpoint is not there any more.
    """

    gone: str = ""
    official: bool | None = None
    version: str = ""
    inputs: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers(Generic[Found]):
    """What was found by endpoint, and sentences about what could not be asked."""

    found: Mapping[str, Found]
    notes: tuple[str, ...]


def endpoints_of(entry: PlatformEntry) -> dict[str, Model]:
    """A model of the catalogue for every endpoint, those that search for a mask as well, each endpoint once."""
    found: dict[str, Model] = {}
    for models in entry.models.values():
        for model in models:
            for one in (model, model.finder):
                if one is not None:
                    found.setdefault(one.endpoint, one)
    return found


async def asked(
    models: Mapping[str, Model],
    ask: Callable[[Model], Awaitable[Found]],
    *,
    name: str,
    seconds: float = REFRESH_SECONDS,
) -> Answers[Found]:
    """``ask`` about each of ``models``, two at a time; whatever is missing after ``seconds`` is told, not awaited.

    A failure becomes a sentence about the platform ``name``; one that strikes every call ends the asking.
    """
    waiting, found, failures = iter(models.items()), dict[str, Found](), dict[str, str]()
    striking: list[PlatformError] = []

    async def work() -> None:
        for endpoint, model in waiting:
            if striking:
                return
            try:
                found[endpoint] = await ask(model)
            except PlatformError as error:
                failures[endpoint] = error.message
                if strikes_all(error):
                    striking.append(error)

    workers = [asyncio.create_task(work()) for _ in range(_AT_ONCE)]
    try:
        done, late = await asyncio.wait(workers, timeout=seconds)
    finally:
        for worker in workers:
            worker.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for worker in done:
        worker.result()
    return Answers(found, tuple(_told(models, found, failures, name=name, struck=bool(striking))))


def strikes_all(error: PlatformError) -> bool:
    """Whether the next call would fail the same way."""
    return isinstance(error, _STRIKE_ALL) or (isinstance(error, Unavailable) and error.surely_not_accepted)


def _told(
    models: Mapping[str, Model],
    found: Mapping[str, object],
    failures: Mapping[str, str],
    *,
    name: str,
    struck: bool,
) -> Iterator[str]:
    """A sentence a reason, with how many models it concerns."""
    for reason in dict.fromkeys(failures.values()):
        concerned = [models[endpoint].name for endpoint, told in failures.items() if told == reason]
        about = "" if struck and not found else f" about {_counted(concerned)}"
        yield f"{name} could not be asked{about}: {reason}"
    left = [model.name for endpoint, model in models.items() if endpoint not in found and endpoint not in failures]
    if left and (found or not struck):
        yield f"{name} was not asked about {_counted(left)}: " + (
            "the call before had failed." if struck else "the time was over."
        )


def _counted(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} models"


def refreshed(
    entry: PlatformEntry,
    lives: Mapping[str, Live],
    *,
    notes: Iterable[str] = (),
    prices: Mapping[str, str] | None = None,
) -> Refreshed:
    """The news of every model of ``entry`` that ``lives`` tell of; ``prices`` are sentences by endpoint."""
    told = {} if prices is None else prices
    news = [
        _news(operation, model, lives, told)
        for operation, models in entry.models.items()
        for model in models
        if model.endpoint in lives or model.endpoint in told
    ]
    return Refreshed(tuple(news), tuple(notes))


def _news(operation: Operation, model: Model, lives: Mapping[str, Live], prices: Mapping[str, str]) -> ModelNews:
    """Of a model that needs another one to search with, both: without either it cannot serve."""
    live = lives.get(model.endpoint, Live())
    notes, gone = [*_differences(model, live)], live.gone
    notes += [prices[model.endpoint]] if prices.get(model.endpoint) else []
    finder = model.finder
    if finder is not None:
        searching = lives.get(finder.endpoint, Live())
        gone = gone or (f"The model that searches for it, {finder.name}, is gone." if searching.gone else "")
        told = [*_differences(finder, searching), prices.get(finder.endpoint, "")]
        notes += [f"{finder.name}, which searches: {note}" for note in told if note]
    return ModelNews(operation=operation, name=model.name, notes=() if gone else tuple(notes), gone=gone)


def _differences(model: Model, live: Live) -> Iterator[str]:
    if live.official is not None and live.official is not model.official:
        yield "It is an official model now." if live.official else "It is no official model any more."
    if model.version and live.version and live.version != model.version:
        yield f"It has a newer version, {live.version[:12]}; the catalogue knows {model.version[:12]}."
    if not live.inputs:
        return
    ours = fields_of(model)
    lost, new = ours - live.inputs, live.required - ours
    if lost:
        yield f"It takes these fields no longer: {', '.join(sorted(lost))}."
    if new:
        yield f"It asks for fields that the catalogue does not know: {', '.join(sorted(new))}."


def fields_of(model: Model) -> frozenset[str]:
    """The names of all fields that an order to ``model`` may hold."""
    names = {model.image_field, model.mask_field, model.background_field, *model.required, *model.fields}
    names |= {text.field for text in model.texts}
    names |= {one.field for one in (model.seed, model.count, model.factor, model.prompt_on_demand) if one is not None}
    if model.sides is not None:
        names |= {model.sides.left, model.sides.right, model.sides.up, model.sides.down}
    if model.canvas is not None:
        names |= {model.canvas.canvas, model.canvas.size, model.canvas.place}
    if model.size is not None:
        names |= {model.size.width, model.size.height, model.size.object}
    return frozenset(names - {""})
