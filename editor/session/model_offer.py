"""A model of the engine as window and command line show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from editor.engine.model_catalogue import KnownModel, Registry
from editor.storage.model_files import megabytes

__all__ = ["ModelOffer", "ModelState", "megabytes", "size_words"]

_SOURCES = MappingProxyType({Registry.PYTHON: "Python’s package registry", Registry.NODE: "Node’s package registry"})


class ModelState(StrEnum):
    """Whether a model is on this computer, in words."""

    BUILT_IN = "built in"
    INSTALLED = "installed"
    INSTALLING = "being installed"
    ABSENT = "not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """A model with all its files. ``begun`` is how many of its bytes are there; ``hindrance`` says why this computer
    cannot fetch it, or is empty."""

    head: KnownModel
    files: tuple[KnownModel, ...]
    state: ModelState
    begun: int = 0
    hindrance: str = ""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.head.name

    @property
    def title(self) -> str:
        """What it is called for people."""
        return self.head.title

    @property
    def serves(self) -> str:
        """The operations that use it."""
        return self.head.serves

    @property
    def improves(self) -> str:
        """What it is good for."""
        return self.head.improves

    @property
    def licence(self) -> str:
        """Its licence, as an SPDX identifier."""
        return self.head.licence

    @property
    def remark(self) -> str:
        """What the licence does not tell, or empty."""
        return self.head.remark

    @property
    def bytes(self) -> int:
        """What its files take on the disk."""
        return sum(model.bytes for model in self.files)

    @property
    def download_bytes(self) -> int:
        """What is fetched for it; more than its own size where it comes in a package with others."""
        return self.head.download_bytes if self.head.package is not None else self.bytes

    @property
    def source(self) -> str:
        """Where it is fetched from, in words."""
        if self.head.package is not None:
            return _SOURCES[self.head.package.registry]
        return urlsplit(self.head.urls[0]).hostname or "" if self.head.urls else ""

    @property
    def key(self) -> str:
        """Its files' identity: another version has another."""
        return " ".join(f"{model.name}:{model.sha256[:16]}" for model in self.files)

    @property
    def is_here(self) -> bool:
        """Whether the engine can use it."""
        return self.state in (ModelState.BUILT_IN, ModelState.INSTALLED)


def size_words(offer: ModelOffer) -> str:
    """``92.6 MB``, or ``1.3 MB (42.8 MB to fetch)`` where it comes in a larger package."""
    size = megabytes(offer.bytes)
    if offer.is_here or offer.download_bytes <= offer.bytes:
        return size
    return f"{size} ({megabytes(offer.download_bytes)} to fetch)"
