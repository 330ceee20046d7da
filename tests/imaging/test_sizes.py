"""A document in another size: layers, mask and what lies below are where they belong, and one undo brings all back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import RECEIPT

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind
from editor.domain.layer import Layer
from editor.domain.options import Expansion
from editor.imaging.compose import laid_over
from editor.imaging.extend import around, with_room
from editor.imaging.picture import Picture
from editor.imaging.sizes import cropped, enlarged, extended
from editor.imaging.turns import BACK, Turn, turned_document

WIDTH, HEIGHT = 300, 280
DEPTHS = st.sampled_from([np.uint8, np.uint16])
RECTS = st.builds(Rect, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, 200), st.integers(1, 200))


def edited(seed: int, depth: Any, rects: list[Rect]) -> Document:
    """Noise with a layer at each of ``rects`` and a mask."""
    chance = np.random.default_rng(seed)
    most = np.iinfo(depth).max
    pixels = chance.integers(0, most, (HEIGHT, WIDTH, 4), dtype=depth, endpoint=True)
    document = Document(pixels, name="noise.png")
    document.mask.write(Rect(40, 50, 60, 70), np.full((70, 60), 200, np.uint8))
    for rect in rects:
        rect = rect.intersected(document.rect)
        shape = rect.height, rect.width
        colours = chance.integers(0, most, (*shape, 3), dtype=depth, endpoint=True)
        layer = Layer("Erase", rect, colours, chance.choice(np.array([0, 255, 99], np.uint8), shape))
        blended = laid_over(document.pixels.array[rect.slices], layer)
        document.attach(layer, blended, label="Erase", receipt=RECEIPT)
    return document


def from_below(document: Document) -> np.ndarray:
    """The picture composed again from what lies below all layers."""
    pixels = document.original.read(document.rect)
    for layer in document.layers:
        pixels[layer.rect.slices] = laid_over(pixels[layer.rect.slices], layer)
    return pixels


def state(document: Document) -> tuple[Any, ...]:
    arrays = document.pixels.array, document.mask.array, document.original.read(document.rect)
    layers = [(layer.rect, *(kept.array.tobytes() for kept in layer.kept())) for layer in document.layers]
    return (document.size, *(array.tobytes() for array in arrays), layers)


def extend(document: Document, expansion: Expansion) -> None:
    width, height = expansion.grown(document.size)
    chance = np.random.default_rng(width)
    old = document.pixels.array
    new = chance.integers(0, np.iinfo(old.dtype).max, (height, width, 3), dtype=old.dtype)
    layer = around("Outpaint", old, new, expansion)
    pixels = laid_over(with_room(old, expansion), layer)
    extent = extended(document, pixels, layer, (expansion.left, expansion.up))
    document.resize(extent, label="Outpaint", kind=EntryKind.EDIT, receipt=RECEIPT)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), depth=DEPTHS, rects=st.lists(RECTS, max_size=3), crop=RECTS)
def test_a_crop_keeps_everything_in_its_place(seed: int, depth: Any, rects: list[Rect], crop: Rect) -> None:
    document = edited(seed, depth, rects)
    crop, before = crop.intersected(document.rect), state(document)
    pixels, mask = document.pixels.array, document.mask.array
    dirty = document.resize(cropped(document, crop), label="Crop", kind=EntryKind.EDIT)
    assert dirty.resized
    assert np.array_equal(document.pixels.array, pixels[crop.slices])
    assert np.array_equal(document.mask.array, mask[crop.slices])
    assert np.array_equal(from_below(document), document.pixels.array)
    after = state(document)
    document.undo()
    assert state(document) == before
    document.redo()
    assert state(document) == after


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 99),
    depth=DEPTHS,
    rects=st.lists(RECTS, max_size=3),
    sides=st.tuples(*[st.integers(0, 70)] * 4).filter(any),
)
def test_an_extension_keeps_everything_in_its_place(
    seed: int, depth: Any, rects: list[Rect], sides: tuple[int, int, int, int]
) -> None:
    document = edited(seed, depth, rects)
    before, mask = state(document), document.mask.array
    expansion = Expansion(left=sides[0], right=sides[1], up=sides[2], down=sides[3])
    extend(document, expansion)
    assert document.size == expansion.grown((WIDTH, HEIGHT))
    assert np.array_equal(document.mask.array[sides[2] :, sides[0] :][:HEIGHT, :WIDTH], mask)
    assert int((document.mask.array > 0).sum()) == int((mask > 0).sum())
    assert np.array_equal(from_below(document), document.pixels.array)
    after = state(document)
    # Sizes on top of sizes, and edits between them.
    document.resize(cropped(document, Rect(10, 10, 150, 160)), label="Crop", kind=EntryKind.EDIT)
    assert np.array_equal(from_below(document), document.pixels.array)
    document.undo()
    assert state(document) == after
    document.undo()
    assert state(document) == before


def test_an_enlargement_takes_the_mask_along() -> None:
    document = edited(1, np.uint8, [Rect(10, 10, 50, 50)])
    before = state(document)
    large = np.repeat(np.repeat(document.pixels.array, 2, axis=0), 2, axis=1)
    document.resize(enlarged(document, large), label="Upscale", kind=EntryKind.EDIT, receipt=RECEIPT)
    assert document.size == (2 * WIDTH, 2 * HEIGHT)
    assert document.mask.array[2 * 85, 2 * 70] == 200
    assert document.mask.array[2 * 40, 2 * 70] == 0
    assert np.array_equal(from_below(document), document.pixels.array)
    assert document.modified
    document.undo()
    assert state(document) == before


def test_a_crop_as_wide_as_the_picture_shares_no_memory_with_it() -> None:
    document = edited(6, np.uint8, [])
    before = state(document)
    document.resize(cropped(document, Rect(0, 40, WIDTH, 60)), label="Crop", kind=EntryKind.EDIT)
    document.pixels.write(document.rect, np.zeros_like(document.pixels.array))
    document.mask.write(document.rect, np.zeros_like(document.mask.array))
    document.undo()
    assert state(document) == before


def test_strokes_before_and_after_a_crop_are_undone_in_order() -> None:
    document = edited(2, np.uint8, [Rect(0, 0, 90, 90), Rect(50, 40, 100, 100)])
    states = [state(document)]
    document.resize(cropped(document, Rect(30, 20, 100, 90)), label="Crop", kind=EntryKind.EDIT)
    states.append(state(document))
    colours = np.full((40, 40, 3), 7, np.uint8)
    layer = Layer("Erase", Rect(5, 5, 40, 40), colours, np.full((40, 40), 255, np.uint8))
    blended = laid_over(document.pixels.array[layer.rect.slices], layer)
    document.attach(layer, blended, label="Erase", receipt=RECEIPT)
    states.append(state(document))
    assert document.travel(0).resized
    for position, expected in zip(range(2, 5), states, strict=True):
        document.travel(position)
        assert state(document) == expected


def test_the_levels_for_the_screen_follow_another_size() -> None:
    picture = Picture.of(edited(3, np.uint16, []))
    document = picture.document
    picture.refresh(document.resize(cropped(document, Rect(30, 20, 101, 90)), label="Crop", kind=EntryKind.EDIT))
    fresh = Picture.of(document)
    for levels, expected in ((picture.pixels, fresh.pixels), (picture.mask, fresh.mask)):
        assert levels.depth == expected.depth
        assert all(np.array_equal(levels.level(n), expected.level(n)) for n in range(levels.depth))
    assert picture.coverage == fresh.coverage > 0
    assert picture.hole == fresh.hole


@pytest.mark.parametrize("rect", [Rect(0, 0, 0, 0), Rect(-1, 0, 5, 5), Rect(290, 0, 20, 5)])
def test_a_crop_outside_is_a_mistake(rect: Rect) -> None:
    with pytest.raises(ValueError, match="inside"):
        cropped(edited(4, np.uint8, []), rect)


PLAIN = {
    Turn.RIGHT: lambda array: np.rot90(array, -1),
    Turn.LEFT: np.rot90,
    Turn.HALF: lambda array: np.rot90(array, 2),
    Turn.MIRRORED: np.fliplr,
    Turn.OVERTURNED: np.flipud,
}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 99), depth=DEPTHS, rects=st.lists(RECTS, max_size=3), turns=st.lists(st.sampled_from(Turn)))
def test_a_turn_keeps_everything_in_its_place(seed: int, depth: Any, rects: list[Rect], turns: list[Turn]) -> None:
    document = edited(seed, depth, rects)
    states = [state(document)]
    for turn in turns:
        before = document.pixels.array, document.mask.array, document.original.read(document.rect)
        document.resize(turned_document(document, turn), label="Turn", kind=EntryKind.TURN)
        after = document.pixels.array, document.mask.array, document.original.read(document.rect)
        for new, old in zip(after, before, strict=True):
            assert np.array_equal(new, PLAIN[turn](old))
            assert not np.shares_memory(new, old)
        assert np.array_equal(from_below(document), document.pixels.array)
        states.append(state(document))
    for known in states[-2::-1]:
        document.undo()
        assert state(document) == known
    for known in states[1:]:
        document.redo()
        assert state(document) == known


def test_what_was_turned_and_turned_back_is_as_before() -> None:
    document = edited(3, np.uint8, [Rect(10, 10, 50, 50), Rect(200, 100, 80, 150)])
    before = state(document)
    for turn in Turn:
        for each in (turn, BACK.get(turn, turn)):
            document.resize(turned_document(document, each), label="Turn", kind=EntryKind.TURN)
        assert state(document) == before
