"""``image-editor mask``: shapes of masks in files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def square(command_line):  # type: ignore[no-untyped-def]
    """A masked square with a hole, 40 by 40 in 100 by 80."""
    mask = np.zeros((80, 100), np.uint8)
    mask[20:60, 30:70] = 255
    mask[35:45, 45:55] = 0
    Image.fromarray(mask).save(command_line.folder / "square.png")
    return mask


def result(command_line) -> np.ndarray:  # type: ignore[no-untyped-def]
    with Image.open(command_line.folder / "out.png") as image:
        assert image.mode == "L"
        return np.asarray(image)


@pytest.mark.parametrize(
    ("words", "masked", "free"),
    [
        (("grow", "--by", "5"), [(40, 26), (37, 50)], [(40, 24), (10, 10)]),
        (("shrink", "--by", "5"), [(27, 37)], [(27, 33), (33, 43)]),
        (("smooth", "--by", "4"), [(25, 40)], [(10, 10), (40, 50)]),
        (("border", "--by", "4"), [(40, 29), (40, 31)], [(40, 36), (40, 24)]),
        (("fill-holes",), [(40, 50)], [(10, 10)]),
        (("invert",), [(10, 10), (40, 50)], [(25, 40)]),
        (("grow",), [(40, 23)], [(40, 20)]),
    ],
)
def test_a_mask_takes_another_shape(command_line, square, words, masked, free) -> None:  # type: ignore[no-untyped-def]
    change, *rest = words
    ran = command_line.run("mask", change, "square.png", "-o", "out.png", *rest)
    assert ran.code == 0, ran.err
    mask = result(command_line)
    assert [int(mask[place]) for place in masked] == [255] * len(masked)
    assert [int(mask[place]) for place in free] == [0] * len(free)


def test_a_feathered_edge_is_half_at_the_outline(command_line, square) -> None:  # type: ignore[no-untyped-def]
    assert command_line.run("mask", "feather", "square.png", "-o", "out.png", "--by", "6").code == 0
    mask = result(command_line)
    assert 100 < mask[27, 29] < 155
    assert mask[27, 26] < mask[27, 29] < mask[27, 32]


def test_the_alpha_of_a_cut_out_is_a_mask(command_line, square) -> None:  # type: ignore[no-untyped-def]
    cut = np.dstack((square // 3, square // 3, square // 3, square))
    Image.fromarray(cut).save(command_line.folder / "cut.png")
    assert command_line.run("mask", "invert", "cut.png", "-o", "out.png").code == 0
    assert np.array_equal(result(command_line), 255 - square)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("invert", "square.png", "-o", "out.png", "--by", "3"), "no number of pixels"),
        (("grow", "square.png", "-o", "square.png"), "written over"),
        (("grow", "square.png", "-o", "out.png", "--by", "0"), "from 1 to 1000"),
        (("bend", "square.png", "-o", "out.png"), "invalid choice"),
    ],
)
def test_what_makes_no_sense_is_said(command_line, square, words, told) -> None:  # type: ignore[no-untyped-def]
    ran = command_line.run("mask", *words)
    assert ran.code == 2
    assert told in ran.err
    assert not (command_line.folder / "out.png").exists()
