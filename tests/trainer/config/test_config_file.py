import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.trainer.config.config_file import NO_PACK, difference, dump, find, load, setting, shipped
from winnow.trainer.config.settings import Config, Data, Evaluate, Machine, Masking, ModelShape, Optimizer, Phase, Run
from winnow.trainer.config.settings import Rule as DocumentRule
from winnow.trainer.errors import BadCall

shares = st.floats(0, 1)
positive = st.floats(1e-12, 1e9)
counts = st.integers(0, 2**62)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
weights = st.dictionaries(names, positive, max_size=3)


@st.composite
def shapes(draw: st.DrawFn) -> ModelShape:
    groups, kv_heads = draw(st.integers(1, 4)), draw(st.integers(0, 4))
    heads = groups * max(kv_heads, 1)
    head_width = draw(st.sampled_from([0, 2, 64]))
    return ModelShape(
        layers=draw(st.integers(1, 9)), width=2 * heads * draw(st.integers(1, 9)), heads=heads, kv_heads=kv_heads,
        head_width=head_width, mlp=draw(st.integers(1, 99)), context=draw(st.integers(2, 99)),
        tied=draw(st.booleans()), qk_norm=draw(st.booleans()), rope_theta=draw(st.floats(1.5, 1e9)),
        norm_eps=draw(positive),
    )  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> DocumentRule:
    times = st.floats(0, 1000)
    edges = tuple(sorted(draw(st.sets(st.floats(-(2**53), 2**53), max_size=3))))
    of = () if edges else tuple(draw(st.lists(st.tuples(names, times), min_size=1, max_size=3)))
    return DocumentRule(draw(names), edges, tuple(draw(times) for _ in edges), dict(of), draw(times))


@st.composite
def configs(draw: st.DrawFn) -> Config:
    model = draw(shapes())
    starts = sorted(draw(st.sets(st.floats(0.001, 0.999), max_size=3)))
    warmup, keep = draw(shares), draw(shares)
    objective = draw(st.sampled_from(["causal", "masked"]))
    asked = [tuple(draw(st.lists(names, max_size=2))) if objective == "causal" else () for _ in range(2)]
    return Config(
        data=Data(draw(names.filter(bool)), draw(weights), tuple(Phase(s, draw(weights)) for s in starts),
                  draw(st.booleans()), rules=tuple(draw(st.lists(rules(), max_size=2)))),
        objective=objective, seed=draw(counts), init=draw(names), model=model,
        masking=Masking(draw(st.floats(0.01, 1)), keep, draw(st.floats(0, 1 - keep))),
        optimizer=Optimizer(draw(st.sampled_from(["muon", "adamw"])), draw(positive), draw(positive), draw(shares),
                            draw(shares), draw(positive), draw(st.floats(0, 0.999)),
                            momentum_warmup=draw(st.integers(0, 999)),
                            schedule=draw(st.sampled_from(["wsd", "cosine"])), warmup=warmup,
                            decay=draw(st.floats(0, 1 - warmup)), floor=draw(shares)),
        run=Run(draw(positive), draw(counts), draw(st.integers(model.context, 2**40)), draw(st.integers(1, 99)),
                keep=draw(counts), spike=draw(shares), sinks=draw(st.sampled_from([(), ("wandb", "tensorboard")]))),
        evaluate=Evaluate(tasks=asked[0], samples=asked[1]),
        machine=Machine(draw(st.sampled_from(["auto", "cpu", "cuda"])), compile=draw(st.sampled_from(["yes", "no"])),
                        threads=draw(st.integers(0, 4096))),
    )  # fmt: skip


@given(config=configs())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, config: Config) -> None:
    path = tmp_path_factory.mktemp("config") / "config.lock.toml"
    path.write_bytes(dump(config).encode())
    assert load(path) == config
    assert difference(config, load(path)) is None


def test_a_file_says_everything() -> None:
    text = dump(Config(Data("p")))
    kinds = (Config, Data, ModelShape, Masking, Optimizer, Run, Evaluate, Machine)
    for name in (field.name for kind in kinds for field in dataclasses.fields(kind)):
        assert f"{name} = " in text or f"[{name}]" in text or f".{name}]" in text


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def made(text: str) -> Path:
        path = tmp_path / "c.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


PACK = '[data]\npack = "p"\n'
RULE = f"{PACK}[[data.rules]]\ncolumn = 'a'\n"


def test_defaults_stand_where_nothing_is_said(write: Any) -> None:
    assert load(write(PACK)) == Config(Data("p"))


