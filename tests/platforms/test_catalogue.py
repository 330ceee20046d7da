"""The catalogue that comes with the program is whole, and a wrong one is noticed."""

from __future__ import annotations

from datetime import date

import pytest

from editor.domain.errors import InputError
from editor.domain.kinds import Operation, UpscaleMode, Way
from editor.platforms.catalogue import Catalogue, Poll
from editor.platforms.model import Polarity, Price, PriceUnit, SeedField

CATALOGUE = Catalogue.load()
CLOUDS = ("stability", "replicate", "fal")
MODELS = [
    (name, operation, model)
    for name, entry in CATALOGUE.platforms.items()
    for operation, models in entry.models.items()
    for model in models
]


def test_every_cloud_offers_every_operation_and_those_with_many_models_have_stand_ins():
    assert set(CATALOGUE.platforms) == {*CLOUDS, "local"}
    for cloud in CLOUDS:
        assert set(CATALOGUE.platform(cloud).models) == set(Operation)
    for cloud in ("replicate", "fal"):
        assert all(len(models) >= 2 for models in CATALOGUE.platform(cloud).models.values())


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_has_every_kind_of_enlargement(cloud):
    offered = {mode for model in CATALOGUE.models(cloud, Operation.UPSCALE) for mode in model.modes}
    assert offered == set(UpscaleMode)


@pytest.mark.parametrize("platform, operation, model", MODELS, ids=lambda value: getattr(value, "name", value))
def test_every_entry_is_complete(platform, operation, model):
    assert model.endpoint
    assert model.image_field != model.mask_field
    assert bool(model.mask_field) == (model.way in (Way.MASK, Way.MASK_BY_WORDS, Way.PADDING))
    if model.mask_field:
        assert model.mask_source in ("stated", "assumed")
    assert (model.finder is not None) == (model.way is Way.MASK_BY_WORDS)
    assert bool(model.modes) == (operation is Operation.UPSCALE)
    assert (model.sides is not None or model.canvas is not None) == (model.way is Way.EXTENSION)
    assert model.price.usd is not None or not model.price.stated
    assert date.fromisoformat(model.price.date).year >= 2025
    assert model.limits.least_side >= 1
    if model.seed is not None:
        assert model.seed.least < model.seed.most
    if not model.official:
        assert len(model.version) == 64, "the last known version of a community model"


def test_growing_beyond_the_mask_is_switched_off_where_a_model_would():
    stability = CATALOGUE.models("stability", Operation.ERASE)[0]
    assert stability.fields["grow_mask"] == 0
    fal = CATALOGUE.models("fal", Operation.ERASE)[0]
    assert fal.fields["mask_expansion"] == 0


def test_a_seed_is_brought_into_the_range_always_alike():
    field = SeedField(field="seed", least=0, most=999)
    assert [field.value(seed) for seed in (0, 999, 1000, 123_456)] == [0, 999, 0, 456]
    assert SeedField(field="seed", least=1, most=10).value(0) == 1


def test_pauses_grow_to_the_longest():
    poll = Poll(first=1.0, longest=3.0, growth=2.0)
    assert [poll.after(1.0), poll.after(2.0), poll.after(3.0)] == [2.0, 3.0, 3.0]


def test_fields_of_a_platform_can_be_changed_without_touching_the_rest():
    changed = CATALOGUE.changed("fal", deadline=1.0)
    assert changed.platform("fal").deadline == 1.0
    assert CATALOGUE.platform("fal").deadline != 1.0
    assert changed.platform("replicate") is CATALOGUE.platform("replicate")


ENTRY = """
[cloud]
deadline = 1.0
call_deadline = 1.0
[[cloud.erase]]
name = "a"
endpoint = "b"
way = "mask"
image_field = "image"
mask_field = "mask"
mask = "black_changes"
mask_source = "stated"
"""


def test_a_table_is_read():
    model = Catalogue.parse(ENTRY).models("cloud", Operation.ERASE)[0]
    assert model.mask is Polarity.BLACK_CHANGES
    assert model.formats == ("png",)


