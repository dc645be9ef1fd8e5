"""What run.html tells in words and tables."""

from typing import Any

import pytest

from tests.trainer.small_histories import history, skip
from winnow.trainer.report import facts
from winnow.trainer.report.history import History

CONFIG = """
seed = 7
[data]
pack = "packs/mine"
[model]
layers = 2
width = 64
heads = 2
[optimizer]
name = "muon"
rate = 0.012
schedule = "wsd"
warmup = 0.02
decay = 0.4
"""


def test_the_headline() -> None:
    assert facts.tiles(History(history())) == [
        ("Held-out, bits per byte", "1.6000", "1.4000 to 2.6000"),
        ("Training, bits per byte", "1.5000", "gap 0.1000"),
        ("Training loss", "3.0000", "nats a token, smoothed"),
        ("Tokens", "400", "a source up to 5 times"),
        ("Tokens a second", "1 k", "median of the run"),
        ("Matmul share", "50.0 %", "of the rate measured here"),
        ("Peak memory", "1 GB", "of one process"),
        ("Time", "2.4 s", "4 checkpoints saved"),
    ]


def test_there_is_no_tile_without_a_figure() -> None:
    assert facts.tiles(History()) == []
    assert [name for name, *_ in facts.tiles(History([{"kind": "step", "loss": 2.0}]))] == ["Training loss"]


def test_what_the_run_is() -> None:
    starts = [history()[0], history(date="2026-12-01T00:00:00+00:00")[0]]
    assert facts.what(History(starts), facts.settings(CONFIG), {}) == [
        ("Model", "Qwen3ForCausalLM, 4 layers of width 128, 2 heads, 1.38 M parameters, context 32"),
        ("Length", "40 steps of 4 windows: 5.12 k tokens"),
        ("Pack", "pack, 120 documents, 9 k tokens, abababababab"),
        ("Tokenizer", "300 tokens, cdcdcdcdcdcd"),
        ("Optimizer", "muon, rate 0.012, wsd, warm-up 2 %, decay over the last 40 %"),
        ("Seed", "7"),
        ("From", "random weights"),
        ("Begun", "2026-11-30 01:02 UTC; 2 sessions, the last 2026-12-01 00:00 UTC"),
        ("Winnow", "0.1.0 abcdef"),
    ]


def test_an_older_run_is_told_from_its_locks() -> None:
    lock = {"fingerprint": "12" * 32, "tokenizer_sha256": "34" * 32, "from": {"checkpoint": "/runs/a/step-4"}}
    found = dict(facts.what(History([{"kind": "start"}]), facts.settings(CONFIG), lock))
    assert found == {
        "Model": "2 layers of width 64, 2 heads",
        "Pack": "packs/mine, 121212121212",
        "Tokenizer": "343434343434",
        "Optimizer": "muon, rate 0.012, wsd, warm-up 2 %, decay over the last 40 %",
        "Seed": "7",
        "From": "/runs/a/step-4",
    }


@pytest.mark.parametrize("text", ["", "no toml", "seed = ", "[data]\npack = 3\n[optimizer]\nrate = 'x'\n", "model = 5"])
def test_any_configuration_is_one(text: str) -> None:
    assert isinstance(facts.what(History(), facts.settings(text), {"from": 3}), list)


def test_where_the_time_went_adds_up() -> None:
    found = facts.time_spent(History(history()))
    # 390 tokens behind the first step, 1000 a second: a tenth and a fifth of 0.39 s; 4 evaluations and saves
    assert found == [
        ("forward and backward", 0.273, "0.27 s"),
        ("optimizer", 0.078, "0.078 s"),
        ("waiting for data", 0.039, "0.039 s"),
        ("evaluation", 2.0, "2 s"),
        ("saving", 1.0, "1 s"),
    ]
    later = [*history(), {"kind": "end", "step": 40, "seconds": 5.4, "reason": "done"}]
    assert facts.time_spent(History(later))[-1] == ("start, compiling, rest", 2.01, "2 s")
    branch = [dict(entry) for entry in later if entry["step"] > 30]
    branch.insert(0, later[0] | {"step": 31, "tokens": 310})
    assert facts.time_spent(History(branch))[0][:2] == ("forward and backward", 0.063)
    assert facts.time_spent(History()) == []


def test_sources() -> None:
    entries = history()
    assert facts.sources(History(entries)) == {
        "heads": ["source", "times read", "bits per byte (95 % interval)", "documents scored", "bytes scored"],
        "rows": [
            ["books <b>", "5", "1.6000 (1.4000 to 2.6000)", "3", "200"],
            ["web", "3", "1.6000 (1.4000 to 2.6000)", "3", "200"],
        ],
    }
    first = next(entry for entry in entries if entry["kind"] == "evaluation")
    first["xz_bits_per_byte"], first["by_source"] = 2.5, {"web": {"xz_bits_per_byte": 2.25}}
    found = facts.sources(History(entries))
    assert (found["heads"][3], [row[3] for row in found["rows"]]) == ("xz", ["-", "2.2500"])


def test_skipped_steps() -> None:
    (row,) = facts.skipped([skip(step=1007)])
    assert row == ["1,007", "spike", "9.0000", "-", "doc-0, doc-1, doc-2, doc-3, doc-4, doc-5 and 16 more"]
    assert len(facts.skipped([skip()] * 1000)) == facts.MOST


def test_the_machine_in_words() -> None:
    assert facts.machine(history()[0]) == [
        "x86, 2 threads, 1 process, matrix products in bfloat16, not compiled, 2 windows a pass, torch 2.15.0.",
        "Large matrix products reached 2 GFLOP/s at the start.",
        "The first step was done 1.5 s after the start.",
    ]
    stated = facts.machine({"machine": "H100", "device": "cuda", "peak_flops": 9.894e14, "matmul_flops": 7e14})
    assert stated == ["H100.", "Large matrix products reached 700 TFLOP/s at the start, where 989 TFLOP/s are stated."]
    assert facts.machine({}) == []


ODD: list[Any] = [None, True, "x", [1], {"a": {"b": 1}}, 10**400, float("inf"), -1]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_told_without_an_error(odd: Any) -> None:
    keys = {key for entry in history() for key in entry} - {"kind"}
    entries = [{"kind": kind} | dict.fromkeys(keys, odd) for kind in ("start", "step", "evaluation", "save", "skip")]
    told = History(entries)
    for found in (facts.tiles(told), facts.what(told, {}, {}), facts.time_spent(told),
                  facts.skipped(told.of("skip")), facts.sources(told), facts.machine(told.last("start"))):  # fmt: skip
        assert "nan" not in str(found).lower()


def test_one_checkpoint_is_one() -> None:
    last = max(at for at, entry in enumerate(history()) if entry["kind"] == "save")
    once = [entry for at, entry in enumerate(history()) if entry["kind"] != "save" or at == last]
    assert facts.tiles(History(once))[-1][2] == "1 checkpoint saved"


def test_checkpoints_that_are_gone_are_not_told_as_kept() -> None:
    said = [facts.tiles(History(history()), kept)[-1][2] for kept in (None, 0, 3, 4)]
    assert said == [f"4 checkpoints saved{more}" for more in ("", ", 0 there now", ", 3 there now", "")]
