"""Pillow's own test pictures, odd and broken ones among them, out of its source distribution on PyPI.

They are fetched once, by name, version and checksum, into the user's cache.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import platformdirs

VERSION = "13.0.0"
SHA256 = "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510"
PICTURES = f"pillow-{VERSION}/Tests/images/"
TIME_TO_FETCH = 300


def pillow_pictures() -> tuple[Path, ...]:
    """The files, none where they cannot be had."""
    folder = platformdirs.user_cache_path("image-editor-tests") / f"pillow-{VERSION}"
    images = folder / PICTURES
    if not images.is_dir():
        archive = _fetched(folder)
        if archive is None:
            return ()
        _unpack(archive, folder)
    return tuple(sorted(path for path in images.rglob("*") if path.is_file()))


def _fetched(folder: Path) -> Path | None:
    archive = folder / f"pillow-{VERSION}.tar.gz"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = f"pillow=={VERSION}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        try:
            subprocess.run([*command, "--dest", str(folder), wanted], check=True, timeout=TIME_TO_FETCH)
        except (OSError, subprocess.SubprocessError):
            return None
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise AssertionError(f"{archive.name} is not the file that is meant")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    """Lay the pictures out; the folder takes its name last, so that half of them are never taken for all."""
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.name.startswith(PICTURES)]
        tar.extractall(unfinished, members, filter="data")
    target = folder / PICTURES
    target.parent.mkdir(parents=True, exist_ok=True)
    (unfinished / PICTURES).rename(target)
    shutil.rmtree(unfinished)
