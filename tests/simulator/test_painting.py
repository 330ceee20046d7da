from __future__ import annotations

import numpy as np
import pytest

from editor.simulator import painting
from editor.simulator.pictures import Array
from editor.simulator.scripts import Script


def gradient(height: int = 90, width: int = 120) -> Array:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows, columns, rows + columns], axis=-1).astype(np.uint8)


def scene(colour: tuple[int, int, int] = (205, 40, 40)) -> tuple[Array, Array]:
    """A sandy ground with a lit and shaded square in the middle, and where the square is."""
    image = np.full((96, 120, 3), (150, 148, 140), np.uint8)
    light = np.linspace(1.1, 0.7, 40)[None, :, None]
    image[30:60, 40:80] = (np.array(colour) * light).clip(0, 255).astype(np.uint8)
    mask = np.zeros((96, 120), np.uint8)
    mask[30:60, 40:80] = 255
    return image, mask


def agreement(found: Array, expected: Array) -> float:
    """Intersection over union."""
    return float(((found > 127) & (expected > 127)).sum() / max(1, ((found > 127) | (expected > 127)).sum()))


def test_a_hole_is_filled_as_its_surroundings_go_on() -> None:
    image = gradient()
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[30:60, 40:80] = 255
    spoiled = image.copy()
    spoiled[mask > 0] = 255
    result = painting.erase(spoiled, mask).astype(int)
    assert np.abs(result - image.astype(int))[mask > 0].max() < 25
    assert np.array_equal(result[mask == 0], image[mask == 0])


def test_grey_blends() -> None:
    image = np.full((64, 64, 3), 100, np.uint8)
    image[30:34, 30:34] = 200
    mask = np.zeros((64, 64), np.uint8)
    mask[30:34, 30:34] = 128
    assert 148 <= painting.erase(image, mask)[31, 31, 0] <= 151


def test_nothing_and_everything_marked() -> None:
    image = gradient()
    mask = np.zeros(image.shape[:2], np.uint8)
    assert np.array_equal(painting.erase(image, mask), image)
    mask[:] = 255
    everything = painting.erase(image, mask)
    assert len(np.unique(everything[..., 0])) == 1 and abs(int(everything[0, 0, 0]) - 44) <= 1


@pytest.mark.parametrize("word", [word for word in painting.SHADES if word not in {"violet", "gray", "grey", "beige"}])
def test_every_colour_is_painted_named_and_found(word: str) -> None:
    image, mask = scene()
    painted = painting.paint(image, mask, f"a {word.upper()} boat", seed=3)
    inside = painted[mask > 0].astype(int)
    colour = painting.colour_of(f"the {word} one, not the other")
    assert colour is not None
    assert np.abs(inside.mean(0) - colour).max() < 6
    assert np.array_equal(painted[mask == 0], image[mask == 0])
    assert agreement(painting.find(painted, f"{word} boat"), mask) > 0.97


def test_words_are_whole_and_the_first_counts() -> None:
    assert painting.colour_of("a blackbird hundred times") is None
    assert painting.colour_of("green and red") == painting.SHADES["green"].rgb
    assert painting.colour_of("gray") == painting.colour_of("grey")


def test_the_seed_makes_the_texture_and_the_words_the_colour() -> None:
    image, mask = scene()
    first = painting.paint(image, mask, "a boat", seed=1)
    assert np.array_equal(first, painting.paint(image, mask, "a boat", seed=1))
    assert not np.array_equal(first, painting.paint(image, mask, "a boat", seed=2))
    assert np.ptp(first[mask > 0].astype(int), axis=0).max() < 25
    other = painting.paint(image, mask, "a tree", seed=1)
    assert np.abs(first[mask > 0].mean(0) - other[mask > 0].mean(0)).max() > 8
    half = painting.paint(image, mask // 2, "blue")
    assert 80 < half[45, 50, 0] < 140


@pytest.mark.parametrize(
    "prompt",
    [
        " ",
        "empty background, continuing the surroundings seamlessly, nothing else",
        "the scene continues naturally beyond the edge",
    ],
)
def test_a_fill_model_told_to_go_on_with_the_surroundings_does_so(prompt: str) -> None:
    image, mask = scene()
    assert np.array_equal(painting.fill(image, mask, prompt, seed=4), painting.erase(image, mask))
    assert np.array_equal(painting.fill(image, mask, "a boat", seed=4), painting.paint(image, mask, "a boat", seed=4))


def test_find_by_colour_takes_shaded_pixels_and_leaves_specks() -> None:
    image, mask = scene()
    image[5, 5] = image[80, 100] = (205, 40, 40)
    image[40, 50] = (150, 148, 140)
    assert np.array_equal(painting.find(image, "the red car"), mask)
    assert not painting.find(image, "the purple car").any()


def test_find_without_a_colour_is_the_subject() -> None:
    image, mask = scene()
    assert agreement(painting.find(image, "the car"), mask) > 0.95
    assert not painting.find(np.full((60, 60, 3), 90, np.uint8), "the car").any()


def test_the_subject_is_found_before_an_uneven_background() -> None:
    image = gradient()
    image[30:60, 40:80] = (250, 10, 10)
    mask = np.zeros(image.shape[:2], np.uint8)
    mask[30:60, 40:80] = 255
    assert agreement(painting.subject(image), mask) > 0.9
    cut = painting.cut_out(image)
    assert cut.shape == (90, 120, 4)
    assert np.array_equal(cut[..., :3], image)
    assert cut[45, 60, 3] == 255
    assert cut[2, 2, 3] == 0


def test_replace_reaches_as_far_as_it_is_told() -> None:
    image, mask = scene()
    result = painting.replace(image, "red car", "green bus", grow=4)
    changed = (result != image).any(2)
    assert changed[26:64, 36:84].mean() > 0.98
    assert not changed[:26].any()
    assert agreement(painting.find(result, "green"), np.pad(mask[4:-4, 4:-4], 4)) > 0.6


def test_recolour_keeps_lightness() -> None:
    image, mask = scene()
    result = painting.recolour(image, "red", "blue")
    luma = np.array([0.299, 0.587, 0.114])
    assert np.abs(image @ luma - result @ luma).max() < 1.5
    assert np.array_equal(result[mask == 0], image[mask == 0])
    assert agreement(painting.find(result, "blue"), mask) > 0.97


def test_a_new_background_comes_behind_the_subject() -> None:
    image, mask = scene()
    beach = np.full((20, 30, 3), (40, 200, 220), np.uint8)
    result = painting.new_background(image, beach)
    assert np.array_equal(np.unique(result[:20].reshape(-1, 3), axis=0), [[40, 200, 220]])
    assert agreement(painting.find(result, "red"), mask) > 0.95
    assert not np.array_equal(result[45, 60], image[45, 60])
    painted = painting.new_background(image, None, prompt="green meadow")
    assert painting.find(painted, "green")[:20].all()


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("Replace the red car with a blue bus. Keep everything else.", "blue"),
        ("turn the red car into a green bus", "green"),
        ("Change the red car to a yellow bus!", "yellow"),
        ("Change the color of the red car to purple.", "purple"),
        ("change the colour of the red car to green", "green"),
        ("Recolor the red car to cyan", "cyan"),
    ],
)
def test_instructions_act_on_the_thing(prompt: str, word: str) -> None:
    image, mask = scene()
    result = painting.instructed(image, prompt, seed=5)
    assert agreement(painting.find(result, word), mask) > 0.9
    noise = np.abs(result.astype(int) - image)[mask == 0]
    assert noise.max() == 1
    assert np.array_equal(result, painting.instructed(image, prompt, seed=5))
    assert not np.array_equal(result, painting.instructed(image, prompt, seed=6))


