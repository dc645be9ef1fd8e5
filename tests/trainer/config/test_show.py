import dataclasses
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from winnow.trainer.config.config_file import dump, load, shipped
from winnow.trainer.config.settings import Config, Phase
from winnow.trainer.config.show import meanings, show
from winnow.trainer.errors import BadCall

UGLY = 'a"b\\\x1b[31m\u202e\x9b\u2028é'


def kinds(kind: type) -> Iterator[type]:
    yield kind
    for hint in typing.get_type_hints(kind).values():
        if dataclasses.is_dataclass(hint):
            yield from kinds(typing.cast(type, hint))


@pytest.mark.parametrize("kind", [*kinds(Config), Phase], ids=lambda kind: kind.__name__)
def test_every_setting_says_what_it_means(kind: type) -> None:
    settings = [name for name, hint in typing.get_type_hints(kind).items() if not dataclasses.is_dataclass(hint)]
    said = meanings(kind)
    assert [name for name in settings if not said[name]] == []
    assert kind.__doc__ is not None


@pytest.mark.parametrize("name", shipped())
def test_what_is_shown_is_the_configuration(name: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(show(name, ["data.pack=p"]), encoding="utf-8")
    assert load(file) == load(name, ["data.pack=p"])


def test_what_is_shown_without_a_pack_asks_for_one(tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(show("tiny"), encoding="utf-8")
    with pytest.raises(BadCall, match=r"data\.pack is not given"):
        load(file)
    assert load(file, ["data.pack=p"]) == load("tiny", ["data.pack=p"])


def test_where_values_come_from(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("seed = 3\n[data]\nweights = { web = 1 }\n[run]\ntokens = 7\nkeep = 2\n")
    sets = ["run.tokens=9", "run.tokens=1_0", "data.weights.books=2", "masking={share=0.2}"]
    told = show(str(file), sets).splitlines()
    assert f"seed = 3  # {file}, line 1" in told
    assert "tokens = 10  # --set run.tokens=1_0" in told
    assert f"keep = 2  # {file}, line 6" in told
    assert f"weights = {{ web = 1.0, books = 2.0 }}  # {file}, line 3, --set data.weights.books=2" in told
    assert "share = 0.2  # --set masking={share=0.2}" in told
    assert "random = 0.0  # --set masking={share=0.2}" in told
    assert "log_every = 0  # default" in told
    assert "layers = 4  # tiny.toml, line 9" in show("tiny").splitlines()


def test_a_later_set_of_the_whole_replaces_what_came_before(tmp_path: Path) -> None:
    told = show("tiny", ["data.weights.web=1", "data.weights={books=2}"]).splitlines()
    assert "weights = { books = 2.0 }  # --set data.weights={books=2}" in told


def test_what_a_terminal_would_obey_is_shown_as_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ugly.toml"
    config = dataclasses.replace(load("tiny", ["data.pack=p"]), init=UGLY)
    config = dataclasses.replace(
        config, data=dataclasses.replace(config.data, weights={UGLY: 1.0}, phases=(Phase(0.5, {UGLY: 2.0}),))
    )
    file.write_bytes(dump(config).encode())
    told = show(str(file))
    assert all(line.isprintable() for line in told.split("\n"))
    shown = tmp_path / "shown.toml"
    shown.write_text(told, encoding="utf-8")
    assert load(shown) == config
    assert tomllib.loads(told)["data"]["phases"] == [{"start": 0.5, "weights": {UGLY: 2.0}}]


def test_what_the_rule_gives_is_told() -> None:
    told = show("tiny", ["run.batch_tokens=0"]).splitlines()
    assert (
        "rate = 0.0  # default; 0.0085 by the rule, for blocks of 852 k parameters, 2,048 tokens a step, 1 M in all"
        in told
    )
    assert "batch_tokens = 0  # --set run.batch_tokens=0; 2,048 by the rule, for a run of 1 M tokens" in told
    assert "rate = 0.0  # default" in show("tiny", ["init=there"]).splitlines()  # whose shape is not known here
    assert "rate = 0.02  # --set optimizer.rate=0.02" in show("tiny", ["optimizer.rate=0.02"]).splitlines()


def test_mistakes_are_as_ever() -> None:
    with pytest.raises(BadCall, match=r"--set run\.tokens=-1: run\.tokens is -1; wanted 0 or more"):
        show("tiny", ["run.tokens=-1"])
