"""What the README says of operations and models is what the catalogue holds."""

from __future__ import annotations

from pathlib import Path

from editor.domain.kinds import Operation
from editor.platforms.catalogue import Catalogue

README = Path(__file__).parents[1] / "README.md"
HEAD = "| operation | Stability AI | Replicate | FAL | this computer |"
PLATFORMS = ("stability", "replicate", "fal", "local")


def matrix():
    """The table as it has to stand in the README: the models of every cell, the default first."""
    catalogue = Catalogue.load()
    lines = [HEAD, "| --- | --- | --- | --- | --- |"]
    for operation in Operation:
        cells = []
        for platform in PLATFORMS:
            names = [model.name for model in catalogue.models(platform, operation)]
            cells.append("; ".join(names) or "–")
        lines.append(f"| {operation} | {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_matrix_of_operations_is_up_to_date():
    readme = README.read_text(encoding="utf-8")
    start = readme.index(HEAD)
    shown = readme[start:].partition("\n\n")[0]
    assert shown == matrix()
