"""Opening, saving, keeping safe and undoing large pictures: seconds, stalls of the calling thread, and peak memory.

Every size and depth has a process of its own. A stall is the longest gap of a heartbeat in the thread that began the
work, beside the same heartbeat while nothing else goes on. "× read" is the time in multiples of what it takes to read
the picture's samples in memory once (NumPy's sum), so that runs on different machines can be compared.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil

from editor.domain.document import Document
from editor.domain.geometry import Rect
from editor.domain.history import EntryKind, Target
from editor.domain.layer import Layer
from editor.imaging.compose import laid_over
from editor.resource_files import resource
from editor.session.autosave import Autosave, KeptOpen
from editor.session.chains import Chains
from editor.session.pictures import Pictures
from editor.storage.settings import Settings

CASES = ((24, 8), (24, 16), (100, 8), (100, 16))
STALL_MS = 50.0
BAND = 512


class Bench:
    """One size and depth."""

    def __init__(self, folder: Path, megapixels: int, depth: int) -> None:
        settings = Settings(folder / "settings.json")
        self.kept = KeptOpen(folder / "recovery")
        self.pictures = Pictures(settings, Chains(settings), sample=folder / "none.png", recovery=self.kept.get)
        self.autosave = Autosave(self.kept)
        self.folder = folder
        pixels = photo(megapixels, depth)
        self.nbytes = pixels.nbytes
        start = time.perf_counter()
        pixels.sum(dtype=np.uint64)
        self.read = time.perf_counter() - start
        self.document = Document(pixels, name="large.png")
        self.idle = stall_of(None)

    def measure(self) -> None:
        """Print every line."""
        depth = self.document.depth
        endings = (".png", ".tif", ".ora") if depth > 8 else (".png", ".tif", ".jpg", ".ora")
        for ending in endings:
            self.file(ending)
        self.autosave.follow(self.document)
        self.kept_safe("first autosave")
        recorder = self.document.record(Target.MASK)
        rect = Rect(1000, 1000, 400, 300)
        self.document.mask.write(rect, np.full((rect.height, rect.width), 255, np.uint8))
        recorder.finish("Mask stroke", EntryKind.STROKE)
        self.kept_safe("autosave after a stroke")
        self.whole_step()
        self.kept_safe("autosave after a whole-picture edit")
        with self.line("undo the whole-picture edit, from the disk"):
            self.document.undo()
        self.kept.close()

    def file(self, ending: str) -> None:
        path = self.folder / f"large{ending}"
        saving = self.pictures.saving(self.document, path)
        with self.line(f"save {ending}") as facts:
            facts["stall"] = stall_of(saving.run)
        facts["size"] = path.stat().st_size
        with self.line(f"open {ending}"):
            opened = self.pictures.open(path).document
        assert ending == ".jpg" or equal(opened, self.document), f"{ending} came back changed"
        path.unlink()

    def kept_safe(self, name: str) -> None:
        gc.collect()
        with self.line(name) as facts:
            start = time.perf_counter()
            wait = self.autosave.save(self.document)
            facts["call"] = (time.perf_counter() - start) * 1000
            facts["stall"] = stall_of(wait)

    def whole_step(self) -> None:
        pixels = self.document.pixels.array
        layer = Layer("Inverted", self.document.rect, ~pixels[..., :3], np.full(pixels.shape[:2], 255, np.uint8), None)
        self.document.attach(layer, laid_over(pixels.copy(), layer), label="Inverted", receipt=None)

    @contextmanager
    def line(self, name: str) -> Iterator[dict[str, Any]]:
        facts: dict[str, Any] = {"name": name}
        with Peak() as peak:
            start = time.perf_counter()
            yield facts
            facts["seconds"] = time.perf_counter() - start
        facts |= {"times": facts["seconds"] / self.read, "peak": peak.above / self.nbytes, "idle": self.idle}
        print(json.dumps(facts), flush=True)


class Peak:
    """The most memory this process held within, in bytes above what it held at the beginning."""

    def __enter__(self) -> Peak:
        self._process, self._over = psutil.Process(), threading.Event()
        self._before = self._most = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.above = self._most - self._before

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self._most = max(self._most, self._process.memory_info().rss)


def stall_of(work: Callable[[], object] | None) -> float:
    """The longest gap, in milliseconds, of a heartbeat in this thread while another carries out ``work``; of two
    seconds where there is none."""
    worker = threading.Thread(target=work or (lambda: time.sleep(2)))
    worker.start()
    longest, last = 0.0, time.perf_counter()
    while worker.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest * 1000


def equal(one: Document, other: Document) -> bool:
    return bool(one.size == other.size) and all(
        np.array_equal(one.pixels.array[top : top + BAND], other.pixels.array[top : top + BAND])
        for top in range(0, one.size[1], BAND)
    )


def photo(megapixels: int, depth: int) -> np.ndarray[Any, Any]:
    """The sample photo enlarged, with grain: (height, width, 4) BGRA."""
    small = cv2.imread(str(resource("sample/rocket.jpg")))
    width = int((megapixels * 1.5e6) ** 0.5)
    height = int(megapixels * 1e6 / width)
    chance, dtype = np.random.default_rng(0), np.uint16 if depth > 8 else np.uint8
    most = np.iinfo(dtype).max
    grain = chance.integers(-most // 40, most // 40, (BAND, width, 3), dtype=np.int32)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    pixels = np.full((height, width, 4), most, dtype)
    for top in range(0, height, BAND):
        band = large[top : top + BAND].astype(np.int32) * (most // 255)
        pixels[top : top + BAND, :, :3] = (band + grain[: len(band)]).clip(0, most)
    return pixels


def show(megapixels: int, depth: int, line: str) -> None:
    facts = json.loads(line)
    stall = ""
    if "stall" in facts:
        bad = "" if facts["stall"] <= STALL_MS else f"  ABOVE {STALL_MS:.0f}"
        stall = f"{facts['stall']:6.0f} ms (idle {facts['idle']:.0f}){bad}"
    call = f"  call {facts['call']:.1f} ms" if "call" in facts else ""
    size = f"  {facts['size'] / 1e6:.0f} MB" if "size" in facts else ""
    print(
        f"{megapixels:4} MP {depth:2} bit  {facts['name']:44} {facts['seconds']:7.2f} s {facts['times']:7.0f} × read "
        f"{facts['peak']:5.2f} × memory  {stall}{call}{size}",
        flush=True,
    )


def main() -> int:
    if len(sys.argv) == 4 and sys.argv[1] == "--case":
        with tempfile.TemporaryDirectory() as folder:
            Bench(Path(folder), int(sys.argv[2]), int(sys.argv[3])).measure()
        return 0
    print(f"target: no stall above {STALL_MS:.0f} ms; “memory” is the picture's own, above what was held before")
    for megapixels, depth in CASES:
        command = [sys.executable, __file__, "--case", str(megapixels), str(depth)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in child.stdout:
                show(megapixels, depth, line)
        if child.returncode:
            return child.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
