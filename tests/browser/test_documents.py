"""Documents beside the pictures, and one document with its places."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from pages import drawn, held

pytestmark = pytest.mark.browser


def test_a_click_on_a_bin_lists_documents_of_that_bin(visit: Callable, report: Path) -> None:
    page, data = visit(report), held(report)
    tried = 0
    for index, rule in enumerate(data["rules"]):
        group = rule["groups"][0] if rule["groups"] else {"bins": []}
        full = [at for at, bin in enumerate(group["bins"]) if any(bin["documents"].values())]
        if not rule["broken"] or not full or tried >= 24:
            continue
        page.evaluate("hash => { location.hash = hash; }", f"rule={quote(rule['rule'])}")
        card = page.locator(f"details.rule[data-rule='{index}']")
        for at in full[:: max(1, len(full) // 3)]:
            bin = group["bins"][at]
            card.locator(f"[data-bin='{at}'][role=option]").click()
            card.locator(f".beside[data-bin='{at}']").wait_for()
            while (more := card.locator(".beside button.more:visible")).count():
                more.first.click()
            shown = card.locator(".beside [data-document]").evaluate_all(
                "all => all.map(node => Number(node.dataset.document))"
            )
            wanted = [*bin["documents"]["dropped"], *bin["documents"]["kept"], *bin["documents"]["another"]]
            assert shown == wanted
            values = [dict(map(tuple, data["documents"][i]["measures"]))[index] for i in shown]
            low = bin["low"] if at and bin["low"] is not None else -float("inf")
            high = bin["high"] if at < len(group["bins"]) - 1 and bin["high"] is not None else float("inf")
            assert [value for value in values if not low <= value <= high] == []
            tried += 1
    assert tried >= 20


def test_bins_are_walked_by_arrows_and_picked_by_enter(visit: Callable, small: Path) -> None:
    page = visit(small, "#rule=step_0.measure_2")
    card = page.locator("details.rule[data-rule='2']")
    card.locator("[role=option][tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert card.locator(".beside").get_attribute("data-bin") == "2"
    assert card.locator("[role=option][aria-selected=true]").get_attribute("data-bin") == "2"


def test_near_misses_of_both_sides_are_shown(visit: Callable, report: Path) -> None:
    page, data = visit(report), held(report)
    index, rule = max(
        enumerate(data["rules"]),
        key=lambda each: min(len(each[1]["near"][s][f]) for s in ("min",) for f in ("kept", "dropped")),
    )
    page.evaluate("hash => { location.hash = hash; }", f"rule={quote(rule['rule'])}")
    shown = page.locator(f"details.rule[data-rule='{index}'] .beside [data-document]").evaluate_all(
        "all => all.map(node => Number(node.dataset.document))"
    )
    wanted = [*rule["near"]["min"]["dropped"], *rule["near"]["min"]["kept"]]
    assert wanted != []
    assert shown[: len(wanted)] == wanted


def test_a_span_shows_its_rule_and_a_rule_its_spans(visit: Callable, small: Path) -> None:
    page, data = visit(small), held(small)
    each = data["documents"][11]
    page.evaluate("hash => { location.hash = hash; }", f"doc={each['id']}")
    (rule, _, _), *_ = each["spans"]
    marks = page.locator("#document mark")
    picked = page.locator("#document mark.picked").evaluate_all("all => all.map(node => node.textContent)")
    units = each["text"].encode("utf-16-le")
    wanted = [units[2 * s : 2 * e].decode("utf-16-le") for r, s, e in each["spans"] if r == rule]
    assert "".join(picked) == "".join(wanted)
    other = each["spans"][2][0]
    page.locator(f"#document mark[data-rules~='{other}']").last.click()
    assert page.locator("#document .measure.picked").get_attribute("data-rule") in (str(rule), str(other))
    page.locator(f"#document .measure[data-rule='{rule}'] button[aria-label='Next place']").click()
    assert page.inner_text(f"#document .measure[data-rule='{rule}'] .steps .quiet") == "1 of 2"
    page.locator(f"#document .measure[data-rule='{rule}'] button[aria-label='Next place']").click()
    assert page.locator("#document mark.here").inner_text() in wanted[1]
    assert marks.count() >= 3


def test_spans_count_in_utf_16_units(visit: Callable, small: Path) -> None:
    page = visit(small)
    assert page.evaluate("pieces('a🜁b🜂c', [[0, 3, 6]], []).map(piece => [piece.text, piece.rules])") == [
        ["a🜁", []],
        ["b🜂", [0]],
        ["c", []],
    ]


def test_before_and_after_editing(visit: Callable, small: Path) -> None:
    page, data = visit(small, f"#doc={10:032x}"), held(small)
    each = data["documents"][10]
    assert "".join(page.locator("#document ins").all_inner_texts()) == each["text"][0:8]
    page.click("#document button:text-is('as extracted')")
    assert page.locator("#document del").all_inner_texts() == ["Dokument", "cut away "]
    units = each["text"].encode("utf-16-le")
    for start, end, replacement in reversed(each["before"]):
        units = units[: 2 * start] + replacement.encode("utf-16-le") + units[2 * end :]
    assert page.text_content("#document .text") == units.decode("utf-16-le")


def test_an_address_is_a_link_only_to_the_web(visit: Callable, small: Path) -> None:
    page = visit(small)
    kinds = [
        "https://a.example/x",
        "http://a.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "x",
        "",
        "java\tscript:alert(1)",
        " https://a.example",
    ]
    tags = page.evaluate(
        "urls => urls.map(url => { const node = address(url); return [node.tagName, node.getAttribute('rel')]; })",
        kinds,
    )
    link = ["A", "noreferrer noopener"]
    assert tags == [link, link, *[["SPAN", None]] * 8]


def test_a_clusters_difference_is_shown(visit: Callable, small: Path) -> None:
    page = visit(small, f"#cluster={0:032x}")
    assert page.locator("#duplicates .diff .text del").inner_text() == "this "
    assert page.locator("#duplicates .diff .text ins").inner_text() == "that "


def test_every_document_of_the_demo_opens(visit: Callable, report: Path) -> None:
    page, data = visit(report), held(report)
    drawn(page)
    assert len(data["documents"]) > 100
    wrong = page.evaluate(
        """documents => {
      const wrong = [];
      for (const [at, each] of documents.entries()) {
        report.view.open(at);
        const text = document.querySelector('#document .text').textContent;
        const bare = text.replace(/U\\+[0-9A-F]{4,6}/g, '');
        if (each.text && !bare.includes(each.text.slice(0, 20).replace(INVISIBLE, '').slice(0, 10))) wrong.push(at);
      }
      return wrong;
    }""",
        data["documents"],
    )
    assert wrong == []
