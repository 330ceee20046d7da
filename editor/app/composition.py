"""A session on this computer: its settings, its places on the disk, and its parts once they are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from editor.app.services import build_services
from editor.engine.weights import packaged_folder
from editor.resource_files import resource
from editor.session import Session
from editor.session.model_downloads import ModelDownloads
from editor.storage.paths import Paths
from editor.storage.settings import Settings

SAMPLE = "sample"


def make_session(
    *,
    environment: Mapping[str, str],
    chain: Sequence[str] | None = None,
    cycles: int | None = None,
    paths: Paths | None = None,
    with_window: bool = False,
    use_keyring: bool = True,
) -> Session:
    """A session on this computer. Nothing heavy is loaded until it is needed.

    Without ``use_keyring`` the real keys are neither read nor written: new ones last as long as the session.
    """
    places = paths or Paths.of_system(environment)
    extra = {} if cycles is None else {"cycles": cycles}
    settings = Settings(places.settings)
    return Session(
        settings=settings,
        build_services=lambda: build_services(
            environment, places, settings, with_window=with_window, use_keyring=use_keyring
        ),
        sample=sample_photo(),
        recovery=places.recovery,
        model_downloads=model_downloads(places, settings),
        chain=chain,
        **extra,
    )


def model_downloads(places: Paths, settings: Settings) -> ModelDownloads:
    """The engine's models: those that came with the program, and the user's own."""
    return ModelDownloads(
        folder=places.model_files,
        packaged=packaged_folder(),
        settings=settings,
        local_only=lambda: bool(settings.get("local_only", False)),
    )


def sample_photo() -> Path:
    """The photo that is open at the first start."""
    folder = resource(SAMPLE)
    masks = sorted(folder.glob("*-mask.png"))
    stem = masks[0].name.removesuffix("-mask.png")
    return next(path for path in folder.iterdir() if path.stem == stem)
