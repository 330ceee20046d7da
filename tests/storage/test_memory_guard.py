"""What is free, and what a picture takes of it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from editor.domain.errors import InputError
from editor.storage.memory_guard import free_memory, left_in_group, require_memory

GIGABYTE = 1 << 30


def group(folder: Path, *, limit: str, used: int, files: int) -> Path:
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {files}\n")
    return folder


def test_what_is_free_lies_within_what_there_is() -> None:
    assert 0 < free_memory() <= psutil.virtual_memory().total


def test_a_control_group_may_leave_less(tmp_path: Path) -> None:
    assert left_in_group(group(tmp_path, limit="1000", used=800, files=100)) == 300
    assert left_in_group(group(tmp_path, limit="1000", used=1200, files=0)) == 0
    assert left_in_group(group(tmp_path, limit="max", used=800, files=100)) is None
    assert left_in_group(group(tmp_path, limit="rubbish", used=800, files=100)) is None
    assert left_in_group(tmp_path / "nowhere") is None


@pytest.mark.parametrize(("depth", "needed"), [(8, 12.9), (16, 12.9)])
def test_a_hundred_megapixels_take_what_they_take(depth: int, needed: float) -> None:
    """10 bytes a pixel in either depth, a quarter on top, and the program's own reserve."""
    size, expected = (10_000, 10_000), int(needed * 1e8)
    require_memory("“a”", size, depth=depth, working=0, free=expected + (96 << 20))
    with pytest.raises(InputError, match=r"“a” is 10000 × 10000 pixels and takes about 1\.4 GB of memory"):
        require_memory("“a”", size, depth=depth, working=0, free=expected)
    with pytest.raises(InputError):
        require_memory("“a”", size, depth=depth, working=GIGABYTE, free=expected + (96 << 20))
