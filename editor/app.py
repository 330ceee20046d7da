"""The composition root: the only place that knows every room, and wires them by constructor arguments.

PySide6 and the heavy rooms are imported inside the functions that need them: a headless command runs without Qt, and
the window is on the screen before OpenCV, Pillow or httpx are loaded.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from editor import APPLICATION_ID, DISPLAY_NAME, __version__
from editor.domain.errors import InputError
from editor.engine.weights import Models, packaged_folder
from editor.resource_files import resource
from editor.session import Services, Session
from editor.session.model_downloads import ModelDownloads
from editor.storage.paths import Paths
from editor.storage.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

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

SAMPLE = "sample"
MASK_POLARITY = "mask_polarity"
"""The topic under which the program keeps how models were found to read masks."""
EXPERIENCE_RESETS = "experience_resets"
"""The topic under which the program keeps when the user had it forget what it had learned of platforms."""
LOCAL_PACE = "local_pace"
"""The topic under which the program keeps how fast the local engine is on this computer."""
ENGINE_CORES_LEFT = 1
"""Cores that the engine leaves to the window."""


def make_session(
    *,
    environment: Mapping[str, str],
    chain: Sequence[str] | None = None,
    cycles: int | None = None,
    paths: Paths | None = None,
    with_window: bool = False,
    use_keyring: bool = True,
) -> Session:
    """A session on this computer. Nothing heavy is loaded until it is needed.

    Without ``use_keyring`` the real keys are neither read nor written: new ones last as long as the session.
    """
    places = paths or Paths.of_system(environment)
    extra = {} if cycles is None else {"cycles": cycles}
    settings = Settings(places.settings)
    return Session(
        settings=settings,
        build_services=lambda: build_services(
            environment, places, settings, with_window=with_window, use_keyring=use_keyring
        ),
        sample=sample_photo(),
        recovery=places.recovery,
        model_downloads=model_downloads(places, settings),
        chain=chain,
        **extra,
    )


def model_downloads(places: Paths, settings: Settings) -> ModelDownloads:
    """The engine's models: those that came with the program, and the user's own."""
    return ModelDownloads(
        folder=places.model_files,
        packaged=packaged_folder(),
        settings=settings,
        local_only=lambda: bool(settings.get("local_only", False)),
    )


def sample_photo() -> Path:
    """The photo that is open at the first start."""
    folder = resource(SAMPLE)
    masks = sorted(folder.glob("*-mask.png"))
    stem = masks[0].name.removesuffix("-mask.png")
    return next(path for path in folder.iterdir() if path.stem == stem)


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


def show_window(files: Sequence[str], environment: Mapping[str, str], *, use_keyring: bool = True) -> int:
    """Open the window and run until it is closed; returns the exit code. Raises InputError without a display."""
    _require_display(environment)
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from editor.ui.job_runner import JobRunner
    from editor.ui.main_window import MainWindow

    # On X11 Qt would drop places of a quick pointer, and strokes would have corners.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("image-editor")
    application.setApplicationDisplayName(DISPLAY_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APPLICATION_ID)
    application.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
    session = make_session(environment=environment, with_window=True, use_keyring=use_keyring)
    runner = JobRunner(session)
    window = MainWindow(session, runner, log_folder=Paths.of_system(environment).logs)
    window.show()
    if files:
        window.open_paths([Path(name) for name in files])
    elif not session.settings.get("welcomed", False):
        # The first start only: whoever comes back has pictures of their own. The Help menu shows it again.
        window.show_sample()
    session.settings.set("welcomed", True)
    try:
        with _closed_by_ctrl_c(window):
            return application.exec()
    finally:
        runner.shut_down()


@contextmanager
def _closed_by_ctrl_c(window: QWidget) -> Iterator[None]:
    """Inside, Ctrl-C in the terminal closes ``window``, which may still ask about changes; a second one ends at once.

    Python itself runs no handler while Qt waits for events, so the signal comes through a socket that Qt watches.
    """
    from PySide6.QtCore import QSocketNotifier

    before = signal.getsignal(signal.SIGINT)
    if not callable(before):  # ignored, as for a program that a script starts in the background
        yield
        return
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def close() -> None:
        notifier.setEnabled(False)
        window.close()

    notifier.activated.connect(close)
    signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, signal.SIG_DFL))
    wakened = signal.set_wakeup_fd(writer.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakened)
        signal.signal(signal.SIGINT, before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()


def _require_display(environment: Mapping[str, str]) -> None:
    # Qt would end the process on the spot, with advice that leads nowhere.
    if os.name != "posix" or sys.platform == "darwin":
        return
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise InputError(
            "There is no display to open a window on. Start from a desktop, or use “image-editor edit erase”, "
            "which needs none."
        )
