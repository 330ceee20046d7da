"""``image-editor keys set|test|delete PLATFORM``. A key is never an argument: other users can read those."""

from __future__ import annotations

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Coroutine
from typing import Any

from editor.cli.main import ALL_FAILED, BAD_INPUT, DONE, Surroundings, answer, complain
from editor.domain.errors import InputError, KeyringUnavailable, MissingKey, PlatformError
from editor.domain.status import KeySource
from editor.session import Session


def run_keys(options: Namespace, surroundings: Surroundings) -> int:
    """Carry out one of the three actions and return its exit code."""
    session = surroundings.make_session(environment=surroundings.environment)
    actions = {"set": _set, "test": _test, "delete": _delete}
    session.keys.require(options.platform)
    key = _read_key(options.platform) if options.action == "set" else ""
    return asyncio.run(_closing(session, actions[options.action](session, options.platform, key)))


async def _closing(session: Session, action: Coroutine[Any, Any, int]) -> int:
    try:
        return await action
    finally:
        await session.close()


def _read_key(platform: str) -> str:
    try:
        if sys.stdin is not None and sys.stdin.isatty():
            key = getpass.getpass(f"Key for {platform}: ")
        else:
            key = sys.stdin.readline() if sys.stdin is not None else ""
    except EOFError:
        key = ""
    except (OSError, UnicodeDecodeError):
        # From None: the text of a decoding error quotes what was read.
        raise InputError("What was given could not be read as text. Copy the key again and pipe it in.") from None
    key = key.strip()
    if not key:
        raise InputError("No key was given. Type it at the prompt, or pipe it into this command.")
    return key


async def _set(session: Session, platform: str, key: str) -> int:
    source = await session.keys.set(platform, key)
    variable = session.services.platforms[platform].key_variables[0]
    if source is KeySource.KEYRING:
        answer(f"The key for {platform} is kept in the keyring.{_overruled(session, platform)}")
        return DONE
    raise KeyringUnavailable(f"No keyring works here, so the key could not be kept. Set {variable} instead.")


def _overruled(session: Session, platform: str) -> str:
    """A further sentence where the environment has a key for ``platform`` as well."""
    if session.services.keys.known(platform) is not KeySource.ENVIRONMENT:
        return ""
    return " The environment holds one too, which goes first while it is set."


async def _test(session: Session, platform: str, _: str) -> int:
    try:
        answer(await session.keys.test(platform))
    except MissingKey as error:
        complain(error.message)
        return BAD_INPUT
    except PlatformError as error:
        complain(error.message)
        return ALL_FAILED
    return DONE


async def _delete(session: Session, platform: str, _: str) -> int:
    if await session.keys.delete(platform):
        answer(f"The key for {platform} was deleted from the keyring.")
    else:
        answer(f"There was no key for {platform} in the keyring.")
    return DONE
