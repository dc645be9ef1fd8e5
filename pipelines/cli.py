"""The command `winnow`. Exit codes: 0 done, 1 a build or a check failed, 2 the call is wrong, 130 after Ctrl-C, 143
after SIGTERM."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from winnow.pipelines.commands.argument_kinds import folder, size, workers
from winnow.pipelines.commands.help import BUILD, EXAMPLES, RECIPES
from winnow.pipelines.ending import Ended, ending_once
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.streams import spoken
from winnow.pipelines.views.tabular import one_line
from winnow.trainer import cli as trainer

RAW = argparse.RawDescriptionHelpFormatter
RECIPE = "a shipped recipe's name (winnow recipe list) or a .toml file"
Commands = Any
"""What argparse gives for subcommands; its type is private."""


STOPPED = "stopped; nothing is broken. The same command goes on from here."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every error of the user's is one line, without a traceback."""
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


class _Parser(argparse.ArgumentParser):
    """argparse, but what is wrong is told in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        if message.endswith("required: RECIPE"):
            message += ", which stands before --input: every word after that is a file to read"
        self.exit(2, f"{one_line(f'{self.prog}: {message}; see {self.prog} --help')}\n")


def _parser() -> argparse.ArgumentParser:
    about = "Builds pre-training corpora that can explain every document they kept or dropped, and trains on them."
    parser = _Parser(prog="winnow", formatter_class=RAW, epilog=EXAMPLES, allow_abbrev=False, description=about)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_build(commands)
    _add_recipe(commands)
    models = commands.add_parser("models", help="fetch the models that recipes name", allow_abbrev=False)
    actions = models.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    fetch = actions.add_parser("fetch", help="put them into the cache directory ($WINNOW_CACHE)")
    fetch.add_argument("names", nargs="*", metavar="MODEL", help="one of those that recipes name (default: all)")
    fetch.set_defaults(run=_models_fetch)
    _add_views(commands)
    trainer.add(commands, _Parser)
    return parser


def _add_build(commands: Commands) -> None:
    build = commands.add_parser("build", help="build a corpus from a recipe and input files", formatter_class=RAW,
                                epilog=BUILD, allow_abbrev=False, description="Build a corpus.")  # fmt: skip
    build.add_argument("recipe", metavar="RECIPE", help=f"{RECIPE}; stands before --input")
    build.add_argument("--input", action="extend", nargs="+", required=True, metavar="PATTERN",
                       help="files to read; NAME=PATTERN for one of several sources")  # fmt: skip
    build.add_argument(
        "--output", type=folder, required=True, metavar="DIR", help="a new or empty directory, or one to go on with"
    )
    build.add_argument("--workers", type=workers, default=os.cpu_count() or 1, metavar="N",
                       help="processes on this machine (default: %(default)s)")  # fmt: skip
    build.add_argument("--unit-mib", "--chunk-mib", type=size, default=8.0, metavar="N", dest="chunk_mib",
                       help="input a unit, of work and of resume (default: %(default)s)")  # fmt: skip
    build.add_argument("--replace", action="store_true",
                       help="build anew what is in DIR: another build, or this one by other versions")  # fmt: skip
    build.add_argument("--quiet", action="store_true", help="say nothing but errors")
    build.set_defaults(run=_build)


def _add_recipe(commands: Commands) -> None:
    recipe = commands.add_parser("recipe", help="list, show or check recipes", formatter_class=RAW,
                                 epilog=RECIPES, allow_abbrev=False)  # fmt: skip
    actions = recipe.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    actions.add_parser("list", help="the shipped recipes").set_defaults(run=_recipe_list)
    show = actions.add_parser("show", help="a recipe with every default written out")
    show.add_argument("recipe", metavar="NAME")
    show.add_argument("--source", action="store_true", help="the file as it stands, with its comments")
    show.set_defaults(run=_recipe_show)
    check = actions.add_parser("check", help="check a recipe file")
    check.add_argument("recipe", metavar="FILE")
    check.set_defaults(run=_recipe_check)


def _add_views(commands: Commands) -> None:
    card = commands.add_parser("card", help="show a build's data card", allow_abbrev=False)
    ledger = commands.add_parser("ledger", help="show a build's ledger", allow_abbrev=False)
    why = commands.add_parser("why", help="one document's way through the build", allow_abbrev=False)
    for command, run in ((card, _card), (ledger, _ledger), (why, _why)):
        command.add_argument("dir", metavar="DIR")
        command.set_defaults(run=run)
    ledger.add_argument("--check", action="store_true",
                        help="count the rows of corpus/ and rejected/ again; exit 1 if anything differs")  # fmt: skip
    ledger.add_argument("--json", action="store_true", help="as JSON")
    why.add_argument("document", metavar="ID_OR_URL")


def _build(given: argparse.Namespace) -> int:
    from winnow.pipelines.build import Request, build
    from winnow.pipelines.display import Display
    from winnow.pipelines.recipe.file import find, load

    if given.rest and not given.rest[0].startswith("-"):
        raise BadCall(f"{given.rest[0]!r} is one word too many: files to read stand after --input, what has white "
                      "space stands in quotes; see winnow build --help")  # fmt: skip
    if given.rest:
        from winnow.pipelines.beam.run import runner_of

        runner_of(given.rest)  # what is wrong with them is told before anything else
    display = Display(sys.stderr, given.quiet)
    request = Request(load(find(given.recipe)), tuple(given.input), given.output, given.workers, given.chunk_mib,
                      given.replace, tuple(given.rest))  # fmt: skip
    with ending_once():
        made = build(request, display)
    if not given.quiet:
        from winnow.pipelines.views.terminal.explain import summary

        print(summary(made.shown))
    return 0


def _recipe_list(given: argparse.Namespace) -> int:
    from winnow.pipelines.recipe.file import find, load, shipped

    for name in shipped():
        print(f"{name:14} {load(find(name)).about}")
    return 0


def _recipe_show(given: argparse.Namespace) -> int:
    import tomli_w

    from winnow.pipelines.recipe.file import find, load
    from winnow.pipelines.recipe.lock import table_of

    path = find(given.recipe)
    recipe = load(path)
    print(path.read_text(encoding="utf-8") if given.source else tomli_w.dumps(table_of(recipe)), end="")
    return 0


def _recipe_check(given: argparse.Namespace) -> int:
    from winnow.pipelines.recipe.file import find, load
    from winnow.pipelines.recipe.plugins import plugins

    recipe = load(find(given.recipe))
    limits = sum(r.min is not None or r.max is not None for s in recipe.steps for r in s.rules)
    print(f"{one_line(given.recipe)}: right: {len(recipe.sources)} sources, {len(recipe.steps)} steps, {limits} limits")
    for name, software in plugins(recipe).items():
        print(f"  {one_line(f'{name} is of {software}')}")
    return 0


def _models_fetch(given: argparse.Namespace) -> int:
    from winnow.pipelines.annotators.models import MODELS, fetch
    from winnow.pipelines.recipe.strict import suggest

    for name in given.names:
        if name not in MODELS:
            raise BadCall(f"there is no model {name!r}{suggest(name, MODELS)}")
    fetch(given.names or list(MODELS), print)
    return 0


def _card(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.terminal.explain import card

    print(card(given.dir), end="")
    return 0


def _ledger(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.terminal.explain import ledger

    text, right = ledger(given.dir, check=given.check, as_json=given.json)
    print(text)
    return 0 if right else 1


def _why(given: argparse.Namespace) -> int:
    from winnow.pipelines.views.terminal.explain import why

    text, found = why(given.dir, given.document)
    if not found:
        raise BadCall(text)
    print(text)
    return 0
