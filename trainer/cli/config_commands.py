"""`winnow config show` and `winnow config check`: a configuration before a run. Imports are inside: see `parsers`."""

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from winnow.trainer.cli.commands import sets_of
from winnow.trainer.errors import BadCall, printable

if TYPE_CHECKING:
    from winnow.trainer.config.settings import Config


def show(given: argparse.Namespace) -> None:
    from winnow.trainer.config import show

    print(show.show(given.config, sets_of(given)), end="", flush=True)


def check(given: argparse.Namespace) -> None:
    """Every complaint in a line of its own; BadCall where there is one."""
    from winnow.trainer.config.config_file import NO_PACK, checked

    config, wrong = checked(given.config, sets_of(given), NO_PACK)
    said = list(map(str, wrong))
    if config is not None:
        said += _outside(config, NO_PACK)
    for complaint in said:
        print(printable(complaint))
    if said:
        raise BadCall(f"{given.config} has {len(said)} {'mistakes' if len(said) > 1 else 'mistake'}")
    more = "; it names no pack: --pack PACK" if config is not None and config.data.pack == NO_PACK else ""
    print(printable(f"{given.config} has no mistake{more}"))


def _outside(config: "Config", no_pack: str) -> Iterator[str]:
    """What is wrong with the files that a configuration names, a complaint each."""
    from winnow.trainer.data import mixture
    from winnow.trainer.evaluate import cloze
    from winnow.trainer.model.hf import initial_layout
    from winnow.trainer.pack import remote
    from winnow.trainer.pack.index import Pack

    found: list[Any] = [None]

    def pack() -> None:
        if config.data.pack != no_pack:
            found[0] = Pack.open(remote.local(config.data.pack, print))
            mixture.parts(config.data, dict.fromkeys(found[0].sources, 1), 1000)

    def init() -> None:
        if config.init:
            initial_layout(config, found[0])

    looks: tuple[Callable[[], object], ...] = (pack, init, lambda: cloze.read(config.evaluate.tasks))
    for look in looks:
        try:
            look()
        except BadCall as error:
            yield str(error)
