from __future__ import annotations

import numpy as np
import pytest
from support.fake_window import model_facts, status

from editor.domain.document import Document
from editor.domain.kinds import Operation, UpscaleMode
from editor.domain.options import EditOptions, Expansion
from editor.domain.status import KeySource, Standing
from editor.session import ListedModel
from editor.ui.edit_readiness import WayOut, nobody_serves, obstacle


def listed(platform: str, standing: Standing, operation: Operation) -> ListedModel:
    source = KeySource.NOT_NEEDED if platform == "local" else KeySource.NONE
    return ListedModel(model_facts(platform, operation), status(platform, standing, key_source=source))


@pytest.fixture
def document() -> Document:
    return Document(np.full((20, 30, 4), 255, np.uint8), name="small")


def words(operation: Operation, options: EditOptions, document: Document | None, *, masked: bool = True) -> str:
    found = obstacle(operation, options, document=document, masked=masked, models=None, local_only=False)
    return "" if found is None else found.words


def test_what_is_missing_is_named(document: Document) -> None:
    nothing = EditOptions()
    assert words(Operation.ERASE, nothing, None) == "Open a picture first."
    assert words(Operation.ERASE, nothing, document, masked=False) == "Paint over what you want to remove first."
    assert words(Operation.INPAINT, nothing, document, masked=False) == "Paint over what is to change first."
    assert words(Operation.INPAINT, nothing, document) == ""
    assert "Name the thing" in words(Operation.SEARCH_AND_REPLACE, nothing, document)
    assert "Describe" in words(Operation.SEARCH_AND_REPLACE, EditOptions(search="cup"), document)
    assert words(Operation.SEARCH_AND_REPLACE, EditOptions(search="cup", prompt="bowl"), document) == ""
    assert "how many pixels" in words(Operation.OUTPAINT, nothing, document)
    assert words(Operation.OUTPAINT, EditOptions(expansion=Expansion(left=5)), document) == ""
    assert words(Operation.UPSCALE, nothing, document) == ""
    assert "leaves the picture as it is" in words(Operation.UPSCALE, EditOptions(scale=1.0), document)
    assert words(Operation.REMOVE_BACKGROUND, nothing, document) == ""


def test_a_key_is_asked_for_where_only_that_is_lacking() -> None:
    models = [listed(name, Standing.NO_KEY, Operation.REMOVE_BACKGROUND) for name in ("stability", "fal")]
    found = nobody_serves(Operation.REMOVE_BACKGROUND, EditOptions(), models, local_only=False)
    assert found is not None
    assert found.words == "This computer cannot cut out a subject. Add a key for Stability AI or FAL."
    assert found.way_out is WayOut.ADD_KEY


def test_local_only_names_itself_as_the_reason() -> None:
    models = [listed("stability", Standing.OFF, Operation.OUTPAINT)]
    found = nobody_serves(Operation.OUTPAINT, EditOptions(), models, local_only=True)
    assert found is not None
    assert found.way_out is WayOut.USE_PLATFORMS
    assert "Local only" in found.words


def test_this_computer_follows_no_words() -> None:
    models = [listed("local", Standing.READY, Operation.INPAINT), listed("fal", Standing.NO_KEY, Operation.INPAINT)]
    assert nobody_serves(Operation.INPAINT, EditOptions(), models, local_only=False) is None
    found = nobody_serves(Operation.INPAINT, EditOptions(prompt="a bird"), models, local_only=False)
    assert found is not None
    assert "cannot follow words" in found.words


def test_a_platform_that_is_out_of_credits_is_no_obstacle() -> None:
    models = [listed("fal", Standing.OUT_OF_CREDIT, Operation.OUTPAINT)]
    assert nobody_serves(Operation.OUTPAINT, EditOptions(), models, local_only=False) is None


def test_a_mode_that_nobody_offers() -> None:
    facts = model_facts("local", Operation.UPSCALE, modes=(UpscaleMode.FAST,))
    models = [ListedModel(facts, status("local", Standing.READY))]
    assert nobody_serves(Operation.UPSCALE, EditOptions(), models, local_only=True) is None
    found = nobody_serves(Operation.UPSCALE, EditOptions(mode=UpscaleMode.CREATIVE), models, local_only=True)
    assert found is not None
    assert "in this mode" in found.words
