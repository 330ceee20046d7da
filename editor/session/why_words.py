"""A decision about the order in words, for the command line and for the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from editor.fallback.budget import Worst
from editor.fallback.ordering import Decision, LinkFacts
from editor.session.estimate import worst_words


def why_lines(decision: Decision, names: Mapping[str, str]) -> Iterator[str]:
    """Who would serve, the order, and two lines a link: what speaks for and against it, and its figures."""
    caption, first = decision.operation.caption, decision.serves
    yield f"{caption}: nobody could serve it now." if first is None else f"{caption}: {names[first]} would serve it."
    yield f"Order: {', '.join(decision.after)} ({decision.strategy.value})."
    for place, link in enumerate(decision.links, 1):
        yield f"{place}. {names[link.platform]}: {link.obstacle or 'can serve.'} {link.reason}"
        yield f"   {figures(link)}"
    if decision.worst_usd is not None and len([link for link in decision.links if not link.obstacle]) > 1:
        worst = worst_words(Worst(usd=decision.worst_usd, is_open=decision.worst_is_open))
        yield f"At worst a result costs {worst}: if every one of them were paid before one serves."


def figures(link: LinkFacts) -> str:
    """What is known of a link, in words: ``about $0.05; 96 % served, 6.2 s in the middle, of 31 edits``."""
    price = "price unknown" if link.price_usd is None else "free" if link.price_usd == 0 else f"${link.price_usd:.3g}"
    if link.success is None:
        return f"{price}; no edits to judge by yet"
    seconds = "" if link.median_seconds is None else f", {link.median_seconds:.1f} s in the middle"
    return f"{price}; {link.success:.0%} served{seconds}, of {link.samples:g} recent edits"
