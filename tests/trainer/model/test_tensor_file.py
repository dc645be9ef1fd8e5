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


def test_pieces_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tensor_file.write(tmp_path / "whole", TENSORS)
    monkeypatch.setattr(tensor_file, "_PIECE", 7)
    assert tensor_file.write(tmp_path / "pieces", TENSORS) == whole
