"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import secrets
import stat
from pathlib import Path
from types import TracebackType
from typing import Any

from editor.domain.errors import ChangedOnDisk, InputError
from editor.storage.disk import SYSTEM_DISK, Disk
from editor.storage.file_names import quoted
from editor.storage.file_stamp import FileStamp

log = logging.getLogger(__name__)

_BUFFER = 1 << 18
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class OutputFile:
    """Writes beside the target and takes its place on :meth:`commit`; without that the target stays untouched.

    The temporary is created on entering, so that a folder which cannot be written is found before any work is done::

        with OutputFile(path) as output:
            output.write(data)
            output.commit()

    An existing target keeps its permissions; a symbolic link stays one and the file it names is replaced.
    With ``backup`` what the target held until now stays beside it under :func:`backup_of` its name; one that differs
    from ``expected`` was changed by somebody else, and is not replaced.
    Every method raises :class:`InputError` with the file's name and the remedy where the system refuses.
    """

    def __init__(
        self, path: Path, *, backup: bool = False, expected: FileStamp | None = None, disk: Disk = SYSTEM_DISK
    ) -> None:
        self.path = path
        self.backed_up = False
        """Whether a backup was kept."""
        self._backup = backup
        self._expected = expected
        self._disk = disk
        self._target = path
        self._temporary: Path | None = None
        self._stream: io.BufferedWriter | None = None

    def __enter__(self) -> OutputFile:
        try:
            self._target = self._checked_target()
            self._temporary = self._target.with_name(f".image-editor-{secrets.token_hex(6)}.part")
            # 0o666 leaves the permissions of a new file to the user's umask.
            handle = self._disk.create(self._temporary, 0o666)
            self._stream = io.BufferedWriter(_Handle(handle, self._disk), _BUFFER)
            if self._target.exists():
                self._disk.permit(self._temporary, stat.S_IMODE(self._target.stat().st_mode))
        except (OSError, ValueError, RuntimeError) as error:
            self._discard()
            raise self._refused(error) from error
        except BaseException:
            self._discard()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._discard()

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Append bytes and return their number."""
        try:
            return self._open_stream().write(data)
        except OSError as error:
            raise self._refused(error) from error

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to another place, as in any file; encoders ask for it."""
        try:
            return self._open_stream().seek(offset, whence)
        except OSError as error:
            raise self._refused(error) from error

    def tell(self) -> int:
        """The present place in bytes from the start."""
        return self._open_stream().tell()

    def flush(self) -> None:
        """Hand what was written to the system."""
        try:
            self._open_stream().flush()
        except OSError as error:
            raise self._refused(error) from error

    def commit(self) -> None:
        """Bring the bytes to the disk and put the file into its place."""
        stream, temporary = self._open_stream(), self._temporary
        if temporary is None:
            raise ValueError("the file has its place already")
        try:
            stream.flush()
            self._disk.sync(stream.fileno())
            stream.close()
            self._require_unchanged()
            if self._backup:
                self._keep_backup()
            self._disk.replace(temporary, self._target)
        except OSError as error:
            self._discard()
            raise self._refused(error) from error
        self._temporary = None
        # Not every system can bring a name to the disk; the file itself is safe already.
        with contextlib.suppress(OSError):
            self._disk.sync_folder(self._target.parent)

    def _require_unchanged(self) -> None:
        if self._expected is not None and FileStamp.of(self._target) not in (self._expected, None):
            self._discard()
            raise ChangedOnDisk(
                f"{quoted(self.path)} was changed by another program since it was opened. Save under another name, or "
                "save over it."
            )

    def _keep_backup(self) -> None:
        """Give what the target holds a second name; that it cannot be had must not keep the new picture back."""
        part = self._target.with_name(f".image-editor-{secrets.token_hex(6)}.backup")
        try:
            self._disk.duplicate(self._target, part)
            self._disk.replace(part, backup_of(self._target))
            # Two names of one file, after a save that failed at its last step: renaming leaves both (rename, POSIX).
            part.unlink(missing_ok=True)
            self.backed_up = True
        except FileNotFoundError:
            return  # a new file has nothing to be kept
        except OSError as error:
            log.info("No backup could be kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _open_stream(self) -> io.BufferedWriter:
        if self._stream is None or self._stream.closed:
            raise ValueError("the file is not open")
        return self._stream

    def _checked_target(self) -> Path:
        target = self.path.resolve()
        if not target.parent.is_dir():
            raise InputError(
                f"{quoted(self.path)} cannot be saved: the folder “{target.parent}” does not exist. Choose another one."
            )
        if target.is_dir():
            raise InputError(f"{quoted(self.path)} is a folder. Give a file name inside it.")
        if target.exists():
            if not target.is_file():
                raise InputError(f"{quoted(self.path)} is not an ordinary file. Choose another name.")
            # Replacing needs leave for the folder alone; a file set read-only on purpose is not to be lost by that.
            if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
                raise PermissionError(errno.EACCES, "the file is read-only")
        return target

    def _discard(self) -> None:
        # Closing may fail where the disk is full: the bytes are not wanted any more.
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
        if self._temporary is not None:
            # What cannot be removed now is a hidden remainder; the error under way matters more.
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            self._temporary = None

    def _refused(self, error: Exception) -> InputError:
        number = error.errno if isinstance(error, OSError) else None
        name = quoted(self.path)
        if number in _DISK_FULL:
            message = f"{name} cannot be saved: the disk is full. Free some space or choose another folder."
        elif isinstance(error, PermissionError) or number == errno.EROFS:
            message = f"{name} cannot be saved: permission denied. Choose another folder or name."
        elif number == errno.ENAMETOOLONG:
            message = f"{name} cannot be saved: the name is too long. Choose a shorter one."
        elif number == errno.EFBIG:
            message = f"{name} cannot be saved: the file is too large for this disk. Choose another folder or format."
        else:
            message = f"{name} cannot be saved here. Choose another folder or name."
        return InputError(message, detail=f"{type(error).__name__}: {error}")


def backup_of(path: Path) -> Path:
    """Where the backup of a file stands: ``photo.jpg~`` beside ``photo.jpg``."""
    return path.with_name(f"{path.name}~")


class _Handle(io.RawIOBase):
    """An open file whose bytes go through a :class:`Disk`."""

    def __init__(self, handle: int, disk: Disk) -> None:
        super().__init__()
        self._handle = handle
        self._disk = disk

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._handle

    def write(self, data: Any, /) -> int:
        return self._disk.write(self._handle, memoryview(data))

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return os.lseek(self._handle, offset, whence)

    def close(self) -> None:
        if not self.closed:
            try:
                super().close()
            finally:
                os.close(self._handle)
