"""What is wrong with a plug-in or with the user's own models is said in a sentence and hinders nothing else."""

from __future__ import annotations

import importlib
import logging
import re
import sys
from importlib.metadata import EntryPoint

import pytest

from editor.domain.clock import SystemClock
from editor.domain.kinds import Operation
from editor.platforms.parts import PlatformParts
from editor.platforms.plugins import GROUP, gather
from editor.transport.http import Transport

GOOD = """
from editor.platforms.cloud import CloudPlatform

class Odd(CloudPlatform):
    id = "odd"
    name = "Odd"
    error_prefix = "Odd API error"
    key_variables = ("ODD_KEY",)
    home = "https://odd.example"

    @classmethod
    def catalogue_text(cls):
        return TEXT

    def _authorization(self, key):
        return {}

    async def _execute(self, errand, model, order):
        raise AssertionError

TEXT = '''
[odd]
deadline = 1.0
call_deadline = 1.0
[[odd.erase]]
name = "a"
endpoint = "b"
way = "mask"
image_field = "image"
mask_field = "mask"
'''
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a module ``odd`` of that text and returns the entry points that name it."""

    def write(text, value="odd:Odd", name="odd"):
        folder = tmp_path / "odd-site"
        folder.mkdir(exist_ok=True)
        (folder / "odd.py").write_text(text, "utf-8")
        monkeypatch.syspath_prepend(folder)
        importlib.invalidate_caches()
        return [EntryPoint(name=name, value=value, group=GROUP)]

    yield write
    sys.modules.pop("odd", None)


def parts_of(catalogue, **environment):
    clock = SystemClock()
    return PlatformParts(
        transport=Transport(clock=clock, version="1.0"), catalogue=catalogue, environment=environment, clock=clock
    )


def test_a_whole_one_is_made(package):
    gathered = gather(found=package(GOOD))
    made, notices = gathered.made(parts_of(gathered.catalogue))
    assert [platform.id for platform in made] == ["odd"]
    assert made[0].model(Operation.ERASE) == "a"
    assert notices == ()


FAULTY = {
    "no-such-module": (GOOD, "nowhere:Odd", "ModuleNotFoundError"),
    "no-such-name": (GOOD, "odd:Even", "AttributeError"),
    "fails-to-import": ("raise RuntimeError('not today\\nsecond line')", "odd:Odd", "RuntimeError: not today\\."),
    "ends-the-program": ("raise SystemExit(3)", "odd:Odd", "SystemExit: 3"),
    "no-platform": ("class Odd: pass", "odd:Odd", "no subclass of Platform"),
    "no-class": ("Odd = 3", "odd:Odd", "no subclass of Platform"),
    "unfinished": (GOOD.replace("_execute", "execute"), "odd:Odd", "lacks _execute"),
    "no-name": (GOOD.replace('name = "Odd"', 'name = ""'), "odd:Odd", "has no “name”"),
    "no-prefix": (GOOD.replace("error_prefix", "prefix"), "odd:Odd", "has no “error_prefix”"),
    "id-taken": (GOOD.replace('id = "odd"', 'id = "fal"'), "odd:Odd", "the id “fal” is taken"),
    "id-of-this-computer": (GOOD.replace('id = "odd"', 'id = "local"'), "odd:Odd", "the id “local” is taken"),
    "id-with-blanks": (GOOD.replace('id = "odd"', 'id = "Odd one"'), "odd:Odd", "small letters"),
    "no-variable": (GOOD.replace("key_variables", "variables"), "odd:Odd", "names no variable"),
    "one-word-for-variables": (GOOD.replace('("ODD_KEY",)', '"ODD_KEY"'), "odd:Odd", "no tuple of names"),
    "no-table": (GOOD.replace("return TEXT", "return ''"), "odd:Odd", "must have the table \\[odd\\]"),
    "table-of-another": (GOOD.replace("[odd]", "[fal]\\ndeadline=1\\n[odd]"), "odd:Odd", "no other platform’s"),
    "wrong-table": (GOOD.replace('"mask"', '"magic"', 1), "odd:Odd", "wrong entry in \\[\\[odd.erase\\]\\], a"),
    "no-toml": (GOOD.replace("[odd]", "[odd"), "odd:Odd", "cannot be read"),
    "table-not-found": (GOOD.replace("return TEXT", "raise FileNotFoundError('odd.toml')"), "odd:Odd", "odd.toml"),
}


