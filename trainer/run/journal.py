"""What a run tells of itself: lines of metrics.jsonl, the live line, what is said of checkpoints and skipped steps.

It keeps the run's clock. Time that went to saving and evaluating is taken out of the rates.
"""

import dataclasses
import math
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import torch

from winnow.trainer.data.prefetch import Prefetch
from winnow.trainer.evaluate.asking import Item
from winnow.trainer.evaluate.evaluate import Evaluation
from winnow.trainer.figures import duration
from winnow.trainer.optim import schedule
from winnow.trainer.optim.guard import Verdict
from winnow.trainer.report import history, report
from winnow.trainer.report.curve import curve
from winnow.trainer.report.history import BITS, MASKED_BITS
from winnow.trainer.report.metrics import FILE, Metrics
from winnow.trainer.report.sinks import Sinks
from winnow.trainer.run import checkpoint
from winnow.trainer.run.hardware import device_name, peak, peak_memory
from winnow.trainer.run.live import Screen, line
from winnow.trainer.run.session import Session
from winnow.trainer.run.step import Step

NAMED = 3
"""Documents of a skipped step that are named on the screen; metrics.jsonl has all."""

ASKED = {"task": "task", "sample": "prompt"}
"""Kinds of lines about what a model was asked, and under which key each says what that was."""


