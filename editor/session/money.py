"""Money: what was spent, what the accounts hold, and whether the two agree."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from editor.domain.blocking import run_blocking
from editor.domain.errors import InputError, PlatformError
from editor.domain.money import Balance
from editor.platforms.base import Platform
from editor.session.services import Services
from editor.storage.balances import Change
from editor.storage.ledger import Entry, Sum, sums_of

log = logging.getLogger(__name__)

LOCAL_ONLY = "“Local only” is on, and only the platforms know their balances. Switch it off first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the account on a platform holds; ``balance`` is None where ``words`` say why nobody knows.

    ``drift`` is a sentence where the balance has changed by another amount than the ledger knows of, else "".
    """

    platform: str
    name: str
    words: str
    balance: Balance | None = None
    drift: str = ""


class Money:
    """The ledger behind a window or a command. Where nothing is written down, everything here is empty.

    ``built`` are the heavy parts where they are there already. Every awaitable raises StorageUnavailable.
    """

    def __init__(
        self,
        load_services: Callable[[], Services],
        *,
        built: Callable[[], Services | None],
        local_only: Callable[[], bool],
    ) -> None:
        self._load_services = load_services
        self._built = built
        self._local_only = local_only

    async def spending(self) -> str:
        """What was spent today, for the panel: ``about $0.37 of $5.00 today``; "" before the heavy parts.

        Raises InputError where the caps in the settings cannot be read.
        """
        services = self._built()
        return "" if services is None or services.budget is None else await services.budget.spending()

    async def entries(self, since: datetime | None = None, *, platform: str | None = None) -> tuple[Entry, ...]:
        """Every attempt from ``since`` on, the oldest first; of one platform or of all. Loads the heavy parts.

        Raises InputError for a platform that neither the program nor the ledger knows.
        """
        services = await self._services()
        entries = () if services.ledger is None else await services.ledger.entries(since, platform=platform)
        if not entries and platform is not None and platform not in services.platforms:
            raise InputError(f"There is no platform “{platform}”. Known are {', '.join(services.platforms)}.")
        return entries

    async def by_platform(self, since: datetime | None = None) -> dict[str, Sum]:
        """What was spent from ``since`` on, by platform. Loads the heavy parts."""
        return sums_of(await self.entries(since))

    async def accounts(self, *, platform: str | None = None) -> tuple[Account, ...]:
        """Ask every platform with a key, or one of them, free of charge, what its account holds; all at once.

        What could not be asked is told in the account's words. Raises InputError while nothing may leave this computer.
        """
        if self._local_only():
            raise InputError(LOCAL_ONLY)
        services = await self._services()
        if services.ledger is not None:
            await services.ledger.book_abandoned()
        adapters = [one for one in services.platforms.values() if one.needs_key and platform in (None, one.id)]
        return tuple(await asyncio.gather(*(self._account(services, adapter) for adapter in adapters)))

    async def _account(self, services: Services, adapter: Platform) -> Account:
        key = await services.keys.get(adapter.id)
        if key is None:
            return Account(platform=adapter.id, name=adapter.name, words="no key")
        mark = None if services.balances is None else await services.balances.mark(adapter.id)
        try:
            balance = await adapter.balance(key)
        except PlatformError as error:
            return Account(platform=adapter.id, name=adapter.name, words=error.message)
        except Exception:
            log.exception("Unexpected fault while %s was asked for its balance", adapter.id)
            return Account(platform=adapter.id, name=adapter.name, words="stopped on an internal error")
        if balance is None:
            return Account(platform=adapter.id, name=adapter.name, words="not told to this key")
        change = None
        if services.balances is not None and mark is not None:
            change = await services.balances.seen(adapter.id, balance, mark)
        return Account(
            platform=adapter.id,
            name=adapter.name,
            words=balance_words(balance),
            balance=balance,
            drift="" if change is None else drift_sentence(adapter.name, change),
        )

    async def _services(self) -> Services:
        return await run_blocking(self._load_services)


def balance_words(balance: Balance) -> str:
    """``12.5 credits``, ``$25.00``."""
    amounts = [] if balance.credits is None else [_amount(balance.credits, in_credits=True)]
    if balance.usd is not None:
        amounts.append(_amount(balance.usd, in_credits=False))
    return ", ".join(amounts) or "unknown"


def drift_sentence(name: str, change: Change) -> str:
    """By how much balance and ledger differ, and what may be the cause; "" where they do not differ by much."""
    if not change.is_drift:
        return ""
    day = change.since.astimezone()
    fell = _amount(change.fell, in_credits=change.in_credits)
    known = _number(change.known, in_credits=change.in_credits)
    more = f", and of {change.unknown} attempt{'' if change.unknown == 1 else 's'} of unknown price"
    told = (
        f"{name}’s balance fell by {fell} since {day.day} {day:%B}; "
        f"the ledger knows of {known}{more if change.unknown else ''}."
    )
    if change.fell < change.known:
        return f"{told} Some of it was not charged, or a little was topped up."
    return told if change.unknown else f"{told} Another program may use the account, or prices have changed."


def _amount(amount: float, *, in_credits: bool) -> str:
    number = _number(amount, in_credits=in_credits)
    return f"{number} credit{'' if number == '1' else 's'}" if in_credits else number


def _number(amount: float, *, in_credits: bool) -> str:
    return f"{amount:,.2f}".rstrip("0").rstrip(".") if in_credits else f"${amount:.2f}"
