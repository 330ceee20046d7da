"""A file that appears whole or not at all, whatever fails."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

import pytest
from support.faulty_disk import FaultyDisk

from editor.domain.errors import ChangedOnDisk, InputError
from editor.storage.file_stamp import FileStamp
from editor.storage.output_file import OutputFile, backup_of


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
    tmp_path: Path, number: int, words: str
) -> None:
    path, content = tmp_path / "a.png", bytes(range(256)) * 3000
    messages, calls = [], set()
    for fail_at in range(1, 60):
        path.write_bytes(b"old")
        disk = FaultyDisk(fail_at, number=number, for_good=fail_at % 2 == 0)
        try:
            with OutputFile(path, backup=True, disk=disk) as output:
                for place in range(0, len(content), 100_000):
                    output.write(content[place : place + 100_000])
                output.commit()
        except InputError as error:
            messages.append(error.message)
            assert path.read_bytes() == b"old"
            calls.add(disk.calls[fail_at - 1])
        else:
            assert path.read_bytes() == content
            assert not output.backed_up or backup_of(path).read_bytes() == b"old"
        backup_of(path).unlink(missing_ok=True)
        assert list(tmp_path.iterdir()) == [path]
        if not disk.fired:
            break
    assert calls >= {"create", "permit", "write", "sync", "replace"}, "each was the one that failed once"
    assert all(words in message and "“a.png”" in message for message in messages)
    assert not disk.fired


def test_what_a_file_held_stays_beside_it_as_its_backup(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    for content, kept in ((b"one", None), (b"two", b"one"), (b"three", b"two")):
        with OutputFile(path, backup=True) as output:
            output.write(content)
            output.commit()
        assert output.backed_up == (kept is not None)
        assert path.read_bytes() == content
        backup = tmp_path / "a.png~"
        assert (backup.read_bytes() if backup.exists() else None) == kept
    assert len(list(tmp_path.iterdir())) == 2


def test_a_backup_that_cannot_be_kept_does_not_keep_the_picture_back(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    (tmp_path / "a.png~").mkdir()
    with OutputFile(path, backup=True) as output:
        output.write(b"new")
        output.commit()
    assert not output.backed_up
    assert path.read_bytes() == b"new"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.png", "a.png~"]


@pytest.mark.parametrize("somebody", ["writes", "replaces", "nobody", "deletes"])
def test_a_file_that_somebody_else_changed_is_not_replaced(tmp_path: Path, somebody: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"as it was read")
    stamp = FileStamp.of(path)
    if somebody == "writes":
        path.write_bytes(b"somebody else's work")
    elif somebody == "replaces":
        other = tmp_path / "other"
        other.write_bytes(b"as it was rea!")
        other.rename(path)
    elif somebody == "deletes":
        path.unlink()
    changed = somebody in ("writes", "replaces")
    before = path.read_bytes() if path.exists() else b""
    told = pytest.raises(ChangedOnDisk, match=r"“a\.png” was changed") if changed else contextlib.nullcontext()
    with told, OutputFile(path, expected=stamp) as output:
        output.write(b"new")
        output.commit()
    assert path.read_bytes() == (before if changed else b"new")
    assert list(tmp_path.iterdir()) == [path]
