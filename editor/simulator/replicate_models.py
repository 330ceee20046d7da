"""Every model of Replicate that the simulator plays."""

from __future__ import annotations

from editor.simulator.replicate_model import ReplicateModel
from editor.simulator.replicate_models_fill import FILL_MODELS
from editor.simulator.replicate_models_whole import CUT_OUT_MODELS, ENLARGING_MODELS, EXTENDING_MODELS
from editor.simulator.replicate_models_words import WORDS_MODELS

REPLICATE_MODELS: tuple[ReplicateModel, ...] = (
    *FILL_MODELS,
    *CUT_OUT_MODELS,
    *WORDS_MODELS,
    *EXTENDING_MODELS,
    *ENLARGING_MODELS,
)
