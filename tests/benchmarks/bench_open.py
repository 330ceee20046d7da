"""How quick a photo is on the screen and ready to be edited, as ratios to libjpeg-turbo alone in the same run.

Without the extra [fast] the reference is Pillow's decoder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import cv2
import numpy as np
from ratios import Row, best, show

from editor.imaging.picture import Picture
from editor.storage.fast_jpeg import jpeg_decoder
from editor.storage.picture_preview import read_preview
from editor.storage.picture_reader import read_picture

SIZES = {24: (6000, 4000), 100: (11600, 8700)}
SCREEN = (1920, 1080)
ROOT = Path(__file__).parents[2]
QT_ALONE = "import PySide6.QtWidgets"
START = """
import os, sys
os.environ["IMAGE_EDITOR_HOME"] = sys.argv[1]
from editor.ui.opening_screen import OpeningScreen
reached = getattr(OpeningScreen, sys.argv[2])
def end(self):
    reached(self)
    os._exit(0)
setattr(OpeningScreen, sys.argv[2], end)
from editor.__main__ import main
main([])
"""
"""The program's own start until the opening screen has been through what is named."""
OPENED = """
import sys
from pathlib import Path
from editor.imaging.picture import Picture
from editor.storage.picture_reader import read_picture
if sys.argv[1:]:
    picture = Picture.of(read_picture(Path(sys.argv[1])))
# Not getrusage, which goes on from the process that started this one.
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


def photo(folder: Path, width: int, height: int) -> Path:
    """A JPEG with shapes and grain."""
    chance = np.random.default_rng(0)
    shapes = cv2.resize(chance.integers(0, 256, (40, 60, 3), dtype=np.uint8), (width, height))
    grain = np.tile(chance.integers(0, 14, (1000, 1000, 3), dtype=np.uint8), (-(-height // 1000), -(-width // 1000), 1))
    path = folder / f"{width}.jpg"
    cv2.imwrite(str(path), cv2.add(shapes, grain[:height, :width]), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def opening(folder: Path) -> Iterator[Row]:
    """To the first paint and to all of it."""
    decoder = jpeg_decoder()
    for megapixels, (width, height) in SIZES.items():
        path = photo(folder, width, height)
        data = path.read_bytes()
        eighth = best(lambda data=data, size=(width // 8, height // 8): decoder(data, at_least=size), 6)
        whole = best(lambda data=data: decoder(data), 4)
        first = best(lambda path=path: read_preview(path, SCREEN), 6)
        yield Row(f"open-{megapixels}-jpeg, first paint", first, eighth, 1.6 if megapixels == 24 else 1.3)
        ready = best(lambda path=path: Picture.of(read_picture(path)), 4)
        yield Row(f"open-{megapixels}-full, with levels and mask", ready, whole, 1.6)


def _process(code: str, *words: str) -> float:
    # As on a user's computer: with the bytecode that the first start leaves behind.
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=surroundings
    )
    return (time.perf_counter() - start) * 1000


def _peak(*words: str) -> float:
    done = subprocess.run([sys.executable, "-c", OPENED, *words], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return int(done.stdout) / 1024


def processes(folder: Path) -> Iterator[Row]:
    """Whole processes: the first window, and the memory of one picture."""
    alone = min(_process(QT_ALONE) for _ in range(5))
    for words, until, target in (("first window", "appear", 1.3), ("the editor itself", "close", None)):
        ours = min(_process(START, str(folder / "home"), until) for _ in range(5))
        yield Row(f"start, {words}", ours, alone, target, "the reference makes neither a QApplication nor a log")
    if not sys.platform.startswith("linux"):
        return
    width, height = SIZES[24]
    arithmetic = 5.33 * width * height * 1.25 / 2**20 + _peak()
    yield Row("memory-24, megabytes", _peak(str(folder / f"{width}.jpg")), arithmetic, 1.3)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        show("opening (milliseconds)", opening(Path(name)))
        show("processes (milliseconds, megabytes)", processes(Path(name)))


if __name__ == "__main__":
    main()
