"""What the settings allow within one edit; what cannot be read there counts as not set."""

from __future__ import annotations

from typing import Any

from editor.fallback.health import HEALTH_AGE
from editor.fallback.lanes import LANES
from editor.fallback.manager import DEFAULT_CYCLES
from editor.fallback.policy import AfterRefusal, Rules
from editor.session.services import Settings

MOST_CYCLES = 10
MOST_LANES = 8
PARALLEL_JOBS = 4
MOST_PARALLEL_JOBS = 16
HEDGE_SHARE = 0.1
"""The share of all spending that second calls may cost where they are switched on and nothing else is said."""


def request_rules(settings: Settings) -> Rules:
    """What a request may do: ``after_refusal`` ("next", "ask", "stop"), ``resend`` (0 and more), ``hedge`` (true or
    false), ``hedge_share`` (0–1). Asking is stopping, and offering the next platform afterwards."""
    chosen = settings.get("after_refusal", AfterRefusal.NEXT.value)
    share = _number(settings.get("hedge_share", HEDGE_SHARE), HEDGE_SHARE, least=0.0, most=1.0)
    return Rules(
        after_refusal=AfterRefusal.NEXT if chosen not in ("ask", "stop") else AfterRefusal.STOP,
        resend=int(_number(settings.get("resend", 0), 0, least=0, most=MOST_CYCLES)),
        hedge_share=share if settings.get("hedge", False) is True else 0.0,
    )


def cycles_of(settings: Settings) -> int:
    """The rounds through the chain: ``cycles``."""
    return int(_number(settings.get("cycles", DEFAULT_CYCLES), DEFAULT_CYCLES, least=1, most=MOST_CYCLES))


def health_age_of(settings: Settings) -> float:
    """Seconds that what is known of a platform counts: ``health_age``."""
    return _number(settings.get("health_age", HEALTH_AGE), HEALTH_AGE, least=1.0, most=86400.0)


def lanes_of(settings: Settings) -> int:
    """Calls to one platform at once: ``platform_jobs``."""
    return int(_number(settings.get("platform_jobs", LANES), LANES, least=1, most=MOST_LANES))


def parallel_jobs_of(settings: Settings) -> int:
    """Edits that run at once: ``parallel_jobs``."""
    value = _number(settings.get("parallel_jobs", PARALLEL_JOBS), PARALLEL_JOBS, least=1, most=MOST_PARALLEL_JOBS)
    return int(value)


def _number(value: Any, default: float, *, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return default
    return min(max(value, least), most)
