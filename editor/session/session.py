"""The session: one run of the program, behind a window or a command.

The heavy rooms (HTTP, pictures, OpenCV) are loaded when they are first needed, not when a session is made: a window is
on the screen before them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from editor.domain.attempt import JobEvent, Link
from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.history import Dirty, HistoryEntry
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.outgoing import Outgoing
from editor.domain.status import PlatformStatus
from editor.fallback.ordering import Decision, OrderSettings
from editor.fallback.standing import all_statuses
from editor.imaging.picture import Picture
from editor.operations.registry import operation_of
from editor.session.autosave import Autosave, KeptOpen
from editor.session.chains import Chains, require_left
from editor.session.edits import FinishedEdit, PreparedEdit, attach, serve
from editor.session.estimate import estimate, sketches, with_worst
from editor.session.exporting import Exports
from editor.session.face_off import FinishedFaceOff, Offer, face_off, offers_of, require_comparable
from editor.session.keys import Keys
from editor.session.model_downloads import ModelDownloads
from editor.session.models import (
    ListedModel,
    RefreshedModels,
    listed_models,
    refreshed_by_platform,
    require_models,
    with_news,
)
from editor.session.money import Money
from editor.session.ordering import order_settings
from editor.session.pictures import Pictures
from editor.session.results import Results
from editor.session.room import room_of
from editor.session.rules import cycles_of, parallel_jobs_of, request_rules
from editor.session.selecting import Selecting
from editor.session.services import Services, Settings
from editor.session.why_words import why_lines


class Session:
    """One run of the program.

    ``recovery`` is the folder in which open pictures outlive a crash; without it they do not. ``model_downloads`` are
    the engine's own models.
    ``chain`` fixes the platforms by name (a command line's ``--platforms``), ``cycles`` the rounds through them;
    without them the user's settings decide.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        build_services: Callable[[], Services],
        sample: Path,
        recovery: Path | None = None,
        model_downloads: ModelDownloads | None = None,
        chain: Sequence[str] | None = None,
        cycles: int | None = None,
    ) -> None:
        self.settings = settings
        self._build_services = build_services
        self._services: Services | None = None
        self._building = threading.Lock()
        self.chains = Chains(settings, fixed=chain)
        """Which platforms edits may use, and in which order."""
        self._kept = KeptOpen(recovery)
        self.pictures = Pictures(settings, self.chains, sample=sample, recovery=self._kept.get)
        self.exports = Exports()
        self.autosave = Autosave(self._kept)
        self._cycles = cycles
        self.keys = Keys(lambda: self.services)
        self.money = Money(lambda: self.services, built=lambda: self._services, local_only=lambda: self.local_only)
        self.model_downloads = model_downloads
        """The engine's models; None where none can be fetched."""
        self.selecting = Selecting(lambda: self.services)
        self.results = Results(lambda: self.services, settings, local_only=lambda: self.local_only)

    @property
    def services(self) -> Services:
        """The heavy parts; the first call builds them and takes a moment."""
        with self._building:
            if self._services is None:
                self._services = self._build_services()
            return self._services

    async def warm_up(self) -> None:
        """Build the heavy parts, ask the keyring, and read what earlier edits have taught, away from the UI thread."""
        services = await run_blocking(lambda: self.services)
        await services.keys.refresh()
        await services.ordering.recall()

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about plug-ins and files of the user that had to be left out; empty before the heavy parts."""
        return () if self._services is None else self._services.notices

    async def close(self) -> None:
        """End the engine's process, close connections, and let go of what was kept for a crash."""
        if self.model_downloads is not None:
            await self.model_downloads.close()
        await run_blocking(self._kept.close)
        if self._services is not None:
            await self._services.close()

    # Edits

    def prepare(
        self,
        operation: Operation,
        document: Document,
        options: EditOptions | None = None,
        *,
        without: Sequence[str] = (),
    ) -> PreparedEdit:
        """Take what an edit needs, without copying it; platforms named in ``without`` are not asked. Raises InputError,
        with the remedy, where something is missing: a mask, words, a size."""
        source = operation_of(operation).begin(document, options or EditOptions())
        return PreparedEdit(document=document, source=source, without=tuple(without))

    def prepare_each(
        self, operation: Operation, document: Document, options: EditOptions, *, without: Sequence[str] = ()
    ) -> tuple[PreparedEdit, ...]:
        """As :meth:`prepare`, an edit for each separate area of the mask where ``options.areas`` has it so."""
        from editor.session.areas import prepare_each

        return prepare_each(operation, document, options, without=without)

    def prepare_again(self, document: Document, entry: HistoryEntry, *, without: Sequence[str] = ()) -> PreparedEdit:
        """Take what the edit of a step began with, to run it once more; as :meth:`prepare`. Raises InputError where
        the step is no edit, or what it began with is not kept."""
        from editor.session.again import prepare_again

        return prepare_again(document, entry, without=without)

    async def run_edit(self, prepared: PreparedEdit, on_event: Callable[[JobEvent], None], job: str) -> FinishedEdit:
        """Serve a prepared edit from the chain.

        Raises AllPlatformsFailed or Cancelled, both with every attempt. ``on_event`` is called on this loop.
        """
        return await serve(
            prepared,
            lambda: self.services,
            chain_of=lambda services: self._ordered(services, prepared),
            on_event=on_event,
            job=job,
            cycles=cycles_of(self.settings) if self._cycles is None else self._cycles,
            rules=request_rules(self.settings),
        )

    async def outgoing(self, *edits: PreparedEdit) -> tuple[Outgoing, ...]:
        """What each edit would send first to each platform of its chain, in the order of trying; nothing is sent."""
        from editor.session.outgoing import outgoing_orders

        services = await run_blocking(lambda: self.services)
        chains = [(prepared, self._ordered(services, prepared)) for prepared in edits]
        return await run_blocking(lambda: outgoing_orders(services, chains))

    async def face_off(
        self, prepared: PreparedEdit, platforms: Sequence[str], on_event: Callable[[JobEvent], None], job: str
    ) -> FinishedFaceOff:
        """Have a prepared edit served by each of ``platforms``, two or more of the chain's, at once.

        Raises InputError for other names, and otherwise as :meth:`run_edit`.
        """
        return await face_off(
            prepared,
            lambda: self.services,
            links_of=lambda services: require_comparable(platforms, self._links(services, prepared)),
            on_event=on_event,
            job=job,
            rules=request_rules(self.settings),
        )

    def face_off_offers(self, operation: Operation, options: EditOptions) -> tuple[Offer, ...]:
        """The platforms that could be compared, with prices, in the user's order; loads the heavy parts."""
        return offers_of(self.why(operation), options, self.services.platforms)

    @property
    def parallel_jobs(self) -> int:
        """How many edits run at once; others wait for their turn."""
        return parallel_jobs_of(self.settings)

    def estimate(self, operation: Operation, options: EditOptions, picture: Picture) -> str:
        """Likely price and time of an edit on the link that would be tried first, and its price at worst, or "".

        ``About $0.05 · 6 s · at worst about $0.14``, ``Free · about 3 s``.
        """
        services = self._services
        if services is None:
            return ""
        document, rows = picture.document, self.platform_statuses(operation)
        chain = self.chains.links(services.table, operation, stays_here=document.stays_here)
        order = services.ordering.why(
            operation, chain, self._order_settings, platforms=services.platforms, statuses=rows
        ).after
        by_name = {row.platform: row for row in rows}
        return estimate(
            sketches(operation, options, picture, room=room_of(services.platforms, order, operation)),
            round(picture.coverage * document.rect.area) if operation.masked else document.rect.area,
            statuses=[by_name[name] for name in order],
            platforms=services.platforms,
            at_once=self.parallel_jobs,
            cap=services.edit_cap,
        )

    def attach(self, finished: FinishedEdit) -> Dirty:
        """Lay a finished edit over its document as one undoable step; ValueError where it has another size."""
        return attach(finished)

    # Platforms and keys

    def require_chain(self) -> None:
        """Raise InputError where the platforms named for this session are not all known; loads the heavy parts then."""
        if self.chains.is_fixed:
            self.chains.links(self.services.table)

    @property
    def local_only(self) -> bool:
        """Whether all pictures stay on this computer."""
        return self.chains.local_only

    @local_only.setter
    def local_only(self, value: bool) -> None:
        self.chains.local_only = value

    def _links(self, services: Services, prepared: PreparedEdit) -> tuple[Link, ...]:
        """The links that a prepared edit may use, in the user's order."""
        stays_here = prepared.document.stays_here
        links = self.chains.links(services.table, prepared.operation, stays_here=stays_here)
        return require_left(links, without=prepared.without)

    def _ordered(self, services: Services, prepared: PreparedEdit) -> tuple[Link, ...]:
        """The same, in the order in which they are tried."""
        chain = self._links(services, prepared)
        return services.ordering.links(prepared.operation, chain, self._order_settings, platforms=services.platforms)

    @property
    def _order_settings(self) -> OrderSettings:
        """A chain that was named for this session is taken as it is."""
        return OrderSettings() if self.chains.is_fixed else order_settings(self.settings)

    def why(self, operation: Operation, *, without: Sequence[str] = ()) -> Decision:
        """Who would serve ``operation`` now, as if ``without`` were down, with the reasons; runs nothing.

        Raises InputError for a platform that is not in the chain.
        """
        services = self.services
        decision = services.ordering.why(
            operation,
            self.chains.links(services.table, operation),
            self._order_settings,
            platforms=services.platforms,
            statuses=self.platform_statuses(operation),
            without=without,
        )
        return with_worst(decision, services.platforms, cap=services.edit_cap)

    def why_words(self, operation: Operation) -> str:
        """The same as text; "" before the heavy parts."""
        if self._services is None:
            return ""
        names = {name: platform.name for name, platform in self._services.platforms.items()}
        return "\n".join(why_lines(self.why(operation), names))

    def order(self, operation: Operation | None = None) -> tuple[str, ...]:
        """The platforms in the user's order, those that are switched off too; empty before the heavy parts."""
        return () if self._services is None else self.chains.order(self._services.table, operation)

    def forget_experience(self, operation: Operation | None = None) -> None:
        """Forget what edits have taught of platforms, of one operation or of all."""
        if self._services is not None:
            self._services.ordering.reset(operation)

    def platform_statuses(self, operation: Operation | None = None) -> tuple[PlatformStatus, ...]:
        """A row a platform, for ``operation`` or over all of them; empty until the heavy parts are there."""
        services = self._services
        if services is None:
            return ()
        return all_statuses(
            services.table,
            self.chains.links(services.table, operation),
            platforms=services.platforms,
            health=services.health,
            key_source=services.keys.known,
            operation=operation,
        )

    def models(self, operation: Operation | None = None) -> tuple[ListedModel, ...]:
        """Every model of every platform, for one operation or all, and how it stands; loads the heavy parts."""
        services = self.services
        return tuple(listed_models(self.platform_statuses(), services.platforms, operation))

    async def refresh_models(self, operation: Operation | None = None) -> RefreshedModels:
        """The same, after every platform was asked what changed since the catalogue was written; never fails."""
        services = await run_blocking(lambda: self.services)
        refreshed = await refreshed_by_platform(services.platforms, services.keys.get)
        return with_news(self.models(operation), refreshed)

    def require_models(self, operation: Operation, models: Mapping[str, str]) -> None:
        """Raise InputError where ``models``, names by platform, are not all known; loads the heavy parts if any."""
        if models:
            require_models(operation, models, self.services.platforms)

    def topped_up(self, platform: str) -> None:
        """The user says that something was mended: the next edit tries the platform again."""
        self.services.health.forget(platform)
