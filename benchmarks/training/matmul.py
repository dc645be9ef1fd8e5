"""The rate of large matrix products here and now, as JSON: {"bfloat16": FLOP/s, "float32": FLOP/s}."""

import argparse
import json
import time

import torch


def rate(size: int, dtype: torch.dtype, device: str, seconds: float) -> float:
    """FLOP/s of products of two square matrices: the mean over about so many seconds."""
    a, b = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))

    def once() -> None:
        torch.mm(a, b)
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(3):  # loads the library and the kernel
        once()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        once()
        done += 1
    return 2 * size**3 * done / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    kinds = {"bfloat16": torch.bfloat16, "float32": torch.float32}
    print(json.dumps({name: rate(given.size, kind, given.device, given.seconds) for name, kind in kinds.items()}))


if __name__ == "__main__":
    main()
