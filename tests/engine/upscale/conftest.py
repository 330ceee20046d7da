"""Pictures and networks for enlarging."""

from pathlib import Path

import pytest
from support.enlarging import scene

from editor.engine.weights import Models

MODELS = Path(__file__).resolve().parents[3] / "resources" / "models"


@pytest.fixture(scope="session")
def picture():
    result = scene(140, 230)
    result.flags.writeable = False
    return result


@pytest.fixture
def installed():
    """The models of this checkout; a test skips where the one it names is absent."""

    def models(name):
        found = Models([MODELS])
        if found.network(name) is None:
            pytest.skip(f"{name} is not installed")
        return found

    return models
