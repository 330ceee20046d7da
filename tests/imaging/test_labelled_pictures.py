"""The checks against the labelled set: bad pictures are found, good ones are not taken for bad.

The short form runs always; ``dev.py test --long`` runs all of it. ``IMAGE_EDITOR_TEST_PHOTOS`` names a folder of photos
for another pass, with scenes that nobody has looked at while the checks were written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.labelled_case import asked, good_case
from support.labelled_fills import marked
from support.labelled_pictures import Tally, grounds_of, labelled
from support.labelled_scenes import GROUNDS, Ground, make_scene

from editor.domain.kinds import Operation
from editor.engine.fill.erase import erase
from editor.engine.weights import Models

PHOTOS = os.environ.get("IMAGE_EDITOR_TEST_PHOTOS", "")


def tallied(seed: int, *, grounds: Mapping[str, Ground] = GROUNDS, share: float = 1.0) -> Tally:
    tally = Tally()
    for case in labelled(seed, grounds=grounds, share=share):
        tally.count(case)
    return tally


def test_the_set_has_good_and_bad_answers_of_every_operation() -> None:
    one = {"wall": GROUNDS["wall"]}
    labels = {(case.request.operation, case.good) for case in labelled(1, grounds=one)}
    assert labels == {(operation, good) for operation in Operation for good in (True, False)}


def test_it_is_the_same_for_the_same_seed() -> None:
    first, second = (
        [(case.kind, case.good, case.request.image.tobytes()) for case in labelled(5, share=0.03)] for _ in range(2)
    )
    assert first == second and first


def test_bad_pictures_are_found_and_good_ones_pass() -> None:
    tally = tallied(1, share=0.15)
    assert tally.number(good=True) + tally.number(good=False) > 300
    assert not tally.faults(), f"{tally.faults()}\n{tally.table()}"


@pytest.mark.long
def test_all_of_the_set() -> None:
    tally = tallied(2)
    assert tally.number(good=True) + tally.number(good=False) > 3000
    assert not tally.faults(), f"{tally.faults()}\n{tally.table()}"


@pytest.mark.parametrize("ground", GROUNDS)
def test_what_the_local_engine_fills_is_good(ground: str) -> None:
    rng = np.random.default_rng(7)
    scene = make_scene(rng, GROUNDS[ground], size=(120, 160))
    mask = marked(scene.thing)
    filled = erase(scene.picture, mask, seed=1, models=Models.none(), progress=lambda share: None).image
    assert good_case("local", asked(Operation.ERASE, scene.picture, mask), filled).fault() is None


@pytest.mark.skipif(not PHOTOS, reason="IMAGE_EDITOR_TEST_PHOTOS names no folder of photos")
def test_scenes_before_other_photos() -> None:
    paths = sorted(path for path in Path(PHOTOS).iterdir() if path.suffix in (".jpg", ".png"))
    photos = [cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in paths]
    tally = tallied(3, grounds=grounds_of(photos * 4))
    assert not tally.faults(), f"{tally.faults()}\n{tally.table()}"
