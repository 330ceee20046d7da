"""Enlarging by a network that takes planes from 0 to 1 and gives them back larger by a whole factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from editor.domain.errors import EditorError
from editor.engine.networks import NetworkInput
from editor.engine.upscale.resampling import Levels, lanczos, resampled, weights
from editor.engine.upscale.tiles import Tile


class Runnable(Protocol):
    """A loaded network, as :class:`editor.engine.networks.Network` is."""

    @property
    def inputs(self) -> tuple[NetworkInput, ...]:
        """The tensors it takes."""
        ...

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        """Its outputs for ``inputs`` by name."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A network's name for people, its factor, and how a picture is cut up for it.

    ``side`` is a tile's, ``overlap`` what a tile brings along on every side, and over ``fade`` pixels of that one tile
    passes into the next, where a network sees farther than the overlap. All in pixels of the source.
    """

    title: str
    scale: int
    side: int
    overlap: int
    fade: int = 0


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # Beyond these overlaps a tile's middle changes by less than a level (12 and 8 would not do).
        "esrgan-thick-x4": Kind("ESRGAN thick ×4", 4, side=128, overlap=10),
        "esrgan-thick-x2": Kind("ESRGAN thick ×2", 2, side=128, overlap=10),
        "realesr-animevideov3-x4": Kind("Real-ESRGAN compact", 4, side=224, overlap=16),
        "realesr-general-x4v3": Kind("Real-ESRGAN general", 4, side=192, overlap=32),
        # Sees the whole of a tile: with 24 pixels the middle still changes by 3 levels on average, hence the fade.
        "realesrgan-x4plus": Kind("Real-ESRGAN ×4 plus", 4, side=128, overlap=24, fade=8),
    }
)


class Neural:
    """An enlarger by a network; to another factor than its own through Lanczos."""

    def __init__(self, network: Runnable, kind: Kind) -> None:
        self.name = kind.title
        self.side = kind.side
        self.overlap = kind.overlap
        self.fade = kind.fade
        self._network = network
        self._kind = kind

    def enlarged(self, planes: Levels, tile: Tile) -> Levels:
        """``planes`` of ``tile.rows`` and ``tile.columns``, enlarged to ``tile.rows_out`` and ``tile.columns_out``."""
        name = self._network.inputs[0].name
        large = np.asarray(self._network.run({name: planes[None] / np.float32(255)})[0], np.float32)
        scale = self._kind.scale
        if large.shape != (1, len(planes), planes.shape[1] * scale, planes.shape[2] * scale):
            raise EditorError(f"The model {self.name} gives pictures of another size than it should.")
        large = np.clip(large[0] * np.float32(255), 0, 255)
        rows, columns = (
            weights(lanczos, span.scaled(scale), span_out)
            for span, span_out in ((tile.rows, tile.rows_out), (tile.columns, tile.columns_out))
        )
        return resampled(large, rows, columns)
