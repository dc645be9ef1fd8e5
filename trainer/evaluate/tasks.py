"""Which cloze tasks are meant: the bundled ones by name, any others by file.

The bundled ones are this project's own, 60 questions or more each, written so that one choice is right and the others
are of its kind: everyday (what things are and do), arithmetic (in words and signs), grammar (agreement, tense,
pronouns) and code (Python and the shell). Small models are near chance on most; they are there for the curve.
"""

import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.evaluate import cloze
from winnow.trainer.evaluate.cloze import Question

TASKS = ("everyday", "arithmetic", "grammar", "code")
ALL = "bundled"
_FOLDER = resources.files("winnow.trainer.evaluate").joinpath("bundled")


def files(names: Sequence[str]) -> dict[str, Path]:
    """Task to file, in their order. BadCall where two have one name, or where nothing is called so."""
    found = dict[str, Path]()
    for name in [task for given in names for task in (TASKS if given == ALL else (given,))]:
        bundled = name in TASKS
        path = Path(str(_FOLDER.joinpath(f"{name}.jsonl"))) if bundled else Path(name)
        if not bundled and not os.path.isfile(name):  # Path's fails on names that are too long
            known = "" if "/" in name or "." in name else suggest(name, (*TASKS, ALL))
            raise BadCall(f"the cloze task {shown(name)} is no file{known}")
        if found.setdefault(path.stem, path) != path:
            raise BadCall(f"two cloze tasks are called {shown(path.stem)}: {found[path.stem]} and {path}; rename one")
    return found


def read(names: Sequence[str], most: int = 0) -> dict[str, list[Question]]:
    """Task to questions: of each at most so many, spread evenly over its file (0: all). BadCall names file and line."""
    return {task: _spread(cloze.read(path), most) for task, path in files(names).items()}


def _spread(questions: list[Question], most: int) -> list[Question]:
    if not most or len(questions) <= most:
        return questions
    return [questions[place * len(questions) // most] for place in range(most)]
