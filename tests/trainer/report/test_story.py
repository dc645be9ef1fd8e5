"""What a run came to, in sentences."""

from typing import Any

import numpy as np
import pytest

from tests.trainer.small_histories import Entries, history, skip
from winnow.trainer.report import story
from winnow.trainer.report.history import History
from winnow.trainer.report.story import WIDTH, curve


def judged(
    held: dict[int, float], training: float = 1.0, epochs: float = 3.0, phases: tuple[int, ...] = (), sources: str = "a"
) -> str:
    """The story of a run whose training text costs the same all along."""
    entries: Entries = [{"kind": "start", "steps": 100, "phases": list(phases)}]
    for i in range(1, 101):
        entries.append(
            {"kind": "step", "step": i, "bits_per_byte": training, "epochs": dict.fromkeys(sources, epochs * i / 100)}
        )
        if i in held:
            entries.append({"kind": "evaluation", "step": i, "bits_per_byte": held[i], "low": 0.5, "high": 2.5})
    return " ".join(story.quality(History(entries)))


def test_the_gap_is_named() -> None:
    assert judged({50: 1.2, 100: 1.2}) == (
        "Held-out text costs 1.2000 (0.5000 to 2.5000) bits per byte, training text 1.0000 at that point: "
        "a gap of 0.2000, which does not grow."
    )


@pytest.mark.parametrize(("last", "grows"), [(1.224, False), (1.226, True)])
def test_it_grows_by_more_than_a_fiftieth(last: float, grows: bool) -> None:
    assert ("The gap grows: it was 0.2000 at step 50." in judged({50: 1.2, 100: last})) is grows


def test_a_gap_below_nothing_is_none_that_grows() -> None:
    assert judged({50: 0.5, 100: 0.9}).endswith("a gap of -0.1000.")
    assert judged({50: 0.5, 100: 1.01}).endswith("a gap of 0.0100, which does not grow.")
    assert "The gap grows: it was -0.5000 at step 50." in judged({50: 0.5, 100: 1.03})


