import json
from pathlib import Path

import pytest

from winnow.trainer.errors import BadCall
from winnow.trainer.evaluate.questions import TASKS, Question, of_file, read

GOOD = '{"context": "one", "choices": [" two", " three"], "answer": 1}'


def test_questions_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "task.jsonl"
    path.write_text(f"{GOOD}\n\n{GOOD}", encoding="utf-8")
    first, second = of_file(path)
    assert first == Question("one", (" two", " three"), 1, f"{path}:1")
    assert second.place == f"{path}:3"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "an object with"),
        ('{"context": "a", "choices": ["b", "c"]}', "an object with"),
        ('{"context": 1, "choices": ["b", "c"], "answer": 0}', "context is 1, not a string"),
        ('{"context": "a", "choices": ["b"], "answer": 0}', "two strings or more"),
        ('{"context": "a", "choices": "bc", "answer": 0}', "two strings or more"),
        ('{"context": "a", "choices": ["b", ""], "answer": 0}', "none of them empty"),
        ('{"context": "a", "choices": ["b", "c"], "answer": 2}', "answer is 2, not the number of a choice, 0 to 1"),
        ('{"context": "a", "choices": ["b", "c"], "answer": -1}', "answer is -1"),
        ('{"context": "a", "choices": ["b", "c"], "answer": true}', "answer is True"),
        ('{"context": "a", "choices": ["b", "c"], "answer": "b"}', "answer is 'b'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "task.jsonl"
    path.write_text(f"{GOOD}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCall, match=message) as error:
        of_file(path)
    assert str(error.value).startswith(f"{path}:2: ")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "task.jsonl").write_text("\n")
    with pytest.raises(BadCall, match="has no question"):
        of_file(tmp_path / "task.jsonl")


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadCall, match="cannot be read: No such file"):
        of_file(tmp_path / "task.jsonl")
    (tmp_path / "task.jsonl").write_bytes(b"\xff")
    with pytest.raises(BadCall, match="not UTF-8"):
        of_file(tmp_path / "task.jsonl")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"context": "\\ud800", "choices": ["a", "b"], "answer": 0}', "half a character"),
        ('{"context": "a", "choices": ["a", "\\udfff"], "answer": 0}', "half a character"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_json_allows_and_a_text_does_not(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "t.jsonl").write_text(f"{GOOD}\n{line}\n")
    with pytest.raises(BadCall, match=rf"t\.jsonl:2: .*{message}"):
        of_file(tmp_path / "t.jsonl")


@pytest.mark.parametrize("name", TASKS)
def test_the_bundled_ones_are_whole(name: str) -> None:
    """Sixty questions each; no context twice, no choice twice, and the right one is anywhere among them."""
    (questions,) = read([name]).values()
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
    (questions,) = read(["arithmetic"]).values()
    sums = [question for question in questions if question.context.endswith("=")]
    assert len(sums) == 26
    for question in sums:
        right = [choice for choice in question.choices if eval(question.context[:-1]) == int(choice)]
        assert right == [question.choices[question.answer]], question


def test_all_by_one_name(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text(GOOD)
    assert list(read(["bundled", str(mine)])) == [*TASKS, "mine"]
    assert list(read([str(mine), "code", "bundled"])) == ["mine", "code", "everyday", "arithmetic", "grammar"]
    assert read([]) == {}


@pytest.mark.parametrize(("most", "places"), [(0, [0, 1, 2, 3, 4, 5, 6]), (7, [0, 1, 2, 3, 4, 5, 6]), (8, None),
                                              (3, [0, 2, 4]), (1, [0]), (6, [0, 1, 2, 3, 4, 5])])  # fmt: skip
def test_many_questions_are_spread(tmp_path: Path, most: int, places: list[int] | None) -> None:
    file = tmp_path / "t.jsonl"
    lines = [json.dumps({"context": str(n), "choices": ["a", "b"], "answer": 0}) for n in range(7)]
    file.write_text("\n".join(lines))
    found = [int(question.context) for question in read([str(file)], most)["t"]]
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
        read([name])
    assert str(raised.value) == complaint


def test_two_of_one_name(tmp_path: Path) -> None:
    mine = tmp_path / "code.jsonl"
    mine.write_text(GOOD)
    with pytest.raises(BadCall, match=r"two cloze tasks are called 'code': .*; rename one"):
        read(["code", str(mine)])
    assert list(read([str(mine), str(mine)])) == ["code"]
