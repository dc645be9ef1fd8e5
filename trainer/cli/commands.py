"""What each command of the trainer does with its options. Imports are inside: see `trainer.cli.parsers`. Torch takes
seconds to load: what imports it is imported once all is looked at that can be without it."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, printable

if TYPE_CHECKING:
    from winnow.trainer.config.settings import Config

EXTRA = ("torch", "tokenizers", "safetensors")
"""What `pip install 'winnow[trainer]'` brings."""


def _say(text: str) -> None:
    print(text, flush=True)


def _line(text: str) -> None:
    """Names of sources, documents and files stand in it."""
    print(printable(text), flush=True)


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


def config_show(given: argparse.Namespace) -> None:
    from winnow.trainer.config import show
    from winnow.trainer.config.config_file import NO_PACK, load

    sets, init = _sets(given), None
    if (config := load(given.config, sets, NO_PACK)).init:
        from winnow.trainer.run import initial

        for wrong in initial.contradictions(config, given.config, sets):
            raise wrong
        init = initial.taken
    print(show.show(given.config, sets, init), end="", flush=True)


def config_check(given: argparse.Namespace) -> None:
    """Every complaint in a line of its own; BadCall where there is one."""
    from winnow.trainer.config.config_file import NO_PACK, checked
    from winnow.trainer.run import initial

    config, wrong = checked(given.config, _sets(given), NO_PACK)
    said = list(map(str, wrong))
    if config is not None:
        said += [*map(str, initial.contradictions(config, given.config, _sets(given))), *_outside(config)]
    for complaint in said:
        _line(complaint)
    if said:
        raise BadCall(f"{given.config} has {len(said)} {'mistakes' if len(said) > 1 else 'mistake'}")
    more = "; it names no pack: --pack PACK" if config is not None and config.data.pack == NO_PACK else ""
    _line(f"{given.config} has no mistake{more}")


def _outside(config: "Config") -> Iterator[str]:
    """What is wrong with the files that a configuration names, a complaint each."""
    from winnow.trainer.config.config_file import NO_PACK
    from winnow.trainer.data.batches import Batches
    from winnow.trainer.evaluate import questions
    from winnow.trainer.pack import remote
    from winnow.trainer.pack.index import Pack
    from winnow.trainer.run import initial

    found: list[Any] = [None]

    def pack() -> None:
        if config.data.pack != NO_PACK:
            found[0] = Pack.open(remote.local(config.data.pack, print))
            found[0].suits(config.objective)
            Batches(config, found[0], 1, 1000)

    def init() -> None:
        if config.init:
            from winnow.trainer.model import hf

            hf.weights(Path(initial.directory(config.init)), initial.layout(config, found[0]))

    looks: tuple[Callable[[], object], ...] = (pack, init, lambda: questions.read(config.evaluate.tasks))
    for look in looks:
        try:
            look()
        except BadCall as error:
            yield str(error)


def plan(given: argparse.Namespace) -> None:
    from winnow.trainer.config.config_file import NO_PACK

    config = _config(given, NO_PACK)
    from winnow.trainer.pack import remote
    from winnow.trainer.plan import machines, plan, plan_text

    asked = plan.Asked(given.vocab, given.mfu, given.gpus, machines.prices(given.price), not given.no_measure)
    if config.data.pack != NO_PACK:
        remote.local(config.data.pack, _line)  # which may take long, and tells how far it is
    _say(plan_text.text(Path(given.config).stem, plan.plan(config, asked)))


def train(given: argparse.Namespace) -> None:
    from winnow.trainer.evaluate import questions
    from winnow.trainer.run import branch, run_folder

    first = os.environ.get("RANK", "0") == "0"  # the others need not see what is looked at here
    config = _config(given, init=first and not (given.output / run_folder.CONFIG).is_file())
    if first:
        run_folder.hold_free(given.output)
        questions.read(config.evaluate.tasks)
    if given.origin:
        branch.named(given.origin)
    from winnow.trainer.run import train

    train.train(config, given.output, _line, given.origin, given.verify)


def evaluate(given: argparse.Namespace) -> None:
    from winnow.trainer.config.layouts import layout_of
    from winnow.trainer.evaluate import questions
    from winnow.trainer.evaluate.request import By, Request
    from winnow.trainer.pack import remote

    request = Request(
        _checkpoint(given.checkpoint), data=[remote.local(name, _line) for name in given.data],
        cloze=questions.read(list(map(str, given.cloze))), split=given.split, max_tokens=given.max_tokens,
        context=given.context, stride=given.stride, device=given.device, dtype=given.dtype, threads=given.threads,
        xz=not given.no_xz, output=given.output, json=given.json, source=given.source,
        by=list(map(By.of, given.by)), table=given.table,
    )  # fmt: skip
    request.window(layout_of(request.checkpoint).context)
    _there(*request.data)
    from winnow.trainer.evaluate.evaluation_command import evaluate_request

    evaluate_request(request, _say)


def generate(given: argparse.Namespace) -> None:
    from winnow.trainer.evaluate.sampling import Sampling

    path, sampling = _checkpoint(given.checkpoint), Sampling(given.temperature, given.top_k, given.top_p)
    from winnow.trainer.evaluate import generate

    generate.generate(path, given.prompt, given.tokens, sampling, given.seed, partial(print, end="", flush=True))


def export(given: argparse.Namespace) -> None:
    path = _checkpoint(Path(given.checkpoint))
    from winnow.trainer.run import export

    export.export(str(path), given.output, given.dtype, _line, given.shard_mb * 1_000_000)


def trace(given: argparse.Namespace) -> None:
    _there(given.run_folder)
    from winnow.trainer.run import trace, trace_text

    if given.step is not None:
        trace.trace(given.run_folder, given.step, _say, row=given.row, as_json=given.json)
        return
    if given.row is not None:
        raise BadCall("--row goes with --step")
    text = given.text if given.text is not None else _read(given.text_file, trace_text.LONGEST)
    asked = trace_text.Asked(given.least, given.passages, given.documents)
    trace_text.trace_text(given.run_folder, text, asked, index=given.index, workers=given.workers, say=_say,
                          progress=lambda said: print(printable(said), file=sys.stderr, flush=True),
                          as_json=given.json)  # fmt: skip


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


def _require_extra() -> None:
    """ModuleNotFoundError where a library of the extra is missing, without loading any: told before all else."""
    for name in EXTRA:
        if find_spec(name) is None:
            raise ModuleNotFoundError(name=name)


def _checkpoint(path: Path) -> Path:
    from winnow.trainer.run.checkpoint_folders import find_checkpoint

    _require_extra()
    return find_checkpoint(path)


def _there(*paths: Path) -> None:
    for path in paths:
        if not path.exists():
            raise BadCall(f"{path}: there is no such file or folder")


def _sets(given: argparse.Namespace) -> list[str]:
    """--pack comes first, so that a --set of the same has the last word."""
    from winnow.trainer.config.config_file import setting

    if given.pack == "":
        raise BadCall("--pack is empty: give a directory that winnow pack made")
    return [*([setting("data.pack", given.pack)] if given.pack else []), *given.sets]


def _config(given: argparse.Namespace, pack: str = "", init: bool = True) -> "Config":
    """pack: where nothing names one. init: whether it is needed; a run that goes on can do without."""
    from winnow.trainer.config.config_file import NO_PACK, load
    from winnow.trainer.data import mixture
    from winnow.trainer.pack import index
    from winnow.trainer.run import initial

    _require_extra()
    config = load(given.config, _sets(given), pack)
    packed = None
    if config.data.pack != NO_PACK and "://" not in config.data.pack:
        packed = index.read_manifest(Path(config.data.pack))
        mixture.parts(config.data, dict.fromkeys(packed.sources, 1), 1000)
    for wrong in initial.contradictions(config, given.config, _sets(given)):
        raise wrong
    if config.init and init:
        initial.layout(config, packed)
    return config
