"""Seams are measured, made smaller, and never larger; nothing outside the mask is touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.seams import DRIFTS, TARGET, Scene, drawn, photos, scenes

from editor.domain.samples import narrowed
from editor.imaging.effective_mask import effective_of
from editor.imaging.fitting import fitted_patch
from editor.imaging.seam import mended

SET = [scene for picture in (drawn(), next(photos())) for scene in scenes(picture)]


@pytest.mark.parametrize("drift", list(DRIFTS))
def test_seams_on_the_set(drift: str) -> None:
    scores = [scene.score(drift) for scene in SET]
    assert np.mean([score.true[1] for score in scores]) <= TARGET
    assert np.mean([score.measured[1] for score in scores]) <= TARGET
    for score in scores:
        assert score.true[1] <= score.true[0] + 0.15, "never worse than without"
        assert score.measured[1] <= score.measured[0] + 1e-9
    if drift == "none":
        assert not any(score.repaired for score in scores)
    else:
        assert np.mean([score.true[1] for score in scores]) < 0.5 * np.mean([score.true[0] for score in scores])


@pytest.mark.parametrize("drift", [name for name in DRIFTS if name not in ("moved", "all of it")])
def test_a_fill_that_goes_on_shows_its_tone_where_its_context_does_not(drift: str) -> None:
    continuing = [replace(scene, perfect=scene.picture) for scene in SET]
    scores = [scene.score(drift, laid_over=True) for scene in continuing]
    for score in scores:
        assert score.true[1] <= score.true[0] + 0.5
        assert score.measured[1] <= score.measured[0]
    assert np.mean([score.true[1] for score in scores]) <= TARGET
    if drift == "none":
        assert not any(score.repaired for score in scores)
    if drift in ("brighter", "warmer"):
        assert np.mean([score.true[1] for score in scores]) < 0.4 * np.mean([score.true[0] for score in scores])


@pytest.mark.parametrize("depth", [8, 16])
def test_a_step_is_taken_out_inside_the_mask_alone(depth: int) -> None:
    scene = SET[0]
    answer = np.where(scene.mask[..., None] > 0, DRIFTS["warmer"](scene.picture), scene.picture)
    fitted = fitted_patch(scene.picture, answer, scene.mask, depth=depth, continues=True)
    assert fitted.metrics["seam_repair"] == "offset"
    assert np.array_equal(narrowed(fitted.image)[scene.mask == 0], scene.picture[scene.mask == 0])
    asked_for = fitted_patch(scene.picture, answer, scene.mask, depth=depth)
    assert asked_for.image is answer, "what words asked for need not go on with anything"


def test_an_object_that_fills_its_mask_is_no_tone() -> None:
    """Half of its edge is lighter than what is beside it, half is darker."""
    picture = np.full((200, 300, 3), 120, np.uint8)
    picture[:, 150:] = 60
    mask = np.zeros((200, 300), np.uint8)
    mask[50:150, 75:225] = 255
    answer = picture.copy()
    answer[mask > 0] = 90
    assert fitted_patch(picture, answer, mask, continues=True).image is answer


@pytest.mark.parametrize("depth", [8, 16])
def test_what_the_mask_leaves_out_stays_to_the_bit(depth: int) -> None:
    scene = SET[1]
    answer = DRIFTS["warmer"](scene.perfect)
    repaired = mended(scene.picture, answer, scene.mask, depth=depth)
    assert repaired.repaired
    assert repaired.image.dtype == (np.uint16 if depth == 16 else np.uint8)
    outside = scene.mask == 0
    assert np.array_equal(narrowed(repaired.image)[outside], answer[outside])
    if depth == 16:
        plain = mended(scene.picture, answer, scene.mask).image
        assert np.abs(repaired.image / 257 - plain).max() <= 0.51, "the same but for its rounding"


def test_a_colour_that_was_asked_for_is_not_pulled_to_its_surroundings() -> None:
    """A white thing in a green field: with a drift it becomes white again, without one nothing happens."""
    field = np.full((300, 400, 3), (70, 130, 50), np.uint8)
    field = np.clip(field + np.random.default_rng(1).normal(0, 4, field.shape), 0, 255).astype(np.uint8)
    mask = np.zeros((300, 400), np.uint8)
    mask[100:200, 120:280] = 255
    perfect = field.copy()
    perfect[110:190, 130:270] = (240, 242, 238)
    scene = Scene(field, effective_of(mask, 4, 6), perfect)
    core = (slice(120, 180), slice(140, 260))
    assert mended(field, perfect, scene.mask).image is perfect
    for drift in ("brighter", "warmer", "gamma 1.2"):
        repaired = mended(field, DRIFTS[drift](perfect), scene.mask)
        assert repaired.repaired
        assert np.abs(repaired.image[core].mean(axis=(0, 1)) - (240, 242, 238)).max() < 16
    plain = mended(field, DRIFTS["warmer"](perfect), scene.mask).image
    assert np.abs(plain[core].mean(axis=(0, 1)) - (240, 242, 238)).max() < 6


def test_a_shadow_that_went_with_its_thing_is_no_drift() -> None:
    """Beside the mask, too, the platform has taken a shadow away: the ring is brighter there, the tone is not."""
    scene = SET[2]
    picture = scene.picture.copy()
    columns = np.nonzero(scene.mask.any(axis=0))[0]
    rows = np.nonzero(scene.mask.any(axis=1))[0]
    shadow = (slice(rows[-1] - 10, rows[-1] + 24), slice(columns[0], columns[0] + 30))
    picture[shadow] = picture[shadow] // 3
    repaired = mended(picture, scene.perfect, scene.mask)
    away = np.abs(repaired.image.astype(int) - scene.perfect)[: rows[-1] - 40]
    assert away.mean() < 1.0


def test_each_area_is_judged_alone() -> None:
    """A platform's tone in the left half alone: there it is taken out, the fill on the right stays as it came."""
    picture = drawn(600, 240)
    mask = np.zeros((240, 600), np.uint8)
    mask[90:150, 60:120] = mask[90:150, 480:540] = 255
    answer = picture.copy()
    answer[:, :300] = DRIFTS["brighter"](picture)[:, :300]
    repaired = mended(picture, answer, mask)
    assert repaired.repaired
    left, right = (slice(90, 150), slice(60, 120)), (slice(90, 150), slice(480, 540))
    assert np.abs(repaired.image[left].astype(int) - picture[left]).mean() < 1.5
    assert np.abs(repaired.image[right].astype(int) - picture[right]).mean() < 0.5


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    seed=st.integers(0, 1000),
    kind=st.sampled_from(["point", "everything", "edge", "parts", "faint", "nothing"]),
    depth=st.sampled_from([8, 16]),
)
def test_any_mask_of_any_size(width: int, height: int, seed: int, kind: str, depth: int) -> None:
    chance = np.random.default_rng(seed)
    before, after = chance.integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    if seed % 2:
        after = np.clip(before.astype(int) + 12, 0, 255).astype(np.uint8)
    mask = np.zeros((height, width), np.uint8)
    if kind == "point":
        mask[chance.integers(height), chance.integers(width)] = 255
    elif kind == "everything":
        mask[:] = 255
    elif kind == "edge":
        mask[:, : width // 2 + 1] = 255
    elif kind == "parts":
        mask[chance.random(mask.shape) > 0.8] = 200
    elif kind == "faint":
        mask[height // 3 :, width // 3 :] = 9
    fitted = fitted_patch(before, after, mask, depth=depth, continues=bool(seed % 3))
    assert fitted.image.shape == after.shape
    found = mended(before, after, mask, depth=depth)
    assert np.array_equal(narrowed(found.image)[mask == 0], after[mask == 0])
    if found.before is not None and found.after is not None:
        assert found.after.colour <= found.before.colour + 1e-9
        assert set(found.metrics) >= {"seam_before", "seam_after", "seam_repair"}
    if kind in ("everything", "nothing"):
        assert found.image is after
        assert not found.metrics


def test_figures_for_the_receipt() -> None:
    scene = SET[0]
    found = fitted_patch(scene.picture, DRIFTS["moved"](scene.perfect), scene.mask).metrics
    assert found["seam_repair"] == "membrane"
    assert found["registration"]["shift"] == pytest.approx([3.4, -2.2], abs=0.2)  # type: ignore[index]
    assert fitted_patch(scene.picture, scene.perfect, scene.mask).metrics["seam_repair"] == "none"
