"""The catalogue that comes with the program is whole, and a wrong one is noticed."""

from __future__ import annotations

from datetime import date

import pytest

from editor.domain.kinds import Operation
from editor.platforms.catalogue import Catalogue, Polarity, Poll, SeedField

CATALOGUE = Catalogue.load()
MODELS = [(name, model) for name in CATALOGUE.platforms for model in CATALOGUE.models(name, Operation.ERASE)]


def test_every_platform_can_erase_and_the_clouds_have_stand_ins():
    assert set(CATALOGUE.platforms) == {"stability", "replicate", "fal", "local"}
    assert len(CATALOGUE.models("replicate", Operation.ERASE)) >= 3
    assert len(CATALOGUE.models("fal", Operation.ERASE)) >= 3


@pytest.mark.parametrize("platform, model", MODELS, ids=lambda value: getattr(value, "name", value))
def test_every_entry_is_complete(platform, model):
    assert model.endpoint
    assert model.image_field != model.mask_field
    assert model.mask_source in ("stated", "assumed")
    assert model.price.usd is not None
    assert model.price.unit
    assert date.fromisoformat(model.price.date).year >= 2025
    assert model.limits.least_side >= 1
    if model.seed is not None:
        assert model.seed.least < model.seed.most


def test_growing_beyond_the_mask_is_switched_off_where_a_model_would():
    stability = CATALOGUE.models("stability", Operation.ERASE)[0]
    assert stability.fields["grow_mask"] == "0"
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
    ],
)
def test_a_wrong_entry_is_noticed(wrong, right):
    with pytest.raises((TypeError, ValueError)):
        Catalogue.parse(ENTRY.replace(wrong, right))
