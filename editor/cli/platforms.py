"""``image-editor platforms``: who could serve, and why not."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from dataclasses import asdict

from editor.cli.main import DONE, Surroundings, answer
from editor.domain.status import KeySource, PlatformStatus
from editor.session import Session

_KEY_WORDS = {
    KeySource.ENVIRONMENT: "key from the environment",
    KeySource.KEYRING: "key from the keyring",
    KeySource.SESSION: "key for this session",
    KeySource.NOT_NEEDED: "needs no key",
}


def list_platforms(options: Namespace, surroundings: Surroundings) -> int:
    """Print one line a platform, or JSON."""
    session = surroundings.make_session(environment=surroundings.environment)
    statuses = asyncio.run(_statuses(session))
    if options.json:
        answer(json.dumps([asdict(status) for status in statuses], ensure_ascii=False, indent=2))
        return DONE
    for status in statuses:
        answer(f"{status.platform:<10} {status.words:<16} {status.model:<28} {_key_words(status)}")
    return DONE


async def _statuses(session: Session) -> tuple[PlatformStatus, ...]:
    try:
        await session.warm_up()
        return session.platform_statuses()
    finally:
        await session.close()


def _key_words(status: PlatformStatus) -> str:
    words = _KEY_WORDS.get(status.key_source)
    if words is None:
        words = f"set {status.key_variables[0]} or run “image-editor keys set {status.platform}”"
    return f"{words}; at {status.address}" if status.address else words
