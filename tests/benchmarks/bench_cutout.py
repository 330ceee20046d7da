"""Cutting out against its peers, on composed scenes whose mattes are known, and on photographs.

Measured against the known matte: overlap at one half, mean error, error within a band along the true outline, and the
fringe: how far the cut-out laid on white and on black is from the true subject laid there, in levels, in that band.
Peers are the network alone, with a guided filter, and with GrabCut. Sheets go to ``build/sheets``. ``--quick`` takes
eight scenes and no sheets.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from mattes import Scene, scenes
from photos import photographs, reduced
from sheets import save_sheet

from editor.domain.errors import EditorError
from editor.domain.kinds import Edge
from editor.engine.cutout.cut_out import cut_out
from editor.engine.select.saliency import QUICK, saliency
from editor.engine.weights import Models
from editor.imaging.backdrop import before_backdrop
from editor.imaging.foreground import foreground_colours

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Method = Callable[[Pixels], Pixels]

MODELS = Models([Path(__file__).resolve().parents[2] / "resources" / "models"])
OURS = "cut out, soft"
BAND = 10
"""Pixels on either side of the true outline."""
TARGETS = "target                IoU >= 0.90          edge error <= 0.09   fringe: below the network alone"
SUBJECTS = ("dogs", "nuthatch", "ladybird", "cups", "boats", "wine", "astronaut", "chelsea", "coffee", "rocket")
GROUNDS = {"on white": (255, 255, 255), "on black": (0, 0, 0), "on magenta": (255, 0, 255)}


@dataclass(frozen=True, slots=True)
class Measures:
    """Overlap (0–1), mean error (0–1), error along the outline (0–1), fringe (levels)."""

    overlap: float
    error: float
    edge: float
    fringe: float


def network_alone(image: Pixels) -> Pixels:
    """What the network says, at the picture's size."""
    found = saliency(image, models=MODELS, finders=QUICK)
    if found is None:
        raise SystemExit("u2netp is not installed: python3 packaging/dev.py weights")
    return np.rint(255 * found.at((image.shape[1], image.shape[0]))).astype(np.uint8)


def guided(image: Pixels) -> Pixels:
    """The network, then a guided filter by brightness (He, Sun, Tang 2010): radius 1 % of the side, epsilon 1e-4."""
    share = network_alone(image).astype(np.float32) / 255
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    side = 2 * max(1, round(0.01 * max(grey.shape))) + 1
    mean, mean_share = (cv2.blur(one, (side, side)) for one in (grey, share))
    slope = (cv2.blur(grey * share, (side, side)) - mean * mean_share) / (
        cv2.blur(grey * grey, (side, side)) - mean * mean + 1e-4
    )
    offset = mean_share - slope * mean
    result = cv2.blur(slope, (side, side)) * grey + cv2.blur(offset, (side, side))
    return np.clip(np.rint(255 * result), 0, 255).astype(np.uint8)


