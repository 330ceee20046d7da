"""A package installed into a folder as an installer leaves it: the package and its ``.dist-info``."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path


def install(source: Path, folder: Path) -> Path:
    """Install the pure Python project in ``source``, by its ``pyproject.toml``, into ``folder``; returns that."""
    document = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))
    project = document["project"]
    for package in document["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        shutil.copytree(source / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    groups = project.get("entry-points", {})
    write_entry_points(folder, project["name"], project["version"], groups)
    return folder


def write_entry_points(folder: Path, name: str, version: str, groups: dict[str, dict[str, str]]) -> None:
    """Write the ``.dist-info`` of a package with entry points."""
    facts = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    lines = [
        line
        for group, points in groups.items()
        for line in (f"[{group}]", *(f"{point} = {value}" for point, value in points.items()), "")
    ]
    (facts / "entry_points.txt").write_text("\n".join(lines), "utf-8")
