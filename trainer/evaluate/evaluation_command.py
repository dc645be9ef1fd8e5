"""`winnow eval`: a checkpoint on packs, corpora and cloze tasks, as a table, and as files where they are asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from winnow.trainer.aside import whole, write_json
from winnow.trainer.errors import BadCall, shown
from winnow.trainer.evaluate import cloze, held_out, tasks
from winnow.trainer.evaluate.evaluate import Evaluation, Figure, Hiding, Scoring, evaluate_sample
from winnow.trainer.evaluate.held_out import Sample
from winnow.trainer.evaluate.yardstick import xz_bits_per_byte
from winnow.trainer.model.model import Model
from winnow.trainer.pack import tokenizer
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run.open_checkpoint import Checkpoint, open_checkpoint

Say = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What `winnow eval` is asked for."""

    checkpoint: Path
    """A run, one of its checkpoints, or any model directory of a layout that this trainer has."""
    data: Sequence[Path] = ()
    """Packs (their validation documents), corpora, Parquet files."""
    cloze: Sequence[Path] = ()
    """Files, or names of bundled tasks."""
    split: str = "validation"
    """Of packs."""
    max_tokens: int = 0
    """Of each of `data`; 0: all."""
    context: int = 0
    """0: the model's."""
    stride: int = 0
    """0: half the context."""
    device: str = "auto"
    dtype: str = "auto"
    """Of the matrix products; auto: float32 on a CPU, bfloat16 on a GPU."""
    threads: int = 0
    xz: bool = True
    """Whether xz is put beside the model."""
    output: Path | None = None
    """Parquet, a row a document of all `data`."""
    json: Path | None = None


def evaluate_request(request: Request, say: Say) -> None:
    """Measure and say what was found. BadCall where the checkpoint, the data or a task is not what it should be."""
    if not request.data and not request.cloze:
        raise BadCall("nothing to evaluate on: give --data PACK_OR_CORPUS, or --cloze FILE.jsonl")
    if request.threads:
        torch.set_num_threads(request.threads)
    checkpoint = open_checkpoint(request.checkpoint, request.device, request.dtype)
    context = _context(checkpoint.model, request)
    questions = tasks.read([str(path) for path in request.cloze])
    if questions and checkpoint.hidden is not None:
        raise BadCall(f"{checkpoint.path} is an encoder; cloze tasks need a decoder's log-probabilities")
    samples = [_sample(path, checkpoint, request) for path in request.data]
    say(f"{checkpoint.path}: context {context}, {_reading(checkpoint, request, context)}")
    tables, found = list[pa.Table](), list[dict[str, Any]]()
    for sample in samples:
        evaluation = evaluate_sample(checkpoint.model, sample, _scoring(checkpoint, request, context), Ranks())
        beside = _xz(sample, checkpoint.tokenizer) if request.xz and checkpoint.hidden is None else None
        say("\n".join(["", *lines(sample.name, evaluation, beside)]))
        tables.append(evaluation.scores.table().append_column("data", [[sample.name] * len(evaluation.scores.texts)]))
        found.append({"data": sample.name, "split": request.split, **evaluation.record(), "xz": beside})
    answers = [_ask(checkpoint, task, asked, context, say) for task, asked in questions.items()]
    if request.output and tables:
        with whole(request.output) as file:
            pq.write_table(pa.concat_tables(tables), file)
    if request.json:
        write_json(request.json, {"checkpoint": str(checkpoint.path), "data": found, "cloze": answers})


