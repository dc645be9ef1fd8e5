import gzip
import json
import os
import tomllib
from pathlib import Path

import pytest
import tomli_w
from fit_texts import RECIPE, lines, reference

from winnow.pipelines.annotators.language import Language
from winnow.pipelines.annotators.models import MissingModel
from winnow.pipelines.cli import main
from winnow.pipelines.recipe.file import load

UDHR = Path(__file__).resolve().parents[3] / "../shared/data/language/udhr.jsonl.gz"
CALL = "small.toml --reference a.jsonl --language eo --output made"


def said(capsys: pytest.CaptureFixture[str], arguments: str) -> tuple[int, str, str]:
    """(exit code, output, errors)."""
    code = main(["fit-limits", *arguments.split()])
    found = capsys.readouterr()
    return code, found.out, found.err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    reference(Path("a.jsonl"))
    Path("small.toml").write_text(RECIPE)
    Path("two.toml").write_text(f'{RECIPE}\n[[source]]\nname = "books"\n')
    Path("note.txt").write_text("mine")
    return tmp_path


def written(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def test_what_it_says_and_leaves(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, CALL)
    assert (code, out.splitlines()[0]) == (0, "200 documents in 'eo' were measured, of 200 in the reference")
    assert "gopher_quality.stop_words: eme oko aza" in out
    assert [line.split(":")[0] for line in err.splitlines()] == ["reference", "measures"]
    assert list(written("made")) == ["fitted.json", "languages.toml", "limits.toml", "report.html"]
    assert sorted(each.name for each in here.iterdir()) == ["a.jsonl", "made", "note.txt", "small.toml", "two.toml"]


def test_the_same_bytes_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, f"{CALL} --quiet") == (0, "", "")
    first = written("made")
    said(capsys, CALL)
    said(capsys, CALL.replace("made", "other"))
    assert (written("made"), written("other")) == (first, first)


def test_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, f"{CALL} --json --quiet")
    assert (code, json.loads(out)) == (0, json.loads(Path("made/fitted.json").read_text()))


def test_the_fragment_is_a_recipes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With it the recipe keeps what the fit says."""
    _, out, _ = said(capsys, f"{CALL} --json")
    recipe = tomllib.loads(RECIPE) | tomllib.loads(Path("made/limits.toml").read_text())
    Path("new.toml").write_text(tomli_w.dumps(recipe))
    (step,) = load(Path("new.toml")).steps
    limits = {rule.name: (rule.min, rule.max) for rule in step.rules}
    assert (limits["words"], limits["mean_word_length"], limits["hash_to_word_ratio"]) == (
        (5, None), (2.95, 12.5), (None, None)
    )  # fmt: skip
    assert getattr(step.settings, "stop_words", ())[:3] == ("eme", "oko", "aza")
    code, again, _ = said(capsys, "new.toml --reference a.jsonl --language eo --output two --json")
    assert (code, json.loads(again)["dropped_before"]) == (0, json.loads(out)["dropped"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("", "the following arguments are required: RECIPE, --reference, --language, --output"),
        (CALL.replace("small.toml", "smal.toml"), "smal.toml: there is no such recipe file"),
        (CALL.replace("a.jsonl", "b.jsonl"), "--reference b.jsonl: there is no such file or folder"),
        (CALL.replace(" eo ", " Eo "), "'Eo' is no code of a language, as de"),
        (
            CALL.replace(" eo ", " io "),
            "3 documents in 'io', and limits are fitted to 100 or more; found: eo 200, io 3",
        ),
        (CALL.replace("made", "note.txt"), "--output note.txt: that is a file; name a new directory"),
        (CALL.replace("made", "."), "--output .: it holds a.jsonl, which this command did not write"),
        (CALL.replace("small", "two"), "say with --source whose steps are meant, web, books"),
        (f"{CALL} --source webb", "has no such source; did you mean 'web'?"),
        (f"{CALL} --drop 0.6", "0.6 is no share from 0 to 0.5, as 0.01"),
        (f"{CALL} --drop nan", "nan is no share from 0 to 0.5, as 0.01"),
        (f"{CALL} --drop few", "'few' is not a number"),
        (f"{CALL} --sample 99", "--sample 99: limits are fitted to 100 documents or more"),
        (f"{CALL} --rules words", "--rules words: the recipe has no such rule with a limit"),
        (f"{CALL} --rule gopher_quality.words", "no option --rule"),
    ],
)
def test_wrong_calls(here: Path, capsys: pytest.CaptureFixture[str], arguments: str, error: str) -> None:
    before = written(".")
    code, out, err = said(capsys, arguments)
    assert (code, out) == (2, "")
    assert error in err
    assert "Traceback" not in err
    assert written(".") == before


def test_ctrl_c_leaves_nothing(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before = written(".")
    monkeypatch.setattr("winnow.pipelines.fit.fit.measure", interrupted)
    assert said(capsys, CALL)[0] == 130
    assert written(".") == before


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "--help")
    assert code == 0
    assert "winnow fit-limits english-web --reference corpus-de --language de --output limits-de" in out
    assert "languages.toml   the same as [step.languages.CODE], for a recipe of several languages" in out


def test_declaration_of_human_rights(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Portuguese has two translations; the language is what the recipe's step finds."""
    if not UDHR.exists():
        pytest.skip("the shared paragraphs are not here")
    try:
        Language().load()
    except MissingModel as missing:
        pytest.skip(str(missing))
    with gzip.open(UDHR, "rt", encoding="utf-8") as stream:
        lines(Path("udhr.jsonl"), ({"text": row["text"]} for row in map(json.loads, stream)))
    code, out, _ = said(capsys, "english-web --reference udhr.jsonl --language pt --output made --json")
    found = json.loads(out)
    assert (code, found["sample"], found["reference"]["documents"]) == (0, 118, 4007)
    words = [each["word"] for each in found["stop_words"][0]["words"]]
    assert words == ["e", "a", "de", "direito", "tem", "o", "ser", "da"]
    assert found["stop_words"][0]["holding"] >= 0.99 * 118
    assert tomllib.loads(Path("made/limits.toml").read_text())["step"][0]["keep"] == ["pt"]
    assert os.path.getsize("made/report.html") > 10_000
