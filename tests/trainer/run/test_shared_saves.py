"""Checkpoints that several ranks write: of shards, by ranks that fail or die, on storage that is not shared."""

import random
import time
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.trainer.full_disk import full_disk
from tests.trainer.launched import forked, told
from tests.trainer.parallel.sharded_steps import SHAPES
from tests.trainer.small_packs import make_pack
from winnow.trainer.config.settings import Optimizer
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.hashes import hash_text
from winnow.trainer.model import hf, tensor_file
from winnow.trainer.model.hf import load_model
from winnow.trainer.model.model import Model
from winnow.trainer.optim.optimizer import Optimizer as Mover
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import checkpoint, checkpoint_folders
from winnow.trainer.run.checkpoint import Content
from winnow.trainer.run.saver import Saver

pytestmark = pytest.mark.distributed
LAYOUT = SHAPES["untied"]
"""18 of width: four ranks have 5, 5, 5 and 3 rows."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "tokenizer.json").write_text("{}")
    return make_pack(folder, {"a": [4, 4]}).path


def made(ranks: Ranks, seed: int, sharded: bool) -> tuple[Model, Mover]:
    model = Model(LAYOUT)
    model.initialise(seed)
    if sharded:
        shards.shard(model, list(model.model.layers), ("loss", "hidden"), torch.float32, ranks)
    return model, Mover(model, Optimizer(rate=1e-2), torch.float32, ranks)


def part(name: str, of: Tensor, ranks: Ranks) -> Tensor:
    """Of a moment that is like no other one, the rows that a rank holds."""
    chance = torch.Generator().manual_seed(hash_text(name, 4))
    return torch.randn(of.shape, generator=chance)[shards.rows(of, ranks)]


def save(ranks: Ranks, run: Path, pack: Path, most: int) -> dict[str, int]:
    """Save a step of shards; bytes of what this rank copied, by file."""
    hf.SHARD = most
    model, mover = made(ranks, 1, sharded=True)
    state = mover.state()
    for name, of in state.items():
        shards.local(of).copy_(part(name, of, ranks))
    copied = dict[str, int]()
    write = tensor_file.write

    def writes(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> str:
        copied[path.name] = sum(of.nbytes for of in tensors.values())
        return write(path, tensors, metadata)

    tensor_file.write = writes  # type: ignore[assignment]
    with Saver(run, Pack.open(pack), 0, ranks) as saver:
        saver.save(3, model, state, {})
    return copied


def restored(ranks: Ranks, run: Path, sharded: bool) -> list[str]:
    """What is not read again as it was saved."""
    path = ranks.agree(checkpoint.newest(run, str) if ranks.first else None)
    assert path is not None
    one, read = dict(made(Ranks(), 1, sharded=False)[0].named_parameters()), dict(load_model(path).named_parameters())
    _, mover = made(ranks, 2, sharded)
    mover.load(checkpoint.load(path)[1])
    wrong = [name for name, of in mover.state().items() if not torch.equal(shards.local(of), part(name, of, ranks))]
    return wrong + [name for name in one if not torch.equal(one[name], read[name])]


@pytest.mark.parametrize(("most", "count"), [(5_000_000_000, 1), (5000, 6)])
def test_each_rank_writes_its_part_and_any_number_reads_it(tmp_path: Path, pack: Path, most: int, count: int) -> None:
    run = tmp_path / "run"
    of_ranks = told(forked(4, save, run, pack, most))
    model, mover = made(Ranks(), 1, sharded=False)
    files = hf.files({name: of.nbytes for name, of in model.named_parameters()}, most)
    assert len(files) == count
    for rank, copied in enumerate(of_ranks):
        moments = [of.nbytes * shards.sizes(len(of), 4)[rank] // len(of) if of.ndim > 1 else 0 if rank else of.nbytes
                   for of in mover.state().values()]  # fmt: skip
        assert copied.pop(f"optimizer-0000{rank + 1}-of-00004.safetensors") == sum(moments)
        assert sorted(copied) == [file for number, file in enumerate(files) if number * 4 // count == rank]
        assert all(size <= most for size in copied.values())
    assert told(forked(4, restored, run, True)) == [[]] * 4
    assert told(forked(2, restored, run, True)) == [[]] * 2
    assert restored(Ranks(), run, False) == []
    assert (hf.INDEX in [path.name for path in (run / "checkpoints/step-000003").iterdir()]) == (count > 1)


def write(ranks: Ranks, run: Path, pack: Path, step: int, keep: int = 0) -> None:
    """A checkpoint of a file a rank."""
    files = {f"optimizer-{ranks.rank}.safetensors": {"x": torch.full((3000,), float(step))}}
    name = checkpoint.begin(run, step, ranks)
    checkpoint.save(run, name, Content(step, LAYOUT, {}, files, {}), Pack.open(pack), keep, ranks)


def where_a_disk_is_full(ranks: Ranks, run: Path, pack: Path) -> str:
    write(ranks, run, pack, 1)
    with full_disk(4096 if ranks.rank else 1 << 40), pytest.raises(RunFailed) as raised:
        write(ranks, run, pack, 2)
    return str(raised.value)


def test_a_rank_that_cannot_write_fails_all_and_leaves_what_was_there(tmp_path: Path, pack: Path) -> None:
    said = told(forked(2, where_a_disk_is_full, tmp_path, pack))
    assert said == [f"{tmp_path}/checkpoints/step-000002 cannot be saved: File too large (rank 1)"] * 2
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-000001"]


def where_a_rank_writes(ranks: Ranks, runs: list[Path]) -> str:
    run = runs[ranks.rank]
    run.mkdir(exist_ok=True)
    try:
        checkpoint.shared(run, ranks)
    except BadCall as error:
        return str(error)
    return ""


def test_storage_that_is_not_shared_is_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert told(forked(2, where_a_rank_writes, [one, one])) == ["", ""]
    said = told(forked(2, where_a_rank_writes, [one, other]))
    assert (
        said[0]
        == f"{one} is another folder for rank 1 than for the first one: name one on storage that all nodes share"
    )
    assert said[1].startswith(f"{other} is another folder for rank 1")
    assert list(one.iterdir()) == list(other.iterdir()) == []


def saving(ranks: Ranks, run: Path, pack: Path, first: int) -> None:
    for step in range(first, first + 1000):
        write(ranks, run, pack, step, keep=2)


@pytest.mark.slow
def test_a_rank_that_is_killed_leaves_a_whole_checkpoint_and_ends_the_others(tmp_path: Path, pack: Path) -> None:
    chance, last = random.Random(1), 0
    for number in range(12):
        started = forked(2, saving, tmp_path, pack, last + 1)
        while not checkpoint_folders.folder(tmp_path, last + 1).exists():
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.1))
        started[number % 2][0].kill()
        for child, _ in started:
            child.join(30)
            assert child.exitcode not in (0, None)
        said = list[str]()
        path = checkpoint.newest(tmp_path, said.append)
        assert path is not None
        assert said == []
        last = checkpoint_folders.step_of(path)
        for rank in (0, 1):
            found = tensor_file.rows([path / f"optimizer-{rank}.safetensors"])["x"][...]
            assert found.tolist() == [last] * 3000
    assert last >= 12
