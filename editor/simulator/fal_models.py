"""FAL's endpoints, all that the editor's catalogue names and a few more that take the same inputs."""

from __future__ import annotations

from editor.simulator.fal_endpoint import Endpoint
from editor.simulator.fal_models_masked import ERASERS, FILLERS
from editor.simulator.fal_models_whole import CUTTERS, ENLARGERS, EXTENDERS, FINDERS, INSTRUCTED

FAL_ENDPOINTS: tuple[Endpoint, ...] = (
    *ERASERS,
    *FILLERS,
    *FINDERS,
    *CUTTERS,
    *INSTRUCTED,
    *EXTENDERS,
    *ENLARGERS,
)
