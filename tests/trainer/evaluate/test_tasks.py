import json
from pathlib import Path

import pytest

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate import tasks

LINE = '{"context": "one", "choices": [" two", " three"], "answer": 1}\n'


@pytest.mark.parametrize("name", tasks.TASKS)
def test_the_bundled_ones_are_whole(name: str) -> None:
    """Sixty questions each; no context twice, no choice twice, and the right one is anywhere among them."""
    (questions,) = tasks.read([name]).values()
    assert len(questions) == 60
    assert len({question.context for question in questions}) == 60
    assert all(len(set(question.choices)) == len(question.choices) >= 3 for question in questions)
    of = len(questions[0].choices)
    assert all(len(question.choices) == of for question in questions)
    places = [sum(question.answer == place for question in questions) for place in range(of)]
    assert min(places) >= 60 // of - 4
    assert all(len({choice[0] == " " for choice in question.choices}) == 1 for question in questions)
    assert not any(question.context.endswith(" ") for question in questions if name != "code")  # there: indentation


def test_sums_are_right() -> None:
    (questions,) = tasks.read(["arithmetic"]).values()
    sums = [question for question in questions if question.context.endswith("=")]
    assert len(sums) == 26
    for question in sums:
        right = [choice for choice in question.choices if eval(question.context[:-1]) == int(choice)]
        assert right == [question.choices[question.answer]], question


def test_all_by_one_name(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text(LINE)
    assert list(tasks.read(["bundled", str(mine)])) == [*tasks.TASKS, "mine"]
    assert list(tasks.read([str(mine), "code", "bundled"])) == ["mine", "code", "everyday", "arithmetic", "grammar"]
    assert tasks.read([]) == {}


@pytest.mark.parametrize(("most", "places"), [(0, [0, 1, 2, 3, 4, 5, 6]), (7, [0, 1, 2, 3, 4, 5, 6]), (8, None),
                                              (3, [0, 2, 4]), (1, [0]), (6, [0, 1, 2, 3, 4, 5])])  # fmt: skip
def test_many_questions_are_spread(tmp_path: Path, most: int, places: list[int] | None) -> None:
    file = tmp_path / "t.jsonl"
    lines = [json.dumps({"context": str(n), "choices": ["a", "b"], "answer": 0}) for n in range(7)]
    file.write_text("\n".join(lines))
    found = [int(question.context) for question in tasks.read([str(file)], most)["t"]]
    assert found == (list(range(7)) if places is None else places)


@pytest.mark.parametrize(("name", "complaint"), [
    ("everday", "the cloze task 'everday' is no file; did you mean 'everyday'?"),
    ("x" * 300, f"the cloze task '{'x' * 79}… is no file; valid are: everyday, arithmetic, grammar, code, bundled"),
    ("none.jsonl", "the cloze task 'none.jsonl' is no file"),
    ("", "the cloze task '' is no file; valid are: everyday, arithmetic, grammar, code, bundled"),
    ("a\n\x1b[31m/b", "the cloze task 'a\\n\\x1b[31m/b' is no file"),
])  # fmt: skip
def test_a_task_that_is_none(name: str, complaint: str) -> None:
    with pytest.raises(BadCall) as raised:
        tasks.read([name])
    assert str(raised.value) == complaint


def test_two_of_one_name(tmp_path: Path) -> None:
    mine = tmp_path / "code.jsonl"
    mine.write_text(LINE)
    with pytest.raises(BadCall, match=r"two cloze tasks are called 'code': .*; rename one"):
        tasks.read(["code", str(mine)])
    assert list(tasks.read([str(mine), str(mine)])) == ["code"]
