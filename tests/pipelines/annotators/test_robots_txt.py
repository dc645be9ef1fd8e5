import hashlib
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from small_builds import LOCAL, whole
from warc_files import write as warc_file

from winnow.filters.document import Document
from winnow.filters.rules import judge
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text
from winnow.pipelines.annotators import robots_txt
from winnow.pipelines.annotators.robots_table import Row, write
from winnow.pipelines.annotators.robots_txt import RobotsTxt
from winnow.pipelines.cli import main
from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.file import load

ROWS = [
    Row("http://a.org", "", 301, None, "https://a.org"),
    Row("https://a.org", "", 200, "user-agent: gptbot\ndisallow: /\nuser-agent: *\ndisallow: /private\n", None),
    Row("https://a.org:8080", "", 404, "", None),
    Row("https://b.org", "", 503, None, None),
    *(Row(f"https://hop{n}.org", "", 302, None, f"https://hop{n + 1}.org") for n in range(5)),
    Row("https://hop5.org", "", 200, "user-agent: *\ndisallow: /\n", None),
    Row("https://ring.org", "", 302, None, "https://ring.org"),
    Row("https://stray.org", "", 302, None, "https://none.org"),
    Row("https://z.org", "", 302, None, "https://hop0.org"),
]


@pytest.fixture
def table(tmp_path: Path) -> str:
    write(LOCAL, f"{tmp_path}/robots.parquet", ["CCBot", "GPTBot"], sorted(ROWS))
    return f"{tmp_path}/robots.parquet"


def disallowed(step: RobotsTxt, url: str | None) -> float | None:
    measures = step.measure(Document(id="0" * 32, text="", source="web", url=url), Text(""))
    assert list(measures) == ["disallowed"]
    return measures["disallowed"]


@pytest.mark.parametrize(
    ("url", "agents", "expected"),
    [
        ("https://a.org/", ("CCBot",), 0.0),
        ("https://a.org/private", ("CCBot",), 1.0),
        ("https://a.org/", ("CCBot", "GPTBot"), 1.0),
        ("https://A.ORG:443/x", ("gptbot",), 1.0),
        ("https://a.org/robots.txt", ("GPTBot",), 0.0),
        ("http://a.org/x", ("GPTBot",), 1.0),
        ("https://a.org:8080/private", ("GPTBot", "CCBot"), 0.0),
        ("https://a.org:8081/private", ("GPTBot",), None),
        ("https://www.a.org/", ("GPTBot",), None),
        ("https://b.org/", ("GPTBot",), None),
        ("https://hop0.org/", ("CCBot",), 1.0),
        ("https://z.org/", ("CCBot",), None),  # the sixth redirect
        ("https://ring.org/", ("CCBot",), None),
        ("https://stray.org/", ("CCBot",), None),
        ("https://none.org/", ("CCBot",), None),
        ("https://hop0.org/" + "x" * 8191, ("CCBot",), 1.0),
        ("https://hop0.org/" + "x" * 8192, ("CCBot",), None),
        ("urn:book:1", ("CCBot",), None),
        ("", ("CCBot",), None),
        (None, ("CCBot",), None),
    ],
)
def test_what_is_disallowed(table: str, url: str | None, agents: tuple[str, ...], expected: float | None) -> None:
    assert disallowed(RobotsTxt(table, agents), url) == expected


def test_without_a_list_all_is_unknown() -> None:
    assert disallowed(RobotsTxt(), "https://a.org/") is None


def test_nothing_is_dropped_unless_the_recipe_says_so() -> None:
    assert judge({"disallowed": 1.0}, RobotsTxt.RULES) == []


def test_a_step_travels(table: str) -> None:
    step = RobotsTxt(table, ("GPTBot",))
    assert pickle.loads(pickle.dumps(step)) == step


def test_hosts_that_are_forgotten_are_read_again(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_txt, "_AT_HAND", 50)
    step, urls = (
        RobotsTxt(table, ("CCBot",)),
        ["https://a.org/private", "https://hop0.org/", "https://a.org:8080/"] * 50,
    )
    robots_txt._known.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda url: disallowed(step, url), urls)) == [1.0, 1.0, 0.0] * 50
    known = robots_txt._known(step.list, step.agents)
    assert known._characters == sum(map(len, known._parsed)) <= 70


@pytest.mark.parametrize("agents", [(), ("CCBot/2.0",), ("*",), ("",)], ids=["none", "version", "everyone", "empty"])
def test_agents_that_are_none(agents: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowed, match="wanted names of robots, without a version"):
        RobotsTxt(agents=agents)


RECIPE = """
name = "r"
[[source]]
name = "web"
[[step]]
use = "robots_txt"
list = "robots.parquet"
"""


