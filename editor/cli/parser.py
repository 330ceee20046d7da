"""The command line's words and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from editor import __version__
from editor.domain.kinds import Operation, OperationType
from editor.fallback.manager import DEFAULT_CYCLES
from editor.fallback.selection import DEFAULT_TABLES
from editor.simulator.scripts import Script

PROGRAM = "image-editor"
PLATFORMS = tuple(link.platform for link in DEFAULT_TABLES[OperationType.IMAGE_EDITING])

DESCRIPTION = """Edit photos with AI platforms that stand in for one another.
Without a command the window opens, with the files named."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command; bad usage ends with exit code 2 and a sentence on stderr."""
    parser = build_parser()
    options, surplus = parser.parse_known_args(list(arguments))
    if options.verb is None:
        parser.error("a command is missing")
    if surplus and options.verb == "keys":
        # Not quoted: it may be a key.
        parser.error("a key is never an argument, where others can read it; it is asked for, or piped in")
    if surplus:
        parser.error(f"unrecognized arguments: {' '.join(surplus)}")
    return options


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; bad usage ends with exit code 2 and a sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage="image-editor [FILE ...]\n       image-editor {edit,platforms,keys,simulate} ...",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Image Editor {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", prog=PROGRAM)
    _add_edit(verbs)
    platforms = verbs.add_parser("platforms", help="list the platforms and how they stand")
    platforms.add_argument("--json", action="store_true", help="as JSON on stdout")
    _add_keys(verbs)
    _add_simulate(verbs)
    return parser


def _add_edit(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    edit = verbs.add_parser("edit", help="edit a picture file")
    operations = edit.add_subparsers(dest="operation", metavar="OPERATION", required=True)
    erase = operations.add_parser(
        Operation.ERASE.value, help="remove what the mask covers, filled from its surroundings"
    )
    erase.add_argument("input", metavar="IN", help="the picture")
    erase.add_argument("--mask", required=True, metavar="MASK", help="picture of the same size: white changes")
    erase.add_argument("-o", "--output", required=True, metavar="OUT", help="where the result goes; its ending decides")
    erase.add_argument("--platforms", metavar="LIST", help="the whole chain, in order: stability,replicate,fal,local")
    erase.add_argument("--receipt", metavar="FILE", help="write the full record of the edit as JSON")
    erase.add_argument("--json", action="store_true", help="the receipt on stdout instead of a sentence")
    erase.add_argument("--cycles", type=_at_least(1), default=DEFAULT_CYCLES, metavar="N", help="rounds of trying")
    erase.add_argument("--grow", type=_at_least(0), default=0, metavar="PX", help="widen the mask first (default 0)")
    erase.add_argument("--feather", type=_at_least(0), default=0, metavar="PX", help="soften its edge (default 0)")
    erase.add_argument("--seed", type=_at_least(0), metavar="N", help="repeatable results where a platform offers them")


def _add_keys(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = verbs.add_parser("keys", help="keep, test or delete an API key in the system's keyring")
    actions = keys.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, words in (
        ("set", "keep a key; it is asked for without echo, or read from stdin's first line"),
        ("test", "ask the platform whether it knows the key"),
        ("delete", "remove a kept key"),
    ):
        command = actions.add_parser(action, help=words)
        command.add_argument("platform", metavar="PLATFORM", choices=[name for name in PLATFORMS if name != "local"])


def _add_simulate(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = verbs.add_parser("simulate", help="try the platforms without keys, against servers on this computer")
    simulate.add_argument(
        "--script",
        action="append",
        default=[],
        metavar="[PLATFORM=]NAME",
        help=f"how a platform behaves; without PLATFORM, the first one. NAME: {', '.join(Script)}",
    )
    simulate.add_argument(
        "--serve", action="store_true", help="no window: print the environment and serve until Ctrl-C"
    )
    simulate.add_argument("files", nargs="*", metavar="FILE")


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from None
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is below {least}")
        return value

    return number
