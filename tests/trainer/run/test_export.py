import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.trainer.full_disk import full_disk
from tests.trainer.small_corpora import quiet
from tests.trainer.small_runs import tensors
from winnow.trainer.errors import BadCall, RunFailed
from winnow.trainer.evaluate.generate import generate
from winnow.trainer.evaluate.sampling import Sampling
from winnow.trainer.model import hf
from winnow.trainer.run.checkpoint_folders import find_checkpoint
from winnow.trainer.run.export import export

transformers = pytest.importorskip("transformers")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("most", [hf.SHARD, 3000])
def test_bfloat16_is_what_transformers_rounds_to(tmp_path: Path, whole: Path, most: int) -> None:
    export(str(whole), tmp_path / "out", "bfloat16", quiet, most)
    theirs, info = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not any(info.values()), info
    assert theirs.dtype == torch.bfloat16  # as config.json says
    saved = tensors(whole)
    for name, parameter in theirs.named_parameters():
        assert torch.equal(parameter, saved[name].bfloat16()), name
    exact = transformers.AutoModelForCausalLM.from_pretrained(find_checkpoint(whole))
    tokens = torch.randint(0, 300, (2, 32), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(theirs(tokens).logits.float(), exact(tokens).logits, rtol=0.02, atol=0.02)
    words = transformers.AutoTokenizer.from_pretrained(tmp_path / "out")
    assert words.decode(words("the red house")["input_ids"], skip_special_tokens=True) == "the red house"
    assert (hf.INDEX in names(tmp_path / "out")) == (most == 3000)
    assert "state.json" not in names(tmp_path / "out")
    written: list[str] = []
    generate(tmp_path / "out", "the", 4, Sampling(0), 1, written.append)
    assert written[0] == "the"


def test_float32_is_the_checkpoint(tmp_path: Path, whole: Path) -> None:
    export(f"{whole}@8", tmp_path / "out", "float32", quiet)
    was = whole / "checkpoints" / "step-000008"
    assert all(torch.equal(load_file(was / hf.WEIGHTS)[name], tensor)
               for name, tensor in load_file(tmp_path / "out" / hf.WEIGHTS).items())  # fmt: skip
    assert json.loads((tmp_path / "out/config.json").read_text()) == json.loads((was / "config.json").read_text())
    export(str(tmp_path / "out"), tmp_path / "again", "float32", quiet)  # any directory, in a run or not
    assert names(tmp_path / "again") == names(tmp_path / "out")
    for name in names(tmp_path / "out"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_what_cannot_be_exported(tmp_path: Path, whole: Path) -> None:
    def complaint(asked: object, output: Path = tmp_path / "out") -> str:
        with pytest.raises(BadCall) as raised:
            export(str(asked), output, "bfloat16", quiet)
        assert not (tmp_path / "out").exists()
        return str(raised.value)

    assert complaint(f"{whole}@5") == f"{whole}@5: {whole} has checkpoints of the steps 4, 8, 12"
    assert "is neither a run with a checkpoint" in complaint(tmp_path)
    assert complaint(f"{tmp_path}@1x") == f"{tmp_path}@1x: there is no such file or folder"
    assert complaint(whole, whole) == f"{whole} is there already: name a new directory with --output"
    (tmp_path / "file").write_text("x")
    assert "is there already" in complaint(whole, tmp_path / "file")
    spoilt = tmp_path / "spoilt"
    shutil.copytree(whole / "checkpoints" / "step-000012", spoilt)
    of = load_file(spoilt / hf.WEIGHTS)
    of["model.norm.weight"][0] = torch.nan
    save_file(of, spoilt / hf.WEIGHTS, metadata={"format": "pt"})
    assert complaint(spoilt).endswith("is damaged: the sha256 of model.safetensors is not the one in state.json; "
                                      "take another checkpoint")  # fmt: skip
    (spoilt / "state.json").unlink()
    assert "model.norm.weight holds a value that is not finite" in complaint(spoilt)
    (spoilt / "tokenizer.json").unlink()
    os.mkfifo(spoilt / "tokenizer.json")  # passed over: no file
    assert "not finite" in complaint(spoilt)
    assert [name for name in os.listdir(tmp_path) if ".tmp-" in name] == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, whole: Path) -> None:
    with full_disk(2000), pytest.raises(RunFailed, match=r"out cannot be saved: "):
        export(str(whole), tmp_path / "out", "bfloat16", quiet)
    assert names(tmp_path) == []
