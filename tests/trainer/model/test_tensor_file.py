from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from winnow.trainer.hashes import hash_file
from winnow.trainer.model import tensor_file

TENSORS = {
    "matrix": torch.arange(6.0).view(2, 3),
    "half": torch.tensor([1.5, -2.0, 3.0], dtype=torch.bfloat16),
    "count": torch.tensor(7),
    "none": torch.empty(0, 4),
    "ä \" name": torch.tensor([float("nan"), float("inf")]),
}  # fmt: skip


@pytest.mark.parametrize("names", [[], ["matrix"], ["half", "count"], list(TENSORS)])
def test_safetensors_reads_what_is_written(tmp_path: Path, names: list[str]) -> None:
    tensors, path = {name: TENSORS[name] for name in names}, tmp_path / "x.safetensors"
    assert tensor_file.write(path, tensors) == hash_file(path)
    found = load_file(path)
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0, equal_nan=True)


def test_metadata_is_kept_and_a_file_that_was_there_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"x" * 10_000)
    tensor_file.write(path, {"matrix": TENSORS["matrix"]}, {"format": "pt"})
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == {"format": "pt"}


def test_rows_of_several_files_are_one_tensor(tmp_path: Path) -> None:
    whole, files = torch.arange(14.0).view(7, 2), list[Path]()
    for number, part in enumerate((whole[:3], whole[3:3], whole[3:6], whole[6:])):
        files.append(tmp_path / tensor_file.numbered("x", number, 4))
        more = {"count": TENSORS["count"], "half": TENSORS["half"]} if number == 2 else {}
        tensor_file.write(files[-1], {"m": part} | more)
    assert [file.name for file in files][::3] == ["x-00001-of-00004.safetensors", "x-00004-of-00004.safetensors"]
    found = tensor_file.rows(files)
    assert {name: rows.shape for name, rows in found.items()} == {"m": [7, 2], "count": [], "half": [3]}
    assert torch.equal(found["m"][...], whole)
    for first in range(8):
        for last in range(first, 8):
            assert torch.equal(found["m"][first:last], whole[first:last]), (first, last)
    assert torch.equal(found["half"][1:2], TENSORS["half"][1:2])
    assert (found["count"][...].item(), tensor_file.numbered("x", 0, 1)) == (7, "x.safetensors")


def test_pieces_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tensor_file.write(tmp_path / "whole", TENSORS)
    monkeypatch.setattr(tensor_file, "_PIECE", 7)
    assert tensor_file.write(tmp_path / "pieces", TENSORS) == whole
