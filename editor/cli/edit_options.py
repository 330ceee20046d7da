"""The options of ``image-editor edit``, drawn from what each operation declares."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from editor.domain.errors import InputError
from editor.domain.kinds import Areas, Operation
from editor.domain.options import EditOptions
from editor.fallback.manager import DEFAULT_CYCLES
from editor.operations.base import EditOperation
from editor.operations.parameters import AREAS, Parameter, ParameterKind, options_of
from editor.operations.registry import OPERATIONS, operation_of

_METAVARS = {
    ParameterKind.TEXT: "WORDS",
    ParameterKind.INTEGER: "N",
    ParameterKind.NUMBER: "N",
    ParameterKind.BACKGROUND: "COLOR|FILE",
    ParameterKind.STROKES: "FILE",
}
_DEFAULTS = {AREAS.name: Areas.TOGETHER}
"""Where a script is better off than with the window's: one command is one edit, unless more are asked for."""
MOST_GROWN, MOST_FEATHERED = 1_000, 100_000
"""Pixels beyond which a mask's edge is not moved or softened: what is more takes minutes and marks all or nothing."""
MOST_WIDE = 100_000
MOST_CYCLES = 1_000
_MASK_OPTIONS = ("--mask", "--grow", "--feather")


def add_edit(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with one subcommand an operation."""
    edit = verbs.add_parser("edit", help="edit a picture file")
    operations = edit.add_subparsers(dest="operation", metavar="OPERATION", required=True)
    for operation in OPERATIONS:
        # Shortened options would change their meaning with every one that is added.
        command = operations.add_parser(
            operation.operation.value, help=operation.summary, description=_sentence(operation), allow_abbrev=False
        )
        _add_files(command, operation)
        for parameter in operation.parameters:
            _add_parameter(command, parameter)
        if operation.operation is Operation.UPSCALE:
            command.add_argument(
                "--width", type=_whole_number(1, MOST_WIDE), metavar="PX", help="as wide as this, instead of --scale"
            )
        _add_common(command)


def edit_options(options: argparse.Namespace, *, pictures: Mapping[str, Any], width: int) -> EditOptions:
    """What the user chose; ``pictures`` holds what stands in the files that options name, ``width`` is the picture's.

    Raises InputError.
    """
    declared = operation_of(Operation(options.operation)).parameters
    values = {parameter.name: getattr(options, parameter.name) for parameter in declared}
    values |= {name: picture for name, picture in pictures.items() if name in values}
    if getattr(options, "width", None) is not None:
        values["scale"] = _scale_to(options.width, width)
    return options_of(values, models=_models(options.model))


def _scale_to(wanted: int, width: int) -> float:
    """The scale that makes a picture of ``width`` as wide as ``wanted``."""
    if wanted <= width:
        raise InputError(f"The picture is {width} pixels wide already. Give a larger --width.")
    return wanted / width


def surplus_words(operation: Operation, surplus: Sequence[str]) -> str:
    """A sentence about options that ``operation`` does not take. What was given with them is not repeated: it may be
    the user's own words."""
    names = [word.partition("=")[0] for word in surplus if word.startswith("-")]
    if not names:
        return f"{operation} takes one picture, and more words were given; put quotes around words with spaces"
    takers = [one for one in OPERATIONS if names[0] in _options_of(one)]
    if not takers:
        return f"{operation} takes no {names[0]}; see image-editor edit {operation} --help"
    return f"{operation} takes no {names[0]}; it is for {', '.join(one.operation for one in takers)}"


def _options_of(operation: type[EditOperation]) -> tuple[str, ...]:
    own = tuple(parameter.option for parameter in operation.parameters)
    if operation.operation is Operation.UPSCALE:
        return (*own, "--width")
    return (*own, *_MASK_OPTIONS) if operation.operation.masked else own


def _sentence(operation: type[EditOperation]) -> str:
    return f"{operation.summary[0].upper()}{operation.summary[1:]}."


def _add_files(command: argparse.ArgumentParser, operation: type[EditOperation]) -> None:
    command.add_argument("input", metavar="IN", help="the picture")
    command.add_argument(
        "-o", "--output", required=True, metavar="OUT", help="where the result goes; its ending decides"
    )
    if operation.operation.masked:
        command.add_argument("--mask", required=True, metavar="FILE", help="picture of the same size: white changes")
        _add_edge(command, "--grow", help_text="widen the mask (default 0)", most=MOST_GROWN)
        _add_edge(command, "--feather", help_text="soften its edge (default 0)", most=MOST_FEATHERED)


def _add_edge(command: argparse.ArgumentParser, option: str, *, help_text: str, most: int) -> None:
    command.add_argument(option, type=_whole_number(0, most), default=0, metavar="PX", help=help_text)


def _add_parameter(command: argparse.ArgumentParser, parameter: Parameter) -> None:
    choices = "|".join(parameter.choices) or _METAVARS[parameter.kind]
    command.add_argument(
        parameter.option,
        dest=parameter.name,
        type=_parsed_by(parameter),
        default=_DEFAULTS.get(parameter.name, parameter.default),
        required=parameter.required,
        metavar=choices,
        help=parameter.help.replace("%", "%%"),
    )


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--platforms", metavar="LIST", help="the whole chain, in order: stability,replicate,fal,local")
    command.add_argument(
        "--face-off",
        metavar="LIST",
        help="the edit on each of these platforms at once: OUT-stability.png, OUT-replicate.png",
    )
    command.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="PLATFORM=NAME",
        help="the only model to try on a platform, for each one named; see image-editor models",
    )
    command.add_argument("--receipt", metavar="FILE", help="write the full record of the edit as JSON")
    command.add_argument(
        "--embed-receipt", action="store_true", help="put the record, your words included, into the picture's own file"
    )
    command.add_argument("--json", action="store_true", help="the receipt on stdout instead of a sentence")
    command.add_argument(
        "--cycles", type=_whole_number(1, MOST_CYCLES), default=DEFAULT_CYCLES, metavar="N", help="rounds of trying"
    )


def _parsed_by(parameter: Parameter) -> Callable[[str], Any]:
    def value(text: str) -> Any:
        try:
            return parameter.parsed(text)
        except InputError as error:
            raise argparse.ArgumentTypeError(error.message) from None

    return value


def _models(words: Sequence[str]) -> Mapping[str, str]:
    models: dict[str, str] = {}
    for word in words:
        platform, _, name = (part.strip() for part in word.partition("="))
        if not platform or not name:
            raise InputError(f"“{word}” does not name a model. Write --model PLATFORM=NAME.")
        if platform in models:
            raise InputError(f"Two models are named for {platform}. Name one.")
        models[platform] = name
    return models


def _whole_number(least: int, most: int) -> Callable[[str], Any]:
    """A reader of whole numbers from ``least`` to ``most`` for argparse, with the sentences of a parameter."""
    return _parsed_by(
        Parameter(name="", kind=ParameterKind.INTEGER, label="The number", help="", least=least, most=most)
    )
