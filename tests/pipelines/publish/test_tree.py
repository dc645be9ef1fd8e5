"""What is published of a build, and what stays behind."""

import base64
import gzip
import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from small_ledgers import CORPUS, REJECTED

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.ledger.types import StepName
from winnow.pipelines.plan.names import FUNNEL, LENGTHS
from winnow.pipelines.publish.tree import remarks, tree_of
from winnow.pipelines.views.finished import finished

TABLES = {CORPUS, "clusters/part-00000.parquet"} | {
    f"ledger/{name}.parquet" for name in ("files", "overlaps", "rules", "samples", "statistics")
}
MADE = ["croissant.json", FUNNEL, LENGTHS, "report.html", "README.md", "ledger.json"]
ALWAYS = TABLES | {"recipe.lock.toml", *MADE}


def of(folder: str, build: Path) -> set[str]:
    return {str(path.relative_to(build)) for path in (build / folder).rglob("*") if path.is_file()}


def test_a_tree_is_the_build_without_what_was_dropped(build: Path) -> None:
    tree = tree_of(finished(str(build)))
    assert tree.paths == ALWAYS
    assert [*tree.left_out] == ["keys", "rejected"]
    assert tree.left_out["rejected"] == (
        len(of("rejected", build)), sum((build / path).stat().st_size for path in of("rejected", build))
    )  # fmt: skip


def test_more_is_published_where_it_is_asked_for(build: Path) -> None:
    assert tree_of(finished(str(build)), with_rejected=True).paths == ALWAYS | of("rejected", build)
    tree = tree_of(finished(str(build)), with_rejected=True, with_keys=True)
    assert tree.paths == ALWAYS | of("rejected", build) | of("keys", build)
    assert (tree.build.ledger.left_out, tree.left_out) == ((), {})


def test_a_whole_tree_has_the_files_of_the_build(build: Path) -> None:
    for file in tree_of(finished(str(build)), with_rejected=True, with_keys=True).files():
        content = (build / file.path).read_bytes()
        assert (file.path, file.size, file.sha256) == (
            file.path, len(content), hashlib.sha256(content).hexdigest()
        )  # fmt: skip
        assert file.content in (None, content)


def test_what_says_what_the_rest_is_comes_last(build: Path) -> None:
    paths = [file.path for file in tree_of(finished(str(build)), with_rejected=True).files()]
    made = ["recipe.lock.toml", *MADE]
    assert paths[-len(made) :] == made
    assert paths[: -len(made)] == sorted(paths[: -len(made)])


@pytest.mark.parametrize(("with_rejected", "configs"), [(False, ["corpus"]), (True, ["corpus", "rejected"])])
def test_the_card_is_that_of_the_tree(build: Path, with_rejected: bool, configs: list[str]) -> None:
    card = tree_of(finished(str(build)), with_rejected).made["README.md"].decode()
    head = yaml.safe_load(card.split("---\n")[1])
    assert [config["config_name"] for config in head["configs"]] == configs
    assert ("published without" in card, "DIR/rejected/" in card, "winnow rejected DIR" in card) == (
        not with_rejected or "keys/" in card, with_rejected, with_rejected
    )  # fmt: skip


def test_nothing_quotes_what_was_dropped(build: Path) -> None:
    """The build's own card and ledger do."""
    dropped = b"!!!!!!"
    assert {name: dropped in told(name, (build / name).read_bytes()) for name in MADE[-3:]} == dict.fromkeys(
        MADE[-3:], True
    )
    made = tree_of(finished(str(build))).made
    assert {name: dropped in told(name, content) for name, content in made.items()} == dict.fromkeys(MADE, False)
    kept = b"something else"
    assert {name: kept in told(name, made[name]) for name in MADE[-3:]} == dict.fromkeys(MADE[-3:], True)


def told(name: str, content: bytes) -> bytes:
    """The report's data is packed."""
    packed = re.search(rb'id="data"[^>]*>([^<]*)<', content) if name == "report.html" else None
    return gzip.decompress(base64.b64decode(packed[1])) if packed else content


def test_a_copy_cannot_give_what_it_is_without(build: Path, tmp_path: Path) -> None:
    tree = tree_of(finished(str(build)))
    for file in tree.files():
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(file.content or (build / file.path).read_bytes())
    again = tree_of(finished(str(tmp_path)))
    assert [*again.files()] == [*tree.files()]
    with pytest.raises(BadCall, match="published without rejected/"):
        tree_of(finished(str(tmp_path)), with_rejected=True)


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (CORPUS, b"short", "bytes"), (CORPUS, None, "0 bytes"), (f"{CORPUS}.parquet", b"x", "is no file"),
        (REJECTED, b"", "bytes"), ("README.md", b"# mine", "sha256"), ("recipe.lock.toml", None, "is gone"),
    ],
)  # fmt: skip
def test_a_build_that_does_not_hold_is_refused(
    build: Path, tmp_path: Path, path: str, content: bytes | None, said: str
) -> None:  # fmt: skip
    shutil.copytree(build, tmp_path / "out")
    if content is None:
        (tmp_path / "out" / path).unlink()
    else:
        (tmp_path / "out" / path).write_bytes(content)
    with pytest.raises(BuildFailed, match=said) as failed:
        tree_of(finished(str(tmp_path / "out")))
    assert path in str(failed.value)


def test_a_publisher_is_told_what_others_would_read(build: Path) -> None:
    absolute, licenses = remarks(tree_of(finished(str(build))))
    assert absolute.endswith(f": {build.parent}/a.warc.gz")
    assert licenses == "the license of 2 of 2 documents is not known"


def test_a_publisher_is_told_that_what_was_masked_is_still_there(build: Path) -> None:
    tree = tree_of(finished(str(build)))
    step = StepName("mask", "mask_personal", True, False)

    def told(times: int) -> list[str]:
        ledger = replace(tree.build.ledger, steps=(step,), edits={"mask": {"emails": times, "ip_addresses": 0}})
        return [line for line in remarks(replace(tree, build=replace(tree.build, ledger=ledger))) if "masked" in line]

    assert told(0) == []
    assert told(1) == ["what steps masked can be read in the column `edits` of corpus/ and in report.html"]
