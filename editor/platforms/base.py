"""What every platform offers to the fallback manager."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from editor.domain.attempt import UNKNOWN_COST, Cost, PlatformProgress
from editor.domain.errors import MissingKey, ResultGone
from editor.domain.kinds import Operation
from editor.domain.money import Balance
from editor.domain.outgoing import Outgoing
from editor.domain.request import EditRequest, EditResult
from editor.domain.status import ModelFacts, Refreshed
from editor.domain.vault import Recorder, VaultRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """How many seconds one run may take, where experience tells; None leaves it to the catalogue.

    ``first_sign`` is until the run has left the platform's queue, ``total`` until its pictures are here.
    """

    first_sign: float | None = None
    total: float | None = None


NO_LIMITS = TimeLimits()


async def _any_cost(cost: Cost) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the manager hands to a platform besides the request.

    ``key`` is None for a platform that needs none. ``report`` may be called often and never blocks. ``recorder`` keeps
    on disk what was ordered and what came of it; None where nothing is to be kept. A run beyond ``limits`` is stopped
    as one beyond the catalogue's deadline is. ``afford`` is awaited before each run, with the cost of all runs of the
    call up to and with it; it raises :class:`editor.domain.errors.OverCap` where the user's caps leave no room.
    """

    key: str | None
    report: Callable[[PlatformProgress], None]
    recorder: Recorder | None = None
    limits: TimeLimits = NO_LIMITS
    afford: Callable[[Cost], Awaitable[None]] = _any_cost


class Platform(ABC):
    """A service, or this computer, seen through an adapter. Holds no key and no state of a request."""

    id: ClassVar[str]
    """The word in logs, receipts and on the command line: ``stability``."""
    name: ClassVar[str]
    """The name a person knows: ``Stability AI``."""
    label: ClassVar[str] = ""
    """A plug-in's word for its link in the chain, as it stands in logs and receipts; those of the built-in platforms
    stand in the priority tables."""
    error_prefix: ClassVar[str]
    """How the log's line of a failure begins: ``Stability API error``."""
    needs_key: ClassVar[bool] = True
    key_variables: ClassVar[tuple[str, ...]] = ()
    """Environment variables that may hold the key, in the words shown to the user, best first. Parts of a key that
    come from two variables are joined by a colon: ``FAL_KEY_ID + FAL_KEY_SECRET``."""
    key_scheme: ClassVar[str] = ""
    """The word before the key in the platform's header, which people copy along with it: ``Key``."""
    key_page: ClassVar[str] = ""
    """Where a person gets a key."""
    billing_page: ClassVar[str] = ""
    """Where a person tops up."""

    @classmethod
    def catalogue_text(cls) -> str:
        """The platform's tables as TOML, in the form of the program's ``catalogue.toml``; a plug-in brings its own.

        Empty for a platform that stands in the program's own catalogue.
        """
        return ""

    @abstractmethod
    def model(self, operation: Operation) -> str | None:
        """The catalogue's first model for the operation; None where the platform does not offer it."""

    def models(self, operation: Operation) -> tuple[ModelFacts, ...]:
        """Every model for the operation in the order of trying; empty where the platform does not offer it."""
        return ()

    @abstractmethod
    def why_not(self, request: EditRequest) -> str | None:
        """A sentence why this request can't be served here whatever happens, or None. Cheap; no I/O."""

    @abstractmethod
    async def run(self, request: EditRequest, call: Call) -> EditResult:
        """Serve the request within the catalogue's deadline.

        Raises a :class:`editor.domain.errors.PlatformError` of the kind that fits; every foreign exception has
        been translated. When the running task is cancelled it stops the platform's run where that can be done and
        raises :class:`editor.domain.errors.Cancelled` with what became of it.
        """

    def preview(self, request: EditRequest) -> Outgoing | None:
        """The first order of ``request`` as it would be sent; None where nothing leaves this computer. Blocking.

        Raises Unsupported where it can't be served here.
        """
        return None

    async def collect(
        self, record: VaultRecord, key: str | None, *, known: frozenset[str] = frozenset()
    ) -> tuple[bytes, ...] | None:
        """The pictures of a run that an earlier call began; None while it goes on.

        ``known`` are the references of all other runs in the vault. Raises ResultGone where nothing can come of it any
        more, and another PlatformError where that could not be found out now.
        """
        raise ResultGone(f"{self.name} cannot be asked for a result later. The edit may have been charged.")

    async def check_key(self, key: str) -> str:
        """Ask the platform, free of charge, whether it knows the key; returns a sentence for the user.

        Raises RefusedKey, or another PlatformError where the platform could not be asked.
        """
        raise MissingKey(f"{self.name} needs no key.")

    async def refresh(self, key: str | None) -> Refreshed:
        """Ask the platform, free of charge, what of its models differs from the catalogue; ``key`` where there is one.

        What could not be asked is a note. Raises a PlatformError where nothing could be. No edit needs it.
        """
        return Refreshed()

    async def balance(self, key: str) -> Balance | None:
        """Ask the platform, free of charge, what the account holds; None where it tells nobody.

        Raises a PlatformError where it could not be asked now.
        """
        return None

    def expected_cost(self, operation: Operation) -> Cost:
        """What the operation will cost as far as the catalogue knows."""
        return UNKNOWN_COST

    def quote(self, request: EditRequest) -> Cost:
        """What ``request`` will probably cost here, all of its runs together. Cheap; no I/O."""
        return self.expected_cost(request.operation)

    def quotes(self, request: EditRequest) -> tuple[Cost, ...]:
        """The same for each model that may serve it, in the order of trying: one stands in for another that is gone.

        Empty where none may.
        """
        return () if self.model(request.operation) is None else (self.quote(request),)

    def expected_seconds(self, request: EditRequest, pixels: int) -> float | None:
        """How long an edit of so many masked pixels will take, or None where only experience can tell."""
        return None

    @property
    def changed_address(self) -> str | None:
        """The base address where the user replaced it, for the panel."""
        return None
