"""What became of a request, in one sentence a person understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from editor.domain.attempt import Attempt, Cost
from editor.domain.kinds import CostSource, Outcome

_BECAUSE = {
    Outcome.REFUSED_KEY: "{name} does not accept the key.",
    Outcome.OUT_OF_CREDIT: "{name} is out of credits.",
    Outcome.RATE_LIMITED: "{name} is limiting requests.",
    Outcome.UNAVAILABLE: "{name} is not available.",
    Outcome.UNSUPPORTED: "{name} cannot do this edit.",
    Outcome.CONTENT_REFUSED: "{name} refused the picture.",
    Outcome.BAD_RESULT: "{name} returned a bad picture.",
    Outcome.MAYBE_RUNNING: "{name} did not answer and may have charged the edit.",
}


def served_sentence(attempts: Sequence[Attempt], name_of: Callable[[str], str]) -> str:
    """Who served, after whom and why: ``Stability AI is out of credits. Replicate finished the edit in 6.2 s …``.

    The last of ``attempts`` is the one that served. Links without a key are not mentioned: nobody expected them.
    """
    served = attempts[-1]
    reasons = {
        attempt.platform: _BECAUSE[attempt.outcome].format(name=name_of(attempt.platform))
        for attempt in attempts[:-1]
        if attempt.outcome in _BECAUSE and attempt.platform != served.platform
    }
    finished = f"{name_of(served.platform)} finished the edit in {seconds_words(served.seconds)}{_price(served.cost)}."
    return " ".join([*reasons.values(), finished])


def seconds_words(seconds: float) -> str:
    """``6.2 s``, or minutes from a hundred seconds on: ``2 min 5 s``."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _price(cost: Cost) -> str:
    if cost.source is CostSource.FREE:
        return ", free of charge"
    if cost.source is CostSource.UNKNOWN:
        return "; its price is not known"
    return f" for {cost.words}"
