"""Replicate's file service: pictures uploaded to be named as inputs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from editor.simulator import replicate_errors as errors
from editor.simulator.connection import Answer, Request
from editor.simulator.multipart import MalformedFormError, Part, parse_form
from editor.simulator.server import json_answer, new_id

LARGEST_FILE = 100 * 10**6
LONGEST_NAME = 255
LIFETIME = timedelta(hours=1)

_FIELDS = frozenset({"content", "metadata", "filename", "type"})


class FileStore:
    """The files of one account; ``address`` is that of the service."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._files: dict[str, tuple[dict[str, Any], bytes]] = {}

    def __len__(self) -> int:
        return len(self._files)

    def fetch(self, address: str) -> bytes | None:
        """The bytes that a file's own address stands for, as only the platform itself can read them."""
        with self._lock:
            stored = self._files.get(address.removeprefix(f"{self._address}/"))
        return None if stored is None else stored[1]

    def serve(self, request: Request, method: str, rest: list[str]) -> Answer:
        """Answer ``/files`` and ``/files/{id}``; a GET shows the record, never the bytes."""
        if method == "POST" and not rest:
            return self._upload(request)
        with self._lock:
            if method == "GET" and not rest:
                results = [document for document, _ in reversed(self._files.values())]
                return json_answer(200, {"next": None, "previous": None, "results": results})
            stored = self._files.get(rest[0]) if len(rest) == 1 else None
            if stored is None or method not in {"GET", "DELETE"}:
                return errors.file_not_found()
            if method == "DELETE":
                del self._files[rest[0]]
                return Answer(status=204)
        return json_answer(200, stored[0])

    def _upload(self, request: Request) -> Answer:
        try:
            parts = {part.name: part for part in parse_form(request.headers.get("content-type", ""), request.body)}
            metadata = json.loads(parts["metadata"].text) if "metadata" in parts else {}
        except (MalformedFormError, json.JSONDecodeError) as malformed:
            return errors.bad_request(str(malformed))
        content = parts.get("content")
        if content is None or not set(parts) <= _FIELDS:
            return errors.bad_request("content is required; metadata, filename and type are optional")
        if len(content.data) >= LARGEST_FILE:
            return errors.file_too_large()
        name = parts["filename"].text if "filename" in parts else content.filename
        if not name or len(name.encode()) > LONGEST_NAME:
            return errors.bad_request("filename is required and has at most 255 bytes")
        document = self._document(parts, content, name=name, metadata=metadata)
        request.notes["content"] = f"{document['content_type']}, {len(content.data)} bytes"
        with self._lock:
            self._files[document["id"]] = (document, content.data)
        return json_answer(201, document)

    def _document(self, parts: Mapping[str, Part], content: Part, *, name: str, metadata: Any) -> dict[str, Any]:
        now, identifier = datetime.now(UTC), new_id(26)
        digest = hashlib.md5(content.data, usedforsecurity=False).hexdigest()
        kind = parts["type"].text if "type" in parts else content.media_type
        return {
            "id": identifier,
            "name": name,
            "content_type": kind or "application/octet-stream",
            "size": len(content.data),
            "etag": digest,
            "checksums": {"sha256": hashlib.sha256(content.data).hexdigest(), "md5": digest},
            "metadata": metadata,
            "created_at": now.isoformat().replace("+00:00", "Z"),
            "expires_at": (now + LIFETIME).isoformat().replace("+00:00", "Z"),
            "urls": {"get": f"{self._address}/{identifier}"},
        }
