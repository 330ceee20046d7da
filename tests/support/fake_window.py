"""A session and a job runner for the window's tests: pictures are real, platforms are played by the test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.domain.attempt import FREE, Attempt, Cost, Link
from editor.domain.document import Document
from editor.domain.errors import AllPlatformsFailed, ChangedOnDisk, EditorError, InputError
from editor.domain.export_options import ExportOptions, SizeEstimate
from editor.domain.history import Dirty, HistoryEntry
from editor.domain.kinds import Operation, Outcome, UpscaleMode, Way
from editor.domain.layer import Layer
from editor.domain.options import EditOptions
from editor.domain.outgoing import Outgoing
from editor.domain.receipt import Receipt, ServedBy
from editor.domain.status import KeySource, ModelFacts, PlatformStatus, Standing
from editor.imaging.compose import laid_over
from editor.imaging.picture import Picture
from editor.imaging.preview import Preview
from editor.operations.base import Blended, Finished, NewPicture
from editor.operations.registry import operation_of
from editor.session import FinishedEdit, FinishedFaceOff, ListedModel, Offer, PreparedEdit, Services
from editor.session.again import prepare_again
from editor.session.areas import prepare_each
from editor.session.chains import Chains
from editor.session.edits import attach
from editor.session.money import Account
from editor.session.results import Results
from editor.session.selecting import Selection, Target

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


def services_without_vault() -> Services:
    """Of a program that keeps nothing."""
    return cast(Services, SimpleNamespace(vault=None, collector=None, platforms={}, table=()))


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


class FakeMoney:
    """Tells of what was spent today, and of what accounts hold, what the test says."""

    spent = ""
    held: tuple[Account, ...] = ()
    fault: EditorError | None = None

    async def accounts(self) -> tuple[Account, ...]:
        if self.fault is not None:
            raise self.fault
        return self.held

    async def spending(self) -> str:
        return self.spent


class FakeKeys:
    """Keys in memory; the key “wrong” is refused."""

    def __init__(self, session: FakeSession) -> None:
        self.kept: dict[str, str] = {}
        self.keyring_works = True
        self._session = session

    async def set(self, platform: str, key: str) -> KeySource:
        self.kept[platform] = key
        source = KeySource.KEYRING if self.keyring_works else KeySource.SESSION
        self._show(platform, status(platform, Standing.READY, key_source=source))
        return source

    async def test(self, platform: str, key: str | None = None) -> str:
        if (key or self.kept.get(platform)) == "wrong":
            raise InputError(f"{NAMES[platform]} does not accept this key.")
        return f"{NAMES[platform]} accepts the key."

    async def delete(self, platform: str) -> bool:
        self._show(platform, status(platform))
        return self.kept.pop(platform, None) is not None

    def _show(self, platform: str, fresh: PlatformStatus) -> None:
        known = self._session.statuses
        self._session.statuses = [fresh if one.platform == platform else one for one in known]


class FakePictures:
    """Opens grey pictures under any name, and writes none; a file that is called full is."""

    def __init__(self, sample_path: Path) -> None:
        self.sample_path = sample_path
        self.saved_paths: list[Path] = []
        self.changed: set[Path] = set()
        """Files that somebody else has written."""
        self.previews: dict[str, Preview] = {}

    def open(self, path: Path) -> Picture:
        if path.suffix != ".png":
            raise InputError(f"{path.name} is not a picture that can be opened.")
        return self._picture(path.name, path)

    def preview(self, path: Path, room: tuple[int, int]) -> Preview | None:
        return self.previews.get(path.name)

    def from_pixels(self, pixels: Any, name: str) -> Picture:
        return Picture.of(Document(pixels, name=name))

    def from_bytes(self, data: bytes, name: str) -> Picture:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:
            raise InputError(f"{name} is not a picture that can be opened.")
        return Picture.of(
            Document(cv2.cvtColor(image, cv2.COLOR_BGR2BGRA) if image.shape[2] == 3 else image, name=name)
        )

    def sample(self) -> Picture:
        picture = self._picture("sample.png", self.sample_path)
        picture.document.mask.array[40:80, 40:80] = 255
        return Picture.of(picture.document)

    def saving(self, document: Document, path: Path, *, over: bool = False) -> FakeSaving:
        return FakeSaving(self, path, over=over)

    def saved(self, document: Document, path: Path) -> None:
        self.changed.discard(path)

    @staticmethod
    def _picture(name: str, path: Path) -> Picture:
        pixels = np.full((120, 160, 4), 255, np.uint8)
        pixels[..., :3] = np.linspace(0, 255, 160, dtype=np.uint8)[np.newaxis, :, np.newaxis]
        return Picture.of(Document(pixels, name=name, path=path, grow=0, feather=0))


class FakeSaving:
    def __init__(self, pictures: FakePictures, path: Path, *, over: bool) -> None:
        self._pictures, self._path, self._over = pictures, path, over

    def run(self) -> tuple[str, ...]:
        path = self._path
        if path.name.startswith("full"):
            raise InputError(f"{path.name} could not be written: the disk is full. Choose another place.")
        if path in self._pictures.changed and not self._over:
            raise ChangedOnDisk(f"{path.name} was changed by another program since it was opened.")
        self._pictures.saved_paths.append(path)
        return ("The file holds no profile.",) if path.suffix == ".webp" else ()


class FakeExports:
    """Tells the quality in kilobytes as the size, and writes nothing; a file that is called full is."""

    def __init__(self) -> None:
        self.written: list[tuple[Path, ExportOptions]] = []
        self.losses: tuple[str, ...] = ()
        self.refusal = ""

    def has_receipts(self, document: Document) -> bool:
        return any(entry.receipt for entry in document.history.entries)

    def sizing(self, document: Document, options: ExportOptions) -> Callable[[], SizeEstimate]:
        def measure() -> SizeEstimate:
            if self.refusal:
                raise InputError(self.refusal)
            return SizeEstimate(options.quality * 1000, 0.1, self.losses)

        return measure

    def exporting(self, document: Document, path: Path, options: ExportOptions) -> Callable[[], tuple[str, ...]]:
        def write() -> tuple[str, ...]:
            if path.name.startswith("full"):
                raise InputError(f"{path.name} cannot be saved: the disk is full. Choose another place.")
            self.written.append((path, options))
            return self.losses

        return write


class FakeAutosave:
    """Keeps the names of what it was given; what an earlier run has left is for a test to say."""

    def __init__(self) -> None:
        self.followed: list[Document] = []
        self.forgotten: list[Document] = []
        self.kept: list[Document] = []
        self.left: list[Any] = []
        self.deleted: list[Any] = []
        self.needs: set[Document] = set()
        self.refuses = False

    def follow(self, document: Document) -> None:
        self.followed.append(document)

    def forget(self, document: Document) -> None:
        self.forgotten.append(document)

    def needed(self, document: Document) -> bool:
        return document in self.needs

    def save(self, document: Document) -> Callable[[], None]:
        self.needs.discard(document)

        def wait() -> None:
            if self.refuses:
                raise InputError("What you do now is not being kept safe.")
            self.kept.append(document)

        return wait

    def left_open(self) -> tuple[Any, ...]:
        return tuple(self.left)

    def reopen(self, left: Any) -> Picture:
        return FakePictures._picture(left.name, Path(left.name))

    def delete(self, left: Any) -> None:
        self.deleted.append(left)


class FakeSelecting:
    """Finds the left half of every picture; raises ``trouble`` instead."""

    trouble: EditorError | None = None

    def prepare(self, document: Document, target: Target) -> Document:
        return document

    async def find(self, search: Document) -> Selection:
        if self.trouble is not None:
            raise self.trouble
        width, height = search.size
        mask = np.zeros((height, width), np.uint8)
        mask[:, : width // 2] = 255
        return Selection(mask=mask, method="U²-Net", notes=("A note.",))


class FakeSession:
    """Opens real pictures; an edit fills the masked area with grey."""

    def __init__(self, folder: Path) -> None:
        self.settings = FakeSettings()
        self.pictures = FakePictures(folder / "sample.png")
        self.exports = FakeExports()
        self.autosave = FakeAutosave()
        self.chains = Chains(self.settings)
        self.money = FakeMoney()
        self.orders: tuple[Outgoing, ...] = ()
        self.forgotten = False
        self.results = Results(services_without_vault, self.settings, local_only=lambda: self.local_only)
        self.keys = FakeKeys(self)
        self.selecting = FakeSelecting()
        self.statuses = [status(link.platform) for link in LINKS[:3]] + [status("local", Standing.READY)]

    notices: tuple[str, ...] = ()
    parallel_jobs = 4

    async def warm_up(self) -> None:
        return None

    async def outgoing(self, *edits: PreparedEdit) -> tuple[Outgoing, ...]:
        return self.orders

    def order(self, operation: Operation | None = None) -> tuple[str, ...]:
        return self.chains.order(LINKS, operation)

    def why_words(self, operation: Operation) -> str:
        return f"{operation.caption}: nobody knows."

    def forget_experience(self, operation: Operation | None = None) -> None:
        self.forgotten = True

    def prepare(
        self,
        operation: Operation,
        document: Document,
        options: EditOptions | None = None,
        *,
        without: Sequence[str] = (),
    ) -> PreparedEdit:
        source = operation_of(operation).begin(document, options or EditOptions())
        return PreparedEdit(document=document, source=source, without=tuple(without))

    def prepare_each(
        self, operation: Operation, document: Document, options: EditOptions, *, without: Sequence[str] = ()
    ) -> tuple[PreparedEdit, ...]:
        return prepare_each(operation, document, options, without=without)

    def prepare_again(self, document: Document, entry: HistoryEntry, *, without: Sequence[str] = ()) -> PreparedEdit:
        return prepare_again(document, entry, without=without)

    def attach(self, finished: FinishedEdit) -> Dirty:
        return attach(finished)

    def models(self, operation: Operation) -> tuple[ListedModel, ...]:
        return tuple(
            ListedModel(model_facts(status.platform, operation), status)
            for status in self.statuses
            if status.platform != "local" or operation in (Operation.ERASE, Operation.INPAINT)
        )

    @property
    def local_only(self) -> bool:
        return self.chains.local_only

    @local_only.setter
    def local_only(self, value: bool) -> None:
        self.chains.local_only = value

    def estimate(self, operation: Operation, options: EditOptions, picture: Picture) -> str:
        return "Free · about 3 s"

    def platform_statuses(self, operation: Operation | None = None) -> tuple[PlatformStatus, ...]:
        return tuple(self.statuses)

    def face_off_offers(self, operation: Operation, options: EditOptions) -> tuple[Offer, ...]:
        return tuple(
            Offer(
                platform=one.platform,
                name=one.name,
                usd=0.0 if one.platform == "local" else 0.05,
                obstacle="Give a key." if one.standing is Standing.NO_KEY else "",
            )
            for one in self.statuses
        )

    def topped_up(self, platform: str) -> None:
        self.statuses = [status(s.platform, Standing.READY) if s.platform == platform else s for s in self.statuses]


class FakeRunner(QObject):
    """Does at once what it is given; edits wait until the test ends them."""

    reported = Signal(object)
    finished = Signal(str, object)
    failed = Signal(str, object)
    idle = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, PreparedEdit] = {}
        self.cancelled: list[str] = []
        self.compared: dict[str, tuple[str, ...]] = {}
        self.holding = False
        """Whether background work waits in ``held`` until the test calls it."""
        self.holding_work = False
        """Whether the next blocking work waits there."""
        self.held: list[Callable[[], None]] = []

    def start_edit(self, prepared: PreparedEdit) -> str:
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = prepared
        return job

    def start_face_off(self, prepared: PreparedEdit, platforms: Sequence[str]) -> str:
        self.compared[job := self.start_edit(prepared)] = tuple(platforms)
        return job

    def cancel(self, job: str) -> None:
        self.cancelled.append(job)

    def background(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[EditorError], None]
    ) -> None:
        if self.holding_work:
            self.holding_work = False
            self.held.append(lambda: self.background(work, done, failed))
            return
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

        if self.holding:
            self.held.append(lambda: self.background(run, done, failed))
        else:
            self.background(run, done, failed)

    def serve(self, job: str, platform: str = "local", **more: Any) -> None:
        """End a job well; ``more`` is for :func:`served_by`."""
        self.finished.emit(job, served_by(self.jobs[job], platform, **more))

    def serve_compared(self, job: str, *, failing: tuple[str, ...] = ()) -> None:
        """End a comparison; those that are ``failing`` make no candidate."""
        prepared = self.jobs[job]
        candidates = [
            served_by(prepared, name, grey=128 + place)
            for place, name in enumerate(self.compared[job])
            if name not in failing
        ]
        failures = [
            AllPlatformsFailed(prepared.operation.operation_type, (attempt(name, Outcome.OUT_OF_CREDIT),))
            for name in failing
        ]
        self.finished.emit(
            job, FinishedFaceOff(prepared=prepared, candidates=tuple(candidates), failed=tuple(failures))
        )


def served_by(
    prepared: PreparedEdit, platform: str, *, grey: int = 128, notes: tuple[str, ...] = (), cost: Cost = FREE
) -> FinishedEdit:
    """An edit that ``platform`` has served."""
    operation, options = prepared.operation, prepared.source.options
    receipt = Receipt(
        operation=operation,
        operation_type=operation.operation_type,
        served_by=ServedBy(platform, "x", f"{platform}-model", None),
        attempts=(replace(attempt(platform, Outcome.SERVED), cost=cost),),
        seed=options.seed,
        cost=cost,
        app_version="0",
        notes=notes,
    )
    results = tuple(played_result(prepared, grey + number) for number in range(options.variations))
    sentence = f"{NAMES[platform]} finished the edit."
    return FinishedEdit(prepared=prepared, results=results, receipt=receipt, sentence=sentence)


def model_facts(platform: str, operation: Operation, *, modes: tuple[UpscaleMode, ...] = ()) -> ModelFacts:
    """A model that does anything."""
    name = f"{platform}-{operation}"
    return ModelFacts(
        platform=platform, operation=operation, name=name, endpoint="x", way=Way.MASK, price="free", modes=modes
    )


def played_result(prepared: PreparedEdit, grey: int) -> Finished:
    """What an operation might come to: a grey hole, transparency at the left, or a grey picture of another size."""
    width, height = prepared.result_size
    if (width, height) != prepared.document.size:
        return NewPicture(np.full((height, width, 4), (grey, grey, grey, 255), np.uint8))
    rect, mask = prepared.document.rect, prepared.source.mask
    cuts_out = prepared.operation is Operation.REMOVE_BACKGROUND
    alpha = np.full((height, width), 255, np.uint8) if cuts_out else None
    if alpha is not None:
        alpha[:, : width // 2] = 0
    coverage = np.full((height, width), 0 if cuts_out else 255, np.uint8) if mask is None else mask.read(rect)
    layer = Layer("x", rect, np.full((height, width, 3), grey, np.uint8), coverage, alpha)
    return Blended(layer, laid_over(prepared.source.pixels.read(rect), layer))