def test_instructions_for_the_background_and_for_removal() -> None:
    image, mask = scene()
    meadow = painting.instructed(image, "Replace the background with a green meadow")
    assert painting.find(meadow, "green")[:20].all()
    assert agreement(painting.find(meadow, "red"), mask) > 0.95
    assert painting.find(painting.instructed(image, "Remove the background."), "white")[:20].mean() > 250
    assert not painting.find(painting.instructed(image, "Remove the red car."), "red").any()
    night = painting.instructed(image, "make it night")
    assert np.abs(night.astype(int) - image).mean() > 2


def test_extend_keeps_the_middle_and_softens_outwards() -> None:
    rows, columns = np.mgrid[0:80, 0:100]
    image = np.where(((rows + columns) % 2)[..., None] > 0, 200, 60).astype(np.uint8).repeat(3, 2)
    result = painting.extend(image, 40, 64, 0, 32, seed=1)
    assert result.shape == (112, 204, 3)
    assert np.array_equal(result[0:80, 40:140], image)
    assert np.std(result[:80, 38:40]) > 20 > np.std(result[:80, :8])
    assert abs(float(result[:, :40].mean()) - 130) < 8
    assert not np.array_equal(result, painting.extend(image, 40, 64, 0, 32, seed=2))
    assert painting.extend(image[:2, :2], 300, 0, 0, 5).shape == (7, 302, 3)


def test_enlarge_is_faithful() -> None:
    image, _ = scene()
    large = painting.enlarge(image, 480, 384)
    assert large.shape == (384, 480, 3)
    assert np.abs(painting.resized(large, 120, 96).astype(int) - image).mean() < 2


@pytest.mark.parametrize("bands", ["grey", "RGB", "RGBA"])
def test_spoiled_results_keep_their_form(bands: str) -> None:
    image, mask = scene()
    result = {"grey": mask, "RGB": painting.erase(image, mask), "RGBA": painting.cut_out(image)}[bands]
    assert painting.spoiled(Script.OK, image, result) is result
    blank = painting.spoiled(Script.BLANK_PICTURE, image, result)
    unchanged = painting.spoiled(Script.UNCHANGED_PICTURE, image, result)
    assert blank.shape == unchanged.shape == result.shape
    assert len(np.unique(blank[..., :3] if blank.ndim == 3 else blank)) == 1
    assert painting.spoiled(Script.HALF_SIZE, image, result).shape[:2] == (48, 60)
    assert painting.spoiled(Script.WRONG_SIZE, image, result).shape[:2] == (96, 80)


def test_unchanged_is_what_was_sent() -> None:
    image, _ = scene()
    assert np.array_equal(
        painting.spoiled(Script.UNCHANGED_PICTURE, image, painting.erase(image, image[..., 0])), image
    )
    assert painting.spoiled(Script.UNCHANGED_PICTURE, image, painting.enlarge(image, 240, 192)).shape == (192, 240, 3)


def test_a_wrong_polarity_changes_the_contrary() -> None:
    image, mask = scene()
    result = painting.staged(Script.WRONG_POLARITY, image, mask)
    assert np.array_equal(result[mask > 0], image[mask > 0])
    assert (result[mask == 0] != image[mask == 0]).any()
