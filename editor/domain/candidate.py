"""One of several results of the same edit: what another look at the choice needs."""

from __future__ import annotations

from dataclasses import dataclass

from editor.domain.layer import Layer
from editor.domain.receipt import Receipt
from editor.domain.samples import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A result that can take the place of another of its edit, with the record of how it was made.

    ``thumbnail`` is what it makes of the picture around its place: (height, width, 4) uint8, blue green red alpha.
    """

    layer: Layer
    receipt: Receipt
    thumbnail: Pixels
