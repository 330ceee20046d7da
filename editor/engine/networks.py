"""Neural networks on this computer's processor: ONNX files, run by onnxruntime.

The runtime is loaded with the first network. It takes as many threads as the engine's process is granted, and gives
the memory of a run back to the system when the run is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import EditorError
from editor.engine.protocol import THREADS_VARIABLE

PROVIDER = "CPUExecutionProvider"
ERRORS_ONLY = 3
"""The runtime's own warnings are of no use to whoever edits a picture."""
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "tensor(float)": "float32",
        "tensor(float16)": "float16",
        "tensor(double)": "float64",
        "tensor(uint8)": "uint8",
        "tensor(int8)": "int8",
        "tensor(int32)": "int32",
        "tensor(int64)": "int64",
        "tensor(bool)": "bool",
    }
)
"""onnxruntime's word for a tensor's type → NumPy's."""


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """A tensor that a network takes or gives: its name, its length along each axis (None: any), NumPy's type name."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype} {' × '.join('any' if side is None else str(side) for side in self.shape)}"


class NetworkBroken(EditorError):
    """A network's file is damaged, or holds another network than its name says."""


class Runtime:
    """onnxruntime, once it was asked for. ``trouble`` says why it does not load on this computer, or is None."""

    def __init__(self, load: Callable[[], Any] | None = None) -> None:
        self.trouble: str | None = None
        self._load = _import_onnxruntime if load is None else load
        self._module: Any = None

    def module(self) -> Any | None:
        """The library, or None where it does not load; it is tried once."""
        if self._module is None and self.trouble is None:
            try:
                self._module = self._load()
            # What a native library raises where the processor, the system or another library is too old for it.
            except (ImportError, OSError, RuntimeError, AttributeError) as error:
                self.trouble = f"onnxruntime does not load on this computer: {error}"
        return self._module


class Network:
    """One loaded network. ``inputs`` and ``outputs`` tell the names, shapes and types of its tensors."""

    def __init__(self, path: Path, runtime: Any, *, environment: Mapping[str, str]) -> None:
        """Load the file at ``path`` with the library ``runtime``. Raises NetworkBroken, MemoryError or OSError."""
        self._options = _run_options(runtime)
        self._session = _guarded(partial(_session_of, path, runtime, _threads(environment)), path.name)
        self.inputs = tuple(_described(tensor) for tensor in self._session.get_inputs())
        self.outputs = tuple(_described(tensor) for tensor in self._session.get_outputs())
        self._file = path.name

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        """All outputs for ``inputs`` by name, each of the shape and type that ``self.inputs`` tells.

        Raises ValueError where they do not fit, MemoryError where this computer has not enough, NetworkBroken where
        the network cannot be computed.
        """
        wanted = {tensor.name: tensor for tensor in self.inputs}
        if wanted.keys() != inputs.keys():
            raise ValueError(f"{self._file} takes {sorted(wanted)}, not {sorted(inputs)}")
        for name, array in inputs.items():
            if not _fits(wanted[name], array):
                raise ValueError(f"{self._file} takes {wanted[name]} as {name}, not {array.dtype} {array.shape}")
        contiguous = {name: np.ascontiguousarray(array) for name, array in inputs.items()}
        return tuple(_guarded(partial(self._session.run, None, contiguous, self._options), self._file))


def _import_onnxruntime() -> Any:
    import onnxruntime

    # Windows: the official build reports its use to its maker unless it is told not to.
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _threads(environment: Mapping[str, str]) -> int:
    return int(environment.get(THREADS_VARIABLE) or os.cpu_count() or 1)


def _session_of(path: Path, runtime: Any, threads: int) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    # Waiting threads would otherwise burn the cores that the window needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return runtime.InferenceSession(str(path), sess_options=options, providers=[PROVIDER])


def _run_options(runtime: Any) -> Any:
    """Give the memory of a run back when it is over; without an arena at all a run's peak is up to twice as high."""
    options = runtime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _guarded(call: Callable[[], Any], file: str) -> Any:
    """What ``call`` gives; the runtime's errors, which share no base of their own, as ours."""
    try:
        return call()
    except (MemoryError, OSError):
        raise
    except Exception as error:
        words = str(error)
        if "allocate" in words.lower() or "bad_alloc" in words or "bad allocation" in words:
            raise MemoryError(words) from error
        raise NetworkBroken(
            f"The model file {file} cannot be used: it is damaged. Delete it and install it again.", detail=words
        ) from error


def _described(tensor: Any) -> NetworkInput:
    shape = tuple(side if isinstance(side, int) else None for side in tensor.shape)
    return NetworkInput(tensor.name, shape, TYPES.get(tensor.type, tensor.type))


def _fits(wanted: NetworkInput, array: NDArray[Any]) -> bool:
    if array.dtype.name != wanted.dtype or array.ndim != len(wanted.shape):
        return False
    return all(side is None or side == length for side, length in zip(wanted.shape, array.shape, strict=True))
