"""The user's words reach the fields of a model, and what it cannot honour is said."""

from __future__ import annotations

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, UpscaleMode, Way
from editor.domain.options import EditOptions
from editor.domain.request import EditRequest, whole_mask
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Model, SeedField, TextField
from editor.platforms.orders.words import optional_fields, unused, values, why_not

CATALOGUE = Catalogue.load()


def request_of(operation, **options):
    image = np.zeros((40, 60, 3), np.uint8)
    return EditRequest(
        operation=operation,
        image=image,
        mask=whole_mask(image),
        region=Rect(0, 0, 60, 40),
        options=EditOptions(**options),
    )


def model_of(*texts, **fields):
    return Model(name="m", endpoint="e", way=Way.WHOLE_PICTURE, image_field="image", texts=texts, **fields)


PROMPT = TextField(field="prompt", template="{prompt}", needed=True)
SENTENCE = TextField(field="prompt", template="Replace the {search} with {prompt}.", needed=True)


def test_a_template_joins_the_words():
    request = request_of(Operation.SEARCH_AND_REPLACE, prompt=" a blue car ", search="red car")
    assert values(model_of(SENTENCE), request)[0] == {"prompt": "Replace the red car with a blue car."}


def test_braces_in_a_prompt_stay_what_they_are():
    request = request_of(Operation.SEARCH_AND_REPLACE, prompt="{search} {0} {", search="{prompt}")
    assert values(model_of(SENTENCE), request)[0] == {"prompt": "Replace the {prompt} with {search} {0} {."}


def test_an_empty_field_is_left_out_or_filled_by_its_stand_in():
    negative = TextField(field="negative_prompt", template="{negative_prompt}")
    assert values(model_of(PROMPT, negative), request_of(Operation.INPAINT, prompt="x"))[0] == {"prompt": "x"}
    stand_in = TextField(field="prompt", template="{prompt}", otherwise="a photograph", needed=True)
    request = request_of(Operation.UPSCALE)
    assert values(model_of(stand_in), request)[0] == {"prompt": "a photograph"}


@pytest.mark.parametrize(
    "model, operation, options, reason",
    [
        (model_of(PROMPT), Operation.INPAINT, {}, "It needs a prompt."),
        (model_of(SENTENCE), Operation.SEARCH_AND_REPLACE, {"prompt": "x"}, "It needs words to search for."),
        (model_of(), Operation.INPAINT, {"prompt": "x"}, "It cannot follow a prompt."),
        (model_of(PROMPT), Operation.SEARCH_AND_REPLACE, {"prompt": "x", "search": "y"}, "It cannot search by words."),
        (
            model_of(TextField(field="prompt", template="{prompt}", most=3)),
            Operation.INPAINT,
            {"prompt": "four"},
            "It takes at most 3 characters of text.",
        ),
        (
            model_of(PROMPT),
            Operation.REPLACE_BACKGROUND,
            {"background": np.zeros((4, 4, 3), np.uint8)},
            "It cannot take a picture as the background.",
        ),
        (
            model_of(modes=(UpscaleMode.FAST,)),
            Operation.UPSCALE,
            {"mode": UpscaleMode.CREATIVE},
            "It has no creative enlargement.",
        ),
    ],
)
def test_what_a_model_cannot_honour_rules_it_out(model, operation, options, reason):
    assert why_not(model, request_of(operation, **options)) == reason


def test_a_prompt_that_is_not_the_point_is_dropped_and_said():
    request = request_of(Operation.OUTPAINT, prompt="a field", negative_prompt="people", seed=7)
    assert why_not(model_of(), request) is None
    assert unused(model_of(), request) == (
        "Seed not used: m takes none.",
        "Prompt not used: m takes none.",
        "Negative prompt not used: m takes none.",
    )
    assert unused(model_of(), request_of(Operation.OUTPAINT)) == ()


def test_a_seed_goes_into_its_field_and_range():
    model = model_of(seed=SeedField(field="seed", least=0, most=999))
    assert values(model, request_of(Operation.ERASE, seed=1_234)) == ({"seed": 234}, 234)
    assert values(model, request_of(Operation.ERASE)) == ({}, None)


def test_a_colour_behind_the_subject_becomes_words_only_where_no_picture_can_be_sent():
    request = request_of(Operation.REPLACE_BACKGROUND, background=(255, 0, 128))
    by_words = CATALOGUE.models("replicate", Operation.REPLACE_BACKGROUND)[0]
    assert "the color #ff0080" in values(by_words, request)[0]["prompt"]
    by_picture = CATALOGUE.models("stability", Operation.REPLACE_BACKGROUND)[0]
    assert "background_prompt" not in values(by_picture, request)[0]
    assert why_not(by_picture, request) is None


def test_only_what_the_result_does_not_hang_on_may_be_left_out():
    model = model_of(PROMPT, TextField(field="negative_prompt", template="{negative_prompt}"), fields={"a": 1})
    assert optional_fields(model) == {"a", "negative_prompt"}


def test_the_words_of_a_search_count_for_the_model_that_fills():
    model = CATALOGUE.models("fal", Operation.SEARCH_AND_REPLACE)[0]
    assert model.way is Way.MASK_BY_WORDS
    assert why_not(model, request_of(Operation.SEARCH_AND_REPLACE, prompt="x", search="y")) is None
    assert why_not(model, request_of(Operation.SEARCH_AND_REPLACE, prompt="x")) == "It needs words to search for."
