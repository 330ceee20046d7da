"""A folder of the engine's models: files that appear whole or not at all, and are known by their hash."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from pathlib import Path

from editor.domain.errors import EditorError, InputError
from editor.engine.model_catalogue import KnownModel
from editor.engine.weights import SUFFIX
from editor.storage.disk import SYSTEM_DISK, Disk, write_whole
from editor.storage.output_file import OutputFile

MEGABYTE = 1_000_000
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class WrongFile(EditorError):
    """What was fetched is not the model: its size or its hash is another."""


class ModelFolder:
    """The models in the folder ``path``, which is made when the first one comes."""

    def __init__(self, path: Path, *, disk: Disk = SYSTEM_DISK) -> None:
        self.path = path
        self._disk = disk

    def file_of(self, model: KnownModel) -> Path:
        """Where the model's file is, or would be."""
        return self.path / f"{model.name}{SUFFIX}"

    def holds(self, model: KnownModel) -> bool:
        """Whether the model's file is there and of its size; quick, so that a window may ask."""
        try:
            return self.file_of(model).stat().st_size == model.bytes
        except OSError:
            return False

    def is_whole(self, model: KnownModel) -> bool:
        """Whether the model's file is there and has its hash; reads the file."""
        try:
            return self.holds(model) and _hash_of(self.file_of(model)) == model.sha256
        except OSError:
            return False

    def keep(self, model: KnownModel, content: bytes) -> None:
        """Write the model's file. Raises InputError where the folder or the disk takes none."""
        self._make()
        with OutputFile(self.file_of(model), disk=self._disk) as output:
            output.write(content)
            output.commit()

    def delete(self, model: KnownModel) -> None:
        """Remove the model's file and what was begun of it. Raises InputError where the system refuses."""
        try:
            self.file_of(model).unlink(missing_ok=True)
            self.part_path(model).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(
                f"{model.title} cannot be deleted: another program uses it. Close that program and try again.",
                detail=str(error),
            ) from error

    def part_path(self, model: KnownModel) -> Path:
        """Where a download gathers; another version of the model gathers elsewhere."""
        return self.path / f"{model.name}.{model.sha256[:8]}.part"

    def begun(self, model: KnownModel) -> int:
        """Bytes of the model that an earlier download has left."""
        try:
            return self.part_path(model).stat().st_size
        except OSError:
            return 0

    def open_part(self, model: KnownModel) -> PartFile:
        """The file in which a download of ``model`` gathers, at its end. Raises InputError."""
        self._make()
        return PartFile(self, model, self._disk)

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The folder “{self.path}” cannot be made: {error.strerror}.") from error


class PartFile:
    """A model's file while it comes in; use as a context. Every method raises InputError where the disk refuses.

    What came stays for a later download to continue, but where the disk is full or the whole proves wrong.
    """

    def __init__(self, folder: ModelFolder, model: KnownModel, disk: Disk) -> None:
        self._model = model
        self._disk = disk
        self._path = folder.part_path(model)
        self._target = folder.file_of(model)
        self._handle = -1
        try:
            if folder.begun(model) > model.bytes:
                self._path.unlink()
            self._handle = disk.open(self._path) if self._path.exists() else disk.create(self._path, 0o666)
            self.size = os.lseek(self._handle, 0, os.SEEK_END)
        except OSError as error:
            raise self._refused(error) from error

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def restart(self) -> None:
        """Let go of what has come so far."""
        try:
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
        except OSError as error:
            raise self._refused(error) from error
        self.size = 0

    def append(self, chunk: bytes) -> None:
        """Add what came. Raises WrongFile where that is more than the model has."""
        if self.size + len(chunk) > self._model.bytes:
            self._discard()
            raise WrongFile(f"What came for {self._model.title} is larger than the model. Nothing was kept of it.")
        try:
            write_whole(self._disk, self._handle, chunk)
        except OSError as error:
            raise self._refused(error) from error
        self.size += len(chunk)

    def finish(self) -> None:
        """Check the whole by its hash and give it its name. Raises WrongFile."""
        try:
            self._disk.sync(self._handle)
            self._close()
            if _hash_of(self._path) != self._model.sha256:
                self._discard()
                raise WrongFile(
                    f"What came for {self._model.title} is not the model: its hash is another. Nothing was kept of it."
                )
            self._disk.replace(self._path, self._target)
        except OSError as error:
            raise self._refused(error) from error

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _discard(self) -> None:
        self._close()
        # What cannot be removed now is written over by the next download.
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> InputError:
        title, size = self._model.title, megabytes(self._model.bytes)
        if error.errno in _DISK_FULL:
            self._discard()
            return InputError(f"{title} cannot be kept: the disk is full. Free {size} and try again.")
        return InputError(
            f"{title} cannot be kept in “{self._path.parent}”. Check whether you may write to that folder.",
            detail=str(error),
        )


def megabytes(count: int) -> str:
    """``92.6 MB``; ``224 MB`` from a hundred on."""
    return f"{count / MEGABYTE:.0f} MB" if count >= 100 * MEGABYTE else f"{count / MEGABYTE:.1f} MB"


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
