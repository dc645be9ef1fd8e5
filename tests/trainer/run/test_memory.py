from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.small_runs import config
from winnow.trainer.config.config_file import NO_PACK, load
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Machine
from winnow.trainer.model.model import Model
from winnow.trainer.optim.optimizer import Optimizer as Moments
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import memory
from winnow.trainer.run.memory import Memory, chosen, needed

MEMORY = Memory(
    weights=400, gradients=400, optimizer=400, casts=200, row=1000, block_row=200, input_row=20, scores=50, gathered=60,
    layers=4,
)  # fmt: skip
"""A window of 1,000, of which 4 x 200 are the blocks'."""
CPU = torch.device("cpu")


@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_weights_gradients_and_moments_are_what_is_held(name: str) -> None:
    asked = config(Path(NO_PACK), optimizer={"name": name})
    layout = Layout.of(asked.model, 300, "causal")
    found, model = needed(layout, asked), Model(layout)
    moments = Moments(model, asked.optimizer, torch.float32, Ranks()).state()
    assert found.optimizer == sum(4 * moment.numel() for moment in moments.values()) - 4  # but for the count of steps
    assert found.weights == found.gradients == 4 * sum(p.numel() for p in model.parameters())
    assert found.casts == 4 * 320 * 16  # of float32 none are made; it is the gradient that the loss leaves of the head
    assert found.held() == found.weights + found.gradients + found.optimizer + found.casts


def test_a_row_is_what_the_pass_keeps() -> None:
    asked = config(Path(NO_PACK), model={"layers": 3})
    layout = Layout.of(asked.model, 300, "causal")
    model, kept = Model(layout), dict[int, int]()
    model.initialise(1)
    ours, held = {p.data_ptr() for p in model.parameters()}, list[torch.Tensor]()

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        held.append(tensor)
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in ours:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    tokens = torch.zeros(1, asked.model.context, dtype=torch.int64)
    starts = torch.zeros(1, asked.model.context, dtype=torch.bool)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model.loss(tokens, starts, tokens)
    found = needed(layout, asked)
    assert found.casts + found.row == pytest.approx(sum(kept.values()), rel=0.03)
    shallow = needed(Layout.of(config(Path(NO_PACK)).model, 300, "causal"), asked)
    assert found.row - shallow.row == pytest.approx(2 * found.block_row, rel=0.01)
    assert found.input_row == 4 * 32 * 16
    assert found.scores == 4 * 2 * 32 * 32  # a window of 32 is one block of queries


def test_what_is_recomputed_keeps_its_input_alone() -> None:
    assert MEMORY.of_row() == 1000
    assert MEMORY.of_row("blocks") == 1000 - 4 * 180 + 200
    assert MEMORY.of_row("selective") == 1000 - 2 * 180 + 200
    assert MEMORY.of_row("none", gpu=True) == 1000 - 4 * 50
    assert MEMORY.of_row("blocks", gpu=True) == 800 - 4 * 130 + 150


def test_shards_hold_their_part_and_what_is_gathered() -> None:
    assert MEMORY.held("replicate", 4) == 1400
    assert MEMORY.held("shard", 4) == 300 + 60


def choice(room: float, ranks: int, rows: int = 4, context: int = 8192, **machine: Any) -> tuple[str, str, int]:
    return chosen(MEMORY, room, ranks, rows, context, False, Machine(**machine))


@pytest.mark.parametrize(
    ("room", "ranks", "expected"),
    [
        (2400, 4, ("replicate", "none", 1)), (2399, 4, ("shard", "none", 2)), (1360, 4, ("shard", "none", 1)),
        (1359, 4, ("shard", "selective", 1)), (1199, 4, ("shard", "blocks", 1)), (839, 4, ("shard", "blocks", 0)),
        (2400, 1, ("replicate", "none", 1)), (2399, 1, ("replicate", "selective", 1)),
        (1880, 1, ("replicate", "blocks", 1)), (10, 1, ("replicate", "blocks", 0)),
    ],
)  # fmt: skip
def test_the_first_that_fits_is_chosen(room: float, ranks: int, expected: tuple[str, str, int]) -> None:
    assert choice(room, ranks) == expected


def test_a_pass_should_fill_the_device_as_far_as_a_step_has_rows() -> None:
    assert choice(1400 + 2000, 4, context=4096) == ("replicate", "none", 2)
    assert choice(1400 + 1999, 4, context=4096) == ("shard", "none", 3)
    assert choice(1400 + 1999, 4, rows=1, context=4096) == ("replicate", "none", 1)


def test_what_is_asked_for_holds() -> None:
    assert choice(1e6, 4, parallel="shard", checkpointing="selective")[:2] == ("shard", "selective")
    assert choice(10, 4, parallel="replicate", checkpointing="none") == ("replicate", "none", 0)
    assert choice(1e6, 1, parallel="shard")[0] == "replicate"  # one rank has nobody to share with


def test_settling_says_what_was_chosen() -> None:
    said: list[str] = []
    asked = load("tiny", ("machine.parallel='shard'", "machine.checkpointing='blocks'"), "p")
    layout = Layout.of(asked.model, 4096, "causal")
    found = memory.settle(asked, layout, 8, Ranks(world=2, local_world=2, device=CPU), said.append)
    assert (found.parallel, found.checkpointing, found.micro_rows) == ("shard", "blocks", 8)
    assert [text.split(",")[0] for text in said] == [
        "calibration: shard", "calibration: activation checkpointing: blocks",
    ]  # fmt: skip
    said.clear()
    found = memory.settle(load("tiny", pack="p"), layout, 8, Ranks(), said.append)
    assert (found.parallel, found.checkpointing, found.micro_rows, said) == ("replicate", "none", 0, [])
