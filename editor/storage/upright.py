"""Where the rows of a file come to lie in the upright picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from editor.domain.samples import Samples
from editor.storage.orientation import TURNED

_WORDS = {np.dtype(np.uint8): np.uint32, np.dtype(np.uint16): np.uint64}


class UprightPicture:
    """An upright picture of four samples a pixel that is filled with the rows and columns of the file.

    ``width`` and ``height`` are the file's, ``turned`` is the orientation, 1 to 8; ``pixels`` is the picture as seen.
    """

    def __init__(self, width: int, height: int, *, turned: int, dtype: type[np.unsignedinteger]) -> None:
        self.pixels: Samples = np.empty((width, height, 4) if turned in TURNED else (height, width, 4), dtype)
        # One word a pixel, so that laying a band is one assignment.
        self._stored = as_stored(self.pixels.view(_WORDS[self.pixels.dtype])[..., 0], turned)

    def lay(self, rows: slice, columns: slice, pixels: Samples) -> None:
        """Put ``pixels``, (height, width, 4) of the picture's own type and contiguous, where the file has them."""
        self._stored[rows, columns] = pixels.view(_WORDS[pixels.dtype])[..., 0]


def as_stored(upright: NDArray[np.generic], turned: int) -> NDArray[np.generic]:
    """A view of ``upright`` whose rows and columns run as they do in the file."""
    views: dict[int, Callable[[], NDArray[np.generic]]] = {
        2: lambda: upright[:, ::-1],
        3: lambda: upright[::-1, ::-1],
        4: lambda: upright[::-1],
        5: lambda: upright.T,
        6: lambda: upright.T[::-1],
        7: lambda: upright.T[::-1, ::-1],
        8: lambda: upright[::-1].T,
    }
    return views[turned]() if turned in views else upright