def test_a_whole_number_will_do_for_a_number(write: Any) -> None:
    config = load(write(f"{PACK}weights = {{ web = 3 }}\n[optimizer]\nrate = 1\n"))
    assert (config.optimizer.rate, type(config.optimizer.rate), config.data.weights) == (1.0, float, {"web": 3.0})


def test_rules(write: Any) -> None:
    second = "[[data.rules]]\ncolumn = 'c'\nother = 0\nvalues = { '' = 2 }\n"
    config = load(write(f"{RULE}at_least = [1, 2.5]\nweights = [0, 3]\n{second}"))
    assert config.data.rules == (
        DocumentRule("a", (1.0, 2.5), (0.0, 3.0)),
        DocumentRule("c", values={"": 2.0}, other=0.0),
    )
    assert load(write(dump(config))) == config
    other = dataclasses.replace(config, data=dataclasses.replace(config.data, rules=config.data.rules[:1]))
    assert difference(config, other) == 'data.rules[1].column is "c" there and not given here'


def test_phases(write: Any) -> None:
    text = f"{PACK}[[data.phases]]\nstart = 0.5\n[data.phases.weights]\nweb = 1\n[[data.phases]]\nstart = 0.75\n"
    assert load(write(text)).data.phases == (Phase(0.5, {"web": 1.0}), Phase(0.75))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"{PACK}[model]\nwidht = 3\n", 4, "there is no setting 'model.widht'; did you mean 'model.width'?"),
        (f"rate = 3\n{PACK}", 1, "there is no setting 'rate'; did you mean 'optimizer.rate'?"),
        (f"{PACK}[modle]\nwidth = 3\n", 3, "there is no setting 'modle'; did you mean 'model'?"),
        (
            f"{RULE}x = 1\n",
            5,
            "there is no setting 'data.rules[0].x'; valid are: column, at_least, weights, values, other",
        ),
        (f'seed = "1"\n{PACK}', 1, 'seed is "1", wanted a whole number, written 1'),
        (f"seed = true\n{PACK}", 1, "seed is true, wanted a whole number"),
        (f"seed = {2**63}\n{PACK}", 1, f"seed is {2**63}, wanted a whole number"),
        (f"{PACK}[run]\ntokens = 1e9\n", 4, "run.tokens is 1000000000.0, wanted a whole number, written 1_000_000_000"),
        (f"{PACK}[optimizer]\nrate = nan\n", 4, "optimizer.rate is NaN, wanted a number"),
        (f"{PACK}[optimizer]\nrate = inf\n", 4, "optimizer.rate is Infinity, wanted a number"),
        (f"{PACK}[model]\ntied = 1\n", 4, "model.tied is 1, wanted true or false"),
        (f'{PACK}[machine]\ncompile = "maybe"\n', 4, 'machine.compile is "maybe"; valid are: auto, yes, no'),
        (f"{PACK}[machine]\ncompile = true\n", 4, "machine.compile is true; valid are: auto, yes, no"),
        (f"model = 3\n{PACK}", 1, "model is 3, wanted a table"),
        ("[data]\npack = 3\n", 2, "data.pack is 3, wanted a string"),
        (f"{PACK}weights = [1]\n", 3, "data.weights is [1], wanted a table of names and numbers"),
        (f'{PACK}weights = {{ web = "1" }}\n', 3, 'data.weights.web is "1", wanted a number'),
        (f"{PACK}phases = 1\n", 3, "data.phases is 1, wanted tables, [[data.phases]]"),
        (f"{PACK}rules = 1\n", 3, "data.rules is 1, wanted tables, [[data.rules]]"),
        (f"{PACK}[[data.rules]]\n", 3, "data.rules[0].column is missing"),
        (f"{RULE}at_least = 1\n", 5, "data.rules[0].at_least is 1, wanted a list of numbers"),
        (f"{RULE}at_least = ['a']\n", 5, 'data.rules[0].at_least[0] is "a", wanted a number'),
        (f"{RULE}values = {{b = 'c'}}\n", 5, 'data.rules[0].values.b is "c", wanted a number'),
        (f"{RULE}values = {{b = 1e4}}\n", 5, 'data.rules[0].values is {"b": 10000.0}; wanted 0 to 1,000'),
        (f"{PACK}[[data.phases]]\n", 3, "data.phases[0].start is missing"),
        (
            f"{PACK}[[data.phases]]\nstrat = 1\n",
            4,
            "there is no setting 'data.phases[0].strat'; did you mean 'data.phases[0].start'?",
        ),
        (f"{PACK}[[data.phases]]\nstart = 1979-05-27\n", 4, 'data.phases[0].start is "1979-05-27", wanted a number'),
    ],
)
def test_mistakes_are_named_with_their_line(write: Any, text: str, line: int, message: str) -> None:
    path = write(text)
    with pytest.raises(BadCall) as raised:
        load(path)
    assert str(raised.value) == f"{path}, line {line}: {message}"


