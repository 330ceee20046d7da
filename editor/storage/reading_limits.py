"""What a picture file may ask of this computer, in one place: a file that asks for more is a fault or an attack."""

MAX_PIXELS = 400_000_000
"""The largest picture that is opened: twice what the largest medium-format cameras give, and panoramas of that."""
MAX_SIDE = 300_000
"""The longest side. Formats allow more; a row of it alone is then a burden to every decoder."""
MAX_PROFILE = 16 << 20
"""Bytes of a colour profile once inflated. Profiles of printers, the largest, have about 4 MB."""
MAX_TEXT = 16 << 20
"""Bytes of one text, EXIF or XMP once inflated. XMP holds previews and depth maps at times, a few MB."""
MAX_METADATA = 64 << 20
"""Bytes of all metadata of one file together."""
MAX_BLOCKS = 500_000
"""How many chunks, segments, boxes or directory entries are looked at. A PNG of 400 megapixels in chunks of 8 KB, as
libpng writes them, has fewer; so many are looked at within a second."""
MAX_SCANS = 100
"""Passes of a progressive JPEG over the whole picture; encoders use 10 or so, and each takes as long as a picture."""
MAX_STRIPS = 2_000_000
"""Strips or tiles of a TIFF: 400 megapixels in tiles of 16 × 16."""
MAX_NESTING = 8
"""Directories inside directories, boxes inside boxes."""
