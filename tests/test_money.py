"""What accounts hold is told in words, and where the ledger does not agree."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from editor.app.composition import make_session
from editor.domain.errors import InputError
from editor.domain.money import Balance
from editor.session import Session
from editor.session.money import Account, balance_words, drift_sentence
from editor.simulator.scripts import Script
from editor.simulator.simulated import SimulatedPlatforms
from editor.storage.balances import Change


@pytest.fixture
def simulated() -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms() as platforms:
        yield platforms


@pytest.fixture
def session(simulated: SimulatedPlatforms, tmp_path: Path) -> Session:
    environment = {**os.environ, **simulated.environment(), "IMAGE_EDITOR_HOME": str(tmp_path / "home")}
    return make_session(environment=environment, with_window=False, use_keyring=False)


async def accounts(session: Session) -> dict[str, Account]:
    try:
        return {account.platform: account for account in await session.money.accounts()}
    finally:
        await session.close()


def test_every_platform_with_a_key_is_asked_and_a_fault_is_told(
    session: Session, simulated: SimulatedPlatforms
) -> None:
    simulated.server("fal").is_admin = True
    simulated.server("stability").always(Script.UNAVAILABLE)
    told = asyncio.run(accounts(session))
    assert set(told) == {"stability", "replicate", "fal"}
    assert told["fal"].words == "$25.00"
    assert (told["replicate"].balance, told["replicate"].words) == (None, "not told to this key")
    assert told["stability"].balance is None
    assert "Stability AI" in told["stability"].words


def test_nobody_is_asked_while_pictures_stay_here(session: Session) -> None:
    session.local_only = True
    with pytest.raises(InputError, match="Local only"):
        asyncio.run(accounts(session))


def test_nothing_is_told_before_the_heavy_parts(session: Session) -> None:
    assert asyncio.run(session.money.spending()) == ""


SINCE = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "change, sentence",
    [
        (
            Change(since=SINCE, in_credits=True, fell=12.0, known=7.0, unknown=0),
            "Stability AI’s balance fell by 12 credits since 3 November; the ledger knows of 7. "
            "Another program may use the account, or prices have changed.",
        ),
        (
            Change(since=SINCE, in_credits=True, fell=12.0, known=6.5, unknown=2),
            "Stability AI’s balance fell by 12 credits since 3 November; the ledger knows of 6.5, and of 2 attempts of "
            "unknown price.",
        ),
        (
            Change(since=SINCE, in_credits=False, fell=0.1, known=0.4, unknown=0),
            "Stability AI’s balance fell by $0.10 since 3 November; the ledger knows of $0.40. "
            "Some of it was not charged, or a little was topped up.",
        ),
        (Change(since=SINCE, in_credits=True, fell=7.0, known=7.0, unknown=0), ""),
    ],
)
def test_a_drift_is_a_sentence(change: Change, sentence: str) -> None:
    assert drift_sentence("Stability AI", change) == sentence


def test_balances_in_words() -> None:
    words = [balance_words(one) for one in (Balance(credits=1.0), Balance(credits=1234.5, usd=2.0), Balance())]
    assert words == ["1 credit", "1,234.5 credits, $2.00", "unknown"]
