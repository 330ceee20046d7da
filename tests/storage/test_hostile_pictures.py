"""Files that are cut, changed at random, or built to harm: a sentence comes of each, within limits, and never a crash.

They are opened in a process of its own under a limit on memory and on work.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bombs import BOMBS
from support.opening_child import Answer, OpeningChild
from support.small_pictures import small_pictures

from editor.domain.errors import InputError
from editor.storage.picture_reader import read_picture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits on a process are set the POSIX way")

MOST_MEMORY = 384 << 20
"""What the process may have held, its libraries included, whatever a small file asks for."""
MOST_SECONDS = 2.0
"""Of work, before the sentence comes."""
PICTURES = small_pictures()
EXAMPLES, LONG_EXAMPLES = 4_000, 60_000


@pytest.fixture(scope="module")
def child() -> Iterator[OpeningChild]:
    with OpeningChild() as child:
        yield child


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "photo"


def opened(child: OpeningChild, photo: Path, content: bytes) -> Answer:
    """What came of it, after what must hold whatever came."""
    photo.write_bytes(content)
    answer = child.open(photo)
    assert answer.seconds < MOST_SECONDS
    assert answer.peak < MOST_MEMORY
    if answer.refusal is not None:
        assert answer.refusal.startswith("“photo” ")
        assert "\n" not in answer.refusal
    assert [path.name for path in photo.parent.iterdir()] == ["photo"]
    return answer


@pytest.mark.parametrize("name", PICTURES)
def test_a_file_cut_anywhere_is_refused_or_whole(child: OpeningChild, photo: Path, name: str) -> None:
    content = PICTURES[name]
    whole = opened(child, photo, content)
    assert whole.refusal is None
    for length in range(len(content) - 1, -1, -1 if len(content) < 300 else -7):
        answer = opened(child, photo, content[:length])
        # What is behind the pixels may be missing.
        assert answer.refusal is not None or answer.digest == whole.digest, f"cut to {length}"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_defused(child: OpeningChild, photo: Path, name: str) -> None:
    bomb = BOMBS[name]
    answer = opened(child, photo, bomb.build())
    if bomb.refusal is None:
        assert answer.refusal is None
        assert any(bomb.note in note for note in answer.notes or ("",))
    else:
        assert answer.refusal is not None
        assert re.search(bomb.refusal, answer.refusal)


def test_what_the_memory_does_not_hold_is_refused_with_both_figures(photo: Path) -> None:
    photo.write_bytes(PICTURES["pillow PNG"])
    assert read_picture(photo, free=lambda: 256 << 20).size == (7, 9)
    with pytest.raises(InputError, match=r"7 × 9 pixels and takes about 0\.1 GB .* 0\.0 GB are free"):
        read_picture(photo, free=lambda: 1 << 20)


NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
PLACE = st.one_of(st.integers(0, 120), st.integers(0, 1_500))
CHANGE = st.one_of(
    st.tuples(st.just("byte"), PLACE, st.integers(0, 255)),
    st.tuples(st.sampled_from((">H", "<H", ">I", "<I")), PLACE, st.sampled_from(NUMBERS)),
    st.tuples(st.sampled_from(("cut", "drop", "double")), PLACE, st.integers(1, 64)),
)


def changed(content: bytes, changes: list[tuple[str, int, int]]) -> bytes:
    data = bytearray(content)
    for kind, place, value in changes:
        place %= max(1, len(data))
        if kind == "byte":
            data[place : place + 1] = bytes((value,))
        elif kind == "cut":
            del data[place:]
        elif kind == "drop":
            del data[place : place + value]
        elif kind == "double":
            data[place:place] = data[place : place + value]
        else:
            size = struct.calcsize(kind)
            data[place : place + size] = struct.pack(kind, value % (1 << 8 * size))
    return bytes(data)


def with_right_checksums(content: bytes) -> bytes:
    """A PNG whose chunks pass for undamaged, as an attacker would leave them."""
    result, place = bytearray(content), 8
    while place + 12 <= len(result):
        length = int.from_bytes(result[place : place + 4], "big")
        end = place + 8 + length
        if end + 4 > len(result):
            break
        result[end : end + 4] = struct.pack(">I", zlib.crc32(result[place + 4 : end]))
        place = end + 4
    return bytes(result)


def fuzz(child: OpeningChild, photo: Path, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(name=st.sampled_from(sorted(PICTURES)), changes=st.lists(CHANGE, min_size=1, max_size=5))
    def try_one(name: str, changes: list[tuple[str, int, int]]) -> None:
        content = changed(PICTURES[name], changes)
        opened(child, photo, with_right_checksums(content) if "png" in name.lower() else content)

    try_one()


def test_files_changed_at_random_never_break_the_program(child: OpeningChild, photo: Path) -> None:
    fuzz(child, photo, EXAMPLES)


@pytest.mark.long
def test_many_files_changed_at_random_never_break_the_program(child: OpeningChild, photo: Path) -> None:
    fuzz(child, photo, LONG_EXAMPLES)
