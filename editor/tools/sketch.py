"""What a tool shows over the picture while it works: lines, handles, what will be cut away. In picture pixels."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[float, float]
"""x and y in picture pixels; pixel (0, 0) reaches from 0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line through ``places``; back to the first where it is ``closed``. ``faint`` lines help the eye only."""

    places: tuple[Place, ...]
    closed: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A few words beside a place, with a patch of colour (red, green, blue) where there is one to show."""

    place: Place
    words: str
    colour: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """``kept`` are the corners of a frame outside of which the picture is shown dimmed; ``grown`` those of a frame
    that reaches beyond the picture and is shown as empty ground; ``mask_moved`` is by how many picture pixels to the
    right and down the mask is shown elsewhere, which leaves nothing to be drawn."""

    paths: tuple[Path, ...] = ()
    handles: tuple[Place, ...] = ()
    kept: tuple[Place, ...] = ()
    grown: tuple[Place, ...] = ()
    label: Label | None = None
    mask_moved: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return bool(self.paths or self.handles or self.kept or self.grown or self.label)

    def over(self, below: Sketch) -> Sketch:
        """Both; where only one can be shown it is this one's."""
        return Sketch(
            paths=(*below.paths, *self.paths),
            handles=(*below.handles, *self.handles),
            kept=self.kept or below.kept,
            grown=self.grown or below.grown,
            label=self.label or below.label,
            mask_moved=self.mask_moved,
        )


NOTHING = Sketch()


def rectangle(left: float, top: float, right: float, bottom: float) -> Path:
    """The outline of an upright rectangle."""
    return Path(((left, top), (right, top), (right, bottom), (left, bottom)), closed=True)
