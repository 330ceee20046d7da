"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from editor.domain.errors import InputError
from editor.storage.file_names import quoted

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class OutputFile:
    """Writes beside the target and takes its place on :meth:`commit`; without that the target stays untouched.

    The temporary is created on entering, so that a folder which cannot be written is found before any work is done::

        with OutputFile(path) as output:
            output.write(data)
            output.commit()

    An existing target keeps its permissions; a symbolic link stays one and the file it names is replaced.
    Every method raises :class:`InputError` with the file's name and the remedy where the system refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = path
        self._temporary: Path | None = None
        self._stream: BinaryIO | None = None

    def __enter__(self) -> OutputFile:
        try:
            self._target = self._checked_target()
            self._temporary = self._target.with_name(f".image-editor-{secrets.token_hex(6)}.part")
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
            # 0o666 leaves the permissions of a new file to the user's umask.
            self._stream = os.fdopen(os.open(self._temporary, flags, 0o666), "w+b")
            if self._target.exists():
                self._temporary.chmod(stat.S_IMODE(self._target.stat().st_mode))
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
            os.fsync(stream.fileno())
            stream.close()
            temporary.replace(self._target)
        except OSError as error:
            self._discard()
            raise self._refused(error) from error
        self._temporary = None
        _sync_folder(self._target.parent)

    def _open_stream(self) -> BinaryIO:
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


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too; not every system can, and the file itself is safe already."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
