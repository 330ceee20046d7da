"""A platform's own words made fit to show or to log: without keys, pictures, addresses, markup, or what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from editor.transport.redaction import redact

_SIGN = "[removed]"
_LONGEST_MESSAGE = 300
_LONGEST_WORDS = 200
_RUN = 3
"""So many words of a prompt in a row are a piece of it, not chance."""

_ADDRESS = re.compile(r"\bhttps?://(?:[^\s/@\"'<>]*@)?([\w.-]+)[^\s\"'<>]*", re.IGNORECASE)
_PICTURE = re.compile(r"\bdata:[^\s\"'<>]{8,}", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_WORD = re.compile(r"[A-Za-z0-9_]+|\w")
_QUOTED = re.compile(r"(['\"`‘“])([^'\"`‘’“”]{1,200})(['\"`’”])")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")
_NO_PROSE = re.compile(r"[{}<>\[\]\\|]|Traceback|File \"")


def cleaned(text: str, *keys: str | None, sent: Iterable[str] = ()) -> str:
    """``text`` on one line without ``keys``, pictures, markup, paths of addresses and pieces of ``sent``.

    ``sent`` are the texts that went out with the request: a platform may repeat them, whole or in part, in other
    letter case, or with other spacing.
    """
    text = redact(_PICTURE.sub(_SIGN, text), *keys)
    text = _ADDRESS.sub(lambda match: match.group(1), _TAG.sub(" ", text))
    text = _without(text, list(sent))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def sentence(start: str, words: str) -> str:
    """``start``, then ``words`` after a colon, ended by a full stop; ``start`` alone where ``words`` are no prose.

    Of several sentences only the first is kept; the result has at most 300 characters.
    """
    words = words.replace(_SIGN, "…").strip()
    first = _SENTENCE_END.split(words, maxsplit=1)[0]
    if _NO_PROSE.search(first) or not re.search(r"[^\W\d_]{2}", first):
        return _ended(start)
    room = min(_LONGEST_WORDS, _LONGEST_MESSAGE - len(start) - 4)
    if len(first) > room:
        first = first[:room].rpartition(" ")[0] or first[:room]
        first = first.rstrip(" ,;:-") + "…"
    return _ended(f"{start}: {first}")


def _ended(text: str) -> str:
    return text.rstrip(" .,;:!?-") + "."


def _without(text: str, sent: list[str]) -> str:
    forms = [form for piece in sent if piece for form in (piece, json.dumps(piece), repr(piece))]
    lists = [[word.casefold() for word in _WORD.findall(form)] for form in forms]
    known = {word for words in lists for word in words}
    if not known:
        return text
    text = _QUOTED.sub(lambda match: _SIGN if _all_known(match.group(2), known) else match.group(0), text)
    for length in {min(_RUN, len(words)) for words in lists if words}:
        runs = {run for words in lists if min(_RUN, len(words)) == length for run in _runs(words, length)}
        text = _without_runs(text, runs, length)
    return text


def _all_known(text: str, known: set[str]) -> bool:
    words = [word.casefold() for word in _WORD.findall(text)]
    return bool(words) and known.issuperset(words)


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


def _without_runs(text: str, runs: set[tuple[str, ...]], length: int) -> str:
    """``text`` with every stretch of words that is made of ``runs`` taken out."""
    found = list(_WORD.finditer(text))
    words = [match.group().casefold() for match in found]
    pieces: list[str] = []
    kept_from = 0
    end = -1
    for start, run in enumerate(_runs(words, length)):
        if run not in runs:
            continue
        if start > end:
            pieces += [text[kept_from : found[start].start()], _SIGN]
        end = start + length - 1
        kept_from = found[end].end()
    return "".join([*pieces, text[kept_from:]])
