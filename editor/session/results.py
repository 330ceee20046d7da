"""Results that were paid for: what the vault holds of them, getting what is owed, and bringing them back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from editor.domain.blocking import run_blocking
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.vault import RecordState, Vault, VaultRecord, VaultUnavailable
from editor.fallback.collector import LOOKS, Found
from editor.session.keeping import Keeping
from editor.session.kept_result import KeptResult, grouped
from editor.session.services import Services, Settings
from editor.session.vault_bounds import Excess, VaultLimits, excess_of

if TYPE_CHECKING:
    from editor.session.edits import FinishedEdit
    from editor.session.laying_back import Landing, Opened

LOCAL_ONLY = "“Local only” is on, and collecting asks the platforms. Switch it off first."
GONE = "This result is not kept any more."


class Results:
    """The vault behind a window or a command.

    Nothing in it is deleted but by :meth:`discard`. A delivered result stays until then, too: the picture that it was
    laid into may be lost before it is saved. Where nothing is kept, everything here is empty. Every awaitable but
    :meth:`landed` raises VaultUnavailable.
    """

    def __init__(
        self,
        load_services: Callable[[], Services],
        settings: Settings,
        *,
        local_only: Callable[[], bool],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._load_services = load_services
        self._settings = settings
        self._local_only = local_only
        self._now = now

    # What there is

    async def undelivered(self) -> tuple[VaultRecord, ...]:
        """Every record that is not delivered: runs that platforms may still owe, fetched pictures, and those that were
        given up, the oldest first. A search that has ended is left out: it found a mask, and nothing to deliver."""
        vault = await self._vault()
        records = () if vault is None else await vault.records()
        return tuple(
            record
            for record in records
            if record.state is not RecordState.DELIVERED
            and not (record.intent.is_search and record.state is RecordState.FETCHED)
        )

    async def kept(self) -> tuple[KeptResult, ...]:
        """Everything, the oldest first."""
        vault = await self._vault()
        return () if vault is None else await self._grouped(await vault.records())

    async def waiting(self) -> tuple[KeptResult, ...]:
        """What is here and belongs to no picture, nor to an edit that goes on: to be offered, the oldest first."""
        vault = await self._vault()
        records = () if vault is None else await vault.left_fetched()
        return tuple(one for one in await self._grouped(records) if one.pictures)

    async def excess(self) -> Excess:
        """What is over the user's bounds."""
        return excess_of(await self.kept(), VaultLimits.of(self._settings), self._now())

    # Getting what is owed

    async def collect(self, on_found: Callable[[Found], None], *, looks: int = LOOKS) -> int:
        """Collect what platforms still owe and nobody works on; returns how many results came.

        Runs that go on are looked at ``looks`` times. Raises InputError where pictures stay on this computer: even
        asking would tell the platforms something. Ends where that is switched on meanwhile.
        """
        if self._local_only():
            raise InputError(LOCAL_ONLY)
        collector = (await self._services()).collector
        if collector is None:
            return 0
        return await collector.collect(on_found, looks=looks, may_ask=lambda: not self._local_only())

    async def bytes_of(self, record: VaultRecord) -> tuple[bytes, ...]:
        """The encoded pictures that are kept of a record."""
        vault = await self._vault()
        return () if vault is None else tuple([await vault.picture(name) for name in record.pictures])

    # Bringing them back

    def prepare(self, result: KeptResult, documents: Sequence[Document]) -> Landing:
        """Choose the open picture that ``result`` belongs into, the first of ``documents`` of its name and size.

        Copies nothing; for the UI thread.
        """
        from editor.session.laying_back import prepared

        return prepared(result, documents)

    async def open(self, landing: Landing) -> Opened:
        """Bring a result back, over its picture or as a picture of its own. Raises InputError where it is no picture.

        It is not delivered before :meth:`delivered` is told.
        """
        from editor.platforms.orders.kept import kept_mask, kept_picture
        from editor.session.laying_back import LayingBack

        result = landing.result
        try:
            services = await self._services()
            kept = await self._read({name for record in result.records for name in record.names})
            laying = LayingBack(
                landing,
                label=next((link.label for link in services.table if link.platform == result.key[1]), ""),
                picture=lambda record, name: kept_picture(kept[name], record.intent),
                mask=lambda record: kept_mask(kept[record.mask]),
            )
            return await run_blocking(laying.opened)
        except BaseException:
            landing.close()
            raise

    async def save(self, result: KeptResult, path: Path) -> tuple[Path, ...]:
        """Write a result's pictures as they came, the first to ``path``; returns the files. Raises InputError."""
        from editor.session.kept_files import write_kept

        kept = await self._read(result.pictures)
        pictures = [kept[name] for name in result.pictures]
        written = await run_blocking(lambda: write_kept(pictures, path))
        await self.delivered(result)
        return written

    async def suffix(self, result: KeptResult) -> str:
        """The file suffix of a result's first picture."""
        from editor.session.kept_files import suffix_of

        return suffix_of((await self._read(result.pictures[:1]))[result.pictures[0]])

    async def delivered(self, result: KeptResult) -> None:
        """The user has the result; it is not offered any more, and stays all the same."""
        vault = await self._vault()
        if vault is not None:
            job, platform = result.key
            await vault.delivered(job, platform=platform)

    async def landed(self, finished: FinishedEdit) -> None:
        """The result of an edit is in its picture or in a file: it need not be offered again. Never fails."""
        services = await self._services()
        await Keeping(document=finished.document.name, vault=services.vault, job=finished.kept_as).landed()

    # Letting go

    async def discard(self, results: Collection[KeptResult]) -> tuple[KeptResult, ...]:
        """Delete results for good; returns those that are gone. What is being worked on stays."""
        vault = await self._vault()
        if vault is None:
            return ()
        gone = await vault.discard([record.id for result in results for record in result.records])
        return tuple(result for result in results if any(record.id in gone for record in result.records))

    # Inside

    async def _services(self) -> Services:
        return await run_blocking(self._load_services)

    async def _vault(self) -> Vault | None:
        return (await self._services()).vault

    async def _grouped(self, records: Sequence[VaultRecord]) -> tuple[KeptResult, ...]:
        services = await self._services()
        sizes = {} if services.vault is None or not records else await services.vault.sizes()
        platforms = services.platforms
        return grouped(records, sizes, lambda name: platforms[name].name if name in platforms else name)

    async def _read(self, names: Collection[str]) -> dict[str, bytes]:
        vault = await self._vault()
        if vault is None:
            raise VaultUnavailable(GONE)
        return {name: await vault.picture(name) for name in names}
