"""What a run tells of itself: an entry of metrics.jsonl, and on the screen the same in words (report/words.py).

It keeps the run's clock. Time that went to saving and evaluating is taken out of the rates.
"""

import dataclasses
import math
import time
from collections.abc import Sequence
from typing import Any

import torch

from winnow.trainer.data.prefetch import Prefetch
from winnow.trainer.errors import RunFailed, one_line
from winnow.trainer.evaluate.asking import EVALUATION, FORWARD, Item, intervals, passed
from winnow.trainer.optim import schedule
from winnow.trainer.optim.guard import Verdict
from winnow.trainer.report import data, story, words
from winnow.trainer.report.history import BITS, MASKED_BITS, Metrics, finite_or, text, value
from winnow.trainer.report.sinks import Sinks
from winnow.trainer.run import beginning
from winnow.trainer.run.checkpoint_folders import LATEST
from winnow.trainer.run.hardware import peak, peak_memory
from winnow.trainer.run.live import Screen
from winnow.trainer.run.session import Session
from winnow.trainer.run.step import Step

ASKED = {"evaluation": "", "task": "task", "sample": "prompt"}
"""Kinds of lines about what was measured on the way, and under which key each says what that was."""
SAVE: Item = ("save", "")


class Journal:
    """Of one session. On ranks other than the first it keeps time and writes nothing."""

    def __init__(self, session: Session, screen: Screen, began: float) -> None:
        """`began`: `time.perf_counter()` when the session did."""
        self._session, self._screen, self._began, self.say = session, screen, began, screen.say
        sinks = Sinks(session.config.run.sinks, session.run, dataclasses.asdict(session.config), screen.say)
        self._metrics = Metrics(session.run, session.ranks.first, sinks)
        known = session.ranks.agree(self._metrics.cut(session.progress.step) if session.ranks.first else [])
        # a save's own line comes after what it saved
        self._before = max([session.progress.seconds, *(finite_or(value(entry, "seconds"), 0.0) for entry in known)])
        self._measured = {
            (entry.get("step"), kind, str(entry.get(ASKED[kind], "")))
            for entry in known if (kind := text(entry, "kind")) in ASKED
        }  # fmt: skip
        self._took = {
            (kind, str(entry.get(ASKED.get(kind, ""), ""))): finite_or(value(entry, "seconds_taken"), 0.0)
            for entry in known if (kind := text(entry, "kind")) in (*ASKED, "save")
        }  # fmt: skip
        """Seconds of the last time, by item and of saving."""
        done = any(entry.get("kind") == "end" and entry.get("reason") == "done" for entry in known)
        self.ended = done and session.progress.step >= session.length.steps  # it may have grown since
        """Whether a former session came to the run's end."""
        self.beside_xz = any("xz_bits_per_byte" in entry for entry in known)
        """Whether what xz needs of the held-out text was measured."""
        self.steps = 0
        """Taken in this session."""
        self._flops = session.model.flops_per_token(session.config.model.context)
        cuda = session.ranks.device.type == "cuda"
        self._peak = peak(torch.cuda.get_device_name(), session.model.dtype) if cuda else None
        self._since = self._paused = self._waited = self._optimized = 0.0
        self._since_steps = 0
        self._batches: Prefetch
        self._step: Step
        self._items: Sequence[Item]
        self.close = self._metrics.close

    def was_measured(self, item: Item) -> bool:
        """Whether it was asked where the run stands now."""
        return (self._session.progress.step, *item) in self._measured

    def begin(self, batches: Prefetch, step: Step, items: Sequence[Item]) -> None:
        """The first step comes now. items: what is asked on the way."""
        self._batches, self._step, self._items = batches, step, items
        self._passed = passed(self._session.pack, self._session.config) if EVALUATION in items else 0.0
        self._restart()

    def first_step(self) -> None:
        """The first step of the session is done: what it took, and the start line."""
        if self._session.ranks.device.type == "cuda":
            torch.cuda.synchronize()
        seconds = round(time.perf_counter() - self._began, 3)
        found = beginning.told(self._session, self._flops, self._peak) if self._session.ranks.first else {}
        self._add("start", **found, seconds_to_first_step=seconds)

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
        self._add("skip", step=step + 1, **verdict.record(), documents=documents)

    def save(self) -> None:
        """A checkpoint of where the run stands. It is written while the run goes on, which stood still for
        `seconds_taken`; where the process is killed before it is whole, the next session cuts off this line."""
        began = time.perf_counter()
        self._session.progress.seconds = self._seconds()
        path = self._session.save()
        self._took[SAVE] = self._pause(began)
        self._add("save", path=str(path), seconds_taken=self._took[SAVE])

    def measured(self, item: Item, record: dict[str, Any], began: float) -> None:
        """What was asked of the model, and the answer."""
        self._measured.add((self._session.progress.step, *item))
        self.beside_xz |= item == EVALUATION
        self._took[item] = self._pause(began)
        self._add(item[0], **record, seconds_taken=self._took[item])

    def end(self, reason: str) -> None:
        """The run is "done", or "stopped" by a signal after a save."""
        session, told = self._session, self._metrics.history
        session.saver.wait()
        self._add("end", reason=reason, steps=session.length.steps)
        self.report()
        if reason == "done" and session.ranks.first:
            for line in [*story.quality(told), *story.curve(told)]:
                self.say(line)
            self.say(f"{session.run / LATEST} names the model, {session.run / data.FILE} shows the run")

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
        return words.line(done, steps, values, self._left(speed) if speed else math.nan)

    def _left(self, speed: float) -> float:
        """Seconds until the run's end, at so many tokens a second, with what is still to be saved, evaluated and asked,
        that of this step too. It takes as long as the last time; the first evaluation is reckoned from its tokens."""
        session, done = self._session, self._session.progress.step
        config, steps = session.config, session.length.steps
        often = intervals(config, steps) | {SAVE[0]: schedule.interval(config.run.save_every, steps)}
        seconds = (steps - done) * session.step_tokens / speed
        for item in (*self._items, SAVE):
            first = self._passed / (FORWARD * speed) if item == EVALUATION else 0.0
            took = self._took.get(item, first)
            seconds += schedule.times(often[item[0]], done - 1, steps) * took
        return seconds

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
        entry = self._metrics.add(kind, done, done * self._session.step_tokens, self._seconds(), **values)
        if sentence := words.said(entry):
            self.say(sentence)

    def report(self) -> None:
        """Write run.html anew. A run goes on without it, whatever fails there: its checkpoints are what it is for."""
        began = time.perf_counter()
        try:
            if self._session.ranks.first:
                data.write(self._session.run, self._metrics.history)
        except RunFailed as error:
            self.say(str(error))
        except Exception as error:  # noqa: BLE001
            self.say(f"{data.FILE} cannot be drawn: {type(error).__name__}: {one_line(error)}")
        self._pause(began)
