"""Opening and saving pictures and projects, behind a window."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.moment import Moment
from editor.domain.samples import Pixels, Samples
from editor.imaging.picture import Picture
from editor.imaging.preview import Preview
from editor.session.chains import Chains
from editor.session.services import Settings

if TYPE_CHECKING:
    from editor.storage.disk import Disk
    from editor.storage.file_stamp import FileStamp
    from editor.storage.recovery import Recovery

PROJECT = ".ora"
"""The extension of project files, which hold everything."""
HISTORY_SETTING = "project_history"
BACKUP_SETTING = "backups"
NO_ROOM = "there is no room for it among the temporary files. Free some space."
ONLY_PIXELS = "Mask, receipts and history are not in a picture file. Save as an OpenRaster project (.ora) to keep them."


class MaskEdge(TypedDict):
    """How the effective mask differs from the painted one, in pixels."""

    grow: int
    feather: int


@dataclass(frozen=True, slots=True, eq=False)
class Saving:
    """A picture as it was when it was to be saved. :meth:`run` it once, in a worker."""

    moment: Moment
    path: Path
    stamp: FileStamp | None
    backup: bool
    history: bool
    told: bool

    def run(self, *, disk: Disk | None = None) -> tuple[str, ...]:
        """Write the file; returns sentences about what the format could not hold.

        Raises InputError with the file's name and the remedy; its kind ChangedOnDisk where somebody else wrote it.
        """
        from editor.storage.disk import SYSTEM_DISK
        from editor.storage.output_file import OutputFile
        from editor.storage.picture_writer import format_of, write_picture
        from editor.storage.project_writer import write_project

        with self.moment:
            project = self.path.suffix.lower() == PROJECT
            if not project:
                format_of(self.path)
            disk = disk or SYSTEM_DISK
            with OutputFile(self.path, backup=self.backup, expected=self.stamp, disk=disk) as output:
                if project:
                    write_project(self.moment, output, history=self.history, disk=disk)
                    return ()
                notes = write_picture(self.moment.pixels, output, metadata=self.moment.metadata)
        return notes if self.told or not self._more_than_pixels else (*notes, ONLY_PIXELS)

    @property
    def _more_than_pixels(self) -> bool:
        return any(entry.receipt is not None for entry in self.moment.entries)


class Pictures:
    """The files of open pictures."""

    def __init__(self, settings: Settings, chains: Chains, *, sample: Path, recovery: Callable[[], Recovery]) -> None:
        self._settings = settings
        self._chains = chains
        self.sample_path = sample
        self._recovery = recovery
        self._stamps: weakref.WeakKeyDictionary[Document, FileStamp] = weakref.WeakKeyDictionary()
        self._told: weakref.WeakSet[Document] = weakref.WeakSet()

    def open(self, path: Path) -> Picture:
        """Read a picture or a project. Blocks. Raises InputError."""
        from editor.storage.file_stamp import FileStamp
        from editor.storage.picture_reader import read_picture
        from editor.storage.project_reader import is_project

        stamp = FileStamp.of(path)
        edge = self._mask_edge()
        document = self._recovery().open_project(path, **edge) if is_project(path) else read_picture(path, **edge)
        if stamp is not None:
            self._stamps[document] = stamp
        self._chains.remember(document)
        return Picture.of(document)

    def preview(self, path: Path, room: tuple[int, int]) -> Preview | None:
        """A picture smaller but sooner than :meth:`open` has it, to fill ``room`` (width, height) in pixels; None where
        it takes as long. Blocks."""
        from editor.storage.picture_preview import read_preview

        return read_preview(path, room)

    def from_pixels(self, pixels: Samples, name: str) -> Picture:
        """A new picture from (height, width, 4) blue green red alpha, for paste. Blocks."""
        return Picture.of(Document(pixels, name=name, **self._mask_edge()))

    def from_bytes(self, data: bytes, name: str) -> Picture:
        """A new picture from what a file would hold, as browsers and other programs give it; ``name`` stands in for the
        file's. Blocks. Raises InputError."""
        from editor.storage.picture_reader import read_picture

        try:
            with tempfile.TemporaryDirectory(prefix="image-editor-") as folder:
                path = Path(folder) / name
                path.write_bytes(data)
                document = read_picture(path, **self._mask_edge())
        except OSError as error:
            raise InputError(f"{name} cannot be opened: {NO_ROOM}", detail=str(error)) from error
        document.path = None
        return Picture.of(document)

    def sample(self) -> Picture:
        """The sample photo with a mask over a thing that can be erased. Blocks."""
        from editor.storage.picture_reader import read_mask, read_picture

        document = read_picture(self.sample_path, **self._mask_edge())
        mask = self.sample_path.with_name(f"{self.sample_path.stem}-mask.png")
        paint_mask(document, read_mask(mask, document.size))
        return Picture.of(document)

    def saving(self, document: Document, path: Path, *, over: bool = False) -> Saving:
        """Take what is needed to write ``document`` as it is now to ``path``, whose extension tells the format.

        For the UI thread; copies nothing, and painting may go on meanwhile. A file that somebody else has changed is
        only written ``over`` where that is said.
        """
        own = path == document.path
        return Saving(
            Moment.of(document),
            path,
            stamp=None if over or not own else self._stamps.get(document),
            backup=bool(self._settings.get(BACKUP_SETTING, True)),
            history=bool(self._settings.get(HISTORY_SETTING, True)),
            told=document in self._told,
        )

    def saved(self, document: Document, path: Path) -> None:
        """``document`` was written to ``path``."""
        from editor.storage.file_stamp import FileStamp

        self._told.add(document)
        stamp = FileStamp.of(path)
        if stamp is not None:
            self._stamps[document] = stamp

    def _mask_edge(self) -> MaskEdge:
        return {"grow": self._settings.get("grow", 4), "feather": self._settings.get("feather", 6)}


def paint_mask(document: Document, mask: Pixels) -> None:
    """Set a document's mask, (height, width) uint8, and its effective mask; not a step of the history."""
    from editor.imaging.effective_mask import refresh_all

    document.mask.write(document.rect, mask)
    refresh_all(document)
