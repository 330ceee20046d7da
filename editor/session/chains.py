"""Which platforms an edit may use, and in which order: the user's switches and orders, and pictures that stay here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from editor.domain.attempt import Link
from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.fallback.selection import LOCAL, chain_of
from editor.session.services import Settings

MOST_PICTURES = 500
"""Pictures of which it is remembered that they stay on this computer; the oldest are forgotten."""


class Chains:
    """The user's choices, kept in the settings; ``fixed`` are platforms named for this session, which go first."""

    def __init__(self, settings: Settings, *, fixed: Sequence[str] | None = None) -> None:
        self._settings = settings
        self._fixed = fixed

    @property
    def is_fixed(self) -> bool:
        """Whether the chain was named for this session and is taken as it is."""
        return self._fixed is not None

    def links(
        self, table: Sequence[Link], operation: Operation | None = None, *, stays_here: bool = False
    ) -> tuple[Link, ...]:
        """The links of an edit in the order of trying; of a picture that ``stays_here``, this computer's alone.

        Raises InputError where the platforms named for this session are not all known.
        """
        if self._fixed is not None:
            return chain_of(self._fixed, table)
        if self.local_only or stays_here:
            return chain_of([LOCAL], table)
        names = [name for name in self.order(table, operation) if self.is_used(name)]
        return chain_of(names or [LOCAL], table)

    # --- the order

    def order(self, table: Sequence[Link], operation: Operation | None = None) -> tuple[str, ...]:
        """The platforms in the user's order, switched off or not; ``operation`` may have an order of its own."""
        known = [link.platform for link in table]
        own = self._own_orders().get(str(operation)) if operation is not None else None
        chosen = own or self._settings.get("chain", [])
        # A hand-edited file may name what is not there, or one platform twice.
        names = list(dict.fromkeys(name for name in chosen if name in known)) if isinstance(chosen, list) else []
        return tuple(names or known)

    def has_own_order(self, operation: Operation) -> bool:
        """Whether ``operation`` has an order of its own."""
        return str(operation) in self._own_orders()

    def set_order(self, names: Sequence[str], operation: Operation | None = None) -> None:
        """Keep an order, for all operations or for one."""
        if operation is None:
            self._settings.set("chain", list(names))
        else:
            self._settings.set("chains", {**self._own_orders(), str(operation): list(names)})

    def forget_order(self, operation: Operation) -> None:
        """Let ``operation`` follow the order of all again."""
        self._settings.set("chains", {name: own for name, own in self._own_orders().items() if name != str(operation)})

    def _own_orders(self) -> dict[str, list[str]]:
        orders = self._settings.get("chains", {})
        if not isinstance(orders, Mapping):
            return {}
        return {str(name): list(own) for name, own in orders.items() if isinstance(own, list) and own}

    # --- who may see pictures

    @property
    def local_only(self) -> bool:
        """Whether all pictures stay on this computer."""
        return bool(self._settings.get("local_only", False))

    @local_only.setter
    def local_only(self, value: bool) -> None:
        self._settings.set("local_only", value)

    def is_used(self, platform: str) -> bool:
        """Whether pictures may be sent to ``platform``; nothing is sent to this computer, which is always used."""
        return platform == LOCAL or platform not in self._switched_off()

    def use(self, platform: str, used: bool) -> None:
        """Switch a platform on or off."""
        off = [name for name in self._switched_off() if name != platform]
        self._settings.set("platforms_off", off if used else [*off, platform])

    def _switched_off(self) -> list[str]:
        off = self._settings.get("platforms_off", [])
        return [str(name) for name in off] if isinstance(off, list) else []

    # --- pictures that stay here

    def remember(self, document: Document) -> None:
        """Let a picture that was opened stay here if it did before, or if its project says so."""
        document.stays_here |= document.path is not None and _name(document.path) in self._kept_here()

    def keep_here(self, document: Document, kept: bool) -> None:
        """Keep a picture on this computer, or let it leave again; its file is remembered."""
        document.stays_here = kept
        if document.path is None:
            return
        others = [name for name in self._kept_here() if name != _name(document.path)]
        self._settings.set("pictures_here", [*others, _name(document.path)][-MOST_PICTURES:] if kept else others)

    def saved(self, document: Document) -> None:
        """A picture got another file, which stays here as the picture does."""
        if document.stays_here:
            self.keep_here(document, True)

    def require_may_leave(self, path: Path) -> None:
        """Raise InputError for the file of a picture that stays here: it is not sent along with another one either."""
        if _name(path) in self._kept_here():
            raise InputError(
                f"“{path.name}” stays on this computer and is not sent as a background either. Choose another picture."
            )

    def _kept_here(self) -> list[str]:
        kept = self._settings.get("pictures_here", [])
        return [str(name) for name in kept] if isinstance(kept, list) else []


def require_left(links: Sequence[Link], *, without: Sequence[str]) -> tuple[Link, ...]:
    """Those of ``links`` that are none of ``without``; raises InputError where none is left."""
    left = tuple(link for link in links if link.platform not in without)
    if links and not left:
        raise InputError("No other platform is left for this edit. Change the picture or the words, or add a platform.")
    return left


def _name(path: Path) -> str:
    return str(path.expanduser().absolute())
