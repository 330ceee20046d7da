"""A platform from another package: it is installed, appears, serves an edit and keeps the contract."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.installation import install, write_entry_points
from support.platform_bench import PlatformBench
from support.platform_contract import PlatformContract

from editor.platforms.catalogue import PlatformEntry
from editor.platforms.model import Limits, Model, Price
from editor.platforms.plugins import GROUP, gather

SOURCE = Path(__file__).parents[1] / "example_platform"
PACKAGE = "image_editor_example"


def load_server():
    spec = importlib.util.spec_from_file_location("example_server", SOURCE / "example_server.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ExampleServer


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return install(SOURCE, tmp_path_factory.mktemp("site"))


@pytest.fixture
def gathered(site, monkeypatch):
    """What is found while the example is installed."""
    monkeypatch.syspath_prepend(site)
    yield gather()
    sys.modules.pop(PACKAGE, None)


@pytest.fixture
def server():
    with load_server()() as running:
        yield running


class TestExample(PlatformContract):
    """The example keeps the whole contract."""

    @pytest.fixture
    def bench(self, gathered, server):
        return PlatformBench(
            gathered.plug_ins[0].kind,
            server,
            catalogue=gathered.catalogue,
            environment={"IMAGE_EDITOR_EXAMPLE_URL": server.base_url},
            direct=True,
        )


# --- on the command line


@pytest.fixture
def command_line(tmp_path):
    """Runs ``image-editor`` in a process of its own, with further packages where ``sites`` are given."""
    home = tmp_path / "home"

    def run(*words, sites=(), stdin="", **extra):
        environment = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_TOKEN"))}
        environment |= {
            "IMAGE_EDITOR_HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *map(str, sites)]),
            **extra,
        }
        return subprocess.run(
            [sys.executable, "-m", "editor", *words],
            cwd=tmp_path,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )

    return run


def platforms_told(ran):
    return [row["platform"] for row in json.loads(ran.stdout)]


def test_it_appears_before_this_computer_and_only_while_it_is_installed(command_line, site):
    without = command_line("platforms", "--json")
    assert platforms_told(without) == ["stability", "replicate", "fal", "local"]
    installed = command_line("platforms", "--json", sites=[site])
    assert platforms_told(installed) == ["stability", "replicate", "fal", "example", "local"]
    row = json.loads(installed.stdout)[3]
    assert (row["name"], row["label"], row["model"]) == ("Example", "tidy", "tidy-1")
    assert row["key_variables"] == ["EXAMPLE_API_KEY"]
    assert installed.stderr == ""


def test_its_models_are_listed_with_their_price(command_line, site):
    models = command_line("models", "--operation", "erase", sites=[site]).stdout
    row = next(line for line in models.splitlines() if " example " in line)
    assert row.split() == ["erase", "example", "tidy-1", "mask", "about", "$0.01", "per", "image", "key", "needed"]


def test_it_serves_an_edit_with_the_key_of_its_variable(command_line, site, server, tmp_path):
    picture = Image.fromarray(np.full((90, 120, 3), (120, 130, 140), np.uint8))
    ImageDraw.Draw(picture).ellipse((50, 35, 70, 55), fill=(230, 20, 20))
    picture.save(tmp_path / "photo.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((46, 31, 74, 59), fill=255)
    mask.save(tmp_path / "mask.png")
    ran = command_line(
        *("edit", "erase", "photo.png", "--mask", "mask.png", "-o", "out.png", "--platforms", "example"),
        sites=[site],
        EXAMPLE_API_KEY=server.key,
        IMAGE_EDITOR_EXAMPLE_URL=server.base_url,
    )
    assert ran.returncode == 0, ran.stderr
    assert "using example" in ran.stderr
    assert "(tidy)" in ran.stderr
    assert server.key not in ran.stderr
    red, green, _ = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"))[45, 60].astype(int)
    assert abs(red - green) < 30
    assert (server.runs, server.charges) == (1, 1)


def test_its_key_is_tested_and_taken(command_line, site, server):
    extra = {"sites": [site], "IMAGE_EDITOR_EXAMPLE_URL": server.base_url}
    tested = command_line("keys", "test", "example", EXAMPLE_API_KEY=server.key, **extra)
    assert (tested.returncode, tested.stdout) == (0, "The key works. 12 credits left.\n")
    refused = command_line("keys", "test", "example", EXAMPLE_API_KEY="another-key", **extra)
    assert refused.returncode != 0
    assert "does not accept the key" in refused.stderr
    kept = command_line("keys", "set", "example", stdin=f"{server.key}\n", **extra)
    assert "EXAMPLE_API_KEY" in kept.stderr, "no keyring works here; the sentence names the variable instead"
    unknown = command_line("keys", "test", "example", EXAMPLE_API_KEY=server.key)
    assert "no platform of that name" in unknown.stderr


def test_a_faulty_one_does_not_hinder_the_program(command_line, tmp_path, site):
    folder = tmp_path / "faulty"
    write_entry_points(folder, "faulty", "2.1", {GROUP: {"faulty": "nowhere:Platform"}})
    ran = command_line("platforms", "--json", sites=[site, folder])
    assert ran.returncode == 0
    assert "example" in platforms_told(ran)
    assert ran.stderr.count("The plug-in “faulty” of faulty 2.1 was left out") == 1


OWN_MODEL = """
[[fal.erase]]
name = "mine"
endpoint = "me/eraser"
way = "mask"
image_field = "image_url"
mask_field = "mask_url"
"""


def test_the_command_line_reads_the_file_in_the_settings_folder_and_says_what_is_wrong(command_line, tmp_path):
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "models.toml").write_text(OWN_MODEL, "utf-8")
    told = command_line("models", "--operation", "erase").stdout
    assert " mine " in told
    (config / "models.toml").write_text("[fal", "utf-8")
    broken = command_line("models", "--operation", "erase")
    assert broken.returncode == 0
    assert "object-removal" in broken.stdout
    assert broken.stderr.count("Your models in “models.toml” were left out.") == 1


# --- the page that tells how

PAGE = Path(__file__).parents[2] / "resources" / "help" / "adding-a-platform.md"


@pytest.mark.parametrize(
    "name", ["pyproject.toml", f"{PACKAGE}/__init__.py", f"{PACKAGE}/catalogue.toml"], ids=lambda name: Path(name).name
)
def test_the_page_shows_the_example_as_it_is(name):
    assert f"\n{(SOURCE / name).read_text('utf-8')}```" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("kind", [Model, PlatformEntry, Limits, Price], ids=lambda kind: kind.__name__)
def test_the_page_explains_every_field(kind):
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]+`", PAGE.read_text("utf-8")))))
    assert {field.name for field in dataclasses.fields(kind)} - words <= {"models"}
