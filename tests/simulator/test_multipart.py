from __future__ import annotations

import pytest

from editor.simulator.multipart import MalformedFormError, parse_form

FORM = "multipart/form-data; boundary=edge"


def test_text_and_file() -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="seed"\r\n\r\n7\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89\r\n\n\x00--edg\r\n--edge--\r\n"
    )
    seed, image = parse_form(FORM, body)
    assert (seed.name, seed.text, seed.filename, seed.media_type) == ("seed", "7", None, None)
    assert (image.filename, image.media_type) == ("a.png", "image/png")
    assert image.data == b"\x89\r\n\n\x00--edg"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--edge--\r\n"),
        (FORM, b'--edge\r\nContent-Disposition: form-data; name="seed"\r\n\r\n7'),
        (FORM, b"--edge\r\nContent-Disposition: form-data\r\n\r\n7\r\n--edge--\r\n"),
        (FORM, b""),
    ],
)
def test_what_is_no_form(content_type: str, body: bytes) -> None:
    with pytest.raises(MalformedFormError):
        parse_form(content_type, body)
