"""Wrong calls of every command: the exit code, one line that says what is wrong, and nothing else.

The trainer's calls that need torch are in tests/trainer/test_wrong_trainer_calls.py.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from finished_builds import write_build
from small_builds import warc

from winnow.pipelines.cli import main

ROOT = str(Path(__file__).resolve().parents[2] / "src")
LEAST = 'name = "least"\n[[source]]\nname = "web"\n'
TWO = LEAST + '[[source]]\nname = "books"\n'
LONG = "x" * 300
ENDLESS = "y" * 100_000
GAP = "d" * 8 + "2" * 24
"""The id of a row of rejected/read, the file that is spoilt."""
DAMAGED = {
    "empty": "", "list": "[]", "null": "null", "text": '"x"', "no-json": "{", "nan": "NaN", "deep": "[" * 100_000,
    "deep-table": '{"a":' * 100_000, "digits": '{"format": ' + "9" * 5000 + "}", "format": '{"format": 99}',
    "format-true": '{"format": true}', "format-text": '{"format": "1"}', "only-format": '{"format": 6}',
    "old-format": '{"format": 2}',
}  # fmt: skip
"""Names of builds and what stands in their ledger.json."""
CHANGED = {
    "kept-text": ("total", "kept", "12"), "kept-huge": ("total", "kept", [10**30, 1]),
    "kept-one": ("total", "kept", [1]), "gaps-negative": ("total", "gaps", -1), "gaps-real": ("total", "gaps", 1.5),
    "rules-table": ("rules", None, {}), "rules-null": ("rules", None, [None]), "sources-list": ("sources", None, []),
    "name-null": ("recipe", "name", None), "files-null": ("files", None, None), "examples": ("examples", "kept", 7),
    "versions": ("versions", None, [1]), "languages": ("kept", "language", {"top": []}),
    "edits": ("edits", None, {"mask": {"emails": None}}), "steps": ("steps", None, [{"name": "x"}]),
    "duplicates": ("duplicates", None, {"clusters": 3}),
}  # fmt: skip
"""Names of builds and what is put into their sound ledger."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that a wrong call can be about; no call may change it."""
    root = tmp_path_factory.mktemp("stage")
    _write_files(root)
    write_build(root / "good")
    sound = json.loads((root / "good/ledger.json").read_text())
    for name, text in DAMAGED.items():
        (root / name).mkdir()
        (root / name / "ledger.json").write_text(text)
    (root / "latin").mkdir()
    (root / "latin/ledger.json").write_bytes(b'{"format": "\xff"}')
    (root / "folder/ledger.json").mkdir(parents=True)
    (root / "begun/work").mkdir(parents=True)
    (root / "begun/work/build.json").write_text("{}")
    for name, (section, key, value) in CHANGED.items():
        ledger = json.loads(json.dumps(sound))
        if key is None:
            ledger[section] = value
        else:
            ledger[section][key] = value
        (root / name).mkdir()
        (root / name / "ledger.json").write_text(json.dumps(ledger))
    for name in ("cut", "foreign", "nulls", "latin-url"):
        write_build(root / name)
    _spoil(root)
    return root


def _write_files(root: Path) -> None:
    (root / "least.toml").write_text(LEAST)
    (root / "two.toml").write_text(TWO)
    warc(root / "a.warc.gz", ["hello world"])
    warc(root / "b.warc.gz", ["bye world"])
    (root / "nothing.toml").write_text("")
    (root / "latin.toml").write_bytes(b'name = "\xff"\n')
    (root / "nul.toml").write_bytes(b'name = "\0"\n')
    (root / "deep.toml").write_text("a = " + "[" * 100_000)
    (root / "dots.toml").write_text("a" + ".a" * 100_000 + " = 1")
    (root / "digits.toml").write_text("name = " + "9" * 5000)
    (root / "escape.toml").write_text(LEAST.replace('"web"', '"a\\u001b[31m\\nb"'))
    (root / "bands.toml").write_text(LEAST + "[dedup.near]\nbands = 100_000_000\n")
    (root / "negative.toml").write_text(LEAST + "[extract]\nmax_bytes = -1\n")
    (root / "memory.toml").write_text(LEAST + "[extract]\nmemory_mib = 0\n")
    (root / "list.toml").write_text(LEAST + '[[step]]\nuse = "bad_words"\nwords = "none.txt"\n')
    (root / "nul-list.toml").write_text(LEAST + '[[step]]\nuse = "bad_words"\nwords = "a\\u0000"\n')
    (root / "dir.toml").mkdir()
    (root / "loop").symlink_to("loop")
    (root / "loop.toml").symlink_to("loop.toml")
    os.mkfifo(root / "fifo")
    os.mkfifo(root / "fifo.toml")
    (root / "line\nbreak \x1b[31m").mkdir()
    (root / "sparse.toml").write_text("")
    os.truncate(root / "sparse.toml", 1 << 40)


