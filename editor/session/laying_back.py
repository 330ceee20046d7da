"""From a kept result back to what a finished edit is: over its picture where that is open, else a picture of its own.

Blocks, but for :func:`prepared`; for a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from editor import __version__
from editor.domain.attempt import UNKNOWN_COST
from editor.domain.document import Document
from editor.domain.errors import BadResult, InputError
from editor.domain.geometry import Rect
from editor.domain.kinds import Operation
from editor.domain.options import EditOptions, Expansion
from editor.domain.raster import Snapshot
from editor.domain.receipt import Receipt, ServedBy
from editor.domain.request import EditRequest, EditResult, whole_mask
from editor.domain.samples import Pixels
from editor.domain.vault import VaultRecord
from editor.imaging.picture import Picture
from editor.operations.base import EditInput
from editor.operations.registry import operation_of
from editor.platforms.orders.kept import KeptPicture
from editor.session.edits import FinishedEdit, PreparedEdit, with_figures
from editor.session.kept_result import KeptResult

COLLECTED = "The platform finished this edit while the program was not waiting for it."
UNREADABLE = "What the platform returned cannot be read as a picture. “Save as…” keeps it as it came."
_FOREIGN = 24.0
"""Levels by which, on average, two pictures differ that are not the same photo."""
_LOOKED_AT = 256
"""Longer side of the copies that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landing:
    """A kept result on its way: ``document`` is the open picture that it may belong to, as it is now, or None."""

    result: KeptResult
    document: Document | None = None
    pixels: Snapshot[Any] | None = None

    def close(self) -> None:
        """Stop following the document."""
        if self.pixels is not None:
            self.pixels.close()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """What came of a kept result: an edit that is ready to be attached, or pictures of their own; ``sentence`` says
    which, and why."""

    sentence: str
    finished: FinishedEdit | None = None
    pictures: tuple[Picture, ...] = ()


def prepared(result: KeptResult, documents: Sequence[Document]) -> Landing:
    """Choose the first of ``documents`` of the same name into which the result fits; nothing is copied.

    For the UI thread.
    """
    for document in documents:
        if document.name == result.document and any(_fits(record, document) for record in result.results[:1]):
            return Landing(result=result, document=document, pixels=document.pixels.snapshot())
    return Landing(result=result)


def _fits(record: VaultRecord, document: Document) -> bool:
    region = record.intent.place.region
    return document.rect.contains(region) if record.mask else _whole(record) or document.rect == region


def _whole(record: VaultRecord) -> bool:
    """Whether the record is one piece of a whole picture that was cut up; its size is looked at when all are joined."""
    return record.intent.piece.startswith("piece ")


