"""A receipt written down and read again; what is none is refused in a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.domain.attempt import Attempt, Cost
from editor.domain.errors import InputError
from editor.domain.kinds import CostSource, Operation, OperationType, Outcome, Way
from editor.domain.receipt import FileFacts, Receipt, ServedBy

words = st.text(max_size=12)
figures = st.none() | st.floats(0, 1e6)
costs = st.builds(Cost, figures, figures, st.sampled_from(CostSource))
# Times are written down to the millisecond.
moments = st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
attempts = st.builds(
    Attempt,
    cycle=st.integers(1, 9),
    platform=words,
    label=words,
    model=words,
    outcome=st.sampled_from(Outcome),
    message=words,
    status=st.none() | st.integers(100, 599),
    started=st.none() | moments,
    seconds=st.integers(0, 10**7).map(lambda thousandths: thousandths / 1000),
    cost=costs,
)
files = st.builds(FileFacts, st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["", "ab" * 32]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
receipts = st.builds(
    Receipt,
    operation=st.sampled_from(Operation),
    operation_type=st.sampled_from(OperationType),
    served_by=st.none() | st.builds(ServedBy, words, words, words, st.none() | words),
    attempts=st.lists(attempts, max_size=3).map(tuple),
    seed=st.none() | st.integers(0, 2**32),
    cost=costs,
    app_version=words,
    input=st.none() | files,
    output=st.none() | files,
    metrics=st.dictionaries(words, json_values, max_size=3),
    error=st.none() | words,
    way=st.none() | st.sampled_from(Way),
    notes=st.lists(words, max_size=3).map(tuple),
)


@given(receipts)
def test_a_receipt_comes_back_from_json(receipt: Receipt) -> None:
    assert Receipt.from_dict(json.loads(json.dumps(receipt.as_dict()))) == receipt


@given(receipts)
def test_a_copy_inside_the_file_leaves_out_that_files_digest(receipt: Receipt) -> None:
    output = receipt.embedded().as_dict()["output"]
    assert output is None or "sha256" not in output
    assert receipt.embedded().as_dict() == {**receipt.as_dict(), "output": output}


@given(json_values)
def test_nonsense_is_refused(document: Any) -> None:
    with pytest.raises(InputError, match="damaged or was not written by this program"):
        Receipt.from_dict(document)


@given(receipts, st.data())
def test_a_receipt_with_one_value_of_nonsense_is_refused_or_read(receipt: Receipt, data: st.DataObject) -> None:
    document = receipt.as_dict()
    name = data.draw(st.sampled_from(sorted(document)))
    document[name] = data.draw(json_values)
    try:
        again = Receipt.from_dict(document)
    except InputError:
        return
    assert Receipt.from_dict(json.loads(json.dumps(again.as_dict()))) == again


@pytest.mark.parametrize("name", ["operation", "served_by", "attempts", "cost", "metrics", "notes", "app_version"])
def test_every_field_has_to_be_there_and_of_its_kind(name: str) -> None:
    whole = Receipt(
        operation=Operation.ERASE,
        operation_type=OperationType.IMAGE_EDITING,
        served_by=None,
        attempts=(),
        seed=None,
        cost=Cost(None, None, CostSource.UNKNOWN),
        app_version="1",
    ).as_dict()
    without = {key: value for key, value in whole.items() if key != name}
    for document in (without, {**whole, name: 5}):
        with pytest.raises(InputError):
            Receipt.from_dict(document)
