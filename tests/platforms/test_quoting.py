"""A quote says before sending what the runs of a request will cost together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from editor.domain.geometry import Rect
from editor.domain.kinds import Operation, Way
from editor.domain.options import EditOptions, Expansion
from editor.domain.request import EditRequest
from editor.platforms.catalogue import Catalogue
from editor.platforms.model import Limits, Model, Price, PriceUnit
from editor.platforms.quoting import quoted


def request(width: int = 1000, height: int = 1000, operation: Operation = Operation.INPAINT, **options):  # type: ignore[no-untyped-def]
    image = np.zeros((height, width, 3), np.uint8)
    mask = np.full((height, width), 255, np.uint8)
    region = Rect(0, 0, width, height)
    return EditRequest(operation=operation, image=image, mask=mask, region=region, options=EditOptions(**options))


def catalogue_model(way: Way) -> Model:
    """Some model of the catalogue that works this way, without limits and at a nickel a picture."""
    catalogue = Catalogue.load()
    found = next(
        model
        for platform in ("stability", "replicate", "fal")
        for models in catalogue.platform(platform).models.values()
        for model in models
        if model.way is way
    )
    return replace(found, limits=Limits(), price=Price(usd=0.05), count=None)


def test_variations_are_each_paid_for():  # type: ignore[no-untyped-def]
    model = catalogue_model(Way.MASK)
    assert quoted(model, request()).usd == pytest.approx(0.05)
    assert quoted(model, request(variations=4)).usd == pytest.approx(0.20)


def test_begun_megapixels_count_whole_and_padding_makes_more_of_them():  # type: ignore[no-untyped-def]
    price = Price(usd=0.05, unit=PriceUnit.MEGAPIXEL)
    assert quoted(replace(catalogue_model(Way.MASK), price=price), request(1100, 1000)).usd == pytest.approx(0.10)
    padding = replace(catalogue_model(Way.PADDING), price=price)
    extended = request(1000, 1000, Operation.OUTPAINT, expansion=Expansion(right=1000))
    assert quoted(padding, extended).usd == pytest.approx(0.10)


def test_pieces_of_a_large_picture_are_runs_of_their_own():  # type: ignore[no-untyped-def]
    model = replace(catalogue_model(Way.ENLARGEMENT), limits=Limits(most_side=600), tiles=16)
    assert quoted(model, request(1000, 1000, Operation.UPSCALE, scale=2.0)).usd == pytest.approx(0.20)


def test_a_search_is_paid_for_besides_the_fill():  # type: ignore[no-untyped-def]
    model = catalogue_model(Way.MASK_BY_WORDS)
    assert model.finder is not None
    model = replace(model, finder=replace(model.finder, price=Price(usd=0.01)))
    asked = request(operation=Operation.SEARCH_AND_REPLACE, variations=2, search="cup", prompt="bowl")
    assert quoted(model, asked).usd == pytest.approx(0.11)


def test_what_has_no_price_stays_unknown():  # type: ignore[no-untyped-def]
    assert quoted(replace(catalogue_model(Way.MASK), price=Price()), request(variations=2)).usd is None
