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
from editor.domain.kinds import Operation, OperationType, Way
from editor.domain.options import EditOptions

Pixels = NDArray[np.uint8]


def no_metrics() -> Mapping[str, Any]:
    """An empty, unchangeable mapping."""
    return MappingProxyType({})


def whole_mask(image: Pixels) -> Pixels:
    """The mask of an operation that has none: all of ``image`` may change. Takes no memory."""
    return np.broadcast_to(np.uint8(255), image.shape[:2])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditRequest:
    """Everything a platform needs for one edit, frozen.

    ``image`` is (height, width, 3) uint8, upright RGB in sRGB: the crop of the document at ``region``.
    ``mask`` is (height, width) uint8, the effective mask of the same crop, 255 = change here; of 255 alone for an
    operation that has no mask (:func:`whole_mask`). Both arrays are read-only.
    """

    operation: Operation
    image: Pixels
    mask: Pixels
    region: Rect
    options: EditOptions = field(default_factory=EditOptions)

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
    def seed(self) -> int | None:
        """The seed the user gave, or None."""
        return self.options.seed

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the crop in pixels."""
        return self.image.shape[1], self.image.shape[0]

    @property
    def result_size(self) -> tuple[int, int]:
        """Width and height that the result has to have."""
        if self.operation is Operation.OUTPAINT:
            return self.options.expansion.grown(self.size)
        if self.operation is Operation.UPSCALE:
            width, height = (max(1, round(side * self.options.scale)) for side in self.size)
            return width, height
        return self.size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditResult:
    """What a platform returned, fitted to the request's ``result_size``.

    ``image`` is (height, width, 3) uint8 sRGB, ``others`` are further variations of the same size, ``alpha`` is
    (height, width) uint8 where the operation cuts out (255 = subject) and None elsewhere; all read-only.
    ``model`` is the model that really served and ``way`` how, ``seed`` what the platform says it used, ``metrics`` the
    platform's own figures. ``notes`` are sentences about what of the request was not honoured or was done differently.
    """

    image: Pixels
    model: str
    way: Way = Way.MASK
    others: tuple[Pixels, ...] = ()
    alpha: Pixels | None = None
    request_id: str | None = None
    seed: int | None = None
    cost: Cost = UNKNOWN_COST
    metrics: Mapping[str, Any] = field(default_factory=no_metrics)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.image, *self.others, self.alpha):
            if array is not None:
                array.flags.writeable = False
