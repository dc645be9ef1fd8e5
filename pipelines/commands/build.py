"""`winnow build`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from winnow.pipelines.commands.argument_kinds import folder, size, workers
from winnow.pipelines.commands.help import BUILD, RECIPE
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.ending import ending_once
from winnow.pipelines.errors import BadCall

if TYPE_CHECKING:
    from winnow.pipelines.display import Display
    from winnow.pipelines.recipe.model import Recipe


def add(commands: Commands) -> None:
    build = commands.add_parser("build", help="build a corpus from a recipe and input files", formatter_class=RAW,
                                epilog=BUILD, allow_abbrev=False, description="Build a corpus.")  # fmt: skip
    build.add_argument("words", nargs="+", metavar="RECIPE",
                       help=f"{RECIPE}; stands before --input. Or, without --input, files and folders: then what lies "
                            "there is found out, and the recipe is `mixed`")  # fmt: skip
    build.add_argument("--input", action="extend", nargs="+", default=[], metavar="PATTERN",
                       help="files to read; NAME=PATTERN for one of several sources")  # fmt: skip
    build.add_argument(
        "--output", type=folder, required=True, metavar="DIR", help="a new or empty directory, or one to go on with"
    )
    build.add_argument("--against", action="append", type=folder, default=[], metavar="DIR",
                       help="a finished build: copies of what it keeps are dropped here; may be repeated")  # fmt: skip
    build.add_argument("--workers", type=workers, default=os.cpu_count() or 1, metavar="N",
                       help="processes on this machine (default: %(default)s)")  # fmt: skip
    build.add_argument("--unit-mib", "--chunk-mib", type=size, default=8.0, metavar="N", dest="unit_mib",
                       help="MiB of input that are one unit of work (default: %(default)s)")  # fmt: skip
    build.add_argument("--replace", action="store_true",
                       help="replace what is in DIR: another build, or this one made by other versions")  # fmt: skip
    build.add_argument("--require-all", action="store_true",
                       help="refuse to skip a source of the recipe that has no --input")  # fmt: skip
    build.add_argument("--quiet", action="store_true", help="print errors only")
    build.set_defaults(run=_build)


def _build(given: argparse.Namespace) -> int:
    from winnow.pipelines.build import Request, build
    from winnow.pipelines.display import Display

    display = Display(sys.stderr, given.quiet)
    _check(given)
    recipe, patterns = _asked(given, display)
    request = Request(
        recipe, tuple(patterns), given.output, given.workers, given.unit_mib, given.replace, given.require_all,
        not given.input, tuple(given.rest), tuple(given.against),
    )  # fmt: skip
    with ending_once():
        made = build(request, display)
    if not given.quiet:
        from winnow.pipelines.ledger.book import OtherFormat
        from winnow.pipelines.views.terminal.summary import summary

        with contextlib.suppress(OtherFormat):  # it stands, as has been said
            print(summary(made.shown))
    return 0


def _check(given: argparse.Namespace) -> None:
    """What is wrong with the words of a call is told before anything is looked for."""
    from winnow.pipelines.recipe.file import is_recipe

    recipe, *more = given.words
    more = more if given.input or is_recipe(recipe) else []
    if too_many := [*more, *(word for word in given.rest[:1] if not word.startswith("-"))]:
        raise BadCall(f"{too_many[0]!r} is one word too many: files to read stand after --input, what has white "
                      "space stands in quotes; see winnow build --help")  # fmt: skip
    if not given.input and is_recipe(recipe):
        raise BadCall(f"{recipe} is a recipe: say with --input what it is to read")
    if given.rest:
        from winnow.pipelines.beam.run import runner_of

        runner_of(given.rest)


def _asked(given: argparse.Namespace, display: "Display") -> "tuple[Recipe, Sequence[str]]":
    """The recipe and the patterns; where files are named and no recipe, the recommended one and what was found."""
    from winnow.pipelines.build import storage_for
    from winnow.pipelines.plan import kinds
    from winnow.pipelines.recipe.file import RECOMMENDED, find, load

    if given.input:
        return load(find(given.words[0])), given.input
    recipe = load(find(RECOMMENDED))
    found = kinds.find(storage_for(*given.words, beam=given.rest), given.words, given.output)
    display.say(f"{found.shown}; the recipe is {RECOMMENDED}")
    return recipe, found.patterns(recipe)
