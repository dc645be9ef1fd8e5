import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_builds import warc

from winnow.pipelines.cli import main
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.recipe.file import shipped
from winnow.pipelines.views import finished

OURS = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
"""A process in another folder takes the package that is tested here."""
LEAST = 'name = "least"\n[[source]]\nname = "web"\n'


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, output, errors)."""
    code = main(arguments)
    found = capsys.readouterr()
    assert "Traceback" not in found.err
    return code, found.out, found.err


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("least.toml").write_text(LEAST)
    warc(Path("a.warc.gz"), ["hello world"])
    warc(Path("b.warc.gz"), ["bye world"])
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("bulid", "invalid choice: 'bulid'"),
        ("build", "the following arguments are required: RECIPE, --output"),
        ("build tiny --input a.warc.gz", "the following arguments are required: --output"),
        ("build nothing --output out", "nothing: there is no such file or folder, and no recipe of that name"),
        ("build tiny --output out", "tiny is a recipe: say with --input what it is to read"),
        ("build a.warc.gz tiny --input b.warc.gz --output out", "'tiny' is one word too many"),
        ("build tiny --input a.warc.gz --output", "argument --output: expected one argument"),
        ("build least.toml --input a.warc.gz --output out --workers 0", "0 is not 1 or more"),
        ("build least.toml --input a.warc.gz --output out --workers x", "'x'"),
        ("build least.toml --input a.warc.gz --output out --chunk-mib 0", "0 is not a size in MiB"),
        ("build least.toml --input a.warc.gz --output out --chunk-mib nan", "nan is not a size in MiB"),
        ("build tinny --input a.warc.gz --output out", "there is no recipe 'tinny'; did you mean 'tiny'?"),
        ("build none.toml --input a.warc.gz --output out", "none.toml: there is no such recipe file"),
        ("build least.toml --input none --output out", "--input none: no file matches 'none'"),
        ("build least.toml --input wob=a.warc.gz --output out", "the recipe has no source 'wob'; did you mean 'web'?"),
        ("build least.toml --input a.warc.gz --output .", ". is not empty and not a build"),
        ("build least.toml --input a.warc.gz --output a.warc.gz", "a.warc.gz is a file"),
        (
            "build least.toml --input a.warc.gz --output out --wrokers 2",
            "no option --wrokers; did you mean '--workers'?",
        ),
        ("build least.toml --input a.warc.gz --output out --runer X", "no option --runer; did you mean '--runner'?"),
        ("build least.toml --input a.warc.gz --output out --runner DirectRunner", "--runner DirectRunner: "),
        ("build least.toml --input a.warc.gz --output out extra", "extra"),
        ("recipe", "the following arguments are required: ACTION"),
        ("recipe show tinny", "there is no recipe 'tinny'; did you mean 'tiny'?"),
        ("recipe check a.warc.gz", "a.warc.gz: cannot be read"),
        ("recipe list --all", "no option --all"),
        ("models fetch lid.176.ftx", "there is no model 'lid.176.ftx'; did you mean 'lid.176.ftz'?"),
        ("card none", "none"),
        ("ledger none --check", "none"),
        ("ledger .", "holds no build"),
        ("why . x", "holds no build"),
        ("ledger . --chek", "--chek"),
    ],
)
def test_a_wrong_call(place: Path, capsys: pytest.CaptureFixture[str], arguments: str, error: str) -> None:
    code, out, err = said(capsys, *arguments.split())
    assert (code, out) == (2, "")
    assert error in err
    assert err.startswith("winnow")
    assert not (place / "out").exists()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "out/x"), "winnow: out/x: No space left on device\n"),
        (OSError(errno.EIO, "Input/output error", "a", None, "b"), "winnow: a -> b: Input/output error\n"),
        (OSError(errno.EIO, "Input/output error", 7), "winnow: [Errno 5] Input/output error: 7\n"),
        (OSError("odd\nthing"), "winnow: odd thing\n"),
        (OSError(), "winnow: OSError\n"),
        (BuildFailed("a\n  File b\x1b[31m"), "winnow: a   File b\N{REPLACEMENT CHARACTER}[31m\n"),
    ],
)
def test_an_error_of_the_system_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, expected: str
) -> None:
    def fail(_: str) -> str:
        raise error

    monkeypatch.setattr(finished, "finished", fail)
    assert said(capsys, "card", "x") == (1, "", expected)


def test_a_wrong_recipe_names_the_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.toml").write_text(LEAST + "colour = 1\n")
    for command in ("recipe check wrong.toml", "recipe show wrong.toml", "build wrong.toml --input a* --output out"):
        code, out, err = said(capsys, *command.split())
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("winnow: wrong.toml, line 4: a source has no setting 'colour'")


def test_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "recipe", "list")
    assert (code, err, [line.split()[0] for line in out.splitlines()]) == (0, "", shipped())


def test_a_recipe_shown_is_a_recipe(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "recipe", "show", "tiny")
    Path("shown.toml").write_text(out)
    assert code == 0
    assert said(capsys, "recipe", "show", "shown.toml") == (0, out, "")
    assert said(capsys, "recipe", "show", "least.toml", "--source") == (0, LEAST, "")


def test_a_recipe_shown_in_one_language_is_a_recipe(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "recipe", "show", "web", "--language", "de")
    Path("german.toml").write_text(out)
    assert code == 0
    assert said(capsys, "recipe", "show", "german.toml", "--language", "de") == (0, out, "")
    code, out, err = said(capsys, "recipe", "show", "german.toml", "--language", "fr")
    assert (code, out, err) == (2, "", "winnow: the recipe 'web' keeps no documents in 'fr'; valid are: de\n")
    code, out, err = said(capsys, "recipe", "show", "web", "--source", "--language", "de")
    assert (code, out) == (2, "")
    assert err == "winnow: --source is the file itself, which is for all languages: give it or --language\n"


def test_a_recipe_is_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "recipe", "check", "least.toml") == (0, "least.toml: right: 1 source, 0 steps, 0 limits\n", "")


@pytest.mark.parametrize("arguments", ["--help", "build --help", "recipe show --help", "ledger --help"])
def test_help(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    code, out, err = said(capsys, *arguments.split())
    assert (code, err) == (0, "")
    assert out.startswith("usage: winnow")


def winnow(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "winnow", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=OURS,
    )


def test_a_build_and_its_exit_codes(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ("build", "least.toml", "--input", "a.warc.gz", "b.warc.gz", "--output", "out", "--workers", "1")
    done = winnow(*call)
    assert (done.returncode, "Traceback" in done.stderr, Path("out/ledger.json").exists()) == (0, False, True)
    assert said(capsys, "ledger", "out", "--check")[0] == 0
    code, out, _ = said(capsys, "ledger", "out", "--json")
    assert (code, json.loads(out)["total"]["kept"]) == (0, [2, 20])
    assert said(capsys, "why", "out", "http://example.org/1")[0] == 0
    assert said(capsys, "why", "out", "http://nowhere.example/")[0] == 2
    Path("least.toml").write_text(LEAST.replace('"least"', '"other"'))
    code, _, err = said(capsys, *call)
    assert (code, err.count("\n"), "give --replace" in err) == (2, 1, True)
    next(Path("out/corpus").rglob("*.parquet")).unlink()
    code, out, _ = said(capsys, "ledger", "out", "--check")
    assert (code, "part-00000.parquet: 0 bytes" in out) == (1, True)


@pytest.mark.slow
def test_a_build_goes_on_where_nobody_reads_what_it_says(place: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    call = ["build", "least.toml", "--input", "a.warc.gz", "--output", "out", "--workers", "1", "--unit-mib", "1"]
    done = subprocess.run([sys.executable, "-m", "winnow", *call], stdout=writer, stderr=writer, check=False,
                          env=OURS)  # fmt: skip
    os.close(writer)
    assert (done.returncode, Path("out/ledger.json").exists()) == (0, True)


def test_a_wrong_call_in_a_process(place: Path) -> None:
    done = winnow("build", "least.toml", "--input", "none", "--output", "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "winnow: --input none: no file matches 'none'\n"
