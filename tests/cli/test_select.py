"""``image-editor select``: masks by the real engine."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw


@pytest.fixture
def photo(command_line):  # type: ignore[no-untyped-def]
    """A red and a green disc on a grainy ground."""
    noise = np.random.default_rng(2).normal(0, 4, (240, 320, 3))
    image = Image.fromarray(np.clip(np.array((110, 130, 150)) + noise, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 70, 140, 170), fill=(205, 50, 40))
    draw.ellipse((190, 70, 290, 170), fill=(40, 160, 60))
    image.save(command_line.folder / "discs.png")
    return "discs.png"


def discs() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[:240, :320]
    return tuple(np.hypot(columns - x, rows - 120) <= 50 for x in (90, 240))


def mask(command_line) -> np.ndarray:  # type: ignore[no-untyped-def]
    with Image.open(command_line.folder / "mask.png") as image:
        assert image.mode == "L"
        return np.asarray(image) > 127


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_a_thing_is_selected_by_a_place_or_a_box(command_line, photo) -> None:  # type: ignore[no-untyped-def]
    red, green = discs()
    ran = command_line.run("select", photo, "-o", "mask.png", "--at", "90,120")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Selected 1")
    assert overlap(mask(command_line), red) > 0.95
    ran = command_line.run("select", photo, "-o", "mask.png", "--box", "184,64,112,112")
    assert ran.code == 0, ran.err
    assert overlap(mask(command_line), green) > 0.95


def test_a_mask_serves_an_edit_at_once(command_line, photo) -> None:  # type: ignore[no-untyped-def]
    assert command_line.run("select", photo, "-o", "mask.png", "--at", "240,120").code == 0
    words = ("edit", "erase", photo, "-o", "out.png", "--mask", "mask.png", "--grow", "4", "--platforms", "local")
    ran = command_line.run(*words)
    assert ran.code == 0, ran.err
    with Image.open(command_line.folder / "out.png") as image:
        colours = np.asarray(image.convert("RGB"))[discs()[1]].mean(axis=0)
    assert np.abs(colours - (110, 130, 150)).max() < 20, "the ground goes on where the green disc was"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--at", "320,5"), "outside the picture"),
        (("--at", "5"), "2 whole numbers"),
        (("--box", "1,2,3"), "4 whole numbers"),
        (("--at", "1,1", "--box", "1,1,2,2"), "not allowed with"),
        (("-o", "discs.png"), "written over"),
    ],
)
def test_what_makes_no_sense_is_said(command_line, photo, words, told) -> None:  # type: ignore[no-untyped-def]
    before = (command_line.folder / photo).read_bytes()
    ran = command_line.run("select", photo, "-o", "mask.png", *words)
    assert ran.code == 2
    assert told in ran.err
    assert (command_line.folder / photo).read_bytes() == before


def test_where_nothing_stands_out_no_file_is_left(command_line) -> None:  # type: ignore[no-untyped-def]
    Image.new("RGB", (64, 48), (90, 90, 90)).save(command_line.folder / "flat.png")
    ran = command_line.run("select", "flat.png", "-o", "mask.png")
    assert ran.code == 3
    assert ran.err.strip().endswith("paint over it.")
    assert not (command_line.folder / "mask.png").exists()
