"""Erasing against its peers on real photographs: what was hidden is known, so every fill can be held against it.

One blob of 2, 5, 10 or 20 % for each photograph at one megapixel; scratches of a few pixels; and a fifth of a picture
of twelve megapixels. Sheets go to ``build/sheets``. ``--quick`` takes every fourth photograph and leaves out the large
picture; ``--large-peer`` runs plain PatchMatch on that in full (minutes) instead of foretelling its time.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Products of small matrices gain nothing from threads, and those that wait for their turn burn the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
import patchmatch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from fill_measures import Measures, measured
from holes import blob, scratches
from photos import Photograph, photographs, reduced
from sheets import around, marked, save_sheet

from editor.engine.fill.erase import erase
from editor.engine.fill.estimate import estimate_of
from editor.engine.weights import Models

Pixels = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Method = Callable[[Pixels, Flags], Pixels]

SHARES = (0.02, 0.05, 0.10, 0.20)
LARGE = "seeds"
LARGE_MEGAPIXELS = 12.0
LARGE_SHARE = 0.2
RADIUS = 5
MARGIN = 0.75
OURS, PLAIN = "ours", "plain PatchMatch"
NOT_PHOTOGRAPHS = ("painting", "lake")
LEFT_OUT = (255, 0, 255)


def plain(image: Pixels, hole: Flags) -> Pixels:
    """PatchMatch of radius 5 without any guide, on the hole and its surroundings."""
    rows, columns = around(hole, MARGIN)
    patchmatch.set_random_seed(0)
    part = np.ascontiguousarray(image[rows, columns])
    filled = patchmatch.inpaint(part, hole[rows, columns].astype(np.uint8), patch_size=RADIUS)
    result = image.copy()
    result[rows, columns][hole[rows, columns]] = filled[hole[rows, columns]]
    return result


def continued(way: int) -> Method:
    """One of OpenCV's own."""

    def method(image: Pixels, hole: Flags) -> Pixels:
        return np.asarray(cv2.inpaint(image, hole.astype(np.uint8), 3, way), np.uint8)

    return method


def ours(image: Pixels, hole: Flags) -> Pixels:
    """What the program does."""
    marks = hole.astype(np.uint8)
    return erase(image, marks, seed=None, models=Models.none(), progress=lambda share: None).image


METHODS: Mapping[str, Method] = {
    "Telea": continued(cv2.INPAINT_TELEA),
    "Navier-Stokes": continued(cv2.INPAINT_NS),
    PLAIN: plain,
    OURS: ours,
}


@dataclass(slots=True)
class Tally:
    """The measures and times of one method, case by case."""

    measures: list[Measures] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def mean(self, name: str) -> float:
        values = [getattr(measures, name) for measures in self.measures]
        if name == "energy":
            return math.exp(float(np.mean(np.log(np.maximum(values, 1e-6)))))
        return float(np.mean(values))


def run(method: Method, picture: Pixels, hole: Flags, tally: Tally) -> Pixels:
    """Fill ``picture``, whose hole shows magenta, and add to ``tally``."""
    spoiled = picture.copy()
    spoiled[hole] = LEFT_OUT
    processor, wall = time.process_time(), time.perf_counter()
    filled = method(spoiled, hole)
    tally.processor.append(time.process_time() - processor)
    tally.wall.append(time.perf_counter() - wall)
    tally.measures.append(measured(filled, picture, hole))
    return filled


def chosen(quick: bool) -> Iterator[tuple[int, Photograph]]:
    """The photographs of at least a megapixel, numbered; every fourth, shifting, in a quick run."""
    number = 0
    for photograph in photographs(1.0):
        if photograph.name not in NOT_PHOTOGRAPHS:
            if not quick or number % 5 == 0:
                yield number, photograph
            number += 1


def compare(quick: bool, kind: str, hole_of: Callable[[tuple[int, int], int], Flags]) -> dict[str, Tally]:
    """All methods on all photographs at one megapixel, interleaved, with a sheet for each."""
    tallies = {name: Tally() for name in METHODS}
    for number, photograph in chosen(quick):
        picture = reduced(photograph.pixels, 1.0)
        hole = hole_of((picture.shape[0], picture.shape[1]), number)
        window = around(hole)
        shown = {"before": picture[window], "hole": marked(picture, hole)[window]}
        for name, method in METHODS.items():
            filled = run(method, picture, hole, tallies[name])
            told = tallies[name].measures[-1]
            shown[f"{name}: {told.texture_swd:.1f} / {told.swd:.1f} / {told.psnr:.1f} dB"] = filled[window]
        save_sheet(f"erase-{kind}-{photograph.name}", shown, columns=4, width=420)
        if kind == "blob":
            told_one(photograph.name, SHARES[number % len(SHARES)], tallies)
    return tallies


