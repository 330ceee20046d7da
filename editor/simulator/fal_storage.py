"""FAL's file storage: media with a lifetime, uploads in two steps and by a token."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from editor.simulator import fal_errors as errors
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, json_answer, new_id

LIFETIME_SECONDS = 7 * 24 * 3600.0
"""How long a file stays by default, at the least."""
_STORAGE_TYPES = frozenset({"fal-cdn-v3", "gcs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A stored file; ``end`` is when it expires on the storage's clock."""

    data: bytes
    kind: str
    end: float
    script: Script = Script.OK


class Storage:
    """``rest.fal.ai/storage`` and the media host, both at ``origin()``; ``clock`` tells seconds."""

    def __init__(self, origin: Callable[[], str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._origin = origin
        self.clock = clock
        self._lock = threading.Lock()
        self._media: dict[str, Media] = {}
        self._announced: dict[str, tuple[str, float]] = {}
        self._token = new_id()

    def keep(self, data: bytes, *, kind: str, name: str, seconds: float | None, script: Script = Script.OK) -> str:
        """Store ``data`` for ``seconds`` (None is the default) and return its address."""
        place = f"files/{new_id()}/{name}"
        self._put(place, data, kind=kind, seconds=seconds, script=script)
        return f"{self._origin()}/{place}"

    def fetch(self, address: str) -> bytes | None:
        """What the platform's models reach: files of this storage that have not expired."""
        start = f"{self._origin()}/"
        found = self._living(address.removeprefix(start)) if address.startswith(start) else None
        return None if found is None else found.data

    def serve_keyless(self, request: Request, path: str) -> Answer | None:
        """Downloads, announced uploads and uploads by token; None for any other request."""
        match request.method, path.split("/")[0]:
            case "GET", "files":
                return self._download(path)
            case "PUT", "upload":
                return self._store_announced(request, path.removeprefix("upload/"))
            case "POST", "files" if path == "files/upload":
                return self._store_by_token(request)
        return None

    def serve(self, request: Request, path: str, body: Mapping[str, Any] | None) -> Answer:
        """What needs the key: announcing an upload, asking for a token."""
        if request.method != "POST" or body is None:
            return errors.plain(405 if request.method != "POST" else 400, "A POST with a JSON object is expected")
        if request.query.get("storage_type") not in _STORAGE_TYPES:
            return errors.plain(422, "storage_type must be fal-cdn-v3 or gcs")
        if path == "storage/auth/token":
            expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            token = {"token": self._token, "token_type": "Bearer", "base_url": self._origin(), "expires_at": expires}
            return json_answer(200, token)
        if path == "storage/upload/initiate":
            return self._announce(request, body)
        return errors.plain(404, f"Path /{path} not found")

    def _announce(self, request: Request, body: Mapping[str, Any]) -> Answer:
        name, kind = body.get("file_name"), body.get("content_type")
        if not isinstance(name, str) or not isinstance(kind, str):
            return errors.plain(422, "content_type and file_name are required")
        place = f"{new_id()}/{name}"
        seconds = lifetime(request.headers.get("x-fal-object-lifecycle-preference"))
        with self._lock:
            self._announced[place] = kind, LIFETIME_SECONDS if seconds is None else seconds
        upload, file = f"{self._origin()}/upload/{place}", f"{self._origin()}/files/{place}"
        return json_answer(200, {"upload_url": upload, "file_url": file})

    def _store_announced(self, request: Request, place: str) -> Answer:
        with self._lock:
            kind, seconds = self._announced.pop(place, ("", 0.0))
        if not kind or request.headers.get("content-type") != kind:
            return Answer(status=403)
        self._put(f"files/{place}", request.body, kind=kind, seconds=seconds)
        request.notes["content"] = f"{kind}, {len(request.body)} bytes"
        return Answer(status=200)

    def _store_by_token(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return errors.plain(401, "Invalid token")
        name = request.headers.get("x-fal-file-name", "file")
        kind = request.headers.get("content-type", "application/octet-stream")
        request.notes["content"] = f"{kind}, {len(request.body)} bytes"
        seconds = lifetime(request.headers.get("x-fal-object-lifecycle"))
        return json_answer(200, {"access_url": self.keep(request.body, kind=kind, name=name, seconds=seconds)})

    def _download(self, path: str) -> Answer:
        found = self._living(path)
        if found is None:
            return Answer(status=404)
        delivery = DELIVERIES.get(found.script, Delivery.WHOLE)
        return Answer(body=found.data, headers={"content-type": found.kind}, delivery=delivery)

    def _put(self, place: str, data: bytes, *, kind: str, seconds: float | None, script: Script = Script.OK) -> None:
        end = self.clock() + (LIFETIME_SECONDS if seconds is None else seconds)
        with self._lock:
            self._media[place] = Media(data=data, kind=kind, end=end, script=script)

    def _living(self, place: str) -> Media | None:
        with self._lock:
            found = self._media.get(place)
        return found if found is not None and self.clock() < found.end else None


def lifetime(preference: str | None) -> float | None:
    """The seconds that a header for the lifetime of files names; None for the default."""
    try:
        document = json.loads(preference or "{}")
    except ValueError:
        return None
    seconds = document.get("expiration_duration_seconds") if isinstance(document, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) else None
