"""An edit by a platform that moves and tints what it returns: accepted, fitted in, and told of in the receipt."""

from __future__ import annotations

import asyncio
import json

import cv2
import numpy as np
import pytest
from support.fakes import FakeClock
from support.painter import Paint, PainterPlatform, services_of, session_of
from support.seams import DRIFTS, drawn

from editor.domain.document import Document
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest
from editor.domain.samples import narrowed, widened
from editor.imaging.effective_mask import refresh_all
from editor.session import FinishedEdit
from editor.session.candidates import candidates_of


def opened(depth: int) -> Document:
    colours = drawn()[..., ::-1]
    pixels = np.dstack((colours, np.full(colours.shape[:2], 255, np.uint8)))
    document = Document(np.ascontiguousarray(widened(pixels) if depth == 16 else pixels), name="field.png")
    document.mask.array[100:180, 140:240] = 255
    refresh_all(document)
    return document


def moved_and_tinted(request: EditRequest, number: int) -> np.ndarray:
    """Ten pixels to the right and six down, warmer, and something new in the hole."""
    made = request.image.copy()
    if request.operation.masked:
        made[request.mask > 0] = (170, 60 + 20 * number, 60)
    matrix = np.array([[1.0, 0, 10], [0, 1.0, 6]])
    height, width = made.shape[:2]
    made = cv2.warpAffine(made, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return DRIFTS["warmer"](made)


def served(document: Document, paint: Paint, operation: Operation, options: EditOptions) -> FinishedEdit:
    clock = FakeClock()
    session = session_of(services_of(PainterPlatform("painter", clock, paint=paint), clock=clock))
    finished = asyncio.run(session.run_edit(session.prepare(operation, document, options), lambda event: None, "job"))
    if operation.masked:
        session.attach(finished)
    return finished


@pytest.mark.parametrize("depth", [8, 16])
def test_a_moved_and_tinted_fill_is_fitted_in(depth: int) -> None:
    document = opened(depth)
    before, mask = document.pixels.array.copy(), document.effective.array.copy()
    finished = served(document, moved_and_tinted, Operation.INPAINT, EditOptions(prompt="a red box", variations=2))
    after = document.pixels.array
    assert np.array_equal(after[mask == 0], before[mask == 0])
    core = narrowed(after)[115:165, 155:225, 2::-1].reshape(-1, 3).astype(int)
    assert np.abs(core - (170, 60, 60)).mean() < 3, "in its place, and in the colour that was painted"
    metrics = finished.receipt.metrics
    assert metrics["registration"]["shift"] == pytest.approx([10, 6], abs=0.2)
    assert metrics["seam_after"] < 0.5 < metrics["seam_before"]
    assert json.loads(json.dumps(finished.receipt.as_dict()))["metrics"]["seam_repair"] == "membrane"


def test_each_candidate_tells_of_its_own_seam() -> None:
    def one_tinted(request: EditRequest, number: int) -> np.ndarray:
        made = request.image.copy()
        made[request.mask > 0] = (170, 60, 60)
        return DRIFTS["warmer"](made) if number else made

    document = opened(8)
    finished = served(document, one_tinted, Operation.INPAINT, EditOptions(prompt="a red box", variations=2))
    document.undo()
    repairs = [one.receipt.metrics["seam_repair"] for one in candidates_of([finished], document)]
    assert repairs == ["none", "membrane"]


def test_what_is_painted_around_a_picture_has_its_tone() -> None:
    def tinted(request: EditRequest, number: int) -> np.ndarray:
        sides = request.options.expansion
        grown = np.pad(request.image, ((sides.up, sides.down), (sides.left, sides.right), (0, 0)), mode="reflect")
        return DRIFTS["warmer"](grown)

    document = opened(8)
    sides = EditOptions(expansion=Expansion(left=60, right=40))
    finished = served(document, tinted, Operation.OUTPAINT, sides)
    assert finished.receipt.metrics["seam_repair"] == "membrane"
    (picture,) = finished.pictures()
    mirrored = np.pad(document.pixels.array, ((0, 0), (60, 40), (0, 0)), mode="reflect")
    assert np.abs(picture.astype(int) - mirrored)[..., :3].mean() < 1.0


@pytest.mark.parametrize("depth", [8, 16])
def test_the_same_answer_gives_the_same_bytes(depth: int) -> None:
    results = []
    for _ in range(2):
        document = opened(depth)
        served(document, moved_and_tinted, Operation.INPAINT, EditOptions(prompt="a red box"))
        results.append(document.pixels.array)
    assert np.array_equal(*results)
