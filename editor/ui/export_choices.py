"""What the user chose for exports the last time, by format, and what the choices are called. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from editor.domain.export_options import EXPORT_FORMATS, ExportOptions, MetadataChoice, SizeEstimate, Subsampling
from editor.session.vault_bounds import bytes_words

if TYPE_CHECKING:
    from editor.session import Settings

SETTING = "export"
FORMAT_WORDS = MappingProxyType({"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "TIFF": "TIFF", "AVIF": "AVIF"})
ENDINGS = MappingProxyType({"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif", "AVIF": ".avif"})
ALL_ENDINGS = MappingProxyType({**ENDINGS, "JPEG": ".jpg *.jpeg", "TIFF": ".tif *.tiff"})
SUBSAMPLINGS: tuple[tuple[Subsampling, str], ...] = (("4:4:4", "Full"), ("4:2:2", "Half"), ("4:2:0", "Quarter"))
METADATA = (
    (MetadataChoice.ALL, "Keep all"),
    (MetadataChoice.COPYRIGHT, "Copyright only"),
    (MetadataChoice.NOTHING, "Remove all"),
)
WITH_QUALITY = ("JPEG", "WEBP", "AVIF")
WITH_SUBSAMPLING = ("JPEG", "AVIF")
WITH_LOSSLESS = ("WEBP",)
DEEP = ("PNG", "TIFF")


class ExportMemory:
    """The choices for each format, in the settings.

    Two are not remembered: the place where a picture was taken and the receipts with their prompts go along only where
    that was said for this very export.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def format(self) -> str:
        """The format of the last export."""
        name = self._kept().get("format")
        return name if name in EXPORT_FORMATS else "JPEG"

    def of(self, name: str) -> ExportOptions:
        """The choices for the format ``name``; the usual ones where there are none, or none that can be."""
        kept = self._kept().get(name)
        kept = kept if isinstance(kept, Mapping) else {}
        usual = ExportOptions(format=name)
        quality, metadata, subsampling = kept.get("quality"), kept.get("metadata"), kept.get("subsampling")
        return replace(
            usual,
            quality=quality if type(quality) is int and 1 <= quality <= 100 else usual.quality,
            subsampling=next((word for word, _ in SUBSAMPLINGS if word == subsampling), usual.subsampling),
            metadata=next((one for one, _ in METADATA if one == metadata), usual.metadata),
            lossless=kept.get("lossless") is True,
            eight_bits=kept.get("eight_bits") is True,
            to_srgb=kept.get("to_srgb") is True,
        )

    def keep(self, options: ExportOptions) -> None:
        """Remember the choices of an export for the next one."""
        choices = {
            "quality": options.quality,
            "subsampling": options.subsampling,
            "metadata": str(options.metadata),
            "lossless": options.lossless,
            "eight_bits": options.eight_bits,
            "to_srgb": options.to_srgb,
        }
        self._settings.set(SETTING, {**self._kept(), "format": options.format, options.format: choices})

    def _kept(self) -> Mapping[str, object]:
        kept = self._settings.get(SETTING, {})
        return kept if isinstance(kept, Mapping) else {}


def size_words(estimate: SizeEstimate) -> str:
    """How large the file will be: ``34 kB``, ``about 1.2 MB``."""
    words = bytes_words(estimate.size)
    return words if estimate.exact else f"about {words}"
