"""Loads and wires the heavy parts: platforms, plug-ins, keys, health, manager, engine.

They are imported inside the functions that need them: the window is on the screen before OpenCV, Pillow or httpx are.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from editor import __version__
from editor.engine.weights import Models, packaged_folder
from editor.session import Services
from editor.storage.paths import Paths
from editor.storage.settings import Settings

if TYPE_CHECKING:
    from editor.domain.attempt import Link
    from editor.domain.protocols import Clock
    from editor.domain.request import EditRequest, EditResult
    from editor.domain.vault import Vault
    from editor.engine.client import EngineClient
    from editor.platforms.base import Platform
    from editor.platforms.catalogue import Catalogue
    from editor.platforms.parts import PlatformParts
    from editor.platforms.plugins import Gathered
    from editor.platforms.serving import Polarities

log = logging.getLogger(__name__)

MASK_POLARITY = "mask_polarity"
"""The topic under which the program keeps how models were found to read masks."""
EXPERIENCE_RESETS = "experience_resets"
"""The topic under which the program keeps when the user had it forget what it had learned of platforms."""
LOCAL_PACE = "local_pace"
"""The topic under which the program keeps how fast the local engine is on this computer."""
ENGINE_CORES_LEFT = 1
"""Cores that the engine leaves to the window."""


class Forgetful:
    """A keyring that keeps nothing: keys stay in the session."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Nothing is kept."""
        return None

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Take it and let it go; whoever reads back sees that."""

    def delete_password(self, service: str, username: str, /) -> None:
        """There is nothing to delete."""


def build_services(
    environment: Mapping[str, str], places: Paths, settings: Settings, *, with_window: bool, use_keyring: bool
) -> Services:
    """Load and wire platforms, plug-ins, keys, health and manager."""
    from random import Random

    from editor.domain.clock import SystemClock
    from editor.fallback.budget import CappedBudget, Caps
    from editor.fallback.collector import Collector
    from editor.fallback.health import Health
    from editor.fallback.manager import FallbackManager
    from editor.fallback.remembered import RememberedExperience
    from editor.platforms.parts import PlatformParts
    from editor.platforms.plugins import gather
    from editor.session.ordering import Ordering
    from editor.session.rules import health_age_of, lanes_of
    from editor.storage.balances import BALANCES, Balances
    from editor.storage.credentials import KeyForm, StoredCredentials
    from editor.storage.database import Database
    from editor.storage.learned import Learned
    from editor.storage.ledger import LEDGER, Ledger
    from editor.transport.http import Transport

    clock = SystemClock()
    transport = Transport(clock=clock, version=__version__)
    engine, selector = (_engine(places, with_window=with_window) for _ in range(2))
    gathered = gather(user_models=places.models)
    parts = PlatformParts(
        transport=transport,
        catalogue=gathered.catalogue,
        environment=environment,
        clock=clock,
        polarities=_remembered_polarities(places),
    )
    platforms, table, notices = _platforms(gathered, parts, _local(places, settings, parts.catalogue, engine))
    forms = {name: KeyForm(one.key_variables, one.key_scheme) for name, one in platforms.items() if one.needs_key}
    keys = StoredCredentials(environment, forms, backend=None if use_keyring else Forgetful())
    books = Database(places.ledger, [LEDGER, BALANCES], clock=clock)
    ledger = Ledger(books, places.runs, clock=clock)
    budget = CappedBudget(
        ledger,
        caps=lambda: Caps.of(settings.get("caps", {})),
        clock=clock,
        names={name: platform.name for name, platform in platforms.items()},
    )
    health = Health(clock=clock, age=health_age_of(settings))
    resets = Learned(places.learned).topic(EXPERIENCE_RESETS)
    experiences = RememberedExperience(clock=clock, earlier=ledger.earlier, resets=resets)
    manager = FallbackManager(
        platforms=platforms,
        credentials=keys,
        health=health,
        clock=clock,
        chance=Random(),
        check=_check,
        budget=budget,
        seconds_at=experiences.seconds_at,
        lanes=lanes_of(settings),
    )
    vault = _vault(places, clock=clock)

    async def close() -> None:
        await manager.close()
        await engine.close()
        await selector.close()
        await transport.aclose()
        await ledger.close()

    return Services(
        platforms=platforms,
        table=table,
        manager=manager,
        health=health,
        keys=keys,
        close=close,
        ordering=Ordering(experiences=experiences, chance=Random()),
        vault=vault,
        collector=Collector(vault=vault, platforms=platforms, credentials=keys, clock=clock),
        ledger=ledger,
        budget=budget,
        balances=Balances(books, clock=clock),
        # A process of its own: a selection does not wait for an edit that takes a minute.
        selector=selector,
        notices=notices,
    )


def _engine(places: Paths, *, with_window: bool) -> EngineClient:
    """The local engine, which leaves a window room to work."""
    from editor.engine.client import EngineClient

    cores = os.cpu_count() or 1
    threads = max(1, cores - ENGINE_CORES_LEFT) if with_window else cores
    return EngineClient(threads=threads, low_priority=with_window, models=_model_folders(places))


def _model_folders(places: Paths) -> list[Path]:
    """Where the engine's networks are: those that came with the program, and the user's own."""
    packaged = packaged_folder()
    return [places.model_files] if packaged is None else [packaged, places.model_files]


def _vault(places: Paths, *, clock: Clock) -> Vault:
    """Where paid results are safe."""
    from editor.storage.database import Database
    from editor.storage.vault import StoredVault
    from editor.storage.vault_records import SCHEMA

    records = Database(places.vault / "records.sqlite", [SCHEMA], clock=clock)
    return StoredVault(records, places.vault, clock=clock)


def _platforms(
    gathered: Gathered, parts: PlatformParts, local: Platform
) -> tuple[dict[str, Platform], tuple[Link, ...], tuple[str, ...]]:
    """Every adapter by id in the order of the chain, the chain's links, and sentences about what was left out."""
    from editor.domain.attempt import Link
    from editor.domain.kinds import OperationType
    from editor.fallback.selection import DEFAULT_TABLES, with_plug_ins
    from editor.platforms.fal import FalPlatform
    from editor.platforms.replicate import ReplicatePlatform
    from editor.platforms.stability import StabilityPlatform

    built_in = [kind(parts) for kind in (StabilityPlatform, ReplicatePlatform, FalPlatform)]
    added, notices = gathered.made(parts)
    links = [Link(adapter.id, adapter.label or adapter.id) for adapter in added]
    table = with_plug_ins(DEFAULT_TABLES[OperationType.IMAGE_EDITING], links)
    return {adapter.id: adapter for adapter in (*built_in, *added, local)}, table, notices


