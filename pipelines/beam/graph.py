"""The table of stages as Beam graphs: whole jobs for a runner, and single stages for the processes of the local engine.

Nothing in a graph grows with the build: elements are read in it from the lists and files that the job names.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from winnow.pipelines.beam.dofns import Blocks, Elements, End, Inside, Places, Run, RunSent, Send, Senders
from winnow.pipelines.engines.jobs import JOBS
from winnow.pipelines.engines.stage import Sent, Stage
from winnow.pipelines.plan.job import Job


def add(pipeline: beam.Pipeline, job: Job, name: str) -> None:
    """A whole job of the table, complete in itself; when all is done it leaves word of that."""
    done = None
    for stage in JOBS[name]:
        done = _add(pipeline, job, stage, done)
    begin = pipeline | "begin end" >> beam.Create([None], reshuffle=False)
    _ = begin | "end" >> beam.ParDo(End(job, stage.name, name), _count(done, "end"))


def _count(done: Any, name: str) -> Any:
    """How many elements are done, to be waited for."""
    return beam.pvalue.AsSingleton(done | f"count before {name}" >> beam.combiners.Count.Globally())


def _add(pipeline: beam.Pipeline, job: Job, stage: Stage, done: Any) -> Any:
    """One stage behind the elements that the one before has `done`; gives those that it has done."""
    name = stage.name
    if stage.after == "each":
        return done | name >> beam.ParDo(Run(job, name))
    begin = pipeline | f"begin {name}" >> beam.Create([None], reshuffle=False)
    before = [] if done is None else [_count(done, name)]
    if isinstance(stage.after, Sent):
        senders = begin | f"senders to {name}" >> beam.ParDo(Senders(job, name), *before)
        sent = (
            senders | f"spread senders to {name}" >> beam.Reshuffle() | f"send to {name}" >> beam.ParDo(Send(job, name))
        )
        places = begin | f"places of {name}" >> beam.ParDo(Places(job, name), *before)
        both = (sent, places) | f"both for {name}" >> beam.Flatten()
        return both | f"group for {name}" >> beam.GroupByKey() | name >> beam.ParDo(RunSent(job, name))
    if stage.over_units:
        blocks = begin | f"blocks for {name}" >> beam.ParDo(Blocks(job, name), *before)
        spread = blocks | f"spread blocks for {name}" >> beam.Reshuffle()
        elements = spread | f"elements of {name}" >> beam.ParDo(Inside(job, name))
    else:
        elements = begin | f"elements of {name}" >> beam.ParDo(Elements(job, name), *before)
    return elements | f"spread {name}" >> beam.Reshuffle() | name >> beam.ParDo(Run(job, name))


class _Chain(beam.DoFn):
    """Stages one after the other on elements that are at hand. Every DoFn of its own would add half of what a pipeline
    costs to begin."""

    def __init__(self, job: Job, names: Sequence[str], elements: Sequence[Any]) -> None:
        self.runs, self.elements = [Run(job, name) for name in names], elements

    def setup(self) -> None:
        for run in self.runs:
            run.setup()

    def process(self, _: bytes) -> Iterator[Any]:
        for element in self.elements:
            for run in self.runs:
                (element,) = run.process(element)
            yield element


class _Options(PipelineOptions):
    """The default options, whose views are made once: Beam asks for some fifty a pipeline, and each is a parser."""

    def view_as(self, cls: Any) -> Any:
        return _view(cls)

    def __deepcopy__(self, _: Any) -> "_Options":
        return self


@functools.cache
def _view(kind: Any) -> Any:
    return PipelineOptions.view_as(_options(), kind)


@functools.cache
def _options() -> _Options:
    return _Options([])


def run_here(names: Sequence[str], job: Job, elements: Sequence[Any]) -> None:
    """Run stages one after the other over `elements`, in this process; what they make are files.

    The runner is named: Beam's default one would download another engine when it is online, and its modes of several
    threads or processes lose elements without a word (docs/engine.md).
    """
    with beam.Pipeline(FnApiRunner(), _options()) as pipeline:
        _ = pipeline | "begin" >> beam.Impulse() | ", ".join(names) >> beam.ParDo(_Chain(job, names, elements))
