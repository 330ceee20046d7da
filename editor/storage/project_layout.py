"""What the parts of an OpenRaster file are called.

Source: OpenRaster 0.0.6, File Layout Specification (openraster.org). What lies under ``image-editor/`` is this
program's own, and others leave it out of account.
"""

from __future__ import annotations

MIMETYPE = "image/openraster"
VERSION = "0.0.6"
MERGED = "mergedimage.png"
RECORD = "image-editor/document.json"
PACK = "image-editor/tiles.pack"
