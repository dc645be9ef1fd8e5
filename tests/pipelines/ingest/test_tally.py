from pathlib import Path

import pytest

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Counter, Fates, Read, Reading, Tally

LOCAL = LocalStorage()
FILE = {"rows": 2, "bytes": 9, "sha256": "f" * 64}


def test_a_count_by_the_first_rule_that_is_broken() -> None:
    counter = Counter()
    counter.reject("f", "a", ["a.x", "a.y"], 5)
    counter.reject("f", "a", ["a.x"], 7)
    counter.reject("g", "read", ["http.mime"], 0)
    found = counter.tally({"f": Read(2, {}), "g": Read(1, {})}, {}, {})
    assert found.files["f"].rejected == {"a": {"a.x": Count(2, 12)}}
    assert found.files["g"].rejected == {"read": {"http.mime": Count(1, 0)}}
    assert found.broken == {"a.x": (2, 1), "a.y": (1, 0), "http.mime": (1, 1)}


def test_a_tally_is_of_all_files_that_were_read() -> None:
    counter = Counter()
    counter.keep("f", 5)
    counter.keep("f", 7)
    counter.edit("s", {"lines": 2})
    counter.edit("s", {"lines": 1, "words": 1})
    counter.edit("t", {})
    found = counter.tally({"f": Read(4, {"note": 2}), "g": Read(0, {})}, FILE, FILE | {"groups": []})
    assert found == Tally(
        {"f": Fates(4, {"note": 2}, Count(2, 12), {}), "g": Fates()}, {}, {"s": {"lines": 3, "words": 1}, "t": {}},
        FILE, FILE | {"groups": []},
    )  # fmt: skip
    assert (found.files["g"].kept, found.kept) == (NONE, 2)


TALLY = Tally(
    {
        "a ü.gz": Fates(9, {"note": 2}, Count(3, 12), {"long": {"long.bangs": Count(1, 5)}, "read": {"x": Count(2, 0)}}),
        "b": Fates(),
    },
    {"long.bangs": (3, 1)}, {"edit": {"lines": 4}}, FILE, FILE | {"groups": ["long", "read"]},
)  # fmt: skip
READING = Reading({"a ü.gz": Read(9, {"note": 2}), "b": Read(0, {})}, FILE, {"extract": 0.25, "rest": 1.0})


@pytest.mark.parametrize("made", [TALLY, Tally({}, {}, {}, {}, {}), READING, Reading({}, {}, {})])
def test_it_comes_back_as_it_was(tmp_path: Path, made: Tally | Reading) -> None:
    path = f"{tmp_path}/t.json"
    made.save(LOCAL, path)
    assert type(made).load(LOCAL, path) == made


@pytest.mark.parametrize("made", [TALLY, READING])
def test_a_damaged_one_is_told(tmp_path: Path, made: Tally | Reading) -> None:
    path = tmp_path / "t.json"
    made.save(LOCAL, str(path))
    path.write_bytes(path.read_bytes().replace(b"9", b"8", 1))
    with pytest.raises(Damaged) as damage:
        type(made).load(LOCAL, str(path))
    assert damage.value.remove == (str(path),)
