"""Where the program keeps its own files on this system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

APP_NAME = "image-editor"
HOME_VARIABLE = "IMAGE_EDITOR_HOME"
"""Where set, one folder that holds all of the program's own files: for a portable copy and for tests."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The program's folders; none is created before something is written to it."""

    config: Path
    data: Path
    cache: Path
    logs: Path

    @classmethod
    def of_system(cls, environment: Mapping[str, str]) -> Paths:
        """The folders that this system and its user expect, or those under ``IMAGE_EDITOR_HOME``."""
        home = environment.get(HOME_VARIABLE, "").strip()
        if home:
            return cls.under(Path(home).expanduser())
        folders = PlatformDirs(APP_NAME, appauthor=False)
        return cls(folders.user_config_path, folders.user_data_path, folders.user_cache_path, folders.user_log_path)

    @classmethod
    def under(cls, home: Path) -> Paths:
        """All folders inside ``home``."""
        return cls(home / "config", home / "data", home / "cache", home / "logs")

    @property
    def settings(self) -> Path:
        """The file of the settings."""
        return self.config / "settings.json"

    @property
    def models(self) -> Path:
        """The file of the user's own models, which adds to the catalogue; only the user writes it."""
        return self.config / "models.toml"

    @property
    def model_files(self) -> Path:
        """The folder of the engine's models that the user fetched."""
        return self.data / "models"

    @property
    def vault(self) -> Path:
        """The folder of results that were paid for."""
        return self.data / "vault"

    @property
    def recovery(self) -> Path:
        """The folder in which open pictures outlive a crash."""
        return self.data / "recovery"

    @property
    def ledger(self) -> Path:
        """The file of what was spent."""
        return self.data / "ledger.sqlite"

    @property
    def runs(self) -> Path:
        """The folder by which runs of the program that set money aside know one another."""
        return self.data / "runs"

    @property
    def learned(self) -> Path:
        """The file of what the program found out by itself."""
        return self.data / "learned.json"
