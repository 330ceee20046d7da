"""What windows and the command line talk to: open, edit, save, keys, states. Qt-free.

The heavy rooms (HTTP, pictures, OpenCV) are loaded when they are first needed, not when a session is made: a window is
on the screen before them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

from editor import __version__
from editor.domain.attempt import FREE, UNKNOWN_COST, Attempt, JobEvent, Link
from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, Cancelled, InputError
from editor.domain.history import Dirty
from editor.domain.kinds import CancelEnding, CostSource, Operation, OperationType
from editor.domain.layer import Layer
from editor.domain.receipt import Receipt, ServedBy
from editor.domain.status import KeySource, PlatformStatus, Standing
from editor.fallback.health import Health
from editor.fallback.manager import DEFAULT_CYCLES, FallbackManager, Served
from editor.fallback.selection import DEFAULT_TABLES, LOCAL, chain_of
from editor.fallback.standing import all_statuses
from editor.fallback.telling import estimate_words, served_sentence
from editor.imaging.picture import Picture
from editor.platforms.base import Platform

if TYPE_CHECKING:
    from editor.operations.erase import Blended, EraseInput


T = TypeVar("T")


class MaskEdge(TypedDict):
    """How the effective mask differs from the painted one, in pixels."""

    grow: int
    feather: int


class Settings(Protocol):
    """Remembered values by name."""

    def get(self, name: str, default: Any) -> Any:
        """The value of ``name``, or ``default``."""
        ...

    def set(self, name: str, value: Any) -> None:
        """Remember a value."""
        ...


class KeyStore(Protocol):
    """Where keys are kept and come from."""

    def known(self, platform: str) -> KeySource:
        """Where the key comes from as far as that is known without waiting."""
        ...

    async def get(self, platform: str) -> str | None:
        """The key, or None."""
        ...

    async def set(self, platform: str, key: str) -> KeySource:
        """Keep a key; the answer says where."""
        ...

    async def delete(self, platform: str) -> bool:
        """Remove a kept key; False where there was none."""
        ...

    async def refresh(self) -> None:
        """Ask the keyring which keys it holds."""
        ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """The heavy parts of a session, built when they are first needed."""

    platforms: Mapping[str, Platform]
    table: tuple[Link, ...]
    manager: FallbackManager
    health: Health
    keys: KeyStore
    close: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PreparedEdit:
    """An edit as it was when the button was pressed; later strokes do not change it."""

    document: Document
    operation: Operation
    source: EraseInput
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedEdit:
    """A served edit, ready to be laid over the picture; ``sentence`` says who did it, in how long, for how much."""

    prepared: PreparedEdit
    blended: Blended
    receipt: Receipt
    sentence: str

    @property
    def document(self) -> Document:
        """The document that was edited."""
        return self.prepared.document

    @property
    def layer(self) -> Layer:
        """The result."""
        return self.blended.layer


class Session:
    """One run of the program.

    ``chain`` fixes the platforms by name (a command line's ``--platforms``); without it the user's settings decide.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        build_services: Callable[[], Services],
        sample: Path,
        chain: Sequence[str] | None = None,
        cycles: int = DEFAULT_CYCLES,
    ) -> None:
        self.settings = settings
        self.sample_path = sample
        self._build_services = build_services
        self._services: Services | None = None
        self._building = threading.Lock()
        self._fixed_chain = chain
        self._cycles = cycles

    @property
    def services(self) -> Services:
        """The heavy parts; the first call builds them and takes a moment."""
        with self._building:
            if self._services is None:
                self._services = self._build_services()
            return self._services

    async def warm_up(self) -> None:
        """Build the heavy parts and ask the keyring, away from the UI thread."""
        services = await run_blocking(lambda: self.services)
        await services.keys.refresh()

    async def close(self) -> None:
        """End the engine's process and close connections."""
        if self._services is not None:
            await self._services.close()

    # Pictures

    def open_picture(self, path: Path) -> Picture:
        """Read a picture file. Blocks. Raises InputError."""
        from editor.storage.picture_reader import read_picture

        return Picture.of(read_picture(path, **self._mask_edge()))

    def picture_from_pixels(self, pixels: Any, name: str) -> Picture:
        """A new picture from (height, width, 4) uint8 blue green red alpha, for paste. Blocks."""
        return Picture.of(Document(pixels, name=name, **self._mask_edge()))

    def open_sample(self) -> Picture:
        """The sample photo with a mask over a thing that can be erased. Blocks."""
        from editor.storage.picture_reader import read_mask, read_picture

        document = read_picture(self.sample_path, **self._mask_edge())
        mask = self.sample_path.with_name(f"{self.sample_path.stem}-mask.png")
        paint_mask(document, read_mask(mask, document.size))
        return Picture.of(document)

    def save_picture(self, document: Document, path: Path) -> tuple[str, ...]:
        """Write the picture as it is now; the format follows the extension. Blocks.

        Painting may go on meanwhile. Returns sentences about what the format could not hold. Raises InputError.
        """
        from editor.storage.picture_writer import save_picture

        with document.pixels.snapshot() as snapshot:
            return save_picture(snapshot, path, metadata=document.metadata)

    def _mask_edge(self) -> MaskEdge:
        return {"grow": self.settings.get("grow", 4), "feather": self.settings.get("feather", 6)}

    # Edits

    def prepare_erase(self, document: Document, *, seed: int | None = None) -> PreparedEdit:
        """Take what an erase needs, without copying it. Raises InputError where nothing is masked."""
        from editor.operations.erase import begin_erase

        source = begin_erase(document, seed=seed)
        return PreparedEdit(document=document, operation=Operation.ERASE, source=source, seed=seed)

    async def run_edit(self, prepared: PreparedEdit, on_event: Callable[[JobEvent], None], job: str) -> FinishedEdit:
        """Serve a prepared edit from the chain.

        Raises AllPlatformsFailed or Cancelled, both with every attempt. ``on_event`` is called on this loop.
        """
        from editor.operations.erase import build_request, commit

        served: Served | None = None
        try:
            services = await run_blocking(lambda: self.services)
            request = await run_blocking(lambda: build_request(prepared.source))
            served = await services.manager.run(
                request, chain=self.chain(services), job=job, on_event=on_event, cycles=self._cycles
            )
            blended = await _to_the_end(run_blocking(lambda: commit(request, served.result, prepared.source)))
        except BaseException as error:
            prepared.source.close()
            if isinstance(error, asyncio.CancelledError):
                raise _cancelled(served) from None
            raise
        sentence = served_sentence(served.attempts, lambda platform: services.platforms[platform].name)
        receipt = receipt_of(prepared.operation, served)
        return FinishedEdit(prepared=prepared, blended=blended, receipt=receipt, sentence=sentence)

    def erase_estimate(self, pixels: int) -> str:
        """Likely price and time of erasing so many pixels on the link that would be tried first, or "" if unknown.

        ``About $0.05 · 6 s``, ``Free · about 3 s``.
        """
        services = self._services
        ready = [row for row in self.platform_statuses() if row.standing in (Standing.READY, Standing.SERVING)]
        if services is None or not ready:
            return ""
        order = [link.platform for link in self.chain(services)]
        first = min(ready, key=lambda row: order.index(row.platform))
        platform = services.platforms[first.platform]
        seconds = platform.expected_seconds(pixels) if first.median_seconds is None else first.median_seconds
        return estimate_words(platform.expected_cost(Operation.ERASE), seconds)

    def attach(self, finished: FinishedEdit) -> Dirty:
        """Lay a finished edit over its document as one undoable step."""
        from editor.operations.erase import present_blend

        document, layer, source = finished.document, finished.layer, finished.prepared.source
        pixels = present_blend(document, finished.blended, source)
        source.close()
        document.attach(layer, pixels, label=finished.receipt.operation.caption, receipt=finished.receipt)
        return Dirty(pixels=layer.rect)

    # Platforms and keys

    @property
    def local_only(self) -> bool:
        """Whether pictures stay on this computer."""
        return bool(self.settings.get("local_only", False))

    @local_only.setter
    def local_only(self, value: bool) -> None:
        self.settings.set("local_only", value)

    def require_chain(self) -> None:
        """Raise InputError where the platforms named for this session are not all known."""
        if self._fixed_chain is not None:
            chain_of(self._fixed_chain, DEFAULT_TABLES[OperationType.IMAGE_EDITING])

    def chain(self, services: Services) -> tuple[Link, ...]:
        """The links of an image edit, in the order of trying."""
        if self._fixed_chain is not None:
            return chain_of(self._fixed_chain, services.table)
        if self.local_only:
            return chain_of([LOCAL], services.table)
        names = self.settings.get("chain", [])
        try:
            return chain_of(names, services.table) if names else services.table
        except InputError:
            return services.table  # a hand-edited settings file; the default order serves

    def platform_statuses(self) -> tuple[PlatformStatus, ...]:
        """A row a platform; empty until the heavy parts are there."""
        services = self._services
        if services is None:
            return ()
        return all_statuses(
            services.table,
            self.chain(services),
            platforms=services.platforms,
            health=services.health,
            key_source=services.keys.known,
        )

    def topped_up(self, platform: str) -> None:
        """The user says that something was mended: the next edit tries the platform again."""
        self.services.health.forget(platform)

    async def keys_set(self, platform: str, key: str) -> KeySource:
        """Keep a key; the answer says whether the keyring took it. Raises InputError for a malformed key."""
        services = await run_blocking(lambda: self.services)
        source = await services.keys.set(platform, key)
        services.health.forget(platform)
        return source

    async def keys_test(self, platform: str, key: str | None = None) -> str:
        """Ask the platform whether it knows the key; returns a sentence. Raises PlatformError."""
        from editor.domain.errors import MissingKey
        from editor.fallback.attempts import how_to_give_a_key

        services = await run_blocking(lambda: self.services)
        adapter = services.platforms[platform]
        key = key or await services.keys.get(platform)
        if key is None:
            raise MissingKey(how_to_give_a_key(adapter))
        return await adapter.check_key(key)

    async def keys_delete(self, platform: str) -> bool:
        """Remove a kept key; False where there was none."""
        services = await run_blocking(lambda: self.services)
        return await services.keys.delete(platform)


