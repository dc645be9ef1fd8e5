"""What `winnow publish` prints: the tree, what would change, what stays behind and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from winnow.pipelines.plan.names import RUN, WORK
from winnow.pipelines.publish.repository import Repository
from winnow.pipelines.publish.send import Asked, Changes
from winnow.pipelines.publish.tree import WHY, File, Tree, remarks
from winnow.pipelines.text import clean
from winnow.pipelines.views.tabular import align, count, plural, size

_LISTED = 200
"""A tree of more files is shown by folder."""
_CHANGE = {None: "new", False: "changed", True: "same"}


def would(tree: Tree, repository: Repository, asked: Asked, private: bool, as_json: bool) -> str:
    """The tree, and what a real run would do."""
    changes = Changes(gone=len(asked.gone))
    for file in tree.files():
        changes.add(file, asked.holds.get(file.path))
    if as_json:
        return _json(tree, repository.url, asked, None)
    if asked.state is None:
        last = f"{clean(asked.failed)}: what would change there is not known. --yes uploads."
    else:
        kind = "private" if (asked.state.private if asked.state.exists else private) else "public"
        made = "" if asked.state.exists else ", would be made"
        branch = "" if repository.branch == "main" else f", branch {clean(repository.branch)}"
        last = f"{repository.url} ({kind}{made}){branch}: {_counts(changes)}. Nothing was changed: --yes uploads."
    return "\n".join([*_listed(tree, asked), "", last])


def did(tree: Tree, repository: Repository, done: Changes, as_json: bool) -> str:
    """What a real run did."""
    if as_json:
        return _json(tree, repository.url, Asked(), done)
    return f"{repository.url}: {_counts(done)}, in {plural(done.commits, 'commit')}"


def written(tree: Tree, folder: str, files: int, as_json: bool) -> str:
    """What was written into a folder."""
    if as_json:
        return _json(tree, None, Asked(), None)
    return "\n".join([*_listed(tree, Asked()), "", f"{clean(folder)}: {count(files)} of them were written now"])


def _listed(tree: Tree, asked: Asked) -> list[str]:
    """A line a file, or a line a folder where there are many; then what stays behind, and remarks."""
    files = [*tree.files()]
    rows = _rows(files, {path: _CHANGE[holds] for path, holds in asked.holds.items()})
    lines = [f"{plural(len(files), 'file')}, {size(sum(file.size for file in files))}:"]
    lines += align(rows, "lrrl" if len(rows[0]) == 4 else "lrl", "  ")
    if asked.gone:
        lines += ["", f"{plural(len(asked.gone), 'file')} of an earlier build would be deleted there:"]
        lines += [f"  {clean(path)}" for path in asked.gone[:_LISTED]]
        lines += [f"  and {count(len(asked.gone) - _LISTED)} more"] if len(asked.gone) > _LISTED else []
    lines += ["", "left out:", *align([*_left_out(tree)], "lrl", "  ")]
    if said := remarks(tree):
        lines += ["", "before others read it:", *(f"  {clean(line)}" for line in said)]
    return lines


def _json(tree: Tree, repository: str | None, asked: Asked, done: Changes | None) -> str:
    """docs/publishing.md says what it holds."""
    files = [{"path": file.path, "bytes": file.size, "sha256": file.sha256,
              "change": _CHANGE[asked.holds[file.path]] if file.path in asked.holds else None}
             for file in tree.files()]  # fmt: skip
    behind = [{"folder": name, "files": files, "bytes": held, "why": WHY[name]}
              for name, (files, held) in tree.left_out.items()]  # fmt: skip
    told = {"repository": repository, "files": files, "deleted": [*asked.gone], "left_out": behind,
            "remarks": remarks(tree), "done": done and asdict(done)}  # fmt: skip
    return json.dumps(told, indent=1)


def _counts(changes: Changes) -> str:
    return (f"{count(changes.new)} new, {count(changes.other)} changed ({size(changes.bytes)} in all), "
            f"{count(changes.same)} the same, {count(changes.gone)} deleted")  # fmt: skip


def _rows(files: Sequence[File], marks: Mapping[str, str]) -> list[list[str]]:
    if len(files) <= _LISTED:
        return [[clean(file.path), size(file.size), marks.get(file.path, "")] for file in files]
    folders: dict[str, list[File]] = {}
    for file in files:
        folder, slash, _ = file.path.rpartition("/")
        folders.setdefault(f"{folder}/" if slash else file.path, []).append(file)
    return [[clean(name), plural(len(of), "file"), size(sum(file.size for file in of)), _summed(of, marks)]
            for name, of in folders.items()]  # fmt: skip


def _summed(files: Sequence[File], marks: Mapping[str, str]) -> str:
    """`3 new, 1 same`"""
    found = [marks.get(file.path) for file in files]
    return ", ".join(f"{count(found.count(name))} {name}" for name in _CHANGE.values() if name in found)


def _left_out(tree: Tree) -> list[list[str]]:
    rows = [[f"{name}/", size(held), WHY[name]] for name, (_, held) in tree.left_out.items()]
    return [*rows, [f"{WORK}/", "", WHY[WORK]], [RUN, "", WHY[RUN]]]
