"""A run is given no longer than the call says, and is stopped in order when its time is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor.domain.errors import MaybeRunning, Unavailable
from editor.domain.kinds import Phase
from editor.platforms.base import TimeLimits
from editor.simulator.scripts import Script


@pytest.mark.parametrize("platform", ["replicate", "fal"])
def test_a_run_beyond_its_learned_time_is_stopped(bench_of, edit, platform):
    bench = bench_of(platform)
    bench.server.always(Script.STUCK)
    call = replace(bench.call, limits=TimeLimits(total=20.0))
    with pytest.raises(Unavailable, match=r"did not finish within 20 seconds\. The run was stopped"):
        bench.within(lambda adapter: adapter.run(edit, call))
    assert 15.0 <= sum(bench.clock.slept) <= 21.0
    assert (bench.server.runs, bench.server.charges) == (1, 0)


@pytest.mark.parametrize("platform", ["replicate", "fal"])
def test_a_run_that_stays_in_the_queue_is_given_up_sooner(bench_of, edit, platform):
    bench = bench_of(platform)
    bench.server.always(Script.QUEUED)
    call = replace(bench.call, limits=TimeLimits(first_sign=0.6))
    with pytest.raises(Unavailable, match="did not begin within"):
        bench.within(lambda adapter: adapter.run(edit, call))
    assert Phase.QUEUED in [progress.phase for progress in bench.progress]


@pytest.mark.parametrize("platform", ["replicate", "fal"])
def test_a_run_that_leaves_the_queue_in_time_is_served(bench_of, edit, platform):
    bench = bench_of(platform)
    bench.server.always(Script.QUEUED)
    call = replace(bench.call, limits=TimeLimits(first_sign=60.0, total=90.0))
    assert bench.within(lambda adapter: adapter.run(edit, call)).image is not None


def test_a_direct_answer_is_waited_for_though_it_is_late(bench_of, edit):
    """Whoever leaves it pays for a picture that can never be had."""
    bench = bench_of("stability")
    bench.server.always(Script.SLOW)
    bench.server.slow_seconds = 0.5
    call = replace(bench.call, limits=TimeLimits(total=0.1))
    assert bench.within(lambda adapter: adapter.run(edit, call)).image is not None


@pytest.mark.parametrize("platform", ["stability", "replicate", "fal"])
def test_the_catalogues_deadline_is_never_exceeded(bench_of, edit, platform):
    bench = bench_of(platform)
    bench.limits(deadline=0.3)
    models = bench.catalogue.models(platform, edit.operation)
    assert all(model.deadline is None for model in models)
    bench.server.always(Script.STUCK)
    call = replace(bench.call, limits=TimeLimits(total=500.0))
    with pytest.raises((Unavailable, MaybeRunning)):
        bench.within(lambda adapter: adapter.run(edit, call))
    assert sum(bench.clock.slept) <= 2.0
