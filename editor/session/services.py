"""What a session is made of: the heavy parts, and what it remembers and unlocks them with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from editor.domain.attempt import Link
from editor.domain.errors import InputError
from editor.domain.samples import Pixels
from editor.domain.status import KeySource
from editor.domain.vault import Vault
from editor.fallback.budget import CappedBudget
from editor.fallback.collector import Collector
from editor.fallback.health import Health
from editor.fallback.manager import FallbackManager
from editor.platforms.base import Platform
from editor.storage.balances import Balances
from editor.storage.ledger import Ledger

if TYPE_CHECKING:
    from editor.session.ordering import Ordering


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


class Selected(Protocol):
    """What an engine has found: (h, w) uint8, 255 = selected; how, in a word; what to tell the user about it."""

    @property
    def image(self) -> Pixels:
        """The mask."""
        ...

    @property
    def method(self) -> str:
        """The name of the method."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences."""
        ...


class Selector(Protocol):
    """The engine as far as it finds things in pictures."""

    async def select(
        self,
        image: Pixels,
        *,
        point: tuple[int, int] | None = None,
        box: tuple[int, int, int, int] | None = None,
        keep: Pixels | None = None,
        drop: Pixels | None = None,
    ) -> Selected:
        """Find in ``image``, (h, w, 3) RGB uint8, the thing at ``point`` (x, y), that in ``box`` (x, y, width, height),
        or the subject; with what the strokes ``keep`` touch and without what ``drop`` does, (h, w) uint8."""
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
    ordering: Ordering
    vault: Vault | None = None
    """Where paid results are safe; None where nothing is kept."""
    collector: Collector | None = None
    ledger: Ledger | None = None
    """Every attempt and what it cost; None where that is not written down."""
    budget: CappedBudget | None = None
    """Keeps spending below the user's caps."""
    balances: Balances | None = None
    """What accounts held when they were last asked."""
    selector: Selector | None = None
    """The engine that selects; None where there is none."""
    notices: tuple[str, ...] = ()
    """Sentences about plug-ins and models of the user's own that were left out."""

    @property
    def edit_cap(self) -> float | None:
        """What the user lets an edit cost, in US dollars, or None."""
        return None if self.budget is None else self.budget.edit_cap

    def platform_with_key(self, platform: str) -> Platform:
        """The adapter of the platform with the id ``platform``; raises InputError where none takes a key for it."""
        known = [name for name, adapter in self.platforms.items() if adapter.needs_key]
        if platform in known:
            return self.platforms[platform]
        if platform in self.platforms:
            raise InputError(f"{self.platforms[platform].name} needs no key.")
        raise InputError(f"There is no platform of that name. Platforms with a key: {', '.join(known)}.")
