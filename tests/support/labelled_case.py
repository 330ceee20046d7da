"""One case of the labelled set: what was asked for, what came back, and whether that is good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from support.labelled_answers import broken_files, spoiled
from support.labelled_scenes import Ground, Pixels, Rng

from editor.domain.errors import BadResult
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, EditResult, whole_mask
from editor.imaging.codec import decode_picture
from editor.imaging.result_check import check_result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """``answer`` is a picture, the bytes of one, or for a cut-out the matte; None where there is no matte."""

    kind: str
    good: bool
    request: EditRequest
    answer: Pixels | bytes | None

    def fault(self) -> BadResult | None:
        """What the checks find wrong with the answer."""
        try:
            check_result(self.request, self._result())
        except BadResult as error:
            return error
        return None

    def _result(self) -> EditResult:
        if self.request.operation is Operation.REMOVE_BACKGROUND:
            assert not isinstance(self.answer, bytes)
            return EditResult(image=self.request.image, alpha=self.answer, model="m")
        assert self.answer is not None
        picture = decode_picture(self.answer) if isinstance(self.answer, bytes) else self.answer
        return EditResult(image=picture, model="m")


Cases = Iterator[Case]
Maker = Callable[[Rng, Ground], Cases]
"""From a source of chance and what the scene is set before to cases of one operation."""


def asked(operation: Operation, image: Pixels, mask: Pixels | None = None, **options: Any) -> EditRequest:
    """A request; without a mask for the whole picture."""
    return EditRequest(
        operation=operation,
        image=np.ascontiguousarray(image),
        mask=whole_mask(image) if mask is None else mask,
        region=Rect(0, 0, image.shape[1], image.shape[0]),
        options=EditOptions(**options),
    )


def good_case(kind: str, request: EditRequest, answer: Pixels) -> Case:
    """A case that has to pass."""
    return Case(kind=kind, good=True, request=request, answer=answer)


def bad_case(kind: str, request: EditRequest, answer: Pixels | bytes | None) -> Case:
    """A case that must not pass."""
    return Case(kind=kind, good=False, request=request, answer=answer)


def spoiled_cases(rng: Rng, request: EditRequest, good: Pixels, new: Pixels | None = None) -> Cases:
    """The good answer to ``request`` in every spoiled form; ``new`` marks what of it was not there before."""
    for kind, picture in spoiled(rng, good, new):
        yield bad_case(kind, request, picture)
    for kind, data in broken_files(rng, good):
        yield bad_case(kind, request, data)
