"""Set up, run, test and check Image Editor from a checkout. Needs Python 3.11 or newer and nothing else.

    python3 packaging/dev.py run [FILE…]   start the editor (without a display: erase from the sample photo)
    python3 packaging/dev.py test [ARG…]   run the test suite offscreen; --long adds the runs that take minutes
    python3 packaging/dev.py check         ruff, types, import contracts
    python3 packaging/dev.py bench         the benchmarks, as tables beside their targets
    python3 packaging/dev.py weights       the engine's small models; --all adds the large ones (185 MB)
    python3 packaging/dev.py wheel         a wheel with the small models inside, into dist/

Every command first brings what is missing: Qt's system libraries, a virtual environment, the dependencies, the small
models of the engine. That takes a minute or two the first time and nothing afterwards.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "set-up.sha256"
WEIGHTS_STAMP = VENV / "weights.sha256"
MODELS = ROOT / "resources" / "models"
CATALOGUES = (ROOT / "editor" / "engine" / "models.toml", ROOT / "editor" / "engine" / "packages.toml")

# Shared library → Debian package that holds it. Qt loads the first group even without a display.
SYSTEM_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libbrotlidec.so.1": "libbrotli1",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}

ROOMS_WITHOUT_QT = (
    "domain",
    "imaging",
    "engine",
    "transport",
    "platforms",
    "storage",
    "simulator",
    "fallback",
    "operations",
    "tools",
    "cli",
)


def say(words: str) -> None:
    """Tell the user what happens now."""
    print(f"[dev] {words}", file=sys.stderr, flush=True)


def stop(words: str) -> None:
    """End with a sentence and the exit code of bad circumstances."""
    say(words)
    raise SystemExit(2)


def main(arguments: list[str]) -> int:
    """Carry out one command and return its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence instead of a traceback
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    commands = {"run": run, "test": test, "check": check, "bench": bench, "weights": weights, "wheel": wheel}
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments[0] != "run":  # run keeps the place: its files are named from there
        os.chdir(ROOT)
    bring_system_libraries()
    bring_environment()
    if arguments[0] != "weights":
        bring_weights()
    return commands[arguments[0]](arguments[1:])


def run(files: list[str]) -> int:
    """Start the editor, or do the main job without a window where there is no display."""
    if has_display():
        return call([PYTHON, "-m", "editor", *files])
    say("No display here: erasing the marked object from the sample photo instead, on this computer.")
    return call([PYTHON, ROOT / "packaging" / "first_run.py", ROOT / "first-run"], offscreen=True)


def test(arguments: list[str]) -> int:
    """Run the whole test suite, offscreen: first the rooms that must do without Qt, then the rest."""
    selection = [] if "--long" in arguments else ["-m", "not long"]
    rest = [argument for argument in arguments if argument != "--long"]
    if any(not argument.startswith("-") for argument in rest):
        return call([PYTHON, "-m", "pytest", *selection, *rest], offscreen=True)
    rooms = [f"tests/{room}" for room in ROOMS_WITHOUT_QT]
    say("The rooms below the window, with PySide6 out of reach …")
    without_qt = call([PYTHON, "tests/without_qt.py", *selection, *rest, *rooms], offscreen=True)
    say("The window and the whole program …")
    others = [f"--ignore={room}" for room in rooms]
    with_qt = call([PYTHON, "-m", "pytest", *selection, *rest, *others], offscreen=True)
    return without_qt or with_qt


