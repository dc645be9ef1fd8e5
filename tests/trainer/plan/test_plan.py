from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.small_packs import make_pack
from tests.trainer.small_runs import config
from winnow.trainer.config.config_file import NO_PACK, load
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data
from winnow.trainer.errors import BadCall
from winnow.trainer.model.model import Model
from winnow.trainer.optim import scaling
from winnow.trainer.plan import plan_text
from winnow.trainer.plan.machines import Here
from winnow.trainer.plan.plan import Asked, Plan, bare, fitting, plan

TALK = Asked(measure=False)


def small(pack: Path | str = NO_PACK, **changes: Any) -> Config:
    return config(Path(pack), **changes)


def planned(name: str, *sets: str, asked: Asked = TALK) -> Plan:
    return plan(load(name, sets, NO_PACK), asked)


def test_counts_are_the_models() -> None:
    found = planned("tiny")
    with torch.device("meta"):
        model = Model(Layout.of(load("tiny", pack="p").model, 4096, "causal"))
    assert found.parameters == sum(p.numel() for p in model.parameters()) == 1_902_208
    assert found.outside == model.outside_embedding() == 1_377_920
    assert found.flops_per_token == model.flops_per_token(256)
    assert (found.length.rows, found.length.steps, found.length.tokens) == (16, 245, 245 * 4096)


def test_a_head_of_its_own_is_outside_the_embedding() -> None:
    tied, own = (planned("tiny", f"model.tied={value}") for value in ("true", "false"))
    assert own.parameters - tied.parameters == own.outside - tied.outside == 4096 * 128


def test_a_longer_window_keeps_more() -> None:
    rows = [planned("tiny", f"model.context={length}", "run.batch_tokens=4096").memory.row for length in (128, 256)]
    assert 2 < rows[1] / rows[0] < 3  # attention's shares grow with its square


def test_budgets_are_multiples_of_chinchillas() -> None:
    found = planned("10m", "run.tokens=1_000_000").budgets
    optimum = 20 * 13_769_088
    assert [budget.tokens for budget in found] == [31 * 32_768, optimum, 5 * optimum, 20 * optimum]
    assert [round(budget.of_chinchilla, 3) for budget in found] == [0.004, 1, 5, 20]
    assert found[1].loss == scaling.loss(13_769_088, optimum)
    assert found[1].flops == optimum * 96_731_136
    assert found[1].seconds is None


def test_chinchillas_own_is_not_told_twice() -> None:
    assert [round(budget.of_chinchilla) for budget in planned("10m").budgets] == [1, 5, 20]


def test_the_law_says_nothing_of_models_below_its_own() -> None:
    assert {budget.loss for budget in planned("tiny").budgets} == {None}
    assert "Muennighoff" not in plan_text.text("tiny", planned("tiny"))


@pytest.mark.parametrize(("width", "vocab"), [(128, 4096), (130, 8192), (384, 8192), (512, 16384), (514, 32768)])
def test_a_vocabulary_is_assumed_by_width(width: int, vocab: int) -> None:
    assert planned("tiny", f"model.width={width}", "model.heads=1").layout.vocab == vocab


def test_a_vocabulary_can_be_given() -> None:
    assert planned("tiny", asked=Asked(vocab=1000, measure=False)).layout.vocab == 1024


