"""A session and a job runner for the window's tests: pictures are real, platforms are played by the test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.domain.attempt import FREE, Attempt, Link
from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.history import Dirty
from editor.domain.kinds import Operation, Outcome
from editor.domain.layer import Layer
from editor.domain.receipt import Receipt, ServedBy
from editor.domain.status import KeySource, PlatformStatus, Standing
from editor.imaging.picture import Picture

LINKS = (
    Link("stability", "sd-3.5-large"),
    Link("replicate", "flux"),
    Link("fal", "fal-3d"),
    Link("local", "this-computer"),
)
NAMES = {"stability": "Stability AI", "replicate": "Replicate", "fal": "FAL", "local": "On this computer"}


class FakeSettings:
    """Remembers in memory."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, name: str, default: Any) -> Any:
        return self.values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value


def status(platform: str, standing: Standing = Standing.NO_KEY, **changes: Any) -> PlatformStatus:
    """A platform's state."""
    source = KeySource.NOT_NEEDED if platform == "local" else KeySource.NONE
    facts: dict[str, Any] = {"label": "x", "model": f"{platform}-model", "key_source": source} | changes
    return PlatformStatus(platform=platform, name=NAMES[platform], standing=standing, **facts)


def attempt(platform: str, outcome: Outcome, *, message: str = "", cycle: int = 1, started: Any = None) -> Attempt:
    """One try."""
    return Attempt(
        cycle=cycle,
        platform=platform,
        label="x",
        model=f"{platform}-model",
        outcome=outcome,
        message=message,
        started=started,
        seconds=1.5 if started else 0.0,
        cost=FREE,
    )


class FakeSession:
    """Opens real pictures; an edit fills the masked area with grey."""

    def __init__(self, folder: Path) -> None:
        self.settings = FakeSettings()
        self.sample_path = folder / "sample.png"
        self.local_only = False
        self.saved: list[Path] = []
        self.keys: dict[str, str] = {}
        self.keyring_works = True
        self.statuses = [status(link.platform) for link in LINKS[:3]] + [status("local", Standing.READY)]

    async def warm_up(self) -> None:
        return None

    def open_picture(self, path: Path) -> Picture:
        if path.suffix != ".png":
            raise InputError(f"{path.name} is not a picture that can be opened.")
        return self._picture(path.name, path)

    def picture_from_pixels(self, pixels: Any, name: str) -> Picture:
        return Picture.of(Document(pixels, name=name))

    def open_sample(self) -> Picture:
        picture = self._picture("sample.png", self.sample_path)
        picture.document.mask.array[40:80, 40:80] = 255
        return Picture.of(picture.document)

    def save_picture(self, document: Document, path: Path) -> None:
        if path.name.startswith("full"):
            raise InputError(f"{path.name} could not be written: the disk is full. Choose another place.")
        self.saved.append(path)

    def prepare(self, operation: Operation, document: Document) -> Any:
        if not document.effective.array.any():
            raise InputError("Paint over what you want to remove first.")
        return SimpleNamespace(document=document, operation=operation)

    def attach(self, finished: Any) -> Dirty:
        layer = finished.layer
        blended = finished.document.pixels.array[layer.rect.slices].copy()
        blended[layer.coverage > 0] = (128, 128, 128, 255)
        finished.document.attach(layer, blended, label="Erase", receipt=finished.receipt)
        return Dirty(pixels=layer.rect)

    def erase_estimate(self, pixels: int) -> str:
        return "Free · about 3 s"

    def platform_statuses(self) -> tuple[PlatformStatus, ...]:
        return tuple(self.statuses)

    def topped_up(self, platform: str) -> None:
        self.statuses = [status(s.platform, Standing.READY) if s.platform == platform else s for s in self.statuses]

    async def keys_set(self, platform: str, key: str) -> KeySource:
        self.keys[platform] = key
        source = KeySource.KEYRING if self.keyring_works else KeySource.SESSION
        self.statuses = [
            status(s.platform, Standing.READY, key_source=source) if s.platform == platform else s
            for s in self.statuses
        ]
        return source

    async def keys_test(self, platform: str, key: str | None = None) -> str:
        if (key or self.keys.get(platform)) == "wrong":
            raise InputError(f"{NAMES[platform]} does not accept this key.")
        return f"{NAMES[platform]} accepts the key."

    async def keys_delete(self, platform: str) -> bool:
        self.statuses = [status(platform) if s.platform == platform else s for s in self.statuses]
        return self.keys.pop(platform, None) is not None

    @staticmethod
    def _picture(name: str, path: Path) -> Picture:
        pixels = np.full((120, 160, 4), 255, np.uint8)
        pixels[..., :3] = np.linspace(0, 255, 160, dtype=np.uint8)[np.newaxis, :, np.newaxis]
        return Picture.of(Document(pixels, name=name, path=path, grow=0, feather=0))


class FakeRunner(QObject):
    """Does at once what it is given; edits wait until the test ends them."""

    reported = Signal(object)
    finished = Signal(str, object)
    failed = Signal(str, object)
    idle = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, Any] = {}
        self.cancelled: list[str] = []

    def start_edit(self, prepared: Any) -> str:
        job = f"job-{len(self.jobs) + 1}"
        prepared.coverage = prepared.document.effective.array.copy()
        self.jobs[job] = prepared
        return job

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)

    def background(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[EditorError], None]
    ) -> None:
        try:
            result = work()
        except EditorError as error:
            failed(error)
        else:
            done(result)

    def coroutine(
        self,
        make: Callable[[], Awaitable[Any]],
        done: Callable[[Any], None],
        failed: Callable[[EditorError], None],
    ) -> None:
        def run() -> Any:
            import asyncio

            async def wait() -> Any:
                return await make()

            return asyncio.run(wait())

        self.background(run, done, failed)

    def serve(self, job: str, platform: str = "local") -> None:
        """End a job well."""
        document: Document = self.jobs[job].document
        rect = document.rect
        coverage = self.jobs[job].coverage
        layer = Layer("Erase", rect, np.zeros((rect.height, rect.width, 3), np.uint8), coverage)
        receipt = Receipt(
            operation=Operation.ERASE,
            operation_type=Operation.ERASE.operation_type,
            served_by=ServedBy(platform, "x", f"{platform}-model", None),
            attempts=(attempt(platform, Outcome.SERVED),),
            seed=None,
            cost=FREE,
            app_version="0",
        )
        sentence = f"{NAMES[platform]} finished the edit."
        done = SimpleNamespace(document=document, layer=layer, receipt=receipt, sentence=sentence)
        self.finished.emit(job, done)
