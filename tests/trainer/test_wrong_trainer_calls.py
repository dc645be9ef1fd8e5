"""Wrong calls of the trainer's commands: exit code 2, one line, no more, and most of them before torch is loaded.

Those that the command line itself refuses are in tests/pipelines/test_wrong_calls.py.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainer.small_runs import pack_and_run
from winnow.pipelines.cli import main

LONG = "x" * 300


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, a tokenizer, a pack, a run, and things that are none of these."""
    root = tmp_path_factory.mktemp("stage")
    pack_and_run(root)
    (root / "file").write_text("x")
    (root / "latin.toml").write_bytes(b'init = "\xff"\n')
    (root / "deep.toml").write_text("a = " + "[" * 100_000)
    (root / "dots.toml").write_text("a" + ".a" * 100_000 + " = 1")
    (root / "digits.toml").write_text("seed = " + "9" * 5000)
    (root / "sparse.toml").write_text("")
    os.truncate(root / "sparse.toml", 1 << 40)
    (root / "empty").mkdir()
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "fifo")
    for name, text in (("list", "[]"), ("table", "{}"), ("cut", "{"), ("nested", "[" * 100_000)):
        (root / name).mkdir()
        (root / name / "manifest.json").write_text(text)
    return root


TRAIN = "train mine.toml --output new"
CALLS = [
    *(f"tokenizer train {what} --vocab 300 --output new" for what in ("none", "file", "empty", "fifo", "/dev/zero")),
    *(f"tokenizer train corpus --vocab 300 --output {what}" for what in ("corpus", "file", "file/x", "/", "/proc/t")),
    "tokenizer train corpus --vocab 257 --output new", "tokenizer train corpus corpus --vocab 300 --output new",
    *(f"pack corpus --tokenizer {what} --output new" for what in ("none", "file", "fifo", "loop", "empty", "corpus")),
    *(f"pack corpus --tokenizer tokenizer --output {what}" for what in ("corpus", "file")),
    *(f"pack {what} --tokenizer tokenizer --output new" for what in ("none", "file", "empty", "fifo", "corpus corpus")),
    *(f"pack corpus --tokenizer tokenizer --output new --validation {share}" for share in ("nan", "inf", "-1", "1")),
    *(f"pack corpus --tokenizer tokenizer --output new --weight {column}" for column in ("none", "text", "''")),
    "pack corpus --tokenizer tokenizer --output new --against none",
    *(f"plan {what}" for what in ("none", "tinny", "''", "none.toml", "empty", "fifo", "loop", "/dev/zero", "/dev/null",
                                  "latin.toml", "deep.toml", "dots.toml", "digits.toml", "sparse.toml")),
    *(f"config show {what}" for what in ("none", "''", "none.toml", "latin.toml", "deep.toml", "tiny --set x")),
    *(f"plan tiny --no-measure --mfu {share}" for share in ("nan", "inf", "0", "-1")),
    *(f"plan tiny --no-measure --price {price}" for price in (
        "H100", "H100=x", "H100=nan", "H100=-1", "H100=inf", "=1", "''")),
    *(f"plan tiny --no-measure --pack {pack}" for pack in (
        "none", "corpus", "''", "file", "fifo", "list", "table", "cut", "nested")),
    *(f"plan tiny --no-measure --set {words}" for words in (
        "''", "x", "=", "a=b", "model=3", "model.width.x=3", "model.width=0", "model.width=-1", "model.layers=10001",
        "model.width=99999999999999999999", "model.width=3000000000000", "optimizer.rate=nan", "optimizer.rate=inf",
        "optimizer.rate=x", "run.tokens=-1", "seed=1.5", "data.weights.web=-1", "'data.pack=a\nb'",
        f"seed={'9' * 5000}", f"model={'[' * 50_000}", f"{'a.' * 50_000}a=1", f"'{'=' * 100_000}'")),
    *(f"{TRAIN} --set {words}" for words in (
        "data.pack=none", "data.pack=corpus", "data.weights.nosuch=1", "init=none", "init=corpus", "machine.device=tpu",
        "machine.threads=4097", "model.context=16777217", "evaluate.tasks=none", "evaluate.tasks=fifo",
        "evaluate.tasks=file", "run.profile=3", "run.sinks=neptune")),
    *(f"train mine.toml --output {what}" for what in ("corpus", "pack", "file", "file/x", "fifo", "/", "/proc/none/r")),
    "train mine.toml --output run --set optimizer.rate=0.5",
    *(f"eval {what} --data pack" for what in ("none", "corpus", "file", "fifo", "empty", "loop")),
    *(f"eval run --data {what}" for what in ("none", "file", "empty", "fifo", "/dev/zero")),
    "eval run", "eval run --data pack --context 33", "eval run --data pack --stride 33",
    "eval run --data pack --output empty", "eval run --data pack --by none",
    *(f"eval run --cloze {what}" for what in ("none", "file", "empty", "mine.toml")),
    *(f"generate {what}" for what in ("none", "corpus", "file", "fifo", "empty")),
    *(f"generate run {option}" for option in ("--temperature nan", "--temperature -1", "--temperature inf", "--top-p 0",
                                              "--top-p nan", "--top-p 1.1")),
    *(f"export {what} --output new" for what in ("none", "corpus", "file", "fifo", "''", "run@99", "run@")),
    *(f"export run --output {what}" for what in ("corpus", "file", "run")),
    *(f"trace {what} --step 1" for what in ("none", "corpus", "file", "fifo", "empty")),
    "trace run --step 3", "trace run --step 9223372036854775807", "trace run --step 1 --row 4",
    "trace run --step 1 --row 9223372036854775807",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=lambda call: ascii(call[:60]))
