"""What attempts cost, alone and together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.fakes import RECEIPT, FakeClock

from editor.domain.attempt import FREE, NOTHING_SPENT, UNKNOWN_COST, Attempt, Cost, total_cost
from editor.domain.kinds import CostSource, Outcome

NICKEL = Cost(0.05, 5.0, CostSource.ESTIMATED)
DIME = Cost(0.1, None, CostSource.REPORTED)


@pytest.mark.parametrize(
    "costs, together",
    [
        ((), NOTHING_SPENT),
        ((NICKEL,), NICKEL),
        ((NICKEL, NICKEL, NICKEL), Cost(0.15, 15.0, CostSource.ESTIMATED)),
        ((NICKEL, DIME), Cost(0.15, None, CostSource.ESTIMATED)),
        ((NICKEL, NOTHING_SPENT), NICKEL),
        ((DIME, FREE), DIME),
        ((FREE, FREE), FREE),
        ((FREE, NOTHING_SPENT), NOTHING_SPENT),
        ((NICKEL, UNKNOWN_COST, DIME), UNKNOWN_COST),
        ((Cost(None, 3.0, CostSource.ESTIMATED), NICKEL), Cost(None, 8.0, CostSource.ESTIMATED)),
    ],
)
def test_what_several_runs_cost_together(costs: tuple[Cost, ...], together: Cost) -> None:
    assert total_cost(*costs) == together


def attempt(cost: Cost, *, called: bool = True) -> Attempt:
    started = FakeClock().now() if called else None
    return Attempt(
        cycle=1, platform="fal", label="", model="", outcome=Outcome.SERVED, message="", started=started, cost=cost
    )


def test_a_receipt_tells_the_serving_attempt_and_all_of_them() -> None:
    left_out, failed, served = attempt(UNKNOWN_COST, called=False), attempt(NOTHING_SPENT), attempt(NICKEL)
    receipt = replace(RECEIPT, attempts=(left_out, failed, served), cost=NICKEL)
    assert receipt.total_cost == NICKEL, "what was left out cost nothing"
    receipt = replace(receipt, attempts=(attempt(DIME), served))
    told = receipt.as_dict()
    assert (told["cost"]["usd"], told["total_cost"]["usd"]) == (0.05, 0.15)
    receipt = replace(receipt, attempts=(attempt(UNKNOWN_COST), served))
    told = receipt.as_dict()
    assert told["cost"] == {"usd": 0.05, "credits": 5.0, "source": "estimated"}
    assert told["total_cost"] == {"usd": None, "credits": None, "source": "unknown"}
    assert replace(RECEIPT, cost=UNKNOWN_COST).total_cost == UNKNOWN_COST, "brought back: no attempt is known"
