"""RUN: whose it is, and with which configuration and pack it was begun.

    config.lock.toml   every setting written out, and what the calibration decided; the run obeys it to its end
    pack.lock.json     the pack's path and digests
    checkpoints/  latest  metrics.jsonl  run.html
    loss.parquet  loss.md    figures by columns of the corpus, where `winnow eval --by` left them

A run goes on only as it was begun: with the same configuration, the same tokens in the same order, the same tokenizer;
and on the kind of device it was begun on (session.py). What does not define the result may change (`changed`).
"""

import contextlib
import fcntl
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from winnow.trainer import aside, reading
from winnow.trainer.config import config_file
from winnow.trainer.config.settings import Config
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.index import Pack

CONFIG, PACK = "config.lock.toml", "pack.lock.json"
FREE = ("keep", "log_every", "save_every", "tokens", "tokens_per_parameter", "sinks", "profile")
"""Settings of [run] that do not define what is trained, and its length."""
_IN_USE = ".in-use"
_LATER = {("data", "shift"): "false", ("optimizer", "embedding"): "1", ("optimizer", "momentum_warmup"): "0"}
"""Settings that the locks of former runs lack, and what those did."""


def hold_free(run: Path) -> None:
    """BadCall where it is neither a run nor free for one."""
    if run.exists() and not run.is_dir():
        raise BadCall(f"{run} is a file; --output names the run's folder")
    if run.is_dir() and not (run / CONFIG).is_file():
        ours = (PACK, _IN_USE)  # of a process that was killed before the run was one
        strange = sorted(p.name for p in run.iterdir() if p.name not in ours and aside.MARK not in p.name)
        if strange:
            raise BadCall(f"{run} is no run, and holds {strange[0]}: name a new or empty folder with --output")


@contextlib.contextmanager
def claimed(run: Path) -> Iterator[None]:
    """Make the folder and hold it. BadCall where another process trains there, or where it is no run's."""
    hold_free(run)
    try:
        run.mkdir(parents=True, exist_ok=True)
        held = (run / _IN_USE).open("w")
    except OSError as error:
        raise BadCall(f"{run} cannot be written to: {error.strerror}") from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadCall(f"another process trains in {run}; wait for it, or name another --output") from None
        yield


def begun(run: Path, config: Config, pack: Pack) -> Config | None:
    """The settled configuration of a run that was begun here, with what `config` may change of it; None where none was.

    BadCall where `config` or `pack` is another one, with the first thing that differs. The length is not looked at:
    branch.grows does that.
    """
    if not (run / CONFIG).is_file():
        return None
    settled = changed(locked(run), config)
    for section, key in _unknown(run):
        asked, was = getattr(config, section), getattr(settled, section)
        config = replace(config, **{section: replace(asked, **{key: getattr(was, key)})})
    if config.init and config.init == settled.init:  # whose shape it is, and no more needed here
        own = config.model
        config = replace(config, model=replace(settled.model, context=own.context, yarn=own.yarn))
    difference = config_file.difference(settled, config)
    if difference is not None:
        raise BadCall(f"{run} was begun with another configuration: {difference}; go on with that, or name another RUN")
    try:
        known = reading.json_object(run / PACK, " cannot be read")
        tokenizer, fingerprint = known["tokenizer_sha256"], known["fingerprint"]
    except KeyError as error:
        raise BadCall(f"{run / PACK} lacks {error}: name another --output") from None
    if tokenizer != pack.tokenizer_sha256:
        raise BadCall(
            f"{pack.path} was packed with another tokenizer than the one {run} was begun with; pack as before"
        )
    if fingerprint != pack.fingerprint:
        was, now = str(fingerprint)[:12], pack.fingerprint[:12]
        raise BadCall(f"{pack.path} has changed since {run} was begun: its fingerprint was {was}… and is {now}…")
    return settled


def locked(run: Path) -> Config:
    """The settled configuration. What it does not know yet was not done when the run was begun."""
    return config_file.load(run / CONFIG, [f"{'.'.join(place)}={_LATER[place]}" for place in _unknown(run)])


def left_by(run: Path) -> tuple[Config, Any]:
    """(what `locked` gives, the fingerprint of the run's pack). BadCall where it is no run, or cannot be read."""
    return locked(run), reading.json_object(run / PACK, " cannot be read").get("fingerprint")


def _unknown(run: Path) -> list[tuple[str, str]]:
    """The settings that its lock does not know yet."""
    text = reading.small(run / CONFIG).decode(errors="replace")
    return [place for place in _LATER if not re.search(rf"^{place[1]} = ", text, re.MULTILINE)]


def changed(settled: Config, config: Config) -> Config:
    """`settled`, with the values of `config` where they do not define what is trained, and with its length.

    The pack is known by its fingerprint, wherever it lies. Rows a pass, shards and what is recomputed change the order
    of sums at most.
    """
    run = replace(settled.run, **{name: getattr(config.run, name) for name in FREE})
    values = {name: getattr(config.machine, name) for name in ("micro_rows", "parallel", "checkpointing")}
    said = {name: value for name, value in values.items() if value not in (0, "auto")}
    machine, data = replace(settled.machine, **said), replace(settled.data, pack=config.data.pack)
    return replace(settled, data=data, run=run, evaluate=config.evaluate, machine=machine)


def begin(run: Path, settled: Config, pack: Pack, origin: Mapping[str, Any] | None = None) -> None:
    """Write the locks; the configuration's comes last, and makes the folder a run. origin: the checkpoint of another
    run that this one begins from."""
    known = {"pack": str(pack.path.resolve()), "fingerprint": pack.fingerprint,
             "tokenizer_sha256": pack.tokenizer_sha256, **({"from": origin} if origin else {})}  # fmt: skip
    aside.write_json(run / PACK, known)
    with aside.whole(run / CONFIG) as file:
        file.write(config_file.dump(settled).encode())
