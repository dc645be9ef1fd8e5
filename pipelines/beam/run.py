"""Whole jobs on a Beam runner: Flink, Dataflow, or any other that keeps what it is given."""

import argparse
import contextlib
import io
import logging
import re
import shutil
import threading
from collections.abc import Iterator, Sequence

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import DebugOptions, DirectOptions, PipelineOptions, StandardOptions
from apache_beam.runners.worker import sdk_worker

from winnow.pipelines.beam.dofns import signed
from winnow.pipelines.beam.graph import add
from winnow.pipelines.beam.storage import BeamStorage, reach
from winnow.pipelines.beam.watch import Watch
from winnow.pipelines.display import Display
from winnow.pipelines.engines.engine import Seen, nobody
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged, Gone, origin, told
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.strict import suggest

REFUSED_RUNNERS = ("SwitchingDirectRunner", "BundleBasedDirectRunner")
REFUSED = "it loses elements without a word (Beam 2.77, see docs/engine.md)"


def runner_of(arguments: Sequence[str]) -> PipelineOptions | None:
    """Beam's options from the command line; None for none. BadCall on what Beam would only warn about."""
    if not arguments:
        return None
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            _known(arguments)
            options = PipelineOptions(list(arguments))
            runner = options.view_as(StandardOptions).runner
            direct = options.view_as(DirectOptions).direct_running_mode
        except SystemExit as error:
            raise BadCall(said.getvalue().strip().rpartition("error: ")[2]) from error
    if runner is None:
        where = "takes S3's settings from the environment (AWS_ENDPOINT_URL and others)"
        here = where if arguments[0].startswith("--s3_") else "runs on this machine"
        raise BadCall(f"{arguments[0]}: Beam's options need --runner; without one Winnow {here}")
    if _made(runner, arguments) in REFUSED_RUNNERS:  # by its class: Beam knows `direct` for one too
        raise BadCall(f"--runner {runner}: online it downloads another engine, and with several threads or processes "
                      f"{REFUSED}; leave --runner out to run on this machine")  # fmt: skip
    if direct not in (None, "in_memory"):
        raise BadCall(f"--direct_running_mode {direct}: {REFUSED}; leave it out and give --workers")
    return options


def storage_of(paths: Sequence[str], arguments: Sequence[str]) -> BeamStorage:
    """Storage for these paths and patterns, as Beam's options set it up; BadCall where one cannot be asked for."""
    options = runner_of(arguments) or PipelineOptions([])
    for path in paths:
        reach(path.rpartition("=")[2] if "=" in path.split("://")[0] else path, options)
    return BeamStorage()


def _made(runner: str, arguments: Sequence[str]) -> str:
    """The name of the runner's class. BadCall if there is none, it is not installed, or it needs other options."""
    try:
        with _still(), _pipeline(PipelineOptions(list(arguments))) as pipeline:
            return type(pipeline.runner).__name__
    except Exception as error:
        names = {*StandardOptions.KNOWN_RUNNER_NAMES} - {"DirectRunner", *REFUSED_RUNNERS}
        said = f": {error}" if isinstance(error, ValueError) else f" cannot be loaded; is it installed? {error}"
        if str(error).startswith("Unexpected pipeline runner"):
            said = f": there is no such runner{suggest(runner, names)}"
        raise BadCall(f"--runner {runner}{said}") from error


@contextlib.contextmanager
def _pipeline(options: PipelineOptions) -> Iterator[beam.Pipeline]:
    """A pipeline that whoever holds it runs; the folder that Beam makes for each goes (Beam leaves it)."""
    pipeline = beam.Pipeline(options=options)
    try:
        yield pipeline
    finally:
        shutil.rmtree(pipeline.local_tempdir, ignore_errors=True)


