"""The trainer's commands, tokenizer, pack, config, plan, train, eval, generate, export, trace and compare, which `add`
hangs into `winnow`.

What needs torch, NumPy or tokenizers is imported when a command runs, so that help is instant and works without them.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from winnow.trainer.cli import cli_help
from winnow.trainer.cli import commands as of
from winnow.trainer.cli.argument_kinds import (
    count,
    label,
    named,
    not_an_option,
    number,
    path,
    positive,
    to_read,
    to_write,
    up_to,
    url,
)
from winnow.trainer.errors import BadCall, RunFailed, printable

RAW = argparse.RawDescriptionHelpFormatter
Commands = Any
"""What argparse gives for subcommands; its type is private."""
Run = Callable[[argparse.Namespace], None]
SETTINGS = {"--init": "init", "--seed": "seed", "--tokens": "run.tokens", "--rate": "optimizer.rate",
            "--context": "model.context", "--batch-tokens": "run.batch_tokens"}  # fmt: skip
"""What may be taken for options, and is told what to write."""
SPINS = "5000"
"""Rounds that a waiting thread of torch spins before it sleeps; libgomp's usual are some 100,000. Spinning takes the
core from other work, and training beside it is 3 to 5 times slower; sleeping at once makes it 1.6 times slower on a
quiet machine. 5,000 cost 3 % there."""


def add(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add the commands' parsers; each sets `run`, which takes what was parsed and gives an exit code."""
    tokenizer = commands.add_parser("tokenizer", help="learn a tokenizer from a corpus", allow_abbrev=False)
    actions = tokenizer.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=parser_class)
    _add_tokenizer(actions)
    _add_pack(commands)
    config = commands.add_parser("config", help="show or check a configuration", allow_abbrev=False)
    _add_config(config.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=parser_class))
    _add_plan(commands)
    _add_train(commands)
    _add_eval(commands)
    _add_generate(commands)
    _add_export(commands)
    _add_trace(commands)
    _add_compare(commands)


def _command(commands: Commands, name: str, about: str, run: Run, taught: str = "") -> Any:
    """A parser whose help is `about` and `cli_help.OF`, and whose `run` is `run` with its errors in one line each."""
    description, epilog = cli_help.OF[taught or name]
    parser = commands.add_parser(name, help=about, allow_abbrev=False, formatter_class=RAW, description=description,
                                 epilog=epilog)  # fmt: skip
    parser.set_defaults(run=lambda given: guarded(parser.prog, run, given))
    return parser


def guarded(prog: str, run: Run, given: argparse.Namespace) -> int:
    """The exit code of a command: 0 done, 1 it failed, 2 the call is wrong or the extra is missing, 130 Ctrl-C."""
    if "OMP_WAIT_POLICY" not in os.environ:  # before torch is imported, and where nobody has said otherwise
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    try:
        run(given)
    except BadCall as error:
        return _told(f"winnow: {error}", 2)
    except RunFailed as error:
        return _told(f"winnow: {error}", 1)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in of.EXTRA:
            raise
        return _told(f"{prog} needs the extra \"trainer\": pip install 'winnow[trainer]'", 2)
    except OSError as error:  # of a file of which no one expected it
        place = "" if error.filename is None else f"{error.filename} cannot be read or written: "
        return _told(f"winnow: {place}{error.strerror or error}", 1)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return _told("winnow: stopped", 130)
    return 0


def _number(to: Any, name: str, kind: Callable[[str], float], default: float, about: str, unit: str = "N") -> None:
    """An option whose help says its default."""
    about = f"{about} (default: %(default)s)".lstrip()
    to.add_argument(name, type=kind, default=default, metavar=unit, help=about)


def _told(text: str, code: int) -> int:
    """Say what is wrong, in one line whatever stands in the names, and return the exit code."""
    print(printable(text), file=sys.stderr)
    return code


def _add_tokenizer(actions: Commands) -> None:
    train = _command(actions, "train", "learn a byte-level BPE", of.tokenizer_train, "tokenizer train")
    _corpora(train)
    train.add_argument("--vocab", type=up_to(1 << 20), required=True, metavar="N", help=cli_help.VOCAB)
    train.add_argument("--output", type=path, required=True, metavar="TOK", help="a new directory")
    _number(train, "--sample-mb", up_to(1_000_000), 200, "megabytes of text to learn from, over all sources")
    _number(train, "--seed", count, 1, "of that sample")