@pytest.mark.parametrize("text, value, words", FAULTY.values(), ids=FAULTY)
def test_a_faulty_one_is_left_out_with_one_warning(package, caplog, text, value, words):
    gathered = gather(found=package(text, value))
    assert gathered.plug_ins == ()
    assert list(gathered.catalogue.platforms) == ["stability", "replicate", "fal", "local"]
    (notice,) = gathered.notices
    assert notice.startswith("The plug-in “odd” was left out: ")
    assert notice.endswith(".")
    assert re.search(words, notice)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in warnings] == [notice]


def test_of_two_with_one_id_the_first_by_name_is_taken(package):
    points = [*package(GOOD, name="b"), *package(GOOD, name="a")]
    gathered = gather(found=points)
    assert [plug_in.source for plug_in in gathered.plug_ins] == ["“a”"]
    assert gathered.notices == ("The plug-in “b” was left out: the id “odd” is taken.",)


NOT_MADE = GOOD.replace(
    "    def _auth", "    def __init__(self, parts):\n        raise RuntimeError('not made')\n\n    def _auth"
)


@pytest.mark.parametrize(
    "text, environment",
    [
        (NOT_MADE, {}),
        (NOT_MADE.replace("__init__(self, parts)", "model(self, operation)"), {}),
        (GOOD, {"IMAGE_EDITOR_ODD_URL": "ftp://odd.example"}),
    ],
    ids=["raises", "raises-later", "wrong-address"],
)
def test_one_that_cannot_be_made_is_left_out(package, text, environment):
    gathered = gather(found=package(text))
    made, notices = gathered.made(parts_of(gathered.catalogue, **environment))
    assert made == ()
    assert len(notices) == 1
    assert "not made" in notices[0] or "IMAGE_EDITOR_ODD_URL" in notices[0]


# --- the user's own models

OWN = """
[[fal.erase]]
first = true
name = "mine"
endpoint = "me/eraser"
way = "mask"
image_field = "image_url"
mask_field = "mask_url"
[[fal.erase]]
name = "bria/eraser"
price = { usd = 0.01, date = "2026-11-02" }
"""


@pytest.fixture
def user_models(tmp_path):
    def write(text):
        path = tmp_path / "models.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_models_of_the_user_are_added_and_correct_others(user_models):
    gathered = gather(user_models=user_models(OWN), found=())
    models = gathered.catalogue.models("fal", Operation.ERASE)
    assert models[0].name == "mine"
    assert next(model for model in models if model.name == "bria/eraser").price.usd == 0.01
    assert gathered.notices == ()


def test_models_for_a_plug_in_are_added_too(package, user_models):
    text = '[[odd.erase]]\nname = "a"\nendpoint = "c"\n'
    gathered = gather(user_models=user_models(text), found=package(GOOD))
    assert gathered.catalogue.models("odd", Operation.ERASE)[0].endpoint == "c"
    without = gather(user_models=user_models(text + OWN), found=())
    assert without.catalogue.models("fal", Operation.ERASE)[0].name == "mine"
    assert without.notices == ("“models.toml” names platforms that are not here, which were left out: odd.",)


@pytest.mark.parametrize(
    "text, words",
    [
        ("[fal", "cannot be read"),
        ("fal = 3", "no table [fal]"),
        ('[[fal.erase]]\nname = "mine"\n', "“endpoint” is missing"),
        (OWN.replace("0.01", '"cheap"'), "must be a number"),
        (b"\xff\xfe", "cannot be read as text"),
    ],
)
def test_a_broken_file_leaves_the_built_in_catalogue(user_models, caplog, text, words):
    gathered = gather(user_models=user_models(text), found=())
    assert gathered.catalogue == gather(found=()).catalogue
    (notice,) = gathered.notices
    assert "models.toml" in notice
    assert words in notice
    assert [record.getMessage() for record in caplog.records] == [notice]


def test_no_file_is_no_fault(tmp_path):
    assert gather(user_models=tmp_path / "models.toml", found=()).notices == ()