def _local(places: Paths, settings: Settings, catalogue: Catalogue, engine: EngineClient) -> Platform:
    """This computer as a platform, which remembers how fast it is."""
    from editor.platforms.local import BUDGET_SECONDS, LocalPlatform
    from editor.platforms.local_pace import Pace
    from editor.storage.learned import Learned

    learned = Learned(places.learned)
    pace = Pace(
        known=lambda name: learned.get(LOCAL_PACE, name), store=lambda name, word: learned.set(LOCAL_PACE, name, word)
    )
    networks = Models(_model_folders(places))
    return LocalPlatform(
        engine=engine,
        catalogue=catalogue,
        pace=pace,
        budget=lambda: settings.get("local_seconds", BUDGET_SECONDS),
        installed=lambda name: networks.path_of(name) is not None,
    )


def _remembered_polarities(places: Paths) -> Polarities:
    """What was found out about masks, now and at earlier starts."""
    from editor.platforms.serving import Polarities
    from editor.storage.learned import Learned

    learned = Learned(places.learned)
    return Polarities(
        store=lambda endpoint, polarity: learned.set(MASK_POLARITY, endpoint, polarity),
        known=lambda endpoint: learned.get(MASK_POLARITY, endpoint),
    )


async def _check(request: EditRequest, result: EditResult) -> None:
    """Look at a result away from the loop."""
    from editor.domain.blocking import run_blocking
    from editor.imaging.result_check import check_result

    await run_blocking(lambda: check_result(request, result))
