"""Where the lines of metrics.jsonl go besides (run.sinks): TensorBoard into RUN/tensorboard, Weights & Biases.

Each is imported only where it is asked for. One that fails is said once and left out from there on: what a run comes to
does not depend on it. metrics.jsonl has everything, whatever becomes of them.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from winnow.trainer import aside
from winnow.trainer.errors import one_line

KINDS = ("step", "evaluation", "task", "sample")
WANDB_ID = "wandb.id"
"""In RUN: under which id W&B knows the run, so that one that goes on is the same there."""


class Sinks:
    """Those of one run, opened with its first line."""

    def __init__(
        self, names: tuple[str, ...], run: Path, settings: Mapping[str, Any], say: Callable[[str], None]
    ) -> None:
        """settings: of the run, for those that show them."""
        self._names, self._run, self._settings, self._say = names, run, settings, say
        self._open: dict[str, Any] | None = None

    def add(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        if kind not in KINDS:
            return
        if self._open is None:
            self._open = {}
            for name in dict.fromkeys(self._names):
                with self._outliving(name):
                    self._open[name] = OPENED[name](self._run, self._settings)
        for name, sink in list(self._open.items()):
            with self._outliving(name):
                sink.add(kind, step, values)

    def close(self) -> None:
        for name, sink in list((self._open or {}).items()):
            with self._outliving(name):
                sink.close()

    @contextmanager
    def _outliving(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  # others' code, which a run must outlive
            (self._open or {}).pop(name, None)
            missing = isinstance(error, ImportError)
            why = f"is not installed: pip install {name}" if missing else f"fails, and gets no more: {one_line(error)}"
            self._say(f"warning: run.sinks: {name} {why}")


class _TensorBoard:
    def __init__(self, run: Path, _: Mapping[str, Any]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer: Any = SummaryWriter(str(run / "tensorboard"))

    def add(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        if kind == "sample":
            self._writer.add_text(_prefix(kind, values), str(values["text"]), step)
        for name, value in numbers(_prefix(kind, values), values):
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _Wandb:
    """Project, entity and mode are said by W&B's own variables: WANDB_PROJECT, WANDB_ENTITY, WANDB_MODE."""

    def __init__(self, run: Path, settings: Mapping[str, Any]) -> None:
        import wandb

        self._wandb: Any = wandb
        known = run / WANDB_ID
        if not known.is_file():
            with aside.whole(known) as file:
                file.write(uuid.uuid4().hex.encode())
        self._run = wandb.init(
            dir=str(run), id=known.read_text(encoding="utf-8").strip(), resume="allow", name=run.absolute().name,
            config=dict(settings), settings=wandb.Settings(console="off", silent=True),
        )  # fmt: skip
        self._run.define_metric("*", step_metric="step")  # a run that goes on tells some steps again

    def add(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        line: dict[str, Any] = dict(numbers(_prefix(kind, values), values))
        if kind == "sample":
            line[_prefix(kind, values)] = self._wandb.Table(["step", "text"], [[step, str(values["text"])]])
        self._run.log(line | {"step": step})

    def close(self) -> None:
        self._run.finish()


def numbers(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """("evaluation/by_source/web/bits_per_byte", 1.2), and so on."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from numbers(f"{prefix}/{key}", value)
        elif isinstance(value, int | float):
            yield f"{prefix}/{key}", float(value)


def _prefix(kind: str, values: Mapping[str, Any]) -> str:
    """Of several tasks or samples, which one it is."""
    return f"{kind}/{values['task']}" if kind == "task" else f"{kind}/{values['prompt']}" if kind == "sample" else kind


OPENED: Mapping[str, Callable[[Path, Mapping[str, Any]], Any]] = {"tensorboard": _TensorBoard, "wandb": _Wandb}
