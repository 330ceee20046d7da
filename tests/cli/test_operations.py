"""``image-editor edit`` for every operation, in this process, over a session whose platform paints what is asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from support.fakes import FakeClock
from support.painter import PainterPlatform, painted, services_of, session_of

from editor.cli.main import Surroundings, main
from editor.domain.errors import Unavailable
from editor.domain.options import Expansion
from editor.domain.request import EditRequest
from editor.session import Session


@dataclass
class Commands:
    """Runs commands; ``platform`` is what they reach, ``folder`` the place of their files."""

    platform: PainterPlatform
    clock: FakeClock
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        surroundings = Surroundings(
            make_session=self._session, show_window=self._no_window, environment={}, log_path=self.folder / "log"
        )
        self.monkeypatch.chdir(self.folder)
        self.capsys.readouterr()
        try:
            code = main(words, surroundings)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def edit(self, operation: str, *words: str, out: str = "out.png") -> tuple[int, str, str]:
        return self.run("edit", operation, "photo.png", "-o", out, *words)

    def picture(self, name: str) -> np.ndarray:
        with Image.open(self.folder / name) as picture:
            return np.asarray(picture)

    @property
    def written(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name not in ("photo.png", "mask.png"))

    def _session(self, *, environment: object, chain: Sequence[str] | None = None, cycles: int = 1) -> Session:
        return session_of(services_of(self.platform, clock=self.clock), chain=chain, cycles=cycles)

    def _no_window(self, *_: object) -> int:
        raise AssertionError("a command opens no window")


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    chance = np.random.default_rng(3)
    rows = np.linspace(60, 190, 90)[:, None, None] + chance.normal(0, 12, (90, 120, 3))
    Image.fromarray(rows.clip(0, 255).astype(np.uint8)).save(tmp_path / "photo.png")
    mask = Image.new("L", (120, 90))
    ImageDraw.Draw(mask).rectangle((40, 30, 70, 60), fill=255)
    mask.save(tmp_path / "mask.png")
    clock = FakeClock()
    return Commands(PainterPlatform("painter", clock), clock, tmp_path, monkeypatch, capsys)


MASK = ("--mask", "mask.png")
WORDS = ("--search", "the car", "--prompt", "a van")
EVERY = {
    "erase": MASK,
    "inpaint": (*MASK, "--prompt", "a door"),
    "remove-background": (),
    "search-and-replace": WORDS,
    "search-and-recolor": WORDS,
    "replace-background": ("--background", "navy"),
    "outpaint": ("--left", "30", "--down", "10"),
    "upscale": ("--scale", "2.5"),
}


def test_a_picture_is_enlarged_to_a_width(commands: Commands) -> None:
    code, _, err = commands.edit("upscale", "--width", "391")
    assert code == 0, err
    assert commands.picture("out.png").shape[:2] == (293, 391)
    code, _, err = commands.edit("upscale", "--width", "120")
    assert code == 2
    assert err == "The picture is 120 pixels wide already. Give a larger --width.\n"
    code, _, err = commands.edit("erase", *MASK, "--width", "300")
    assert code == 2
    assert "erase takes no --width; it is for upscale" in err


@pytest.mark.parametrize("operation", EVERY)
def test_every_operation_writes_its_picture_and_its_receipt(commands: Commands, operation: str) -> None:
    before = commands.picture("photo.png")
    code, out, err = commands.edit(operation, *EVERY[operation], "--receipt", "receipt.json")
    assert code == 0, err
    assert out == "Painter finished the edit in 1.0 s for about $0.05.\n"
    after = commands.picture("out.png")
    size = {"outpaint": (100, 150), "upscale": (225, 300)}.get(operation, (90, 120))
    assert after.shape[:2] == size
    assert after.shape[2] == (4 if operation == "remove-background" else 3)
    if operation == "outpaint":
        assert np.array_equal(after[: 90 - 8, 30 + 8 :], before[: 90 - 8, 8:])
    elif operation == "remove-background":
        alone = (after[..., 3] == 0) | (after[..., 3] == 255)
        assert np.array_equal(after[..., :3][alone], before[alone])
        assert (int(after[..., 3].min()), int(after[..., 3].max())) == (0, 255)
    elif operation != "upscale":
        (request,) = commands.platform.requests
        asked = request.region.slices
        same = (painted(request) == request.image).all(axis=2)
        assert np.array_equal(after[asked][same], before[asked][same])
        assert not np.array_equal(after, before)
    receipt = json.loads((commands.folder / "receipt.json").read_text("utf-8"))
    assert receipt["operation"] == operation
    assert receipt["way"] == ("cut-out" if operation == "remove-background" else "mask")
    assert (receipt["output"]["width"], receipt["output"]["height"]) == size[::-1]
    assert commands.written == ["out.png", "receipt.json"]


def test_every_option_reaches_the_platform(commands: Commands) -> None:
    common = ("--prompt", "sea", "--negative-prompt", "people", "--seed", "7", "--variations", "2")
    code, _, err = commands.edit("outpaint", *common, "--left", "1", "--right", "2", "--up", "3", "--down", "4")
    assert code == 0, err
    options = commands.platform.requests[0].options
    assert options.expansion == Expansion(left=1, right=2, up=3, down=4)
    assert (options.prompt, options.negative_prompt, options.seed, options.variations) == ("sea", "people", 7, 2)
    code, _, err = commands.edit("upscale", "--scale", "3", "--mode", "creative", "--model", "painter=BRUSH")
    assert code == 0, err
    options = commands.platform.requests[1].options
    assert (options.scale, options.mode, dict(options.models)) == (3.0, "creative", {"painter": "BRUSH"})
    code, _, err = commands.edit("search-and-recolor", *WORDS, "--platforms", "painter")
    assert code == 0, err
    assert commands.platform.requests[2].options.texts == ("a van", "the car")


def test_variations_go_to_numbered_files(commands: Commands) -> None:
    code, out, err = commands.edit("inpaint", *EVERY["inpaint"], "--variations", "3", out="a.b.png")
    assert code == 0, err
    assert out.endswith(" 3 pictures were saved.\n")
    assert commands.written == ["a.b-2.png", "a.b-3.png", "a.b.png"]
    before, inside = commands.picture("photo.png"), commands.picture("mask.png") > 0
    pictures = [commands.picture(name) for name in commands.written]
    for picture in pictures:
        assert np.array_equal(picture[~inside], before[~inside])
    assert len({picture.tobytes() for picture in pictures}) == 3


def test_a_bad_variation_is_left_out_and_that_is_said(commands: Commands, caplog: pytest.LogCaptureFixture) -> None:
    def paint(request: EditRequest, number: int) -> np.ndarray:
        return painted(request) if number == 0 else np.zeros_like(request.image)

    commands.platform._paint = paint
    commands.platform.notes = ("Seed not used: Brush takes none.",)
    with caplog.at_level(logging.WARNING, "editor"):
        code, out, err = commands.edit("search-and-replace", *WORDS, "--variations", "2", "--receipt", "r.json")
    assert code == 0, err
    assert "pictures were saved" not in out
    assert commands.written == ["out.png", "r.json"]
    notes = json.loads((commands.folder / "r.json").read_text("utf-8"))["notes"]
    assert notes == [
        "Seed not used: Brush takes none.",
        "Of 2 pictures that came back, 1 could not be used and were left out.",
    ]
    assert [record.message for record in caplog.records if record.name.startswith("editor.cli")] == notes


@pytest.mark.parametrize(
    ("operation", "words", "said"),
    [
        ("remove-background", MASK, "remove-background takes no --mask; it is for erase, inpaint"),
        ("outpaint", ("--left", "3", "--grow", "2"), "it is for erase, inpaint"),
        ("erase", (*MASK, "--scale", "2"), "erase takes no --scale; it is for upscale"),
        ("erase", (*MASK, "--prompt", "private words"), "erase takes no --prompt; it is for inpaint"),
        ("upscale", ("--variations", "2"), "upscale takes no --variations; it is for erase"),
        ("upscale", ("--frobnicate",), "upscale takes no --frobnicate; see image-editor edit upscale --help"),
        ("upscale", ("private", "words"), "put quotes around words with spaces"),
        ("erase", (), "--mask"),
        ("inpaint", ("--prompt", "x"), "--mask"),
        ("search-and-replace", ("--prompt", "x"), "--search"),
        ("search-and-recolor", ("--search", "x"), "--prompt"),
        ("search-and-replace", ("--prompt", "x", "--search", " "), "Name the thing that is to be replaced"),
        ("replace-background", (), "describe it in words, or give a color or a picture"),
        ("replace-background", ("--background", "blurple"), "“blurple” is neither a color nor a picture file"),
        ("replace-background", ("--background", "#12345"), "neither a color"),
        ("replace-background", ("--background", "#11223344"), "not opaque"),
        ("replace-background", ("--background", "rgb(300,0,0)"), "beyond what a color can be"),
        ("replace-background", ("--background", "hsv(0,300%,100%)"), "beyond what a color can be"),
        ("replace-background", ("--background", "x" * 300), "neither a color"),
        ("outpaint", (), "by how many pixels"),
        ("outpaint", ("--left", "-3"), "Left -3 is too low"),
        ("outpaint", ("--left", "3.5"), "not a whole number"),
        ("upscale", ("--scale", "1"), "leaves the picture as it is"),
        ("upscale", ("--scale", "900"), "too high"),
        ("upscale", ("--mode", "slow"), "fast, conservative, creative"),
        ("upscale", ("--variations", "99"), "--variations"),
        ("inpaint", (*MASK, "--variations", "99"), "too high"),
        ("upscale", ("--model", "brush"), "PLATFORM=NAME"),
        ("upscale", ("--model", "nobody=brush"), "There is no platform called “nobody”. Known platforms: painter."),
        ("upscale", ("--model", "painter=none"), "no model “none” for upscale. Known models: Brush, roller."),
        ("upscale", ("--model", "painter=a", "--model", "painter=b"), "Two models are named for painter"),
        ("upscale", ("--platforms", "nobody"), "There is no platform called “nobody”"),
    ],
)
def test_a_wrong_combination_is_said_before_anything_is_sent(
    commands: Commands, operation: str, words: tuple[str, ...], said: str
) -> None:
    code, out, err = commands.edit(operation, *words)
    assert code == 2
    assert said in err
    assert "private" not in err
    assert out == ""
    assert not commands.platform.calls
    assert commands.written == []


@pytest.mark.parametrize(
    ("words", "out", "said"),
    [
        (("remove-background", "photo.png"), "out.jpg", "JPEG has no transparency. Use one of .png, .webp"),
        (("remove-background", "photo.png"), "out.xyz", "extension"),
        (("upscale", "photo.png"), "photo.png", "is the picture itself"),
        (("inpaint", "photo.png", *MASK, "--variations", "2"), "photo.png", "is the picture itself"),
        (("replace-background", "photo.png", "--background", "sea.png"), "sea.png", "is the background"),
        (("replace-background", "photo.png", "--background", "sea.png", "--receipt", "sea.png"), "o.png", "receipt"),
        (("erase", "photo.png", *MASK, "--variations", "2", "--receipt", "o-2.png"), "o.png", "receipt"),
        (("erase", "photo.png", *MASK, "--variations", "3"), "nowhere/o.png", "does not exist"),
        (("upscale", "wide.png", "--scale", "16"), "out.webp", "at most 16383 pixels a side"),
        (("outpaint", "wide.png", "--left", "16000"), "out.webp", "Save it as PNG or TIFF"),
    ],
)
def test_nothing_is_sent_that_could_not_be_saved(
    commands: Commands, words: tuple[str, ...], out: str, said: str
) -> None:
    for name in ("sea.png", "wide.png"):
        Image.effect_noise((1100, 20), 80).save(commands.folder / name)
    original = (commands.folder / "photo.png").read_bytes()
    code, _, err = commands.run("edit", *words, "-o", out)
    assert code == 2
    assert said in err
    assert not commands.platform.calls
    assert (commands.folder / "photo.png").read_bytes() == original
    assert commands.written == ["sea.png", "wide.png"]


def test_a_variation_does_not_overwrite_the_mask(commands: Commands) -> None:
    (commands.folder / "mask.png").rename(commands.folder / "out-2.png")
    code, _, err = commands.edit("erase", "--mask", "out-2.png", "--variations", "2")
    assert code == 2
    assert "“out-2.png” is the mask" in err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#f80", (255, 136, 0)),
        ("#FF8800", (255, 136, 0)),
        ("#ff8800ff", (255, 136, 0)),
        ("rebeccapurple", (102, 51, 153)),
    ],
)
def test_a_background_may_be_a_colour(commands: Commands, text: str, expected: tuple[int, int, int]) -> None:
    assert commands.edit("replace-background", "--background", text)[0] == 0
    assert commands.platform.requests[0].options.background == expected


def test_a_background_may_be_a_picture_of_any_kind(commands: Commands) -> None:
    Image.new("LA", (8, 6), (100, 0)).save(commands.folder / "sea.png")
    assert commands.edit("replace-background", "--background", "sea.png")[0] == 0
    background = commands.platform.requests[0].options.background
    assert isinstance(background, np.ndarray)
    assert background.shape == (6, 8, 3)
    assert (background == 255).all()


@pytest.mark.parametrize(
    ("depth", "operation"), [(depth, one) for depth in ("16 bits", "palette") for one in ("outpaint", "upscale")]
)
def test_pictures_of_other_depths_are_served(
    commands: Commands, caplog: pytest.LogCaptureFixture, depth: str, operation: str
) -> None:
    photo = commands.folder / "photo.png"
    with Image.open(photo) as picture:
        grey = np.asarray(picture.convert("L")).astype(np.uint16) * 257
        converted = Image.fromarray(grey) if depth == "16 bits" else picture.quantize(64)
    converted.save(photo)
    with caplog.at_level(logging.WARNING, "editor"):
        code, _, err = commands.edit(operation, *EVERY[operation])
    assert code == 0, err
    told = [record.message for record in caplog.records if record.name.startswith("editor.cli")]
    assert any("palette" in words for words in told) == (depth == "palette")
    assert commands.picture("out.png").ndim == (2 if depth == "16 bits" else 3)


def test_a_failure_is_on_record_under_its_own_operation(commands: Commands) -> None:
    commands.platform.script = [Unavailable("Painter is down.")]
    code, _, _ = commands.edit("upscale", "--receipt", "r.json", "--cycles", "1")
    assert code == 3
    receipt = json.loads((commands.folder / "r.json").read_text("utf-8"))
    assert (receipt["operation"], receipt["served_by"], receipt["way"]) == ("upscale", None, None)
    assert receipt["input"]["width"] == 120


@pytest.mark.parametrize("lost", ["out.png", "out-2.png"])
def test_a_result_that_cannot_be_saved_is_on_record_all_the_same(commands: Commands, lost: str) -> None:
    def paint(request: EditRequest, number: int) -> np.ndarray:
        # While the platform works, something takes the place that was found free.
        (commands.folder / lost).mkdir(exist_ok=True)
        return painted(request, number)

    commands.platform._paint = paint
    code, out, err = commands.edit("search-and-replace", *WORDS, "--variations", "2", "--receipt", "r.json")
    assert code == 2
    assert out == ""
    receipt = json.loads((commands.folder / "r.json").read_text("utf-8"))
    assert receipt["served_by"]["platform"] == "painter"
    assert lost in receipt["error"]
    assert receipt["error"] in err
    assert (receipt["output"] is None) is (lost == "out.png")
    assert commands.written == sorted({"out.png", lost, "r.json"}), "what could be saved before is there"


def test_the_models_are_listed_with_price_and_availability(commands: Commands) -> None:
    code, out, err = commands.run("models")
    assert code == 0, err
    heading, *rows = out.splitlines()
    assert heading.split() == ["OPERATION", "PLATFORM", "MODEL", "WAY", "PRICE", "AVAILABILITY"]
    assert len(rows) == 16
    columns = [heading.index(word) for word in heading.split()]
    assert all(row[column - 1] == " " and row[column] != " " for row in rows for column in columns[1:])
    code, out, _ = commands.run("models", "--operation", "upscale")
    brush, roller = out.splitlines()[1:]
    assert brush.split()[:3] == ["upscale", "painter", "Brush"]
    assert "mask (fast)" in brush
    assert brush.endswith("about $0.05 per image  not tried yet")
    assert roller.endswith("gone")


def test_the_models_as_json(commands: Commands) -> None:
    commands.platform = PainterPlatform("keyless", FakeClock())
    code, out, _ = commands.run("models", "--json", "--operation", "erase")
    assert code == 0
    brush, roller = json.loads(out)
    assert brush == {
        "platform": "keyless",
        "operation": "erase",
        "name": "Brush",
        "endpoint": "painters/brush",
        "way": "mask",
        "price": "about $0.05 per image",
        "price_date": "",
        "official": True,
        "modes": [],
        "gone": "",
        "cost": {"usd": None, "credits": None, "source": "unknown"},
        "most_side": None,
        "most_pixels": None,
        "availability": "key needed",
    }
    assert (roller["gone"], roller["availability"]) == ("404", "gone")
    code, _, err = commands.run("models", "--operation", "frobnicate")
    assert code == 2
    assert "remove-background" in err


def test_an_unknown_platform_for_a_key_is_not_repeated(commands: Commands) -> None:
    code, _, err = commands.run("keys", "test", "sk-secret")
    assert code == 2
    assert "Platforms with a key: painter." in err
    assert "sk-secret" not in err
    commands.platform = PainterPlatform("local", FakeClock(), needs_key=False)
    code, _, err = commands.run("keys", "delete", "local")
    assert code == 2
    assert "needs no key" in err


def test_the_help_of_every_operation_names_its_own_options(commands: Commands) -> None:
    helps: dict[str, str] = {}
    for operation in EVERY:
        code, helps[operation], _ = commands.run("edit", operation, "--help")
        assert code == 0

    def has(option: str) -> set[str]:
        return {name for name, text in helps.items() if f"{option} " in text}

    assert has("--mask") == has("--grow") == {"erase", "inpaint"}
    assert has("--search") == {"search-and-replace", "search-and-recolor"}
    assert has("--scale") == has("--mode") == {"upscale"}
    assert has("--left") == {"outpaint"}
    assert has("--background") == {"replace-background"}
    assert has("--model") == has("--platforms") == has("--cycles") == set(EVERY)
