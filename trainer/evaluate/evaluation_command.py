"""`winnow eval`: a checkpoint on packs, corpora and cloze tasks, as a table, and as files where they are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from winnow.trainer.aside import whole, write_json
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.evaluate import buckets, cloze, held_out, trained_on, yardstick
from winnow.trainer.evaluate.evaluate import Evaluation, Scoring, evaluate
from winnow.trainer.evaluate.request import Request
from winnow.trainer.pack.index import Pack, is_pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import run_folder
from winnow.trainer.run.open_checkpoint import Checkpoint, open_checkpoint

Say = Callable[[str], None]
LISTED = 50
"""Sources that have a line each."""


def evaluate_request(request: Request, say: Say) -> None:
    """Measure and say what was found. BadCall where the checkpoint, the data or a task is not what it should be."""
    if request.threads:
        torch.set_num_threads(request.threads)
    checkpoint = open_checkpoint(request.checkpoint, request.device, request.dtype)
    context = request.window(checkpoint.model.layout.context)
    if request.cloze and checkpoint.hidden is not None:
        raise BadCall(f"{checkpoint.path} is an encoder; cloze tasks need a decoder's log-probabilities")
    for of_task in request.cloze.values():
        cloze.hold(of_task, checkpoint.tokenizer, context)
    samples = [_sample(path, checkpoint, request) for path in request.data]
    placed = [buckets.placed(path, request.split, sample.listed, request.by)
              for path, sample in zip(request.data, samples, strict=True)]  # fmt: skip
    how = Scoring(checkpoint.tokenizer, context, request.stride, checkpoint.hidden)
    say(f"{checkpoint.path}: context {context}, {_reading(checkpoint, request, context)}")
    tables, found, by = list[pa.Table](), list[dict[str, Any]](), list[buckets.Row]()
    for path, sample, asked in zip(request.data, samples, placed, strict=True):
        evaluation = evaluate(checkpoint.model, sample, how, Ranks())
        beside = yardstick.beside(sample, checkpoint.tokenizer) if request.xz and checkpoint.hidden is None else None
        warned = trained_on.told(checkpoint.path, path, request.split, evaluation.scores.texts)
        say("\n".join(["", *lines(sample.name, evaluation, beside), *([warned] if warned else [])]))
        if asked:
            by += (these := buckets.rows(sample.name, request.split, evaluation, asked))
            say("\n".join(buckets.lines(these)))
        tables.append(evaluation.scores.table().append_column("data", [[sample.name] * len(evaluation.scores.texts)]))
        found.append({"data": sample.name, "split": request.split, **evaluation.record(), "xz": beside})
    answers = list[cloze.Cloze]()
    for task, of_task in request.cloze.items():
        answers.append(cloze.score(checkpoint.model, task, of_task, checkpoint.tokenizer, context))
        say(answers[-1].line())
    if request.output and tables:
        with whole(request.output) as file:
            pq.write_table(pa.concat_tables(tables), file)
    for path in _tables(request, checkpoint) if by else ():
        buckets.write(path, evaluation.unit, by)
        say(f"{path}: the table")
    if request.json:
        write_json(request.json, {"checkpoint": str(checkpoint.path), "data": found,
                                  "cloze": [asdict(answer) for answer in answers]})  # fmt: skip


def _tables(request: Request, checkpoint: Checkpoint) -> list[Path]:
    """Where the table goes: beside a run's checkpoints, if nothing else is asked for."""
    if request.table is not None:
        return [request.table]
    run = checkpoint.path.parent.parent
    return [run / "loss.parquet", run / "loss.md"] if (run / run_folder.CONFIG).is_file() else []


def lines(name: str, evaluation: Evaluation, xz: Mapping[str, float] | None) -> list[str]:
    """The table of one evaluation. `xz`: bits per byte by source, and of all under ""."""
    sources = dict([*evaluation.sources.items()][:LISTED]) if len(evaluation.sources) > 1 else {}
    of = {**sources, "": evaluation.total}
    wide = max(len(source) for source in [*of, "all"])
    head = (
        f"{'':{wide}}  bits per {evaluation.unit:13}{'95 % interval':>16}{'documents':>11}{'tokens':>13}{'bytes':>15}"
    )
    rows = [
        f"{source or 'all':{wide}}  {bits.value:<22.4f}{bits.ends():>16}"
        f"{figure.documents:11,}{figure.tokens:13,}{figure.bytes:15,}"
        for source, figure in of.items() for bits in [figure.bits]
    ]  # fmt: skip
    if xz is not None:
        head += f"{'xz':>8}"
        rows = [f"{row}{xz[source]:8.4f}" for row, source in zip(rows, of, strict=True)]
    said = [name, head, *rows]
    if len(evaluation.sources) > LISTED:
        said.append(f"and {len(evaluation.sources) - LISTED:,} more sources; --json has all")
    if evaluation.unit == "byte":
        said.append(f"an end-of-text costs {evaluation.total.end_bits:.2f} bits a document, not counted above")
    scored = evaluation.total.bytes
    if scored < sum(evaluation.stands_for.values()):
        said.append(f"a sample: all weighs the sources by their bytes ({sum(evaluation.stands_for.values()):,} in all)")
    return [*said, f"{evaluation.seconds:.1f} seconds"]


def _reading(checkpoint: Checkpoint, request: Request, context: int) -> str:
    if checkpoint.hidden is not None:
        return f"{checkpoint.hidden.share:.0%} of the tokens masked: no figure to hold against a decoder's"
    words = checkpoint.tokenizer
    begins = shown(words.tokenizer.id_to_token(words.begin))
    return f"windows advance by {request.stride or max(1, context // 2)}, documents begin with {begins}"


def _sample(path: Path, checkpoint: Checkpoint, request: Request) -> held_out.Sample:
    if not is_pack(path):
        return held_out.of_corpora([path], checkpoint.tokenizer, request.max_tokens, source=request.source)
    pack = Pack.open(path)
    if pack.tokenizer_sha256 != checkpoint.tokenizer.sha256:
        raise BadCall(f"{path} was packed with another tokenizer than {checkpoint.path} has; give its corpus instead")
    pack.verify(request.split)
    return held_out.of_pack(pack, request.split, request.max_tokens)
