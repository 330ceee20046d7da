"""One edit's dealings with the vault, none of which may fail the edit."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field

from editor.domain.errors import AllPlatformsFailed
from editor.domain.vault import Recorder, Vault, VaultUnavailable

log = logging.getLogger(__name__)


def _new_name() -> str:
    return secrets.token_hex(8)


@dataclass(slots=True, kw_only=True)
class Keeping:
    """What the vault is told of one edit of the picture called ``document``; ``job`` is the edit's name there."""

    document: str
    vault: Vault | None = None
    job: str = field(default_factory=_new_name)

    @property
    def recorder(self) -> Recorder | None:
        """What keeps the edit's runs; None without a vault."""
        return None if self.vault is None else self.vault.recorder(self.job, document=self.document)

    async def failed(self, error: BaseException) -> None:
        """The edit has no result. Pictures that could not be used are told apart from those that nobody has seen."""
        if self.vault is None:
            return
        if isinstance(error, AllPlatformsFailed):
            await self._told(self.vault.given_up(self.job, "What came back could not be used."))
        await self._told(self.vault.released(self.job))

    async def landed(self) -> None:
        """The result is where the user wanted it."""
        if self.vault is not None:
            await self._told(self.vault.delivered(self.job))
            await self._told(self.vault.released(self.job))

    async def _told(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except VaultUnavailable as error:
            log.warning("The vault does not know how an edit ended: %s %s", error.message, error.detail)
