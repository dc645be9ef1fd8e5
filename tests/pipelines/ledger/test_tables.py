"""The tables of DIR/ledger/, and that ledger.json does not grow with the number of files."""

import hashlib
from pathlib import Path

import pytest
from finished_builds import card, why
from small_builds import LOCAL, leave, recipe

from winnow.pipelines.counts import Count
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.ledger import tables
from winnow.pipelines.ledger.types import Entry, Total
from winnow.pipelines.views.terminal.ledger import ledger
from winnow.pipelines.views.terminal.summary import summary

TOTAL = Total(files=1, bytes=1 << 30, records=30_000, gaps=1, gap_bytes=999, other_records={"request": 30_000},
              documents=30_001, kept=Count(10_001, 10**8), rejected={
                  "a": {"a.gap": Count(1, 0)}, "long": {"long.x": Count(9_999, 5), "long.y": Count(10_000, 7)},
              })  # fmt: skip


def left(root: Path, files: int) -> None:
    """A finished build of so many files, without its rows."""
    entries = [Entry("web", f"s3://bucket/crawl/segment/{i:06}.warc.gz", f"{i:064x}", "member", TOTAL)
               for i in range(files)]  # fmt: skip
    leave(str(root), recipe(), "i", entries, {})


def test_a_table_is_known_by_what_was_written(tmp_path: Path) -> None:
    agreed = tables.Agreed([Entry("web", "a", "0", "member", TOTAL)], (), {})
    written = tables.write(LOCAL, str(tmp_path), agreed)
    assert list(written) == [table.path for table in tables.TABLES]
    for path, of in written.items():
        content = (tmp_path / path).read_bytes()
        assert (of.bytes, of.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert written["ledger/files.parquet"].rows == 1
    assert isinstance(written["ledger/files.parquet"], Written)


@pytest.mark.slow
def test_a_hundred_thousand_files(tmp_path: Path) -> None:
    """144 MB of JSON when the entries stood in ledger.json. Card, summary and `why` never open files.parquet."""
    left(tmp_path / "one", 1)
    left(tmp_path / "many", 100_000)
    small, large = ((tmp_path / name / "ledger.json").stat().st_size for name in ("one", "many"))
    assert large < small + 300  # longer numbers, nothing else
    looks = (card, summary, lambda root: why(root, "https://example.org/"))
    before = [look(str(tmp_path / "many")) for look in looks]
    (tmp_path / "many" / tables.FILES.path).unlink()
    assert [look(str(tmp_path / "many")) for look in looks] == before
    assert "read from 100,000 files (97.7 TiB)" in before[0]
    with pytest.raises(BadCall, match=r"many/ledger/files\.parquet: cannot be read: No such file or directory"):
        ledger(str(tmp_path / "many"))
