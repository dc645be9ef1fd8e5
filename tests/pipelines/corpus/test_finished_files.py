"""Files held against the declared columns. Missing and odd columns in a whole build are in views/test_rows.py."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.corpus.finished_files import FULL, SCHEMAS, NotHeld, opened, read, whole
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED

ROW = {
    "cluster": "a", "id": "b", "source": "web", "file": "f", "offset": 1, "part": 0, "similarity": 0.5, "kept": False,
}  # fmt: skip


def file(table: pa.Table, rows: int | None = None) -> io.BytesIO:
    stream = io.BytesIO()
    pq.write_table(table, stream, row_group_size=rows)
    return stream


def clusters(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist([ROW | row for row in rows], SCHEMAS[CLUSTERS])


def test_columns_of_a_row_group() -> None:
    with opened(file(clusters({"offset": 1}, {"offset": 2}, {"offset": 3}), 2), CLUSTERS) as held:
        assert [read(held, CLUSTERS, group, ["offset"]).to_pylist() for group in range(held.num_row_groups)] == [
            [{"offset": 1}, {"offset": 2}], [{"offset": 3}],
        ]  # fmt: skip


@pytest.mark.parametrize("column", ["offset", "similarity"])
def test_null_in_a_column_that_has_none(column: str) -> None:
    with (
        opened(file(clusters({column: None})), CLUSTERS) as held,
        pytest.raises(NotHeld, match=f"^is no file of a build's clusters/: its column '{column}' holds null$"),
    ):
        read(held, CLUSTERS, 0, [column])


def test_null_where_it_may_be() -> None:
    """Every column of clusters/ is known; of the other tables' some are not."""
    assert FULL[CLUSTERS] == tuple(ROW)
    for table in (CORPUS, REJECTED):
        empty = pa.Table.from_pylist([dict.fromkeys(SCHEMAS[table].names)], SCHEMAS[table])
        with opened(file(empty), table) as held:
            for name in SCHEMAS[table].names:
                if name in FULL[table]:
                    with pytest.raises(NotHeld):
                        read(held, table, 0, [name])
                else:
                    assert read(held, table, 0, [name]).to_pylist() == [{name: None}]


def test_a_column_twice_is_no_build_s() -> None:
    made = clusters({})
    with (
        pytest.raises(NotHeld, match="it has no column 'id' of string"),
        opened(file(made.append_column("id", made["id"])), CLUSTERS),
    ):
        pass


def test_columns_beside_the_declared_ones_may_be() -> None:
    with opened(file(clusters({}).append_column("more", [[1]])), CLUSTERS) as held:
        assert read(held, CLUSTERS, 0, ["id"]).to_pylist() == [{"id": "b"}]


def test_a_whole_file_has_the_columns_it_was_written_with_and_no_other() -> None:
    made = clusters({}, {"id": "c"})
    assert whole(file(made), SCHEMAS[CLUSTERS]) == made
    for other in (made.drop_columns(["kept"]), made.append_column("more", [[1, 2]])):
        with pytest.raises(NotHeld, match=r"^has other columns than a build writes$"):
            whole(file(other), SCHEMAS[CLUSTERS])
    with pytest.raises(NotHeld, match=r"^cannot be read: "):
        whole(io.BytesIO(b"PAR1"), SCHEMAS[CLUSTERS])
