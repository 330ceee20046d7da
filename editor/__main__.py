"""Start: the engine's process, a headless command, or the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns the exit code."""
    try:
        code = _run(arguments)
    except KeyboardInterrupt:
        # Pressed while the program was still starting: the commands answer for themselves later on.
        code = 4
    from editor.domain.blocking import blocking_work_goes_on

    if blocking_work_goes_on():
        # A cancelled edit may have left a thread inside OpenCV. Python would end it at its next step, which C++
        # answers with an abort: leave by the back door, with everything written.
        import logging
        import os

        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["--engine-worker"]:
        # First of all, and before any other import: a frozen program starts itself as its own engine.
        from editor.engine.worker import main as engine_main

        return engine_main()
    import io
    import os

    from editor.storage.log_file import configure_logging
    from editor.storage.paths import Paths

    environment = dict(os.environ)
    for stream in (sys.stdout, sys.stderr):
        # A console of another encoding gets \\u escapes instead of a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    log_path = configure_logging(stderr=True, folder=Paths.of_system(environment).logs)

    from editor.app.window import show_window
    from editor.cli.main import Surroundings, guarded, is_headless
    from editor.cli.main import main as run_command

    if not is_headless(words):
        files = words[1:] if words[:1] == ["--"] else words
        return guarded(lambda: show_window(files, environment), log_path)

    from editor.app.composition import make_session

    return run_command(
        words,
        Surroundings(make_session=make_session, show_window=show_window, environment=environment, log_path=log_path),
    )


if __name__ == "__main__":
    raise SystemExit(main())
