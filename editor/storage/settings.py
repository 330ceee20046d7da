"""What the program remembers between starts: small values by name, in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from editor.domain.errors import InputError
from editor.storage.output_file import OutputFile

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Value = TypeVar("Value", bool, int, float, str, list[Json], dict[str, Json])

_DAMAGED_SUFFIX = ".damaged"


class Settings:
    """Settings in a JSON file at ``path``. Used from one thread; nothing that happens to the file is fatal.

    ``notice`` is a sentence for the user where the file was damaged and has been set aside, or could not be read or
    written; else "".
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice = ""
        self._values = self._load()

    def get(self, name: str, default: Value) -> Value:
        """The value kept under ``name``; ``default`` where there is none or one of another type.

        A whole number serves where the default is a float.
        """
        value: Any = self._values.get(name)
        if type(default) is float and type(value) is int:
            value = float(value)
        # Exact: True is an int to isinstance, and a brush of size True is none.
        if type(value) is not type(default):
            return default
        kept: Value = value
        return kept

    def set(self, name: str, value: Value) -> None:
        """Keep ``value`` under ``name``, on the disk at once; an unchanged value is not written again."""
        self.update({name: value})

    def update(self, values: Mapping[str, Json]) -> None:
        """Keep several values with one write."""
        # Through text and back: what is kept in memory equals what a later start reads, and shares nothing.
        fresh = json.loads(json.dumps(dict(values), allow_nan=False))
        if all(name in self._values and self._values[name] == value for name, value in fresh.items()):
            return
        self._values.update(fresh)
        self._save()

    def remove(self, name: str) -> None:
        """Forget what is kept under ``name``, if anything."""
        if name in self._values:
            del self._values[name]
            self._save()

    def _load(self) -> dict[str, Json]:
        try:
            values = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError:
            self.notice = f"The settings in “{self.path}” could not be read; the usual ones apply."
            return {}
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            return values
        self._set_aside()
        return {}

    def _set_aside(self) -> None:
        aside = self.path.with_name(self.path.name + _DAMAGED_SUFFIX)
        try:
            self.path.replace(aside)
        except OSError:
            self.notice = f"The settings in “{self.path}” are damaged; the usual ones apply."
        else:
            self.notice = f"The settings were damaged and are now in “{aside.name}”; the usual ones apply."

    def _save(self) -> None:
        text = json.dumps(self._values, indent=2, sort_keys=True, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with OutputFile(self.path) as output:
                output.write(text.encode("utf-8") + b"\n")
                output.commit()
        except (OSError, InputError):
            self.notice = f"The settings could not be written to “{self.path}”; they last until the program ends."
