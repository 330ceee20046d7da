"""Which networks are on this computer, and where: the program's own folder of models and the user's."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from editor.engine.model_catalogue import Contract, known_contracts
from editor.engine.networks import Network, NetworkBroken, NetworkInput, Runtime
from editor.resource_files import resource

SUFFIX = ".onnx"


class Models:
    """The networks found in ``folders``, the first folder first; each is loaded when it is first asked for."""

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        contracts: Mapping[str, Contract] | None = None,
        environment: Mapping[str, str] | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        """``contracts`` are those of the catalogue where none are given, ``environment`` is the process's own."""
        self._folders = tuple(folders)
        self._contracts = known_contracts() if contracts is None else contracts
        self._environment = os.environ if environment is None else environment
        self._runtime = Runtime() if runtime is None else runtime
        self._loaded: dict[str, Network] = {}

    @classmethod
    def none(cls) -> Models:
        """No network at all: every operation takes its classical form."""
        return cls(())

    @property
    def trouble(self) -> str | None:
        """Why no network runs on this computer although files are there, or None; known after the first question."""
        return self._runtime.trouble

    def path_of(self, name: str) -> Path | None:
        """The model's file, or None where it is in no folder. Loads nothing."""
        for folder in self._folders:
            path = folder / f"{name}{SUFFIX}"
            if path.is_file():
                return path
        return None

    def has(self, name: str) -> bool:
        """Whether the model's file is there and this computer can run it at all. Loads the runtime, not the model."""
        return self.path_of(name) is not None and self._runtime.module() is not None

    def network(self, name: str) -> Network | None:
        """The model, ready to run; None where its file is not there or ``trouble`` keeps every model from running.

        Raises NetworkBroken where the file is damaged or is another model.
        """
        if name in self._loaded:
            return self._loaded[name]
        path = self.path_of(name)
        runtime = None if path is None else self._runtime.module()
        if path is None or runtime is None:
            return None
        contract = self._contracts.get(name, Contract())
        _check_size(path, contract.size)
        network = Network(path, runtime, environment=self._environment)
        _check_tensors(network, contract, path.name)
        self._loaded[name] = network
        return network


def packaged_folder() -> Path | None:
    """The folder of the models that came with the program, or None where none did."""
    try:
        return resource("models")
    except FileNotFoundError:
        return None


def _check_size(path: Path, size: int | None) -> None:
    found = path.stat().st_size
    if size is not None and found != size:
        raise NetworkBroken(
            f"The model file {path.name} is damaged: it has {found:,} bytes instead of {size:,}. "
            "Delete it and install it again.",
            detail=str(path),
        )


def _check_tensors(network: Network, contract: Contract, file: str) -> None:
    """Raises NetworkBroken where the network's tensors are not those that its callers rely on."""
    for verb, found, wanted in (
        ("takes", network.inputs, contract.inputs),
        ("gives", network.outputs, contract.outputs),
    ):
        if wanted is not None and not _serve(found, wanted, exactly=verb == "takes"):
            raise NetworkBroken(
                f"The model file {file} holds another model than its name says: it {verb} {_listed(found)} "
                f"instead of {_listed(wanted)}. Delete it and install it again."
            )


def _serve(found: Sequence[NetworkInput], wanted: Sequence[NetworkInput], *, exactly: bool) -> bool:
    """Whether each of ``wanted`` is among ``found``: by its name, or at its place where it has none."""
    if len(found) < len(wanted) or (exactly and len(found) > len(wanted)):
        return False
    by_name = {tensor.name: tensor for tensor in found}
    pairs = ((by_name.get(want.name) if want.name else found[place], want) for place, want in enumerate(wanted))
    return all(have is not None and _agree(have, want) for have, want in pairs)


def _agree(found: NetworkInput, wanted: NetworkInput) -> bool:
    """Whether a network's tensor serves where ``wanted`` is relied on."""
    if wanted.dtype != found.dtype or len(wanted.shape) != len(found.shape):
        return False
    sides = zip(found.shape, wanted.shape, strict=True)
    return all(have is None or want is None or have == want for have, want in sides)


def _listed(tensors: Sequence[NetworkInput]) -> str:
    return ", ".join(f"{tensor.name} {tensor}".strip() for tensor in tensors) or "nothing"
