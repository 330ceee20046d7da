"""What the window says about the engine's models. Knows no widget."""

from __future__ import annotations

from urllib.parse import urlsplit

from editor.session.model_offer import ModelOffer, ModelState, megabytes, size_words

PURPOSE = (
    "With these the engine on this computer does some edits better. It uses what is here by itself; without them it "
    "takes its classical methods. No picture leaves this computer for it."
)
EMPTY = "There are no models for this computer."
LOCAL_ONLY = "“Local only” is on: nothing can be fetched until it is switched off."
MIRROR_HINT = "https://… – fetches NAME.onnx from there instead"


def state_words(offer: ModelOffer) -> str:
    """``Installed``, or how much of it is here already."""
    if offer.state is ModelState.ABSENT and offer.begun:
        return f"Not installed; {megabytes(offer.begun)} of it are here"
    return offer.state.capitalize()


def facts_words(offer: ModelOffer) -> str:
    """Size, licence, what the licence does not tell, and memory: ``92.6 MB · Apache-2.0 · …``."""
    parts = [size_words(offer), offer.licence]
    peak = offer.head.peak_megabytes
    if peak is not None and peak >= 1000:
        parts.append(f"takes up to {peak / 1000:g} GB of memory")
    if offer.remark:
        parts.append(offer.remark.rstrip("."))
    return " · ".join(parts)


def question_words(offer: ModelOffer, mirror: str) -> tuple[str, str]:
    """What is asked before a model is fetched for the first time, and what it means."""
    source = urlsplit(mirror).hostname or offer.source
    terms = f"{size_words(offer)} from {source}. Licence: {offer.licence}. {offer.remark}".rstrip()
    return f"Fetch {offer.title}?", f"{terms}\n\nIt is checked when it has come, and stays here until you delete it."


def progress_words(offer: ModelOffer, share: float | None) -> str:
    """``Being fetched: 31.2 of 92.6 MB``."""
    if share is None:
        return "Being fetched"
    return f"Being fetched: {megabytes(int(share * offer.bytes)).removesuffix(' MB')} of {megabytes(offer.bytes)}"


def installed_words(offer: ModelOffer) -> str:
    """Said when a model has come."""
    return f"{offer.title} is installed; edits use it from now on."
