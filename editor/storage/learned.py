"""What the program found out by itself and uses again at the next start, in one small file."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from editor.domain.errors import InputError
from editor.storage.output_file import OutputFile

log = logging.getLogger(__name__)

DAMAGED_SUFFIX = ".damaged"


class Learned:
    """Words by topic and name in a JSON file at ``path``: ``{topic: {name: word}}``.

    May be used from any thread. Nothing that happens to the file is fatal: a damaged one is set aside, and what cannot
    be written lasts until the program ends; the log tells of both.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._topics: dict[str, dict[str, str]] | None = None

    def get(self, topic: str, name: str) -> str:
        """What was learned of ``name``, or ""."""
        with self._lock:
            return self._known().get(topic, {}).get(name, "")

    def set(self, topic: str, name: str, word: str) -> None:
        """Keep ``word``, on the disk at once; an unchanged one is not written again."""
        with self._lock:
            if self._known().get(topic, {}).get(name) == word:
                return
            # Another run of the program may have learned something in the meantime.
            topics = self._topics = _joined(self._known(), self._read())
            topics.setdefault(topic, {})[name] = word
            self._write(topics)

    def topic(self, name: str) -> Topic:
        """The words of one topic."""
        return Topic(self, name)

    def _known(self) -> dict[str, dict[str, str]]:
        if self._topics is None:
            self._topics = self._read()
        return self._topics

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            document = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            log.warning("What was learned before could not be read: %s", error.strerror)
            return {}
        except (ValueError, RecursionError):
            document = None
        if _is_whole(document):
            topics: dict[str, dict[str, str]] = document
            return topics
        self._set_aside()
        return {}

    def _set_aside(self) -> None:
        aside = self.path.with_name(self.path.name + DAMAGED_SUFFIX)
        try:
            self.path.replace(aside)
        except OSError as error:
            log.warning("“%s” is damaged and could not be set aside: %s", self.path.name, error.strerror)
        else:
            log.warning("“%s” was damaged and is now called “%s”; it is begun anew", self.path.name, aside.name)

    def _write(self, topics: dict[str, dict[str, str]]) -> None:
        text = json.dumps(topics, indent=2, sort_keys=True, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with OutputFile(self.path) as output:
                output.write(text.encode("utf-8") + b"\n")
                output.commit()
        except (OSError, InputError) as error:
            log.warning("What was learned could not be kept for the next start: %s", error)


@dataclass(frozen=True, slots=True)
class Topic:
    """The words of one topic of ``learned``, by name."""

    learned: Learned
    topic: str

    def get(self, name: str) -> str:
        """What was learned of ``name``, or ""."""
        return self.learned.get(self.topic, name)

    def set(self, name: str, word: str) -> None:
        """Keep ``word``, on the disk at once."""
        self.learned.set(self.topic, name, word)


def _is_whole(document: object) -> bool:
    return isinstance(document, dict) and all(
        isinstance(words, dict) and all(isinstance(word, str) for word in words.values()) for words in document.values()
    )


def _joined(known: dict[str, dict[str, str]], newer: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {topic: {**known.get(topic, {}), **newer.get(topic, {})} for topic in {**known, **newer}}
