"""Tasks and samples while a run trains: they say something, and change nothing."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.launched import launched
from tests.trainer.small_runs import config, crash, kill, lines, make_pack, tensors, trained, untimed
from winnow.trainer.config.config_file import dump
from winnow.trainer.errors import BadCall

pytestmark = pytest.mark.usefixtures("quick")
LEARNT = ("step", "evaluation", "skip")
ASKED = ("task", "sample")


def task(path: Path) -> str:
    """Which of two words of the corpus comes next."""
    rows = [{"context": "the red house", "choices": [" tree", " qqzzqq"], "answer": 0},
            {"context": "a dog sees", "choices": [" x!#", " the"], "answer": 1}]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    return str(path)


def asking(tmp_path: Path, **more: Any) -> dict[str, Any]:
    return {
        "tasks": (task(tmp_path / "next.jsonl"),),
        "samples": ("the old", "", "the old"),
        "sample_tokens": 9,
        **more,
    }


def steps(run: Path, kind: str) -> list[int]:
    return [entry["step"] for entry in lines(run, kind)]


def test_training_is_the_same_with_and_without(tmp_path: Path, pack: Path, whole: Path) -> None:
    said = trained(config(pack, evaluate=asking(tmp_path, every=1)), tmp_path / "with")
    one, other = tensors(whole), tensors(tmp_path / "with")
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    assert untimed(whole, *LEARNT) == untimed(tmp_path / "with", *LEARNT)
    assert steps(tmp_path / "with", "task") == list(range(1, 13))
    assert steps(tmp_path / "with", "sample") == [step for step in range(1, 13) for _ in range(2)]
    assert sorted(path.name for path in (tmp_path / "with" / "checkpoints").iterdir()) == [
        "step-000004", "step-000008", "step-000012"]  # fmt: skip  # asking saves nothing
    assert any(text.startswith("step 1: next: 2 questions, accuracy ") for text in said)
    assert any(text.startswith("step 12: 'the old' goes on: ") for text in said)


def test_what_is_written_of_an_answer(tmp_path: Path, pack: Path) -> None:
    run = tmp_path / "run"
    trained(config(pack, evaluate=asking(tmp_path, temperature=0.0)), run)
    assert steps(run, "task") == [4, 8, 12]  # with the evaluations
    last, sample, empty = lines(run, *ASKED)[-3:]
    assert {key: last[key] for key in ("task", "questions", "chance", "tokens")} == {
        "task": "next", "questions": 2, "chance": 0.5, "tokens": 12 * 128}  # fmt: skip
    for figure in ("accuracy", "accuracy_by_length", "answer_bits_per_byte"):
        assert last[figure]["low"] <= last[figure]["value"] <= last[figure]["high"]
    first = lines(run, "task")[0]
    assert last["answer_bits_per_byte"]["value"] < first["answer_bits_per_byte"]["value"]  # it learns
    assert (sample["prompt"], empty["prompt"]) == ("the old", "")
    assert sample["tokens_made"] <= 9
    assert sample["ended"] == (sample["tokens_made"] < 9)
    assert isinstance(sample["text"], str)
    kinds = [entry["kind"] for entry in lines(run)]
    place = kinds.index("evaluation")
    assert kinds[place - 1 : place + 4] == ["save", "evaluation", "task", "sample", "sample"]


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["step 6: next", "step 9: ''"])
def test_a_run_that_crashed_between_its_questions_equals_one_that_did_not(
    tmp_path: Path, pack: Path, moment: str
) -> None:
    asked = config(pack, evaluate=asking(tmp_path, every=3), run={"evaluate_every": 8, "save_every": 2})
    trained(asked, tmp_path / "whole")
    with pytest.raises(RuntimeError):
        trained(asked, tmp_path / "parts", {moment: crash})
    trained(asked, tmp_path / "parts")
    assert untimed(tmp_path / "whole", *LEARNT, *ASKED) == untimed(tmp_path / "parts", *LEARNT, *ASKED)
    assert steps(tmp_path / "parts", "task") == [3, 6, 9, 12]


@pytest.mark.slow
def test_a_signal_waits_where_nothing_is_saved(tmp_path: Path, pack: Path) -> None:
    asked = config(pack, evaluate=asking(tmp_path, every=3))
    with pytest.raises(SystemExit):
        trained(asked, tmp_path / "run", {"step 6: next": kill(signal.SIGTERM)})
    assert steps(tmp_path / "run", "task") == [3, 6]
    assert (tmp_path / "run" / "latest").read_text() == "step-000007\n"
    trained(asked, tmp_path / "run")
    assert steps(tmp_path / "run", "sample") == [3, 3, 6, 6, 9, 9, 12, 12]


def test_what_is_asked_may_change_when_a_run_goes_on(tmp_path: Path, pack: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(SystemExit):
        trained(config(pack), run, {"step 4:": kill(signal.SIGTERM)})
    trained(config(pack, evaluate=asking(tmp_path)), run)
    assert steps(run, "task") == [8, 12]


def test_a_task_that_is_none_is_told_before_anything_is_made(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(BadCall, match="the cloze task 'none' is no file"):
        trained(config(pack, evaluate={"tasks": ("none",)}), tmp_path / "run")
    assert not (tmp_path / "run" / "config.lock.toml").exists()


def test_a_choice_longer_than_the_context_is_named(tmp_path: Path, pack: Path) -> None:
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps({"context": "a", "choices": [" b", " x" * 40], "answer": 0}))
    with pytest.raises(BadCall, match=r"long\.jsonl:1: a choice has more tokens than the model's context, 32"):
        trained(config(pack, evaluate={"tasks": (str(file),)}), tmp_path / "run")


@pytest.mark.distributed
def test_two_ranks_ask_together(tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "pack")
    asked = config(pack, evaluate=asking(tmp_path, every=5, tasks=(task(tmp_path / "next.jsonl"), "arithmetic")))
    file = tmp_path / "run.toml"
    file.write_text(dump(asked))
    done = launched(2, file, tmp_path / "two")
    assert done.returncode == 0, done.stderr
    trained(asked, tmp_path / "one")
    assert steps(tmp_path / "two", "task") == steps(tmp_path / "one", "task") == [5, 5, 10, 10, 12, 12]
    for one, two in zip(lines(tmp_path / "one", "task"), lines(tmp_path / "two", "task"), strict=True):
        assert one["answer_bits_per_byte"]["value"] == pytest.approx(two["answer_bits_per_byte"]["value"], rel=1e-4)
