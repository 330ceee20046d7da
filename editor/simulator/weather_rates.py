"""How often things go wrong in the simulated year, how long they last, and what an edit takes and costs.

Every rate here is an assumption, chosen so that each kind of trouble happens often enough to tell strategies apart and
no oftener than somebody who works with such services every day has seen. They are measurements of no platform. Prices
are those of the catalogue, of a picture of one megapixel where they go by its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from editor.domain.kinds import Operation

HOUR = 3600.0

OPERATION_SHARES: Mapping[Operation, float] = MappingProxyType(
    {
        Operation.ERASE: 0.40,
        Operation.INPAINT: 0.25,
        Operation.REMOVE_BACKGROUND: 0.12,
        Operation.SEARCH_AND_REPLACE: 0.06,
        Operation.SEARCH_AND_RECOLOR: 0.03,
        Operation.REPLACE_BACKGROUND: 0.05,
        Operation.OUTPAINT: 0.05,
        Operation.UPSCALE: 0.04,
    }
)
"""What people ask for."""
WORDLESS_SHARE = 0.2
"""Of the inpainting edits, those without words; only these can be served by this computer."""
DELICATE_SHARE = 0.01
"""Of all edits, those whose picture or words a content filter may object to …"""
DELICATE_REFUSED = 0.5
"""… and how likely each platform's filter does so, every time it is asked."""

# --- spells that several platforms share

OFFLINE_A_YEAR, OFFLINE_HOURS = 70, 0.1
"""The user's own network is down for some minutes: a router, a train, a laptop that wakes up."""
UPSTREAM_A_YEAR, UPSTREAM_HOURS, UPSTREAM_LONGEST_HOURS = 10, 0.5, 1.5
"""A cloud region or a content network on which several platforms stand is down, for minutes to an hour."""
UPSTREAM_HITS_ALL = 0.4
"""How often that hits all three platforms; otherwise two of them."""
UPSTREAM_SHARES = (0.5, 0.3)
"""How often those platforms then answer with a server error, and how often they cannot be reached; otherwise they
take orders and answer nothing."""

# --- single calls

STORM_SHARE = 0.8
"""Of the calls in a rate-limit storm, those that are turned away."""
RETRY_AFTER = (5.0, 10.0, 30.0, 60.0)
"""Seconds that a platform may ask for with them."""
SPREAD, SLOW_SPREAD = 0.35, 0.9
"""Standard deviation of the logarithm of an edit's time, on a clear day and in a brown-out."""
SLOW_FACTOR = 3.0
"""How many times longer the median edit takes in a brown-out."""
COLD_SHARE, COLD_FACTOR = 0.01, 5.0
"""Of the edits on a clear day, those that wait for a model to be loaded, and how many times longer they take."""
STUCK_SLOW = 0.03
"""Of the calls in a brown-out, those that hang."""
STUCK_SECONDS = (600.0, 3600.0)
"""After how many seconds a call that hangs has a result after all, from the least to the most."""
LOST_WITH_ORDER = 0.1
"""Of the lost answers, those to the order itself, before the platform has named the run."""
QUEUED_SHARE = 0.15
"""Of a run's time, what it spends in the platform's queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """What a platform is like. ``seconds`` is the median of an edit, ``usd`` the price of each operation.

    ``down``, ``silent``, ``hanging``, ``partial``, ``slow``, ``limited`` and ``no_credit`` are pairs: how often a year
    that happens, and for how many hours on average. ``fault``, ``lost``, ``stuck`` and ``bad`` are shares of the calls
    on a clear day, 0–1. ``charges_refusals`` is whether a picture that its filter blurs is charged.
    """

    seconds: float
    usd: Mapping[Operation, float]
    down: tuple[float, float]
    silent: tuple[float, float]
    hanging: tuple[float, float]
    partial: tuple[float, float]
    slow: tuple[float, float]
    limited: tuple[float, float]
    no_credit: tuple[float, float]
    fault: float
    lost: float
    stuck: float
    bad: float
    charges_refusals: bool = False


def _prices(*usd: float) -> Mapping[Operation, float]:
    return MappingProxyType(dict(zip(OPERATION_SHARES, usd, strict=True)))


CLIMATES: Mapping[str, Climate] = MappingProxyType(
    {
        "stability": Climate(
            seconds=7.0,
            usd=_prices(0.05, 0.05, 0.05, 0.05, 0.05, 0.08, 0.04, 0.02),
            down=(12, 1.0),
            silent=(3, 0.6),
            hanging=(4, 0.5),
            partial=(12, 3.0),
            slow=(30, 1.5),
            limited=(80, 0.15),
            no_credit=(5, 18.0),
            fault=0.006,
            lost=0.0015,
            stuck=0.0005,
            bad=0.004,
            # Its document counts a blurred picture among the generations that are charged.
            charges_refusals=True,
        ),
        "replicate": Climate(
            seconds=9.0,
            usd=_prices(0.04, 0.05, 0.018, 0.04, 0.04, 0.04, 0.04, 0.002),
            down=(16, 0.8),
            silent=(3, 0.5),
            hanging=(4, 0.4),
            partial=(25, 2.0),
            slow=(50, 1.2),
            limited=(100, 0.1),
            no_credit=(3, 15.0),
            fault=0.01,
            lost=0.0015,
            stuck=0.001,
            bad=0.005,
        ),
        "fal": Climate(
            seconds=5.0,
            usd=_prices(0.024, 0.05, 0.018, 0.055, 0.04, 0.04, 0.03, 0.004),
            down=(10, 0.9),
            silent=(3, 0.5),
            hanging=(3, 0.4),
            partial=(18, 2.0),
            slow=(25, 1.0),
            limited=(60, 0.1),
            no_credit=(4, 12.0),
            fault=0.008,
            lost=0.0015,
            stuck=0.0007,
            bad=0.005,
        ),
    }
)

LOCAL_OPERATIONS = frozenset({Operation.ERASE, Operation.INPAINT})
"""What this computer can do; the second only without words."""
LOCAL_SECONDS = 2.5
"""The median of an edit on this computer."""
LOCAL_FAULT = 0.001
"""Of its edits, those that end for want of memory."""
