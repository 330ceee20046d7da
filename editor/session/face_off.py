"""One edit on several platforms on purpose: each works by itself, and what they make stands side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from editor.domain.attempt import Attempt, JobEvent, JobStarted, Link, total_cost
from editor.domain.blocking import run_blocking
from editor.domain.errors import AllPlatformsFailed, BadResult, Cancelled, EditorError, InputError
from editor.domain.kinds import CancelEnding, Outcome
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest
from editor.fallback.manager import Served
from editor.fallback.ordering import Decision
from editor.fallback.policy import Rules, ending_of, worst_ending
from editor.fallback.selection import chain_of
from editor.fallback.telling import served_sentence
from editor.operations.base import EditOperation
from editor.operations.registry import operation_of
from editor.platforms.base import Platform
from editor.session.edits import FinishedEdit, PreparedEdit, finished_edit, to_the_end
from editor.session.keeping import Keeping
from editor.session.room import room_of
from editor.session.services import Services

log = logging.getLogger(__name__)

FEWEST = 2
"""Platforms in a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedFaceOff:
    """What came of a comparison: a candidate of each platform that served, and the attempts of those that did not, both
    in the order in which the platforms were named."""

    prepared: PreparedEdit
    candidates: tuple[FinishedEdit, ...]
    failed: tuple[AllPlatformsFailed, ...] = ()

    @property
    def sentence(self) -> str:
        """How many served, and what they cost together; of a single one what it took for it."""
        if len(self.candidates) == 1:
            return self.candidates[0].sentence
        cost = total_cost(*(candidate.receipt.cost for candidate in self.candidates))
        money = "prices unknown" if cost.usd is None else replace(cost, credits=None).words
        return f"{len(self.candidates)} platforms finished the edit, {money} together."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A platform that could take part: its price in US dollars (None where it is not known, 0 for this computer) and
    why it cannot take part now, or ""."""

    platform: str
    name: str
    usd: float | None
    obstacle: str = ""


def require_comparable(names: Sequence[str], chain: Sequence[Link]) -> tuple[Link, ...]:
    """The links of ``chain`` called ``names``; raises InputError for fewer than two, and for one that is unknown, named
    twice or not in the chain."""
    links = chain_of(names, chain)
    if len(links) < FEWEST:
        raise InputError("Name two platforms or more to compare, such as stability,replicate.")
    return links


def offers_of(decision: Decision, options: EditOptions, platforms: Mapping[str, Platform]) -> tuple[Offer, ...]:
    """Every platform of ``decision`` with its price, in the user's order."""
    facts = {link.platform: link for link in decision.links}
    return tuple(
        Offer(
            platform=name,
            name=platforms[name].name,
            usd=facts[name].price_usd if platforms[name].needs_key else 0.0,
            obstacle=facts[name].obstacle or _without_words(platforms[name], options),
        )
        for name in decision.before
    )


def _without_words(platform: Platform, options: EditOptions) -> str:
    if platform.needs_key or not options.prompt.strip():
        return ""
    return f"{platform.name} cannot follow words."


async def face_off(
    prepared: PreparedEdit,
    load_services: Callable[[], Services],
    *,
    links_of: Callable[[Services], Sequence[Link]],
    on_event: Callable[[JobEvent], None],
    job: str,
    rules: Rules,
) -> FinishedFaceOff:
    """Have ``prepared`` served by every link at once; one that fails does not end the others.

    Each has a record of its own in the vault. All count as one edit where the user has capped what an edit may cost.
    Raises AllPlatformsFailed where none served, and Cancelled with the ending that may have cost most; both with every
    attempt, those of the platform named first before the next one's.
    """
    source = prepared.source
    runs: tuple[_Run, ...] = ()
    try:
        services = await run_blocking(load_services)
        links = links_of(services)
        operation = operation_of(prepared.operation)
        room = room_of(services.platforms, (link.platform for link in links), prepared.operation)
        request = await run_blocking(lambda: operation.build_request(source, room=room))
        on_event(JobStarted(job=job, operation_type=request.operation_type, links=tuple(links)))
        play = _Play(prepared, operation, request, services, on_event, job, rules)
        runs = tuple(_Run(play, link) for link in links)
        await _all_ended(runs)
        return _outcome(prepared, runs)
    except BaseException as error:
        source.close()
        if isinstance(error, asyncio.CancelledError):
            raise Cancelled(CancelEnding.STOPPED) from None
        raise


@dataclass(frozen=True, slots=True, eq=False)
class _Play:
    """What all runs of one comparison share."""

    prepared: PreparedEdit
    operation: EditOperation
    request: EditRequest
    services: Services
    on_event: Callable[[JobEvent], None]
    job: str
    rules: Rules
    account: str = field(default_factory=lambda: Keeping(document="").job)

    def tell(self, event: JobEvent) -> None:
        """Pass on what a platform does; that the whole has begun is said once."""
        if not isinstance(event, JobStarted):
            self.on_event(event)


