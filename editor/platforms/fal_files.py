"""FAL's storage: pictures that are too large for a request go there first, and their addresses into the request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from editor.domain.errors import PlatformError, Unavailable
from editor.platforms.addresses import Address
from editor.platforms.fal_errors import NAME
from editor.transport.message import Response, is_safe, origin

STORAGE = "storage_type=fal-cdn-v3"
LIFETIME = json.dumps({"expiration_duration_seconds": 3600})
"""How long the platform is to keep our files and its results: long enough to fetch them, no longer."""

_NOT_OFFERED = frozenset({404, 405})

Send = Callable[..., Awaitable[Response]]
"""``send(key, method, url, **options)``: one small call."""


class Storage:
    """Uploads pictures by the two documented ways. ``rest`` is the service that hands out places and tokens."""

    def __init__(
        self, send: Send, *, rest: Address, refusal: Callable[[Response], PlatformError], deadline: float
    ) -> None:
        self._send = send
        self._rest = rest
        self._refusal = refusal
        self._deadline = deadline

    async def uploaded(
        self, key: str, data: bytes, *, name: str, media_type: str, on_upload: Callable[[float], None]
    ) -> str:
        """The address of ``data`` in the storage: in two steps, by a token where the platform offers no such steps.

        Raises Unavailable, and whatever the platform refuses the account.
        """
        url = self._rest.url(f"storage/upload/initiate?{STORAGE}")
        # The storage's documents know this header for places, that without "preference" for files by token.
        headers = {"x-fal-object-lifecycle-preference": LIFETIME}
        answer = await self._send(
            key, "POST", url, json={"content_type": media_type, "file_name": name}, headers=headers
        )
        if answer.status in _NOT_OFFERED:
            return await self._by_token(key, data, name=name, media_type=media_type, on_upload=on_upload)
        place = self._place(answer, "upload_url", "file_url")
        # The storage's own address carries a signature and never sees the key.
        put = await self._carried("PUT", place["upload_url"], data, {"content-type": media_type}, on_upload)
        if not put.ok:
            raise Unavailable(f"{NAME}'s storage did not take the picture.", status=put.status)
        return place["file_url"]

    async def _by_token(
        self, key: str, data: bytes, *, name: str, media_type: str, on_upload: Callable[[float], None]
    ) -> str:
        """The platform's way for its own client: a token that opens the media host, and one upload there."""
        answer = await self._send(key, "POST", self._rest.url(f"storage/auth/token?{STORAGE}"), json={})
        place = self._place(answer, "base_url")
        token, kind = answer.json_object().get("token"), answer.json_object().get("token_type")
        if not isinstance(token, str) or not isinstance(kind, str):
            raise Unavailable(f"{NAME} gave no token for its storage.", status=answer.status)
        headers = {
            "authorization": f"{kind} {token}",
            "content-type": media_type,
            "x-fal-file-name": name,
            "x-fal-object-lifecycle": LIFETIME,
        }
        stored = await self._carried("POST", f"{place['base_url'].rstrip('/')}/files/upload", data, headers, on_upload)
        return self._place(stored, "access_url")["access_url"]

    async def _carried(
        self, method: str, url: str, data: bytes, headers: dict[str, str], on_upload: Callable[[float], None]
    ) -> Response:
        return await self._send(
            None, method, url, headers=headers, content=data, deadline=self._deadline, on_upload=on_upload
        )

    def _place(self, answer: Response, *names: str) -> dict[str, str]:
        """The addresses of those names in an answer of the storage."""
        if not answer.ok:
            raise self._refusal(answer)
        document: dict[str, Any] = answer.json_object()
        found = {name: str(document.get(name) or "") for name in names}
        if not all(is_safe(url) and origin(url)[1] for url in found.values()):
            raise Unavailable(f"{NAME} did not say where to put the picture.", status=answer.status)
        return found
