"""The trainer's commands, as `winnow` hangs them in: their help, their exit codes, and the whole way once."""

import argparse
import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.trainer.small_histories import held
from tests.trainer.small_runs import config, lines, write_corpus
from winnow.trainer.cli import cli_help
from winnow.trainer.cli.argument_kinds import to_write
from winnow.trainer.cli.parsers import add, guarded
from winnow.trainer.config.config_file import dump, load
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Data, ModelShape
from winnow.trainer.config.show import _toml
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.model.hf import write_config

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "tokenizer train",
    "pack",
    "config show",
    "config check",
    "plan",
    "train",
    "eval",
    "generate",
    "export",
    "trace",
)


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n")


def winnow(*arguments: str | Path) -> int:
    parser = Parser(prog="winnow")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    add(commands, Parser)
    given = parser.parse_args([str(argument) for argument in arguments])
    code: int = given.run(given)
    return code


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        winnow(*command.split(), "--help")
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert "examples:\n" in told
    assert f"  winnow {command} " in told
    assert all(len(line) <= 120 for line in cli_help.OF[command][1].splitlines())


def test_examples_use_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [cli_help.EXAMPLES, *(epilog for _, epilog in cli_help.OF.values())]
    for line in (line for text in texts for line in text.splitlines() if "winnow " in line):
        found = re.search(rf"winnow ({'|'.join(COMMANDS)}) ", line)
        if found is None:
            continue
        with pytest.raises(SystemExit):
            winnow(*found[1].split(), "--help")
        told = capsys.readouterr().out
        for option in re.findall(r"(?<= )--[a-z-]+", line[found.end() :]):
            assert f"{option} " in told or f"{option}\n" in told, (line, option)


def test_the_settings_of_the_help_are_those_that_there_are() -> None:
    rows = re.findall(r"^  (\w+(?:\.\w+)?)  +(\S+) +\S.*  (\S+=\S+)$", cli_help.OF["train"][1], re.MULTILINE)
    assert len(rows) == 11
    for name, default, example in rows:
        assert _toml(functools.reduce(getattr, name.split("."), Config(Data("p")))) == default
        assert load("10m", ["data.pack=p", example]) != load("10m", ["data.pack=p"])
        assert example.startswith(name)


def test_what_is_written_goes_where_a_link_leads_and_into_no_pipe(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    for name, target in (("link", "there"), ("early", "new"), ("loop", "loop")):
        (tmp_path / name).symlink_to(tmp_path / target)
        assert to_write(str(tmp_path / name)) == tmp_path / target
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "out").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "out"):
        with pytest.raises(argparse.ArgumentTypeError, match="is no file; give the name of one"):
            to_write(str(tmp_path / name))


