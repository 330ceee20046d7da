"""How much of a seam is seen, with and without its repair, beside the target; and how long the repair takes.

``IMAGE_EDITOR_TEST_PHOTOS`` may name a folder of further photos.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.seams import DRIFTS, TARGET, Scene, Score, drawn, photos, scenes

from editor.imaging.fitting import fitted_patch

SIDES = (1024, 2048, 4096)


def line(name: str, scores: Sequence[Score]) -> str:
    figures = [
        float(np.mean([getattr(score, kind)[place] for score in scores]))
        for kind in ("true", "measured")
        for place in (0, 1)
    ]
    worse = sum(score.true[1] > score.true[0] + 0.1 for score in scores)
    return (
        f"{name:20} true {figures[0]:5.2f} → {figures[1]:4.2f}   measured {figures[2]:5.2f} → {figures[3]:4.2f}   "
        f"repaired {sum(score.repaired for score in scores):3} of {len(scores):3}   worse {worse}"
    )


def laid_over_scores(going_on: Sequence[Scene], drift: str) -> list[Score]:
    if drift in ("none", "moved", "all of it"):  # nothing to be seen, or another place than its own
        return []
    scores = [scene.score(drift, laid_over=True) for scene in going_on]
    print(line(drift, scores))
    return scores


def seconds(side: int) -> float:
    """For a crop of ``side`` squared whose middle is a hole."""
    picture = cv2.resize(next(photos()), (side, side), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 3, 255, -1)
    answer = DRIFTS["warmer"](picture)
    begin = time.perf_counter()
    fitted_patch(picture, answer, mask)
    return time.perf_counter() - begin


def main() -> int:
    folder = os.environ.get("IMAGE_EDITOR_TEST_PHOTOS")
    pictures = [drawn(), *photos(*([Path(folder)] if folder else []))]
    all_scenes = [scene for number, picture in enumerate(pictures) for scene in scenes(picture, seed=number)]
    print(f"{len(pictures)} pictures, {len(all_scenes)} scenes; ΔE00 along the seam, without → with the repair")
    total = []
    for drift in DRIFTS:
        scores = [scene.score(drift) for scene in all_scenes]
        print(line(drift, scores))
        total += scores if drift != "none" else []
    print(line("mean", total))
    print("fills that go on with their surroundings, laid over the picture by the platform:")
    going_on = [replace(scene, perfect=scene.picture) for scene in all_scenes]
    laid_over = [score for drift in DRIFTS for score in laid_over_scores(going_on, drift)]
    print(line("mean", laid_over))
    mean = float(np.mean([score.true[1] for score in total]))
    print(f"target ≤ {TARGET:.1f}: {'met' if mean <= TARGET else 'missed'}")
    for side in SIDES:
        print(f"{side * side / 1e6:5.1f} megapixels: {seconds(side):.2f} s, registration and repair")
    return 0 if mean <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
