import math
from pathlib import Path

import pytest

from tests.trainer.small_runs import config, crash, lines, trained
from winnow.trainer.evaluate.asking import EVALUATION, Item, passed
from winnow.trainer.model.hf import load_model
from winnow.trainer.pack.index import Pack
from winnow.trainer.report import history, story, words
from winnow.trainer.run.journal import Journal

pytestmark = pytest.mark.usefixtures("quick")


def test_the_start_line_says_what_the_machine_is(whole: Path) -> None:
    (start,) = lines(whole, "start")
    model = load_model(whole / "checkpoints" / "step-000012")
    assert start["parameters"] == sum(p.numel() for p in model.parameters())
    assert start["flops_per_token"] == model.flops_per_token(32)
    assert (start["ranks"], start["steps"], start["rows"], start["peak_flops"]) == (1, 12, 4, None)
    assert start["matmul_flops"] > 1e8
    step = lines(whole, "step")[-1]
    assert (step["tokens"], step["mfu"]) == (1536, None)
    assert (whole / "run.html").is_file()


def test_step_lines_are_means_since_the_line_before(tmp_path: Path, pack: Path, whole: Path) -> None:
    trained(config(pack, run={"log_every": 1}), tmp_path)
    each, mean = lines(tmp_path, "step"), lines(whole, "step")
    assert [entry["step"] for entry in mean] == [3, 6, 9, 12]
    for i, entry in enumerate(mean):
        part = each[3 * i : 3 * i + 3]
        for key in ("loss", "bits_per_byte", "gradient_norm"):
            assert entry[key] == pytest.approx(sum(e[key] for e in part) / 3)
        assert (entry["rate"], entry["epochs"]) == (part[-1]["rate"], part[-1]["epochs"])


def test_rates_leave_out_the_first_step(tmp_path: Path, pack: Path) -> None:
    trained(config(pack, run={"log_every": 1}), tmp_path)
    first, second = lines(tmp_path, "step")[:2]
    assert "tokens_per_second" not in first
    assert second["tokens_per_second"] > 0
    assert 0 <= second["wait"] <= 1
    assert second["memory"] >= 1 << 26  # torch alone takes more
    assert 0 < second["optimizer"] < 1


def test_a_masked_run_tells_bits_per_masked_token_everywhere(tmp_path: Path, pack: Path) -> None:
    said = trained(config(pack, objective="masked"), tmp_path)
    for entry in lines(tmp_path, "step"):
        assert entry["bits_per_masked_token"] == pytest.approx(entry["loss"] / math.log(2))
        assert "bits_per_byte" not in entry
    assert any("bits/masked token" in text for text in said)
    assert said[-2].strip() == "bits per masked token: . training, o held-out documents"
    assert "." in "".join(text.partition("|")[2] for text in said if "|" in text)


def test_evaluations_have_every_source_and_saves_their_path(whole: Path) -> None:
    first = lines(whole, "evaluation")[0]
    assert (first["step"], first["tokens"], sorted(first["by_source"])) == (4, 512, ["books", "web"])
    assert first["low"] <= first["bits_per_byte"] <= first["high"]
    assert first["scored"]["documents"] == sum(of["documents"] for of in first["by_source"].values())
    save = lines(whole, "save")[-1]
    assert save["path"] == str(whole / "checkpoints" / "step-000012")


def test_xz_is_measured_beside_the_first_evaluation_alone(whole: Path, tmp_path: Path, pack: Path) -> None:
    first, *later = lines(whole, "evaluation")
    sizes = {source: of["xz_bits_per_byte"] for source, of in first["by_source"].items()}
    assert min(sizes.values()) <= first["xz_bits_per_byte"] <= max(sizes.values())
    assert not any("xz_bits_per_byte" in entry for entry in later)
    trained(config(pack, objective="masked"), tmp_path)
    assert not any("xz_bits_per_byte" in entry for entry in lines(tmp_path, "evaluation"))


def test_the_screen_says_what_the_entries_say(tmp_path: Path, pack: Path) -> None:
    told = trained(config(pack), tmp_path)
    sentences = [text for entry in lines(tmp_path) if (text := words.said(entry))]
    assert len(sentences) == 5  # the start, three evaluations, the end
    assert [text for text in told if text in sentences] == sentences
    assert story.quality(history.read(tmp_path / "metrics.jsonl"))[0] in told


def test_a_run_goes_on_without_its_page(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("of a kind that nobody\nthought of")

    monkeypatch.setattr("winnow.trainer.report.data.run_page", broken)
    said = trained(config(pack), tmp_path)
    assert "run.html cannot be drawn: ValueError: of a kind that nobody thought of" in said
    assert not (tmp_path / "run.html").exists()
    assert lines(tmp_path, "end")[-1]["reason"] == "done"


def test_seconds_go_on_over_sessions(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack), tmp_path, {"step 8:": crash})
    trained(config(pack), tmp_path)
    seconds = [entry["seconds"] for entry in lines(tmp_path)]
    assert seconds == sorted(seconds)
    assert [entry["step"] for entry in lines(tmp_path, "start")] == [1, 9]


def test_what_is_left_counts_what_is_still_to_be_measured_and_saved(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[int, tuple[float, float, dict[Item, float]]] = {}
    real = Journal._left

    def left(self: Journal, speed: float) -> float:
        told[self._session.progress.step] = real(self, speed), speed, dict(self._took)
        return told[self._session.progress.step][0]

    monkeypatch.setattr(Journal, "_left", left)
    asked = config(pack, run={"log_every": 1, "save_every": 5}, evaluate={"samples": ("the",), "sample_tokens": 2})
    trained(asked, tmp_path)
    sample, found = ("sample", "the"), told[3]
    once = passed(Pack.open(pack), asked) / (3 * found[1])
    assert (found[0], found[2]) == (pytest.approx(9 * 128 / found[1] + 3 * once), {})
    seconds, speed, took = told[7]
    after = 5 * 128 / speed + 2 * took[EVALUATION] + 2 * took[sample] + 2 * took["save", ""]
    assert seconds == pytest.approx(after)
    seconds, speed, took = told[12]
    assert seconds == pytest.approx(took[EVALUATION] + took[sample] + took["save", ""])


def test_a_session_that_goes_on_knows_what_took_how_long(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(RuntimeError):
        trained(config(pack, run={"log_every": 1}), tmp_path, {"step 8:": crash})
    took = {entry["kind"]: entry["seconds_taken"] for entry in lines(tmp_path, "evaluation", "save")}
    told: list[dict[Item, float]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "_left", lambda self, _: told.append(dict(self._took)) or 1.0)
        trained(config(pack, run={"log_every": 1}), tmp_path)
    assert told[0] == {EVALUATION: took["evaluation"], ("save", ""): took["save"]}


@pytest.mark.parametrize(("steps", "every"), [(99, 1), (100, 10)])
def test_a_short_run_has_a_line_a_step(pack: Path, tmp_path: Path, steps: int, every: int) -> None:
    run = {"log_every": 0, "tokens": steps * 128, "evaluate_every": 1000, "save_every": 1000}
    trained(config(pack, run=run), tmp_path)
    assert [entry["step"] for entry in lines(tmp_path, "step")] == list(range(every, steps + 1, every))
