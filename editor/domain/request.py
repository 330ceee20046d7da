"""What is asked of a platform and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.domain.attempt import UNKNOWN_COST, Cost
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, OperationType

Pixels = NDArray[np.uint8]


def no_metrics() -> Mapping[str, Any]:
    """An empty, unchangeable mapping."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditRequest:
    """Everything a platform needs for one edit, frozen.

    ``image`` is (height, width, 3) uint8, upright RGB in sRGB: the crop of the document at ``region``.
    ``mask`` is (height, width) uint8, the effective mask of the same crop, 255 = change here.
    Both arrays are read-only. ``seed`` is None where the platform may choose.
    """

    operation: Operation
    image: Pixels
    mask: Pixels
    region: Rect
    seed: int | None = None

    def __post_init__(self) -> None:
        height, width = self.image.shape[:2]
        if self.image.shape != (height, width, 3) or self.mask.shape != (height, width):
            raise ValueError(f"image {self.image.shape} and mask {self.mask.shape} do not fit")
        self.image.flags.writeable = False
        self.mask.flags.writeable = False

    @property
    def operation_type(self) -> OperationType:
        """The priority table that serves this request."""
        return self.operation.operation_type

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the crop in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditResult:
    """A picture that a platform returned, fitted to the request's size.

    ``image`` is (height, width, 3) uint8 sRGB of the request's size, read-only. ``model`` is the model that
    really served, ``seed`` what the platform says it used, ``metrics`` the platform's own figures.
    """

    image: Pixels
    model: str
    request_id: str | None = None
    seed: int | None = None
    cost: Cost = UNKNOWN_COST
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)

    def __post_init__(self) -> None:
        self.image.flags.writeable = False
