"""A search in a picture as it was when it was asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from editor.domain.document import Document
from editor.domain.errors import InputError
from editor.domain.geometry import Rect
from editor.session.selecting import Search, Selecting, Selection, Target


@dataclass
class Answer:
    image: np.ndarray
    method: str = "U²-Net"
    notes: tuple[str, ...] = ()


@dataclass
class Selector:
    """Selects the left half."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    async def select(self, image: np.ndarray, **wanted: Any) -> Answer:
        self.asked.append({"image": image, **wanted})
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[:, : image.shape[1] // 2] = 255
        return Answer(mask)


@pytest.fixture
def selector() -> Selector:
    return Selector()


@pytest.fixture
def selecting(selector: Selector) -> Selecting:
    return Selecting(lambda: SimpleNamespace(selector=selector))  # type: ignore[arg-type, return-value]


@pytest.fixture
def document() -> Document:
    pixels = np.full((60, 80, 4), (10, 20, 30, 255), np.uint8)
    return Document(pixels, name="picture.png")


def found(selecting: Selecting, search: Search) -> Selection:
    return asyncio.run(selecting.find(search))


def test_the_engine_sees_the_picture_as_it_was_when_it_was_asked(
    selecting: Selecting, selector: Selector, document: Document
) -> None:
    search = selecting.prepare(document, Target())
    document.pixels.about_to_change(document.rect)
    document.pixels.array[...] = 255
    selection = found(selecting, search)
    (asked,) = selector.asked
    assert (asked["image"] == (30, 20, 10)).all()
    assert asked["point"] is None
    assert asked["box"] is None
    assert selection.method == "U²-Net"
    assert selection.mask[:, :40].min() == 255


def test_a_place_a_box_and_strokes_are_passed_on(selecting: Selecting, selector: Selector, document: Document) -> None:
    strokes = np.ones((60, 80), np.uint8)
    found(selecting, selecting.prepare(document, Target(point=(79, 0), keep=strokes)))
    found(selecting, selecting.prepare(document, Target(box=Rect(70, 50, 40, 40), drop=strokes)))
    assert selector.asked[0]["point"] == (79, 0)
    assert selector.asked[0]["keep"] is strokes
    assert selector.asked[1]["box"] == (70, 50, 10, 10), "only what lies in the picture"
    assert selector.asked[1]["drop"] is strokes


@pytest.mark.parametrize("target", [Target(point=(80, 3)), Target(point=(-1, 3)), Target(box=Rect(80, 0, 9, 9))])
def test_what_lies_outside_is_refused(selecting: Selecting, document: Document, target: Target) -> None:
    with pytest.raises(InputError, match="outside the picture"):
        selecting.prepare(document, target)


def test_without_an_engine_it_says_so(document: Document) -> None:
    nobody = Selecting(lambda: SimpleNamespace(selector=None))  # type: ignore[arg-type, return-value]
    with pytest.raises(InputError, match="cannot select"):
        found(nobody, nobody.prepare(document, Target()))