def test_mistakes_of_the_command_line_are_named_by_its_words(write: Any) -> None:
    for words, message in (
        ("model.widht=3", "there is no setting 'model.widht'; did you mean 'model.width'?"),
        ("model.width=385", "model.width is 385; wanted a multiple of model.heads, 3, or give model.head_width"),
        ("data.weights.web=-1", "data.weights.web is -1.0; wanted 0 or more"),
        ("data=3", "data is 3, wanted a table"),
        ("optimiser.rate=0.01", "there is no setting 'optimiser'; did you mean 'optimizer'?"),
        ("run.token=5", "there is no setting 'run.token'; did you mean 'run.tokens'?"),
        ("token=5", "there is no setting 'token'; did you mean 'run.tokens'?"),
        ("keep=5", "there is no setting 'keep'; did you mean 'masking.keep'?"),
    ):
        with pytest.raises(BadCall) as raised:
            load(write(PACK), ["seed=2", words])
        assert str(raised.value) == f"--set {words}: {message}"


def test_a_pack_is_asked_for() -> None:
    with pytest.raises(BadCall, match=r"tiny\.toml: data\.pack is not given: add --pack PACK"):
        load("tiny")
    assert load("tiny", pack=NO_PACK).data.pack == NO_PACK
    assert load("tiny", ["data.pack=p"], NO_PACK).data.pack == "p"
    with pytest.raises(BadCall, match=r'--set data\.pack=: data\.pack is ""; wanted a directory'):
        load("tiny", ["data.pack="])


@given(value=names)
def test_any_string_can_be_set(value: str) -> None:
    assert load("tiny", [setting("data.pack", f"x{value}")]).data.pack == f"x{value}"


def test_names_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny").mkdir()  # a run of that name does not hide the configuration
    (tmp_path / "mine").write_text(PACK)
    assert find("tiny").name == "tiny.toml"
    assert load("mine") == Config(Data("p"))
    for name, message in (
        ("tny", "there is no configuration 'tny'; did you mean 'tiny'? Shipped are tiny, 10m, "),
        ("mine.toml", "mine.toml: there is no such configuration file"),
        (str(tmp_path), "there is no such configuration file"),
    ):
        with pytest.raises(BadCall) as raised:
            find(name)
        assert message in str(raised.value)


def test_the_shipped_ones_come_small_first() -> None:
    assert shipped() == ["tiny", "10m", "30m", "124m", "350m", "1b"]


BASE = Config(Data("p", {"web": 1.0}))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BASE, None),
        (dataclasses.replace(BASE, seed=2), "seed is 1 there and 2 here"),
        (dataclasses.replace(BASE, data=Data("p", {"web": 1.0, "b": 2.0})),
         "data.weights.b is not given there and 2.0 here"),
        (dataclasses.replace(BASE, data=Data("p")), "data.weights.web is 1.0 there and not given here"),
        (dataclasses.replace(BASE, data=Data("p", {"web": 1.0}, (Phase(0.5),))),
         "data.phases[0].start is not given there and 0.5 here"),
        (dataclasses.replace(BASE, optimizer=Optimizer("adamw")), 'optimizer.name is "muon" there and "adamw" here'),
    ],
)  # fmt: skip
def test_the_first_difference_is_told(now: Config, expected: str | None) -> None:
    assert difference(BASE, now) == expected


def test_what_is_left_to_the_machine_is_no_difference() -> None:
    settled = dataclasses.replace(BASE, machine=Machine("cpu", "bfloat16", "no", micro_rows=8, threads=2))
    assert difference(settled, BASE) is None
    assert difference(settled, dataclasses.replace(BASE, machine=Machine("cpu", threads=2))) is None
    other = dataclasses.replace(BASE, machine=Machine(threads=4))
    assert difference(settled, other) == "machine.threads is 2 there and 4 here"
    assert difference(BASE, settled) == 'machine.device is "auto" there and "cpu" here'
    assert difference(dataclasses.replace(BASE, run=Run(tokens=5)), BASE) == "run.tokens is 5 there and 0 here"
