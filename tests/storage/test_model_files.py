from __future__ import annotations

import errno
from pathlib import Path

import pytest
from support.faulty_disk import FaultyDisk
from support.model_parts import CONTENT, tiny_model

from editor.domain.errors import InputError
from editor.storage.model_files import ModelFolder, WrongFile, megabytes

MODEL = tiny_model()


def test_what_comes_in_pieces_is_there_when_it_is_whole(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    with folder.open_part(MODEL) as part:
        part.append(CONTENT[:1000])
    assert not folder.holds(MODEL)
    assert folder.begun(MODEL) == 1000
    with folder.open_part(MODEL) as part:
        assert part.size == 1000
        part.append(CONTENT[1000:])
        part.finish()
    assert folder.is_whole(MODEL)
    assert folder.begun(MODEL) == 0
    assert [path.name for path in folder.path.iterdir()] == ["tiny.onnx"]
    folder.delete(MODEL)
    assert not folder.holds(MODEL)
    assert list(folder.path.iterdir()) == []


def test_a_wrong_hash_leaves_nothing(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    with folder.open_part(MODEL) as part:
        part.append(CONTENT[::-1])
        with pytest.raises(WrongFile, match="Tiny is not the model: its hash is another"):
            part.finish()
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_model_has_leaves_nothing(tmp_path: Path) -> None:
    with ModelFolder(tmp_path).open_part(MODEL) as part, pytest.raises(WrongFile, match="larger than the model"):
        part.append(CONTENT + b"!")
    assert list(tmp_path.iterdir()) == []


def test_a_remainder_that_is_too_long_is_begun_anew(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    folder.part_path(MODEL).write_bytes(CONTENT * 2)
    with folder.open_part(MODEL) as part:
        assert part.size == 0


def test_another_version_of_a_model_does_not_go_on_where_the_old_one_stopped(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    with folder.open_part(MODEL) as part:
        part.append(b"x")
    assert folder.begun(tiny_model(CONTENT[::-1])) == 0


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5])
def test_a_full_disk_is_told_and_never_leaves_half_a_model(tmp_path: Path, piece: int) -> None:
    """Whichever call it is that the disk refuses."""
    folder = ModelFolder(tmp_path, disk=FaultyDisk(piece, number=errno.ENOSPC, for_good=True))
    try:
        with folder.open_part(MODEL) as part:
            for begin in range(0, len(CONTENT), 100_000):
                part.append(CONTENT[begin : begin + 100_000])
            part.finish()
    except InputError as error:
        assert error.message == "Tiny cannot be kept: the disk is full. Free 0.2 MB and try again."
        assert list(tmp_path.iterdir()) == []
    assert folder.holds(MODEL) == folder.is_whole(MODEL)


def test_a_damaged_file_is_not_whole(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    folder.file_of(MODEL).write_bytes(CONTENT[::-1])
    assert folder.holds(MODEL)
    assert not folder.is_whole(MODEL)
    folder.keep(MODEL, CONTENT)
    assert folder.is_whole(MODEL)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be made"):
        ModelFolder(tmp_path / "taken").keep(MODEL, CONTENT)


def test_sizes_in_words() -> None:
    assert [megabytes(size) for size in (1_252_988, 28_079_181, 224_005_088)] == ["1.3 MB", "28.1 MB", "224 MB"]
