"""Subjects cut out of made pictures, with and without networks, with and without strokes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from support.subject_networks import reddest

from editor.domain.kinds import Edge
from editor.engine.cutout.cut_out import BY_COLOURS, NO_NETWORK, CutOut, NothingToCutOut, cut_out
from editor.engine.weights import Models

NONE = Models.none()
INSTALLED = Models([Path(__file__).resolve().parents[3] / "resources" / "models"])
RED, GREEN = (205, 50, 40), (50, 150, 60)


def share_of(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> np.ndarray:
    """How much of each pixel a disc covers, 0–1."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.clip(radius + 0.5 - np.hypot(columns - centre[0], rows - centre[1]), 0, 1)


def picture_of(*things: tuple[np.ndarray, tuple[int, int, int]]) -> np.ndarray:
    """Things over a grainy grey-blue ground."""
    shape = things[0][0].shape
    random = np.random.default_rng(3)
    result = np.full((*shape, 3), (110, 130, 150), float) + random.normal(0, 3, (*shape, 3))
    for share, colour in things:
        result = share[..., None] * np.array(colour) + (1 - share[..., None]) * result
    return np.clip(np.rint(result), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def disc() -> np.ndarray:
    return share_of((240, 320), (150, 120), 62.3)


@pytest.fixture(scope="module")
def red_and_green() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture with two discs, and the share of each."""
    red, green = share_of((240, 320), (90, 120), 50), share_of((240, 320), (240, 120), 50)
    return picture_of((red, RED), (green, GREEN)), red, green


def cut(image: np.ndarray, *, models: Models = NONE, edge: Edge = Edge.SOFT, **strokes: np.ndarray) -> CutOut:
    return cut_out(image, edge=edge, models=models, progress=lambda share: None, **strokes)


def overlap(alpha: np.ndarray, share: np.ndarray) -> float:
    one, other = alpha > 127, share > 0.5
    return float((one & other).sum() / (one | other).sum())


def stroke(at: tuple[int, int], shape: tuple[int, int] = (240, 320)) -> np.ndarray:
    result = np.zeros(shape, np.uint8)
    cv2.line(result, (at[0] - 12, at[1]), (at[0] + 12, at[1]), 255, 5)
    return result


@pytest.mark.parametrize("edge", Edge)
def test_a_plain_thing_is_cut_out_to_a_fraction_of_a_pixel(disc: np.ndarray, edge: Edge) -> None:
    done = cut(picture_of((disc, RED)), edge=edge)
    assert done.alpha.shape == disc.shape
    assert done.alpha.dtype == np.uint8
    assert overlap(done.alpha, disc) > 0.98
    rim = (disc > 0) & (disc < 1)
    assert np.abs(done.alpha[rim] / 255 - disc[rim]).mean() < (0.13 if edge is Edge.SOFT else 0.25)
    assert (done.alpha[disc == 1] > 200).mean() > 0.99
    assert (done.alpha[disc == 0] < 40).mean() > 0.99


def test_a_hard_edge_has_fewer_mixed_pixels_than_a_soft_one() -> None:
    blurred = np.asarray(cv2.GaussianBlur(share_of((240, 320), (150, 120), 60), (0, 0), 3))
    image = picture_of((blurred, RED))
    soft, hard = (cut(image, edge=edge).alpha for edge in (Edge.SOFT, Edge.HARD))
    mixed = [int(((alpha > 25) & (alpha < 230)).sum()) for alpha in (soft, hard)]
    assert mixed[1] < 0.7 * mixed[0]


def test_without_a_network_it_says_so(disc: np.ndarray) -> None:
    done = cut(picture_of((disc, RED)))
    assert (done.method, done.notes) == (BY_COLOURS, (NO_NETWORK,))


@pytest.mark.parametrize(
    ("name", "side", "method"),
    [("u2netp", 320, "U²-Net"), ("isnet-general-use", 1024, "IS-Net"), ("birefnet-lite", 1024, "BiRefNet")],
)
def test_each_network_is_used_where_it_is_there(
    red_and_green: tuple[np.ndarray, ...], tmp_path: Path, name: str, side: int, method: str
) -> None:
    image, red, _ = red_and_green
    # BiRefNet tells the logarithm of odds.
    odds = {"gain": 8.0, "least": 1.2} if name == "birefnet-lite" else {}
    done = cut(image, models=reddest(tmp_path, name, side=side, **odds))
    assert (done.method, done.notes) == (method, ())
    assert overlap(done.alpha, red) > 0.95, "the green thing is no subject for this network"


def test_a_network_for_portraits_draws_the_edge_of_what_it_knows(disc: np.ndarray, tmp_path: Path) -> None:
    image = picture_of((disc, (255, 20, 20)))
    reddest(tmp_path, "modnet", side=None)
    both = Models([tmp_path], contracts={})
    plain, portrait = cut(image), cut(image, models=both)
    assert not np.array_equal(plain.alpha, portrait.alpha)
    assert overlap(portrait.alpha, disc) > 0.95
    assert np.array_equal(cut(image, models=both, edge=Edge.HARD).alpha, cut(image, edge=Edge.HARD).alpha)


def test_a_network_for_portraits_is_not_believed_about_something_else(disc: np.ndarray, tmp_path: Path) -> None:
    image = picture_of((disc, GREEN))
    reddest(tmp_path, "modnet", side=None)
    assert np.array_equal(cut(image, models=Models([tmp_path], contracts={})).alpha, cut(image).alpha)


def test_several_subjects_stay_and_specks_go() -> None:
    left, right = share_of((240, 320), (90, 120), 45), share_of((240, 320), (230, 110), 40)
    speck = share_of((240, 320), (160, 200), 3)
    done = cut(picture_of((left, RED), (right, GREEN), (speck, RED)))
    assert overlap(done.alpha, np.maximum(left, right)) > 0.96
    assert done.alpha[200, 160] == 0


def test_a_stroke_brings_in_the_thing_it_touches(red_and_green: tuple[np.ndarray, ...], tmp_path: Path) -> None:
    image, red, green = red_and_green
    models = reddest(tmp_path, "u2netp", side=320)
    assert overlap(cut(image, models=models).alpha, red) > 0.95
    both = cut(image, models=models, keep=stroke((240, 120)))
    assert overlap(both.alpha, np.maximum(red, green)) > 0.95


def test_a_stroke_takes_away_the_thing_it_touches(red_and_green: tuple[np.ndarray, ...]) -> None:
    image, red, green = red_and_green
    assert overlap(cut(image).alpha, np.maximum(red, green)) > 0.95
    assert overlap(cut(image, drop=stroke((90, 120))).alpha, green) > 0.95


def test_strokes_are_followed_to_the_pixel(red_and_green: tuple[np.ndarray, ...]) -> None:
    image, _, _ = red_and_green
    keep, drop = stroke((160, 30)), stroke((240, 120))
    alpha = cut(image, keep=keep, drop=drop).alpha
    assert (alpha[keep > 0] == 255).all()
    assert (alpha[drop > 0] == 0).all()


def test_nothing_to_cut_out_is_said(tmp_path: Path) -> None:
    flat = np.full((60, 80, 3), 90, np.uint8)
    with pytest.raises(NothingToCutOut, match="take that as Keep"):
        cut(flat)
    with pytest.raises(NothingToCutOut, match="take that as Keep"):
        cut(flat, models=reddest(tmp_path, "u2netp", side=320, blind=True))


def test_equal_arguments_give_an_equal_answer(red_and_green: tuple[np.ndarray, ...]) -> None:
    image, _, _ = red_and_green
    assert np.array_equal(cut(image).alpha, cut(image).alpha)


def test_a_large_picture_keeps_a_sharp_outline() -> None:
    disc = share_of((1800, 2400), (1200, 900), 600.4)
    done = cut(picture_of((disc, RED)))
    assert overlap(done.alpha, disc) > 0.99
    rim = (disc > 0) & (disc < 1)
    assert np.abs(done.alpha[rim] / 255 - disc[rim]).mean() < 0.2
    mixed = (done.alpha > 25) & (done.alpha < 230)
    assert mixed.sum() < 4 * rim.sum()


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (8, 8), (3, 200)])
def test_the_smallest_pictures_end_in_an_answer_or_a_sentence(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    try:
        assert cut(image).alpha.shape == shape
    except NothingToCutOut as error:
        assert error.message.endswith(".")


def test_the_share_done_only_grows(disc: np.ndarray) -> None:
    told: list[float] = []
    cut_out(picture_of((disc, RED)), edge=Edge.SOFT, models=NONE, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_network_of_the_program_finds_a_real_subject() -> None:
    if INSTALLED.network("u2netp") is None:
        pytest.skip("u2netp is not installed")
    ball = share_of((400, 500), (260, 210), 110)
    done = cut(picture_of((ball, RED)), models=INSTALLED)
    assert done.method == "U²-Net"
    assert overlap(done.alpha, ball) > 0.97
