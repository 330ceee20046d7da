"""Enlarging ×4 against its peers, and continuing pictures beyond their frame, on real photographs.

Three kinds of sources, since nobody knows how a picture was made small: bicubic; blur and box; bicubic with noise and
JPEG. Sheets go to ``build/sheets``. ``--quick`` takes four crops and leaves out the slowest network and the extensions.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

# Products of small matrices gain nothing from threads, and those that wait for their turn burn the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from fill_measures import seam_ratio
from photos import photographs, reduced
from sheets import save_sheet

from editor.engine.extend.extend import extend
from editor.engine.fill.erase import erase
from editor.engine.upscale.classical import Classical
from editor.engine.upscale.condition import condition_of
from editor.engine.upscale.enlarge import Enlarger, paint
from editor.engine.upscale.neural import KINDS, Neural
from editor.engine.upscale.resampling import Span, cubic, lanczos, resampled, weights
from editor.engine.weights import Models

Pixels = NDArray[np.uint8]
Method = Callable[[Pixels], Pixels]

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "resources" / "models"
SCALE = 4
SIDE = 384
SHOWN = 160
SLOW = "realesrgan-x4plus"
NETWORKS = ("esrgan-thick-x4", "realesr-animevideov3-x4", SLOW)
CROPS = (
    "bridge", "brook", "peaks", "nuthatch", "marigold", "wood", "jetty", "cups", "forest", "facade",
)  # fmt: skip
EXTENDED = ("dune", "forest", "jetty", "storm", "meadow", "brook", "boats", "peaks", "wood", "leaf")
EXTENSION_MEGAPIXELS = 0.35


def crops(count: int) -> Iterator[tuple[str, Pixels]]:
    """The part of each photograph in which most is to be seen."""
    for photograph in photographs():
        if photograph.name not in CROPS[:count]:
            continue
        pixels = reduced(photograph.pixels, 2.0)
        brightness = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
        busy = cv2.boxFilter(np.abs(cv2.Laplacian(brightness, cv2.CV_32F)), -1, (SIDE, SIDE))
        half = SIDE // 2
        inner = busy[half : busy.shape[0] - half + 1, half : busy.shape[1] - half + 1]
        row, column = np.unravel_index(int(np.argmax(inner)), inner.shape)
        yield photograph.name, np.ascontiguousarray(pixels[row : row + SIDE, column : column + SIDE])


# --- how a picture becomes small


def by_bicubic(image: Pixels) -> Pixels:
    sides = image.shape[0], image.shape[1]
    rows, columns = (weights(cubic, Span(0, side, side), Span(0, side // SCALE, side // SCALE)) for side in sides)
    return rounded(resampled(image.transpose(2, 0, 1).astype(np.float32), rows, columns).transpose(1, 2, 0))


def by_blur_and_box(image: Pixels) -> Pixels:
    blurred = cv2.GaussianBlur(image, (0, 0), 1.2)
    return np.asarray(cv2.resize(blurred, None, fx=1 / SCALE, fy=1 / SCALE, interpolation=cv2.INTER_AREA), np.uint8)


def with_noise_and_jpeg(image: Pixels) -> Pixels:
    small = by_bicubic(image)
    noisy = rounded(small + np.random.default_rng(1).normal(0, 5, small.shape))
    packed = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


SOURCES: Mapping[str, Method] = {
    "bicubic": by_bicubic,
    "blur and box": by_blur_and_box,
    "noise + JPEG": with_noise_and_jpeg,
}


# --- how it becomes large again


def rounded(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def painted(image: Pixels, enlarger: Enlarger) -> Pixels:
    result = np.empty((image.shape[0] * SCALE, image.shape[1] * SCALE, 3), np.uint8)
    paint(image, result, enlarger, lambda share: None)
    return result


def bicubic(image: Pixels) -> Pixels:
    return np.asarray(cv2.resize(image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_CUBIC), np.uint8)


def plain(image: Pixels) -> Pixels:
    return painted(image, Classical(0.0))


def unsharp(image: Pixels) -> Pixels:
    large = plain(image).astype(np.float32)
    return rounded(large + 0.6 * (large - cv2.GaussianBlur(large, (0, 0), 2)))


def back_projected(image: Pixels) -> Pixels:
    """Ten rounds, as though the picture had been made small by bicubic; nothing damped."""
    planes = image.transpose(2, 0, 1).astype(np.float32)
    up, down = [], []
    for side in image.shape[:2]:
        small, large = Span(0, side, side), Span(0, side * SCALE, side * SCALE)
        up.append(weights(lanczos, small, large))
        down.append(weights(cubic, large, small))
    result = resampled(planes, *up)
    for _ in range(10):
        result = result + resampled(planes - resampled(result, *down), *up)
    return rounded(result.transpose(1, 2, 0))


def ours(image: Pixels) -> Pixels:
    return painted(image, Classical(condition_of(image).detail))


def smoothed(image: Pixels) -> Pixels:
    return painted(image, Classical(0.0, smooth=True))


def methods(networks: tuple[str, ...]) -> dict[str, Method]:
    found: dict[str, Method] = {
        "bicubic": bicubic,
        "Lanczos": plain,
        "Lanczos + unsharp": unsharp,
        "back-projection": back_projected,
        "ours, faithful": ours,
        "ours, smoothing": smoothed,
    }
    models = Models([MODELS])
    for name in networks:
        network = models.network(name)
        if network is None:
            print(f"{name} is not installed: python3 packaging/dev.py weights --all")
            continue
        found[KINDS[name].title] = partial(painted, enlarger=Neural(network, KINDS[name]))
    return found


# --- measures


def grey(image: Pixels) -> NDArray[np.float64]:
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64)


def psnr(image: Pixels, truth: Pixels) -> float:
    return float(10 * np.log10(255**2 / np.mean((image.astype(np.float64) - truth) ** 2)))


def ssim(image: Pixels, truth: Pixels) -> float:
    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float64)

    a, b = grey(image), grey(truth)
    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    together = mean(a * b) - mean_a * mean_b
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    light = (2 * mean_a * mean_b + low) / (mean_a**2 + mean_b**2 + low)
    return float(np.mean(light * (2 * together + high) / (spread_a + spread_b + high)))


def gmsd(image: Pixels, truth: Pixels) -> float:
    """Deviation of the gradients' similarity (Xue et al. 2014); lower is better."""
    across = np.repeat([[1.0, 0.0, -1.0]], 3, axis=0) / 3
    slopes = []
    for one in (image, truth):
        half = cv2.resize(grey(one), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        slopes.append(np.hypot(cv2.filter2D(half, -1, across), cv2.filter2D(half, -1, across.T)))
    a, b = slopes
    return float(np.std((2 * a * b + 170) / (a * a + b * b + 170)))


def sharpness(image: Pixels, truth: Pixels) -> float:
    def energy(one: Pixels) -> float:
        return float(np.mean(cv2.Laplacian(grey(one), cv2.CV_64F) ** 2))

    return energy(image) / max(1e-6, energy(truth))


def compare(count: int, networks: tuple[str, ...]) -> None:
    pictures = list(crops(count))
    ways = methods(networks)
    print(f"×{SCALE}, {len(pictures)} crops of {SIDE} × {SIDE}; processor seconds for each megapixel of the source")
    for source, reduce in SOURCES.items():
        small = {name: reduce(truth) for name, truth in pictures}
        figures: dict[str, list[list[float]]] = {way: [] for way in ways}
        for name, truth in pictures:
            middle = slice((SIDE - SHOWN) // 2, (SIDE + SHOWN) // 2)
            place = middle, middle
            shown = {"truth": truth[place]}
            for way, method in ways.items():
                begun = time.process_time()
                large = method(small[name])
                seconds = (time.process_time() - begun) / (small[name][..., 0].size / 1e6)
                figures[way].append([measure(large, truth) for measure in (psnr, ssim, gmsd, sharpness)] + [seconds])
                shown[way] = large[place]
            save_sheet(f"upscale {source} {name}".replace(" ", "-"), shown, columns=5, width=320)
        print(f"{source:14}{'method':24}{'PSNR':>7}{'SSIM':>8}{'GMSD':>8}{'sharp':>7}{'s/MP':>8}")
        for way, rows in figures.items():
            mean = np.mean(rows, axis=0)
            print(f"{'':14}{way:24}{mean[0]:7.2f}{mean[1]:8.3f}{mean[2]:8.3f}{mean[3]:7.2f}{mean[4]:8.1f}", flush=True)


# --- memory


def weigh(name: str | None, side: int, answer: multiprocessing.Queue[tuple[float, float]]) -> None:
    """Enlarge a square ×4, or ×2 from 3,000 on; put what the process took at most in megabytes, and seconds."""
    scale = 2 if side >= 3000 else SCALE
    image = cv2.randu(np.empty((side, side, 3), np.uint8), 0, 256)
    result = np.empty((side * scale, side * scale, 3), np.uint8)
    network = None if name is None else Models([MODELS]).network(name)
    enlarger: Enlarger = Classical(1.0) if network is None or name is None else Neural(network, KINDS[name])
    begun = time.perf_counter()
    paint(image, result, enlarger, lambda share: None)
    answer.put((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter() - begun))


def memory(networks: tuple[str, ...]) -> None:
    context = multiprocessing.get_context("spawn")
    print("most memory of a process of its own, wall seconds")
    for name, side in ((None, 1000), (None, 3464), *((one, 256) for one in networks)):
        answer = context.Queue()
        process = context.Process(target=weigh, args=(name, side, answer))
        process.start()
        megabytes, seconds = answer.get()
        process.join()
        print(f"{name or 'ours, faithful':28}{side**2 / 1e6:7.2f} MP{megabytes:8.0f} MB{seconds:8.1f} s", flush=True)


# --- beyond the frame


def extensions() -> None:
    print("extended by 10–25 %: step across the old frame over the steps nearby (1 = no seam); processor seconds")
    rows = []
    for photograph in photographs():
        if photograph.name not in EXTENDED:
            continue
        image = reduced(photograph.pixels, EXTENSION_MEGAPIXELS)
        height, width = image.shape[:2]
        number = len(rows)
        right, up = round((0.10, 0.20, 0.25)[number % 3] * width), round(0.15 * height) if number % 2 else 0
        hole = np.ones((height + up, width + right), np.bool_)
        hole[up:, :width] = False
        canvas = np.pad(image, ((up, 0), (0, right), (0, 0)), mode="symmetric")
        begun = time.process_time()
        peer = erase(canvas, hole.view(np.uint8), seed=1, models=Models.none(), progress=lambda share: None).image
        middle = time.process_time()
        made = extend(
            image, left=0, right=right, up=up, down=0, seed=1, models=Models.none(), progress=lambda share: None
        ).image
        end = time.process_time()
        assert np.array_equal(made[~hole], canvas[~hole])
        rows.append((seam_ratio(peer, hole), seam_ratio(made, hole), middle - begun, end - middle))
        print(f"{photograph.name:10} erasing fill {rows[-1][0]:5.2f}   ours {rows[-1][1]:5.2f}", flush=True)
        frame = canvas.copy()
        frame[hole] = (255, 0, 255)
        save_sheet(f"extend-{photograph.name}", {"before": frame, "erasing fill": peer, "ours": made}, width=640)
    mean = np.mean(rows, axis=0)
    print(f"mean       erasing fill {mean[0]:.2f} in {mean[2]:.1f} s   ours {mean[1]:.2f} in {mean[3]:.1f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    networks = tuple(name for name in NETWORKS if not (quick and name == SLOW))
    compare(4 if quick else len(CROPS), networks)
    memory(tuple(name for name in networks if Models([MODELS]).has(name)))
    if not quick:
        extensions()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