def _spoil(root: Path) -> None:
    """One file of rejected/ of each of these builds."""
    place = "rejected/read/part-00000.parquet"
    cut = root / "cut" / place
    cut.write_bytes(cut.read_bytes()[:-20])
    pq.write_table(pa.table({"id": [1], "url": ["x"]}), root / "foreign" / place)
    table = pq.read_table(root / "nulls" / place, partitioning=None)
    pq.write_table(table.set_column(table.column_names.index("file"), "file", pa.nulls(2, pa.string())),
                   root / "nulls" / place)  # fmt: skip
    table = pq.read_table(root / "latin-url" / place, partitioning=None)
    wrong = pa.array([b"\xff", b"\xfe"], pa.binary()).view(pa.string())
    pq.write_table(table.set_column(table.column_names.index("url"), "url", wrong), root / "latin-url" / place)


NO_BUILDS = ("none", "''", ".", "a.warc.gz", "fifo", "loop", "/dev/null", LONG, "gs://b/out", "begun", "folder")
BUILD = "build least.toml --input a.warc.gz --output out"
CALLS = [
    # nothing, and words that are none
    "", "''", "bulid", "build1", "--nope", "--nope build", "-x", ENDLESS, "'bu\nild'", "\udcff", "recipe \udcff list",
    "'a\0b'", "--input a",
    # build: what is missing
    "build", "build least.toml", "build least.toml --input a.warc.gz", "build least.toml --output out",
    "build --input a.warc.gz --output out", "build least.toml --input --output out", f"{BUILD} --workers",
    "build --input a.warc.gz least.toml --output out", "build least.toml --input a.warc.gz --output",
    # build: the recipe
    "build tinny --input a.warc.gz --output out", "build '' --input a.warc.gz --output out",
    f"build {LONG} --input a.warc.gz --output out", f"build {LONG}.toml --input a.warc.gz --output out",
    f"build {ENDLESS} --input a.warc.gz --output out", "build . --input a.warc.gz --output out",
    "build dir.toml --input a.warc.gz --output out", "build fifo.toml --input a.warc.gz --output out",
    "build /dev/null --input a.warc.gz --output out", "build /dev/zero --input a.warc.gz --output out",
    "build loop.toml --input a.warc.gz --output out", "build deep.toml --input a.warc.gz --output out",
    "build a.warc.gz --input a.warc.gz --output out", "build '\udcff.toml' --input a.warc.gz --output out",
    "build 'a\0.toml' --input a.warc.gz --output out", "build 'no\nsuch.toml' --input a.warc.gz --output out",
    # build: the input
    "build least.toml --input none --output out", "build least.toml --input '' --output out",
    f"build least.toml --input {LONG} --output out", f"build least.toml --input {ENDLESS} --output out",
    "build least.toml --input dir.toml --output out", "build least.toml --input fifo --output out",
    "build least.toml --input /dev/null --output out", "build least.toml --input /dev/zero --output out",
    "build least.toml --input loop --output out", "build least.toml --input '[' --output out",
    "build least.toml --input 'a\0' --output out", "build least.toml --input '\udcff' --output out",
    "build least.toml --input 'a\nb' --output out", "build least.toml --input a.warc.gz none --output out",
    "build least.toml --input wbe=a.warc.gz --output out", "build least.toml --input web= --output out",
    "build least.toml --input =a.warc.gz --output out", "build two.toml --input a.warc.gz --output out",
    "build two.toml --input web=a.warc.gz b.warc.gz --output out",
    "build two.toml --input web=a.warc.gz --output out --require-all",
    "build two.toml --input web=a.warc.gz books=a.warc.gz --output out",
    "build least.toml --input nope://b/x --output out", "build least.toml --input least.toml --output ''",
    # build: the output
    "build least.toml --input a.warc.gz --output a.warc.gz", "build least.toml --input a.warc.gz --output .",
    f"build least.toml --input a.warc.gz --output {LONG}", f"build least.toml --input a.warc.gz --output {ENDLESS}",
    "build least.toml --input a.warc.gz --output a.warc.gz/out", "build least.toml --input a.warc.gz --output ''",
    "build least.toml --input a.warc.gz --output /", "build least.toml --input a.warc.gz --output 'a\0'",
    "build least.toml --input a.warc.gz --output '\udcff'", "build least.toml --input a.warc.gz --output loop",
    "build least.toml --input a.warc.gz --output fifo", "build least.toml --input a.warc.gz --output /dev/null",
    "build least.toml --input a.warc.gz --output /proc/none/out",
    # build: earlier builds
    *(f"{BUILD} --against {place}" for place in (*NO_BUILDS, "good", "deep", "out", "'a\0'", "'\udcff'", "'a\nb'")),
    f"{BUILD} --against {ENDLESS}", f"{BUILD} --against",
    f"{BUILD} --against good --against good", f"build least.toml --against {'x' * 300}",
    # build: options
    f"{BUILD} --workers 0", f"{BUILD} --workers -1", f"{BUILD} --workers x", f"{BUILD} --workers ''",
    f"{BUILD} --workers 1.5", f"{BUILD} --workers 4097", f"{BUILD} --workers {'9' * 5000}", f"{BUILD} --workers nan",
    f"{BUILD} --unit-mib 0", f"{BUILD} --unit-mib -1", f"{BUILD} --unit-mib x", f"{BUILD} --unit-mib nan",
    f"{BUILD} --unit-mib inf", f"{BUILD} --unit-mib 1e7", f"{BUILD} --chunk-mib 0", f"{BUILD} --wrokers 2",
    f"{BUILD} --work 2", f"{BUILD} extra", f"{BUILD} -q", f"{BUILD} --quiet=1", f"{BUILD} ''", f"{BUILD} --",
    "build least.toml extra --input a.warc.gz --output out", f"{BUILD} --workers 1 --workers 0",
    # build: Beam's options
    f"{BUILD} --runer X", f"{BUILD} --runner", f"{BUILD} --runner Foo", f"{BUILD} --runner FlinkRuner",
    f"{BUILD} --runner ''", f"{BUILD} --runner no.such.Runner", f"{BUILD} --runner os.path",
    f"{BUILD} --runner DirectRunner", f"{BUILD} --runner direct", f"{BUILD} --runner BundleBasedDirectRunner",
    f"{BUILD} --runner FnApiRunner extra", f"{BUILD} --parallelism 2",
    f"{BUILD} --runner FnApiRunner --direct_running_mode multi_processing", f"{BUILD} --runner DataflowRunner",
    f"{BUILD} --runner FlinkRunner --parallelism x", f"{BUILD} --runner '\x1b[31m'",
    # recipe
    "recipe", "recipe shwo", "recipe list x", "recipe list --all", "recipe show", "recipe show tinny",
    "recipe show tiny tiny", "recipe show tiny --surce", f"recipe show {LONG}", "recipe show ''",
    "recipe show dir.toml",
    "recipe check", "recipe check none.toml", "recipe check a.warc.gz", "recipe check ''", "recipe check .",
    "recipe check nothing.toml", "recipe check latin.toml", "recipe check nul.toml", "recipe check deep.toml",
    "recipe check dots.toml", "recipe check digits.toml", "recipe check escape.toml", "recipe check bands.toml",
    "recipe check negative.toml", "recipe check memory.toml", "recipe check list.toml", "recipe check nul-list.toml",
    "recipe check fifo.toml", "recipe check loop.toml", "recipe check sparse.toml", "recipe check /dev/zero",
    "recipe check /dev/null", f"recipe check {LONG}.toml", "recipe check '\udcff.toml'",
    "recipe check least.toml --strict",
    # models
    "models", "models get", "models fetch lid.176.ftx", "models fetch ''", f"models fetch {ENDLESS}",
    "models fetch lid.176.ftz nope", "models fetch --force", "models fetch '\udcff'", "models fetch '\x1b[31m'",
    # card, ledger, why
    *(call.format(place) for call in ("card {}", "ledger {}", "ledger {} --check", "why {} x") for place in NO_BUILDS),
    *(f"card {name}" for name in (*DAMAGED, *CHANGED, "latin", "'\udcff'", "'a\0'", "'line\nbreak \x1b[31m'")),
    *(f"ledger {name}" for name in ("deep", "list", "kept-huge", "digits --json", "rules-null --check")),
    *(f"why {name} {GAP}" for name in ("deep", "list", "kept-huge", "digits", "cut", "foreign", "nulls", "latin-url")),
    "card", "card good extra", "card good --json=1", "ledger", "ledger good --chek", "ledger good --check=1",
    "ledger good good", "why", "why good", "why good ''", "why good abc", "why good https://nowhere.example/",
    "why good https://example.org/", f"why good {'d' * 8}", f"why good {ENDLESS}", "why good '\udcff'",
    "why good 'a\0b'", "why good '\x1b[31m'", "why good 'a\nb'", "why good x y", "why good --json",
    # the trainer's, as far as no torch is needed
    "tokenizer", "tokenizer trian", "tokenizer train", "tokenizer train good", "tokenizer train good --vocab 300",
    "tokenizer train good --vocab x --output t", "tokenizer train good --vocab 0 --output t",
    "tokenizer train good --vocab 99999999999 --output t", f"tokenizer train {LONG} --vocab 300 --output t",
    f"tokenizer train good --vocab 300 --output {LONG}", "tokenizer train good --vocab 300 --output ''",
    "tokenizer train '' --vocab 300 --output t", "tokenizer train good --vocab 300 --output t --seed -1",
    "tokenizer train good --vocab 300 --output t --sample-mb nan", "tokenizer train '\udcff' --vocab 300 --output t",
    "pack", "pack good", "pack good --tokenizer t", "pack good --tokenizer '' --output p",
    "pack good --tokenizer t --output ''", "pack good --tokenizer t --output p --validation x",
    "pack good --tokenizer t --output p --workers 0", "pack good --tokenizer t --output p --workers 5000",
    "pack good --tokenizer t --output p --nope",
    "plan", "plan tiny --mfu x", "plan tiny --vocab 0", "plan tiny --vocab 9999999999", f"plan {LONG}",
    "train", "train tiny", "train tiny --output", f"train tiny --output {LONG}", "train tiny --output ''",
    f"train tiny --pack {LONG} --output r", "train tiny --output r --outptu r",
    "eval", "eval ''", "eval r --split test", "eval r --context -1", "eval r --device tpu", "eval r --dtype float16",
    "eval r --threads 5000", "eval r --max-tokens x", f"eval r --context {'9' * 30}", "eval r --cloze fifo",
    "eval r --cloze /dev/zero", "eval r --data", "eval r --data p --output good", "eval r --data p --json ''",
    "generate", "generate ''", "generate r --tokens 0", "generate r --top-k -1", "generate r --temperature x",
    "generate r --seed -1", f"generate {LONG}",
    "trace", "trace r", "trace r --step 0", "trace r --step x", f"trace r --step {'9' * 30}", "trace '' --step 1",
    "trace r --step 1 --row -1", "trace r --step 1 extra", "trace '\udcff' --step 1",
]  # fmt: skip


