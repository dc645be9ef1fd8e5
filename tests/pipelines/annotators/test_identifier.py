"""Models that a recipe brings: whose labels they have, which settings name them, and what is wrong with a file."""

import dataclasses
import hashlib
import pickle
from pathlib import Path

import pytest

from tests.pipelines.annotators.small_models import ENGLISH, GERMAN, leave
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.annotators.identifier import GLOTLID, Identifies, clean, loaded
from winnow.pipelines.annotators.models import MODELS, MissingModel


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return leave(tmp_path_factory.mktemp("model") / "small.bin")


@pytest.mark.parametrize("model", ["glotlid", "openlid", "fasttext"])
@pytest.mark.parametrize(
    ("text", "code"), [(ENGLISH, "en"), (GERMAN, "de"), ("河水 夜里 上涨", "zh"), ("lumi u ngrit gjatë natës", "sq")]
)
def test_labels_are_codes(file: Path, model: str, text: str, code: str) -> None:
    found = Identifies(model=model, file=str(file)).load().predicted(text, 1)
    assert [label for label, _ in found] == [code]


def test_the_scripts_of_a_language_are_one(file: Path) -> None:
    identifier = loaded(file)
    ((label, chance),) = identifier.predicted("早晨 田地 都 在 水 下面", 1)
    assert (label, chance > 0.9) == ("zh", True)  # neither script alone has as much
    every = identifier.predicted("早晨 田地 都 在 水 下面", -1)
    assert sorted(code for code, _ in every) == ["de", "en", "sq", "zh"]
    assert round(sum(chance for _, chance in every), 3) == 1.0
    assert [code for code, _ in identifier.predicted(GERMAN, 2)][:1] == ["de"]
    assert len(identifier.predicted(GERMAN, 2)) == 2


@pytest.mark.parametrize("text", ["", " ", "\n", "\0", "\u2028"])
def test_no_words_no_language(file: Path, text: str) -> None:
    assert loaded(file).predicted(text, 1) == []


def test_what_openlid_is_not_asked_about(file: Path) -> None:
    assert Identifies(model="openlid", file=str(file)).load().predicted("1234 -- ?! 5.", 1) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  Der  Fluss,\tstieg: 12 m! ", "der fluss stieg m"), ("हिन्दी में", "हिन्दी में"), ("a_b ; c²", "a_b c"),
        ("", ""), ("\0😀\n", ""), ("می‌خواهم", "می‌خواهم"),
    ],
)  # fmt: skip
def test_a_line_as_openlid_has_it(line: str, expected: str) -> None:
    assert clean(line) == expected


def test_a_file_needs_no_digest(file: Path) -> None:
    step = Identifies(model=GLOTLID, file=str(file))
    assert (step.sha256, Identifies().sha256) == ("", MODELS["lid.176.ftz"].sha256)
    assert pickle.loads(pickle.dumps(step)) == dataclasses.replace(step, file=str(file)) == step
    step.check_files()
    step.require()
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    dataclasses.replace(step, sha256=sha256).check_files()
    with pytest.raises(NotAllowed, match=f"^sha256 is '{'0' * 64}'; .* has {sha256}"):
        dataclasses.replace(step, sha256="0" * 64).check_files()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model": "glotlid"}, r"model is 'glotlid'; get model_v3\.bin of GlotLID .*, and say file = 'FILE'"),
        ({"model": "openlid"}, r"model is 'openlid'; get the model of OpenLID .*GPL-3\.0"),
        ({"file": "a.bin"}, r"model is 'lid\.176\.ftz'; of a file it is one of glotlid, openlid, fasttext"),
        ({"model": "a/b"}, "wanted the name of a file"),
        ({"sha256": ""}, "wanted 64 hex digits"),
        ({"model": "glotlid", "file": "a.bin", "sha256": "abc"}, "wanted 64 hex digits"),
    ],
)
def test_settings_that_name_no_model(settings: dict[str, str], said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        Identifies(**settings)


@pytest.mark.parametrize("begins", [b"", b"\x00", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_file_that_is_no_model(tmp_path: Path, begins: bytes) -> None:
    (tmp_path / "a.bin").write_bytes(begins)
    with pytest.raises(NotAllowed, match=r"^file is '.*a\.bin'; it is no fastText model; wanted model_v3\.bin"):
        Identifies(model=GLOTLID, file=str(tmp_path / "a.bin")).check_files()


def test_a_model_of_another_kind(tmp_path: Path, file: Path) -> None:
    (tmp_path / "cut.bin").write_bytes(file.read_bytes()[:4] + b"\xff" * 100)
    with pytest.raises(MissingModel, match=r"cut\.bin cannot be used: .*; wanted a fastText model"):
        Identifies(model=GLOTLID, file=str(tmp_path / "cut.bin")).load()
    leave(tmp_path / "words.bin", supervised=False)
    with pytest.raises(MissingModel, match=r"words\.bin cannot be used: its labels are no languages"):
        Identifies(model=GLOTLID, file=str(tmp_path / "words.bin")).load()
