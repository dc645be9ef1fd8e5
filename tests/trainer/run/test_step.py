from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

from tests.trainer.small_evaluation import random_model
from tests.trainer.small_runs import config
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config
from winnow.trainer.data import masking
from winnow.trainer.data.batches import Batches
from winnow.trainer.data.prefetch import Batch, Prefetch
from winnow.trainer.model.loss import IGNORED
from winnow.trainer.optim.guard import Guard
from winnow.trainer.optim.optimizer import Optimizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.pack.tokenizer import load
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.step import Cut, Step

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def pack(pack: Path) -> Pack:
    return Pack.open(pack)


def batch(asked: Config, pack: Pack, step: int = 3, rank: int = 0, ranks: int = 1) -> Batch:
    with Prefetch(Batches(asked, pack, 4, 12), step, step + 1, rank=rank, ranks=ranks) as batches:
        return next(batches)


def cut(asked: Config, pack: Pack, given: Batch) -> list[tuple[torch.Tensor, torch.Tensor | None, torch.Tensor]]:
    return list(Cut(asked, pack, CPU)(given))


@pytest.mark.parametrize(("most", "sizes"), [(1, [1, 1, 1, 1]), (3, [2, 2]), (4, [4]), (9, [4])])
def test_causal_targets_are_the_next_tokens(pack: Pack, most: int, sizes: list[int]) -> None:
    asked = config(pack.path, machine={"micro_rows": most})
    given = batch(asked, pack)
    parts = cut(asked, pack, given)
    assert [len(inputs) for inputs, _, _ in parts] == sizes
    assert torch.equal(torch.cat([inputs for inputs, _, _ in parts]), given.tokens[:, :-1])
    targets = torch.cat([targets for _, _, targets in parts])
    begins = given.tokens[:, 1:] == pack.begin
    assert begins.any()
    assert torch.equal(targets[~begins], given.tokens[:, 1:][~begins])
    assert bool((targets[begins] == IGNORED).all())  # what begins a document does not follow from the one before
    assert torch.equal(torch.cat([starts for _, starts, _ in parts if starts is not None]), given.starts[:, :-1])


@pytest.mark.parametrize("objective", ["causal", "masked"])
@pytest.mark.parametrize(("passes", "sizes"), [(1, [4]), (3, [1, 1, 2]), (4, [1] * 4), (5, [1] * 5)])
def test_as_many_passes_as_are_wanted(pack: Pack, objective: str, passes: int, sizes: list[int]) -> None:
    """Of more passes than rows some count for nothing: a first row whose targets are ignored."""
    asked = config(pack.path, objective=objective, machine={"micro_rows": 4})
    given = batch(asked, pack)
    parts = list(Cut(asked, pack, CPU, passes)(given))
    assert [len(inputs) for inputs, _, _ in parts] == sizes
    counted = [part for part in parts if (part[2] != IGNORED).any()]
    assert len(counted) == min(passes, 4)
    whole = cut(asked, pack, given)
    for place in range(3):
        assert torch.equal(torch.cat([part[place] for part in counted]), torch.cat([part[place] for part in whole]))


@pytest.mark.parametrize("objective", ["causal", "masked"])
def test_without_the_document_mask_there_are_no_starts(pack: Pack, objective: str) -> None:
    asked = config(pack.path, objective=objective, data={"document_mask": False})
    assert [starts for _, starts, _ in cut(asked, pack, batch(asked, pack))] == [None, None]


def test_masked_targets_depend_on_the_row_and_not_on_the_rank(pack: Pack) -> None:
    asked = config(pack.path, objective="masked", masking={"share": 0.3, "keep": 0.1, "random": 0.1})
    whole = cut(asked, pack, batch(asked, pack))
    halves = [part for rank in (0, 1) for part in cut(asked, pack, batch(asked, pack, rank=rank, ranks=2))]
    for one, other in zip(whole, halves, strict=True):
        for a, b in zip(one, other, strict=True):
            assert a is not None
            assert b is not None
            assert torch.equal(a, b)
    targets = torch.cat([targets for _, _, targets in whole])
    assert (targets != IGNORED).sum(1).tolist() == [masking.hidden_per_row(32, asked.masking)] * 4
    lengths = torch.from_numpy(load(pack.tokenizer).lengths)
    assert bool((lengths[targets[targets != IGNORED]] > 0).all())  # no special token is ever hidden


@pytest.mark.parametrize(("objective", "expected"), [("causal", [64, 64]), ("masked", [20, 20])])
def test_the_loss_is_told_how_many_targets_there_are(
    pack: Pack, objective: Literal["causal", "masked"], expected: list[int]
) -> None:
    asked = config(pack.path, objective=objective, machine={"micro_rows": 2})
    model, told = random_model(Layout.of(asked.model, pack.vocab, objective)), list[int]()

    def loss_of(*of: Any) -> torch.Tensor:
        told.append(of[3])
        return model.loss(*of)

    optimizer = Optimizer(model, asked.optimizer, model.dtype, Ranks())
    step = Step(asked, 12, Cut(asked, pack, CPU), loss_of, optimizer, Guard(0, CPU), Ranks())
    result = step(batch(asked, pack))
    assert told == expected
    assert result[4] == 1


def test_bytes_of_the_targets(pack: Pack) -> None:
    made = Cut(config(pack.path), pack, CPU)
    assert made.bytes.dtype == torch.float32
    assert made.bytes[pack.end].item() == 0
    documents = pack.documents("train", "web")
    first = torch.from_numpy(documents.read(0, 0, int(documents.tokens[0])).astype(np.int64))
    assert made.bytes[first].sum().item() == documents.bytes[0]
