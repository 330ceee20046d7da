"""Comparison sheets: pictures side by side with their names, for looking at what the figures say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SHEETS = Path(__file__).resolve().parents[2] / "build" / "sheets"
CAPTION = 22


def save_sheet(name: str, pictures: Mapping[str, NDArray[np.uint8]], *, columns: int = 3, width: int = 520) -> Path:
    """Write ``pictures`` (RGB; name → pixels), each reduced to ``width``, into one PNG. Returns its path."""
    cells = [_cell(caption, pixels, width) for caption, pixels in pictures.items()]
    height = max(cell.shape[0] for cell in cells)
    cells = [cv2.copyMakeBorder(cell, 0, height - cell.shape[0], 0, 6, cv2.BORDER_CONSTANT) for cell in cells]
    while len(cells) % columns:
        cells.append(np.zeros_like(cells[0]))
    rows = [np.hstack(cells[at : at + columns]) for at in range(0, len(cells), columns)]
    SHEETS.mkdir(parents=True, exist_ok=True)
    path = SHEETS / f"{name}.png"
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))
    return path


def marked(picture: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """``picture`` with the hole in magenta."""
    shown = picture.copy()
    shown[hole] = (255, 0, 255)
    return shown


def around(hole: NDArray[np.bool_], margin: float = 0.25) -> tuple[slice, slice]:
    """The rectangle of the hole with a margin, as a share of its longer side."""
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    extra = round(margin * max(rows[-1] - rows[0], columns[-1] - columns[0]))
    return (
        slice(max(0, int(rows[0]) - extra), int(rows[-1]) + 1 + extra),
        slice(max(0, int(columns[0]) - extra), int(columns[-1]) + 1 + extra),
    )


def _cell(caption: str, pixels: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    size = width, max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    way = cv2.INTER_AREA if width < pixels.shape[1] else cv2.INTER_CUBIC
    cell = cv2.copyMakeBorder(cv2.resize(pixels, size, interpolation=way), CAPTION, 0, 0, 0, cv2.BORDER_CONSTANT)
    cv2.putText(cell, caption, (4, CAPTION - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return np.asarray(cell, np.uint8)
