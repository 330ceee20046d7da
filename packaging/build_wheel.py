"""Build a wheel with the small models inside, and prove it: ``build_wheel.py PROJECT DESTINATION``.

Run by dev.py inside the project's environment. The wheel is built from a copy of what belongs into it, so that nothing
else that lies about in the project can slip in; then it is installed into an environment of its own, away from the
project, and must find and run its models there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from editor.engine.model_catalogue import KnownModel, known_models
from editor.storage.model_files import ModelFolder

PARTS = ("editor", "resources", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE")
MODELS = Path("resources", "models")

PROOF = """
import sys
from importlib.metadata import files
from pathlib import Path
import numpy as np
from editor.engine.weights import Models, packaged_folder
folder = packaged_folder()
assert folder is not None and Path(sys.prefix) in folder.parents, folder
models = Models([folder])
for name in sys.argv[1:]:
    network = models.network(name)
    assert network is not None, models.trouble or name
    (tensor,) = network.inputs
    shape = [side or 16 for side in tensor.shape]
    given = network.run({tensor.name: np.full(shape, 0.5, tensor.dtype)})
    print(f"{name}: {tensor} -> {given[0].shape}")
held = {path.name for path in folder.iterdir()}
assert held == {f"{name}.onnx" for name in sys.argv[1:]}, held
notices = [path for path in files("image-editor") or () if path.name == "NOTICE"]
assert notices and "Real-ESRGAN" in notices[0].read_text("utf-8")
"""


def main(arguments: list[str]) -> int:
    """Returns 1 where a model is missing, or the wheel does not hold what it should."""
    project, destination = Path(arguments[0]), Path(arguments[1])
    folder = ModelFolder(project / MODELS)
    small = [model for model in known_models().values() if model.small]
    missing = [model.name for model in small if not folder.is_whole(model)]
    if missing:
        say(f"{', '.join(missing)} must be there first: python3 packaging/dev.py weights")
        return 1
    with tempfile.TemporaryDirectory(prefix="image-editor-wheel-") as name:
        room = Path(name)
        stage(project, room / "project", small)
        say("Building …")
        pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", room / "wheel", room / "project", cwd=room)
        (built,) = (room / "wheel").glob("*.whl")
        say("Installing it into an environment of its own …")
        prove(built, room / "proof", [model.name for model in small])
        destination.mkdir(exist_ok=True)
        shutil.copy2(built, destination / built.name)
    say(f"{destination / built.name}: {(destination / built.name).stat().st_size / 1e6:.1f} MB")
    return 0


def stage(project: Path, target: Path, models: list[KnownModel]) -> None:
    """Copy what belongs into the wheel."""
    target.mkdir()
    unwanted = shutil.ignore_patterns("__pycache__", MODELS.name)
    for part in PARTS:
        if (project / part).is_dir():
            # editor/ has no folder of that name; resources/ has the one whose files are chosen below.
            shutil.copytree(project / part, target / part, ignore=unwanted)
        else:
            shutil.copy2(project / part, target / part)
    chosen = ModelFolder(target / MODELS)
    for model in models:
        chosen.keep(model, ModelFolder(project / MODELS).file_of(model).read_bytes())


def prove(wheel: Path, folder: Path, names: list[str]) -> None:
    """Install the wheel and run its models; raises CalledProcessError where that fails."""
    folder.mkdir()
    subprocess.check_call([sys.executable, "-m", "venv", str(folder / "venv")], env=plain_environment())
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip(python, "install", f"{wheel}[fast]", cwd=folder)
    subprocess.check_call([str(python), "-I", "-c", PROOF, *names], cwd=folder, env=plain_environment())


def pip(python: str | Path, command: str, *words: str | Path, cwd: Path) -> None:
    """Run pip; raises CalledProcessError."""
    quiet = ["--quiet", "--disable-pip-version-check"]
    line = [str(python), "-m", "pip", command, *quiet, *(str(word) for word in words)]
    subprocess.check_call(line, cwd=cwd, env=plain_environment())


def plain_environment() -> dict[str, str]:
    """The environment without what would lead Python back to the project."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def say(words: str) -> None:
    """Tell the user what happens now."""
    print(f"[wheel] {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
