import collections
import hashlib
import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from warc_files import BODY, CAPTURED, relabelled, write

from winnow.filters.agents import AGENTS
from winnow.pipelines.annotators.robots_table import RobotsTable, Row
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.robots import gather as module
from winnow.pipelines.robots.gather import Gathered, gather, row_of
from winnow.pipelines.sources.warc.robots import Answer

URL = "https://a.org/robots.txt"
RULES = b"User-agent: *\nDisallow: /a\n"
KEPT = "user-agent: *\ndisallow: /a\n"


def robots(host: str, body: bytes = RULES, day: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "url": f"https://{host}/robots.txt",
        "body": body,
        "headers": {"WARC-Date": f"2026-01-{day:02}T00:00:00Z"},
    } | more


def gathered(output: Path, *patterns: Path, agents: Sequence[str] = AGENTS) -> Gathered:
    return gather(LocalStorage(), [str(p) for p in patterns], str(output), agents, Display(io.StringIO(), quiet=True))


@pytest.mark.parametrize(
    ("answer", "rules", "location"),
    [
        (Answer(URL, CAPTURED, 200, RULES), KEPT, None),
        (Answer(URL, CAPTURED, 200, RULES, cut=True), KEPT, None),
        (Answer(URL, CAPTURED, 200, RULES[:-1], cut=True), "user-agent: *\ndisallow:\n", None),
        (Answer(URL, CAPTURED, 200, b""), "", None),
        (Answer(URL, CAPTURED, 200, BODY), "", None),
        (Answer(URL, CAPTURED, 399), None, None),
        (Answer(URL, CAPTURED, 400), "", None),
        (Answer(URL, CAPTURED, 401), "", None),
        (Answer(URL, CAPTURED, 403), "", None),
        (Answer(URL, CAPTURED, 404), "", None),
        (Answer(URL, CAPTURED, 499), "", None),
        (Answer(URL, CAPTURED, 500), None, None),
        (Answer(URL, CAPTURED, 304), None, None),
        (Answer(URL, CAPTURED, 301, location="http://b.org:80/robots.txt#x"), None, "http://b.org"),
        (Answer(URL, CAPTURED, 301, location="http://b.org/"), None, None),
    ],
)
def test_what_an_answer_says(answer: Answer, rules: str | None, location: str | None) -> None:
    assert row_of(answer, AGENTS) == Row("https://a.org", CAPTURED, answer.status, rules, location)


def test_the_newest_of_each_host(tmp_path: Path) -> None:
    first = [
        robots("a.org", b"User-agent: *\nDisallow: /old\n"), robots("b.org", status="404 Not Found"),
        robots("c.org", day=2), {"url": "https://a.org/page", "body": BODY},
        {"url": "https://z.org/robots.txt", "body": RULES, "kind": "resource", "type": "text/plain"},
    ]  # fmt: skip
    second = [
        robots("c.org", b"User-agent: *\nDisallow: /old\n"), robots("c.org", day=9, status="503 Busy"),
        robots("a.org", day=3), robots("a.org:8080"), robots("d.org", status="503 Busy"),
        robots("e.org", status="301 Moved", http=[("Location", "https://www.e.org/robots.txt")]),
    ]  # fmt: skip
    (tmp_path / "1.warc.gz").write_bytes(write(first, zipped=True))
    (tmp_path / "2.warc").write_bytes(write(second, zipped=False))
    found = gathered(tmp_path / "robots.parquet", tmp_path / "*.warc*")
    assert list(RobotsTable(str(tmp_path / "robots.parquet"))) == [
        Row("https://a.org", "2026-01-03T00:00:00Z", 200, KEPT, None),
        Row("https://a.org:8080", "2026-01-01T00:00:00Z", 200, KEPT, None),
        Row("https://b.org", "2026-01-01T00:00:00Z", 404, "", None),
        Row("https://c.org", "2026-01-02T00:00:00Z", 200, KEPT, None),
        Row("https://d.org", "2026-01-01T00:00:00Z", 503, None, None),
        Row("https://e.org", "2026-01-01T00:00:00Z", 301, None, "https://www.e.org"),
    ]
    origins = collections.Counter({"rules": 3, "all allowed": 1, "unknown": 1, "redirect": 1})
    assert found == Gathered(files=2, answers=9, origins=origins)


