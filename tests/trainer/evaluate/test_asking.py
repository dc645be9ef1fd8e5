"""What is asked of a model on the way, and when."""

from pathlib import Path

import pytest

from tests.trainer.small_runs import config
from winnow.trainer.evaluate.asking import intervals, passed
from winnow.trainer.evaluate.held_out import of_pack
from winnow.trainer.evaluate.scoring import causal_pieces
from winnow.trainer.pack.index import Pack


def test_intervals(pack: Path) -> None:
    asked = config(pack, run={"evaluate_every": 4})
    assert intervals(asked, 100) == {"evaluation": 4, "task": 4, "sample": 4}
    asked = config(pack, run={"evaluate_every": 0}, evaluate={"every": 7})
    assert intervals(asked, 101) == {"evaluation": 11, "task": 7, "sample": 7}


@pytest.mark.parametrize("context", [16, 32, 1024])
def test_tokens_of_an_evaluation_are_about_those_of_its_windows(pack: Path, context: int) -> None:
    asked = config(pack, model={"context": context}, run={"evaluate_tokens": 10**6})
    texts = list(of_pack(Pack.open(pack)).read())
    real = sum(len(piece.inputs) for text in texts for piece in causal_pieces(text.tokens, context, context // 2))
    assert passed(Pack.open(pack), asked) == pytest.approx(real, rel=0.15)


def test_no_more_than_are_asked_for_and_an_encoder_reads_once(pack: Path) -> None:
    asked = config(pack, objective="masked", run={"evaluate_tokens": 100})
    assert passed(Pack.open(pack), asked) == 100
