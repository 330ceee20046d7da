"""Several results of one step: any of them can stand in the picture, and undo takes the step back as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import PainterPlatform, services_of, session_of
from test_face_off import picture

from editor.domain.document import Document
from editor.domain.history import EntryKind, HistoryEntry, Target
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.session import FinishedEdit
from editor.session.candidates import THUMBNAIL, candidates_of, choose_candidate


@pytest.fixture
def document() -> Document:
    return picture()


@pytest.fixture
def finished(document: Document) -> FinishedEdit:
    clock = FakeClock()
    session = session_of(services_of(PainterPlatform("painter", clock), clock=clock))
    prepared = session.prepare(Operation.ERASE, document, EditOptions(variations=3))
    return asyncio.run(session.run_edit(prepared, lambda event: None, "job"))


@pytest.fixture
def entry(document: Document, finished: FinishedEdit) -> HistoryEntry:
    candidates = candidates_of([finished], document)
    clock = FakeClock()
    session_of(services_of(PainterPlatform("painter", clock), clock=clock)).attach(finished)
    step = document.history.current
    step.candidates = candidates
    return step


def stroke(document: Document, target: Target, kind: EntryKind) -> None:
    recorder = document.record(target)
    raster = document.raster(target)
    raster.about_to_change(raster.rect)
    raster.array[70:90, 80:110] //= 2
    raster.array[0, 0] = 9
    assert recorder.finish("later", kind) is not None


def test_every_candidate_stands_where_it_is_chosen_and_one_undo_takes_the_step_back(
    document: Document, finished: FinishedEdit, entry: HistoryEntry
) -> None:
    document.undo()
    before = document.pixels.array.copy()
    wholes = list(finished.pictures())
    document.redo()
    steps = len(document.history.entries)
    for place in (2, 0, 1, 1):
        choose_candidate(document, entry, place)
        assert entry.chosen == place
        assert np.array_equal(document.pixels.array, wholes[place])
        assert document.layers == [entry.layer]
        assert len(document.history.entries) == steps
    document.undo()
    assert np.array_equal(document.pixels.array, before)
    assert document.layers == []
    document.redo()
    assert np.array_equal(document.pixels.array, wholes[1])


def test_small_pictures_show_what_each_makes_of_its_place(entry: HistoryEntry) -> None:
    first, second, _ = (candidate.thumbnail for candidate in entry.candidates)
    assert first.shape == second.shape
    assert first.shape[1] <= THUMBNAIL[0] and first.shape[0] <= THUMBNAIL[1]
    assert not np.array_equal(first, second)


def test_a_mask_painted_since_is_left_alone(document: Document, entry: HistoryEntry) -> None:
    stroke(document, Target.MASK, EntryKind.STROKE)
    mask = document.mask.array.copy()
    assert document.may_choose(entry)
    choose_candidate(document, entry, 1)
    assert np.array_equal(document.mask.array, mask)
    assert [step.label for step in document.history.entries][-1] == "later"


def test_no_choice_below_a_later_edit(document: Document, entry: HistoryEntry) -> None:
    stroke(document, Target.PIXELS, EntryKind.EDIT)
    assert not document.may_choose(entry)
    with pytest.raises(ValueError, match="newest"):
        choose_candidate(document, entry, 1)
    document.undo()
    assert document.may_choose(entry)
    choose_candidate(document, entry, 1)
    assert document.history.current is entry
    assert document.redo() is None, "what was painted over the other candidate is gone"


@pytest.mark.parametrize("leave", [Document.undo, lambda document: setattr(document.history, "floor", 1)])
def test_no_choice_in_a_step_that_is_undone_or_final(
    document: Document, entry: HistoryEntry, leave: Callable[[Document], object]
) -> None:
    leave(document)
    assert not document.may_choose(entry)


def test_another_candidate_than_the_saved_one_is_a_change(document: Document, entry: HistoryEntry) -> None:
    document.modified = False
    choose_candidate(document, entry, 1)
    assert document.modified


def test_one_result_is_no_choice(document: Document, finished: FinishedEdit) -> None:
    alone = FinishedEdit(
        prepared=finished.prepared, results=finished.results[:1], receipt=finished.receipt, sentence=""
    )
    assert candidates_of([alone], document) == ()


def test_the_choice_counts_as_memory_and_goes_when_the_step_becomes_final(
    document: Document, entry: HistoryEntry
) -> None:
    held = entry.nbytes
    others = sum(one.layer.nbytes for one in entry.candidates[1:])
    assert held > others > 0
    history = document.history
    history.memory = held
    stroke(document, Target.PIXELS, EntryKind.EDIT)
    stroke(document, Target.MASK, EntryKind.STROKE)
    assert history.floor >= 1
    assert entry.candidates == ()
