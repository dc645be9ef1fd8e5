"""The report of a small build: every number is a recount, every bar shows documents of its own."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from small_builds import LOCAL, finished, recipe

from winnow.filters.families.c4 import C4Lines
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.mask import MaskPersonal
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FIRST, KEPT
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.ledger import book
from winnow.pipelines.recipe.model import Dedup, Recipe, Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.views.report.data import report
from winnow.pipelines.views.report.page import render
from winnow.pipelines.views.report.placed import bins_of
from winnow.pipelines.views.report.slider import moved
from winnow.pipelines.views.report.written import leave

GERMAN = GopherQuality(stop_words=("der", "die", "und"))
OF_GERMAN = tuple(replace(rule, min=1) if rule.name == "stop_words" else rule for rule in GERMAN.RULES)
QUALITY = Step("gopher_quality", "gopher_quality", GopherQuality(), GopherQuality.RULES,
               languages=(("de", Step("gopher_quality", "gopher_quality", GERMAN, OF_GERMAN)),))  # fmt: skip
STEPS = (Step("c4_lines", "c4_lines", C4Lines()), Step("mask_personal", "mask_personal", MaskPersonal()), QUALITY)
WORDS = {"en": ["the", "be", "to", "of", "and", "that", "have", "with", "corn", "field", "#", "village", "evening"],
         "de": ["der", "die", "und", "mit", "Haus", "Baum", "am", "Abend", "12", "34", "Wiese", "Dorf"]}  # fmt: skip


pytestmark = pytest.mark.slow


def text(draw: random.Random, language: str) -> str:
    lines = []
    for _ in range(draw.randrange(1, 12)):
        words = draw.choices(WORDS[language], k=draw.randrange(2, 25))
        lines.append(" ".join(words) + draw.choice([".", ".", "!", ""]))
    if draw.random() < 0.3:
        lines.append("Write to someone@corp.org or to 😀 the editors of it.")
    return "\n".join(lines)


def made(**more: Any) -> Recipe:
    read = Jsonl(language="in", code_language="code")
    return recipe(*STEPS, sources=tuple(Source(name, read, "jsonl") for name in ("a", "b")),
                  dedup=Dedup(near=NearDuplicates(shingle_words=3)), **more)  # fmt: skip


def build(root: Path, documents: int = 250, **more: Any) -> tuple[Path, dict[str, Any], Recipe]:
    draw = random.Random(7)
    for name in ("a", "b"):
        rows = [{"text": text(draw, language), "in": language, "code": "C" if n % 5 == 0 else None,
                 "url": f"https://{name}.org/{n}"}
                for n, language in enumerate(draw.choices(["en", "de"], weights=[3, 1], k=documents))]  # fmt: skip
        rows += [dict(row, url=f"{row['url']}-copy") for row in rows[:30]]
        (root / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    of = made(**more)
    _, ledger = finished(root / "out", of, [f"{name}={root}/{name}.jsonl" for name in ("a", "b")])
    return root / "out", report(LOCAL, str(root / "out"), ledger, of), of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], Recipe]:
    return build(tmp_path_factory.mktemp("report"))


def rule(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(of for of in data["rules"] if of["rule"] == name)
    return found


def values(root: Path, measure: str, language: str) -> dict[str, list[float]]:
    """The stored values of a measure by fate, read from the Parquet files by other code."""
    own = f"gopher_quality.{measure}"
    found = duckdb.sql(f"""
        SELECT value, CASE WHEN rule IS NULL THEN '{KEPT}' WHEN rule != '{own}' THEN '{ANOTHER}'
                           WHEN len(failed) = 1 THEN '{ALONE}' ELSE '{FIRST}' END
        FROM (SELECT gopher_quality.{measure} AS value, NULL AS rule, [] AS failed, language
              FROM '{root}/corpus/*/*/*.parquet' UNION ALL
              SELECT gopher_quality.{measure}, rule, failed, language FROM read_parquet('{root}/rejected/*/*.parquet'))
        WHERE value IS NOT NULL AND language = '{language}'""").fetchall()
    of: dict[str, list[float]] = {fate: [] for fate in (KEPT, ALONE, FIRST, ANOTHER)}
    for value, fate in found:
        of[fate].append(value)
    return of


@pytest.mark.parametrize(("measure", "number", "language"), [
    ("words", 0, "en"), ("alphabetic_word_share", 0, "en"), ("stop_words", 0, "en"), ("stop_words", 1, "de"),
    ("mean_word_length", 0, "en"), ("hash_to_word_ratio", 0, "en"),
])  # fmt: skip
def test_the_slider_is_a_recount_of_the_stored_values(
    built: tuple[Path, dict[str, Any], Recipe], measure: str, number: int, language: str
) -> None:
    root, data, _ = built
    group = rule(data, f"gopher_quality.{measure}")["groups"][number]
    if measure == "stop_words":
        assert [g["label"] for g in rule(data, "gopher_quality.stop_words")["groups"]] == ["other languages", "de"]
        stored = values(root, measure, language)
    else:  # one group for both languages
        stored = {fate: [*of, *values(root, measure, "de")[fate]] for fate, of in values(root, measure, "en").items()}
    every = sorted(value for of in stored.values() for value in of)
    assert group["documents"] == len(every) > 0
    for limit in (*every[:: len(every) // 20], group["min"] or 0.0, every[-1] + 1):
        for least, most in ((limit, None), (None, limit)):
            found = moved(group["sketch"], least, most)
            fails = {fate: sum(v < limit if most is None else v > limit for v in of) for fate, of in stored.items()}
            width = abs(limit) / 64
            near = sum(abs(v - limit) <= width for v in every)
            for range_, true in (
                (found.more, len(stored[ALONE]) - fails[ALONE]), (found.fewer, fails[KEPT]),
                (found.anyway, fails[FIRST] + fails[ANOTHER]),
            ):  # fmt: skip
                assert range_.least <= true <= range_.most <= range_.least + near


def test_every_bar_that_counts_documents_shows_some_of_its_own(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    _, data, _ = built
    shown = 0
    for of in data["rules"]:
        for group in of["groups"]:
            for at, bar in enumerate(group["bins"]):
                for fate, kinds in (("kept", ("kept",)), ("dropped", ("alone", "first")), ("another", ("another",))):
                    listed = bar["documents"][fate]
                    if not group["languages"] and len(of["groups"]) == 1:
                        assert bool(listed) == bool(sum(bar[kind] for kind in kinds))
                    for number in listed:
                        document = data["documents"][number]
                        value = dict(document["measures"])[data["rules"].index(of)]
                        assert bins_of(group).of(np.array([value])).tolist() == [at]
                        assert fate == ("kept" if document["table"] == "corpus" else
                                        "dropped" if document["rule"] == of["rule"] else "another")  # fmt: skip
                        shown += 1
    assert shown > 400


def test_bars_and_sketch_add_up(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    for of in built[1]["rules"]:
        for group in of["groups"]:
            for fate in ("kept", "alone", "first", "another"):
                assert sum(bar[fate] for bar in group["bins"]) == sum(group["sketch"][fate])
            assert (
                sum(bar[fate] for bar in group["bins"] for fate in ("kept", "alone", "first", "another"))
                == group["documents"]
            )


def test_near_misses_are_the_nearest_on_each_side(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    _, data, _ = built
    of = rule(data, "gopher_quality.words")
    kept, dropped = (
        [dict(data["documents"][n]["measures"])[data["rules"].index(of)] for n in of["near"]["min"][fate]]
        for fate in ("kept", "dropped")
    )
    stored = {language: values(built[0], "words", language) for language in WORDS}
    near = {fate: sorted(v for by in stored.values() for f in fates for v in by[f])
            for fate, fates in (("kept", (KEPT,)), ("dropped", (ALONE, FIRST)))}  # fmt: skip
    assert (kept, dropped) == (near["kept"][:5], near["dropped"][-5:][::-1])


def test_marked_places_are_what_was_measured(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    _, data, _ = built
    number = data["rules"].index(rule(data, "gopher_quality.alphabetic_word_share"))
    shown = [document for document in data["documents"] if any(of == number for of, _, _ in document["spans"])]
    assert {document["table"] for document in shown} == {"corpus", "rejected"}
    for document in shown:
        units = document["text"].encode("utf-16-le")
        for of, start, end in document["spans"]:
            if of == number:
                assert not any(map(str.isalpha, units[2 * start : 2 * end].decode("utf-16-le")))


def test_edits_lead_back(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    _, data, _ = built
    edited = [data["documents"][number] for number in data["edited"]]
    assert len(edited) == 20
    for document in edited:
        units, was, at = document["text"].encode("utf-16-le"), "", 0
        for start, end, replacement in document["before"]:
            was += units[2 * at : 2 * start].decode("utf-16-le") + replacement
            at = end
        was += units[2 * at :].decode("utf-16-le")
        assert was.startswith(document["text"][:5]) or len(was) > len(document["text"])
        assert "email@example.com" not in was


def test_clusters_have_their_kept_document_first_and_differences(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    _, data, _ = built
    assert data["clusters"]
    for cluster in data["clusters"]:
        first, *others = [data["documents"][number] for number in cluster["members"]]
        assert (first["table"], first["cluster"], {of["cluster"] for of in others}) == (
            "corpus",
            cluster["id"],
            {cluster["id"]},
        )
        assert [diff["of"] for diff in cluster["diffs"]] == cluster["members"][1:]


def test_overlaps_are_a_recount(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    root, data, _ = built
    names = data["overlaps"]["rules"]
    for one, other, documents in data["overlaps"]["pairs"]:
        both = " AND ".join(f"list_contains(failed, '{names[of]}')" for of in (one, other))
        [(found,)] = duckdb.sql(f"SELECT count(*) FROM '{root}/rejected/*/*.parquet' WHERE {both}").fetchall()
        assert (one <= other, documents) == (True, found)
    assert len(data["overlaps"]["pairs"]) > len(names) > 2


def test_losses_by_language_are_a_recount(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    root, data, _ = built
    for of in data["languages"]:
        where = f"WHERE language = '{of['language']}' AND source = '{of['source']}'"
        [(kept,)] = duckdb.sql(f"SELECT count(*) FROM '{root}/corpus/*/*/*.parquet' {where}").fetchall()
        rows = duckdb.sql(f"SELECT rule, count(*) n FROM '{root}/rejected/gopher_quality/*.parquet' {where} "
                          "GROUP BY rule ORDER BY n DESC, rule DESC").fetchall()  # fmt: skip
        [(gone,)] = duckdb.sql(f"SELECT count(*) FROM '{root}/rejected/*/*.parquet' {where}").fetchall()
        assert (of["kept"], of["met"], (of["rule"], of["dropped"])) == (kept, kept + gone, rows[0])
        assert of["otherwise"] == gone - sum(documents for _, documents in rows)
    assert any(of["otherwise"] for of in data["languages"])


def test_the_report_of_the_same_build_is_the_same(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    root, data, of = built
    again = report(LOCAL, str(root), book.load(LOCAL, str(root)), of)
    assert render(again) == render(data)
    leave(LOCAL, str(root), book.load(LOCAL, str(root)), of, print)
    assert (root / "report.html").read_text(encoding="utf-8") == render(data)


@pytest.mark.parametrize("kept", ["sample", "none"])
def test_texts_that_are_not_kept_are_said_to_be_missing(kept: str, tmp_path: Path) -> None:
    _, data, _ = build(tmp_path, 60, rejected_text=kept)
    without = [d for d in data["documents"] if d["table"] == "rejected" and not d["text"]]
    assert (data["rejected_text"], len(without) > 5) == (kept, True)
    assert {d["note"] for d in without} == {"The recipe keeps no text of this document."}
    assert {d["note"] for d in data["documents"] if d["text"]} == {None}


def test_without_the_recipe_nothing_is_marked_and_it_is_said(built: tuple[Path, dict[str, Any], Recipe]) -> None:
    root, _, _ = built
    data = report(LOCAL, str(root), book.load(LOCAL, str(root)), None)
    assert {tuple(d["spans"]) for d in data["documents"]} == {()}
    said = "The steps that measured this document are not at hand, so no places are marked."
    assert said in {d["note"] for d in data["documents"]}
    assert {of["about"] for of in data["rules"]} == {""}
