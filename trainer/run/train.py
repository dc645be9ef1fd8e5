"""`winnow train`: from a configuration and a pack to a base model, step by step.

    open the run    session.py: pack, model, checkpoint if there is one, calibration if there is none
    for each step   its rows (prefetch.py), then step.py
    now and then    a line of metrics; a checkpoint, which saver.py writes while the steps go on, and only then an
                    evaluation, tasks and samples

The device is waited for when a line is due, not at each step; on a CPU there is nothing to wait for. SIGTERM and
Ctrl-C end the run after the step under way, with a checkpoint.
"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path

import torch
from torch import Tensor

from winnow.trainer.config.settings import Config
from winnow.trainer.data.prefetch import Batch, Prefetch
from winnow.trainer.data.rows import even
from winnow.trainer.errors import RunFailed, one_line
from winnow.trainer.evaluate import questions
from winnow.trainer.evaluate.asking import EVALUATION, Asking, Item, intervals
from winnow.trainer.evaluate.questions import Question
from winnow.trainer.optim.guard import Verdict
from winnow.trainer.optim.schedule import interval
from winnow.trainer.pack import tokenizer
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import joined
from winnow.trainer.report.words import all_steps
from winnow.trainer.run import branch, run_folder, session
from winnow.trainer.run.journal import Journal
from winnow.trainer.run.live import Screen
from winnow.trainer.run.open_checkpoint import Checkpoint
from winnow.trainer.run.profile import Profile
from winnow.trainer.run.session import Session
from winnow.trainer.run.step import Cut, Step
from winnow.trainer.run.stop import Stop, leave

SHORT = 100
"""Steps of a run, below which each has its line."""


def train(
    config: Config, output: Path, say: Callable[[str], None], origin: str = "", verify: bool = False
) -> None:  # fmt: skip
    """Train `config` into RUN `output`, or go on where it stands; returns when the run is at its end. origin: RUN@STEP,
    a checkpoint of another run that a new one begins from, with its moments, and with the steps that come after it.
    verify: hash the whole pack, also where it was hashed before.

    BadCall where configuration, pack and RUN do not fit together; RunFailed where the work fails. After SIGTERM or
    Ctrl-C: SystemExit(143) or KeyboardInterrupt, once a checkpoint is saved.
    """
    began = time.perf_counter()
    with ExitStack() as stack:
        stop = stack.enter_context(Stop())
        stop.at_once = True  # nothing is lost before the first step
        ranks = stack.enter_context(joined(config.machine.device))
        stack.enter_context(run_folder.claimed(output) if ranks.first else nullcontext())
        screen = stack.enter_context(Screen(say, ranks.first))
        asked = config.evaluate
        asked_of = ranks.agree(questions.read(asked.tasks, asked.questions) if ranks.first else {})
        opened = session.opened(config, output, ranks, screen.say, branch.find(origin) if origin else None, verify)
        stack.enter_context(opened.saver)
        journal = stack.enter_context(closing(Journal(opened, screen, began)))
        stack.callback(gc.unfreeze)
        Training(opened, journal, stop, asked_of).run()


class Training:
    """The loop, and what it decides at each step's end."""

    def __init__(
        self, opened: Session, journal: Journal, stop: Stop, questions: Mapping[str, Sequence[Question]]
    ) -> None:
        """questions: of each task that is asked on the way."""
        self._session, self._journal, self._stop = opened, journal, stop
        self._config, self._ranks, self._steps = opened.config, opened.ranks, opened.length.steps
        self._unread: list[tuple[int, Tensor]] = []
        trained = Checkpoint(opened.run, opened.model, tokenizer.load(opened.pack.tokenizer), None)
        self._asking = Asking(trained, opened.pack, self._config, questions, self._ranks)
        asked = self._config.run.profile if self._ranks.first else ""
        self._profile = Profile(asked, opened.run, self._ranks.device, journal.say)
        self._saved = opened.progress.step
        """The step whose checkpoint is the newest."""

    def run(self) -> None:
        session, journal = self._session, self._journal
        if journal.ended:
            journal.say(f"{session.run} is done already, {all_steps(self._steps)}")
            return
        if not self._asking.evaluates:
            journal.say(f"{session.pack.path} has no validation documents: nothing is evaluated")
        self._measure(self._due())  # which a former session may have left undone
        rows = -(-session.length.rows // self._ranks.world)
        passes = len(even(rows, self._config.machine.micro_rows)) if shards.is_shard(session.model.head) else 0
        cut = Cut(self._config, session.pack, self._ranks.device, passes)
        step = Step(
            self._config, self._steps, cut, session.calibration.loss_of, session.optimizer, session.guard, self._ranks,
            session.batches.changes,
        )  # fmt: skip
        with closing(self._profile), Prefetch(
            session.batches, session.progress.step, self._steps,
            rank=self._ranks.rank, ranks=self._ranks.world, pinned=self._ranks.device.type == "cuda",
        ) as batches:  # fmt: skip
            self._stop.at_once = False
            journal.begin(batches, step, self._asking.items)
            for batch in batches:
                self._take(batch, step)
        journal.end("done")

    def _take(self, batch: Batch, step: Step) -> None:
        """One step and what is due after it."""
        run, progress = self._config.run, self._session.progress
        first = self._journal.steps == 0
        self._profile.before(batch.step + 1)
        self._unread.append((batch.step, self._stepped(batch, step, first)))
        self._session.saver.check()
        progress.step = done = batch.step + 1
        self._profile.after(done)
        asked = self._ranks.most(self._stop.asked)
        logs = done % (run.log_every or (1 if self._steps < SHORT else 10)) == 0 or done == self._steps
        saves = done == self._steps or asked > 0 or done % interval(run.save_every, self._steps) == 0
        if first:
            self._journal.first_step()
            gc.collect()
            gc.freeze()  # what stands now stays; a collection that walks it all would halt training for long
        due = self._due()
        saves |= EVALUATION in due
        if first or logs or saves or self._ranks.device.type == "cpu":
            self._read()
        if logs:
            self._journal.line()
        if saves:
            self._journal.save()
            self._saved = done
        if asked:
            self._journal.end("stopped")
            raise leave(asked)
        self._measure(due)

    def _stepped(self, batch: Batch, step: Step, first: bool) -> Tensor:
        """One step. At the session's first one a compiled run that goes on compiles."""
        try:
            return step(batch)
        except torch.OutOfMemoryError as error:
            cure = "go on with fewer windows a pass (machine.micro_rows) or machine.checkpointing"
            raise RunFailed(f"a step does not fit the device's memory: {one_line(error)}; {cure}") from None
        except RuntimeError as error:
            if not first or self._config.machine.compile != "yes":
                raise
            raise RunFailed(f"{self._session.run} was begun compiled, and here that fails: {one_line(error)}") from None

    def _read(self) -> None:
        """Learn from the device what the last steps came to."""
        progress, steps = self._session.progress, [number for number, _ in self._unread]
        rows = torch.stack([result for _, result in self._unread]).tolist()
        self._unread = []
        for number, (*judged, per_byte) in zip(steps, rows, strict=True):
            verdict = Verdict.of(judged)
            if verdict.sound:
                progress.skipped.clear()
                progress.interval.append([verdict.loss, verdict.norm, per_byte])
                continue
            progress.skipped.append(verdict.loss if verdict.finite else None)
            self._journal.skipped(number, verdict, self._session.batches.ids(number) if self._ranks.first else [])
            if progress.hopeless(self._config.run.skips):
                raise RunFailed(
                    f"{self._session.run}: {len(progress.skipped)} steps in a row were skipped, at last step "
                    f"{number + 1}: {verdict.reason}; metrics.jsonl names the documents; a lower optimizer.rate "
                    "may help"
                )
        self._journal.took(len(steps))

    def _due(self) -> list[Item]:
        """What is to be asked where the run stands now: at intervals, at the end, and of `init` at the beginning."""
        done, at = self._session.progress.step, intervals(self._config, self._steps)
        return [
            item for item in self._asking.items
            if (done == self._steps or done % at[item[0]] == 0) and (done or self._config.init)
            and not self._journal.was_measured(item)
        ]  # fmt: skip

    def _measure(self, due: Sequence[Item]) -> None:
        for item in due:
            began = time.perf_counter()
            with self._leaving():
                answer = self._asking.ask(item, xz=not self._journal.beside_xz)
            self._journal.measured(item, answer, began)
        if due:
            self._journal.report()

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """Where all is saved, a signal need not wait."""
        self._stop.at_once = self._saved == self._session.progress.step
        try:
            if self._stop.at_once and self._stop.asked:
                raise leave(self._stop.asked)
            with shards.gathered(self._session.model):
                yield
        except (KeyboardInterrupt, SystemExit):
            self._journal.end("stopped")
            raise
        self._stop.at_once = False
