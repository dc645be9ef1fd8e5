"""`winnow recipe list`, `show` and `check`."""

import argparse

from winnow.pipelines.commands.help import RECIPES
from winnow.pipelines.commands.parser import RAW, Commands, Parser
from winnow.pipelines.errors import BadCall
from winnow.pipelines.text import one_line


def add(commands: Commands) -> None:
    recipe = commands.add_parser("recipe", help="list, show or check recipes", formatter_class=RAW,
                                 epilog=RECIPES, allow_abbrev=False)  # fmt: skip
    actions = recipe.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    actions.add_parser("list", help="the shipped recipes").set_defaults(run=_list)
    show = actions.add_parser("show", help="a recipe with every default written out")
    show.add_argument("recipe", metavar="NAME")
    show.add_argument("--source", action="store_true", help="the file itself, with its comments")
    show.add_argument("--language", metavar="CODE", help="as it is for documents in one language, as de")
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="check a recipe file")
    check.add_argument("recipe", metavar="FILE")
    check.set_defaults(run=_check)


def _list(given: argparse.Namespace) -> int:
    from winnow.pipelines.recipe.file import find, load, shipped

    for name in shipped():
        print(f"{name:14} {load(find(name)).about}")
    return 0


def _show(given: argparse.Namespace) -> int:
    import tomli_w

    from winnow.pipelines.recipe.file import find, load
    from winnow.pipelines.recipe.lock import table_of
    from winnow.pipelines.recipe.show import in_language, shown_table

    if given.source and given.language:
        raise BadCall("--source is the file itself, which is for all languages: give it or --language")
    path = find(given.recipe)
    recipe = load(path)
    if given.source:
        print(path.read_text(encoding="utf-8"), end="")
    elif given.language:
        print(tomli_w.dumps(table_of(in_language(recipe, given.language))), end="")
    else:
        print(tomli_w.dumps(shown_table(recipe)), end="")
    return 0


def _check(given: argparse.Namespace) -> int:
    from winnow.pipelines.recipe.file import find, load
    from winnow.pipelines.recipe.plugins import plugins
    from winnow.pipelines.views.tabular import plural

    recipe = load(find(given.recipe))
    limits = sum(r.min is not None or r.max is not None for s in recipe.steps for r in s.rules)
    parts = plural(len(recipe.sources), "source"), plural(len(recipe.steps), "step"), plural(limits, "limit")
    print(f"{one_line(given.recipe)}: right: {', '.join(parts)}")
    if recipe.notes:
        print(f"  {one_line(recipe.notes.file)}: {plural(len(recipe.notes.text), 'character')} of notes for the card")
    for name, software in plugins(recipe).items():
        print(f"  {one_line(f'{name} is of {software}')}")
    return 0