@dataclass(slots=True, eq=False)
class _Run:
    """One platform's part, and how it ended: with ``finished``, or with ``error``."""

    play: _Play
    link: Link
    attempts: tuple[Attempt, ...] = ()
    finished: FinishedEdit | None = None
    error: Exception | None = None
    ending: CancelEnding | None = None

    async def carry_out(self) -> None:
        """Never fails, not even when it is cancelled."""
        play = self.play
        keeping = Keeping(document=play.prepared.document.name, vault=play.services.vault)
        served: Served | None = None
        try:
            served = await self._served(keeping)
            self.attempts = served.attempts
            self.finished = await to_the_end(self._committed(served, keeping))
        except asyncio.CancelledError:
            self.ending = CancelEnding.STOPPED if served is None else CancelEnding.ALREADY_DONE
            await keeping.failed(Cancelled(self.ending))
        except Cancelled as error:
            self.attempts, self.ending = error.attempts, error.ending
            await keeping.failed(error)
        except EditorError as error:
            self._note_failure(error)
            await keeping.failed(AllPlatformsFailed(play.request.operation_type, self.attempts))
        except Exception as error:
            # A fault of ours in one run must not take the others' candidates away from the user.
            log.exception("Unexpected fault while %s took part in a comparison", self.link.platform)
            self.error = error
            await keeping.failed(error)
        play.services.ordering.note(play.prepared.operation, self.attempts)

    async def _served(self, keeping: Keeping) -> Served:
        play = self.play
        return await play.services.manager.run(
            play.request,
            chain=(self.link,),
            job=play.job,
            on_event=play.tell,
            cycles=1,
            recorder=keeping.recorder,
            account=play.account,
            rules=play.rules,
        )

    async def _committed(self, served: Served, keeping: Keeping) -> FinishedEdit:
        play = self.play
        source = play.prepared.source
        results = await run_blocking(lambda: play.operation.commit(play.request, served.result, source))
        platforms = play.services.platforms
        sentence = served_sentence(served.attempts, lambda platform: platforms[platform].name)
        return finished_edit(play.prepared, served, results=results, sentence=sentence, kept_as=keeping.job)

    def _note_failure(self, error: EditorError) -> None:
        self.error = error
        if isinstance(error, AllPlatformsFailed):
            self.attempts = error.attempts
        elif isinstance(error, BadResult) and self.attempts:
            # The platform has served, and its picture cannot be laid in.
            last = replace(self.attempts[-1], outcome=Outcome.BAD_RESULT, message=error.message)
            self.attempts = (*self.attempts[:-1], last)

    @property
    def is_fault(self) -> bool:
        """Whether it ended on a fault of the program's own, which no attempt tells."""
        return self.error is not None and not isinstance(self.error, AllPlatformsFailed | BadResult)


async def _all_ended(runs: Sequence[_Run]) -> None:
    """Wait until every run has ended; a cancelling goes to each of them, and is passed on as :class:`Cancelled`."""
    tasks = [asyncio.ensure_future(run.carry_out()) for run in runs]
    cancelled = False
    while not all(task.done() for task in tasks):
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            cancelled = True
            for task in tasks:
                task.cancel()
    if cancelled:
        await _let_go(runs)
        raise Cancelled(worst_ending([_ending(run) for run in runs]), _attempts(runs))


async def _let_go(runs: Sequence[_Run]) -> None:
    """Leave the candidates that had come to the vault, which offers them."""
    for run in runs:
        if run.finished is not None:
            keeping = Keeping(
                document=run.play.prepared.document.name, vault=run.play.services.vault, job=run.finished.kept_as
            )
            await keeping.failed(Cancelled(CancelEnding.ALREADY_DONE))


def _ending(run: _Run) -> CancelEnding:
    if run.finished is not None:
        return CancelEnding.ALREADY_DONE
    return ending_of(run.attempts) if run.ending is None else run.ending


def _attempts(runs: Sequence[_Run]) -> tuple[Attempt, ...]:
    return tuple(attempt for run in runs for attempt in run.attempts)


def _outcome(prepared: PreparedEdit, runs: Sequence[_Run]) -> FinishedFaceOff:
    candidates = tuple(run.finished for run in runs if run.finished is not None)
    operation_type = prepared.operation.operation_type
    if not candidates:
        fault = next((run.error for run in runs if run.is_fault), None)
        if fault is not None:
            raise fault
        raise AllPlatformsFailed(operation_type, _attempts(runs))
    failed = tuple(AllPlatformsFailed(operation_type, run.attempts) for run in runs if run.finished is None)
    return FinishedFaceOff(prepared=prepared, candidates=candidates, failed=failed)