def told_one(name: str, share: float, tallies: Mapping[str, Tally]) -> None:
    parts = []
    for method in (PLAIN, OURS):
        last, seconds = tallies[method].measures[-1], tallies[method].processor[-1]
        parts.append(
            f"{last.psnr:5.1f} dB  swd {last.swd:5.1f}  texture {last.texture_swd:4.1f}  energy {last.energy:4.2f}  "
            f"seam {last.seam:4.2f}  {seconds:5.1f} s"
        )
    print(f"  {name:10} {share:4.0%}  plain: {parts[0]}  | ours: {parts[1]}", flush=True)


def table(title: str, tallies: Mapping[str, Tally]) -> None:
    """Means beside plain PatchMatch's."""
    peer = tallies[PLAIN]
    count = len(peer.measures)
    print(f"\n{title}: {count} photographs")
    print(
        f"{'':18} {'PSNR':>6} {'SWD':>6} {'texture SWD':>12} {'energy':>7} {'seam':>5} {'processor s':>12} {'wall':>7}"
    )
    for name, tally in tallies.items():
        swd, texture = tally.mean("swd"), tally.mean("texture_swd")
        print(
            f"{name:18} {tally.mean('psnr'):6.2f} {swd:6.2f} {texture:6.2f} {texture / peer.mean('texture_swd'):4.2f}x "
            f"{tally.mean('energy'):7.2f} {tally.mean('seam'):5.2f} "
            f"{np.mean(tally.processor):6.2f} {np.sum(tally.processor) / np.sum(peer.processor):4.2f}x "
            f"{np.mean(tally.wall):7.2f}"
        )


def verdict(tallies: Mapping[str, Tally]) -> None:
    """Each target and what was reached."""
    mine, peer = tallies[OURS], tallies[PLAIN]
    times = float(np.sum(mine.processor) / np.sum(peer.processor))
    within = float(np.mean([0.7 <= measures.energy <= 1.4 for measures in mine.measures]))
    rows = (
        ("texture SWD of plain", mine.mean("texture_swd") / peer.mean("texture_swd"), "<= 0.75"),
        ("SWD of plain", mine.mean("swd") / peer.mean("swd"), "<= 0.90"),
        ("PSNR against plain, dB", mine.mean("psnr") - peer.mean("psnr"), ">= -0.30"),
        ("texture energy", mine.mean("energy"), "0.7-1.4"),
        ("  photographs within", within, ""),
        ("seam ratio", mine.mean("seam"), "<= 1.10"),
        ("processor time of plain", times, "<= 1.00"),
    )
    print(f"\n{'':26} {'reached':>8} {'target':>9}")
    for name, value, target in rows:
        print(f"{name:26} {value:8.2f} {target:>9}")


def large(with_peer: bool) -> None:
    """A fifth of twelve megapixels: time and memory."""
    photograph = next(found for found in photographs(LARGE_MEGAPIXELS) if found.name == LARGE)
    picture = reduced(photograph.pixels, LARGE_MEGAPIXELS)
    hole = blob((picture.shape[0], picture.shape[1]), LARGE_SHARE, seed=3)
    small = reduced(picture, 1.0)
    small_hole = blob((small.shape[0], small.shape[1]), LARGE_SHARE, seed=3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mine, peer = Tally(), Tally()
    filled = run(ours, picture, hole, mine)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if with_peer:
        run(plain, picture, hole, peer)
        seconds, how = peer.processor[0], "measured"
    else:
        run(plain, small, small_hole, peer)
        seconds, how = peer.processor[0] * hole.sum() / small_hole.sum(), "foretold from 1 MP by hole pixels"
    print(f"\n{picture.shape[1]} x {picture.shape[0]}, a hole of {hole.sum():,} pixels")
    estimate = estimate_of(hole.view(np.uint8))
    print(f"ours {mine.processor[0]:.1f} s of processor, {mine.wall[0]:.1f} s; estimate {estimate:.1f} s")
    print(f"plain {seconds:.1f} s of processor ({how}); ours {mine.processor[0] / seconds:.3f}x, target <= 0.30x")
    print(f"peak memory of the process {before / 1024:.0f} MB before, {after / 1024:.0f} MB after")
    window = around(hole)
    save_sheet("erase-large", {"before": picture[window], "ours": filled[window]}, columns=2, width=900)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large-peer", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(2)
    if not options.quick:
        large(options.large_peer)
    blobs = compare(options.quick, "blob", lambda shape, number: blob(shape, SHARES[number % len(SHARES)], seed=number))
    table("Blobs of 2-20 % at 1 MP", blobs)
    verdict(blobs)
    thin = compare(True, "scratch", lambda shape, number: scratches(shape, seed=number))
    table("Scratches of 3-6 pixels at 1 MP", thin)
    return 0


if __name__ == "__main__":
    sys.exit(main())
