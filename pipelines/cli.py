"""The command `winnow`. Exit codes: 0 done, 1 a build or a check failed, 2 the call is wrong, 130 after Ctrl-C."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from pipelines.errors import BadCall, BuildFailed
from trainer import cli as trainer

RAW = argparse.RawDescriptionHelpFormatter
Commands = Any
"""What argparse gives for subcommands; its type is private."""

EXAMPLES = """\
examples:
  winnow models fetch                              the language model, once
  winnow recipe list                               what recipes there are
  winnow build english-web --input 'crawl/*.warc.gz' --output corpus-1
  winnow card corpus-1                             the data card: what was kept, what was dropped and why
  winnow why corpus-1 https://example.org/page     one document's way through the build
  winnow ledger corpus-1 --check                   count the rows again and hold them against the ledger

and from a corpus to a model:
  winnow tokenizer train corpus-1 --vocab 4096 --output tok
  winnow pack corpus-1 --tokenizer tok --output pack
  winnow train tiny --pack pack --output run       then open run/run.html
"""

BUILD = """\
The same command again goes on where a killed build stopped, or finds it done. The number of workers, the size of
chunks and the order of --input change no byte of the result.

With --runner and other options of Apache Beam the jobs run whole on that runner, for example
  winnow build fineweb --input 'gs://bucket/*.warc.gz' --output gs://bucket/out --runner DataflowRunner --project ...
without them, on processes of this machine.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every error of the user's is one line, without a traceback."""
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    try:
        if rest and given.command != "build":
            raise BadCall(f"winnow {given.command} has no option {rest[0]}; see winnow {given.command} --help")
        given.rest = rest
        run: Callable[[argparse.Namespace], int] = given.run
        return run(given)
    except BadCall as error:
        print(f"winnow: {error}", file=sys.stderr)
        return 2
    except BuildFailed as error:
        print(f"winnow: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nwinnow: stopped; nothing is broken. The same command goes on from here.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class _Parser(argparse.ArgumentParser):
    """argparse, but a wrong command names the nearest one."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n{self.prog}: see {self.prog} --help\n")


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
    build.add_argument("recipe", metavar="RECIPE", help="a shipped recipe's name (winnow recipe list) or a .toml file")
    build.add_argument("--input", action="append", required=True, metavar="PATTERN",
                       help="files to read, may be repeated; NAME=PATTERN for one of several sources")  # fmt: skip
    build.add_argument("--output", required=True, metavar="DIR", help="a new or empty directory, or one to go on with")
    build.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, metavar="N",
                       help="processes on this machine (default: %(default)s)")  # fmt: skip
    build.add_argument("--chunk-mib", type=_size, default=8.0, metavar="N",
                       help="input a chunk, the unit of work and of resume (default: %(default)s)")  # fmt: skip
    build.add_argument("--replace", action="store_true", help="replace another build that is in DIR")
    build.add_argument("--quiet", action="store_true", help="say nothing but errors")
    build.set_defaults(run=_build)


def _add_recipe(commands: Commands) -> None:
    recipe = commands.add_parser("recipe", help="list, show or check recipes", allow_abbrev=False)
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


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def _size(text: str) -> float:
    value = float(text)
    if not 0 < value < 1 << 20:
        raise argparse.ArgumentTypeError(f"{text} is not a size in MiB")
    return value


def _build(given: argparse.Namespace) -> int:
    from pipelines.build import Request, build
    from pipelines.display import Display
    from pipelines.recipe_file import find, load

    if given.rest:
        from pipelines.stages.runner import runner_of

        runner_of(given.rest)  # what is wrong with them is told before anything else
    display = Display(sys.stderr, given.quiet)
    request = Request(load(find(given.recipe)), tuple(given.input), given.output, given.workers, given.chunk_mib,
                      given.replace, tuple(given.rest))  # fmt: skip
    folder = build(request, display)
    if not given.quiet:
        from pipelines.views.explain import summary

        print(summary(folder.path))
    return 0


def _recipe_list(given: argparse.Namespace) -> int:
    from pipelines.recipe_file import find, load, shipped

    for name in shipped():
        print(f"{name:14} {load(find(name)).about}")
    return 0


def _recipe_show(given: argparse.Namespace) -> int:
    import tomli_w

    from pipelines.lock import table_of
    from pipelines.recipe_file import find, load

    path = find(given.recipe)
    recipe = load(path)
    print(path.read_text(encoding="utf-8") if given.source else tomli_w.dumps(table_of(recipe)), end="")
    return 0


def _recipe_check(given: argparse.Namespace) -> int:
    from pipelines.recipe_file import find, load

    recipe = load(find(given.recipe))
    limits = sum(r.min is not None or r.max is not None for s in recipe.steps for r in s.rules)
    print(f"{given.recipe}: right: {len(recipe.sources)} sources, {len(recipe.steps)} steps, {limits} limits")
    return 0


def _models_fetch(given: argparse.Namespace) -> int:
    from pipelines.models import MODELS, fetch
    from pipelines.strict import suggest

    for name in given.names:
        if name not in MODELS:
            raise BadCall(f"there is no model {name!r}{suggest(name, MODELS)}")
    fetch(given.names or list(MODELS), print)
    return 0


def _card(given: argparse.Namespace) -> int:
    from pipelines.views.explain import card

    print(card(given.dir), end="")
    return 0


def _ledger(given: argparse.Namespace) -> int:
    from pipelines.views.explain import ledger

    text, right = ledger(given.dir, check=given.check, as_json=given.json)
    print(text)
    return 0 if right else 1


def _why(given: argparse.Namespace) -> int:
    from pipelines.views.explain import why

    text, found = why(given.dir, given.document)
    print(text, file=sys.stdout if found else sys.stderr)
    return 0 if found else 2


if __name__ == "__main__":
    sys.exit(main())