def test_order_and_layout_change_no_byte(tmp_path: Path) -> None:
    records = [robots(f"h{n % 5}.org", RULES + b"#%d\nDisallow: /%d\n" % (n, n), day=1 + n % 3) for n in range(20)]
    digests = set()
    for number, (reverse, zipped, parts) in enumerate(itertools.product((False, True), (False, True), (1, 3))):
        folder = tmp_path / str(number)
        folder.mkdir()
        order = records[::-1] if reverse else records
        paths = [folder / f"{part}.warc" for part in range(parts)]
        for part, path in enumerate(paths):
            path.write_bytes(write(order[part::parts], zipped=zipped))
        gathered(folder / "robots.parquet", *(paths[::-1] if reverse else paths))
        digests.add(hashlib.sha256((folder / "robots.parquet").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_damage_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = relabelled("Payload", "md5:" + "0" * 32, robots("b.org"))
    broken = robots("c.org", b"\x1f\x8bx", http=[("Content-Encoding", "gzip")])
    data = write([robots("a.org"), broken, robots("d.org")], zipped=False) + spoilt
    (tmp_path / "a.warc").write_bytes(data + b"\0" * 7)

    real = module.answer

    def fails(data: Any, item: Any, settings: Any) -> Any:
        found = real(data, item, settings)
        if isinstance(found, Answer) and "d.org" in found.url:
            raise ValueError("nobody foresaw this")
        return found

    monkeypatch.setattr(module, "answer", fails)
    found = gathered(tmp_path / "robots.parquet", tmp_path / "a.warc")
    lost = collections.Counter({"http.encoding": 1, "warc.digest": 1, "read.error": 1})
    assert found == Gathered(1, 1, collections.Counter(rules=1), lost, gaps=1, gap_bytes=7)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        (
            "a.txt",
            b"no such thing",
            r"a\.txt: nothing can be read of it: there is no record of a WARC or ARC file there",
        ),
        ("a.gz", b"", r"a\.gz: nothing can be read of it"),
        ("a.warc", write([{"body": BODY}], zipped=False), r"there is no robots\.txt among the .* hold /robotstxt/"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, data: bytes, error: str) -> None:
    (tmp_path / "good.warc").write_bytes(write([robots("a.org")], zipped=False))
    (tmp_path / name).write_bytes(data)
    given = [tmp_path / name] + [tmp_path / "good.warc"] * (name != "a.warc")
    with pytest.raises(BadCall, match=error):
        gathered(tmp_path / "out/robots.parquet", *given)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_not_replaced(tmp_path: Path) -> None:
    pages = tmp_path / "a.warc"
    pages.write_bytes(write([robots("a.org")], zipped=False))
    with pytest.raises(BadCall, match=r"a\.warc: that file is no table of robots\.txt, and is not replaced"):
        gathered(pages, pages)
    with pytest.raises(BadCall, match="that is a folder; name a file in it"):
        gathered(tmp_path, pages)
    with pytest.raises(BadCall, match="that is no file, and is not replaced by one"):
        gathered(Path("/dev/null"), pages)
    with pytest.raises(BadCall, match=r"--input .*none: no file matches"):
        gathered(tmp_path / "robots.parquet", tmp_path / "none")
    assert [path.name for path in tmp_path.iterdir()] == ["a.warc"]
    for agents in (["GPTBot"], ["CCBot", "GPTBot"]):
        gathered(tmp_path / "robots.parquet", pages, agents=agents)
        assert RobotsTable(str(tmp_path / "robots.parquet")).agents == [agent.lower() for agent in agents]