def _add_pack(commands: Commands) -> None:
    pack = _command(commands, "pack", "turn a corpus into token files for training", of.pack)
    _corpora(pack)
    pack.add_argument("--tokenizer", type=path, required=True, metavar="TOK", help=cli_help.TOKENIZER)
    pack.add_argument("--output", type=path, required=True, metavar="PACK", help=cli_help.NEW)
    _number(pack, "--validation", number, 0.01, "of the documents, kept from training, clusters whole", "SHARE")
    pack.add_argument("--against", type=path, action="append", metavar="DIR", help=cli_help.AGAINST)
    pack.add_argument("--weight", metavar="COLUMN", help="how often a document is read in an epoch; STRUCT.FIELD too")
    pack.add_argument("--column", action="append", default=[], dest="columns", metavar="COLUMN", help=cli_help.COLUMN)
    _number(pack, "--seed", count, 1, "of the split")
    _number(pack, "--workers", up_to(4096), os.cpu_count() or 1, "processes")


def _add_config(actions: Commands) -> None:
    about = "every setting, its meaning, and where its value comes from"
    _configured(_command(actions, "show", about, of.config_show, "config show"))
    about = "every mistake, with its place and its cure"
    _configured(_command(actions, "check", about, of.config_check, "config check"))


def _add_plan(commands: Commands) -> None:
    plan = _command(commands, "plan", "what a training run takes, before it is begun", of.plan)
    _configured(plan)
    plan.add_argument("--vocab", type=up_to(1 << 20), metavar="N",
                      help="tokens, where there is no pack yet (default: what suits the width)")  # fmt: skip
    _number(plan, "--mfu", number, 0.4, "share of a GPU's peak that is assumed", "SHARE")
    plan.add_argument("--gpus", type=up_to(1 << 20), default=1, metavar="N", help="how many (default: %(default)s)")
    plan.add_argument("--price", action="append", default=[], metavar="GPU=DOLLARS",
                      help="of an hour of one GPU; or a TOML file of such lines")  # fmt: skip
    plan.add_argument("--no-measure", action="store_true", help="do not measure this machine")


def _add_train(commands: Commands) -> None:
    train = _command(commands, "train", "train a model", of.train)
    _configured(train)
    train.add_argument("--output", type=path, required=True, metavar="RUN", help=cli_help.NEW)
    train.add_argument("--from", dest="origin", type=named, default="", metavar="RUN@STEP", help=cli_help.FROM)
    train.add_argument("--verify", action="store_true", help="hash the whole pack, also where it was hashed before")


def _add_eval(commands: Commands) -> None:
    command = _command(commands, "eval", "measure a model on texts and cloze tasks", of.evaluate)
    command.add_argument("checkpoint", type=path, metavar="RUN_OR_CHECKPOINT", help=cli_help.CHECKPOINT)
    command.add_argument("--data", type=url, nargs="+", action="extend", default=[], metavar="PACK_OR_CORPUS",
                         help="packs (their validation documents) or their URLs, corpora, Parquet files")  # fmt: skip
    command.add_argument("--cloze", type=to_read, nargs="+", action="extend", default=[], metavar="FILE",
                         help='JSONL of {"context": …, "choices": […], "answer": 0}, or a task of ours: everyday, '
                              'arithmetic, grammar, code, bundled for all')  # fmt: skip
    command.add_argument("--source", type=label, metavar="NAME", help=cli_help.SOURCE)
    command.add_argument("--split", choices=("validation", "train"), default="validation", help="of packs")
    command.add_argument("--max-tokens", type=count, default=0, metavar="N", help="of each of --data (default: all)")
    command.add_argument("--context", type=count, default=0, metavar="N", help="window (default: the model's)")
    command.add_argument("--stride", type=count, default=0, metavar="N", help="of windows (default: half of one)")
    command.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto",
                         help="(default: a GPU if there is)")  # fmt: skip
    command.add_argument("--dtype", choices=("auto", "float32", "bfloat16"), default="auto", help="of matrix products")
    command.add_argument("--threads", type=up_to(4096, 0), default=0, metavar="N", help="of the CPU (default: all)")
    command.add_argument("--no-xz", action="store_true", help="do not compare with xz")
    command.add_argument("--output", type=to_write, metavar="FILE", help="Parquet, a row a document")
    command.add_argument("--json", type=to_write, metavar="FILE", help="the figures as JSON")
    command.add_argument("--by", action="append", default=[], metavar="COLUMN", help=cli_help.BY)
    command.add_argument("--table", type=to_write, metavar="FILE",
                         help="of --by, .parquet or .md (default: loss.parquet and loss.md in RUN)")  # fmt: skip


