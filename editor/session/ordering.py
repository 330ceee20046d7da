"""The order of an edit's links: the user's settings, what platforms cost, how they stand and how they have done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random

from editor.domain.attempt import Attempt, Link
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.domain.status import PlatformStatus, Standing
from editor.fallback.attempts import how_to_give_a_key
from editor.fallback.experience import Experiences
from editor.fallback.ordering import Candidate, Decision, OrderSettings, Strategy, decide
from editor.platforms.base import Platform
from editor.session.services import Settings

_ASIDE = frozenset({Standing.LIMITED, Standing.OUT_OF_CREDIT, Standing.KEY_REFUSED, Standing.FAILING, Standing.OFF})


_Asked = tuple[Operation, Strategy, tuple[Link, ...]]
"""What an order was decided for: another strategy, or links put in another order by the user, begin anew."""


def _asked(operation: Operation, chain: Sequence[Link], settings: OrderSettings) -> _Asked:
    return operation, settings.strategy, tuple(chain)


class Ordering:
    """Decides the order of every edit and remembers the last one of each operation."""

    def __init__(self, *, experiences: Experiences, chance: Random) -> None:
        self._experiences = experiences
        self._chance = chance
        self._current: dict[_Asked, tuple[str, ...]] = {}

    def links(
        self, operation: Operation, chain: Sequence[Link], settings: OrderSettings, *, platforms: Mapping[str, Platform]
    ) -> tuple[Link, ...]:
        """The links of ``chain`` in the order in which the edit that begins now tries them."""
        if settings.strategy is Strategy.FIXED and not settings.pins:
            return tuple(chain)
        table = [self._candidate(operation, link, platforms[link.platform]) for link in chain]
        asked = _asked(operation, chain, settings)
        current = self._current.get(asked, ())
        # What is tried out of turn once is not the order that the next decision starts from.
        self._current[asked] = decide(operation, table, settings=settings, current=current).after
        order = decide(operation, table, settings=settings, current=self._current[asked], chance=self._chance)
        by_name = {link.platform: link for link in chain}
        return tuple(by_name[name] for name in order.after)

    def why(
        self,
        operation: Operation,
        chain: Sequence[Link],
        settings: OrderSettings,
        *,
        platforms: Mapping[str, Platform],
        statuses: Iterable[PlatformStatus],
        without: Collection[str] = (),
    ) -> Decision:
        """The order that an edit would have now, with the reasons; nothing is called and nothing is remembered.

        ``without`` are taken as down. Raises InputError for one that is not in the chain.
        """
        known = [link.platform for link in chain]
        for name in without:
            if name not in known:
                raise InputError(f"There is no platform “{name}” in the chain. The chain: {', '.join(known)}.")
        rows = {row.platform: row for row in statuses}
        table = [
            self._candidate(operation, link, platforms[link.platform], row=rows[link.platform], without=without)
            for link in chain
        ]
        return decide(
            operation, table, settings=settings, current=self._current.get(_asked(operation, chain, settings), ())
        )

    async def recall(self) -> None:
        """Know what earlier runs of the program have seen; to be awaited before the first edit."""
        await self._experiences.recall()

    def note(self, operation: Operation, attempts: Iterable[Attempt]) -> None:
        """Learn from the attempts of an edit that has ended."""
        for attempt in attempts:
            self._experiences.note(operation, attempt)

    def reset(self, operation: Operation | None = None) -> None:
        """Forget what was learned, of one operation or of all."""
        self._experiences.reset(operation)
        for known in tuple(self._current):
            if operation in (None, known[0]):
                del self._current[known]

    def _candidate(
        self,
        operation: Operation,
        link: Link,
        platform: Platform,
        *,
        row: PlatformStatus | None = None,
        without: Collection[str] = (),
    ) -> Candidate:
        return Candidate(
            link=link,
            experience=self._experiences.of(link.platform, operation),
            usd=None if platform.model(operation) is None else platform.expected_cost(operation).usd,
            standing="" if row is None else row.words,
            obstacle="" if row is None else _obstacle(operation, platform, row, without=without),
        )


def order_settings(settings: Settings) -> OrderSettings:
    """What the settings say of the order; what cannot be read there counts as not set."""
    name, pins = settings.get("order_strategy", Strategy.FIXED.value), settings.get("pins", {})
    strategy = Strategy(name) if name in tuple(Strategy) else Strategy.FIXED
    places = pins.items() if isinstance(pins, Mapping) else ()
    explore = settings.get("order_explore", 0.0)
    return OrderSettings(
        strategy=strategy,
        pins={str(platform): place for platform, place in places if isinstance(place, int)},
        explore=float(explore) if isinstance(explore, int | float) else 0.0,
    )


def _obstacle(operation: Operation, platform: Platform, row: PlatformStatus, *, without: Collection[str]) -> str:
    if platform.id in without:
        return "Taken as down, as you asked."
    if platform.model(operation) is None:
        return f"{platform.name} does not offer {operation.caption.lower()}."
    if row.standing is Standing.NO_KEY:
        return how_to_give_a_key(platform)
    if row.standing not in _ASIDE:
        return ""
    again = "" if row.retry_in is None else f" It is tried again in {max(1, round(row.retry_in))} s."
    return f"{row.message or row.words + '.'}{again}"
