"""Receipts inside a picture's XMP, with the word by which others see that a picture was edited and how.

The word is IPTC's digital source type (IPTC Photo Metadata Standard, "Digital Source Type"; the vocabulary
http://cv.iptc.org/newscodes/digitalsourcetype/ of October 2024): ``compositeWithTrainedAlgorithmicMedia`` is what was
changed with a generative model, inpainting and outpainting among it; ``humanEdits`` what a person changed with tools
that are not generative; ``algorithmicallyEnhanced`` what an algorithm changed without changing the main content.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from editor.domain.errors import InputError
from editor.domain.kinds import Operation, Way
from editor.domain.metadata import Metadata
from editor.domain.receipt import NO_RECEIPT, Receipt
from editor.storage.xmp import Property, UnreadableXmp, XmpPacket

NAMESPACE = "urn:x-image-editor:receipts:1.0#"
"""Of this program's own properties."""
RECEIPTS: Property = (NAMESPACE, "Receipts")
"""An ordered array of receipts, each as JSON, the oldest edit first."""
SOURCE_TYPE: Property = ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType")

_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATIVE = f"{_VOCABULARY}compositeWithTrainedAlgorithmicMedia"
BY_HAND = f"{_VOCABULARY}humanEdits"
ENHANCED = f"{_VOCABULARY}algorithmicallyEnhanced"

_STRENGTHS = (ENHANCED, BY_HAND, GENERATIVE)
_UNTRAINED_METHODS = frozenset(
    (
        *("PatchMatch", "Navier–Stokes", "shift map", "mirror image"),
        *("Lanczos", "Lanczos + back-projection", "smoothing + Lanczos"),
    )
)
"""How this computer works from the picture itself, by methods that nothing was ever trained on."""
_CONTENT_STAYS = (Operation.UPSCALE, Operation.REMOVE_BACKGROUND)
_CAPTURED = tuple(
    f"{_VOCABULARY}{word}"
    for word in ("digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "minorHumanEdits")
)
"""Of pictures straight from life: what an edit adds says more."""
_ALREADY_GENERATIVE = tuple(f"{_VOCABULARY}{word}" for word in ("trainedAlgorithmicMedia", "compositeSynthetic"))
_PREFIX, _EXTENSION_PREFIX = "imageEditor", "Iptc4xmpExt"


def telling(metadata: Metadata, receipts: Sequence[Receipt]) -> tuple[Metadata, tuple[str, ...]]:
    """``metadata`` with ``receipts`` in its XMP, and sentences about what was lost by that."""
    xmp, notes = with_receipts(metadata.xmp, receipts)
    return replace(metadata, xmp=xmp), notes


def with_receipts(xmp: bytes | None, receipts: Sequence[Receipt]) -> tuple[bytes | None, tuple[str, ...]]:
    """``xmp`` with ``receipts`` behind those it holds already and the digital source type that follows from them, and
    sentences about what was lost: a packet that cannot be read is replaced. All other properties stay."""
    if not receipts:
        return xmp, ()
    notes: tuple[str, ...] = ()
    try:
        packet = XmpPacket(xmp)
    except UnreadableXmp:
        packet, notes = XmpPacket(), ("The XMP data could not be read; the receipt took its place.",)
    texts = dict.fromkeys((*packet.items(RECEIPTS), *(_json(receipt) for receipt in receipts)))
    packet.set_items(RECEIPTS, tuple(texts), prefix=_PREFIX)
    source_type = stronger_source_type(packet.value(SOURCE_TYPE), receipts)
    if source_type:
        packet.set_value(SOURCE_TYPE, source_type, prefix=_EXTENSION_PREFIX)
    return packet.as_bytes(), notes


def untold(metadata: Metadata) -> Metadata:
    """``metadata`` without the receipts that it came with; what it says of the picture’s source stays."""
    if not holds_receipts(metadata):
        return metadata
    try:
        packet = XmpPacket(metadata.xmp)
    except UnreadableXmp:
        return replace(metadata, xmp=None)
    packet.remove(lambda key: key[0] == NAMESPACE)
    return replace(metadata, xmp=None if packet.empty else packet.as_bytes())


def holds_receipts(metadata: Metadata) -> bool:
    """Whether ``metadata`` brought receipts along from the file it was read from."""
    return metadata.xmp is not None and NAMESPACE.encode() in metadata.xmp


def receipts_in(xmp: bytes | None) -> tuple[Receipt, ...]:
    """The receipts that ``xmp`` holds, the oldest edit first. Raises InputError where one is damaged."""
    if not xmp or NAMESPACE.encode() not in xmp:
        return ()
    try:
        return tuple(Receipt.from_dict(json.loads(text)) for text in XmpPacket(xmp).items(RECEIPTS))
    except (UnreadableXmp, json.JSONDecodeError, RecursionError) as error:
        raise InputError(NO_RECEIPT, detail=f"{type(error).__name__}: {error}") from error


def stronger_source_type(old: str | None, receipts: Sequence[Receipt]) -> str | None:
    """The digital source type of a picture that had ``old`` after the edits of ``receipts``; what was said of it is
    never weakened."""
    found = [source_type for receipt in receipts if (source_type := source_type_of(receipt))]
    if not found or old in _ALREADY_GENERATIVE:
        return old
    new = max(found, key=_STRENGTHS.index)
    if old is None or old in _CAPTURED or new == GENERATIVE:
        return new
    return max(old, new, key=_STRENGTHS.index) if old in _STRENGTHS else old


def source_type_of(receipt: Receipt) -> str | None:
    """What an edit made of the picture; None where it failed."""
    if receipt.served_by is None:
        return None
    if receipt.way is Way.CUT_OUT:
        return ENHANCED
    if receipt.served_by.platform == "local":
        # Here a new background is the user's own color or picture; a network only finds the subject.
        given = receipt.operation is Operation.REPLACE_BACKGROUND
        if given or receipt.served_by.model in _UNTRAINED_METHODS:
            return ENHANCED if receipt.operation in _CONTENT_STAYS else BY_HAND
    return GENERATIVE


def _json(receipt: Receipt) -> str:
    # In ASCII: XML has no place for some characters that a message may hold.
    return json.dumps(receipt.embedded().as_dict(), separators=(",", ":"))