def _add_generate(commands: Commands) -> None:
    generate = _command(commands, "generate", "let a model go on with a text", of.generate)
    generate.add_argument("checkpoint", type=path, metavar="CHECKPOINT", help=cli_help.CHECKPOINT)
    generate.add_argument("--prompt", default="", metavar="TEXT", help="what it goes on with (default: a new document)")
    _number(generate, "--tokens", positive, 200, "at most")
    _number(generate, "--temperature", number, 0.8, "0: always the likeliest token", "T")
    generate.add_argument("--top-k", type=count, default=0, metavar="K", help="of the K likeliest only (default: all)")
    _number(generate, "--top-p", number, 0.95, "of the likeliest that make up P only", "P")
    _number(generate, "--seed", count, 1, "")


def _add_export(commands: Commands) -> None:
    export = _command(commands, "export", "a checkpoint in another precision, for others", of.export)
    export.add_argument("checkpoint", type=named, metavar="RUN[@STEP]", help=cli_help.EXPORTED)
    export.add_argument("--output", type=path, required=True, metavar="DIR", help="a new directory")
    export.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16",
                        help="of the weights (default: %(default)s)")  # fmt: skip
    _number(export, "--shard-mb", up_to(1_000_000_000), 5000, "megabytes of a file of weights, at most")


def _add_trace(commands: Commands) -> None:
    trace = _command(commands, "trace", "the documents of a step, or of a text", of.trace)
    trace.add_argument("run_folder", type=path, metavar="RUN")
    what = trace.add_mutually_exclusive_group(required=True)
    what.add_argument("--step", type=positive, metavar="N", help="counted from 1, as in metrics.jsonl")
    what.add_argument("--text", metavar="TEXT", help="find the training documents of its passages, word for word")
    what.add_argument("--text-file", type=to_read, metavar="FILE", help="the same of a file's text; - reads the input")
    trace.add_argument("--row", type=count, metavar="N", help="of --step, counted from 0 (default: all)")
    _number(trace, "--least", positive, 10, "tokens of a passage")
    _number(trace, "--passages", positive, 10, "the longest")
    _number(trace, "--documents", positive, 3, "of each passage")
    trace.add_argument("--index", type=path, metavar="DIR", help="where the pack's index lies (default: in the pack)")
    _number(trace, "--workers", up_to(4096), 1, "processes that make the index, 1.4 GB each")
    trace.add_argument("--json", action="store_true", help="as JSON")


def _add_compare(commands: Commands) -> None:
    compare = _command(commands, "compare", "several runs side by side", of.compare)
    compare.add_argument("runs", type=path, nargs="+", metavar="RUN")
    compare.add_argument("--output", type=to_write, default=Path("comparison.html"), metavar="FILE",
                         help="the page (default: %(default)s)")  # fmt: skip
    compare.add_argument("--json", type=to_write, metavar="FILE", help="the tables as JSON")


def _corpora(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpora", type=path, nargs="+", metavar="CORPUS", help=cli_help.CORPUS)
    parser.add_argument("--source", type=label, metavar="NAME", help=cli_help.SOURCE)


def _configured(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=named, metavar="CONFIG", help=cli_help.CONFIG)
    parser.add_argument("--pack", type=named, metavar="PACK", help=cli_help.PACK)
    parser.add_argument("--set", action="append", default=[], dest="sets", metavar="NAME=VALUE", help=cli_help.SET)
    for option, name in SETTINGS.items():
        parser.add_argument(option, type=not_an_option(name), help=argparse.SUPPRESS, default=argparse.SUPPRESS)
