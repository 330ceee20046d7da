"""Qt draws into memory during the tests, whatever display there is."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
