"""How well bad pictures are told from good ones, on the labelled set, and how long a check of a megapixel takes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.labelled_case import Case
from support.labelled_pictures import MAKERS, Tally, labelled
from support.labelled_scenes import GROUNDS

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest

SEED = 2
SIDE = 1024
ROUNDS = 7
TARGET_MS = 50.0
"""For a megapixel of the picture that is sent."""


def large_case(operation: Operation) -> Case:
    """An answer of ordinary goodness to a request with a picture of 1024 × 1024 pixels: every check is gone through."""
    rng = np.random.default_rng(SEED)
    image = GROUNDS["photo"](rng, (SIDE, SIDE))
    mask = np.full((SIDE, SIDE), 255, np.uint8)
    if operation.masked:
        mask[:] = 0
        cv2.circle(mask, (SIDE // 2, SIDE // 2), SIDE // 4, 255, -1)
    sides = Expansion(left=256, right=256)
    options = EditOptions(prompt="a dog", expansion=sides, scale=2.0)
    request = EditRequest(operation=operation, image=image, mask=mask, region=Rect(0, 0, SIDE, SIDE), options=options)
    answer = cv2.resize(image, request.result_size)
    if operation is Operation.OUTPAINT:
        answer = np.pad(image, ((0, 0), (256, 256), (0, 0)), mode="reflect")
    elif operation is Operation.REMOVE_BACKGROUND:
        answer = cv2.circle(np.zeros((SIDE, SIDE), np.uint8), (SIDE // 2, SIDE // 2), SIDE // 3, 255, -1)
    elif operation is not Operation.UPSCALE:
        answer[SIDE // 3 : SIDE // 2, SIDE // 3 : SIDE // 2] ^= 64
    return Case(kind="large", good=True, request=request, answer=answer)


def milliseconds(case: Case) -> float:
    """The best of some rounds: what the check takes where nothing else runs."""
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        case.fault()
        spans.append((time.perf_counter() - begin) * 1000)
    return min(spans) / (SIDE * SIDE / 1_000_000)


def main() -> int:
    """Print both tables; 1 where a target is missed."""
    tally = Tally()
    for case in labelled(SEED):
        tally.count(case)
    print(tally.table())
    print(f"\n{'operation':20}{'ms per megapixel':>18}{'target':>8}")
    slowest = 0.0
    for operation in MAKERS:
        spent = milliseconds(large_case(operation))
        slowest = max(slowest, spent)
        print(f"{operation:20}{spent:>18.1f}{TARGET_MS:>8.0f}")
    return 1 if tally.faults() or slowest > TARGET_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
