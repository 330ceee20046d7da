"""Platforms from other packages, and the models of the user's own: found, checked, and joined to the built-in ones.

A package names its platform under the entry-point group ``image_editor.platforms``. Whatever is wrong with one, or with
the user's file, is said in a sentence and leaves the rest of the program as it is.
"""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

from editor.domain.errors import InputError
from editor.domain.kinds import Operation
from editor.platforms.base import Platform
from editor.platforms.catalogue import Catalogue, own_text, tables_in
from editor.platforms.parts import PlatformParts

log = logging.getLogger(__name__)

GROUP = "image_editor.platforms"

Maker = Callable[[PlatformParts], Platform]
"""An adapter's class, which is called with its parts."""
Tables = dict[str, dict[str, Any]]

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A platform's class from another package, with its tables of the catalogue; ``source`` names it in sentences."""

    kind: type[Platform]
    tables: Tables
    source: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that can serve besides this computer: the plug-ins, the catalogue of all, and what was left out."""

    plug_ins: tuple[PlugIn, ...]
    catalogue: Catalogue
    notices: tuple[str, ...]

    def made(self, parts: PlatformParts) -> tuple[tuple[Platform, ...], tuple[str, ...]]:
        """The plug-ins' adapters, and all notices: a plug-in that cannot be made is left out too."""
        made: list[Platform] = []
        notices = list(self.notices)
        for plug_in in self.plug_ins:
            try:
                made.append(_made(plug_in.kind, parts))
            except Exception as error:  # noqa: BLE001 - foreign code; the sentence names the fault
                notices.append(_left_out(plug_in.source, _reason(error), error))
        return tuple(made), tuple(notices)


class _Wrong(Exception):
    """What is wrong with a plug-in, as the end of a sentence."""


def gather(*, user_models: Path | None = None, found: Iterable[EntryPoint] | None = None) -> Gathered:
    """Find the plug-ins and read the user's own models.

    ``user_models`` is the path of a ``models.toml``, which need not be there; ``found`` replaces the entry points of
    the installed packages. Never raises for what others wrote.
    """
    own = tables_in(own_text())
    points = entry_points(group=GROUP) if found is None else found
    notices: list[str] = []
    plug_ins = tuple(_plug_ins(points, taken=set(own), notices=notices))
    documents: list[Tables] = [own, *(plug_in.tables for plug_in in plug_ins)]
    catalogue = Catalogue.of(*documents)
    if user_models is not None:
        catalogue = _with_user_models(user_models, documents, catalogue, notices)
    return Gathered(plug_ins, catalogue, tuple(notices))


# --- plug-ins


def _made(kind: type[Platform], parts: PlatformParts) -> Platform:
    """An adapter that has shown that it can be listed: what the panel asks of it is asked once here."""
    adapter = cast(Maker, kind)(parts)
    for operation in Operation:
        adapter.model(operation)
        adapter.models(operation)
    return adapter


def _plug_ins(points: Iterable[EntryPoint], *, taken: set[str], notices: list[str]) -> Iterator[PlugIn]:
    # Sorted, so that the order of the chain does not depend on that of the installation.
    for point in sorted(points, key=lambda one: (one.name, one.value)):
        source = _source(point)
        try:
            kind = _kind(point.load())
            plug_in = PlugIn(kind, _tables(kind, taken), source)
        except _Wrong as wrong:
            notices.append(_left_out(source, str(wrong), wrong))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code; the sentence names the fault
            notices.append(_left_out(source, _reason(error), error))
        else:
            taken.add(kind.id)
            yield plug_in


def _kind(loaded: Any) -> type[Platform]:
    """``loaded`` once it is sure that the program can use it; raises _Wrong."""
    if not (inspect.isclass(loaded) and issubclass(loaded, Platform)):
        raise _Wrong("it names no subclass of Platform")
    if inspect.isabstract(loaded):
        missing = ", ".join(sorted(loaded.__abstractmethods__))
        raise _Wrong(f"its class lacks {missing}")
    for name in ("id", "name", "error_prefix"):
        value = getattr(loaded, name, None)
        if not isinstance(value, str) or not value:
            raise _Wrong(f"its class has no “{name}”")
    if not _ID.fullmatch(loaded.id):
        raise _Wrong("its id is not of small letters, digits and hyphens")
    variables: object = loaded.key_variables
    if not isinstance(variables, tuple) or not all(isinstance(one, str) and one for one in variables):
        raise _Wrong("its “key_variables” are no tuple of names")
    if loaded.needs_key and not variables:
        raise _Wrong("it needs a key and names no variable for it")
    return loaded


def _tables(kind: type[Platform], taken: Collection[str]) -> Tables:
    """The plug-in's own tables; raises _Wrong, or InputError for what is wrong inside them."""
    if kind.id in taken:
        raise _Wrong(f"the id “{kind.id}” is taken")
    tables = tables_in(kind.catalogue_text())
    if set(tables) != {kind.id}:
        raise _Wrong(f"its catalogue must have the table [{kind.id}] and no other platform’s")
    Catalogue.of(tables)
    return tables


def _source(point: EntryPoint) -> str:
    package = point.dist
    return f"“{point.name}”" if package is None else f"“{point.name}” of {package.name} {package.version}"


def _reason(error: BaseException) -> str:
    if isinstance(error, InputError):
        return error.message.rstrip(".")
    first = next(iter(str(error).splitlines()), "")
    words = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}…"


def _left_out(source: str, reason: str, error: BaseException) -> str:
    notice = f"The plug-in {source} was left out: {reason}."
    log.warning("%s", notice)
    log.debug("The plug-in %s", source, exc_info=error)
    return notice


# --- the user's own models


def _with_user_models(path: Path, documents: Sequence[Tables], catalogue: Catalogue, notices: list[str]) -> Catalogue:
    """``catalogue`` with the user's own models; as it is where their file cannot be used, which ``notices`` say."""
    try:
        added = tables_in(path.read_text("utf-8"))
        unknown = [name for name in added if name not in catalogue.platforms]
        known = {name: table for name, table in added.items() if name in catalogue.platforms}
        merged = Catalogue.of(*documents, known)
    except FileNotFoundError:
        return catalogue
    except (OSError, ValueError, InputError) as error:
        reason = error.message if isinstance(error, InputError) else f"It cannot be read as text ({_reason(error)})."
        notices.append(_said(f"Your models in “{path.name}” were left out. {reason}"))
        return catalogue
    if unknown:
        names = ", ".join(unknown)
        notices.append(_said(f"“{path.name}” names platforms that are not here, which were left out: {names}."))
    return merged


def _said(notice: str) -> str:
    log.warning("%s", notice)
    return notice