def test_a_wrong_call_is_one_line_and_exit_code_2(
    stage: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], call: str
) -> None:
    monkeypatch.chdir(stage)
    code = main(shlex.split(call))
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n"), err[:6], err[-1:]) == (2, "", 1, "winnow", "\n")
    assert err.removesuffix("\n").isprintable()
    for name in ("new", "tokenizer.json"):
        assert not Path(name).is_file()
    shutil.rmtree("new", ignore_errors=True)  # a folder that was made and is empty


WITHOUT_TORCH = [
    *(f"generate {what}" for what in (
        "none", "empty", "run@99999", "run@", "none@1", "run --temperature -1", "run --top-p 2")),
    *(f"eval run {what}" for what in ("", "--cloze file", "--cloze none", "--cloze code --by a=2,1", "--data none",
                                      "--cloze code --table a.csv", "--cloze code --context 33",
                                      "--cloze code --stride 33")),
    "eval run@99999 --cloze code", "export run@99999 --output new", "trace empty --step 1", "trace run --step 3",
    *(f"{TRAIN} {what}" for what in (
        "--set evaluate.tasks=file", "--set evaluate.tasks=none", "--from none", "--from run@99999",
        "--set init=run@99999", "--set init=run --set model.context=33", "--set data.weights.nosuch=1")),
    "train mine.toml --output file", "train mine.toml --output corpus",
    "plan tiny --pack pack --no-measure --set init=none",
]  # fmt: skip


def test_these_are_told_before_torch_is_loaded(stage: Path) -> None:
    code = (
        "import shlex, sys\nfrom winnow.pipelines.cli import main\nfor call in sys.argv[1:]:\n"
        "    print(main(shlex.split(call)), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, *WITHOUT_TORCH], capture_output=True, text=True, cwd=stage,
                          check=True)  # fmt: skip
    told = dict(zip(WITHOUT_TORCH, done.stdout.splitlines(), strict=True))
    assert told == dict.fromkeys(WITHOUT_TORCH, "2 False")
    assert done.stderr.count("\n") == len(WITHOUT_TORCH)
