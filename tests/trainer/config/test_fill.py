from pathlib import Path

import pytest

from winnow.trainer.config.config_file import NO_PACK, checked, load
from winnow.trainer.errors import BadCall

FILE = """\
sed = 3
[data]
phases = [{ start = "x" }, { start = 0.5, weights = { web = "1" } }]
[model]
width = "wide"
heads = 7
[optimizer]
rate = -1
name = "sgd"
[run]
keep = -1
batch_tokens = 1
[evaluate]
tasks = [1, "everyday"]
"""


def test_every_mistake_is_found(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(FILE)
    config, wrong = checked(file, ["machine.threads=-1", "data.pakc=3"], NO_PACK)
    assert config is not None
    assert [str(error).removeprefix(f"{file}, ") for error in wrong] == [
        "line 1: there is no setting 'sed'; did you mean 'seed'?",
        "--set data.pakc=3: there is no setting 'data.pakc'; did you mean 'data.pack'?",
        'line 3: data.phases[0].start is "x", wanted a number',
        'line 3: data.phases[1].weights.web is "1", wanted a number',
        'line 5: model.width is "wide", wanted a whole number',
        'line 9: optimizer.name is "sgd"; valid are: muon, adamw',
        "line 14: evaluate.tasks[0] is 1, wanted a string",
        "line 11: run.keep is -1; wanted 0 or more",
        "--set machine.threads=-1: machine.threads is -1; wanted 0 to 4,096",
        "line 12: run.batch_tokens is 1; wanted at least one window, model.context = 512",
    ]


@pytest.mark.parametrize(("text", "complaint"), [
    ("data = 3", "data is 3, wanted a table"),
    ("[data]\npack = 3", "data.pack is 3, wanted a string"),
    ("", "data.pack is not given: add --pack PACK (a directory that winnow pack made)"),
    ("[[data.phases]]", "data.phases[0].start is missing"),
])  # fmt: skip
def test_without_what_has_no_default(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    _, wrong = checked(file)
    assert complaint in str(wrong[0])
    with pytest.raises(BadCall) as raised:
        load(file)
    assert str(raised.value) == str(wrong[0])


@pytest.mark.parametrize(
    ("value", "cure"),
    [("250k", "250_000"), ("1.5M", "1_500_000"), ("1_0 b", "10_000_000_000"), ("2G", "2_000_000_000"),
     ("1e6", "1_000_000"), ('"7"', "7"), ("1.5", ""), ("0.00001k", ""), ("k", ""), ("5 tons", ""),
     ("1" * 30 + "k", ""), ("\u0663k", "")],
)  # fmt: skip
def test_a_whole_number_that_is_written_otherwise(value: str, cure: str) -> None:
    with pytest.raises(BadCall) as raised:
        load("tiny", ["data.pack=p", f"run.tokens={value}"])
    assert str(raised.value).endswith(f"wanted a whole number, written {cure}" if cure else "wanted a whole number")


def test_a_list_of_one_string_may_be_written_as_that() -> None:
    config = load("tiny", ["data.pack=p", "evaluate.tasks=everyday", "run.sinks=wandb", 'evaluate.samples=["a", ""]'])
    assert (config.evaluate.tasks, config.run.sinks, config.evaluate.samples) == (("everyday",), ("wandb",), ("a", ""))


@pytest.mark.parametrize(("words", "complaint"), [
    ("evaluate.tasks=3", "evaluate.tasks is 3, wanted a list of strings"),
    ("evaluate.samples=[3]", "evaluate.samples[0] is 3, wanted a string"),
    ("run.sinks=tensorbord", "run.sinks[0] is \"tensorbord\"; did you mean 'tensorboard'?"),
    ("data.phases=x", 'data.phases is "x", wanted tables, [[data.phases]]'),
])  # fmt: skip
def test_what_is_no_list_of_strings(words: str, complaint: str) -> None:
    with pytest.raises(BadCall) as raised:
        load("tiny", ["data.pack=p", words])
    assert str(raised.value) == f"--set {words}: {complaint}"