def check(_: list[str]) -> int:
    """Run every static check and report all of them, not only the first that fails."""
    checks = {
        "ruff check": [BIN / "ruff", "check", "."],
        "ruff format": [BIN / "ruff", "format", "--check", "."],
        "types": [BIN / "mypy"],
        "import contracts": [BIN / "lint-imports", "--no-logo"],
    }
    failed = []
    for name, command in checks.items():
        say(f"{name} …")
        if call(command):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Run the benchmarks one after another."""
    say("Bringing the libraries that we are measured against …")
    if call([PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-q", *dependency_group("bench")]):
        say("They could not be installed; their rows are left out.")
    worst = 0
    for script in sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py")):
        if arguments and not any(word in script.name for word in arguments):
            continue
        say(script.name)
        worst = max(worst, call([PYTHON, script], offscreen=True))
    return worst


def weights(arguments: list[str]) -> int:
    """Bring the engine's models into resources/models: the small ones, or with --all also the large ones."""
    return call([PYTHON, ROOT / "packaging" / "bring_weights.py", MODELS, *arguments])


def wheel(_: list[str]) -> int:
    """Build a wheel that holds the small models, and check it in an environment of its own."""
    return call([PYTHON, ROOT / "packaging" / "build_wheel.py", ROOT, ROOT / "dist"])


def has_display() -> bool:
    """Whether a window could be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def call(command: list[str | Path], *, offscreen: bool = False) -> int:
    """Run a command in the foreground and return its exit code."""
    environment = dict(os.environ)
    if offscreen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        return subprocess.call([str(word) for word in command], env=environment)
    except KeyboardInterrupt:
        return 130


def bring_system_libraries() -> None:
    """Install what Qt needs of a Debian-like system, or say what to type."""
    if not sys.platform.startswith("linux"):
        return
    packages = [package for library, package in SYSTEM_LIBRARIES.items() if not loads(library)]
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        packages.append("python3-venv")
    if not packages:
        return
    apt = shutil.which("apt-get")
    if apt is None:
        stop(f"These libraries are missing; install them with your package manager: {' '.join(packages)}")
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        stop(f"System libraries are missing. Type this, then try again:\n  sudo {' '.join(install)}")
    say(f"Installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], install[1:]):
        if subprocess.call([apt, "-q", *step], env=environment, stdout=sys.stderr):
            stop("The system packages could not be installed; the lines above say why.")


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def bring_environment() -> None:
    """Make the virtual environment and install the project with its development tools into it."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and STAMP.is_file() and STAMP.read_text() == wanted:
        return
    if not has_pip():
        say("Making a virtual environment in .venv")
        # Not venv.create: a Debian Python that got its ensurepip a moment ago sees it only in a new process.
        if subprocess.call([sys.executable, "-m", "venv", str(VENV)], stdout=sys.stderr):
            stop("The virtual environment could not be made; the lines above say why.")
    say("Installing the dependencies (a minute, the first time)")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q", "-e", f"{ROOT}[fast]"]
    if subprocess.call([*command, *dependency_group("dev")], stdout=sys.stderr):
        stop("The dependencies could not be installed; the lines above say why.")
    STAMP.write_text(wanted)
    say("Set up.")


def bring_weights() -> None:
    """Bring the engine's small models once; without them its operations take their classical form, and say so."""
    content = b"".join(path.read_bytes() for path in CATALOGUES)
    wanted = hashlib.sha256(content + str(MODELS).encode()).hexdigest()
    if WEIGHTS_STAMP.is_file() and WEIGHTS_STAMP.read_text() == wanted and MODELS.is_dir():
        return
    say("Fetching the engine's small models (47 MB, once)")
    if weights([]):
        say("The program works without them. “python3 packaging/dev.py weights” tries again.")
    # Also where they could not be had: a computer without network is not to wait for it at every start.
    WEIGHTS_STAMP.write_text(wanted)


def has_pip() -> bool:
    """Whether the virtual environment is whole: where making it was broken off, pip is what is missing."""
    if not PYTHON.exists():
        return False
    question = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.call(question, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def dependency_group(name: str) -> list[str]:
    """What pyproject.toml names in this group: what developing needs, or what the benchmarks compare with."""
    import tomllib  # Python 3.11; imported here so that an older Python gets the sentence of main()

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return list(groups[name])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
