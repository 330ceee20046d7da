"""``image-editor models list|install|remove``: the engine's own models on this computer."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from editor.cli.interruption import cancelled_on_request
from editor.cli.main import DONE, Surroundings, answer, complain
from editor.cli.progress import ProgressLine
from editor.domain.errors import InputError
from editor.session import Session
from editor.session.model_downloads import ModelDownloads
from editor.session.model_offer import ModelOffer, size_words

_HEADINGS = ("NAME", "STATE", "SIZE", "LICENCE", "SERVES", "WHAT FOR")


def add_model_actions(models: argparse.ArgumentParser) -> None:
    """The words behind ``models`` that are about this computer."""
    actions = models.add_subparsers(dest="action", metavar="[list|install|remove]")
    listing = actions.add_parser("list", help="the models of this computer’s own engine")
    listing.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="as JSON on stdout")
    install = actions.add_parser("install", help="fetch models for that engine; without NAME the small ones")
    install.add_argument("names", nargs="*", metavar="NAME")
    install.add_argument("--yes", action="store_true", help="agree to sizes and licences without being asked")
    install.add_argument("--mirror", metavar="ADDRESS", help="fetch NAME.onnx from there, now and later; '' for none")
    remove = actions.add_parser("remove", help="delete models that were fetched")
    remove.add_argument("names", nargs="+", metavar="NAME")


def run_models(options: Namespace, surroundings: Surroundings) -> int:
    """Carry out one of the three actions and return its exit code."""
    session = surroundings.make_session(environment=surroundings.environment)
    asyncio.run(_closing(session, options))
    return DONE


async def _closing(session: Session, options: Namespace) -> None:
    try:
        downloads = session.model_downloads
        if downloads is None:
            raise InputError("This session keeps no models.")
        if options.action == "list":
            _print(downloads.offers(), as_json=options.json)
        elif options.action == "install":
            with cancelled_on_request():
                await _install(downloads, options)
        else:
            await _remove(downloads, options.names)
    finally:
        await session.close()


async def _install(downloads: ModelDownloads, options: Namespace) -> None:
    if options.mirror is not None:
        downloads.mirror = options.mirror
    named = [downloads.offer(name) for name in options.names] or [one for one in downloads.offers() if one.head.small]
    wanted = [offer for offer in dict.fromkeys(named) if not offer.is_here]
    for offer in named:
        if offer.is_here:
            answer(f"{offer.name} is there already ({offer.state}).")
    _require_consent(downloads, [offer for offer in wanted if not downloads.agreed(offer)], yes=options.yes)
    for offer in wanted:
        downloads.agree(offer)
        line = ProgressLine(sys.stderr)

        def tell(share: float | None, line: ProgressLine = line, name: str = offer.name) -> None:
            line.tell(f"{name}: fetching" if share is None else f"{name}: {share:.0%}")

        try:
            done = await downloads.install(offer.name, tell)
        finally:
            line.clear()
        answer(f"Installed {offer.name}: {size_words(done)}.")


async def _remove(downloads: ModelDownloads, names: Sequence[str]) -> None:
    for offer in dict.fromkeys(downloads.offer(name) for name in names):
        if not offer.is_here and not offer.begun:
            answer(f"{offer.name} is not there.")
            continue
        await downloads.remove(offer.name)
        answer(f"Deleted {offer.name}: {size_words(offer)}.")


def _require_consent(downloads: ModelDownloads, offers: Sequence[ModelOffer], *, yes: bool) -> None:
    """Show what is to be fetched, and ask. Raises InputError where the user does not agree, or cannot be asked."""
    if not offers:
        return
    for offer in offers:
        terms = f"{offer.title} ({offer.serves}): {size_words(offer)}, {offer.licence}."
        complain(f"{terms} {offer.improves} {offer.remark}".rstrip())
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError("Nothing was fetched. Add “--yes” to agree to these sizes and licences.")
    sys.stderr.write("Fetch? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise InputError("Nothing was fetched.")


def _print(offers: Sequence[ModelOffer], *, as_json: bool) -> None:
    if as_json:
        answer(json.dumps([_facts(offer) for offer in offers], ensure_ascii=False, indent=2))
        return
    rows = [_HEADINGS, *(_row(offer) for offer in offers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    for row in rows:
        answer("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(offer: ModelOffer) -> tuple[str, ...]:
    return (offer.name, offer.state, size_words(offer), offer.licence, offer.serves, f"{offer.improves} {offer.remark}")


def _facts(offer: ModelOffer) -> dict[str, Any]:
    return {
        "name": offer.name,
        "title": offer.title,
        "state": offer.state.value,
        "bytes": offer.bytes,
        "download_bytes": offer.download_bytes,
        "licence": offer.licence,
        "remark": offer.remark,
        "serves": offer.serves,
        "improves": offer.improves,
        "peak_megabytes": offer.head.peak_megabytes,
        "files": [{"name": model.name, "bytes": model.bytes, "sha256": model.sha256} for model in offer.files],
        "hindrance": offer.hindrance,
    }
