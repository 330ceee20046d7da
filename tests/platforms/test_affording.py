"""A dearer stand-in, or a run that has to be repeated, is begun only where it may be paid for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.scene import scene

from editor.domain.errors import OverCap
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.simulator.scripts import Script

LIMIT = "Your cap leaves no room."


class Purse:
    """Allows so many US dollars for one call, and remembers what was asked."""

    def __init__(self, usd: float) -> None:
        self.usd = usd
        self.asked: list[float] = []

    async def afford(self, cost) -> None:
        self.asked.append(cost.usd)
        if cost.usd > self.usd:
            raise OverCap(LIMIT)


def served(bench, purse, request):
    call = replace(bench.call, afford=purse.afford)
    return bench.within(lambda adapter: adapter.run(request, call))


def test_the_first_model_is_asked_about_at_its_price(bench_of, edit):
    bench, purse = bench_of("fal"), Purse(1.0)
    assert served(bench, purse, edit).cost.usd == pytest.approx(purse.asked[0])


def test_a_dearer_stand_in_is_passed_over(bench_of, edit):
    bench = bench_of("fal")
    first, second, third = bench.catalogue.models("fal", Operation.ERASE)
    prices = [model.price.usd for model in (first, second, third)]
    assert prices[0] < prices[1] < prices[2], "the case needs a dearer stand-in"
    bench.server.withdraw(first.endpoint)
    purse = Purse(prices[1])
    assert served(bench, purse, edit).model == second.name
    bench.server.withdraw(second.endpoint)
    with pytest.raises(OverCap):
        served(bench, Purse(prices[1]), edit)
    assert bench.server.charges == 1


def test_a_run_that_is_repeated_is_paid_twice_and_asked_about_twice(bench_of):
    bench = bench_of("fal")
    bench.server.always(Script.WRONG_POLARITY)
    request = scene(Operation.ERASE)
    purse = Purse(1.0)
    served(bench, purse, request)
    assert purse.asked == pytest.approx([purse.asked[0], 2 * purse.asked[0]])
    with pytest.raises(OverCap):
        served(bench_of("fal"), Purse(purse.asked[0] / 2), request)


def test_variations_stop_where_the_money_does(bench_of):
    bench, request = bench_of("stability"), scene(Operation.ERASE)
    request = replace(request, options=EditOptions(variations=3))
    result = served(bench, Purse(0.11), request)
    assert 1 + len(result.others) == 2
    assert LIMIT in result.notes[-1]
    assert bench.server.charges == 2