def grab_cut(image: Pixels) -> Pixels:
    """The network, then GrabCut at full size, its contour as it is."""
    share = network_alone(image).astype(np.float32) / 255
    marks = np.where(share > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[share > 0.95], marks[share < 0.02] = cv2.GC_FGD, cv2.GC_BGD
    try:
        cv2.grabCut(image, marks, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # one of the sides is empty
        return np.where(share > 0.5, np.uint8(255), np.uint8(0))
    return np.where(marks & 1, np.uint8(255), np.uint8(0))


def ours(image: Pixels, *, edge: Edge, models: Models = MODELS) -> Pixels:
    """The program's own; nothing where it finds nothing."""
    try:
        return cut_out(image, edge=edge, models=models, progress=lambda share: None).alpha
    except EditorError:
        return np.zeros(image.shape[:2], np.uint8)


METHODS: Mapping[str, Method] = {
    "network alone": network_alone,
    "with guided filter": guided,
    "with GrabCut": grab_cut,
    OURS: partial(ours, edge=Edge.SOFT),
    "cut out, hard": partial(ours, edge=Edge.HARD),
    "cut out, no network": partial(ours, edge=Edge.SOFT, models=Models.none()),
}


def measured(alpha: Pixels, scene: Scene, *, colours: Pixels) -> Measures:
    """``alpha`` against the scene's own matte; ``colours`` are the subject's as they would be laid on a ground."""
    ours_there, truth = alpha > 127, scene.alpha > 127
    kernel = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)
    solid = truth.astype(np.uint8)
    band = cv2.dilate(solid, kernel) != cv2.erode(solid, kernel)
    error = np.abs(alpha.astype(np.float32) - scene.alpha) / 255
    fringes = [
        np.abs(_laid(colours, alpha, ground) - _laid(scene.subject, scene.alpha, ground))[band].mean()
        for ground in (255.0, 0.0)
    ]
    return Measures(
        overlap=float((ours_there & truth).sum() / max(1, (ours_there | truth).sum())),
        error=float(error.mean()),
        edge=float(error[band].mean()),
        fringe=float(np.mean(fringes)),
    )


def _laid(colours: Pixels, alpha: Pixels, ground: float) -> Floats:
    share = alpha[..., None].astype(np.float32) / 255
    return np.asarray(share * colours + (1 - share) * ground, np.float32)


def compared(count: int | None) -> None:
    """The table of all methods over the scenes."""
    results: dict[str, list[Measures]] = {name: [] for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    for scene in islice(scenes(), count):
        for name, method in METHODS.items():
            begun = time.process_time()
            alpha = method(scene.image)
            seconds[name] += time.process_time() - begun
            # The peers show the picture's own colours; the program takes the old ground out of them.
            colours = foreground_colours(scene.image, alpha) if name.startswith("cut out") else scene.image
            results[name].append(measured(alpha, scene, colours=colours))
    number = len(results[OURS])
    print(f"\n{number} scenes of 640 x 640\n{'method':22s}  IoU   median  error   edge    fringe  processor s")
    for name, found in results.items():
        rows = np.array([astuple(one) for one in found])
        overlap, error, edge, fringe = rows.mean(axis=0)
        print(
            f"{name:22s}  {overlap:.3f}  {np.median(rows[:, 0]):.3f}  {error:.4f}  {edge:.4f}  {fringe:6.2f}"
            f"  {seconds[name] / number:.2f}"
        )
    print(TARGETS)


def timed(megapixels: float, file: Path) -> None:
    """Seconds and memory of cutting out the picture in ``file``, in a process of its own."""
    image = np.load(file)
    network_alone(reduced(image, 0.1))
    # Linux forgets the peak so far when it is told to.
    Path("/proc/self/clear_refs").write_text("5")
    before = _megabytes("VmRSS")
    begun = time.perf_counter()
    alpha = ours(image, edge=Edge.SOFT)
    middle = time.perf_counter()
    foreground_colours(image, alpha)
    end = time.perf_counter()
    print(
        f"{megapixels:4.0f} megapixels: {middle - begun:.2f} s, colours of the edge {end - middle:.2f} s, "
        f"peak {_megabytes('VmHWM') - before:.0f} MB over the picture and the loaded network"
    )


def _megabytes(name: str) -> float:
    """A figure of this process's memory, as Linux calls it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def timings() -> None:
    """Both sizes that pictures are measured at."""
    picture = next(photo.pixels for photo in photographs(4.9) if photo.name == "dogs")
    fresh = multiprocessing.get_context("spawn")
    for megapixels in (1, 12):
        scale = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
        with TemporaryDirectory() as folder:
            file = Path(folder) / "picture.npy"
            np.save(file, cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
            process = fresh.Process(target=timed, args=(megapixels, file))
            process.start()
            process.join()


def sheets() -> None:
    """Photographs and some scenes, cut out, on three grounds."""
    pictures = {photo.name: photo.pixels for photo in photographs() if photo.name in SUBJECTS}
    pictures |= {scene.name: scene.image for scene in islice(scenes(), 0, None, 4)}
    for name, image in pictures.items():
        small = reduced(image, 2.0)
        alpha = ours(small, edge=Edge.SOFT)
        plain = network_alone(small)
        share = plain[..., None].astype(np.float32) / 255
        cells = {name: small, "network alone, on white": np.rint(share * small + (1 - share) * 255).astype(np.uint8)}
        cells |= {caption: before_backdrop(small, alpha, ground) for caption, ground in GROUNDS.items()}
        print(save_sheet(f"cut-out-{name}", cells, columns=5, width=380))


def main() -> None:
    """Print the tables and save the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    compared(8 if options.quick else None)
    timings()
    if not options.quick:
        sheets()


if __name__ == "__main__":
    main()
