"""A file that appears whole or not at all, whatever fails."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editor.domain.errors import InputError
from editor.storage.output_file import OutputFile


def replace(path: Path, content: bytes) -> None:
    with OutputFile(path) as output:
        output.write(content[:3])
        output.write(content[3:])
        output.commit()


def test_a_new_file_has_the_users_permissions(tmp_path: Path) -> None:
    path, ordinary = tmp_path / "a.png", tmp_path / "ordinary"
    ordinary.touch()
    replace(path, b"new content")
    assert path.read_bytes() == b"new content"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_the_temporary_stands_beside_the_target_at_once_and_goes_without_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with OutputFile(path) as output:
        assert len(list(tmp_path.iterdir())) == 2
        output.write(b"half")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace(path, b"new content")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    link.symlink_to(target)
    replace(link, b"new content")
    assert link.is_symlink()
    assert target.read_bytes() == b"new content"
    assert len(list((tmp_path / "there").iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="named pipes exist on POSIX alone")
def test_what_cannot_be_written_is_named_on_entering(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, words in {
        tmp_path / "gone" / "a.png": r"“a.png” cannot be saved: the folder “.*gone” does not exist",
        tmp_path: "is a folder",
        pipe: "not an ordinary file",
        tmp_path / ("x" * 300): "too long|cannot be saved",
        Path("a\0b.png"): "cannot be saved",
        tmp_path / "loop": "cannot be saved",
    }.items():
        with pytest.raises(InputError, match=words), OutputFile(path):
            pytest.fail("entered")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["loop", "pipe.png"]


def test_a_folder_or_file_without_leave_is_named(ordinary_users_folder: Path) -> None:
    path = ordinary_users_folder / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(InputError, match="permission denied"), OutputFile(path):
        pytest.fail("entered")
    ordinary_users_folder.chmod(0o555)
    with pytest.raises(InputError, match="permission denied"), OutputFile(ordinary_users_folder / "b.png"):
        pytest.fail("entered")
    assert path.read_bytes() == b"old"


class Faults:
    """Lets every call to the system through but the one at ``fatal``, which fails with ``number``."""

    def __init__(self, fatal: int, number: int) -> None:
        self.fatal, self.number, self.calls = fatal, number, 0

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls == self.fatal:
                raise OSError(self.number, os.strerror(self.number))
            return function(*arguments, **options)

        return call


class WatchedStream:
    """A real file whose calls can be made to fail."""

    def __init__(self, stream: Any, faults: Faults) -> None:
        self._stream = stream
        self.write, self.flush = faults.watched(stream.write), faults.watched(stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "permission denied"),
        (errno.EFBIG, "too large for this disk"),
        (errno.EIO, "cannot be saved here"),
    ],
)
def test_whichever_call_fails_the_old_file_or_the_new_one_is_there_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    path = tmp_path / "a.png"
    messages = []
    for fatal in range(1, 30):
        path.write_bytes(b"old")
        faults = Faults(fatal, number)
        fdopen = os.fdopen
        with monkeypatch.context() as patched:
            patched.setattr(os, "open", faults.watched(os.open))
            patched.setattr(os, "fdopen", lambda *given, to=faults, at=fdopen: WatchedStream(at(*given), to))
            patched.setattr(os, "fsync", faults.watched(os.fsync))
            patched.setattr(os, "chmod", faults.watched(os.chmod))
            patched.setattr(os, "rename", faults.watched(os.rename))
            patched.setattr(os, "replace", faults.watched(os.replace))
            try:
                replace(path, b"new content")
            except InputError as error:
                messages.append(error.message)
        assert path.read_bytes() == (b"new content" if len(messages) < fatal else b"old")
        assert list(tmp_path.iterdir()) == [path]
        if faults.calls < fatal:
            break
    assert len(messages) >= 7
    assert all(words in message and "“a.png”" in message for message in messages)
