"""Circuits, permits, and how a platform stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import FakeClock

from editor.domain.attempt import FREE, Attempt
from editor.domain.errors import (
    BadResult,
    ContentRefused,
    InsufficientCredit,
    PlatformError,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unsupported,
)
from editor.domain.kinds import Operation, Outcome
from editor.domain.status import Standing
from editor.fallback.circuit import LONGEST_ASIDE, Permit
from editor.fallback.health import Health

ERASE, UPSCALE = Operation.ERASE, Operation.UPSCALE
DOWN = Unavailable("A fault on its side.", status=500)
OFFLINE = Unavailable("Not connected.", unreached=True)
BROKE = InsufficientCredit("Out of credits.", status=402)
LIMITED = RateLimited("Too many.", status=429, retry_after=20)


class Bench:
    """Health on a clock that is moved by hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.health = Health(clock=self.clock)

    def fail(self, error: PlatformError, operation: Operation = ERASE) -> None:
        """One call that fails."""
        permit = self.health.enter("fal", operation)
        self.health.note_failed("fal", operation, error)
        permit.release()

    def serve(self, seconds: float = 2.0, operation: Operation = ERASE) -> None:
        """One call that ends well."""
        permit = self.health.enter("fal", operation)
        self.health.note_served(served(seconds), operation)
        permit.release()

    def standing(self, operation: Operation | None = ERASE) -> Standing:
        return self.health.condition("fal", operation).standing

    def is_open(self, operation: Operation = ERASE) -> bool:
        return self.health.aside("fal", operation) is not None


def served(seconds: float) -> Attempt:
    return Attempt(
        cycle=1, platform="fal", label="", model="m", outcome=Outcome.SERVED, message="", seconds=seconds, cost=FREE
    )


def test_nothing_is_known_before_the_first_answer() -> None:
    bench = Bench()
    assert bench.standing() is Standing.UNKNOWN
    assert bench.health.condition("fal").age is None


def test_an_answer_is_relied_on_for_five_minutes_and_unknown_afterwards() -> None:
    bench = Bench()
    bench.serve()
    bench.clock.seconds += 300
    assert bench.standing() is Standing.READY
    assert bench.health.condition("fal", ERASE).age == 300
    bench.clock.seconds += 1
    assert bench.standing() is Standing.UNKNOWN


def test_a_failing_operation_leaves_the_others_alone() -> None:
    bench = Bench()
    bench.serve(operation=UPSCALE)
    bench.fail(DOWN)
    assert bench.is_open(ERASE) and not bench.is_open(UPSCALE)
    assert bench.standing(UPSCALE) is Standing.READY
    assert bench.standing(None) is Standing.FAILING, "over all of them the worst counts"


@pytest.mark.parametrize("error", [BROKE, LIMITED, RefusedKey("No.", status=401), OFFLINE], ids=lambda e: e.message)
def test_what_concerns_the_account_concerns_every_operation(error: PlatformError) -> None:
    bench = Bench()
    bench.fail(error)
    assert bench.is_open(UPSCALE)


@pytest.mark.parametrize("error", [Unsupported("Too large."), ContentRefused("No.")], ids=lambda e: e.outcome)
def test_the_users_own_mistakes_and_refusals_never_count(error: PlatformError) -> None:
    bench = Bench()
    for _ in range(3):
        bench.fail(error)
    assert not bench.is_open()
    assert bench.health.tally("fal").failed == 0


def test_who_refuses_a_picture_is_there() -> None:
    bench = Bench()
    bench.fail(ContentRefused("No."))
    assert bench.standing() is Standing.READY


def test_a_probe_that_fails_doubles_the_pause_up_to_an_hour() -> None:
    bench, pauses = Bench(), []
    for _ in range(6):
        bench.fail(DOWN)
        left = bench.health.condition("fal", ERASE).retry_in
        assert left is not None
        pauses.append(left)
        bench.clock.seconds += left
    assert pauses == [300, 600, 1200, 2400, LONGEST_ASIDE, LONGEST_ASIDE]
    bench.serve()
    bench.fail(DOWN)
    assert bench.health.condition("fal", ERASE).retry_in == 300, "a success begins anew"


def test_calls_that_fail_together_are_one_setback() -> None:
    bench = Bench()
    for _ in range(5):
        bench.fail(DOWN)
    condition = bench.health.condition("fal", ERASE)
    assert (condition.retry_in, condition.failures) == (300, 5)


