import json
import multiprocessing
import random
import subprocess
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch

from tests.trainer.full_disk import full_disk
from tests.trainer.small_packs import make_pack
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import ModelShape
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.model.hf import load_model
from winnow.trainer.model.model import Model
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import checkpoint, checkpoint_folders
from winnow.trainer.run.checkpoint import Content
from winnow.trainer.run.saver import Saver

LAYOUT = Layout.of(ModelShape(layers=1, width=16, heads=2, mlp=32, context=8), 50, "causal")
MOMENTS = {"momentum.x": torch.arange(6.0).view(2, 3)[1], "steps": torch.tensor(7.0)}


def model(seed: int = 0) -> Model:
    made = Model(LAYOUT)
    made.initialise(seed)
    return made


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    (folder / "tokenizer").mkdir()
    (folder / "tokenizer" / "tokenizer.json").write_text("{}")
    return make_pack(folder, {"a": [4, 4]})


def save(run: Path, step: int, pack: Pack, keep: int = 0) -> Path:
    weights = {name: parameter.detach() for name, parameter in model(step).named_parameters()}
    files = {"model.safetensors": weights, "optimizer.safetensors": MOMENTS}
    sizes = {name: weight.nbytes for name, weight in weights.items()}
    content = Content(step, LAYOUT, sizes, files, {"tokens": 64 * step, "seconds": 1.5})
    checkpoint.save(run, checkpoint.begin(run, step, Ranks()), content, pack, keep, Ranks())
    return checkpoint_folders.folder(run, step)


def names(run: Path) -> list[str]:
    return sorted(path.name for path in (run / "checkpoints").iterdir())


def newest(run: Path) -> tuple[Path | None, list[str]]:
    said: list[str] = []
    return checkpoint.newest(run, said.append), said


def test_a_checkpoint_is_a_model_directory_with_the_state_beside(tmp_path: Path, pack: Pack) -> None:
    path = save(tmp_path, 12, pack)
    assert path == tmp_path / "checkpoints" / "step-000012"
    assert sorted(file.name for file in path.iterdir()) == [
        "config.json", "generation_config.json", "model.safetensors", "optimizer.safetensors", "state.json",
        "tokenizer.json", "tokenizer_config.json",
    ]  # fmt: skip
    assert (tmp_path / "latest").read_text() == "step-000012\n"
    assert newest(tmp_path) == (path, [])
    state, tensors = checkpoint.load(path)
    assert (state["step"], state["tokens"], state["seconds"]) == (12, 768, 1.5)
    assert tensors.keys() == MOMENTS.keys()
    assert all(torch.equal(tensors[name][...], MOMENTS[name]) for name in MOMENTS)
    loaded = load_model(path)
    assert all(torch.equal(a, b) for a, b in zip(loaded.parameters(), model(12).parameters(), strict=True))


@pytest.mark.parametrize(("keep", "left"), [(0, [1, 2, 3]), (1, [3]), (2, [2, 3]), (3, [1, 2, 3]), (9, [1, 2, 3])])
def test_the_last_ones_are_kept(tmp_path: Path, pack: Pack, keep: int, left: list[int]) -> None:
    for step in (1, 2, 3):
        save(tmp_path, step, pack, keep)
    assert names(tmp_path) == [f"step-{step:06}" for step in left]


def test_newest_is_by_number_also_past_six_digits(tmp_path: Path, pack: Pack) -> None:
    for step in (999_999, 1_000_000, 5):
        save(tmp_path, step, pack)
    assert newest(tmp_path)[0] == tmp_path / "checkpoints" / "step-1000000"


def test_a_run_without_checkpoints_has_no_newest(tmp_path: Path) -> None:
    assert newest(tmp_path) == (None, [])
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "step-12").mkdir()  # no name of ours
    assert newest(tmp_path) == (None, [])


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "harm", "problem"),
    [
        ("model.safetensors", _flip, "the sha256 of model.safetensors is not the one in state.json"),
        ("optimizer.safetensors", _truncate, "the sha256 of optimizer.safetensors is not the one in state.json"),
        ("config.json", Path.unlink, "config.json is missing"),
        ("state.json", Path.unlink, "state.json is missing"),
        ("state.json", _truncate, None),
        ("state.json", lambda path: path.write_text("{}"), "state.json cannot be read"),
        ("state.json", lambda path: path.write_bytes(b"\xff"), "state.json cannot be read"),
        ("state.json", lambda path: path.write_text('{"version": 1, "files": 3}'), "state.json cannot be read"),
    ],
)  # fmt: skip
def test_a_damaged_checkpoint_is_named_and_the_one_before_taken(
    tmp_path: Path, pack: Pack, name: str, harm: object, problem: str | None
) -> None:
    older, newer = save(tmp_path, 1, pack), save(tmp_path, 2, pack)
    harm(newer / name)  # type: ignore[operator]
    if problem is None:  # only the line's end is missing
        assert newest(tmp_path) == (newer, [])
        return
    assert newest(tmp_path) == (
        older,
        [f"{newer} is damaged: {problem}; it is now called step-000002.damaged", f"going on from {older} instead"],
    )
    assert names(tmp_path) == ["step-000001", "step-000002.damaged"]
    assert (tmp_path / "latest").read_text() == "step-000001\n"
    save(tmp_path, 2, pack, keep=1)  # neither counts the damaged one nor takes it for a checkpoint
    assert names(tmp_path) == ["step-000002", "step-000002.damaged"]
    assert newest(tmp_path) == (newer, [])