@contextlib.contextmanager
def _still() -> Iterator[None]:
    """Without what Beam logs when it is imported."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _known(arguments: Sequence[str]) -> None:
    """Beam drops an option that it does not know; we refuse it and say which was meant."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for kind in [*PipelineOptions.__subclasses__(), DebugOptions]:
        with contextlib.suppress(argparse.ArgumentError):
            kind._add_argparse_args(parser)
    names = [name for action in parser._actions for name in action.option_strings]
    for argument in arguments:
        name = argument.split("=", 1)[0]
        if name.startswith("--") and name not in names:
            raise BadCall(f"there is no option {name}{suggest(name, [*names, *OWN])}")
    for word in parser.parse_known_args(arguments)[1]:
        raise BadCall(f"{word!r} is one word too many: it is the value of no option; what has white space stands in "
                      "quotes")  # fmt: skip


OWN = ("--input", "--output", "--against", "--workers", "--unit-mib", "--replace", "--quiet")
"""Options of `winnow build` itself, for the suggestion."""


class BeamEngine:
    """Each job as one pipeline on the runner that the options name."""

    def __init__(self, options: PipelineOptions, display: Display) -> None:
        self.options, self.display = options, display
        logging.basicConfig()
        for handler in logging.getLogger().handlers:
            if type(handler) is logging.StreamHandler:  # and none of a test's or a notebook's
                handler.addFilter(_is_told)
        logging.getLogger("apache_beam.utils.subprocess_server").setLevel(logging.ERROR)
        threading.excepthook = _thread_ended
        vars(sdk_worker)["print"] = _silent

    def run(self, work: Work, job: str, seen: Seen = nobody) -> None:
        watch, ended = Watch(work, job, seen), work.job.names.ended(job)
        work.storage.delete(ended)
        with self.display.stage(f"job {job} on {self.options.view_as(StandardOptions).runner}", 1) as show:
            try:
                with _pipeline(self.options) as pipeline:
                    add(pipeline, signed(work.job), job)
                    with watch.over(pipeline.run()) as result:
                        result.wait_until_finish()
            except Exception as error:  # the boundary of a runner: whatever it raises is its report
                if watch.alarm is None:
                    raise failure(job, error) from error
            show(1, 0, 0)
        watch.end()
        if work.storage.size(ended) is None:
            raise BuildFailed(f"job {job}: the runner says that it is done and has not run it to its end; run the same "
                              "command again")  # fmt: skip


_KINDS = (Gone, Damaged, BadCall)
"""Errors that keep their kind, the first first; what is damaged the stage itself has deleted."""
_OURS = re.compile(r"^winnow\.pipelines\.[\w.]+: (.+?)(?: \[while running '.*'\])?$", re.MULTILINE)
_WORKERS = re.compile(r"^([\w.]+: .+) \[while running '.*'\]$", re.MULTILINE)


def failure(job: str, error: Exception) -> BadCall | BuildFailed:
    """What a runner reports as an error of ours."""
    for kind in _KINDS:
        name = re.escape(f"{kind.__module__}.{kind.__name__}")
        if isinstance(origin(error), kind) or re.search(rf"^{name}: ", str(error), re.MULTILINE):
            return kind(said(error))
    return BuildFailed(f"job {job}: {said(error)}")


def said(error: Exception) -> str:
    """A runner's report as one line: it holds the tracebacks of workers as text, and their last lines say it."""
    found = _OURS.findall(str(error)) or _WORKERS.findall(str(error))
    return found[-1] if found else told(error)


def _is_told(record: logging.LogRecord) -> bool:
    """Beam's warnings are; a worker's traceback is not, for the job's error holds it, and is told once, by us."""
    told_by_us = record.exc_info or "Traceback (most recent call last)" in record.getMessage()
    return record.levelno >= logging.WARNING and record.name != "PrismRunner" and not told_by_us


def _silent(*_: object, **__: object) -> None:
    """In place of what a worker in this process prints of a bundle that failed: it is done again, or ends the job."""


def _thread_ended(arguments: threading.ExceptHookArgs) -> None:
    """Be silent of a worker in this process that a runner hung up on, as it does after every job."""
    if not isinstance(arguments.exc_value, grpc.RpcError):
        threading.__excepthook__(arguments)
