"""What a mask would be like, shown in its place while somebody chooses how to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.domain.errors import EditorError
from editor.domain.mask import Mask
from editor.domain.samples import Pixels
from editor.imaging.picture import Picture
from editor.imaging.pyramid import Pyramid
from editor.ui.canvas_look import CanvasLook
from editor.ui.previewed_mask import PreviewedMask

if TYPE_CHECKING:
    from editor.ui.job_runner import JobRunner

SETTLED_MS = 80
"""A number that is being typed is waited for."""

Change = Callable[[Pixels], Pixels]


class MaskPreview(QObject):
    """Makes previews in a worker, one at a time and only the newest that was asked for, and shows them."""

    def __init__(self, parent: QObject, runner: JobRunner, look: CanvasLook) -> None:
        super().__init__(parent)
        self._runner = runner
        self._look = look
        self._wanted: tuple[Picture, Change] | None = None
        self._at_work = False
        self._shown: PreviewedMask | None = None
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._begin)

    def ask(self, picture: Picture, change: Change) -> None:
        """Show what ``change`` makes of what is painted on ``picture`` now."""
        self._wanted = picture, change
        self._settled.start()

    def stop(self) -> None:
        """Show the mask as it is."""
        self._wanted = None
        self._settled.stop()
        self._show(None)

    def _begin(self) -> None:
        if self._wanted is None or self._at_work:
            return
        self._settled.stop()
        wanted, self._at_work = self._wanted, True
        picture, change = wanted
        document = picture.document
        before, grow, feather = document.mask.snapshot(), document.grow, document.feather

        def work() -> PreviewedMask:
            from editor.imaging.mask_shapes import effective_near

            mask = Mask(effective_near(change(before.read(before.rect)), grow, feather))
            return PreviewedMask(picture, Pyramid(mask), mask.bounds, before)

        def done(preview: PreviewedMask) -> None:
            self._at_work = False
            if wanted is not self._wanted:
                before.close()
                self._begin()
            elif preview.current:
                self._show(preview)
            else:
                before.close()

        def failed(_: EditorError) -> None:
            # There is nothing to see then; what is wrong is said once it is to be done.
            self._at_work = False
            before.close()
            if wanted is self._wanted:
                self._show(None)
            else:
                self._begin()

        self._runner.background(work, done, failed)

    def _show(self, preview: PreviewedMask | None) -> None:
        if self._shown is not None:
            self._shown.made_from.close()
        self._shown = preview
        self._look.show_mask_preview(preview)