@pytest.mark.parametrize(
    "wrong, right",
    [
        ("mask = ", "polarity = "),
        ("black_changes", "sideways"),
        ("[[cloud.erase]]", "[[cloud.levitate]]"),
        ("name", "title"),
        ('"a"', "1"),
        ("deadline = 1.0", 'deadline = "1.0"'),
        ("[[cloud.erase]]", "[[cloud.erase]]\nprice = { usd = true }"),
        ("[[cloud.erase]]", "[[cloud.erase]]\nlimits = { most_side = 1.5 }"),
        ("[[cloud.erase]]", "[[cloud.erase]]\nlimits = 3"),
        ("[[cloud.erase]]", '[[cloud.erase]]\nformats = "png"'),
        ("[[cloud.erase]]", '[[cloud.erase]]\ntexts = [{ field = "prompt" }]'),
        ("[cloud]", "[cloud]\npoll = 3"),
        ("[cloud]", "[cloud]\nmodels = {}"),
        ("[[cloud.erase]]", "[cloud.erase]"),
        ('mask_field = "mask"', ""),
        ('"mask"\nimage', '"mask-by-words"\nimage'),
        ('"mask"\nimage', '"extension"\nimage'),
        ('"mask"\nimage', '"cut-out"\nimage'),
        ("[[cloud.erase]]", '[[cloud.erase]]\ntexts = [{ field = "prompt", template = "{wish}" }]'),
        ("[[cloud.erase]]", "[[cloud.erase]]\nlimits = { multiple = 0 }"),
        ("[[cloud.erase]]", "[[cloud.erase]]\nlimits = { most_aspect = nan }"),
        ("[[cloud.erase]]", '[[cloud.erase]]\nseed = { field = "seed", least = 5, most = 1 }'),
        ("[[cloud.erase]]", '[[cloud.erase]]\ncount = { field = "n", most = 0 }'),
        ("[[cloud.erase]]", "[[cloud.erase]]\nfactor = { choices = [0] }"),
        ("call_deadline = 1.0", "call_deadline = -1"),
        ("call_deadline = 1.0", "call_deadline = inf"),
        ("[cloud]", '[cloud]\ninpaint = ["a"]'),
    ],
)
def test_a_wrong_entry_is_noticed(wrong, right):
    assert wrong in ENTRY
    with pytest.raises(InputError, match="cloud"):
        Catalogue.parse(ENTRY.replace(wrong, right))


def test_the_sentence_names_the_place_and_the_field():
    with pytest.raises(InputError, match=r"in \[\[cloud.erase\]\], a: “limits”: “most_side”: must be a whole number\."):
        Catalogue.parse(ENTRY + 'limits = { most_side = "wide" }\n')


OWN = """
[cloud]
deadline = 2.0
[[cloud.erase]]
name = "a"
endpoint = "c"
[[cloud.erase]]
first = true
name = "mine"
endpoint = "d"
way = "mask"
image_field = "image"
mask_field = "mask"
"""


def test_a_second_table_corrects_and_adds():
    entry = Catalogue.parse(ENTRY, OWN).platform("cloud")
    assert (entry.deadline, entry.call_deadline) == (2.0, 1.0)
    mine, corrected = entry.models[Operation.ERASE]
    assert (mine.name, mine.endpoint) == ("mine", "d")
    assert (corrected.endpoint, corrected.mask) == ("c", Polarity.BLACK_CHANGES)


@pytest.mark.parametrize("text", ["this is no TOML", "cloud = 1"])
def test_what_is_no_catalogue_is_told_in_a_sentence(text):
    with pytest.raises(InputError, match="catalogue of models"):
        Catalogue.parse(ENTRY, text)


@pytest.mark.parametrize(
    "price, words",
    [
        (Price(usd=0.05), "about $0.05 per image"),
        (Price(usd=0.4, credits=40.0), "40 credits (about $0.40) per image"),
        (Price(usd=0.0005, unit=PriceUnit.RUN), "about $0.0005 per run, by seconds"),
        (Price(usd=0.018), "about $0.018 per image"),
        (
            Price(usd=0.015, first_usd=0.03, unit=PriceUnit.MEGAPIXEL),
            "about $0.03 for the first megapixel, $0.015 for each further one",
        ),
        (Price(credits=2.0), "2 credits per image"),
        (Price(), "price unknown"),
    ],
)
def test_a_price_is_told_to_the_last_digit(price, words):
    assert price.words == words
