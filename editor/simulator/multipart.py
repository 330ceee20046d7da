"""Bodies of the type ``multipart/form-data`` (RFC 7578), taken apart strictly."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message


class MalformedFormError(ValueError):
    """The body is no form, or a part of it has no name."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a text field where ``filename`` is None, else a file with its media type."""

    name: str
    data: bytes
    filename: str | None
    media_type: str | None

    @property
    def text(self) -> str:
        """The value of a text field."""
        return self.data.decode("utf-8", "replace")


def parse_form(content_type: str, body: bytes) -> list[Part]:
    """Take a body apart; raises MalformedFormError."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise MalformedFormError("content-type: must be multipart/form-data with a boundary")
    sections = (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))
    if len(sections) < 2 or sections[0] or not sections[-1].startswith(b"--"):
        raise MalformedFormError("body: the form has no end")
    return [_part(section) for section in sections[1:-1]]


def _part(section: bytes) -> Part:
    head, blank, data = section.partition(b"\r\n\r\n")
    headers = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            headers[key.strip()] = value.strip()
    name = headers.get_param("name", header="content-disposition")
    if not blank or not isinstance(name, str):
        raise MalformedFormError("body: a part has no name")
    media_type = headers.get_content_type() if "content-type" in headers else None
    return Part(name, data, headers.get_filename(), media_type)
