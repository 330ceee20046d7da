"""How a platform stands, as the panel and the command line show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from editor.domain.attempt import UNKNOWN_COST, Cost
from editor.domain.kinds import Operation, UpscaleMode, Way


class Standing(StrEnum):
    """The state of a platform, for one operation or over all of them."""

    READY = "ready"
    """It answered well lately."""
    SLOW = "slow"
    """It answered well lately, and took far longer than it used to."""
    UNKNOWN = "unknown"
    """Nothing is known, or what is known is too old to be relied on."""
    SERVING = "serving"
    LIMITED = "limited"
    OUT_OF_CREDIT = "out_of_credit"
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    FAILING = "failing"
    OFF = "off"

    @property
    def words(self) -> str:
        """As in the panel: ``Out of credits``."""
        return _WORDS[self]


_WORDS = {
    Standing.READY: "Ready",
    Standing.SLOW: "Slow",
    Standing.UNKNOWN: "Not asked lately",
    Standing.SERVING: "Serving",
    Standing.LIMITED: "Limited",
    Standing.OUT_OF_CREDIT: "Out of credits",
    Standing.NO_KEY: "No key",
    Standing.KEY_REFUSED: "Key refused",
    Standing.FAILING: "Failing",
    Standing.OFF: "Off",
}


class KeySource(StrEnum):
    """Where a platform's key comes from."""

    NONE = "none"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    SESSION = "session"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformStatus:
    """One row of the Platforms panel.

    ``retry_in`` is the number of seconds until the platform is tried again, or None; ``message`` the last failure
    in words or "", ``failures`` how many calls failed in a row, ``age`` the seconds since the platform last answered
    (None before it did), ``relied_on`` how long an answer counts. ``served`` and ``failed`` count this session's
    attempts, ``median_seconds`` is over the served ones, ``spent_usd`` is this session's money (None where a cost is
    unknown). ``address`` is the base address where the user replaced it.
    """

    platform: str
    name: str
    label: str
    model: str
    standing: Standing
    retry_in: float | None = None
    message: str = ""
    failures: int = 0
    age: float | None = None
    relied_on: float = 300.0
    served: int = 0
    failed: int = 0
    median_seconds: float | None = None
    spent_usd: float | None = 0.0
    key_source: KeySource = KeySource.NONE
    key_variables: tuple[str, ...] = ()
    key_page: str = ""
    billing_page: str = ""
    address: str | None = None

    @property
    def words(self) -> str:
        """The state: ``Out of credits``, ``Failing (3)``, ``Not tried yet``."""
        if self.standing is Standing.UNKNOWN and self.age is None:
            return "Not tried yet"
        if self.standing is Standing.FAILING and self.failures > 1:
            return f"{self.standing.words} ({self.failures})"
        return self.standing.words


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One model that a platform has for an operation, as the catalogue knows it.

    ``price`` is in words (``about $0.05 per image``) and ``price_date`` an ISO date or ""; ``modes`` are those of an
    enlargement that the model offers. ``gone`` is why it was found not to be there any more, or "". ``cost`` is that of
    one result of a megapixel at most. ``most_side`` and ``most_pixels`` are what it takes without the picture being
    made smaller, None where nothing is known.
    """

    platform: str
    operation: Operation
    name: str
    endpoint: str
    way: Way
    price: str
    price_date: str = ""
    official: bool = True
    modes: tuple[UpscaleMode, ...] = ()
    gone: str = ""
    cost: Cost = UNKNOWN_COST
    most_side: int | None = None
    most_pixels: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNews:
    """What a platform says of one of its models now, where that differs from the catalogue.

    ``notes`` are sentences, empty where all is as the catalogue has it; ``gone`` is why the model is not there any
    more, or "".
    """

    operation: Operation
    name: str
    notes: tuple[str, ...] = ()
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a platform said when it was asked about its models.

    ``models`` holds those that it spoke of, changed or not; ``notes`` are sentences about the platform as a whole: a
    balance, or what could not be asked.
    """

    models: tuple[ModelNews, ...] = ()
    notes: tuple[str, ...] = ()
