"""The command `winnow`. Exit codes: 0 done, 1 a build or a check failed, 2 the call is wrong, 130 after Ctrl-C, 143
after SIGTERM."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import winnow.trainer.cli.parsers
from winnow.pipelines.commands import (
    attribution,
    build,
    fetch,
    fit_limits,
    forget,
    look,
    publish,
    recipe,
    report,
    robots,
    sample,
    stats,
)
from winnow.pipelines.commands.help import EXAMPLES
from winnow.pipelines.commands.parser import RAW, Parser
from winnow.pipelines.ending import STOPPED, Ended
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.quiet import quiet
from winnow.pipelines.streams import spoken
from winnow.pipelines.text import one_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every error of the user's is one line, without a traceback."""
    quiet()
    return spoken(lambda: _run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        _legible(arguments)
        parser = _parser()
        given, rest = parser.parse_known_args(arguments)
        if rest and given.command != "build":
            what = f"option {rest[0]}" if rest[0].startswith("-") else f"use for the word {rest[0]!r}"
            raise BadCall(f"winnow {given.command} has no {what}; see winnow {given.command} --help")
        given.rest = rest
        run: Callable[[argparse.Namespace], int] = given.run
        return run(given)
    except SystemExit as left:  # argparse's, after --help or a wrong call
        return left.code if isinstance(left.code, int) else 0
    except BadCall as error:
        return _told(str(error), 2)
    except BuildFailed as error:
        return _told(str(error), 1)
    except OSError as error:  # a full disk, a file that went away: where nobody could say more
        return _told(_place(error), 1)
    except MemoryError:
        return _told("memory ran out; fewer --workers need less", 1)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # behind the terminal's ^C
        return _told(STOPPED, 130)
    except Ended:
        return _told(STOPPED, 143)


def _legible(arguments: Sequence[str]) -> None:
    """Paths stand in rows, in JSON and in messages, which are UTF-8."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise BadCall(f"{argument!r} is not UTF-8; give the file or folder a name that is") from error
        if "\0" in argument:
            raise BadCall(f"{argument!r} holds a NUL, which no name and no path can")


def _told(message: str, code: int) -> int:
    """Say what is wrong, in one line whatever stands in the names, and return the exit code."""
    print(f"winnow: {one_line(message)}", file=sys.stderr)
    return code


def _place(error: OSError) -> str:
    """`PATH: No space left on device`; what the error says itself where it has no path."""
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    return f"{' -> '.join(names)}: {error.strerror}" if names and error.strerror else str(error) or type(error).__name__


def _parser() -> argparse.ArgumentParser:
    about = "Builds pre-training corpora that can explain every document they kept or dropped, and trains on them."
    parser = Parser(prog="winnow", formatter_class=RAW, epilog=EXAMPLES, allow_abbrev=False, description=about)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for family in (build, recipe, fetch, robots, fit_limits, look, stats, sample, report, forget, attribution, publish):
        family.add(commands)
    winnow.trainer.cli.parsers.add(commands, Parser)
    return parser
