import pytest
import torch

from winnow.trainer.run.hardware import GPUS, gpu, matmul_rate, peak


@pytest.mark.parametrize(
    ("reported", "tera"),
    [
        ("NVIDIA A100-SXM4-40GB", 312), ("NVIDIA A100-SXM4-80GB", 312), ("NVIDIA A100 80GB PCIe", 312),
        ("A100-SXM4-40GB", 312), ("NVIDIA A100-PCIE-40GB", 312), ("NVIDIA H100 80GB HBM3", 989.4),
        ("NVIDIA H100 PCIe", 756), ("NVIDIA H100 NVL", 835), ("NVIDIA H200", 989.4), ("NVIDIA H200 NVL", 835),
        ("NVIDIA B200", 2250), ("NVIDIA L4", 121), ("NVIDIA L40S", 362), ("NVIDIA A10", 125),
        ("NVIDIA GeForce RTX 3090", 71), ("NVIDIA GeForce RTX 4090", 165.2), ("NVIDIA GeForce RTX 5090", 209.5),
    ],
)  # fmt: skip
def test_peaks_are_dense(reported: str, tera: float) -> None:
    assert peak(reported, torch.bfloat16) == tera * 1e12
    assert peak(reported, torch.float32) is None


@pytest.mark.parametrize(("reported", "tera"), [("Tesla T4", 8.1), ("Tesla V100-SXM2-16GB", 15.7)])
def test_chips_without_bfloat16_have_a_peak_in_float32(reported: str, tera: float) -> None:
    assert peak(reported, torch.bfloat16) is None
    assert peak(reported, torch.float32) == tera * 1e12


@pytest.mark.parametrize(
    "reported",
    ["", "NVIDIA", "CPU", "NVIDIA A10G", "NVIDIA L40", "NVIDIA H20", "NVIDIA A100-SXM-64GB", "NVIDIA H200 MIG 1g.18gb",
     "NVIDIA GeForce RTX 3090 Ti", "NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 D",
     "nvidia h100 pcie",
     "AMD Instinct MI300X", "NVIDIA GH200 480GB"],
)  # fmt: skip
def test_a_name_that_only_resembles_has_no_peak(reported: str) -> None:
    assert gpu(reported) is None
    assert peak(reported, torch.bfloat16) is None


def test_no_name_means_two_chips() -> None:
    names = [name for known in GPUS for name in known.reported]
    assert len(names) == len(set(names))
    assert len(GPUS) == len({known.name for known in GPUS})


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_products_have_a_rate(dtype: torch.dtype) -> None:
    before = torch.get_rng_state()
    assert 1e8 < matmul_rate(torch.device("cpu"), dtype, 0.0) < 1e16
    assert torch.equal(torch.get_rng_state(), before)  # measuring must not change what is drawn afterwards
