"""What an operation refuses before anything is sent, and what it sends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.profiles import wide_gamut

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.imaging.colour import to_srgb
from editor.imaging.effective_mask import refresh_all
from editor.operations.registry import operation_of

GOOD = {
    Operation.ERASE: EditOptions(),
    Operation.INPAINT: EditOptions(prompt="a door"),
    Operation.REMOVE_BACKGROUND: EditOptions(),
    Operation.SEARCH_AND_REPLACE: EditOptions(prompt="a van", search="the car"),
    Operation.SEARCH_AND_RECOLOR: EditOptions(prompt="green", search="the car"),
    Operation.REPLACE_BACKGROUND: EditOptions(background=(0, 0, 128)),
    Operation.OUTPAINT: EditOptions(expansion=Expansion(left=30, down=10)),
    Operation.UPSCALE: EditOptions(scale=2),
}


@pytest.mark.parametrize(
    ("operation", "options", "words"),
    [
        (Operation.ERASE, EditOptions(), "then press Erase"),
        (Operation.INPAINT, EditOptions(prompt="a door"), "then press Inpaint"),
        (Operation.SEARCH_AND_REPLACE, EditOptions(prompt="a van"), "Name the thing that is to be replaced"),
        (Operation.SEARCH_AND_REPLACE, EditOptions(search="car", prompt=" "), "Describe what is to stand"),
        (Operation.SEARCH_AND_RECOLOR, EditOptions(prompt="red"), "Name the thing that is to be recolored"),
        (Operation.SEARCH_AND_RECOLOR, EditOptions(search="car"), "Describe the new color"),
        (Operation.REPLACE_BACKGROUND, EditOptions(), "describe it in words, or give a color or a picture"),
        (Operation.OUTPAINT, EditOptions(), "by how many pixels"),
        (Operation.OUTPAINT, EditOptions(expansion=Expansion(left=-4)), "too low"),
        (Operation.OUTPAINT, EditOptions(expansion=Expansion(left=20_000, up=20_000)), "million"),
        (Operation.UPSCALE, EditOptions(scale=1), "leaves the picture as it is"),
        (Operation.UPSCALE, EditOptions(scale=0.5), "too low"),
        (Operation.UPSCALE, EditOptions(scale=float("nan")), "must be a number"),
        (Operation.REPLACE_BACKGROUND, EditOptions(prompt="sea", variations=0), "Variations 0 is too low"),
    ],
)
def test_what_is_missing_is_said_with_a_remedy(make, operation, options, words) -> None:  # type: ignore[no-untyped-def]
    document = make()
    with pytest.raises(InputError, match=words):
        operation_of(operation).begin(document, options)
    document.pixels.write(document.rect, np.zeros((90, 120, 4), np.uint8))


def test_all_results_together_must_fit_into_memory(make) -> None:  # type: ignore[no-untyped-def]
    document, outpaint = make(), operation_of(Operation.OUTPAINT)
    options = EditOptions(expansion=Expansion(left=9_880, down=9_910), variations=3)
    outpaint.require(document, options)
    with pytest.raises(InputError, match=r"4 results would have 400 million pixels together.* Ask for fewer"):
        outpaint.require(document, replace(options, variations=4))


@pytest.mark.parametrize("operation", [one for one in Operation if not one.masked])
def test_an_operation_without_a_mask_sends_the_whole_picture(make, operation: Operation) -> None:  # type: ignore[no-untyped-def]
    profile = wide_gamut()
    document = make(icc_profile=profile)
    expected = to_srgb(np.ascontiguousarray(document.pixels.array[..., 2::-1]), profile)
    one = operation_of(operation)
    source = one.begin(document, GOOD[operation])
    document.pixels.write(document.rect, np.zeros((90, 120, 4), np.uint8))
    request = one.build_request(source)
    assert request.operation is operation
    assert request.region == document.rect
    assert np.array_equal(request.image, expected), "the picture as it was when the button was pressed"
    assert (request.mask == 255).all()
    assert request.options is GOOD[operation]
    assert one.result_size(document.size, GOOD[operation]) == request.result_size
    source.close()
    assert source.mask is None


@pytest.mark.parametrize("operation", [Operation.ERASE, Operation.INPAINT])
def test_of_thirty_megapixels_with_a_small_mask_less_than_a_tenth_is_sent(operation: Operation) -> None:
    document = Document(np.zeros((5000, 6000, 4), np.uint8), name="large.jpg", grow=0, feather=0)
    document.mask.array[Rect(2900, 2400, 300, 260).slices] = 255
    refresh_all(document)
    one = operation_of(operation)
    request = one.build_request(one.begin(document, GOOD[operation]))
    assert request.image.size < 0.1 * document.rect.area * 3
    assert int((request.mask == 255).sum()) == 300 * 260
    assert request.options is GOOD[operation]


def test_an_inpaint_needs_no_words(make) -> None:  # type: ignore[no-untyped-def]
    document = make()
    document.mask.array[10:30, 10:30] = 255
    refresh_all(document)
    assert operation_of(Operation.INPAINT).begin(document, EditOptions()).hole == Rect(10, 10, 20, 20)
