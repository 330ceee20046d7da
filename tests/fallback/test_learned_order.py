"""The order of a session learns from its attempts, begins anew when the user reorders, and can be reset."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from support.fakes import FakeClock, FakePlatform

from editor.domain.attempt import Attempt, Cost, Link
from editor.domain.kinds import CostSource, Operation, Outcome
from editor.fallback.experience import RecentExperience
from editor.fallback.ordering import OrderSettings, Strategy
from editor.session.ordering import Ordering, order_settings

CHAIN = (Link("stability", "a"), Link("fal", "b"))
SPEED = OrderSettings(strategy=Strategy.SPEED)


def attempt(clock: FakeClock, platform: str, seconds: float) -> Attempt:
    return Attempt(
        cycle=1,
        platform=platform,
        label="",
        model="",
        outcome=Outcome.SERVED,
        message="",
        started=clock.now() - timedelta(seconds=seconds),
        seconds=seconds,
        cost=Cost(0.02, None, CostSource.REPORTED),
    )


def test_it_learns_from_attempts_per_operation_and_forgets():  # type: ignore[no-untyped-def]
    clock = FakeClock()
    platforms = {link.platform: FakePlatform(link.platform, clock) for link in CHAIN}
    ordering = Ordering(experiences=RecentExperience(clock=clock), chance=Random(1))
    for _ in range(8):
        ordering.note(Operation.ERASE, [attempt(clock, "stability", 12.0), attempt(clock, "fal", 4.0)])
    assert ordering.links(Operation.ERASE, CHAIN, SPEED, platforms=platforms) == CHAIN[::-1]
    assert ordering.links(Operation.ERASE, CHAIN, OrderSettings(), platforms=platforms) == CHAIN
    assert ordering.links(Operation.INPAINT, CHAIN, SPEED, platforms=platforms) == CHAIN
    ordering.reset(Operation.ERASE)
    assert ordering.links(Operation.ERASE, CHAIN, SPEED, platforms=platforms) == CHAIN
    assert ordering.links(Operation.ERASE, CHAIN[::-1], SPEED, platforms=platforms) == CHAIN[::-1]


class Written:
    """Settings as somebody has written them."""

    def __init__(self, values):  # type: ignore[no-untyped-def]
        self.values = values

    def get(self, name, default):  # type: ignore[no-untyped-def]
        return self.values.get(name, default)

    def set(self, name, value):  # type: ignore[no-untyped-def]
        self.values[name] = value


def test_settings_that_cannot_be_read_count_as_not_set():  # type: ignore[no-untyped-def]
    assert order_settings(Written({})) == OrderSettings()
    read = order_settings(Written({"order_strategy": "price", "pins": {"fal": 0, "local": "x"}, "order_explore": "?"}))
    assert read.strategy is Strategy.PRICE
    assert dict(read.pins) == {"fal": 0}
    assert read.explore == 0.0
