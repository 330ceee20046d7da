"""From document to request and from result to layer: only what was masked changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.fakes import RECEIPT

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.metadata import Metadata
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult
from editor.imaging.effective_mask import refresh_all
from editor.operations.base import Blended, EditInput, present_pixels
from editor.operations.erase import Erase


def begin(document: Document) -> EditInput:
    return Erase().begin(document, EditOptions())


def commit(request: EditRequest, result: EditResult, source: EditInput) -> Blended:
    (blended,) = Erase().commit(request, result, source)
    return blended


def document(
    width: int, height: int, rect: Rect, *, grow: int = 0, feather: int = 0, seed: int = 0, opaque: bool = True
) -> Document:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    if opaque:
        pixels[..., 3] = 255
    made = Document(pixels, name="noise.png", grow=grow, feather=feather, metadata=Metadata(alpha=not opaque))
    made.mask.array[rect.slices] = 255
    refresh_all(made)
    return made


def answer(shape: tuple[int, ...], seed: int = 9) -> EditResult:
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return EditResult(image=image, model="m")


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 700),
    height=st.integers(1, 700),
    grow=st.integers(0, 6),
    feather=st.integers(0, 9),
    opaque=st.booleans(),
    data=st.data(),
)
def test_outside_the_effective_mask_not_one_bit_changes(  # type: ignore[no-untyped-def]
    width, height, grow, feather, opaque, data
) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    made = document(width, height, rect, grow=grow, feather=feather, opaque=opaque)
    assume(int(made.effective.array.min()) < 255)
    before, mask = made.pixels.array.copy(), made.effective.array.copy()
    source = begin(made)
    request = Erase().build_request(source)
    result = answer(request.image.shape)
    blended = commit(request, result, source)
    made.attach(blended.layer, present_pixels(made, blended, source), label="Erase", receipt=RECEIPT)
    after = made.pixels.array
    assert np.array_equal(after[mask == 0], before[mask == 0])
    full = mask == 255
    region = request.region
    expected = np.zeros_like(before)
    expected[region.slices] = np.dstack([result.image[..., ::-1], np.zeros(result.image.shape[:2], np.uint8)])
    assert np.array_equal(after[full][:, :3], expected[full][:, :3])
    assert np.array_equal(after[..., 3], before[..., 3])


def test_an_edit_sees_the_document_as_it_was_when_the_button_was_pressed() -> None:
    made = document(600, 500, Rect(100, 100, 50, 50))
    expected = made.pixels.array[..., 2::-1].copy()
    source = begin(made)
    made.mask.write(made.rect, np.full((500, 600), 255, np.uint8))
    refresh_all(made)
    made.pixels.write(made.rect, np.zeros((500, 600, 4), np.uint8))
    request = Erase().build_request(source)
    assert np.array_equal(request.image, expected[request.region.slices])
    assert int((request.mask == 255).sum()) == 2500


def test_a_result_lands_on_what_is_there_now() -> None:
    made = document(300, 300, Rect(100, 100, 50, 50), feather=6)
    source = begin(made)
    request = Erase().build_request(source)
    blended = commit(request, answer(request.image.shape), source)
    made.pixels.write(made.rect, np.full((300, 300, 4), 7, np.uint8))
    made.attach(blended.layer, present_pixels(made, blended, source), label="Erase", receipt=RECEIPT)
    untouched = made.effective.array == 0
    assert (made.pixels.array[untouched] == 7).all()
    assert (made.pixels.array[~untouched][:, 3] == 7).all()


def test_a_grey_document_stays_grey() -> None:
    made = document(64, 64, Rect(10, 10, 20, 20))
    made.pixels.array[..., 1] = made.pixels.array[..., 2] = made.pixels.array[..., 0]
    made.metadata = Metadata(greyscale=True)
    source = begin(made)
    request = Erase().build_request(source)
    pixels = commit(request, answer(request.image.shape), source).pixels
    assert np.array_equal(pixels[..., 0], pixels[..., 1])
    assert np.array_equal(pixels[..., 1], pixels[..., 2])


def test_what_is_transparent_is_sent_as_white() -> None:
    made = document(64, 64, Rect(10, 10, 20, 20), opaque=False)
    made.pixels.array[..., 3] = 0
    assert (Erase().build_request(begin(made)).image == 255).all()


def test_nothing_masked_is_said_before_anything_starts() -> None:
    made = document(64, 64, Rect(0, 0, 0, 0))
    with pytest.raises(InputError) as caught:
        begin(made)
    assert caught.value.message == Erase.nothing_masked


def test_a_mask_that_leaves_nothing_to_fill_from_is_said_before_anything_starts() -> None:
    with pytest.raises(InputError, match="covers the whole picture"):
        begin(document(8, 6, Rect(0, 0, 8, 6)))
    begin(document(8, 6, Rect(0, 0, 8, 5)))