def falling(every: int, evaluated: range, phases: tuple[int, ...] = ()) -> History:
    """100 steps of a loss that falls, held-out text costing what training text does; a new phase costs 1 more. Lines
    are means of `every` steps."""
    costs = [4 / step**0.5 + sum(step > phase for phase in phases) for step in range(1, 101)]
    entries: Entries = [{"kind": "start", "step": 1, "steps": 100, "phases": list(phases)}]
    for i in range(1, 101):
        if i % every == 0 or i == 100:
            part = costs[(i - 1) // every * every : i]
            entries.append({"kind": "step", "step": i, "bits_per_byte": sum(part) / len(part), "epochs": {"a": 0.1}})
        if i in evaluated:
            entries.append({"kind": "evaluation", "step": i, "bits_per_byte": costs[i - 1]})
    return History(entries)


@pytest.mark.parametrize("every", [1, 7, 10])
def test_means_of_a_falling_loss_do_not_lag(every: int) -> None:
    sizes = [gap.size for gap in story.gaps(falling(every, range(20, 96, 5)))]
    assert len(sizes) == 16
    assert max(map(abs, sizes)) < 0.06  # at the ends of their stretches means would be 0.3 away


def test_training_text_of_another_phase_is_not_beside_it() -> None:
    sizes = [gap.size for gap in story.gaps(falling(10, range(20, 96, 5), phases=(50,)))]
    assert max(map(abs, sizes)) < 0.06


def test_the_middle_of_what_a_line_is_a_mean_of() -> None:
    told = History([{"kind": "start", "step": 1}, *({"kind": "step", "step": step} for step in (10, 20, 22))])
    assert story.middles(told, "step").tolist() == [5.5, 15, 21]
    branch = History([{"kind": "start", "step": 41}, *({"kind": "step", "step": step} for step in (50, "x", 70))])
    assert story.middles(branch, "step")[[0, 2]].tolist() == [45.5, 70]
    assert story.middles(History(), "step").tolist() == []


def test_why_it_grows_depends_on_how_often_text_is_read() -> None:
    assert "reads its text up to 3 times and begins to learn it by heart" in judged({50: 1.2, 100: 1.5})
    once = judged({50: 1.2, 100: 1.5}, epochs=1.0)
    assert once.endswith("No text was read more than 1 times, so that it is hardly learnt by heart.")
    assert judged({50: 1.2, 100: 1.5}, epochs=1.0, sources="ab").endswith(
        "No source was read more than 1 times, so that it is hardly learnt by heart: "
        "held-out and training text may differ in their sources."
    )


def test_what_made_held_out_text_worse_is_said() -> None:
    assert "Held-out text was cheapest at step 50, 1.2000: what came later made it worse there." in judged(
        {50: 1.2, 100: 1.3}
    )


def test_a_gap_is_watched_within_a_phase_and_after_its_beginning() -> None:
    assert "which does not grow" in judged({15: 0.5, 50: 1.2, 100: 1.2})
    assert "The gap grows" in judged({50: 0.9, 100: 1.2})
    assert "The gap grows" not in judged({50: 0.9, 90: 1.2, 100: 1.2}, phases=(60,))


def test_without_training_beside_it_held_out_text_stands_alone() -> None:
    alone = History([{"kind": "evaluation", "step": 0, "bits_per_byte": 2.0, "low": 1.0, "high": 3.0}])
    assert story.quality(alone) == ["Held-out text costs 2.0000 (1.0000 to 3.0000) bits per byte."]
    assert story.quality(History()) == []


@pytest.mark.parametrize(
    ("last", "state"),
    [
        ([], "under way"),
        ([{"kind": "end", "reason": "done"}], "finished"),
        ([{"kind": "end", "reason": "stopped"}], "stopped before its end"),
        ([{"kind": "end", "reason": "stopped"}, {"kind": "start", "steps": 40, "parameters": 1.38e6}], "under way"),
    ],
)
def test_the_state(last: list[dict[str, Any]], state: str) -> None:
    assert story.state(History([*history(40), *last])) == [f"1.38 M parameters, step 40 of 40, {state}."]


def test_nothing_recorded() -> None:
    assert story.tell(History()) == ["Nothing recorded yet."]


def test_trouble_is_told() -> None:
    found = History([*history(compile_failed="no compiler"), skip(), skip()], unreadable=2)
    assert story.trouble(found) == [
        "2 steps were skipped.",
        "Not compiled, because compiling failed here: no compiler",
        "Read more than four times: books <b>. Repeated tokens are worth less and less (Muennighoff et al. 2023); "
        "winnow plan says how much.",
        "2 lines of metrics.jsonl could not be read.",
    ]
    assert story.trouble(History(history()[:30])) == []


def test_smoothing_stops_at_a_phase() -> None:
    entries = [{"kind": "step", "step": i, "loss": 1.0 if i <= 50 else 3.0} for i in range(1, 101)]
    both = story.smoothed(History([{"kind": "start", "phases": [50]}, *entries]), "loss")
    assert both == pytest.approx(np.repeat([1.0, 3.0], 50))
    for odd in (["x"], "x", None, [10**30], [-5], [1000]):
        assert len(story.smoothed(History([{"kind": "start", "phases": odd}, *entries]), "loss")) == 100


def test_utilisation_is_of_a_peak_where_one_is_stated() -> None:
    assert story.utilisation(History(history())) == ("matmul_share", 0.5)
    assert story.utilisation(History([{"kind": "step", "mfu": 0.25, "matmul_share": 0.5}])) == ("mfu", 0.25)
    assert story.utilisation(History())[0] == ""


TOP, RULE = " " * 7 + "|", " " * 7 + "+" + "-" * WIDTH


def drawn(steps: dict[int, Any], evaluations: dict[int, Any], key: str = "bits_per_byte") -> History:
    lines = [{"kind": "step", "tokens": tokens, key: value} for tokens, value in steps.items()]
    held = [{"kind": "evaluation", "tokens": tokens, key: value} for tokens, value in evaluations.items()]
    return History((*lines, *held), 0)


def test_training_and_evaluations_over_the_tokens() -> None:
    found = curve(drawn({1000: 3.0, 2000: 3.0}, {1500: 2.0, 3000: 1.0}))
    assert found == [
        "     3 |" + " " * 10 + "." + " " * 19 + ".",  # in the middle of what each is a mean of
        *[TOP] * 3,
        TOP + " " * 30 + "o",
        *[TOP] * 3,
        "     1 |" + " " * (WIDTH - 1) + "o",
        RULE,
        " " * 8 + "0" + "3 k tokens".rjust(WIDTH - 1),
        " " * 8 + "bits per byte: . training, o held-out documents",
    ]


def test_an_evaluation_stands_over_what_training_drew_there() -> None:
    assert curve(drawn({1: 3.0, 2: 2.0}, {1: 3.0}))[0].endswith("o")


def test_a_run_of_the_masked_objective() -> None:
    assert "bits per masked token" in curve(drawn({}, {1: 9.0, 2: 8.0}, "bits_per_masked_token"))[-1]


def test_nothing_to_draw() -> None:
    for empty in (
        drawn({}, {}),
        drawn({5: 2.0}, {}),
        drawn({5: 2.0}, {9: 2.0}),
        drawn({5: None}, {9: None}),
        drawn({0: 2.0}, {0: 3.0}),
    ):
        assert curve(empty) == []


def test_what_is_no_number_leaves_a_gap() -> None:
    assert len(curve(drawn({1: None, 2: 4.0, 3: "x"}, {3: 2.0}))) == len(curve(drawn({2: 4.0}, {3: 2.0}))) == 12
