"""Cloze tasks: which of several continuations does the model find the most likely?

A file is JSON lines, each a question:

    {"context": "The capital of France is", "choices": [" Rome", " Paris"], "answer": 1}

    accuracy             share of questions whose right choice has the highest log-probability (a tie: the first one)
    accuracy by length   the same with each log-probability divided by the choice's bytes in UTF-8 (Gao et al. 2021,
                         Multiple Choice Normalization in LM Evaluation): long choices are less likely as such
    answer bits a byte   what the right choice costs, over its bytes; moves where accuracy does not leave chance yet
    by chance            the share that guessing gets

The bundled ones are this project's own, 60 questions or more each, written so that one choice is right and the others
are of its kind: everyday (what things are and do), arithmetic (in words and signs), grammar (agreement, tense,
pronouns) and code (Python and the shell). Small models are near chance on most; they are there for the curve.

Context and choice are tokenised together, as the text that they are, and a question's choices are compared from the
first token on in which they may differ. Intervals are of the bootstrap over questions.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.evaluate import bootstrap, scoring
from winnow.trainer.figures import many
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.pack.tokenizer import Loaded
from winnow.trainer.parallel.ranks import Ranks

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


@dataclass(frozen=True)
class Cloze:
    """What a model makes of one task."""

    task: str
    questions: int
    accuracy: bootstrap.Interval
    accuracy_by_length: bootstrap.Interval
    answer_bits_per_byte: bootstrap.Interval
    chance: float

    def line(self) -> str:
        """For the terminal."""
        both = (("accuracy", self.accuracy), ("by length", self.accuracy_by_length))
        figures = ", ".join(f"{name} {of.value:.1%} ({of.ends('{:.1%}'.format)})" for name, of in both)
        return f"{self.task}: {many(self.questions, 'question')}, {figures}; by chance {self.chance:.1%}"


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


def score(
    model: scoring.Scorable, task: str, questions: Sequence[Question], words: Loaded, context: int,
    ranks: Ranks = scoring.ALONE,
) -> Cloze:  # fmt: skip
    """Put the questions to a decoder. ranks: all of them call this, and get the same figures.

    A context too long for the window loses its beginning; a choice too long is a BadCall that names the line.
    """
    pieces = [piece for question in questions for piece in _pieces(question, words, context)]
    found = scoring.bits(model, pieces, words.begin, context, ranks)[:, scoring.TEXT]
    each = np.zeros((len(questions), 4))  # right, right by length, the answer's bits and bytes
    first = 0
    for number, question in enumerate(questions):
        costs, of = found[first : first + len(question.choices)], question.answer
        lengths = np.array([len(choice.encode()) for choice in question.choices])
        each[number] = np.argmin(costs) == of, np.argmin(costs / lengths) == of, costs[of], lengths[of]
        first += len(question.choices)
    ones = np.ones(len(questions))
    return Cloze(
        task, len(questions), bootstrap.ratio(each[:, 0], ones, key=task), bootstrap.ratio(each[:, 1], ones, key=task),
        bootstrap.ratio(each[:, 2], each[:, 3], key=task),
        float(np.mean([1 / len(question.choices) for question in questions])),
    )  # fmt: skip


def hold(questions: Sequence[Question], words: Loaded, context: int) -> None:
    """BadCall where a question could not be put to a model of that context."""
    for question in questions:
        list(_pieces(question, words, context))


def _pieces(question: Question, words: Loaded, context: int) -> Iterator[scoring.Piece]:
    *wholes, alone = words.encode([question.context + choice for choice in (*question.choices, "")])
    shared = _shared([*wholes, alone])
    begin = max(0, max(map(len, wholes)) - context)
    if begin > shared:
        raise BadCall(f"{question.place}: a choice has more tokens than the model's context, {context}; shorten it")
    for whole in wholes:
        tokens = np.array([words.begin, *whole], dtype=np.int64)
        targets = tokens[begin + 1 :].copy()
        targets[: shared - begin] = IGNORED
        yield scoring.Piece(tokens[begin:-1], targets)


def _shared(several: Sequence[np.ndarray | list[int]]) -> int:
    """How many tokens all begin with."""
    for place, tokens in enumerate(zip(*several, strict=False)):
        if len(set(tokens)) > 1:
            return place
    return min(map(len, several))