@pytest.mark.parametrize("mfu", [0.0, -1.0, 1.01, float("nan")])
def test_an_mfu_is_a_share(mfu: float) -> None:
    with pytest.raises(BadCall, match=r"--mfu .*wanted a share above 0, at most 1"):
        planned("tiny", asked=Asked(mfu=mfu, measure=False))


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 tokens of books, 3,000 of web."""
    return make_pack(tmp_path_factory.mktemp("plan") / "p", {"books": [100] * 10, "web": [300] * 10}).path


def with_pack(pack: Path, tokens: int, **weights: float) -> Plan:
    asked = small(pack, run={"tokens": tokens})
    return plan(replace(asked, data=Data(str(pack), weights)), TALK)


def test_epochs_of_each_source(pack: Path) -> None:
    corpus = with_pack(pack, 12_800, web=3, books=1).corpus
    assert corpus is not None
    assert {name: round(supply.epochs, 2) for name, supply in corpus.sources.items()} == {"books": 3.2, "web": 3.2}
    assert sum(supply.drawn for supply in corpus.sources.values()) == pytest.approx(12_800)
    assert corpus.unique == 4000
    assert corpus.effective == pytest.approx(scaling.effective_tokens(4000, 12_800), rel=1e-3)


def test_only_the_mixtures_sources_count(pack: Path) -> None:
    corpus = with_pack(pack, 12_800, books=1).corpus
    assert corpus is not None
    assert list(corpus.sources) == ["books"]
    assert corpus.sources["books"].epochs == pytest.approx(12.8)
    assert corpus.effective == pytest.approx(scaling.effective_tokens(1000, 12_800))


def test_a_source_that_the_pack_lacks_is_told(pack: Path) -> None:
    with pytest.raises(BadCall, match="no source 'boks'; did you mean 'books'"):
        with_pack(pack, 12_800, boks=1)


def test_a_packs_vocabulary_holds(pack: Path) -> None:
    with pytest.raises(BadCall, match=r"--vocab 300: the pack .* leave --vocab out"):
        plan(small(pack), Asked(vocab=300, measure=False))


def test_the_text_warns_of_repetition_and_small_corpora(pack: Path) -> None:
    found = with_pack(pack, 20_480, web=1, books=1)
    text = plan_text.text("mine", found)
    assert "! read more than four times: books;" in text
    assert "repetition: 20.5 k tokens of 4 k different ones are worth" in text
    assert "! the corpus is small for this shape:" in text
    assert "so it is for every shipped configuration" in text
    calm = plan_text.text("mine", with_pack(pack, 1280))
    assert "read more than" not in calm
    assert "repetition" not in calm


def test_what_fits() -> None:
    chinchilla = 20 * 1_377_920
    assert fitting(chinchilla // 4, 4096) == "tiny"
    assert fitting(chinchilla // 4 - 1, 4096) is None
    assert fitting(10**9, 32768) == "124m"
    assert fitting(10**12, 32768) == "1b"


def test_going_on_from_a_checkpoint_takes_its_shape(tmp_path: Path) -> None:
    from winnow.trainer.model.hf import save_weights

    shape = load("tiny", pack="p").model
    model = Model(Layout.of(replace(shape, layers=1), 320, "causal"))
    save_weights(model, tmp_path, end=0)
    found = planned("tiny", f"init={tmp_path}", "model.context=64")
    assert (found.layout.layers, found.layout.vocab, found.layout.context) == (1, 320, 64)
    assert found.parameters == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("objective", ["causal", "masked"])
def test_this_machine_is_measured(objective: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winnow.trainer.plan.machines.SECONDS", 0.1)
    threads = torch.get_num_threads()
    found = plan(replace(small(run={"tokens": 1280}), objective=objective), Asked(vocab=300))  # type: ignore[arg-type]
    torch.set_num_threads(threads)
    assert found.here is not None
    assert found.here.measured
    assert found.here.dtype == "float32"
    assert found.here.tokens_per_second > 0
    assert 0 < found.here.optimizer < 1
    assert found.budgets[0].seconds == pytest.approx(found.budgets[0].tokens / found.here.tokens_per_second)
    assert "tokens/s, measured, uncompiled" in plan_text.text("mine", found)


def test_evaluations_are_counted_where_there_is_a_pack(tmp_path: Path) -> None:
    held = make_pack(tmp_path / "p", {"books": [100] * 10, "web": [300] * 10}, validation={"web": [100] * 3}).path
    here = Here("cpu", 1000.0, 1e9, "float32", True, 0.1)
    asked = small(held, run={"tokens": 12 * 128, "evaluate_every": 5})
    found = replace(plan(asked, TALK), here=here, budgets=())
    assert (found.evaluations, round(found.evaluated, 6)) == (3, 504)
    assert "1.5 s for the run's steps, and about 0.5 s for 3 evaluations; saving comes" in plan_text.text("mine", found)
    without = replace(plan(small(run={"tokens": 12 * 128}), Asked(vocab=300, measure=False)), here=here, budgets=())
    assert "1.5 s for the run's steps, without evaluation and saving" in plan_text.text("mine", without)


def test_what_takes_too_long_is_reckoned_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winnow.trainer.plan.machines.LONGEST", 0.0)
    here = plan(small(), Asked(vocab=300)).here
    assert here is not None
    assert not here.measured
    model = bare(Layout.of(small().model, 300, "causal"))
    assert here.tokens_per_second == pytest.approx(0.5 * here.matmul / model.flops_per_token(32))
    assert "if training reaches 50 % of that rate" in plan_text.text("mine", plan(small(), Asked(vocab=300)))


def test_the_text_says_what_is_assumed() -> None:
    text = plan_text.text("124m", planned("124m"))
    assert text.splitlines()[0] == "124m        12 layers, width 768, 6 heads of 128, context 1024, causal"
    assert "parameters  135 M, 110 M of them outside the embedding; vocabulary 32,768 (assumed)" in text
    assert "tokens      2.2 B in 4,201 steps of 512 windows: 1 times Chinchilla's 20 a parameter" in text
    assert "40 % of the stated peak is assumed (--mfu)" in text
    assert "$" not in text
    assert "no forecast" in text
    assert "here" not in [line[:4] for line in text.splitlines()]
    assert all(len(line) <= 120 for line in text.splitlines())


def test_rate_and_batch_are_told_with_their_reasons() -> None:
    def told(*sets: str) -> list[str]:
        said = plan_text.text("tiny", planned("tiny", *sets)).splitlines()
        return [line for line in said if line.startswith(("rate", "batch"))]

    assert told() == ["rate        0.012 by the rule, for blocks of 852 k parameters, 4,096 tokens a step, 1 M in all"]
    assert told("optimizer.rate=0.02") == ["rate        0.02, as it was given"]
    assert told("run.batch_tokens=0", "optimizer.dial=0.5") == [
        "batch       2,048 by the rule, for a run of 1 M tokens",
        "rate        0.0043 by the rule, for optimizer.dial 0.5, blocks of 852 k parameters, 2,048 tokens a step, "
        "1 M in all",
    ]
    assert planned("tiny", "run.batch_tokens=0").length.rows == 8
