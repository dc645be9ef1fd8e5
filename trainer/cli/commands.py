"""What each command of the trainer does with its options. Imports are inside: see `trainer.cli.parsers`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, printable

if TYPE_CHECKING:
    from winnow.trainer.config.settings import Config


def _say(text: str) -> None:
    print(text, flush=True)


def _line(text: str) -> None:
    """Names of sources, documents and files stand in it."""
    print(printable(text), flush=True)


def _progress(text: str) -> None:
    """Beside what is told."""
    print(printable(text), file=sys.stderr, flush=True)


def _lines(text: str) -> None:
    """A table, in which they may stand too."""
    print("\n".join(map(printable, text.split("\n"))), flush=True)


def tokenizer_train(given: argparse.Namespace) -> None:
    from winnow.trainer.pack import tokenizer_training

    size = given.sample_mb * 1_000_000
    tokenizer_training.train(given.corpora, given.vocab, given.output, size, given.seed, _line, given.source)


def pack(given: argparse.Namespace) -> None:
    from winnow.trainer.pack import pack

    pack.pack(
        given.corpora, given.tokenizer, given.output, validation=given.validation, seed=given.seed, weight=given.weight,
        columns=given.columns, workers=given.workers, against=given.against, source=given.source, say=_line,
    )  # fmt: skip


def plan(given: argparse.Namespace) -> None:
    from winnow.trainer.config.config_file import NO_PACK
    from winnow.trainer.pack import remote
    from winnow.trainer.plan import plan, plan_text, plan_there

    config = _config(given, NO_PACK)
    if config.data.pack != NO_PACK:
        remote.local(config.data.pack, _line)  # which may take long, and tells how far it is
    asked = plan.Asked(given.vocab, given.mfu, given.gpus, plan_there.prices(given.price), not given.no_measure)
    _say(plan_text.text(Path(given.config).stem, plan.plan(config, asked)))


def train(given: argparse.Namespace) -> None:
    from winnow.trainer.run import train

    train.train(_config(given), given.output, _line, given.origin, given.verify)


def evaluate(given: argparse.Namespace) -> None:
    from winnow.trainer.evaluate.evaluation_command import Request, evaluate_request
    from winnow.trainer.pack import remote

    data = [remote.local(name, _line) for name in given.data]
    request = Request(
        given.checkpoint, data=data, cloze=given.cloze, split=given.split, max_tokens=given.max_tokens,
        context=given.context, stride=given.stride, device=given.device, dtype=given.dtype, threads=given.threads,
        xz=not given.no_xz, output=given.output, json=given.json, by=given.by, table=given.table,
    )  # fmt: skip
    evaluate_request(request, _say)


def generate(given: argparse.Namespace) -> None:
    from winnow.trainer.evaluate import generate

    sampling = generate.Sampling(given.temperature, given.top_k, given.top_p)
    generate.generate(
        given.checkpoint, given.prompt, given.tokens, sampling, given.seed, lambda text: print(text, end="", flush=True)
    )


def export(given: argparse.Namespace) -> None:
    from winnow.trainer.run import export

    export.export(given.checkpoint, given.output, given.dtype, _line, given.shard_mb * 1_000_000)


def trace(given: argparse.Namespace) -> None:
    from winnow.trainer.run import trace, trace_text

    if given.step is not None:
        trace.trace(given.run_folder, given.step, _say, row=given.row, as_json=given.json)
        return
    if given.row is not None:
        raise BadCall("--row goes with --step")
    text = given.text if given.text is not None else _read(given.text_file, trace_text.LONGEST)
    asked = trace_text.Asked(given.least, given.passages, given.documents)
    trace_text.trace_text(given.run_folder, text, asked, index=given.index, workers=given.workers, say=_say,
                          progress=_progress, as_json=given.json)  # fmt: skip


def _read(file: Path, most: int) -> str:
    """A text of at most so many bytes; - is the standard input."""
    content = sys.stdin.buffer.read(most + 1) if str(file) == "-" else reading.small(file, most)
    if len(content) > most:
        raise BadCall(f"the input has more than {most:,} bytes; give a shorter text")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BadCall(f"{file}: the text is not UTF-8") from None


def compare(given: argparse.Namespace) -> None:
    from winnow.trainer.report import compare

    compare.compare(given.runs, given.output, _lines, given.json)


def sets_of(given: argparse.Namespace) -> list[str]:
    """--pack comes first, so that a --set of the same has the last word."""
    from winnow.trainer.config.config_file import setting

    if given.pack == "":
        raise BadCall("--pack is empty: give a directory that winnow pack made")
    return [*([setting("data.pack", given.pack)] if given.pack else []), *given.sets]


def _config(given: argparse.Namespace, pack: str = "") -> "Config":
    """`pack`: where nothing names one."""
    from winnow.trainer.config.config_file import load

    return load(given.config, sets_of(given), pack)
