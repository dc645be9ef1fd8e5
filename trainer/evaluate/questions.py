"""The questions of cloze tasks. A file is JSON lines, each a question:

    {"context": "The capital of France is", "choices": [" Rome", " Paris"], "answer": 1}

The bundled ones are this project's own, 60 questions or more each, written so that one choice is right and the others
are of its kind: everyday (what things are and do), arithmetic (in words and signs), grammar (agreement, tense,
pronouns) and code (Python and the shell). Small models are near chance on most; they are there for the curve.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, shown

TASKS = ("everyday", "arithmetic", "grammar", "code")
ALL = "bundled"
_FOLDER = resources.files("winnow.trainer.evaluate").joinpath("bundled")


@dataclass(frozen=True)
class Question:
    """One line of a task."""

    context: str
    choices: tuple[str, ...]
    answer: int
    place: str
    """FILE:LINE"""


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
    found = {task: of_file(path) for task, path in files(names).items()}
    few = {task: min(most or len(of), len(of)) for task, of in found.items()}
    return {task: [of[place * len(of) // few[task]] for place in range(few[task])] for task, of in found.items()}


def of_file(path: Path) -> list[Question]:
    """The questions of a file; blank lines are passed over. BadCall names file and line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise BadCall(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadCall(f"{path} is not UTF-8 (byte {error.start}); a cloze task is JSON lines") from None
    found = [_question(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadCall(f'{path} has no question; a line is {{"context": …, "choices": […], "answer": 0}}')
    return found


def _question(line: str, place: str) -> Question:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadCall(f"{place}: not JSON ({error})") from None
    if not isinstance(value, dict) or not {"context", "choices", "answer"} <= value.keys():
        raise BadCall(f'{place}: a question is an object with "context", "choices" and "answer"')
    context, choices, answer = value["context"], value["choices"], value["answer"]
    if not isinstance(context, str):
        raise BadCall(f"{place}: context is {shown(context)}, not a string")
    if not isinstance(choices, list) or len(choices) < 2 or not all(isinstance(of, str) and of for of in choices):
        raise BadCall(f"{place}: choices must be a list of two strings or more, none of them empty")
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < len(choices):
        raise BadCall(f"{place}: answer is {shown(answer)}, not the number of a choice, 0 to {len(choices) - 1}")
    if any("\ud800" <= letter <= "\udfff" for text in (context, *choices) for letter in text):
        raise BadCall(f"{place}: a \\ud800 or the like stands alone, which is half a character")
    return Question(context, tuple(choices), answer, place)
