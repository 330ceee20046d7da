"""After a crash every open document comes back, with all of its past; what other runs hold is left alone."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.documents import edit, facts, lead_a_life, noise, stroke, whole_past
from support.faulty_disk import FaultyDisk

from editor.domain.document import Document
from editor.domain.errors import EditorError, InputError
from editor.domain.metadata import Metadata
from editor.domain.moment import Moment
from editor.domain.raster import Watch
from editor.storage.recovery import Recovery
from editor.storage.shelf import MANIFEST


class Run:
    """A run of the program with one document, which can end without a word."""

    def __init__(self, folder: Path) -> None:
        self.recovery = Recovery(folder)

    def take(self, document: Document) -> None:
        self.document, self.shelf = document, self.recovery.shelf_of(document)
        self.watch()

    def watch(self) -> None:
        self.pixels, self.mask = Watch(self.document.pixels), Watch(self.document.mask)

    def save(self) -> None:
        if self.pixels.raster is not self.document.pixels:
            self.watch()
        moment = Moment.of(self.document)
        self.shelf.save(moment, pixels=self.pixels.taken(), mask=self.mask.taken()).result()

    def crash(self) -> None:
        """The lock goes, the files stay."""
        # No document is let go of in an ended program.
        self.shelf._closed.set()
        end_without_a_word(self.recovery)


def end_without_a_word(recovery: Recovery) -> None:
    recovery.settle()
    recovery._work.submit(recovery._owner.close).result()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), depth=st.sampled_from([np.uint8, np.uint16]), saves=st.integers(1, 4))
def test_a_document_comes_back_with_all_of_its_past(
    tmp_path_factory: pytest.TempPathFactory, seed: int, depth: Any, saves: int
) -> None:
    folder = tmp_path_factory.mktemp("recovery")
    run = Run(folder)
    chance = np.random.default_rng(seed)
    run.take(noise(seed, depth=depth))
    for _ in range(saves):
        lead_a_life(run.document, chance, 5)
        run.save()
    expected, past = facts(run.document), whole_past(run.document)
    run.save()
    run.crash()

    later = Recovery(folder)
    (left,) = later.left_open()
    assert (left.name, left.size) == (run.document.name, run.document.size)
    document = later.reopen(left)
    assert document.modified
    document.modified = expected["modified"]
    assert facts(document) == expected | {"modified": document.modified}
    for place, (was, now) in enumerate(zip(past, whole_past(document), strict=True)):
        assert {**now, "modified": None} == {**was, "modified": None}, place
    later.close()
    assert not [path for path in folder.iterdir() if path.name != "runs"], "a run that ends well leaves nothing"


def left_behind(folder: Path, document: Document, *, steps: int = 3) -> Run:
    """A run that crashed after it had saved ``document``."""
    run = Run(folder)
    run.take(document)
    chance = np.random.default_rng(1)
    for _ in range(steps):
        stroke(document, chance)
        edit(document, chance)
    run.save()
    run.crash()
    return run


def test_what_the_file_said_comes_back_too(folder: Path) -> None:
    document = noise(1)
    document.path, document.name = Path("/pictures/straße.tif"), "straße.tif"
    document.metadata = Metadata(
        format="TIFF",
        icc_profile=b"\0profile",
        exif=b"II*\0",
        dpi=(300.0, 299.5),
        text={"Title": "Ein Titel ✓"},
        save_options={"lossy": True, "jpeg_tables": ((1, 2), (3, 4))},
        notes=("A note.",),
    )
    document.stays_here, document.grow, document.feather = True, 9, 0
    left_behind(folder, document)
    (left,) = Recovery(folder).left_open()
    restored = Recovery(folder).reopen(left)
    assert restored.metadata == document.metadata
    assert (restored.path, restored.name) == (document.path, document.name)
    assert (restored.stays_here, restored.grow, restored.feather) == (True, 9, 0)


def test_what_a_living_run_holds_is_not_offered(folder: Path) -> None:
    run = Run(folder)
    run.take(noise(2))
    stroke(run.document, np.random.default_rng(0))
    run.save()
    assert Recovery(folder).left_open() == ()
    run.crash()
    assert len(Recovery(folder).left_open()) == 1


def test_two_runs_do_not_bring_back_the_same_document(folder: Path) -> None:
    left_behind(folder, noise(3))
    one, other = Recovery(folder), Recovery(folder)
    (left,) = one.left_open()
    assert other.left_open() == (left,)
    one.reopen(left)
    with pytest.raises(InputError):
        other.reopen(left)
    assert other.left_open() == ()


def test_a_document_that_was_brought_back_survives_the_next_crash_as_well(folder: Path) -> None:
    left_behind(folder, noise(4))
    again = Run(folder)
    again.take(again.recovery.reopen(again.recovery.left_open()[0]))
    stroke(again.document, np.random.default_rng(9))
    again.save()
    expected = whole_past(again.document)
    again.save()
    again.crash()
    (left,) = Recovery(folder).left_open()
    document = Recovery(folder).reopen(left)
    document.modified = again.document.modified
    assert whole_past(document) == expected


def test_a_document_that_nobody_holds_any_more_leaves_nothing(folder: Path) -> None:
    run = Run(folder)
    run.take(noise(5))
    stroke(run.document, np.random.default_rng(0))
    run.save()
    kept = run.shelf.folder
    assert kept is not None
    assert (kept / MANIFEST).is_file()
    del run.document, run.pixels, run.mask
    run.recovery.settle()
    assert not kept.exists()


def test_a_closed_document_is_not_brought_back_but_can_be_undone(folder: Path) -> None:
    run = Run(folder)
    run.take(noise(6))
    before = facts(run.document)
    edit(run.document, np.random.default_rng(0))
    run.save()
    run.shelf.forget().result()
    run.document.undo()
    assert facts(run.document)["pixels"] == before["pixels"]
    run.crash()
    assert Recovery(folder).left_open() == ()
    assert [path.name for path in folder.iterdir()] == ["runs"], "its folder went"


def test_a_pack_that_holds_too_much_that_nobody_needs_is_written_anew(folder: Path) -> None:
    run = Run(folder)
    run.take(noise(7))
    run.shelf.slack = 0
    chance = np.random.default_rng(0)
    for _ in range(12):
        edit(run.document, chance)
        run.save()
        run.document.undo()
    run.save()
    kept = run.shelf.folder
    assert kept is not None
    (pack,) = kept.glob("pack-*")
    assert pack.name != "pack-1.tiles"
    assert pack.stat().st_size < 4 * run.document.pixels.array.nbytes
    expected = whole_past(run.document)
    run.save()
    run.crash()
    later = Recovery(folder)
    document = later.reopen(later.left_open()[0])
    document.modified = run.document.modified
    assert whole_past(document) == expected


def test_packs_that_are_written_anew_leave_neither_files_nor_handles(folder: Path) -> None:
    run = Run(folder)
    run.take(noise(10, size=(300, 90)))
    run.shelf.slack = 0
    chance = np.random.default_rng(0)
    for _ in range(8):
        edit(run.document, chance)
        run.save()
        run.document.undo()
    held = run.shelf.folder
    assert held is not None
    run.recovery.settle()
    assert len(list(held.glob("pack-*"))) == 1
    del run.document, run.pixels, run.mask
    gc.collect()
    run.recovery.settle()
    assert not held.exists()


def test_a_repacking_that_fails_does_not_fill_the_disk(folder: Path) -> None:
    disk = FaultyDisk()
    run = Run(folder)
    run.recovery = Recovery(folder, disk=disk)
    run.take(noise(11, size=(300, 90)))
    run.shelf.slack = 0
    chance = np.random.default_rng(0)
    edit(run.document, chance)
    run.save()
    for _ in range(6):
        edit(run.document, chance)
        run.document.undo()
        run.recovery.settle()
        disk.fail_at, disk.for_good = len(disk.calls) + 4, True
        with pytest.raises(OSError, match="refuses"):
            run.save()
        run.watch()
        disk.fail_at, disk.for_good = 0, False
    held = run.shelf.folder
    assert held is not None
    assert len(list(held.glob("pack-*"))) <= 2
    run.save()
    assert len(list(held.glob("pack-*"))) == 1


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
def test_a_disk_that_fails_anywhere_costs_the_newest_strokes_at_most(
    tmp_path_factory: pytest.TempPathFactory, for_good: bool
) -> None:
    """The n-th call of the disk fails, for n = 1, 2, 3 … until none does: what was saved before comes back, or what
    is there now, and the document itself can be undone and is saved by the next autosave."""
    for number in range(1, 500):
        disk = FaultyDisk(number, for_good=for_good)
        folder = tmp_path_factory.mktemp("faulty")
        if live_through_faults(folder, disk):
            return
    pytest.fail("the disk never stopped failing")


def live_through_faults(folder: Path, disk: FaultyDisk) -> bool:
    run, chance = Run(folder), np.random.default_rng(3)
    run.recovery = Recovery(folder, disk=disk)
    run.take(noise(8, size=(300, 90)))
    states, saved = [facts(run.document)], False
    for _ in range(3):
        stroke(run.document, chance)
        edit(run.document, chance)
        states.append(facts(run.document))
        try:
            run.save()
            saved = True
        except OSError:
            run.watch()
    past = whole_past(run.document)
    run.crash()
    later = Recovery(folder)
    left = later.left_open()
    assert len(left) == 1 or not saved
    for one in left:
        document = later.reopen(one)
        document.modified = True
        assert {**facts(document), "modified": True} in [{**state, "modified": True} for state in states]
        assert [one["pixels"] for one in whole_past(document)] == [
            one["pixels"] for one in past[: len(document.history.entries)]
        ]
    later.close()
    return not disk.fired


@pytest.mark.parametrize("what", ["manifest", "pack"])
def test_damage_is_told_in_a_sentence(folder: Path, what: str) -> None:
    left_behind(folder, noise(9, size=(60, 50)))
    (left,) = Recovery(folder).left_open()
    path = left.folder / MANIFEST if what == "manifest" else next(left.folder.glob("pack-*"))
    whole, told = path.read_bytes(), []
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        recovery = Recovery(folder)
        try:
            for one in recovery.left_open():
                document = recovery.reopen(one)
                whole_past(document)
        except EditorError as error:
            told.append(error.message)
        for held in folder.iterdir():
            if held.name != "runs":
                held.rename(left.folder)
        end_without_a_word(recovery)
    assert len(told) > 20
    assert all(message.endswith(".") for message in told)
