"""The checks against the labelled set: bad pictures are found, good ones are not taken for bad.

The short form runs always; ``dev.py test --long`` runs all of it. ``IMAGE_EDITOR_TEST_PHOTOS`` names a folder of photos
for another pass, with scenes that nobody has looked at while the checks were written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import cv2
import pytest
from support.labelled_pictures import Tally, grounds_of, labelled
from support.labelled_scenes import GROUNDS, Ground

from editor.domain.kinds import Operation

PHOTOS = os.environ.get("IMAGE_EDITOR_TEST_PHOTOS", "")


def tallied(seed: int, *, grounds: Mapping[str, Ground] = GROUNDS, share: float = 1.0) -> Tally:
    tally = Tally()
    for case in labelled(seed, grounds=grounds, share=share):
        tally.count(case)
    return tally


def test_the_set_has_good_and_bad_answers_of_every_operation() -> None:
    some = [case for _, case in zip(range(3000), labelled(1, share=0.05), strict=False)]
    for operation in Operation:
        labels = {case.good for case in some if case.request.operation is operation}
        assert labels in ({True, False}, set())


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


@pytest.mark.skipif(not PHOTOS, reason="IMAGE_EDITOR_TEST_PHOTOS names no folder of photos")
def test_scenes_before_other_photos() -> None:
    paths = sorted(path for path in Path(PHOTOS).iterdir() if path.suffix in (".jpg", ".png"))
    photos = [cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in paths]
    tally = tallied(3, grounds=grounds_of(photos * 4))
    assert not tally.faults(), f"{tally.faults()}\n{tally.table()}"