def _cancelled(served: Served | None) -> Cancelled:
    """What a cancelling outside the manager came to: before it nothing was sent, after it a platform had served."""
    if served is None:
        return Cancelled(CancelEnding.STOPPED)
    return Cancelled(CancelEnding.ALREADY_DONE, served.attempts)


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns, though the waiting task is cancelled once: a result that was paid for is not thrown
    away in the last moment. A second cancelling goes through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        return await task


def paint_mask(document: Document, mask: Any) -> None:
    """Set a document's mask, (height, width) uint8, and its effective mask; not a step of the history."""
    from editor.imaging.effective_mask import refresh_all

    document.mask.write(document.rect, mask)
    refresh_all(document)


def receipt_of(operation: Operation, served: Served) -> Receipt:
    """The receipt of a served edit."""
    result = served.result
    return Receipt(
        operation=operation,
        operation_type=operation.operation_type,
        served_by=ServedBy(served.link.platform, served.link.label, result.model, result.request_id),
        attempts=served.attempts,
        seed=result.seed,
        cost=result.cost,
        metrics=result.metrics,
        way=result.way,
        notes=result.notes,
        app_version=__version__,
    )


def receipt_of_failure(operation: Operation, error: AllPlatformsFailed | Cancelled) -> Receipt:
    """The receipt of an edit that nobody served."""
    charged = any(attempt.cost.source is CostSource.UNKNOWN for attempt in error.attempts)
    return Receipt(
        operation=operation,
        operation_type=OperationType(operation.operation_type),
        served_by=None,
        attempts=tuple[Attempt, ...](error.attempts),
        seed=None,
        cost=UNKNOWN_COST if charged else FREE,
        app_version=__version__,
        error=error.message,
    )
