"""The command line's words and options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from editor import __version__
from editor.cli.edit_options import add_edit, surplus_words
from editor.cli.ledger import add_ledger
from editor.cli.mask import add_mask
from editor.cli.models_install import add_model_actions
from editor.cli.receipts import add_receipts
from editor.cli.select import add_select
from editor.cli.why import add_why
from editor.domain.kinds import Operation
from editor.fallback.ordering import Strategy
from editor.simulator.scripts import Script

PROGRAM = "image-editor"

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
    if surplus and options.verb == "edit":
        parser.error(surplus_words(Operation(options.operation), surplus))
    if surplus:
        parser.error(f"unrecognized arguments: {' '.join(surplus)}")
    return options


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; bad usage ends with exit code 2 and a sentence on stderr."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage="image-editor [FILE ...]\n       "
        "image-editor {edit,select,mask,platforms,models,why,keys,ledger,results,receipts,simulate} ...",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Image Editor {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", prog=PROGRAM)
    add_edit(verbs)
    add_select(verbs)
    add_mask(verbs)
    platforms = verbs.add_parser("platforms", help="list the platforms and how they stand")
    platforms.add_argument("--json", action="store_true", help="as JSON on stdout")
    models = verbs.add_parser(
        "models", help="list the models of every platform, with price and availability; or those of this computer"
    )
    models.add_argument("--json", action="store_true", help="as JSON on stdout")
    models.add_argument(
        "--operation",
        choices=[operation.value for operation in Operation],
        metavar="OPERATION",
        help=f"of one operation: {', '.join(Operation)}",
    )
    models.add_argument(
        "--refresh", action="store_true", help="ask the platforms what changed: models, fields, prices, balance"
    )
    add_model_actions(models)
    add_why(verbs)
    _add_keys(verbs)
    add_ledger(verbs)
    _add_results(verbs)
    add_receipts(verbs)
    _add_simulate(verbs)
    return parser


def _add_keys(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = verbs.add_parser("keys", help="keep, test or delete an API key in the system's keyring")
    actions = keys.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, words in (
        ("set", "keep a key; it is asked for without echo, or read from stdin's first line"),
        ("test", "ask the platform whether it knows the key"),
        ("delete", "remove a kept key"),
    ):
        command = actions.add_parser(action, help=words)
        command.add_argument("platform", metavar="PLATFORM")


def _add_results(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    results = verbs.add_parser("results", help="list, collect and save results that were paid for and never saved")
    results.add_argument("--collect", action="store_true", help="ask the platforms for what they still owe")
    results.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="save the pictures as they came")
    results.add_argument("--json", action="store_true", help="as JSON on stdout")
    results.add_argument(
        "--prune", action="store_true", help="delete saved results that are over the size or the age set for them"
    )
    results.add_argument("--all", action="store_true", help="with --prune: also results that were never saved")


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
    _add_year(simulate)
    simulate.add_argument("files", nargs="*", metavar="FILE")


def _add_year(simulate: argparse.ArgumentParser) -> None:
    year = simulate.add_argument_group("a year of edits, in seconds, against platforms in this process")
    year.add_argument("--year", action="store_true", help="print how each order fares, beside a naive chain")
    year.add_argument("--seed", type=int, default=1, metavar="N", help="of the year's weather (default 1)")
    year.add_argument("--days", type=_days, default=365, metavar="N", help="a shorter time (default 365)")
    year.add_argument("--strategy", choices=list(Strategy), help="of one order alone")
    year.add_argument("--plot", metavar="FILE.svg", help="write the times as a plot")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 365:
        raise argparse.ArgumentTypeError("give whole days from 1 to 365")
    return int(text)
