"""What windows and the command line talk to: open, edit, save, keys, states, models. Qt-free."""

from editor.session.edits import FinishedEdit, PreparedEdit, receipt_of_failure
from editor.session.face_off import FinishedFaceOff, Offer
from editor.session.kept_result import KeptResult
from editor.session.models import ListedModel, RefreshedModels
from editor.session.pictures import paint_mask
from editor.session.services import KeyStore, Services, Settings
from editor.session.session import Session

__all__ = [
    "FinishedEdit",
    "FinishedFaceOff",
    "KeptResult",
    "KeyStore",
    "ListedModel",
    "Offer",
    "PreparedEdit",
    "RefreshedModels",
    "Services",
    "Session",
    "Settings",
    "paint_mask",
    "receipt_of_failure",
]
