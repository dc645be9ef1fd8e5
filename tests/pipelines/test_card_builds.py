"""The card of a whole build, the demo's: every number of it counted again over the rows, and what reads it reads it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset
from recounted import KNOWN, MET, Card, Rows

from demo.make_sample import sample, write
from winnow.filters.document import Document
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.text import Text
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book
from winnow.pipelines.views.attribution import asks
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.tabular import count, share, size

pytestmark = pytest.mark.slow
NONE = (0, 0)
KINDS = ("web", "wikipedia", "books", "code")
CHECKED_IN = Path(__file__).resolve().parents[2] / "data_cards"
MADE_BY = ("versions", "files")
"""What of a ledger is another with every version of our code; so is the digest of the recipe, which names them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make demo` builds it: paths are part of a build."""
    top = tmp_path_factory.mktemp("card")
    write(top / "demo/sample", sample())
    subprocess.run(
        [sys.executable, "-m", "winnow", "build", "mixed", "--input", "web=demo/sample/web/*",
         "wikipedia=demo/sample/wikipedia/*", "books=demo/sample/books", "code=demo/sample/code",
         "--output", "demo/out", "--quiet"], cwd=top, check=True,
    )  # fmt: skip
    return top


@pytest.fixture(scope="module")
def root(folder: Path) -> Path:
    return folder / "demo/out"


@pytest.fixture(scope="module")
def card(root: Path) -> Card:
    return Card((root / "README.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows(root: Path) -> Rows:
    return Rows(root)


@pytest.fixture(scope="module")
def kept(rows: Rows) -> tuple[int, int]:
    documents, characters = rows.one("SELECT count(*), sum(characters)::BIGINT FROM corpus")
    return documents, characters


def told(of: tuple[int, int], whole: tuple[int, int]) -> list[str]:
    """Documents and characters with their shares, as a table has them."""
    return [cell for part, every in zip(of, whole, strict=True) for cell in (count(part), share(part, every))]


def test_the_card_that_is_checked_in_is_of_this_build(root: Path) -> None:
    made = json.loads((root / "ledger.json").read_text(encoding="utf-8"))
    checked_in = json.loads((CHECKED_IN / "demo.ledger.json").read_text(encoding="utf-8"))
    for ledger in (made, checked_in):
        ledger["recipe"].pop("sha256")
        for name in MADE_BY:
            ledger.pop(name)
    assert made == checked_in


def test_every_table_is_counted_again_here(card: Card) -> None:
    assert list(card.tables) == [
        "Sources", "Languages", "Domains", "Lengths", "Years", "Captures and knowledge cutoff",
        "Licenses and attribution", "From records to documents", *(f"Source `{kind}`" for kind in KINDS), "Rules",
        "Values", "Duplicates", "Edits", "Personal data", "Robots and opt-outs",
    ]  # fmt: skip


def test_the_first_lines(root: Path, card: Card, rows: Rows, kept: tuple[int, int]) -> None:
    records = rows.number("SELECT count(*) FROM every WHERE part = 0 AND coalesce(rule, '') NOT LIKE '%.gap'")
    gaps = rows.number("SELECT count(*) FROM rejected WHERE rule LIKE '%.gap'")
    files, bytes = rows.one(f"SELECT count(*), sum(bytes)::BIGINT FROM '{root}/ledger/files.parquet'")
    (first,) = [line for line in card.text.split("\n") if line.startswith("A text corpus")]
    assert first.startswith(
        f"A text corpus for pre-training language models: **{count(kept[0])} documents** with {count(kept[1])} "
        f"characters, {share(kept[0], records + gaps)} of the {records} records and {gaps} gaps read from "
    )
    assert f"{files} files ({size(bytes)}) of" in first
    assert f"of {count(records + gaps)} records, gaps and documents {count(kept[0])} documents are kept" in card.text


def test_the_head(card: Card, rows: Rows) -> None:
    head: dict[str, Any] = yaml.safe_load(card.text.split("---\n")[1])
    languages = [
        name for name, _ in rows.counts("language", "(SELECT * FROM corpus WHERE language IS NOT NULL)").items()
    ]
    assert (head["language"], head["size_categories"]) == ([*languages, "code"], ["n<1K"])


@pytest.mark.parametrize("source", [None, *KINDS])
def test_the_stages(card: Card, rows: Rows, source: str | None) -> None:
    """What is left after each stage is what later ones dropped, and what was kept."""
    where = f"WHERE source = '{source}'" if source else ""
    stage = "CASE WHEN rule LIKE '%.gap' THEN 'gaps' ELSE stage END"
    gone = rows.counts(stage, f"(SELECT * FROM rejected {where})")
    documents, characters = rows.one(f"SELECT count(*), sum(characters)::BIGINT FROM every {where}")
    (table,) = card.tables[f"Source `{source}`" if source else "From records to documents"]
    assert table[0] == ["records and gaps", "", "", count(documents), ""]
    has_text, seen = False, set()
    for name, dropped, of_those, left, letters in table[1:-1]:
        at = name.partition(":")[0]
        here = gone.get(at, (0, 0))
        has_text |= at == "extract"
        assert (dropped, of_those) == (count(here[0]), share(here[0], documents)), name
        documents, characters = documents - here[0], characters - here[1]
        assert (left, letters) == (count(documents), count(characters) if has_text else ""), name
        seen.add(at)
    assert set(gone) <= seen
    start = rows.number(f"SELECT count(*) FROM every {where}")
    assert table[-1] == ["**kept**, of all", "", share(documents, start), count(documents), count(characters)]
    assert (documents, characters) == rows.one(f"SELECT count(*), sum(characters)::BIGINT FROM corpus {where}")


def test_the_gaps(card: Card, rows: Rows) -> None:
    """Each says where it lies, as `offset+bytes`. Records of other types leave no row."""
    lengths = [
        int(detail.partition("+")[2]) for (detail,) in rows.all("SELECT detail FROM rejected WHERE rule LIKE '%.gap'")
    ]
    assert f"{size(sum(lengths))} lie in gaps" in card.prose["From records to documents"]


def test_the_rules(card: Card, rows: Rows) -> None:
    rules, others = card.tables["Rules"]
    assert len(rules) > 50
    for rule, _, broken, of_those, alone, _ in rules:
        judged, failed = judged_by(rows, rule), f"FROM rejected WHERE list_contains(failed, '{rule}')"
        here = rows.number(f"SELECT count(*) {failed}")
        only = rows.number(f"SELECT count(*) {failed} AND len(failed) = 1")
        assert [broken, of_those, alone] == [count(here), share(here, judged), count(only)], rule
    named = {rule for rule, *_ in rules}
    left = {rule: of[0] for rule, of in rows.counts("rule", "rejected").items() if rule not in named}
    assert dict(others) == {rule: count(n) for rule, n in left.items()}


def judged_by(rows: Rows, rule: str) -> int:
    """Documents with a value of its measure."""
    step, measure = rule.rsplit(".", 1)
    columns = {name for name, *_ in rows.all("DESCRIBE corpus")}
    column = f"{step}_measures" if f"{step}_measures" in columns else step
    return rows.number(f'SELECT count("{column}"."{measure}") FROM every')


def test_the_values(card: Card, rows: Rows) -> None:
    """Percentiles are those of sketches: to within a hundredth of the value, and the three digits shown."""
    (table,) = card.tables["Values"]
    for rule, *percentiles, judged, dropped, of_those in table:
        number, gone = judged_by(rows, rule), rows.number(f"SELECT count(*) FROM rejected WHERE rule = '{rule}'")
        assert [judged, dropped, of_those] == [count(number), count(gone), share(gone, number)], rule
        step, measure = rule.rsplit(".", 1)
        column = f"{step}_measures" if step in ("language", "license", "code_language") else step
        exact = rows.one(f'SELECT quantile_disc("{column}"."{measure}", [0.01, 0.5, 0.99]) FROM every')[0]
        shown = [float(percentile.replace(",", "")) for percentile in percentiles]
        assert shown == pytest.approx(exact, rel=0.015), rule


def test_the_sources(card: Card, rows: Rows, kept: tuple[int, int]) -> None:
    found = rows.counts("source")
    assert [row[:1] + row[2:6] for row in card.tables["Sources"][0]] == [
        [name, *told(found[name], kept)] for name in KINDS
    ]


@pytest.mark.parametrize(
    ("heading", "at", "value", "met"),
    [
        ("Languages", 0, KNOWN, True), ("Domains", 0, "domain(url)", True), ("Domains", 1, "suffix(url)", True),
        ("Years", 0, "coalesce(left(date, 4), 'unknown')", False),
        ("Captures and knowledge cutoff", 0, "coalesce(left(captured, 7), 'unknown')", False),
        ("Licenses and attribution", 0, "coalesce(license, 'unknown')", False),
    ],
)  # fmt: skip
def test_the_facts(card: Card, rows: Rows, kept: tuple[int, int], heading: str, at: int, value: str, met: bool) -> None:
    found, every = rows.counts(value), rows.counts(value, MET)
    shown = {row[0]: row[1:] for row in card.tables[heading][at]}
    named = [name for name in shown if name in found]
    rest = [value for value in found if value not in named]
    assert len(named) >= min(10, len(found))
    for name in named:
        beside_it = [count(every[name][0]), share(found[name][0], every[name][0])] if met else []
        assert shown.pop(name) == [*told(found[name], kept), *beside_it], name
    if rest:
        of = (sum(found[name][0] for name in rest), sum(found[name][1] for name in rest))
        beyond = sum(n for name, (n, _) in every.items() if name not in named)
        more = [count(beyond), share(of[0], beyond)] if met else []
        assert shown.pop(f"{len(rest)} other{'s' if len(rest) > 1 else ''}") == [*told(of, kept), *more]
    assert shown == {}


def test_who_is_over_represented(card: Card, rows: Rows) -> None:
    for heading, value in (("Languages", KNOWN), ("Domains", "domain(url)"), ("Domains", "suffix(url)")):
        every = {name: n for name, (n, _) in rows.counts(value, MET).items() if name not in ("unknown", "none")}
        there = {name for name in rows.counts(value) if name not in ("unknown", "none")}
        assert f"Against what was met ({count(sum(every.values()))} documents of a known" in card.prose[heading]
        if gone := len(every) - len(there):
            assert f"Nothing was kept of {gone} of the {len(every)} " in card.prose[heading]


def test_the_lengths(card: Card, rows: Rows, kept: tuple[int, int]) -> None:
    octave = "floor(log2(characters))::INT"
    here = rows.counts(octave, "(SELECT * FROM corpus WHERE characters > 0)")
    gone = rows.counts(octave, "(SELECT * FROM rejected WHERE characters > 0)")
    assert card.tables["Lengths"] == [[
        [f"{count(1 << at)} to {count((2 << at) - 1)}", *told(here.get(at, NONE), kept), count(gone.get(at, NONE)[0])]
        for at in sorted({*map(int, here), *map(int, gone)})
    ]]  # fmt: skip


def test_the_attribution(card: Card, rows: Rows) -> None:
    asking = sum(n for name, (n, _) in rows.counts("coalesce(license, '')").items() if asks(name))
    assert f"the licenses of {asking} documents ask that those be named" in card.prose["Licenses and attribution"]


def test_the_duplicates(card: Card, rows: Rows) -> None:
    records = 'SELECT count(DISTINCT (source, file, "offset")) AS n FROM clusters GROUP BY cluster'
    members, clusters, largest = rows.one(f"SELECT sum(n)::BIGINT, count(*), max(n) FROM ({records})")
    gone = rows.counts("rule", "rejected")
    exact, near = gone["duplicate.exact"][0], gone["duplicate.near"][0]
    text = card.prose["Duplicates"].strip()
    assert text.startswith(
        f"{members} documents form {clusters} clusters of copies. One of each was kept and {exact + near} documents "
        f"were dropped: {exact} with the very text of the kept one, {near} with a similar one. The largest cluster has "
        f"{largest} documents."
    )


def test_who_was_dropped_for_whom(card: Card, rows: Rows) -> None:
    query = ("SELECT r.source, c.source, count(*) FROM rejected r JOIN corpus c ON r.detail = c.id "
             "WHERE r.stage = 'dedup' GROUP BY 1, 2")  # fmt: skip
    pairs = {(lost, kept_in): n for lost, kept_in, n in rows.all(query)}
    columns = sorted({kept_in for _, kept_in in pairs})
    assert {row[0]: row[1:] for row in card.tables["Duplicates"][0]} == {
        lost: [count(pairs.get((lost, kept_in), 0)) for kept_in in columns] for lost in {lost for lost, _ in pairs}
    }


def test_the_largest_clusters(card: Card, rows: Rows) -> None:
    lines = [line for line in card.prose["The largest clusters"].split("\n") if line.startswith("**")]
    sizes = rows.all("SELECT count(*) AS n FROM clusters GROUP BY cluster HAVING n > 2 ORDER BY n DESC LIMIT 10")
    assert [line.partition(":")[0] for line in lines] == [f"**{n} members" for (n,) in sizes]


def masked(rows: Rows) -> dict[str, int]:
    """What was masked in pages: of kept ones their edits say it, of dropped ones that came so far the step itself."""
    back = [of for (of,) in rows.all("SELECT unnest(edits).replacement FROM corpus WHERE source = 'web'")]
    found = {"emails": sum("@" in of for of in back), "ip_addresses": sum("@" not in of for of in back)}
    for (text,) in rows.all("SELECT text FROM rejected WHERE list_contains(measured, 'fineweb_quality')"):
        made = MaskPersonal().edit(Document("", text, "web"), Text(text))
        found = {what: times + made.counts[what] for what, times in found.items()}
    return found


def test_the_edits(card: Card, rows: Rows) -> None:
    (edits,), (personal,) = card.tables["Edits"], card.tables["Personal data"]
    told_of = {(step, what): int(times) for step, what, times in edits}
    for what, times in masked(rows).items():
        assert told_of["mask_personal", what] == times
    assert [(row[0], row[3]) for row in personal[:2]] == [
        ("e-mail addresses", str(told_of["mask_personal", "emails"])),
        ("IPv4 addresses", str(told_of["mask_personal", "ip_addresses"])),
    ]  # fmt: skip


def test_the_opt_outs(card: Card, rows: Rows, kept: tuple[int, int]) -> None:
    for rule, _, _, asked, of_all, dropped, unknown in card.tables["Robots and opt-outs"][0]:
        here, gone = (rows.number(f"SELECT count(*) FROM {table} WHERE {rule} = 1") for table in ("corpus", "rejected"))
        missing = rows.number(f"SELECT count(*) FROM corpus WHERE {rule} IS NULL")
        assert [asked, of_all, dropped, unknown] == [count(here), share(here, kept[0]), count(gone), count(missing)], (
            rule
        )


def test_the_examples(card: Card, rows: Rows) -> None:
    known = dict(rows.all("SELECT id, characters FROM every"))
    for heading in ("Kept, and why nearly not", "Rejected, and why"):
        lines = [line for line in card.prose[heading].split("\n") if " characters · id `" in line]
        assert len(lines) == 10
        for line in lines:
            *_, letters, id = line.split(" · ")
            assert letters == f"{count(known[id.removeprefix('id `').rstrip('`')])} characters"