class LayingBack:
    """Lays ``landing`` back. ``picture`` decodes a record's kept bytes by name, ``mask`` its crop's mask."""

    def __init__(
        self,
        landing: Landing,
        *,
        label: str,
        picture: Callable[[VaultRecord, str], KeptPicture],
        mask: Callable[[VaultRecord], Pixels],
    ) -> None:
        self._landing = landing
        self._result = landing.result
        self._label = label
        self._picture = picture
        self._mask = mask

    def opened(self) -> Opened:
        """The result, as good as it can be had. Raises InputError where no picture of it can be read."""
        pictures = self._joined() or self._readable()
        if not pictures:
            raise InputError(UNREADABLE)
        lead = pictures[0][0]
        alike = [one for record, one in pictures if record.intent.place.region == lead.intent.place.region]
        beside = [(record, one) for record, one in pictures if not any(one is each for each in alike)]
        document = self._landing.document
        reason = f"{self._result.document or 'its picture'} is not open in the size that was sent."
        if document is not None:
            try:
                finished = self._laid_back(lead, alike, document)
            except BadResult as error:
                reason = error.message
            else:
                words = f"{lead.intent.operation.caption} by {self._result.platform} is in its place now."
                return Opened(sentence=words, finished=finished, pictures=self._alone(beside, len(alike)))
        self._landing.close()
        sentence = f"The result is open as a picture of its own: {_lower(reason)}"
        return Opened(sentence=sentence, pictures=self._alone(pictures))

    # --- reading

    def _readable(self) -> list[tuple[VaultRecord, KeptPicture]]:
        found = []
        for record in self._result.results:
            for name in record.pictures:
                try:
                    found.append((record, self._picture(record, name)))
                except BadResult:
                    continue  # of several pictures the others are wanted all the same; "Save as…" keeps this one
        return found

    def _joined(self) -> list[tuple[VaultRecord, KeptPicture]]:
        """The whole picture of all its pieces."""
        from editor.platforms.orders.tiles import Mosaic, enlarged

        tiles = self._result.tiles
        if not tiles:
            return []
        whole = Rect(0, 0, *_corner([record.intent.place.region for record in tiles]))
        largest = max(tiles, key=lambda record: record.intent.place.region.area).intent.place
        scale = largest.result_size[0] / largest.region.width
        size = round(whole.width * scale), round(whole.height * scale)
        mosaic = Mosaic(size)
        for record in sorted(tiles, key=lambda one: (one.intent.place.region.y, one.intent.place.region.x)):
            try:
                piece = self._picture(record, record.pictures[0]).image
            except BadResult:
                return []
            mosaic.lay(enlarged(record.intent.place.region, (whole.width, whole.height), size), piece)
        lead = tiles[0]
        place = replace(lead.intent.place, region=whole, result_size=size)
        return [(replace(lead, intent=replace(lead.intent, place=place)), KeptPicture(mosaic.picture))]

    # --- into the document

    def _laid_back(self, lead: VaultRecord, pictures: Sequence[KeptPicture], document: Document) -> FinishedEdit:
        """Raises BadResult where the result does not belong into ``document`` as it is."""
        from editor.imaging.exchange import outgoing

        pixels, place = self._landing.pixels, lead.intent.place
        assert pixels is not None
        if not (pixels.rect.contains(place.region) if lead.mask else pixels.rect == place.region):
            raise BadResult(f"It has another size than {document.name}.")
        image = outgoing(pixels.read(place.region), document.metadata.icc_profile)
        request = EditRequest(
            operation=lead.intent.operation,
            image=image,
            mask=self._mask(lead) if lead.mask else whole_mask(image),
            region=place.region,
            options=_options(lead),
        )
        result = self._edit_result(lead, pictures, request)
        _require_belonging(request, result, lead)
        operation = operation_of(lead.intent.operation)
        source = EditInput(
            operation=lead.intent.operation,
            pixels=pixels,
            mask=None,
            hole=_hole(request) if lead.mask else document.rect,
            metadata=document.metadata,
            options=request.options,
        )
        results = operation.commit(request, result, source)
        return FinishedEdit(
            prepared=PreparedEdit(document=document, source=source),
            results=results,
            receipt=with_figures(self._receipt(lead, operation.notes(source)), results[0]),
            sentence="",
            kept_as=lead.job,
        )

    def _edit_result(self, lead: VaultRecord, pictures: Sequence[KeptPicture], request: EditRequest) -> EditResult:
        first, *others = pictures
        cuts_out = lead.intent.operation is Operation.REMOVE_BACKGROUND
        if cuts_out and first.alpha is None:
            raise BadResult("It is not cut out.")
        return EditResult(
            image=request.image.copy() if cuts_out else first.image,
            others=() if cuts_out else tuple(other.image for other in others),
            alpha=first.alpha if cuts_out else None,
            model=lead.intent.model,
            way=lead.intent.way,
            request_id=lead.reference or None,
        )

    def _receipt(self, lead: VaultRecord, notes: Sequence[str] = ()) -> Receipt:
        intent = lead.intent
        return Receipt(
            operation=intent.operation,
            operation_type=intent.operation.operation_type,
            served_by=ServedBy(intent.platform, self._label, intent.model, lead.reference or None),
            attempts=(),
            seed=None,
            cost=UNKNOWN_COST,
            way=intent.way,
            notes=(COLLECTED, *notes),
            app_version=__version__,
        )

    # --- pictures of their own

    def _alone(self, pictures: Sequence[tuple[VaultRecord, KeptPicture]], before: int = 0) -> tuple[Picture, ...]:
        return tuple(self._made(record, one, number) for number, (record, one) in enumerate(pictures, before + 1))

    def _made(self, record: VaultRecord, kept: KeptPicture, number: int) -> Picture:
        alpha = np.full(kept.image.shape[:2], 255, np.uint8) if kept.alpha is None or kept.matte_only else kept.alpha
        document = Document(np.dstack((kept.image[..., ::-1], alpha)), name=_name(record, number))
        first = document.history.current
        first.label, first.receipt = record.intent.operation.caption, self._receipt(record)
        document.modified = True
        return Picture.of(document)


def _options(record: VaultRecord) -> EditOptions:
    """As much of the user's options as the place tells."""
    place = record.intent.place
    (width, height), (left, up) = place.result_size, place.offset
    if record.intent.operation is Operation.OUTPAINT:
        right, down = width - place.region.width - left, height - place.region.height - up
        return EditOptions(expansion=Expansion(left=left, right=right, up=up, down=down))
    if record.intent.operation is Operation.UPSCALE:
        return EditOptions(scale=width / place.region.width)
    return EditOptions()


def _hole(request: EditRequest) -> Rect:
    """Where the mask lets anything change, in the document."""
    from editor.imaging.effective_mask import bounds

    return bounds(request.mask).moved(request.region.x, request.region.y)


def _require_belonging(request: EditRequest, result: EditResult, record: VaultRecord) -> None:
    """Raise BadResult for a bad picture, or where outside the mask it shows another photo: names are no proof."""
    from editor.imaging.result_check import check_result

    if request.operation in (Operation.OUTPAINT, Operation.UPSCALE):
        return  # they become pictures of their own, which change nothing
    if record.mask and not _hole(request):
        raise BadResult("Its mask is empty.")
    if record.mask and _difference(request.image, result.image, request.mask) > _FOREIGN:
        raise BadResult("It was made of another picture of this name.")
    check_result(request, result)


def _difference(before: Pixels, after: Pixels, mask: Pixels) -> float:
    """Levels of lightness by which two pictures differ where ``mask`` lets nothing change, on average."""
    import cv2

    height, width = mask.shape
    scale = min(1.0, _LOOKED_AT / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (before, after, mask)]
    outside = small[2] == 0
    if not outside.any():
        return 0.0
    grey = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in small[:2]]
    return float(np.abs(grey[0] - grey[1])[outside].mean())


def _corner(regions: Sequence[Rect]) -> tuple[int, int]:
    return max(region.right for region in regions), max(region.bottom for region in regions)


def _name(record: VaultRecord, number: int) -> str:
    """``harbour – cut out``, ``harbour – erase, variation 2``."""
    name = record.document
    stem = name[: name.rfind(".")] if 0 < name.rfind(".") >= len(name) - 5 else name or "Result"
    words = f"{stem} – {record.intent.operation.caption.lower()}"
    return words if number == 1 else f"{words}, variation {number}"


def _lower(sentence: str) -> str:
    """``sentence`` behind a colon; a file's name stays as it is written."""
    first, _, rest = sentence.partition(" ")
    return sentence if "." in first else f"{first.lower()} {rest}"
