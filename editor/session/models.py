"""The models of all platforms: what the catalogue knows of each, and whether it can be used now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.status import ModelFacts, PlatformStatus, Standing
from editor.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model and how its platform stands."""

    facts: ModelFacts
    platform: PlatformStatus

    @property
    def availability(self) -> str:
        """In a word or two: ``ready``, ``key needed``, ``out of credits``, ``gone``."""
        if self.facts.gone:
            return "gone"
        if self.platform.standing is Standing.NO_KEY:
            return "key needed"
        return self.platform.standing.words.lower()


def listed_models(
    statuses: tuple[PlatformStatus, ...], platforms: Mapping[str, Platform], operation: Operation | None
) -> Iterator[ListedModel]:
    """Every model for ``operation``, or for all of them, platform by platform in the order of ``statuses``."""
    for wanted in Operation if operation is None else (operation,):
        for status in statuses:
            for facts in platforms[status.platform].models(wanted):
                yield ListedModel(facts, status)


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
