"""The parts of a fill, each held against what it must do."""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from editor.engine.fill.carry import carried
from editor.engine.fill.compose import composed
from editor.engine.fill.levels import Level, coarse_of, levels_of
from editor.engine.fill.membrane import expected, solved
from editor.engine.fill.messages import Labelling
from editor.engine.fill.regions import regions_of
from editor.engine.fill.score import step_ratio, unlikeness, visibility
from editor.engine.fill.shift_map import ShiftMap, decided
from editor.engine.fill.shifts import dominant_shifts


def holed(shape, *rectangles):
    hole = np.zeros(shape, np.bool_)
    for rectangle in rectangles:
        hole[rectangle] = True
    return hole


def tiles(height, width, period):
    """A pattern that repeats after ``period`` pixels both ways."""
    tile = np.random.default_rng(3).integers(0, 255, (period, period, 3)).astype(np.uint8)
    tile = cv2.GaussianBlur(np.tile(tile, (3, 3, 1)), (0, 0), 1.2)[period : 2 * period, period : 2 * period]
    return np.tile(tile, (-(-height // period), -(-width // period), 1))[:height, :width]


def test_a_hole_never_colours_the_smaller_levels():
    picture = np.full((200, 260, 3), 80, np.uint8)
    hole = holed((200, 260), np.s_[41:160, 63:190])
    picture[hole] = 255
    levels = levels_of(Level(picture, hole), 1500)
    assert len(levels) > 2 and np.count_nonzero(levels[-1].hole) <= 1.15 * 1500
    assert all((level.picture[~level.hole] == 80).all() for level in levels)
    assert np.abs(coarse_of(levels).grain[~levels[-1].hole]).max() < 1


def test_the_shifts_found_are_the_period_of_a_pattern():
    hole = holed((120, 140), np.s_[45:80, 50:95])
    coarse = coarse_of([Level(tiles(120, 140, 20), hole)])
    shifts = dominant_shifts(coarse, np.random.default_rng(0))
    off = np.abs((shifts[:20] + 10) % 20 - 10)
    assert (off.max(axis=1) <= 1).mean() > 0.8


def test_labels_are_the_best_of_all_for_a_few_pixels():
    random = np.random.default_rng(1)
    hole = holed((3, 4), np.s_[0:2, 0:3])
    own = random.uniform(0, 2, (6, 3)).astype(np.float32)
    points = random.normal(size=(6, 3, 2)).astype(np.float32)
    differences = np.square(points[:, :, None] - points[:, None]).sum(axis=3)
    pairs = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]

    def cost(labels):
        own_cost = sum(own[pixel, label] for pixel, label in enumerate(labels))
        joints = sum(differences[[p, q], labels[p], labels[q]].sum() for p, q in pairs)
        return own_cost + joints

    best = min(itertools.product(range(3), repeat=6), key=cost)
    assert tuple(Labelling(own, differences, hole).improved(10)) == best


def test_a_shift_map_restores_a_pattern_and_stays_right_when_carried_up():
    picture = tiles(240, 280, 40)
    hole = holed((240, 280), np.s_[90:160, 100:190])
    levels = levels_of(Level(picture, hole), 1800)
    coarse = coarse_of(levels)
    found = decided(coarse, dominant_shifts(coarse, np.random.default_rng(0)))
    for level in levels[-2::-1]:
        found = carried(level, found)
    filled = composed(levels[0], found)
    assert np.array_equal(filled[~hole], picture[~hole])
    assert np.abs(filled[hole].astype(int) - picture[hole]).mean() < 6


def test_pieces_of_another_brightness_join_without_a_step():
    picture = np.full((80, 120, 3), 100, np.uint8)
    picture[:, 60:] = 130
    hole = holed((80, 120), np.s_[20:60, 10:50])
    everywhere = ShiftMap(np.array([[0, 55]], np.int32), np.where(hole, 0, -1).astype(np.int16))
    filled = composed(Level(picture, hole), everywhere)
    assert np.abs(filled[hole].astype(int) - 100).max() <= 3


def test_where_a_shift_leads_nowhere_the_nearest_known_pixel_serves():
    picture = np.full((30, 40, 3), 70, np.uint8)
    hole = holed((30, 40), np.s_[10:20, 10:20])
    picture[hole] = 255
    astray = ShiftMap(np.array([[500, 0]], np.int32), np.where(hole, 0, -1).astype(np.int16))
    assert np.abs(composed(Level(picture, hole), astray)[hole].astype(int) - 70).max() <= 1


def test_a_membrane_continues_a_slope_and_a_source_is_answered():
    rows, columns = np.mgrid[:60, :80].astype(np.float32)
    hole = holed((60, 80), np.s_[15:45, 20:60])
    slope = np.dstack([rows, 2 * columns])
    spoiled = np.where(hole[..., None], np.float32(0), slope)
    assert np.abs(expected(spoiled, hole) - slope).max() < 12
    sources = np.zeros((60, 80), np.float32)
    sources[30, 40] = 10
    surface = solved(sources, hole, 8)
    around = surface[29, 40] + surface[31, 40] + surface[30, 39] + surface[30, 41]
    assert abs(4 * surface[30, 40] - around - 10) < 0.2
    assert (surface[~hole] == 0).all()


def test_holes_far_apart_are_filled_apart_and_near_ones_together():
    far = holed((900, 1200), np.s_[50:90, 50:90], np.s_[700:760, 1000:1050])
    assert len(regions_of(far)) == 2
    near = holed((900, 1200), np.s_[50:90, 50:90], np.s_[50:90, 120:160])
    assert len(regions_of(near)) == 1
    for hole in (far, near):
        covered = sum(hole[window].sum() for window in regions_of(hole))
        assert covered == hole.sum()
    specks = np.zeros((500, 500), np.bool_)
    specks[::10, ::10] = True
    assert len(regions_of(specks)) == 1


def test_what_shows_less_is_the_better_fill(grass, round_hole):
    hole = round_hole > 0
    smeared = cv2.inpaint(grass, round_hole, 3, cv2.INPAINT_NS)
    stepped = grass.copy()
    stepped[hole] = np.clip(stepped[hole].astype(int) + 70, 0, 255)
    assert unlikeness(grass, hole) < 0.5 * unlikeness(smeared, hole)
    assert step_ratio(grass, hole) < 0.8 * step_ratio(stepped, hole)
    assert visibility(grass, hole) < min(visibility(smeared, hole), visibility(stepped, hole))
    flat = np.full((50, 50, 3), 9, np.uint8)
    assert visibility(flat, holed((50, 50), np.s_[20:30, 20:30])) < 0.8
