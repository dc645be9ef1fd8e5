from pathlib import Path

import pytest

from winnow.trainer.config.config_file import NO_PACK, load
from winnow.trainer.errors import BadCall
from winnow.trainer.plan import plan_text
from winnow.trainer.plan.machines import There, prices
from winnow.trainer.plan.plan import Asked, Plan, plan
from winnow.trainer.run.hardware import GPUS

SEVEN = ("model.layers=32", "model.width=4096", "model.mlp=11008", "model.heads=32", "model.kv_heads=8")


def planned(name: str, *sets: str, **asked: object) -> Plan:
    return plan(load(name, sets, NO_PACK), Asked(measure=False, **asked))  # type: ignore[arg-type]


def of(found: Plan) -> dict[str, There]:
    return {there.gpu.name: there for there in found.there}


def test_time_and_cost_follow_from_the_share_and_the_price() -> None:
    found = of(planned("124m", mfu=0.5, prices={"H200": 2.0}))
    total = 773_849_088 * 4201 * 524_288
    assert found["H200"].flops == 0.5 * 989.4e12
    assert found["H200"].seconds == pytest.approx(total / (0.5 * 989.4e12))
    assert found["H200"].dollars == pytest.approx(found["H200"].seconds / 3600 * 2)
    assert found["T4"].flops == 0.5 * 8.1e12  # float32: it has no bfloat16
    assert found["T4"].held > found["L4"].held - 4 * 135e6  # which keeps casts of the weights, and T4 none
    assert found["H100 SXM"].dollars is None
    assert 0 < found["L4"].rows < found["H200"].rows
    assert list(found) == [gpu.name for gpu in GPUS]


def test_eight_are_eight_times_as_fast_and_cost_the_same() -> None:
    one, eight = (of(planned("124m", gpus=number, prices={"H200": 2.0}))["H200"] for number in (1, 8))
    assert one.seconds == pytest.approx(8 * eight.seconds)
    assert one.dollars == pytest.approx(eight.dollars)
    assert (one.parallel, eight.parallel, one.held) == ("replicate", "replicate", eight.held)


def test_what_is_too_large_for_one_stands_in_shards_on_eight() -> None:
    one, eight = of(planned("1b", *SEVEN)), of(planned("1b", *SEVEN, gpus=8))
    assert (one["H100 SXM"].rows, one["H100 SXM"].parallel) == (0, "replicate")
    assert (eight["H100 SXM"].parallel, eight["H100 SXM"].checkpointing) == ("shard", "none")
    assert eight["A100 40 GB"].checkpointing == "blocks"
    assert eight["A100 40 GB"].seconds == pytest.approx(4 / 3 * eight["A100 80 GB"].seconds)
    assert eight["B200"].parallel == "replicate"
    assert eight["T4"].rows == 0


def test_settings_hold() -> None:
    found = of(planned("124m", "machine.parallel='shard'", "machine.checkpointing='selective'", gpus=8))["H200"]
    assert (found.parallel, found.checkpointing) == ("shard", "selective")


def test_more_gpus_than_windows_are_refused() -> None:
    assert planned("tiny", gpus=16).there
    with pytest.raises(
        BadCall, match=r"--gpus 17: a step has 16 windows, one for each GPU at least: raise run\.batch_to"
    ):
        planned("tiny", gpus=17)


def test_the_text_says_how() -> None:
    text = plan_text.text("mine", planned("1b", *SEVEN, gpus=8, prices={"H100 SXM": 2.0}))
    (line,) = [line for line in text.splitlines() if line.startswith("H100 SXM")]
    assert line.endswith("  shards")
    assert "$" in line
    assert "GB on each of 8 GPUs in shards" in text
    assert "131,072 tokens of a step on each of 8 GPUs; 40 % of the stated peak is assumed (--mfu)" in text
    assert "T4" in text
    assert "does not fit" in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_prices(tmp_path: Path) -> None:
    assert prices(["h100=2.1", "H200 =3"]) == {"H100 PCIe": 2.1, "H100 NVL": 2.1, "H100 SXM": 2.1, "H200": 3.0,
                                               "H200 NVL": 3.0}  # fmt: skip
    assert prices(["H100=2", "H100 SXM=0"])["H100 SXM"] == 0.0
    assert prices([]) == {}
    file = tmp_path / "prices.toml"
    file.write_text('L4 = 0.7\n"A100 80" = 2\n')
    assert prices([str(file), "L4=1"]) == {"L4": 1.0, "A100 80 GB": 2.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("X9=1", "'X9' is no GPU that is known"), ("=1", "'' is no GPU"), (" =1", "' ' is no GPU"),
        ("H100=cheap", "write GPU=DOLLARS"), ("H100=nan", "write GPU"), ("H100=-1", "write GPU"),
        ("H100=inf", "write GPU"), ("H100=", "write GPU"), ("H100", "or name a TOML file"), ("", "or name a TOML file"),
    ],
)  # fmt: skip
def test_wrong_prices_are_told(given: str, message: str) -> None:
    with pytest.raises(BadCall, match=message):
        prices([given])


@pytest.mark.parametrize("text", ["L4 = ", "[" * 100_000, "L4 = [1]", 'L4 = "x"', "Z9 = 1", "L4 = true", "\x00"])
def test_a_wrong_file_of_prices_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(BadCall, match=r"prices\.toml"):
        prices([str(file)])
