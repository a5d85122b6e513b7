"""What can be typed. Ranges are checked by the requests themselves, not here."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ppml_core import __version__
from ppml_core.cli import file_options, invert
from ppml_core.errors import PPMLError
from ppml_core.jobs.attribute_request import ATTRIBUTE_MODELS
from ppml_core.jobs.requests import ATTACKS, AttributesRequest, AuditRequest, FrontierRequest
from ppml_core.models.architecture import KINDS
from ppml_core.training.recipe import OPTIMIZERS, DPSGDConfig

_WHOLE_MAX = 2**53
_DEFAULT = "default: %(default)s"


class UsageError(PPMLError):
    """Arguments that do not make a command."""


class Parser(argparse.ArgumentParser):
    """Raises ``UsageError`` where argparse would print its usage over several lines."""

    def error(self, message: str) -> NoReturn:
        """See the class."""
        raise UsageError(f"{message} (see {self.prog} --help)")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line.

    >>> build_parser().parse_args(["audit", "digits", "--attacks", "lira,rmia"]).attacks
    ('lira', 'rmia')
    """
    parser = Parser(prog="ppml", description="Audit what models reveal about their training data.")
    parser.add_argument("--version", action="version", version=f"ppml {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("datasets", help="list the datasets that can be named")
    audit = commands.add_parser("audit", help="train a population and attack every model of it")
    _add_common(audit, AuditRequest())
    _add_audit(audit)
    frontier = commands.add_parser("frontier", help="accuracy and leakage as epsilon and clip move")
    _add_common(frontier, FrontierRequest())
    _add_frontier(frontier, FrontierRequest())
    attributes = commands.add_parser(
        "attributes", help="guess a column, with and without the model"
    )
    _add_attributes(attributes, AttributesRequest())
    inversion = commands.add_parser("invert", help="reconstruct pictures, and test what is proven")
    _add_invert(inversion)
    return parser


def _add_common(parser: argparse.ArgumentParser, usual: AuditRequest | FrontierRequest) -> None:
    """Data, model, attacks and output, the same for both kinds of run."""
    recipe = usual.recipe
    _add_data(parser)
    add = parser.add_argument_group("model").add_argument
    add("--model", choices=KINDS, default="mlp", help="default: mlp")
    add("--hidden", type=_widths, metavar="N,N", help="widths of the hidden layers (default: 64)")
    add("--epochs", type=_whole, default=recipe.epochs, metavar="N", help=_DEFAULT)
    add("--batch-size", type=_whole, default=recipe.batch_size, metavar="N", help=_DEFAULT)
    add("--optimizer", choices=OPTIMIZERS, default=recipe.optimizer, help=_DEFAULT)
    add("--learning-rate", type=float, metavar="R", help="default: the optimizer's usual one")
    add = parser.add_argument_group("attack").add_argument
    add("--shadows", type=_whole, default=usual.shadows, metavar="N", help=_DEFAULT)
    add("--attacks", type=_names, default=usual.attacks, metavar="A,A", help=", ".join(ATTACKS))
    add("--seed", type=_whole, default=usual.seed, metavar="S", help=_DEFAULT)
    _add_output(parser)


def _add_data(parser: argparse.ArgumentParser) -> None:
    """Which records, the same for every command."""
    group = parser.add_argument_group("data")
    group.add_argument("dataset", metavar="DATASET|FILE", help="of `ppml datasets`, or a file")
    file_options.add_options(group)


def _add_output(parser: argparse.ArgumentParser) -> None:
    """Where results go, the same for every command."""
    add = parser.add_argument_group("output").add_argument
    add("--json", metavar="OUT", help="write the report; - is standard output")
    add("--store", metavar="DIR", help="where runs are kept (default: PPML_HOME)")


def _add_attributes(parser: argparse.ArgumentParser, usual: AttributesRequest) -> None:
    """Which column is guessed, from which models."""
    recipe = usual.recipe
    _add_data(parser)
    add = parser.add_argument_group("attack").add_argument
    column = "the column to guess, or one value of it as COL=VALUE"
    add("--sensitive", metavar="COL", required=True, help=column)
    add("--models", type=_whole, default=usual.models, metavar="N", help="targets, each in turn")
    shadows = "models that teach the fusion (default: %(default)s)"
    add("--shadows", type=_whole, default=usual.shadows, metavar="N", help=shadows)
    add("--seed", type=_whole, default=usual.seed, metavar="S", help=_DEFAULT)
    add = parser.add_argument_group("model").add_argument
    add("--model", choices=ATTRIBUTE_MODELS, default="mlp", help="default: mlp")
    add("--hidden", type=_widths, metavar="N,N", help="widths of the hidden layers (default: 64)")
    add("--epochs", type=_whole, default=recipe.epochs, metavar="N", help=_DEFAULT)
    add("--batch-size", type=_whole, default=recipe.batch_size, metavar="N", help=_DEFAULT)
    add("--optimizer", choices=OPTIMIZERS, default=recipe.optimizer, help=_DEFAULT)
    add("--learning-rate", type=float, metavar="R", help="default: the optimizer's usual one")
    add("--trees", type=_whole, default=usual.trees, metavar="N", help="of a forest; " + _DEFAULT)
    _add_audit(parser)
    _add_output(parser)


def _add_invert(parser: argparse.ArgumentParser) -> None:
    """Whom to reconstruct from which models."""
    _add_data(parser)
    invert.add_options(parser, _whole)
    _add_audit(parser)
    _add_output(parser)


def _add_audit(parser: argparse.ArgumentParser) -> None:
    """One privacy setting."""
    add = parser.add_argument_group("privacy").add_argument
    add("--epsilon", type=float, metavar="E", help="train by DP-SGD; inf: clip without noise")
    add("--clip", type=float, metavar="C", help="clipping norm (default: 1)")
    add("--delta", type=float, default=DPSGDConfig.delta, metavar="D", help=_DEFAULT)


def _add_frontier(parser: argparse.ArgumentParser, usual: FrontierRequest) -> None:
    """A grid of privacy settings."""
    add = parser.add_argument_group("privacy").add_argument
    shown = ",".join("inf" if e is None else f"{e:g}" for e in usual.epsilons)
    epsilons = f"inf: clip without noise (default: {shown})"
    add("--epsilons", type=_epsilons, default=usual.epsilons, metavar="E,E", help=epsilons)
    clips = f"clipping norms (default: {','.join(f'{clip:g}' for clip in usual.clips)})"
    add("--clips", type=_numbers, default=usual.clips, metavar="C,C", help=clips)
    add("--delta", type=float, default=usual.delta, metavar="D", help=_DEFAULT)
    add("--seeds", type=_whole, default=usual.seeds, metavar="N", help="repetitions of each cell")


def _whole(text: str) -> int:
    """A whole number small enough for JSON."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
    if abs(value) > _WHOLE_MAX:
        raise argparse.ArgumentTypeError(f"expected a smaller number, got {text}")
    return value


def _names(text: str) -> tuple[str, ...]:
    """Comma-separated, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _widths(text: str) -> tuple[int, ...]:
    """Comma-separated whole numbers."""
    return tuple(_whole(part) for part in text.split(","))


def _numbers(text: str) -> tuple[float, ...]:
    """Comma-separated numbers, each once."""
    try:
        return tuple(dict.fromkeys(float(part) for part in text.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected numbers like 0.5,1,2, got {text!r}") from None


def _epsilons(text: str) -> tuple[float | None, ...]:
    """Comma-separated; ``inf`` is None, clipping without noise."""
    return tuple(None if value == float("inf") else value for value in _numbers(text))