def test_credit_and_told_limits_are_not_waited_for_longer_each_time() -> None:
    bench = Bench()
    for error, seconds in ((BROKE, 300), (BROKE, 300), (LIMITED, 20), (LIMITED, 20)):
        bench.fail(error)
        assert bench.health.condition("fal", ERASE).retry_in == seconds
        bench.clock.seconds += seconds


def test_a_platform_that_answers_again_is_no_longer_cut_off() -> None:
    bench = Bench()
    bench.fail(OFFLINE, UPSCALE)
    bench.clock.seconds += 300
    bench.fail(DOWN, ERASE)
    assert not bench.is_open(UPSCALE), "a fault on its side is an answer"


def test_a_top_up_lifts_the_want_of_credit_and_nothing_else() -> None:
    bench = Bench()
    bench.fail(BROKE)
    bench.health.topped_up("fal")
    assert not bench.is_open()
    bench.fail(DOWN)
    bench.health.topped_up("fal")
    assert bench.is_open()
    bench.health.forget("fal")
    assert not bench.is_open() and bench.standing() is Standing.UNKNOWN


def test_far_longer_than_usual_is_slow() -> None:
    bench = Bench()
    for _ in range(5):
        bench.serve(2.0)
    bench.serve(4.1)
    assert bench.standing() is Standing.SLOW
    bench.serve(2.2)
    assert bench.standing() is Standing.READY


def test_the_first_bad_picture_is_bad_luck() -> None:
    bench = Bench()
    bench.fail(BadResult("Blank."))
    assert not bench.is_open()
    bench.fail(BadResult("Blank."))
    assert bench.is_open()


def test_only_one_probe_at_a_time_and_its_permit_is_returned_once() -> None:
    bench = Bench()
    bench.fail(DOWN)
    bench.clock.seconds += 300
    probe = bench.health.admit("fal", ERASE)
    assert probe.is_probe
    with pytest.raises(Unavailable):
        bench.health.admit("fal", ERASE)
    probe.release()
    probe.release()
    second = bench.health.admit("fal", ERASE)
    assert second.is_probe
    second.release()
    assert bench.standing() is not Standing.SERVING


def test_a_call_from_before_the_failure_is_not_the_probe() -> None:
    bench = Bench()
    early = bench.health.admit("fal", ERASE)
    bench.fail(DOWN)
    bench.clock.seconds += 300
    probe = bench.health.admit("fal", ERASE)
    assert probe.is_probe and not early.is_probe
    early.release()
    with pytest.raises(Unavailable):
        bench.health.admit("fal", ERASE)
    probe.release()


def test_a_change_of_the_users_ends_the_wait_for_a_probe() -> None:
    bench = Bench()
    bench.fail(DOWN)
    bench.clock.seconds += 300
    hanging = bench.health.admit("fal", ERASE)
    bench.health.forget("fal")
    bench.health.admit("fal", ERASE).release()
    hanging.release()
    assert bench.standing() is Standing.UNKNOWN


steps = st.lists(
    st.one_of(
        st.tuples(st.just("admit"), st.sampled_from([ERASE, UPSCALE])),
        st.tuples(st.just("enter"), st.sampled_from([ERASE, UPSCALE])),
        st.tuples(st.just("end"), st.sampled_from([None, DOWN, OFFLINE, BROKE, LIMITED, BadResult("Blank.")])),
        st.tuples(st.just("wait"), st.sampled_from([1.0, 20.0, 300.0, 4000.0])),
        st.tuples(st.just("forget"), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(steps)
def test_whatever_happens_nothing_stays_shut_for_ever(steps) -> None:  # type: ignore[no-untyped-def]
    bench, out = Bench(), list[tuple[Permit, Operation]]()
    for what, value in steps:
        if what == "admit":
            try:
                out.append((bench.health.admit("fal", value), value))
            except PlatformError:
                assert bench.health.aside("fal", value) is not None
        elif what == "enter":
            out.append((bench.health.enter("fal", value), value))
        elif what == "end" and out:
            permit, operation = out.pop(0)
            if value is None:
                bench.health.note_served(served(1.0), operation)
            else:
                bench.health.note_failed("fal", operation, value)
            permit.release()
        elif what == "wait":
            bench.clock.seconds += value
        elif what == "forget":
            bench.health.forget("fal")
        assert sum(permit.is_probe for permit, _ in out) <= 3, "one a circuit"
    for permit, _ in out:
        permit.release()
    bench.clock.seconds += LONGEST_ASIDE
    for operation in (ERASE, UPSCALE):
        bench.health.admit("fal", operation).release()
    assert bench.standing(None) is not Standing.SERVING