def _split(call: str) -> list[str]:
    """As a shell; the byte that is not UTF-8 is none of shlex's letters."""
    return [word.replace("§", "\udcff") for word in shlex.split(call.replace("\udcff", "§"))]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: ascii(call[:60]))
def test_a_wrong_call_is_one_line_and_exit_code_2(
    stage: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], call: str
) -> None:
    monkeypatch.chdir(stage)
    before = sorted(os.listdir())
    code = main(_split(call))
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n"), err[:6], err[-1:]) == (2, "", 1, "winnow", "\n")
    assert err.removesuffix("\n").isprintable()
    assert len(err) < 2000
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("name", ["cut", "foreign", "nulls"])
def test_a_check_that_does_not_hold_is_exit_code_1(
    stage: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(stage)
    code = main(["ledger", name, "--check"])
    out, err = capsys.readouterr()
    assert (code, err, out.splitlines()[0]) == (1, "", f"{name}: the ledger does not hold:")
    assert "rejected/read/part-00000.parquet" in out.splitlines()[1]


SAID = [
    ("bulid", "winnow: argument COMMAND: invalid choice: 'bulid'"),
    ("build least.toml --input a.warc.gz none --output out", "winnow: --input none: no file matches 'none'"),
    (f"{BUILD} --against good", "winnow: --against good has no keys/_about.json: its recipe's [dedup] has"),
    (f"{BUILD} --against begun", "winnow: --against begun is not finished; its winnow build command, given again"),
    (f"{BUILD} --against out", "winnow: --against out is the --output itself; give another directory for one of"),
    (f"card {LONG}", f"winnow: {LONG}: there is no such directory"),
    ("card deep", "winnow: deep/ledger.json is damaged; the same winnow build command with --replace builds it"),
    ("why good \udcff", r"winnow: '\udcff' is not UTF-8; give the file or folder a name that is"),
    ("recipe check escape.toml", "winnow: escape.toml, line 3: a source, name is '"),
    ("recipe check dots.toml", "winnow: dots.toml: tables and lists lie more than 16 deep in one another"),
    (f"{BUILD} extra", "winnow: 'extra' is one word too many: files to read stand after --input"),
    (f"tokenizer train good --vocab 300 --output {LONG}", "winnow tokenizer train: argument --output: "),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), SAID)
def test_what_is_said(
    stage: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], call: str, said: str
) -> None:
    monkeypatch.chdir(stage)
    assert main(_split(call)) == 2
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize(
    ("call", "said"), [each if "\udcff" in each[0] else pytest.param(*each, marks=pytest.mark.slow) for each in SAID]
)
def test_in_a_process_of_its_own(stage: Path, call: str, said: str) -> None:
    done = subprocess.run([sys.executable, "-m", "winnow", *_split(call)], capture_output=True, text=True,
                          check=False, cwd=stage, env=os.environ | {"PYTHONPATH": ROOT})  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(said)
