"""The notices name everything of others that the program carries, loads or offers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from editor.engine.model_catalogue import known_models

ROOT = Path(__file__).parents[2]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")


def test_every_model_is_named_with_its_licence() -> None:
    one_line = re.sub(r"\s+", " ", NOTICE)
    for model in known_models().values():
        found = re.search(rf"{re.escape(model.title)}\b.*?(Apache-2\.0|MIT|BSD-3-Clause)", one_line)
        assert found is not None, model.title
        assert found[1] == model.licence, model.title


def test_models_with_grey_training_pictures_are_marked() -> None:
    marked = {line.split("  ")[0] for line in NOTICE.splitlines() if "grey:" in line}
    assert marked == {model.title for model in known_models().values() if model.remark}


def test_every_library_is_named() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for dependency in dependencies:
        name = re.match(r"[\w-]+", dependency)[0]
        assert re.search(rf"^{name}\b", NOTICE, re.MULTILINE), name
