"""From arguments to an exit code: 0 done, 2 bad input, 130 interrupted, 1 anything else.

Results go to standard output, everything else to standard error. Bad input is
answered by one line and never by a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from ppml_core.cli.arguments import build_parser
from ppml_core.errors import PPMLError, RunCancelled

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_characters(stream)
    try:
        arguments = build_parser().parse_args(argv)
        _command(arguments.command)(arguments)
        sys.stdout.flush()
        return DONE
    except KeyboardInterrupt:
        return _say("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        return _reader_left()
    except RunCancelled:
        return _say("The run was cancelled.", FAILED)
    except PPMLError as error:
        return _say(str(error), BAD_INPUT)
    except Exception as error:
        if os.environ.get("PPML_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _say(f"Something unexpected went wrong ({what}). PPML_DEBUG=1 shows where.", FAILED)


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    """The function behind a command; each is imported only when it is asked for."""
    if name == "datasets":
        from ppml_core.cli.datasets import show_datasets

        return show_datasets
    from ppml_core.cli.runs import run_command

    return run_command


def _say(message: str, code: int) -> int:
    """One line on standard error, whatever the message contains."""
    print("ppml: " + " ".join(message.split()), file=sys.stderr)
    return code


def _never_fail_on_characters(stream: TextIO) -> None:
    """A terminal that cannot show a character shows a question mark instead."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")


def _reader_left() -> int:
    """``ppml ... | head`` is no error of ours, but Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