def lines(name: str, evaluation: Evaluation, xz: Mapping[str, float] | None) -> list[str]:
    """The table of one evaluation. `xz`: bits per byte by source, and of all under ""."""
    of = {**evaluation.sources, "": evaluation.total} if len(evaluation.sources) > 1 else {"": evaluation.total}
    wide = max(len(source) for source in [*of, "all"])
    head = (
        f"{'':{wide}}  bits per {evaluation.unit:13}{'95 % interval':>16}{'documents':>11}{'tokens':>13}{'bytes':>15}"
    )
    rows = [f"{source or 'all':{wide}}  {_row(figure)}" for source, figure in of.items()]
    if xz is not None:
        head += f"{'xz':>8}"
        rows = [f"{row}{xz[source]:8.4f}" for row, source in zip(rows, of, strict=True)]
    said = [name, head, *rows]
    if evaluation.unit == "byte":
        said.append(f"an end-of-text costs {evaluation.total.end_bits:.2f} bits a document, not counted above")
    scored = evaluation.total.bytes
    if scored < sum(evaluation.stands_for.values()):
        said.append(f"a sample: all weighs the sources by their bytes ({sum(evaluation.stands_for.values()):,} in all)")
    return [*said, f"{evaluation.seconds:.1f} seconds"]


def _row(figure: Figure) -> str:
    bits = figure.bits
    between = f"{bits.low:.4f} to {bits.high:.4f}"
    return f"{bits.value:<22.4f}{between:>16}{figure.documents:11,}{figure.tokens:13,}{figure.bytes:15,}"


def _context(model: Model, request: Request) -> int:
    most = model.layout.context
    context = request.context or most
    if not 1 <= context <= most:
        raise BadCall(f"--context {context}: the model's is {most}; give 1 to {most}")
    if not 0 <= request.stride <= context:
        raise BadCall(f"--stride {request.stride}: windows of {context} tokens advance by 1 to {context} (0: half)")
    return context


def _reading(checkpoint: Checkpoint, request: Request, context: int) -> str:
    if checkpoint.hidden is not None:
        return f"{checkpoint.hidden.share:.0%} of the tokens masked: no figure to hold against a decoder's"
    words = checkpoint.tokenizer
    begins = shown(words.tokenizer.id_to_token(words.begin))
    return f"windows advance by {request.stride or max(1, context // 2)}, documents begin with {begins}"


def _sample(path: Path, checkpoint: Checkpoint, request: Request) -> Sample:
    if not (path / "manifest.json").is_file() or not (path / "shards").is_dir():
        return held_out.of_corpora([path], checkpoint.tokenizer, request.max_tokens)
    pack = Pack.open(path)
    if pack.tokenizer_sha256 != checkpoint.tokenizer.sha256:
        raise BadCall(f"{path} was packed with another tokenizer than {checkpoint.path} has; give its corpus instead")
    pack.verify(request.split)
    return held_out.of_pack(pack, request.split, (), request.max_tokens)


def _scoring(checkpoint: Checkpoint, request: Request, context: int) -> Scoring:
    words, hiding = checkpoint.tokenizer, None
    if checkpoint.hidden is not None:
        if words.mask is None:
            raise BadCall(f"{checkpoint.path}: the tokenizer names no mask_token, so nothing can be masked")
        hiding = Hiding(checkpoint.hidden, words.vocab, words.mask, (words.begin, words.end, words.mask))
    return Scoring(words.end, context, request.stride, hiding)


def _xz(sample: Sample, words: tokenizer.Loaded) -> dict[str, float] | None:
    """Each source by itself, and under "" all of them, weighted as the model's figure is. None where the tokenizer
    does not give texts back as they were."""
    texts = dict[str, list[bytes]]()
    for text in sample.read():
        plain = words.tokenizer.decode(text.tokens[1:-1].tolist(), skip_special_tokens=False).encode()
        if len(plain) != text.bytes:
            return None
        texts.setdefault(text.source, []).append(plain)
    found = {source: xz_bits_per_byte(of, sum(map(len, of))) for source, of in sorted(texts.items())}
    weights = {source: sample.bytes[source] / sum(sample.bytes.values()) for source in found}
    return {**found, "": sum(weights[source] * bits for source, bits in found.items())}


def _ask(
    checkpoint: Checkpoint, task: str, questions: Sequence[cloze.Question], context: int, say: Say
) -> dict[str, Any]:
    def encode(texts: list[str]) -> list[list[int]]:
        return [tokens.tolist() for tokens in checkpoint.tokenizer.encode(texts)]

    found = cloze.score(checkpoint.model, task, questions, encode, checkpoint.tokenizer.begin, context)
    say(found.line())
    return found.record()
