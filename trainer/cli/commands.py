"""What each command of the trainer does with its options. Imports are inside: see `trainer.cli.parsers`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.trainer.errors import BadCall, printable

if TYPE_CHECKING:
    from winnow.trainer.config.settings import Config


def _say(text: str) -> None:
    print(text, flush=True)


def _line(text: str) -> None:
    """Names of sources, documents and files stand in it."""
    print(printable(text), flush=True)


def tokenizer_train(given: argparse.Namespace) -> None:
    from winnow.trainer.pack import tokenizer_training

    size = given.sample_mb * 1_000_000
    tokenizer_training.train(given.corpora, given.vocab, given.output, size, given.seed, _line, given.source)


def pack(given: argparse.Namespace) -> None:
    from winnow.trainer.pack import pack

    pack.pack(
        given.corpora, given.tokenizer, given.output, validation=given.validation, seed=given.seed, weight=given.weight,
        workers=given.workers, against=given.against, source=given.source, say=_line,
    )  # fmt: skip


def plan(given: argparse.Namespace) -> None:
    from winnow.trainer.config.config_file import NO_PACK
    from winnow.trainer.pack import remote
    from winnow.trainer.plan import plan, plan_text

    config = _config(given, NO_PACK)
    if config.data.pack != NO_PACK:
        remote.local(config.data.pack, _line)  # which may take long, and tells how far it is
    asked = plan.Asked(given.vocab, given.mfu, plan.rents(given.rent), not given.no_measure)
    _say(plan_text.text(Path(given.config).stem, plan.plan(config, asked)))


def train(given: argparse.Namespace) -> None:
    from winnow.trainer.run import train

    train.train(_config(given), given.output, _line, given.origin, given.verify)


def evaluate(given: argparse.Namespace) -> None:
    from winnow.trainer.evaluate.evaluation_command import Request, evaluate_request

    request = Request(
        given.checkpoint, data=given.data, cloze=given.cloze, split=given.split, max_tokens=given.max_tokens,
        context=given.context, stride=given.stride, device=given.device, dtype=given.dtype, threads=given.threads,
        xz=not given.no_xz, output=given.output, json=given.json,
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
    from winnow.trainer.run import trace

    trace.trace(given.run_folder, given.step, _say, row=given.row, as_json=given.json)


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
