"""`winnow fit-limits`."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from winnow.pipelines.commands.argument_kinds import folder, number, part
from winnow.pipelines.commands.help import FIT_LIMITS, RECIPE
from winnow.pipelines.commands.parser import RAW, Commands
from winnow.pipelines.ending import ending_once
from winnow.pipelines.errors import BadCall

if TYPE_CHECKING:
    from winnow.pipelines.fit.fitted import Fitted

SAMPLE = 10_000


def add(commands: Commands) -> None:
    about = "Fit the limits of a recipe's rules for one language to reference text in it, with a picture of each cut."
    fit = commands.add_parser(
        "fit-limits", help="fit limits for a language to reference text, with pictures", formatter_class=RAW,
        epilog=FIT_LIMITS, allow_abbrev=False, description=about,
    )  # fmt: skip
    fit.add_argument("recipe", metavar="RECIPE", help=f"{RECIPE}; its steps measure")
    fit.add_argument("--reference", action="extend", nargs="+", required=True, metavar="PATH",
                     help="good documents: a build's directory, or files and folders of Parquet, lines of JSON or "
                          "plain text")  # fmt: skip
    fit.add_argument("--language", type=_language, required=True, metavar="CODE", help="whose limits are fitted, as de")
    fit.add_argument("--output", type=folder, required=True, metavar="DIR",
                     help="a new or empty directory, or one that this command wrote")  # fmt: skip
    fit.add_argument("--source", metavar="NAME", help="of a recipe with several sources, the one whose steps are meant")
    fit.add_argument("--drop", type=part, default=0.01, metavar="SHARE",
                     help="of the reference's documents that a rule may drop (default: %(default)s)")  # fmt: skip
    fit.add_argument("--rules", action="extend", nargs="+", default=[], metavar="STEP.MEASURE",
                     help="fit these alone (default: all that have a limit, but how long a document is)")  # fmt: skip
    fit.add_argument("--sample", type=number, default=SAMPLE, metavar="N",
                     help="documents that are measured, by hash of their ids (default: %(default)s)")  # fmt: skip
    fit.add_argument("--json", action="store_true", help="print what was found as JSON (docs/steps.md has the schema)")
    fit.add_argument("--quiet", action="store_true", help="print errors only")
    fit.set_defaults(run=_fit_limits)


def _language(text: str) -> str:
    if not (text.isascii() and text.isalpha() and text.islower() and 2 <= len(text) <= 3):
        raise argparse.ArgumentTypeError(f"{text!r} is no code of a language, as de")
    return text


def _fit_limits(given: argparse.Namespace) -> int:
    from winnow.pipelines.build import storage_for
    from winnow.pipelines.display import Display
    from winnow.pipelines.fit.fit import Request, fit, require_rules, source_of
    from winnow.pipelines.fit.rules import LEAST, Asked
    from winnow.pipelines.recipe.file import find, load
    from winnow.pipelines.recipe.strict import read
    from winnow.pipelines.views.fit.written import require_free, written

    if given.sample < LEAST:
        raise BadCall(f"--sample {given.sample}: limits are fitted to {LEAST} documents or more")
    require_free(given.output)
    path = find(given.recipe)
    recipe = load(path)
    asked = Asked(given.drop, tuple(dict.fromkeys(given.rules)))
    source = source_of(recipe, given.source)
    require_rules(recipe, source, asked)
    request = Request(recipe, tuple(given.reference), given.language, given.output, source, asked, given.sample)
    with ending_once():
        found = fit(storage_for(*given.reference), request, Display(sys.stderr, given.quiet))
        tables: list[dict[str, Any]] = read(path)[0]["step"]
        written(given.output, found, list(zip((step.of(given.language) for step in recipe.steps), tables, strict=True)))
    if given.json or not given.quiet:
        print(_told(given, found))
    return 0


def _told(given: argparse.Namespace, found: "Fitted") -> str:
    import json

    from winnow.pipelines.files.typed import to_json
    from winnow.pipelines.views.terminal.fit import summary

    return json.dumps(to_json(found), indent=1) if given.json else summary(found, given.output)