def test_the_pictures(root: Path, rows: Rows, kept: tuple[int, int]) -> None:
    funnel, languages = (
        (root / f"pictures/{name}.svg").read_text(encoding="utf-8") for name in ("funnel", "languages")
    )
    for stage, (documents, _) in rows.counts("stage", "(SELECT * FROM rejected WHERE rule NOT LIKE '%.gap')").items():
        assert f"({count(documents)} dropped, " in funnel, stage
    assert f">{count(kept[0])} ({share(kept[0], rows.number('SELECT count(*) FROM every'))} of all)<" in funnel
    met = rows.counts(KNOWN, MET)
    for language, (documents, _) in rows.counts(KNOWN).items():
        of = met[language][0]
        assert f">{count(documents)} kept of {count(of)} ({share(documents, of)})<" in languages, language


def test_all_that_lies_beside_the_tables_is_of_the_ledger(root: Path) -> None:
    made = beside(book.load(LocalStorage(), str(root)))
    assert {path: (root / path).read_text(encoding="utf-8") for path in made} == made


def test_datasets_finds_every_config(root: Path, card: Card, tmp_path: Path, rows: Rows) -> None:
    head: dict[str, Any] = yaml.safe_load(card.text.split("---\n")[1])
    for config in [*head["configs"], None]:
        name = [config["config_name"]] if config else []
        found = load_dataset(str(root), *name, cache_dir=str(tmp_path))
        pattern = config["data_files"] if config else "corpus/**/*.parquet"
        wanted = rows.number(f"SELECT count(*) FROM '{root}/{pattern}'")
        assert {split: of.num_rows for split, of in found.items()} == {"train": wanted}, name


@pytest.mark.parametrize("table", ["corpus", "rejected"])
def test_croissant_loads_the_rows(root: Path, table: str) -> None:
    paths = sorted(root.glob(f"{table}/**/*.parquet"))
    wanted = [row for path in paths for row in pq.read_table(path, partitioning=None).to_pylist()]
    dataset = mlcroissant.Dataset(jsonld=str(root / "croissant.json"))
    found = [plain(row) for row in dataset.records(table)]
    assert (len(found), found[0].keys()) == (len(wanted), wanted[0].keys())
    assert found == [row | hollow(row, read) for row, read in zip(wanted, found, strict=True)]


def hollow(row: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """Of a step that did not measure a document the reader makes a struct of nothing."""
    return {name: dict.fromkeys(read[name]) for name in row if row[name] is None and isinstance(read[name], dict)}


def plain(value: Any) -> Any:
    """As Parquet has it: names without their table and column, text as text."""
    if isinstance(value, dict):
        return {name.rsplit("/", 1)[-1]: plain(of) for name, of in value.items()}
    if isinstance(value, list):
        return [plain(of) for of in value]
    return value.decode() if isinstance(value, bytes) else value
