"""What a picture that is exported for others is to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from editor.domain.errors import InputError

Subsampling = Literal["4:4:4", "4:2:2", "4:2:0"]
"""How many colour samples there are beside those of brightness: all, half, a quarter."""

EXPORT_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")


class MetadataChoice(StrEnum):
    """What of a picture's metadata goes along."""

    ALL = "all"
    COPYRIGHT = "copyright"
    """The author and what may be done with the picture."""
    NOTHING = "nothing"
    """Resolution and color profile alone, without which the picture would look otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The choices of an export.

    ``format`` is one of :data:`EXPORT_FORMATS`. ``quality`` is 1 to 100 for JPEG, WebP and AVIF; ``subsampling`` is for
    JPEG and AVIF, ``lossless`` for WebP, in place of the quality, and ``eight_bits`` for PNG and TIFF, which otherwise
    keep 16 where the picture has them. ``location`` keeps the place where it was taken, ``receipt`` adds the receipts
    of its edits, with the words they were asked for in, and ``to_srgb`` converts it for screens and programs that heed
    no color profile. Raises InputError for a quality or a format that there is not.
    """

    format: str = "JPEG"
    quality: int = 90
    subsampling: Subsampling = "4:4:4"
    lossless: bool = False
    eight_bits: bool = False
    metadata: MetadataChoice = MetadataChoice.ALL
    location: bool = False
    receipt: bool = False
    to_srgb: bool = False

    def __post_init__(self) -> None:
        if self.format not in EXPORT_FORMATS:
            raise InputError(f"“{self.format}” is no format that can be exported. Use {', '.join(EXPORT_FORMATS)}.")
        if not 1 <= self.quality <= 100:
            raise InputError("The quality goes from 1 to 100.")


@dataclass(frozen=True, slots=True)
class SizeEstimate:
    """``size`` in bytes, and by which share the file may be larger or smaller: 0.0 where it was encoded whole;
    ``losses`` are sentences about what the file will not hold."""

    size: int
    margin: float
    losses: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether it is the very size and no estimate."""
        return self.margin == 0.0
