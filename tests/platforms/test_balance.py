"""What an account holds, as each platform tells it, and what can be paid from it."""

from __future__ import annotations

import pytest

from editor.domain.attempt import UNKNOWN_COST, Cost
from editor.domain.errors import RefusedKey, Unavailable
from editor.domain.kinds import CostSource
from editor.domain.money import Balance
from editor.simulator.scripts import Script


def balance_of(bench, key=None):
    return bench.within(lambda adapter: adapter.balance(bench.key if key is None else key))


def test_stability_tells_its_credits(bench_of):
    bench = bench_of("stability")
    bench.server.credits = 12.5
    assert balance_of(bench) == Balance(credits=12.5)
    bench.server.always(Script.OUT_OF_CREDIT)
    assert balance_of(bench) == Balance(credits=0.0)


def test_a_key_that_stability_does_not_know_is_refused(bench_of):
    with pytest.raises(RefusedKey):
        balance_of(bench_of("stability"), key="sk-unknown")


def test_fal_tells_its_dollars_to_a_key_with_the_scope_admin(bench_of):
    bench = bench_of("fal")
    assert balance_of(bench) is None, "an ordinary key may not ask; that says nothing about it"
    bench.server.is_admin = True
    assert balance_of(bench) == Balance(usd=25.0)
    bench.server.always(Script.OUT_OF_CREDIT)
    assert balance_of(bench) == Balance(usd=0.0)


def test_replicate_tells_nobody(bench_of):
    assert balance_of(bench_of("replicate")) is None


@pytest.mark.parametrize("platform", ["stability", "fal"])
def test_a_server_with_a_fault_is_no_empty_account(bench_of, platform):
    bench = bench_of(platform)
    bench.server.is_admin = True
    bench.server.always(Script.UNAVAILABLE)
    with pytest.raises(Unavailable):
        balance_of(bench)


FIVE_CREDITS = Cost(0.05, 5.0, CostSource.ESTIMATED)


@pytest.mark.parametrize(
    "balance, cost, enough",
    [
        (Balance(credits=5.0), FIVE_CREDITS, True),
        (Balance(credits=4.9), FIVE_CREDITS, False),
        (Balance(usd=0.04), FIVE_CREDITS, False),
        (Balance(usd=25.0), FIVE_CREDITS, True),
        (Balance(credits=0.0), UNKNOWN_COST, False),
        (Balance(credits=1.0), UNKNOWN_COST, True),
        (Balance(), FIVE_CREDITS, True),
    ],
)
def test_what_a_balance_covers(balance, cost, enough):
    assert balance.covers(cost) is enough