def test_all_damaged_fails(tmp_path: Path, pack: Pack) -> None:
    path = save(tmp_path, 1, pack)
    _flip(path / "model.safetensors")
    with pytest.raises(
        RunFailed, match=r"step-000001 is damaged: the sha256 of model.safetensors .*no older checkpoint"
    ):
        newest(tmp_path)


def test_a_checkpoint_of_another_version_is_refused(tmp_path: Path, pack: Pack) -> None:
    path = save(tmp_path, 1, pack) / "state.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"version": 99}))
    with pytest.raises(BadCall, match=r"state\.json is of version 99, and this is version 2"):
        newest(tmp_path)
    path.write_text(json.dumps(state | {"version": 1}))
    assert newest(tmp_path) == (path.parent, [])


def test_what_a_killed_process_left_is_swept(tmp_path: Path, pack: Pack) -> None:
    path = save(tmp_path, 1, pack)
    half = tmp_path / "checkpoints" / ".step-000002.tmp-0123"
    half.mkdir()
    (half / "model.safetensors").write_text("half")
    assert newest(tmp_path) == (path, [])
    assert names(tmp_path) == ["step-000001"]


def test_a_save_that_cannot_be_written_leaves_what_was_there(tmp_path: Path, pack: Pack) -> None:
    path = save(tmp_path, 1, pack)
    with full_disk(4096), pytest.raises(RunFailed, match=r"checkpoints/step-000002 cannot be saved: File too large$"):
        save(tmp_path, 2, pack, keep=1)
    assert names(tmp_path) == ["step-000001"]
    assert newest(tmp_path) == (path, [])


def test_a_full_disk_is_named_with_the_cure(tmp_path: Path, pack: Pack) -> None:
    run = tmp_path / "run"
    run.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "none", run], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        path = save(run, 1, pack)
        with pytest.raises(RunFailed, match=r"step-000002 cannot be saved: the disk is full; make room and give the"):
            save(run, 2, pack, keep=1)
        assert names(run) == ["step-000001"]
        assert newest(run) == (path, [])
    finally:
        subprocess.run(["umount", run], check=True)


def _saving(run: Path, pack: Pack, first: int, ready: Connection) -> None:
    torch.set_num_threads(1)
    with Saver(run, pack, 2, Ranks()) as saver:
        for step in range(first, first + 1000):
            saver.save(step, model(step), MOMENTS, {})
            if step == first:
                saver.wait()  # on a busy machine none would come through otherwise
                ready.send(True)


@pytest.mark.slow
def test_a_kill_at_any_moment_of_a_save_leaves_a_whole_checkpoint(tmp_path: Path, pack: Pack) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["winnow.trainer.run.saver", __name__])
    chance, last = random.Random(1), 0
    save(tmp_path, 0, pack)
    for _ in range(50):
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_saving, args=(tmp_path, pack, last + 1, there))
        child.start()
        assert here.recv()
        time.sleep(chance.uniform(0.0, 0.3))
        child.kill()
        child.join()
        path, said = newest(tmp_path)
        assert path is not None
        assert said == []
        state, _ = checkpoint.load(path)
        assert state["step"] >= last
        loaded = load_model(path)
        assert torch.equal(loaded.head, model(state["step"]).head)
        last = state["step"]
    assert last >= 50  # each child's first save at least


def test_a_save_without_its_tokenizer_fails_and_leaves_the_others(tmp_path: Path, pack: Pack) -> None:
    for step in (1, 2):
        save(tmp_path, step, Pack.open(pack.path))
    (pack.path / "tokenizer/tokenizer.json").rename(pack.path / "elsewhere")
    try:
        with pytest.raises(BadCall, match=r"tokenizer has no tokenizer\.json any more"):
            save(tmp_path, 3, Pack.open(pack.path), keep=1)
    finally:
        (pack.path / "elsewhere").rename(pack.path / "tokenizer/tokenizer.json")
    assert names(tmp_path) == ["step-000001", "step-000002"]
    assert (tmp_path / "latest").read_text() == "step-000002\n"