def test_config_check_says_all_of_it(tmp_path: Path, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert winnow("config", "check", "tiny") == 0
    assert capsys.readouterr().out == "tiny has no mistake; it names no pack: --pack PACK\n"
    assert winnow("config", "check", "tiny", "--pack", pack, "--set", "evaluate.tasks=bundled") == 0
    assert capsys.readouterr().out == "tiny has no mistake\n"
    wrong = ("--set", "run.keep=-1", "--set", "evaluate.tasks=none", "--set", "data.weights.\"\\u001b[31m\"=1",
             "--set", "init=nowhere")  # fmt: skip
    assert winnow("config", "check", "tiny", "--pack", pack, *wrong) == 2
    told = capsys.readouterr()
    assert told.err == "winnow: tiny has 4 mistakes\n"
    keep, source, init, task = told.out.splitlines()
    assert keep == "--set run.keep=-1: run.keep is -1; wanted 0 or more"
    assert "has no source '\\x1b[31m'" in source
    assert init == "init: nowhere: there is no such file or folder"
    assert task.startswith("the cloze task 'none' is no file; valid are: everyday, ")
    (tmp_path / "model").mkdir()
    write_config(Layout.of(ModelShape(layers=1, width=16, heads=2, mlp=32, context=32), 300, "causal"),
                 tmp_path / "model", end=0)  # fmt: skip
    shutil.copy(pack / "tokenizer/tokenizer.json", tmp_path / "model")
    for wrong, said in (
        (("--set", "data.rules=[{column=\"no\", values={a=1}}]"), "data.rules[0].column: "),
        (("--set", "model.context=100_000", "--set", "run.batch_tokens=100_000"), "no source fills a window"),
        (("--set", f"init={tmp_path / 'model'}", "--set", "model.context=32"), "neither model.safetensors nor "),
    ):  # fmt: skip
        assert winnow("config", "check", "tiny", "--pack", pack, *wrong) == 2
        assert said in capsys.readouterr().out
        assert winnow("train", "tiny", "--pack", pack, *wrong, "--output", tmp_path / "run") == 2
        assert said in capsys.readouterr().err
    assert winnow("config", "check", tmp_path / "none.toml") == 2
    assert capsys.readouterr().err.endswith("none.toml: there is no such configuration file\n")


def test_config_show_needs_nothing_but_the_standard_library_and_tomli_w() -> None:
    code = (
        "import argparse, sys; from winnow.trainer.cli.parsers import add\n"
        "parser = argparse.ArgumentParser(); add(parser.add_subparsers(), argparse.ArgumentParser)\n"
        "given = parser.parse_args(['config', 'show', 'tiny']); code = given.run(given)\n"
        "assert not {'torch', 'numpy', 'pyarrow'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "width = 128  # tiny.toml, line 10\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "tiny"), "required: --output"),
        (("train", "tiny", "--outptu", "x"), "required: --output"),
        (("train", "tiny", "--output", "x", "--outptu", "x"), "unrecognized arguments: --outptu"),
        (
            ("train", "tiny", "--output", "x", "--init", "a"),
            "argument --init: a setting, and no option: --set init='a'",
        ),
        (("plan", "tiny", "--tokens=5"), "argument --tokens: a setting, and no option: --set run.tokens='5'"),
        (("plan", "tiny", "--mfu", "fast"), "argument --mfu: 'fast' is not a number"),
        (("trace", "run", "--step", "0"), "argument --step: 0 is not 1 or more"),
        (("trace", "run", "--step", "x"), "argument --step: 'x' is not a whole number"),
        (("trace", "run", "--step", "1", "--row", "-1"), "argument --row: -1 is not 0 or more"),
        (("tokenizer",), "required: ACTION"),
        (("tokenizer", "train", "c", "--output", "t", "--vocab", "1048577"), "--vocab: 1048577 is more than 1,048,576"),
        (("pack", "c", "--tokenizer", "t", "--output", "p", "--workers", "4097"), "--workers: 4097 is more than 4,096"),
        (("pack", "c", "--tokenizer", "t", "--output", ""), "--output: the path is empty"),
        (("pack", "c", "--tokenizer", "t", "--output", "x" * 256), "has a name of more than 255 bytes"),
        (("pack", "c", "--tokenizer", "t", "--output", "p", "--source", "a\nb"), "'a\\nb' is no name of 1 to 100"),
        (("pack", "c", "--tokenizer", "t", "--output", "p", "--source", ""), "'' is no name of 1 to 100"),
        (("trace", "run", "--step", str(2**63)), f"--step: {2**63} is more than 9,223,372,036,854,775,807"),
        (("eval", "run", "--threads", "4097"), "--threads: 4097 is more than 4,096"),
        (("eval", "run", "--cloze", "/dev/zero"), "--cloze: /dev/zero is no file"),
        (("eval", "run", "--output", "/"), "--output: / is a folder; give a file"),
        (("eval", "run", "--table", "/dev/zero"), "--table: /dev/zero is no file; give the name of one"),
        (("eval", "run", "--output", "/dev/null/x"), "--output: /dev/null/x cannot be written: /dev/null is a file"),
        (("eval", "run", "--json", "/dev/null/x/y"), "--json: /dev/null/x/y cannot be written: /dev/null is a file"),
        (("compare", "a", "b", "--output", "/dev/null/x"), "--output: /dev/null/x cannot be written: /dev/null is a"),
        (("eval", "run", "--split", "test"), "invalid choice: 'test'"),
    ],
)
def test_wrong_calls(arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        winnow(*arguments)
    assert left.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (("tokenizer", "train", "c", "--output", "t", "--vocab", "1048576"), "vocab", 1048576),
        (("pack", "c", "--tokenizer", "t", "--output", "p", "--workers", "4096"), "workers", 4096),
        (("pack", "c", "--tokenizer", "t", "--output", "x" * 255), "output", Path("x" * 255)),
        (("pack", "c", "--tokenizer", "t", "--output", "p", "--source", "x" * 100), "source", "x" * 100),
        (("trace", "run", "--step", str(2**63 - 1)), "step", 2**63 - 1),
        (("eval", "run", "--threads", "4096"), "threads", 4096),
        (("eval", "run", "--cloze", "none"), "cloze", [Path("none")]),
    ],
)
def test_the_last_that_is_right(arguments: tuple[str, ...], name: str, value: object) -> None:
    parser = Parser(prog="winnow")
    add(parser.add_subparsers(parser_class=Parser), Parser)
    assert getattr(parser.parse_args(arguments), name) == value


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (None, 0, ""),
        (BadCall("a is wrong"), 2, "winnow: a is wrong\n"),
        (RunFailed("b broke"), 1, "winnow: b broke\n"),
        (BadCall("a\n\x1b[31mb"), 2, "winnow: a \N{REPLACEMENT CHARACTER}[31mb\n"),
        (OSError(28, "No space left", "f"), 1, "winnow: f cannot be read or written: No space left\n"),
        (OSError(28, "No space left on device"), 1, "winnow: No space left on device\n"),
        (BrokenPipeError(32, "Broken pipe"), 1, "winnow: Broken pipe\n"),
        (KeyboardInterrupt(), 130, "\nwinnow: stopped\n"),
        (ModuleNotFoundError("no", name="torch"), 2,
         "winnow x needs the extra \"trainer\": pip install 'winnow[trainer]'\n"),
        (ModuleNotFoundError("no", name="tokenizers.models"), 2,
         "winnow x needs the extra \"trainer\": pip install 'winnow[trainer]'\n"),
    ],
)  # fmt: skip
def test_exit_codes(
    error: BaseException | None, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    def run(_: argparse.Namespace) -> None:
        if error is not None:
            raise error

    assert guarded("winnow x", run, argparse.Namespace()) == code
    assert capsys.readouterr().err == told


def test_another_missing_module_is_no_missing_extra() -> None:
    def run(_: argparse.Namespace) -> None:
        raise ModuleNotFoundError("no", name="torchx")

    with pytest.raises(ModuleNotFoundError):
        guarded("winnow x", run, argparse.Namespace())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("tokenizer train corpus --vocab 300 --output tok", "tokenizers"),
        ("pack corpus --tokenizer tok --output pack", "tokenizers"),
        ("plan tiny", "torch"),
        ("train tiny --pack pack --output run", "torch"),
        ("eval run --data pack", "torch"),
        ("generate run", "safetensors"),
    ],
)
def test_without_the_extra_one_line_says_so(command: str, missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "import argparse; from winnow.trainer.cli.parsers import add\n"
        "parser = argparse.ArgumentParser(prog='winnow')\n"
        "add(parser.add_subparsers(), argparse.ArgumentParser)\n"
        f"given = parser.parse_args({command.split()!r}); sys.exit(given.run(given))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    name = " ".join(command.split()[: 2 if command.startswith("tokenizer") else 1])
    assert (done.returncode, done.stdout, done.stderr) == (
        2, "", f"winnow {name} needs the extra \"trainer\": pip install 'winnow[trainer]'\n",
    )  # fmt: skip


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import argparse, sys\n"
        "from winnow.trainer.config import config_file; from winnow.trainer.cli.parsers import add\n"
        "add(argparse.ArgumentParser().add_subparsers(), argparse.ArgumentParser)\n"
        "config_file.load('tiny', ['data.pack=p'])\n"
        "print(*({'torch', 'numpy', 'pyarrow', 'tokenizers', 'safetensors', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def test_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    tok, pack, run, file = (tmp_path / name for name in ("tok", "pack", "run", "mine.toml"))
    corpus = write_corpus(tmp_path / "corpus", documents=60)
    file.write_text(dump(config(tmp_path / "elsewhere", run={"tokens": 1024})))
    assert winnow("tokenizer", "train", corpus, "--vocab", "300", "--sample-mb", "1", "--output", tok) == 0
    assert winnow("pack", corpus, "--tokenizer", tok, "--output", pack, "--validation", "0.1", "--workers", "1") == 0
    assert winnow("plan", file, "--pack", pack, "--no-measure", "--price", "H100=2") == 0
    assert winnow("train", file, "--output", run) == 2  # the pack is elsewhere
    assert f"{tmp_path}/elsewhere" in capsys.readouterr().err
    train = ("train", file, "--pack", pack, "--set", "optimizer.rate=0.02", "--output", run)
    assert winnow(*train) == 0
    assert winnow(*train) == 0  # done already
    assert winnow(*train, "--set", "optimizer.rate=0.01") == 2
    assert "optimizer.rate is 0.02 there and 0.01 here" in capsys.readouterr().err
    assert lines(run, "end")[-1]["reason"] == "done"
    assert held(run / "run.html")["story"][0].endswith("finished.")
    assert winnow("eval", run, "--data", pack, "--json", tmp_path / "figures.json") == 0
    assert (tmp_path / "figures.json").is_file()
    assert winnow("trace", run, "--step", "3") == 0
    assert "step 3 of 8" in capsys.readouterr().out
    assert winnow("trace", run, "--step", "9") == 2
    torch.set_num_threads(threads)


def test_generation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert winnow("generate", tmp_path / "none", "--prompt", "the") == 2
    assert str(tmp_path / "none") in capsys.readouterr().err


WITHOUT_TORCH = [
    "train tinny --pack p --output r", "train tiny --pack none --output r", "plan tiny --pack none",
    "train tiny --pack p --output r --set run.tokenz=3", "plan tiny --set run.tokens=x", "eval none --data x",
    "eval . --data none", "eval .@7 --data none", "generate none", "export none --output x", "trace none --step 1",
]  # fmt: skip


def test_a_slip_is_told_before_torch_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom winnow.pipelines.cli import main\nfor call in sys.argv[1:]:\n"
        "    assert main(call.split()) == 2\n    assert 'torch' not in sys.modules, call"
    )
    done = subprocess.run([sys.executable, "-c", code, *WITHOUT_TORCH], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (0, len(WITHOUT_TORCH)), done.stderr
