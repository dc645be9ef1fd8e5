"""What a run says of itself as it begins or goes on: the start line of metrics.jsonl, the head of run.html."""

import os
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from winnow.trainer.data import mixture
from winnow.trainer.run.hardware import device_name
from winnow.trainer.run.session import Session

CHECKOUT = Path(__file__).resolve().parents[2]
"""Where Winnow's repository is, where it runs from one."""


def told(session: Session, flops: int, peak: float | None) -> dict[str, Any]:
    """flops: of a token, forward and backward; peak: stated, of one device, in FLOP/s."""
    config, model, length, pack = session.config, session.model, session.length, session.pack
    machine, layout, optimizer, steps = config.machine, model.layout, config.optimizer, length.steps
    failed = session.calibration.compile_failed
    counts = [pack.counts("train", source) for source in pack.sources]
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **software(),
        "machine": device_name(session.ranks.device), "device": machine.device, "threads": machine.threads,
        "dtype": machine.dtype, "compile": machine.compile, "micro_rows": machine.micro_rows,
        "ranks": session.ranks.world, "torch": torch.__version__,
        "parameters": sum(p.numel() for p in model.parameters()),
        "shape": {"architecture": layout.architecture, "layers": layout.layers, "width": layout.width,
                  "heads": layout.heads, "kv_heads": layout.kv_heads, "mlp": layout.mlp, "tied": layout.tied},
        "flops_per_token": flops, "peak_flops": peak, **session.calibration.measured,
        "steps": steps, "rows": length.rows, "context": config.model.context,
        "objective": config.objective, "seed": config.seed,
        "pack": {"name": pack.path.resolve().name, "fingerprint": pack.fingerprint,
                 "documents": sum(c.documents for c in counts), "tokens": sum(c.tokens for c in counts)},
        "tokenizer": pack.tokenizer_sha256, "vocab": pack.vocab,
        # steps done when the rate is at its peak and when it begins to fall, and when the mixture changes
        "warm": round(optimizer.warmup * steps),
        **({"decays": steps - round(optimizer.decay * steps)} if optimizer.schedule == "wsd" else {}),
        "phases": [mixture.begins(phase.start, steps) for phase in config.data.phases],
        **({"compile_failed": failed} if failed else {}),
    }  # fmt: skip


def software() -> dict[str, str | None]:
    """Winnow's version and, where it runs from a checkout, its commit, with "-dirty" where that was changed."""
    try:
        number = version("winnow")
    except PackageNotFoundError:
        number = None
    asked = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    commit = None
    if (CHECKOUT / ".git").exists():
        try:
            done = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True,
                                  env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"})  # fmt: skip
            commit = done.stdout.strip() or None
        except (OSError, subprocess.SubprocessError):  # no git, or a checkout that it does not trust
            pass
    return {"winnow": number, "commit": commit}
