"""A whole picture that came back: only what it changed is laid over the document, and more or less of it at will."""

from __future__ import annotations

import numpy as np
import pytest
from support.fakes import RECEIPT
from support.profiles import matrix_profile
from support.seams import DRIFTS, drawn

from editor.domain.document import Document
from editor.domain.kinds import Operation
from editor.domain.metadata import Metadata
from editor.domain.options import EditOptions
from editor.domain.request import EditResult
from editor.domain.samples import full, narrowed, widened
from editor.operations.base import Blended, picture_with
from editor.operations.registry import operation_of
from editor.operations.whole import relaid

THING = (slice(120, 200), slice(150, 260))
WORDS = EditOptions(search="the box", prompt="a violet box")


def opened(depth: int, profile: bytes | None) -> Document:
    colours = drawn()[..., ::-1]
    pixels = np.dstack((colours, np.full(colours.shape[:2], 255, np.uint8)))
    if depth == 16:
        pixels = widened(pixels)
        noise = np.random.default_rng(2).integers(0, 200, (*pixels.shape[:2], 3)).astype(np.uint16)
        pixels[..., :3] -= np.minimum(pixels[..., :3], noise)
    return Document(np.ascontiguousarray(pixels), name="x.tif", metadata=Metadata(icc_profile=profile))


def served(
    document: Document, drift: str, operation: Operation = Operation.SEARCH_AND_REPLACE
) -> tuple[Blended, Metadata]:
    one = operation_of(operation)
    source = one.begin(document, WORDS)
    request = one.build_request(source)
    new = request.image.copy()
    new[THING] = (150, 40, 190)
    (blended,) = one.commit(request, EditResult(image=DRIFTS[drift](new), model="m"), source)
    assert isinstance(blended, Blended)
    return blended, source.metadata


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("profile", [None, matrix_profile()], ids=["srgb", "wide"])
@pytest.mark.parametrize("drift", ["none", "warmer", "all of it"])
def test_what_was_not_changed_keeps_its_own_pixels(depth: int, profile: bytes | None, drift: str) -> None:
    document = opened(depth, profile)
    before = document.pixels.array.copy()
    blended, _ = served(document, drift)
    layer, whole = blended.layer, blended.whole
    assert whole is not None
    assert layer.pixels.dtype == before.dtype
    after = picture_with(document, blended)
    covered = np.zeros(before.shape[:2], bool)
    covered[layer.rect.slices] = layer.coverage > 0
    assert np.array_equal(after[~covered], before[~covered])
    assert covered[THING].mean() > 0.98
    assert covered.mean() < 0.4
    assert whole.nbytes == 4 * document.rect.area
    middle = narrowed(after)[150:170, 190:220, 2::-1].reshape(-1, 3).mean(axis=0)
    if profile is None:
        assert np.abs(middle - (150, 40, 190)).max() < 12, "the model's own tone is taken out of the change, too"
    if drift != "none":
        assert "seam_after" in blended.metrics
    document.attach(layer, blended.pixels, label="x", receipt=RECEIPT)
    document.undo()
    assert np.array_equal(document.pixels.array, before)


@pytest.mark.parametrize("depth", [8, 16])
def test_more_and_less_of_it_can_be_shown(depth: int) -> None:
    document = opened(depth, None)
    before = document.pixels.array.copy()
    blended, metadata = served(document, "JPEG")
    whole = blended.whole
    assert whole is not None
    again = relaid(whole, whole.coverage, before=before, metadata=metadata)
    assert np.array_equal(again.pixels, blended.pixels)
    less = np.where(np.arange(before.shape[1]) < 200, whole.coverage, np.uint8(0))
    after = picture_with(document, relaid(whole, less, before=before, metadata=metadata))
    assert np.array_equal(after[:, 200:], before[:, 200:])
    assert (after[150:170, 170:190] != before[150:170, 170:190]).any()
    more = whole.coverage.copy()
    more[:40, :60] = 255
    revealed = relaid(whole, more, before=before, metadata=metadata)
    after = picture_with(document, revealed)
    assert (after[:40, :60] != before[:40, :60]).any()
    assert np.array_equal(after[more == 0], before[more == 0])
    nothing = relaid(whole, np.zeros_like(more), before=before, metadata=metadata)
    assert np.array_equal(picture_with(document, nothing), before)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_new_background_fills_transparency_in_the_documents_depth(depth: int) -> None:
    document = opened(depth, None)
    most = full(document.pixels.array)
    document.pixels.array[:100, :, 3] = 0
    document.pixels.array[100:110, :, 3] = most // 3
    blended, _ = served(document, "none", Operation.REPLACE_BACKGROUND)
    after = picture_with(document, blended)
    assert (after[..., 3] == most).all()
    assert after.dtype == document.pixels.array.dtype
