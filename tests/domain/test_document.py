"""A document's steps: every one can be taken back and done again, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.fakes import RECEIPT

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, Target
from editor.domain.kept import Kept, KeptUnavailable
from editor.domain.layer import Layer
from editor.domain.raster import TILE

WIDTH, HEIGHT = 300, 280
rects = st.builds(Rect, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, 90), st.integers(1, 90))


def picture() -> Document:
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    return Document(pixels, name="noise.png")


class Editing(RuleBasedStateMachine):
    """Strokes, edits, undo, redo and travel against a list of whole copies."""

    def __init__(self) -> None:
        super().__init__()
        self.document = picture()
        self.states = [self.state()]
        self.layers = [0]
        self.position = 0

    def state(self) -> tuple[bytes, bytes]:
        return self.document.pixels.array.tobytes(), self.document.mask.array.tobytes()

    def step(self) -> None:
        del self.states[self.position + 1 :], self.layers[self.position + 1 :]
        self.states.append(self.state())
        self.layers.append(len(self.document.layers))
        self.position += 1

    @rule(rect=rects, value=st.integers(0, 255))
    def stroke(self, rect: Rect, value: int) -> None:
        rect = rect.intersected(self.document.rect)
        recorder = self.document.record(Target.MASK)
        changes = bool((self.document.mask.array[rect.slices] != value).any())
        self.document.mask.write(rect, np.full((rect.height, rect.width), value, np.uint8))
        assert (recorder.finish("Mask stroke", EntryKind.STROKE) is not None) == changes
        if changes:
            self.step()

    @rule(rect=rects, value=st.integers(0, 255))
    def edit(self, rect: Rect, value: int) -> None:
        rect = rect.intersected(self.document.rect)
        blended = np.full((rect.height, rect.width, 4), value, np.uint8)
        layer = Layer("Erase", rect, blended[..., :3].copy(), blended[..., 3].copy())
        self.document.attach(layer, blended, label="Erase", receipt=RECEIPT)
        self.step()

    @rule(rect=rects)
    def abandoned_stroke(self, rect: Rect) -> None:
        rect = rect.intersected(self.document.rect)
        recorder = self.document.record(Target.MASK)
        self.document.mask.write(rect, np.full((rect.height, rect.width), 77, np.uint8))
        recorder.abandon()

    @rule()
    def undo(self) -> None:
        assert (self.document.undo() is None) == (self.position == 0)
        self.position = max(0, self.position - 1)

    @rule()
    def redo(self) -> None:
        top = len(self.states) - 1
        assert (self.document.redo() is None) == (self.position == top)
        self.position = min(top, self.position + 1)

    @precondition(lambda self: len(self.states) > 1)
    @rule(data=st.data())
    def travel(self, data: st.DataObject) -> None:
        self.position = data.draw(st.integers(0, len(self.states) - 1))
        self.document.travel(self.position)

    @invariant()
    def everything_is_as_it_was(self) -> None:
        assert self.state() == self.states[self.position]
        assert len(self.document.layers) == self.layers[self.position]
        assert self.document.history.position == self.position


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def test_nothing_touched_is_no_step() -> None:
    document = picture()
    assert document.record(Target.MASK).finish("Mask stroke", EntryKind.STROKE) is None
    assert len(document.history.entries) == 1


def test_uniform_tiles_cost_almost_nothing() -> None:
    document = Document(np.zeros((2 * TILE, 2 * TILE, 4), np.uint8), name="black.png")
    recorder = document.record(Target.MASK)
    document.mask.write(Rect(5, 5, 300, 300), np.full((300, 300), 255, np.uint8))
    entry = recorder.finish("Mask stroke", EntryKind.STROKE)
    assert entry is not None
    assert entry.nbytes == 4


def strokes(document: Document, count: int) -> None:
    """Steps of one whole tile each."""
    for number in range(count):
        recorder = document.record(Target.MASK)
        values = (np.arange(TILE * TILE) + number + 1).astype(np.uint8).reshape(TILE, TILE)
        document.mask.write(Rect(0, 0, TILE, TILE), values)
        recorder.finish(f"Stroke {number}", EntryKind.STROKE)


def undone(document: Document) -> list[str | None]:
    labels = []
    while (label := document.history.undo_label) is not None:
        labels.append(label)
        document.undo()
    return labels


def test_above_the_budget_the_oldest_steps_become_final() -> None:
    document = Document(np.zeros((TILE, TILE, 4), np.uint8), name="black.png")
    document.history.memory = 3 * TILE * TILE
    strokes(document, 6)
    assert undone(document) == ["Stroke 5", "Stroke 4", "Stroke 3"]
    assert [entry.label for entry in document.history.entries[:2]] == ["Opened black.png", "Stroke 0"]


class Shelf:
    """A keeper that puts everything aside at once, ``share`` of its size, as long as it has room for it."""

    def __init__(self, *, room: int = 1 << 40) -> None:
        self.room = room
        self.shelved: list[Shelved] = []

    @property
    def relieves(self) -> bool:
        return self.room > 0

    def keep(self, kept: Iterable[Kept]) -> None:
        for one in kept:
            if one.in_memory and one.nbytes <= self.room:
                self.room -= one.nbytes
                self.shelved.append(Shelved(one.array.copy()))
                one.pack(self.shelved[-1])
            elif one.in_memory:
                self.room = 0


@dataclass
class Shelved:
    array: np.ndarray
    lost: bool = False

    @property
    def stored(self) -> int:
        return self.array.nbytes

    def read(self) -> np.ndarray:
        if self.lost:
            raise KeptUnavailable("The disk is gone.")
        return self.array.copy()


def test_what_is_kept_elsewhere_does_not_count_as_memory() -> None:
    document = Document(np.zeros((TILE, TILE, 4), np.uint8), name="black.png")
    document.history.keeper, document.history.memory = Shelf(), 3 * TILE * TILE
    strokes(document, 40)
    assert undone(document) == [f"Stroke {number}" for number in reversed(range(40))]
    assert not document.mask.array.any()
    assert sum(entry.nbytes for entry in document.history.entries) == 0


def test_a_full_disk_is_a_bound_as_well() -> None:
    document = Document(np.zeros((TILE, TILE, 4), np.uint8), name="black.png")
    document.history.keeper = Shelf()
    document.history.disk = 5 * TILE * TILE
    strokes(document, 40)
    assert 5 <= len(undone(document)) <= 12, "counted once every five tiles"


def test_a_disk_that_refuses_leaves_what_memory_holds() -> None:
    document = Document(np.zeros((TILE, TILE, 4), np.uint8), name="black.png")
    document.history.keeper, document.history.memory = Shelf(room=10 * TILE * TILE), 4 * TILE * TILE
    strokes(document, 40)
    assert len(undone(document)) == 4


def test_a_step_whose_pixels_are_lost_changes_nothing() -> None:
    document = picture()
    shelf = document.history.keeper = Shelf()
    layer, blended = Layer("Erase", Rect(0, 0, 300, 9), *solid(300)), np.full((9, 300, 4), 77, np.uint8)
    document.attach(layer, blended, label="Erase", receipt=RECEIPT)
    recorder = document.record(Target.MASK)
    document.mask.write(Rect(0, 0, 5, 5), np.full((5, 5), 9, np.uint8))
    recorder.join(document.history.current)
    shelf.shelved[-1].lost = True
    pixels, mask = document.pixels.array.copy(), document.mask.array.copy()
    with pytest.raises(KeptUnavailable):
        document.undo()
    assert np.array_equal(document.pixels.array, pixels)
    assert np.array_equal(document.mask.array, mask)
    assert document.layers == [layer]
    assert document.history.position == 1
    shelf.shelved[-1].lost = False
    document.undo()
    assert not document.mask.array.any()
    document.redo()
    assert np.array_equal(document.pixels.array, pixels)
    assert np.array_equal(document.mask.array, mask)


def test_writing_what_is_there_is_no_step() -> None:
    document = picture()
    recorder = document.record(Target.MASK)
    document.mask.write(Rect(10, 10, 50, 50), np.zeros((50, 50), np.uint8))
    assert recorder.finish("Mask stroke", EntryKind.STROKE) is None
    assert len(document.history.entries) == 1


def test_undoing_to_what_was_saved_is_not_modified() -> None:
    document = picture()
    layer, blended = Layer("Erase", Rect(0, 0, 9, 9), *solid(9)), np.zeros((9, 9, 4), np.uint8)
    document.attach(layer, blended, label="Erase", receipt=RECEIPT)
    assert document.modified
    document.undo()
    assert not document.modified
    document.redo()
    document.modified = False
    assert not document.modified
    document.undo()
    assert document.modified, "the file holds the edit"
    document.redo()
    assert not document.modified


def solid(side: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((side, side, 3), np.uint8), np.full((side, side), 255, np.uint8)


def test_only_pixels_make_a_document_modified() -> None:
    document = picture()
    recorder = document.record(Target.MASK)
    document.mask.write(Rect(0, 0, 5, 5), np.full((5, 5), 9, np.uint8))
    recorder.finish("Mask stroke", EntryKind.STROKE)
    assert not document.modified


def test_a_document_has_four_channels() -> None:
    with pytest.raises(ValueError, match="four channels"):
        Document(np.zeros((4, 4, 3), np.uint8), name="x")
