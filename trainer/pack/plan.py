"""What is to be packed and how, written down before it begins, so that a command that goes on is the same command."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from winnow.trainer.errors import BadCall
from winnow.trainer.pack.corpus import CorpusFile
from winnow.trainer.pack.index import VERSION
from winnow.trainer.pack.split import hashed
from winnow.trainer.pack.tokenizer import Loaded
from winnow.trainer.pack.workers import Meter, Workers

_FILE = ("corpus", "file", "source", "bytes", "sha256")


def make(
    files: Sequence[CorpusFile], against: Sequence[Path], settings: Mapping[str, Any], loaded: Loaded, workers: Workers,
    say: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """The plan; every file is hashed for it. Ready for JSON."""
    paths = [*(file.path for file in files), *against]
    found = workers.each(hashed, paths, Meter(say, "hashing", sum(path.stat().st_size for path in paths)))
    roots = list(dict.fromkeys(str(file.root) for file in files))
    return {
        "version": VERSION,
        "tokenizer": [loaded.sha256, loaded.begin, loaded.end, loaded.mask],
        "settings": dict(settings),
        "corpora": roots,
        "files": [
            {"corpus": roots.index(str(file.root)), "file": file.file, "source": file.source, **stamp}
            for file, stamp in zip(files, found, strict=False)
        ],
        "against": [{"file": str(path), **stamp} for path, stamp in zip(against, found[len(files) :], strict=True)],
    }


def compare(begun: Mapping[str, Any], plan: Mapping[str, Any], output: Path) -> None:
    """BadCall names the first thing in which a plan differs from the one that was begun in `output`."""
    cure = "pack into a new directory, or delete this one"
    if (was := begun.get("version", 0)) != plan["version"]:
        raise BadCall(f"{output} was begun as a pack of version {was}, and this is version {plan['version']}; {cure}")
    if begun["tokenizer"] != plan["tokenizer"]:
        raise BadCall(f"{output} was begun with another tokenizer, or other special tokens; {cure}")
    for name, value in plan["settings"].items():
        if (other := begun["settings"].get(name, [])) != value:
            raise BadCall(f"{output} was begun with {name} {other!r}, this call says {value!r}; {cure}")
    if begun["corpora"] != plan["corpora"]:
        roots = [", ".join(of["corpora"]) for of in (begun, plan)]
        raise BadCall(f"{output} was begun with {roots[0]}, not {roots[1]}; {cure}")
    for kind in ("files", "against"):
        before, now = ({_name(begun, of): of for of in begun[kind]}, {_name(plan, of): of for of in plan[kind]})
        for name in [*before, *now]:
            if name not in now:
                raise BadCall(f"{output} was begun with {name}, which this call has not; {cure}")
            if name not in before:
                raise BadCall(f"{output} was begun without {name}; {cure}")
            if before[name] != now[name]:
                raise BadCall(f"{name} has changed since {output} was begun; {cure}")
        if list(before) != list(now):
            raise BadCall(f"{output} was begun with the same files in another order; {cure}")


def of_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The plan that a pack was made by."""
    files = [{name: shard[name] for name in _FILE} for shard in manifest["shards"]]
    rest = {name: manifest[name] for name in ("version", "settings", "corpora", "against")}
    tokenizer = [manifest["tokenizer"][name] for name in ("sha256", "begin", "end", "mask")]
    return {"tokenizer": tokenizer, **rest, "files": files}


def _name(plan: Mapping[str, Any], of: Mapping[str, Any]) -> str:
    return str(Path(plan["corpora"][of["corpus"]], of["file"])) if "corpus" in of else str(of["file"])
