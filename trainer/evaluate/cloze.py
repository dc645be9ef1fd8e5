"""Cloze tasks: which of several continuations does the model find the most likely?

    accuracy             share of questions whose right choice has the highest log-probability (a tie: the first one)
    accuracy by length   the same with each log-probability divided by the choice's bytes in UTF-8 (Gao et al. 2021,
                         Multiple Choice Normalization in LM Evaluation): long choices are less likely as such
    answer bits a byte   what the right choice costs, over its bytes; moves where accuracy does not leave chance yet
    by chance            the share that guessing gets

Context and choice are tokenised together, as the text that they are, and a question's choices are compared from the
first token on in which they may differ. Intervals are of the bootstrap over questions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate import bootstrap, scoring
from winnow.trainer.evaluate.questions import Question
from winnow.trainer.figures import many
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.pack.tokenizer import Loaded
from winnow.trainer.parallel.ranks import ALONE, Ranks


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


def score(
    model: scoring.Scorable, task: str, questions: Sequence[Question], words: Loaded, context: int,
    ranks: Ranks = ALONE,
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
