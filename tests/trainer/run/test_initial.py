"""The model that `init` names."""

import json
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tests.trainer.small_runs import config, trained
from winnow.pipelines.cli import main
from winnow.trainer.config import rates
from winnow.trainer.config.config_file import dump, load, setting
from winnow.trainer.config.settings import Config, ModelShape
from winnow.trainer.errors import BadCall
from winnow.trainer.run import initial

pytestmark = pytest.mark.usefixtures("quick")


def contradicted(name: str, *sets: str) -> list[str]:
    return [str(error) for error in initial.contradictions(load(name, sets, "pack"), name, sets)]


def locked(run: Path) -> Config:
    return load(run / "config.lock.toml")


def test_a_run_means_its_newest_checkpoint_and_a_step_may_be_named(pack: Path, whole: Path) -> None:
    newest = str(whole / "checkpoints/step-000012")
    for init in (str(whole), f"{whole}@12", newest):
        assert initial.found(config(pack, init=init)).init == newest
        assert initial.layout(config(pack, init=init), None).width == 16
    assert initial.found(config(pack, init=f"{newest}/")).init == f"{newest}/"  # as locks have it
    assert initial.found(config(pack)).init == ""


@pytest.mark.parametrize(
    ("init", "words"),
    [
        ("@5", r"^init: .*@5: .* has checkpoints of the steps \d"),
        ("/none", "^init: .*/none: there is no such file"),
    ],
)
def test_what_is_none_is_told_where_it_is_needed(pack: Path, whole: Path, init: str, words: str) -> None:
    asked = config(pack, init=f"{whole}{init}")
    assert initial.found(asked) == asked
    with pytest.raises(BadCall, match=words):
        initial.layout(asked, None)


def test_the_lock_holds_the_shape_of_the_model(tmp_path: Path, pack: Path, whole: Path) -> None:
    shape = {"width": 999, "heads": 3, "layers": 7, "rope_theta": 5.0, "qk_norm": False, "tied": True, "norm_eps": 1.0}
    asked = config(pack, init=str(whole), model=shape, run={"tokens": 256})
    trained(asked, tmp_path)
    assert locked(tmp_path).model == locked(whole).model
    assert trained(asked, tmp_path)[-1].endswith("is done already, all 2 steps")


def test_a_lock_of_a_former_release_may_hold_another(tmp_path: Path, pack: Path, whole: Path) -> None:
    asked = config(pack, init=str(whole / "checkpoints/step-000012"), run={"tokens": 256})
    trained(asked, tmp_path)
    lock = tmp_path / "config.lock.toml"
    lock.write_text(lock.read_text().replace("width = 16\n", "width = 256\n"))
    assert trained(asked, tmp_path)[-1].endswith("is done already, all 2 steps")


def test_a_model_whose_shape_no_configuration_can_say_is_refused(pack: Path, whole: Path) -> None:
    of = initial.layout(config(pack, init=str(whole)), None)
    object.__setattr__(of, "rope_theta", 0.5)
    with pytest.raises(BadCall, match=rf"init = {whole}: model.rope_theta is 0.5; wanted more than 1"):
        initial.shaped(config(pack, init=str(whole)), of)


def test_a_shape_that_is_given_must_be_the_models(tmp_path: Path, pack: Path, whole: Path) -> None:
    init = setting("init", str(whole))
    assert contradicted("tiny", init) == []
    assert contradicted("tiny", "model.width=256", "model.layers=2") == []
    assert contradicted("tiny", setting("init", "none"), "model.width=256") == []
    assert contradicted("tiny", init, "model.width=256", "model.layers=1", "model.context=32") == [
        f"--set model.width=256: model.width is 256, and the model in init = {whole} has 16: "
        "leave it out, init brings its shape"
    ]
    assert contradicted("tiny", init, "model={ layers = 2, width = 16, heads = 2 }") == [
        "--set model={ layers = 2, width = 16, heads = 2 }: model.layers is 2, "
        f"and the model in init = {whole} has 1: leave it out, init brings its shape"
    ]


def test_a_file_of_ones_own_gives_a_shape_too(tmp_path: Path, pack: Path, whole: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'init = "{whole}"\n[model]\ncontext = 16\nheads = 4\nkv_heads = 0\n')
    (found,) = contradicted(str(file))
    assert found.startswith(f"{file}, line 4: model.heads is 4, and the model in init = {whole} has 2: ")
    file.write_text(dump(locked(whole)))
    assert contradicted(str(file), setting("init", str(whole))) == []


def test_the_same_pack_and_seed_are_the_same_windows_again(tmp_path: Path, pack: Path, whole: Path) -> None:
    newest = str(whole / "checkpoints/step-000012")
    said = trained(config(pack, init=newest, run={"tokens": 128}), tmp_path / "a")
    told = [line for line in said if "--set seed=2 gives another order" in line]
    assert told == [f"warning: {whole} read this pack with the same seed, 1, and the same windows come again, from the "
                    "first on: --set seed=2 gives another order"]  # fmt: skip
    said = trained(config(pack, init=newest, seed=2, run={"tokens": 128}), tmp_path / "b")
    assert not [line for line in said if "another order" in line]


def test_of_another_pack_or_a_model_from_elsewhere_nothing_is_said(tmp_path: Path, pack: Path, whole: Path) -> None:
    from winnow.trainer.pack.index import Pack

    def told(init: Path) -> str:
        return initial.read_before(config(pack, init=str(init)), Pack.open(pack))

    run = tmp_path / "run"
    for lock in ("config.lock.toml", "pack.lock.json"):
        run.mkdir(exist_ok=True)
        (run / lock).write_text((whole / lock).read_text())
    assert told(run / "checkpoints/step-000012") != ""
    (run / "pack.lock.json").write_text(json.dumps({"fingerprint": "another"}))
    for init in (run / "checkpoints/step-000012", tmp_path, Path("/")):
        assert told(init) == ""
    (run / "pack.lock.json").write_text("[")
    assert told(run / "checkpoints/step-000012") == ""


def test_a_shown_configuration_has_the_shape_of_init(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = ["data.pack=p", "model.context=16", f"init={whole}"]
    assert main(["config", "show", "30m", *(word for of in sets for word in ("--set", of))]) == 0
    told = capsys.readouterr().out
    of = locked(whole).model
    assert f"width = {of.width}  # from init" in told.splitlines()
    assert told.count("  # from init\n") == len(fields(ModelShape)) - 2
    assert "context = 16  # --set model.context=16" in told.splitlines()
    (tmp_path / "shown.toml").write_text(told)
    shown, (shaped, layout) = load(tmp_path / "shown.toml"), initial.taken(load("30m", sets))
    assert shown == shaped
    assert list(initial.contradictions(shown, str(tmp_path / "shown.toml"), [])) == []
    rate = rates.settled(shown, layout)[0].optimizer.rate
    assert f"rate = 0.0  # default; {rate:g} by the rule" in told


def test_what_cannot_be_shown_of_init_is_said(tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "tiny", "--set", setting("init", f"{tmp_path}/a\n\x1b")]) == 0
    told = capsys.readouterr().out
    assert f"[model] is not what a run would have: init: {tmp_path}/a" in told.replace("\n# ", " ")
    assert "layers = 4  # tiny.toml, line 9" in told.splitlines()
    assert tomllib.loads(told)["model"]["layers"] == 4
    assert main(["config", "show", "tiny", "--set", "model.width=256", "--set", f"init={whole}"]) == 2
    assert "model.width is 256, and the model in init" in capsys.readouterr().err
