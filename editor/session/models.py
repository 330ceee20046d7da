"""The models of all platforms: what the catalogue knows of each, and whether it can be used now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from editor.domain.errors import EditorError, InputError
from editor.domain.kinds import Operation
from editor.domain.status import ModelFacts, ModelNews, PlatformStatus, Refreshed, Standing
from editor.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model and how its platform stands."""

    facts: ModelFacts
    platform: PlatformStatus
    news: ModelNews | None = None
    """What its platform said of it when asked; None where it was not asked, or said nothing."""

    @property
    def availability(self) -> str:
        """In a word or two: ``ready``, ``key needed``, ``out of credits``, ``gone``."""
        if self.facts.gone:
            return "gone"
        if self.platform.standing is Standing.NO_KEY:
            return "key needed"
        return self.platform.words.lower()


def listed_models(
    statuses: tuple[PlatformStatus, ...], platforms: Mapping[str, Platform], operation: Operation | None
) -> Iterator[ListedModel]:
    """Every model for ``operation``, or for all of them, platform by platform in the order of ``statuses``."""
    for wanted in Operation if operation is None else (operation,):
        for status in statuses:
            for facts in platforms[status.platform].models(wanted):
                yield ListedModel(facts, status)


@dataclass(frozen=True, slots=True)
class RefreshedModels:
    """The models with what their platforms say of them now, and sentences about the platforms."""

    models: tuple[ListedModel, ...]
    notes: tuple[str, ...]


async def refreshed_by_platform(
    platforms: Mapping[str, Platform], key_of: Callable[[str], Awaitable[str | None]]
) -> dict[str, Refreshed]:
    """What every platform that needs a key says of its models; never fails, a failure is a note."""

    async def refreshed(platform: Platform) -> Refreshed:
        try:
            return await platform.refresh(await key_of(platform.id))
        except EditorError as error:
            return Refreshed(notes=(f"{platform.name} could not be asked: {error.message}",))

    outside = {name: platform for name, platform in platforms.items() if platform.needs_key}
    return dict(zip(outside, await asyncio.gather(*map(refreshed, outside.values())), strict=True))


def with_news(models: Iterable[ListedModel], refreshed: Mapping[str, Refreshed]) -> RefreshedModels:
    """``models`` with what is new of them; those that are gone are shown so."""
    news = {(platform, one.operation, one.name): one for platform, all_of in refreshed.items() for one in all_of.models}

    def told(model: ListedModel) -> ListedModel:
        facts = model.facts
        found = news.get((facts.platform, facts.operation, facts.name))
        gone = facts.gone if found is None else found.gone
        return replace(model, news=found, facts=replace(facts, gone=gone))

    notes = tuple(note for all_of in refreshed.values() for note in all_of.notes)
    return RefreshedModels(tuple(map(told, models)), notes)


def require_models(operation: Operation, models: Mapping[str, str], platforms: Mapping[str, Platform]) -> None:
    """Raise InputError, with what is known, where ``models`` name a platform or a model that is not there.

    A model goes by its name or its endpoint, in whatever case.
    """
    for platform, name in models.items():
        if platform not in platforms:
            raise InputError(f"There is no platform called “{platform}”. Known platforms: {', '.join(platforms)}.")
        adapter = platforms[platform]
        known = adapter.models(operation)
        if not known:
            raise InputError(f"{adapter.name} does not offer {operation}. Leave its model out.")
        if not any(name.casefold() in (facts.name.casefold(), facts.endpoint.casefold()) for facts in known):
            names = ", ".join(facts.name for facts in known)
            raise InputError(f"{adapter.name} has no model “{name}” for {operation}. Known models: {names}.")
