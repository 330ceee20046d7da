"""Pictures on their way to a model of Replicate: inside the order, or through the platform's file service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from editor.domain.errors import Unavailable
from editor.domain.kinds import Phase
from editor.platforms.encoding import data_address
from editor.platforms.errand import Errand
from editor.platforms.orders.order import Order, SentPicture
from editor.platforms.replicate_line import Line
from editor.transport.message import Part, is_safe


class FileService:
    """``POST /files`` and ``DELETE /files/{id}``. What is uploaded lives for an hour or a day, by what is documented
    where; so every edit uploads its own and deletes it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def values(self, errand: Errand, order: Order, *, inline: bool) -> dict[str, Any]:
        """The model's whole input, with every picture's address; small ones stay inside even where others do not."""
        values: dict[str, Any] = dict(order.values)
        errand.say(Phase.UPLOADING)
        for number, picture in enumerate(order.pictures):
            if inline or len(picture.data) < self._line.entry.inline_bytes // 4:
                address = data_address(picture.data, picture.media_type)
            else:
                before = sum(len(sent.data) for sent in order.pictures[:number])
                told = partial(_tell, errand, before=before, length=len(picture.data), total=order.total_bytes)
                address = await self._uploaded(errand, picture, told)
            values[picture.field] = [address] if picture.listed else address
        return values

    async def delete(self, errand: Errand) -> None:
        """Delete what was uploaded for ``errand``; that something has gone already is no failure."""
        while errand.uploads:
            upload = quote(errand.uploads.pop(), safe="")
            await self._line.call(errand.key, "DELETE", self._line.address.url(f"files/{upload}"))

    async def _uploaded(self, errand: Errand, picture: SentPicture, told: Callable[[float], None]) -> str:
        """The service's address of the picture; a ``data:`` address where the service fails and it is small."""
        try:
            return await self._stored(errand, picture, told)
        except Unavailable:
            if len(picture.data) > self._line.entry.inline_most:
                raise
            return data_address(picture.data, picture.media_type)

    async def _stored(self, errand: Errand, picture: SentPicture, told: Callable[[float], None]) -> str:
        line = self._line
        parts = [Part("content", picture.data, picture.file_name, picture.media_type)]
        seconds = line.entry.transfer_deadline
        answer = await line.call(
            errand.key, "POST", line.address.url("files"), parts=parts, deadline=seconds, on_upload=told
        )
        if not answer.ok:
            raise line.classified(answer, errand)
        document = answer.json_object()
        if isinstance(document.get("id"), str) and document["id"]:
            errand.uploads.append(document["id"])
        urls = document.get("urls")
        url = urls.get("get") if isinstance(urls, dict) else None
        if isinstance(url, str) and is_safe(url):
            return url
        raise Unavailable(f"{line.name} took the picture but did not say where it is.", status=answer.status)


def _tell(errand: Errand, share: float, *, before: int, length: int, total: int) -> None:
    """How much of all pictures has left, when ``share`` of one with so many bytes ``before`` it has."""
    errand.uploading((before + share * length) / total)
