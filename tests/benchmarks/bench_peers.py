"""The same work by other editors, in the same run: libmypaint's dabs, GIMP's wand and feather. What is not installed is
left out (on Debian: ``gimp`` and ``libmypaint-1.5-1``).

Their times are without any display.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import bench_canvas
import numpy as np
from bench_masks import HEIGHT, WIDTH, mask_of
from PySide6.QtWidgets import QApplication
from ratios import Row, best, show

from editor.domain.document import Document
from editor.imaging.effective_mask import effective_of
from editor.tools.similar import connected, similar

DABS = 50
SIGMA = 20
GIMP_RADII = 3.5
"""GIMP feathers by a Gaussian with a standard deviation of this part of what it calls the radius."""
SCRIPT = f"""
(define (now) (let ((since (gettimeofday))) (+ (* 1000000 (car since)) (cadr since))))
(let* ((image (car (gimp-image-new 4000 3000 RGB)))
       (layer (car (gimp-layer-new image 4000 3000 RGB-IMAGE "flat" 100 LAYER-MODE-NORMAL)))
       (large (car (gimp-image-new {WIDTH} {HEIGHT} GRAY)))
       (start 0) (round 0))
  (gimp-image-insert-layer image layer 0 -1)
  (gimp-context-set-background '(90 90 90))
  (gimp-drawable-fill layer FILL-BACKGROUND)
  (gimp-context-set-antialias FALSE)
  (gimp-context-set-sample-threshold-int 8)
  (while (< round 5)
    (set! start (now))
    (gimp-image-select-contiguous-color image CHANNEL-OP-REPLACE layer 10 10)
    (gimp-message (string-append "wand " (number->string (- (now) start))))
    (gimp-image-select-ellipse large CHANNEL-OP-REPLACE 1000 500 4000 3000)
    (set! start (now))
    (gimp-selection-feather large {SIGMA * GIMP_RADII})
    (gimp-message (string-append "feather " (number->string (- (now) start))))
    (set! round (+ round 1))))
"""


def of_mypaint(library: ctypes.CDLL, radius: int) -> float:
    """Milliseconds of one soft dab of libmypaint on 24 megapixels, the best of several rows of :data:`DABS`.

    ``mypaint_surface_draw_dab`` of libmypaint's mypaint-surface.h: place, radius, colour, opacity, hardness, alpha,
    aspect ratio, angle, and how much of alpha and hue it keeps.
    """
    for maker in ("mypaint_fixed_tiled_surface_new", "mypaint_fixed_tiled_surface_interface"):
        getattr(library, maker).restype = ctypes.c_void_p
    tiles = ctypes.c_void_p(library.mypaint_fixed_tiled_surface_new(WIDTH, HEIGHT))
    surface = ctypes.c_void_p(library.mypaint_fixed_tiled_surface_interface(tiles))
    changed = (ctypes.c_int * 4)()
    look = [ctypes.c_float(value) for value in (1, 0, 0, 1, 0.7, 1, 1, 0, 0, 0)]

    def row() -> None:
        library.mypaint_surface_begin_atomic(surface)
        for step in range(DABS):
            place = ctypes.c_float(600 + 5.0 * step), ctypes.c_float(600.0), ctypes.c_float(radius)
            library.mypaint_surface_draw_dab(surface, *place, *look)
        library.mypaint_surface_end_atomic(surface, changed)

    return best(row, 8) / DABS


def dabs() -> Iterator[Row]:
    """On the mask of 24 megapixels alone, and with a repaint of a 1080p screen."""
    name = ctypes.util.find_library("mypaint-1.5") or ctypes.util.find_library("mypaint")
    if name is None:
        return
    library = ctypes.CDLL(name)
    shown = bench_canvas.picture(*bench_canvas.SIZES[24], grow=0, feather=0)
    canvas = bench_canvas.opened(shown, bench_canvas.SCREENS["1080p"])
    python = "Python's 0.02 ms a dab"
    for radius in (20, 100, 500):
        theirs = of_mypaint(library, radius)
        yield Row(f"dab-{radius}, libmypaint", bench_canvas.kernel(shown, radius).ours, theirs, 0.5, python)
        yield Row(f"dab-{radius} with our repaint, libmypaint", bench_canvas.dab(canvas, radius), theirs)
    canvas.close()


def selections() -> Iterator[Row]:
    """The wand at 12 megapixels and a feather at 24."""
    gimp = shutil.which("gimp-console")
    if gimp is None:
        return
    batch = [gimp, "--no-interface", "--no-data", "--no-fonts", "--batch", SCRIPT, "--batch", "(gimp-quit 0)"]
    said = subprocess.run(batch, capture_output=True, text=True, timeout=300, check=True)
    times = re.findall(r"(wand|feather) (\d+)", said.stderr + said.stdout)
    flat = Document(np.full((3000, 4000, 4), 90, np.uint8), name="flat")
    mask = mask_of(WIDTH, HEIGHT)
    for case, ours in (
        ("wand", lambda: connected(similar(flat, (10, 10), 8), (10, 10))),
        ("feather", lambda: effective_of(mask, 0, 2 * SIGMA)),
    ):
        theirs = min(int(micros) for name, micros in times if name == case) / 1000
        yield Row(f"{case}, GIMP", best(ours, 10), theirs, 0.5)


def main() -> None:
    """Print the tables of what is installed."""
    application = QApplication.instance() or QApplication([])
    show("peers: painting (milliseconds)", dabs())
    show("peers: selecting (milliseconds)", selections())
    del application


if __name__ == "__main__":
    main()
