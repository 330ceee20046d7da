"""From a result to the document's own pixels, for every operation that has no mask, and variations."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from support.fakes import RECEIPT
from support.painter import oval, painted
from support.profiles import wide_gamut

from editor.domain.document import Document
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest, EditResult
from editor.imaging.effective_mask import refresh_all
from editor.imaging.extend import RAMP
from editor.imaging.foreground import foreground_colours
from editor.operations.base import Blended, EditInput, Finished, NewPicture, picture_with, present_pixels
from editor.operations.registry import operation_of

WORDS = EditOptions(prompt="a van", search="the car")
BY_WORDS = (Operation.SEARCH_AND_REPLACE, Operation.SEARCH_AND_RECOLOR, Operation.REPLACE_BACKGROUND)


def carried_out(
    document: Document, operation: Operation, options: EditOptions, **result: Any
) -> tuple[tuple[Finished, ...], EditRequest, EditInput]:
    one = operation_of(operation)
    source = one.begin(document, options)
    request = one.build_request(source)
    images = [painted(request, number) for number in range(options.variations)]
    answer = EditResult(**({"image": images[0], "others": tuple(images[1:]), "model": "m"} | result))
    return one.commit(request, answer, source), request, source


@pytest.mark.parametrize("operation", BY_WORDS)
@pytest.mark.parametrize("profile", [None, wide_gamut()], ids=["srgb", "wide"])
def test_what_the_platform_left_alone_keeps_every_bit(make, operation, profile) -> None:  # type: ignore[no-untyped-def]
    document = make(icc_profile=profile)
    before = document.pixels.array.copy()
    (blended,), request, source = carried_out(document, operation, WORDS)
    assert isinstance(blended, Blended)
    document.attach(blended.layer, present_pixels(document, blended, source), label="x", receipt=RECEIPT)
    after = document.pixels.array
    changed = (painted(request) != request.image).any(axis=2)
    assert np.array_equal(after[~changed], before[~changed])
    assert (after[changed] != before[changed]).any(axis=1).mean() > 0.9
    assert blended.layer.rect.area < document.rect.area / 4, "the layer reaches no further than the change"
    document.undo()
    assert np.array_equal(document.pixels.array, before)


@pytest.mark.parametrize("operation", BY_WORDS[:2])
def test_an_edit_by_words_keeps_transparency(make, operation) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=True)
    alpha = document.pixels.array[..., 3].copy()
    (blended,), _, _ = carried_out(document, operation, WORDS)
    assert np.array_equal(picture_with(document, blended)[..., 3], alpha)


def test_a_new_background_fills_what_was_transparent(make) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=True)
    before = document.pixels.array.copy()
    (blended,), _, source = carried_out(document, Operation.REPLACE_BACKGROUND, EditOptions(background=(1, 2, 3)))
    assert isinstance(blended, Blended)
    after = picture_with(document, blended)
    assert (after[..., 3] == 255).all()
    opaque = before[..., 3] == 255
    opaque[10:40, 20:60] = False
    assert np.array_equal(after[opaque], before[opaque])
    document.pixels.write(document.rect, np.zeros_like(before))
    assert (present_pixels(document, blended, source)[..., 3] == 255).all(), "on what is there now as well"


def test_a_grey_picture_stays_grey_and_says_so(make) -> None:  # type: ignore[no-untyped-def]
    document = make(greyscale=True)
    document.pixels.array[..., :3] = document.pixels.array[..., :1]
    (blended,), _, source = carried_out(document, Operation.SEARCH_AND_RECOLOR, WORDS)
    after = picture_with(document, blended)
    assert np.array_equal(after[..., 0], after[..., 2])
    assert operation_of(Operation.SEARCH_AND_RECOLOR).notes(source) == (
        "The picture is greyscale, and so is the result.",
    )
    assert operation_of(Operation.ERASE).notes(source) == ()


@pytest.mark.parametrize("transparent", [False, True])
def test_a_cut_out_changes_transparency_and_the_colours_of_mixed_pixels(make, transparent: bool) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=transparent)
    before = document.pixels.array.copy()
    one = operation_of(Operation.REMOVE_BACKGROUND)
    request = one.build_request(one.begin(document, EditOptions()))
    alpha = oval(request)
    (blended,), _, source = carried_out(
        document, Operation.REMOVE_BACKGROUND, EditOptions(), image=np.zeros_like(request.image), alpha=alpha
    )
    assert isinstance(blended, Blended)
    after = picture_with(document, blended)
    mixed = (alpha > 0) & (alpha < 255) & (before[..., 3] == 255)
    assert np.array_equal(after[..., :3][~mixed], before[..., :3][~mixed])
    assert np.array_equal(after[..., 3], np.minimum(before[..., 3], alpha))
    own = foreground_colours(request.image, alpha)[..., ::-1]
    assert np.array_equal(after[..., :3][mixed], own[mixed])
    assert np.array_equal(document.pixels.array, before), "the document is not touched"
    document.attach(blended.layer, present_pixels(document, blended, source), label="x", receipt=RECEIPT)
    assert np.array_equal(document.pixels.array, after)
    document.undo()
    assert np.array_equal(document.pixels.array, before)


@pytest.mark.parametrize(
    "expansion",
    [Expansion(left=30), Expansion(up=5, right=17), Expansion(left=9, right=40, up=33, down=1)],
    ids=["left", "corner", "all"],
)
@pytest.mark.parametrize("profile", [None, wide_gamut()], ids=["srgb", "wide"])
def test_an_extended_picture_holds_the_old_one(make, expansion: Expansion, profile) -> None:  # type: ignore[no-untyped-def]
    document = make(icc_profile=profile)
    before = document.pixels.array.copy()
    (finished,), request, _ = carried_out(document, Operation.OUTPAINT, EditOptions(expansion=expansion))
    assert isinstance(finished, NewPicture)
    after = finished.pixels
    assert after.shape == (*request.result_size[::-1], 4)
    assert (after[..., 3] == 255).all()
    inside = after[expansion.up : expansion.up + 90, expansion.left : expansion.left + 120]
    left, right = (RAMP if side else 0 for side in (expansion.left, expansion.right))
    up, down = (RAMP if side else 0 for side in (expansion.up, expansion.down))
    kept = (slice(up, 90 - down), slice(left, 120 - right))
    assert np.array_equal(inside[kept], before[kept])
    if profile is None:
        # The platform's pixels are 5 levels brighter: that is taken out of what is new and of the ramp.
        border = cv2.copyMakeBorder(
            before, expansion.up, expansion.down, expansion.left, expansion.right, cv2.BORDER_REFLECT_101
        )
        assert np.abs(after.astype(int) - border)[..., :3].mean() < 0.5
        assert finished.metrics["seam_repair"] == "membrane"


def test_an_extended_transparent_picture_keeps_its_transparency_inside(make) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=True)
    before = document.pixels.array.copy()
    (finished,), _, _ = carried_out(document, Operation.OUTPAINT, EditOptions(expansion=Expansion(right=20)))
    assert isinstance(finished, NewPicture)
    assert np.array_equal(finished.pixels[:, : 120 - RAMP], before[:, : 120 - RAMP])
    assert (finished.pixels[:, 120:, 3] == 255).all()


def test_an_enlarged_picture_and_its_transparency(make) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=True)
    (finished,), request, _ = carried_out(document, Operation.UPSCALE, EditOptions(scale=2.5))
    assert isinstance(finished, NewPicture)
    assert finished.pixels.shape == (225, 300, 4)
    assert np.array_equal(finished.pixels[..., 2::-1], painted(request))
    back = cv2.resize(finished.pixels[..., 3], (120, 90), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(back - document.pixels.array[..., 3]).max() <= 3
    opaque = make()
    (finished,), _, _ = carried_out(opaque, Operation.UPSCALE, EditOptions(scale=2))
    assert isinstance(finished, NewPicture)
    assert (finished.pixels[..., 3] == 255).all()


def test_a_hard_edge_of_transparency_does_not_wrap_around(make) -> None:  # type: ignore[no-untyped-def]
    document = make(transparent=True)
    document.pixels.array[..., 3] = 0
    document.pixels.array[:, 60:, 3] = 255
    (finished,), _, _ = carried_out(document, Operation.UPSCALE, EditOptions(scale=4))
    assert isinstance(finished, NewPicture)
    alpha = finished.pixels[..., 3]
    assert (alpha[:, :230] == 0).all()
    assert (alpha[:, 250:] == 255).all()


@pytest.mark.parametrize("operation", list(Operation))
def test_variations_and_the_bad_ones_among_them(make, operation: Operation) -> None:  # type: ignore[no-untyped-def]
    document = make()
    document.mask.array[20:60, 30:80] = 255
    refresh_all(document)
    options = EditOptions(prompt="a van", search="car", variations=3, scale=2, expansion=Expansion(left=20))
    if operation is Operation.REMOVE_BACKGROUND:
        alpha = np.zeros((90, 120), np.uint8)
        alpha[30:60, 40:80] = 255
        results, _, _ = carried_out(document, operation, options, alpha=alpha)
        assert len(results) == 1
        return
    results, request, _ = carried_out(document, operation, options)
    assert len(results) == 3
    pictures = [picture_with(document, result) for result in results]
    if operation is not Operation.UPSCALE:
        assert not np.array_equal(pictures[0], pictures[1])
    blank = np.full_like(painted(request), 90)
    results, _, _ = carried_out(document, operation, options, others=(blank, painted(request, 2)))
    assert [
        np.array_equal(picture_with(document, one), other) for one, other in zip(results, pictures[::2], strict=True)
    ]
