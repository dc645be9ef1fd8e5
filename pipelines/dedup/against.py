"""--against: the earlier builds that one is set against, looked at before any work is begun."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from winnow.pipelines.dedup.build_keys import FORMAT, About, hashed
from winnow.pipelines.dedup.earlier import broken, why
from winnow.pipelines.dedup.keys import hashes_of
from winnow.pipelines.errors import BadCall, Damaged
from winnow.pipelines.files.storage import Storage, is_remote
from winnow.pipelines.plan import names
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.numbers import MOST_EARLIER
from winnow.pipelines.recipe.model import Recipe


def find(storage: Storage, recipe: Recipe, given: Sequence[str], output: str) -> tuple[Earlier, ...]:
    """The builds in these directories, by identity, in whatever order they were given.

    BadCall where one is no finished build, is this very output, or has keys that this recipe's cannot be held against.
    """
    if len(given) > MOST_EARLIER:
        raise BadCall(f"--against names {len(given)} builds; a build can be set against up to {MOST_EARLIER}")
    if given and not recipe.dedup.exact:
        raise BadCall(f"--against {given[0]}: the recipe's [dedup] has exact = false, so nothing is compared")
    found: dict[str, Earlier] = {}
    for path in given:
        build = _found(storage, recipe, path, output)
        if build.identity in found:
            other = found[build.identity].path
            raise BadCall(f"--against {path}: it is the same build as {other}; give one of them")
        found[build.identity] = build
    return tuple(found[identity] for identity in sorted(found))


def _found(storage: Storage, recipe: Recipe, given: str, output: str) -> Earlier:
    path = given.rstrip("/") or "/"
    try:
        _require_finished(storage, given, path, output)
        about = About.load(storage, f"{path}/{names.ABOUT}")
    except Damaged as error:
        raise broken(path, f"{path}/{names.ABOUT} {why(error)}") from None
    except (OSError, ValueError) as error:
        raise BadCall(f"--against {given}: it cannot be read: {error}") from error
    if about.format != FORMAT:
        raise BadCall(f"--against {given}: its keys/ have format {about.format}, this winnow reads {FORMAT}: "
                      "build it again with this one")  # fmt: skip
    for differs in _differences(recipe, about):
        raise BadCall(f"--against {given}: {differs}")
    return Earlier(path, about.identity, about.files, about.kept)


def _require_finished(storage: Storage, given: str, path: str, output: str) -> None:
    if not given:
        raise BadCall("--against is empty; give the --output of a finished build")
    if path == output or (not is_remote(path) and os.path.realpath(path) == output):
        raise BadCall(f"--against {given} is the --output itself; give another directory for one of them")
    if not is_remote(path) and not os.path.isdir(path):
        raise BadCall(f"--against {given}: there is no such directory; give the --output of a finished build")
    if storage.size(f"{path}/{names.LEDGER}") is None:
        if storage.size(f"{path}/{names.BUILD}") is not None:
            raise BadCall(f"--against {given} is not finished; its winnow build command, given again, goes on with it")
        raise BadCall(f"--against {given} holds no build: it has no {names.LEDGER}; give the --output of a build")
    if storage.size(f"{path}/{names.ABOUT}") is None:
        raise BadCall(f"--against {given} has no {names.ABOUT}: its recipe's [dedup] has exact = false, or it was made "
                      "before there were keys/; build it again with --replace")  # fmt: skip


def _differences(recipe: Recipe, about: About) -> Iterator[str]:
    """Why the keys of this recipe cannot be held against those of a build."""
    near, made = hashed(recipe.dedup.near), about.near
    if near is not None:
        if made is None:
            yield ("[dedup] near is \"off\" in that build and a table in this recipe; with near = \"off\" here too, "
                   "equal texts alone are found")  # fmt: skip
            return
        ours, theirs = asdict(near), asdict(made)
        for name in ours:
            if ours[name] != theirs[name]:
                yield (f"[dedup.near] {name} is {theirs[name]} in that build and {ours[name]} in this recipe; "
                       "give both the same")  # fmt: skip
        if not about.shingles and about.rows:
            yield ("[output] shingles is false in that build, and near duplicates need them; with near = \"off\" "
                   "here equal texts alone are found")  # fmt: skip
    if any(one != other for one, other in zip(hashes_of(recipe.dedup.near), about.hashes, strict=False)):
        yield ("its keys were made by other code or other libraries, which hash texts otherwise; build it again with "
               "these")  # fmt: skip