@pytest.mark.parametrize(
    ("name", "more", "error"),
    [
        ("robots.parquet", 'agents = ["GPTBot", "X", "a"]',
         r"r\.toml, line 8: .*robots\.parquet was made without X, a; make it again with --agents a ccbot gptbot x$"),
        ("robots.parquet", "", r"r\.toml, line 5: .* was made without Google-Extended, ClaudeBot, anthropic-ai, Bytes"),
        ("r.toml", "", r"line 7: .*such a file is made with winnow robots --input PATTERN --output FILE"),
        ("none", "", r"line 7: list: there is no file .*/none"),
    ],
)  # fmt: skip
def test_a_list_that_does_not_do(table: str, name: str, more: str, error: str) -> None:
    recipe = Path(table).with_name("r.toml")
    recipe.write_text(RECIPE.replace("robots.parquet", name) + more)
    with pytest.raises(BadCall, match=error):
        load(recipe)


def page(url: str, text: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "body": text.encode(), "http": [("Content-Type", "text/plain")]} | more


def test_a_build_drops_what_must_not_be_fetched(tmp_path: Path) -> None:
    pages = [
        page("https://a.org/robots.txt", "User-agent: CCBot\nDisallow: /private\n"),
        page("https://a.org/private/1", "one"), page("https://a.org/2", "two"),
        page("https://b.org/robots.txt", "User-agent: *\nDisallow: /\nUser-agent: ccbot\nDisallow:\n"),
        page("https://b.org/3", "three"), page("https://c.org/4", "four"),
        page("https://d.org/robots.txt", "Disallow", status="404 Not Found"), page("https://d.org/5", "five"),
    ]  # fmt: skip
    (tmp_path / "a.warc.gz").write_bytes(warc_file(pages, zipped=True))
    assert (
        main(["robots", "--input", f"{tmp_path}/a.warc.gz", "--output", f"{tmp_path}/robots.parquet", "--quiet"]) == 0
    )
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'{RECIPE}agents = ["CCBot"]\nlimits = {{ disallowed = {{ max = 0 }} }}\n[dedup]\nnear = "off"\n')
    read = load(recipe)
    digest = hashlib.sha256((tmp_path / "robots.parquet").read_bytes()).hexdigest()
    assert [each.sha256 for each in read.steps[0].lists] == [digest]
    built = whole(tmp_path / "out", read, [f"{tmp_path}/a.warc.gz"], unit_bytes=500)
    kept = {row["text"]: row["robots_txt"]["disallowed"] for row in built.rows("kept")}
    assert kept == {"two": 0.0, "three": 0.0, "four": None, "five": 0.0}
    rejected = [(row["url"], row["stage"], row["rule"], row["value"], row["limit"]) for row in built.rows("rejected")]
    assert rejected == [
        ("https://a.org/robots.txt", "read", "http.robots_txt", None, None),
        ("https://a.org/private/1", "robots_txt", "robots_txt.disallowed", 1.0, 0.0),
        ("https://b.org/robots.txt", "read", "http.robots_txt", None, None),
        ("https://d.org/robots.txt", "read", "http.status", 404.0, None),
    ]


def test_what_the_manual_shows(table: str) -> None:
    manual = (Path(__file__).resolve().parents[3] / "docs/sources.md").read_text("utf-8")
    (steps,) = re.findall(r"```toml\n(\[\[step\]\]\nuse = \"opt_out\".*?)```", manual, re.S)
    recipe = Path(table).with_name("r.toml")
    recipe.write_text(f'name = "r"\n[[source]]\nname = "web"\n{steps}')
    opt_out, robots = load(recipe).steps
    assert [(rule.name, rule.max) for rule in opt_out.rules if rule.max is not None] == [
        ("noai", 0),
        ("tdm_reservation", 0),
    ]
    assert [(rule.name, rule.max) for rule in robots.rules] == [("disallowed", 0)]
    assert robots.settings == RobotsTxt(table, ("CCBot", "GPTBot"))


@pytest.mark.parametrize(
    ("limits", "fits"), [("{ disallowed = { max = 0 } }", False), ('{ disallowed = "off" }', True)]
)
def test_a_limit_needs_a_list(tmp_path: Path, limits: str, fits: bool) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(f'name = "r"\n[[source]]\nname = "web"\n[[step]]\nuse = "robots_txt"\nlimits = {limits}\n')
    if fits:
        assert load(recipe).steps[0].settings == RobotsTxt()
        return
    with pytest.raises(BadCall) as error:
        load(recipe)
    assert str(error.value) == (
        f"{recipe}, line 4: a limit is set, and without 'list' nothing is known that it could judge: say list = 'FILE'"
    )
