"""Qt draws into memory during the tests, whatever display there is; Ctrl-C works, however the suite was started."""

import os
import signal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A suite that was started in the background ignores Ctrl-C, and every program that it starts would do so too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
