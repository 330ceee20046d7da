"""Reads ``models.toml`` and ``packages.toml``: every network that the engine can use, and where its file comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from editor.engine.networks import NetworkInput

MODELS_FILE, PACKAGES_FILE = "models.toml", "packages.toml"


class Registry(StrEnum):
    """The kind of registry that serves a package."""

    PYTHON = "python"
    NODE = "node"


class Form(StrEnum):
    """What a package holds of a network."""

    ONNX = "onnx"
    NCNN = "ncnn"
    LAYERS_MODEL = "layers-model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A file that a package registry serves, by name, version and hash; ``bytes`` is its size."""

    registry: Registry
    name: str
    version: str
    sha256: str
    bytes: int

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Contract:
    """What is known of a model's file: its size, or None, and the tensors that its callers rely on.

    A tensor without a name may have any; None in a shape stands for any length. Further outputs may follow.
    """

    size: int | None = None
    inputs: tuple[NetworkInput, ...] | None = None
    outputs: tuple[NetworkInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """A network that the engine can use. Its file is ``bytes`` long and has the hash ``sha256``.

    ``serves`` (operations, as the window calls them) and ``improves`` are for the user; ``remark`` tells what the
    licence does not, or is empty. The file is in a ``package``, as ``members`` of the ``form``, or at each of ``urls``.
    It comes and goes with the model ``part_of``. A ``small`` one belongs into every wheel.
    """

    name: str
    title: str
    serves: str
    improves: str
    bytes: int
    sha256: str
    licence: str
    contract: Contract
    remark: str = ""
    peak_megabytes: int | None = None
    part_of: str = ""
    package: Package | None = None
    form: Form = Form.ONNX
    members: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    small: bool = False
    download_bytes: int = 0
    """How much is fetched for it: the package where it comes in one."""


@cache
def known_models() -> Mapping[str, KnownModel]:
    """Every model of the catalogue by name, in its order."""
    packages = {name: _package(entry) for name, entry in _tables(PACKAGES_FILE).items()}
    return MappingProxyType({name: _model(name, entry, packages) for name, entry in _tables(MODELS_FILE).items()})


def known_contracts() -> Mapping[str, Contract]:
    """The contract of every model of the catalogue, by name."""
    return MappingProxyType({name: model.contract for name, model in known_models().items()})


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads(files("editor.engine").joinpath(name).read_text("utf-8"))


def _package(entry: Mapping[str, Any]) -> Package:
    return Package(**{**entry, "registry": Registry(entry["registry"])})


def _model(name: str, entry: Mapping[str, Any], packages: Mapping[str, Package]) -> KnownModel:
    package = packages.get(entry.get("package", ""))
    plain = (
        "title",
        "serves",
        "improves",
        "bytes",
        "sha256",
        "licence",
        "remark",
        "peak_megabytes",
        "small",
        "part_of",
    )
    return KnownModel(
        name=name,
        contract=Contract(entry["bytes"], _tensors(entry["inputs"]), _tensors(entry["outputs"])),
        package=package,
        form=Form(entry.get("form", Form.ONNX)),
        members=tuple(entry.get("members", ())),
        urls=tuple(entry.get("urls", ())),
        download_bytes=entry["bytes"] if package is None else package.bytes,
        **{key: entry[key] for key in plain if key in entry},
    )


def _tensors(entries: Sequence[Mapping[str, Any]]) -> tuple[NetworkInput, ...]:
    return tuple(
        NetworkInput(
            entry.get("name", ""),
            tuple(side if isinstance(side, int) else None for side in entry["shape"]),
            entry["type"],
        )
        for entry in entries
    )