class Journal:
    """Of one session. On ranks other than the first it keeps time and writes nothing."""

    def __init__(self, session: Session, screen: Screen, began: float) -> None:
        """`began`: `time.perf_counter()` when the session did."""
        self._session, self._screen, self._began = session, screen, began
        sinks = Sinks(session.config.run.sinks, session.run, dataclasses.asdict(session.config), screen.say)
        self._metrics = Metrics(session.run, session.ranks.first, sinks)
        known = session.ranks.agree(self._metrics.cut(session.progress.step) if session.ranks.first else [])
        # a save's own line comes after what it saved
        self._before = max([session.progress.seconds, *(float(entry.get("seconds", 0.0)) for entry in known)])
        self._evaluated = {entry.get("step") for entry in known if entry.get("kind") == "evaluation"}
        self._asked = {(entry.get("step"), *_item(entry)) for entry in known if entry.get("kind") in ASKED}
        done = any(entry.get("kind") == "end" and entry.get("reason") == "done" for entry in known)
        self.ended = done and session.progress.step >= session.length.steps  # it may have grown since
        """Whether a former session came to the run's end."""
        self.steps = 0
        """Taken in this session."""
        self._flops = session.model.flops_per_token(session.config.model.context)
        self._peak = _peak(session)
        self._since = self._paused = self._waited = self._optimized = 0.0
        self._since_steps = 0
        self._batches: Prefetch
        self._step: Step

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._metrics.close()

    def say(self, text: str) -> None:
        self._screen.say(text)

    def was_evaluated(self, done: int) -> bool:
        return done in self._evaluated

    def was_asked(self, done: int, item: Item) -> bool:
        return (done, *item) in self._asked

    def begin(self, batches: Prefetch, step: Step) -> None:
        """The first step comes now."""
        self._batches, self._step = batches, step
        self._restart()

    def first_step(self) -> None:
        """The first step of the session is done: what it took, and the start line."""
        if self._session.ranks.device.type == "cuda":
            torch.cuda.synchronize()
        seconds = time.perf_counter() - self._began
        self.say(f"first step {duration(seconds)} after the start")
        session, machine = self._session, self._session.config.machine
        context = session.config.model.context
        failed = session.calibration.compile_failed
        self._add(
            "start", machine=device_name(session.ranks.device), device=machine.device, threads=machine.threads,
            dtype=machine.dtype, compile=machine.compile, micro_rows=machine.micro_rows, ranks=session.ranks.world,
            torch=torch.__version__, parameters=sum(p.numel() for p in session.model.parameters()),
            flops_per_token=self._flops, peak_flops=self._peak,
            **dict[str, Any](session.calibration.measured), steps=session.length.steps, rows=session.length.rows,
            context=context, objective=session.config.objective, seconds_to_first_step=round(seconds, 3),
            **dict[str, Any]({"compile_failed": failed} if failed else {}),
        )  # fmt: skip

    def took(self, steps: int) -> None:
        """So many steps are done and read."""
        if not self.steps:
            self._restart()  # the first step, which loads and compiles, tells nothing about the rates
        else:
            self._since_steps += steps
            self._screen.show(self._text(self._values()))
        self.steps += steps

    def line(self) -> None:
        """A step line: means over the interval, which ends here."""
        progress, session = self._session.progress, self._session
        values = self._values()
        rate = schedule.rate(progress.step - 1, session.length.steps, session.config.optimizer)
        epochs = session.batches.epochs(progress.step)
        memory = peak_memory(session.ranks.device)
        self._add("step", **values, rate=rate, memory=memory, epochs=epochs)
        self._screen.show(self._text(values), last=progress.step == session.length.steps)
        progress.interval.clear()
        self._restart()

    def skipped(self, step: int, verdict: Verdict, documents: list[str]) -> None:
        """`step`, counted from 0, was skipped."""
        more = f" and {len(documents) - NAMED} more" if len(documents) > NAMED else ""
        named = ", ".join(documents[:NAMED])
        self.say(f"step {step + 1:,} skipped: {verdict.reason}; its documents: {named}{more}")
        self._add("skip", step=step + 1, **verdict.record(), documents=documents)

    def save(self) -> None:
        """A checkpoint of where the run stands; the first rank writes it."""
        began = time.perf_counter()
        self._session.progress.seconds = self._seconds()
        path = Path()
        if self._session.ranks.first:
            path = self._session.save()
        self._add("save", path=str(path), seconds_taken=self._pause(began))

    def evaluated(self, found: Evaluation, began: float) -> None:
        done = self._session.progress.step
        self._evaluated.add(done)
        record = found.record()
        record["seconds_taken"] = record.pop("seconds")
        record["scored"] = {key: record.pop(key) for key in ("documents", "tokens", "bytes")}  # `tokens`: trained on
        bits = found.total.bits
        self.say(
            f"step {done:,}: {bits.value:.4f} bits per {found.unit}, 95 % interval {bits.low:.4f} to {bits.high:.4f}"
        )
        self._add("evaluation", **record)
        self._pause(began)
        self.report()

    def asked(self, item: Item, record: dict[str, Any], text: str, began: float) -> None:
        """A task or a sample."""
        done = self._session.progress.step
        self._asked.add((done, *item))
        self.say(f"step {done:,}: {text}")
        self._add(item[0], **record, seconds_taken=self._pause(began))

    def end(self, reason: str) -> None:
        """The run is "done", or "stopped" by a signal after a save."""
        session = self._session
        self._add("end", reason=reason)
        self.report()
        if reason == "done":
            for text in curve(history.read(session.run / FILE)) if session.ranks.first else ():
                self.say(text)
            self.say(
                f"done: {session.run / checkpoint.LATEST} names the model, {session.run / report.FILE} shows the run"
            )
        else:
            step = f"step {session.progress.step:,} of {session.length.steps:,}"
            self.say(f"stopped after {step}, which is saved; the same command goes on from there")

    def _values(self) -> dict[str, Any]:
        """Of the interval so far; None where there is nothing to tell."""
        columns = list(zip(*self._session.progress.interval, strict=True))
        loss, norm, per_byte = (math.fsum(c) / len(c) for c in columns) if columns else (None, None, None)
        masked = self._session.config.objective == "masked"
        nats = loss if masked else per_byte
        bits = {MASKED_BITS if masked else BITS: None if nats is None else nats / math.log(2)}
        return {"loss": loss} | bits | {"gradient_norm": norm} | self._rates()

    def _rates(self) -> dict[str, float | None]:
        if not self._since_steps:
            return {}
        session = self._session
        seconds = time.perf_counter() - self._since - self._paused
        speed = self._since_steps * session.step_tokens / seconds
        flops = speed * self._flops / session.ranks.world
        waits: dict[str, float | None] = {"wait": (self._batches.waited - self._waited) / seconds}
        if session.ranks.device.type == "cpu":  # elsewhere the host is done long before the device is
            waits["optimizer"] = (self._step.optimizing - self._optimized) / seconds
        return {
            "tokens_per_second": round(speed, 1),
            "mfu": None if self._peak is None else flops / self._peak,
            "matmul_share": flops / session.calibration.measured["matmul_flops"],
        } | waits

    def _text(self, values: dict[str, Any]) -> str:
        done, steps = self._session.progress.step, self._session.length.steps
        speed = values.get("tokens_per_second")
        left = (steps - done) * self._session.step_tokens / speed if speed else math.nan
        return line(done, steps, values, left)

    def _restart(self) -> None:
        """Rates are measured from here on."""
        self._since, self._paused, self._since_steps = time.perf_counter(), 0.0, 0
        self._waited, self._optimized = self._batches.waited, self._step.optimizing

    def _pause(self, began: float) -> float:
        """Since `began` something else than training was done: for so many seconds."""
        seconds = time.perf_counter() - began
        self._paused += seconds
        return round(seconds, 3)

    def _seconds(self) -> float:
        return self._before + time.perf_counter() - self._began

    def _add(self, kind: str, step: int | None = None, **values: Any) -> None:
        done = self._session.progress.step if step is None else step
        self._metrics.add(kind, done, done * self._session.step_tokens, self._seconds(), **values)

    def report(self) -> None:
        """Write run.html anew."""
        began = time.perf_counter()
        if self._session.ranks.first:
            report.write(self._session.run)
        self._pause(began)


def _item(entry: Mapping[str, Any]) -> Item:
    kind = str(entry["kind"])
    return kind, str(entry.get(ASKED[kind]))


def _peak(session: Session) -> float | None:
    """Stated, of one device, in FLOP/s."""
    if session.ranks.device.type == "cpu":
        return None
    return peak(torch.cuda.get_device_name(), session.model.dtype)
