import base64
import hashlib
import json
import re
from pathlib import Path

from tests.trainer.small_histories import asked, held, history, skip, told
from winnow.trainer.report.data import run_page
from winnow.trainer.report.page import render

BAD = "</script><script>alert(1)</script><!--DATA--><!--SCRIPT run.js--> \u202e\x1b[31m \ud800 ' \" & \u2028"


def page_of(text: str = "plain") -> str:
    entries = [*history(machine=text), skip(reason=text, documents=[text]), *asked(40, text, prompt=text, task=text)]
    entries[-4]["by_source"] = {text: {"bits_per_byte": 1.0}}
    return render(run_page(told(entries, f'[data]\npack = "{text}"\n', name=text)))


def test_the_data_stands_packed_in_the_page(tmp_path: Path) -> None:
    data = run_page(told(history()))
    (tmp_path / "page.html").write_text(render(data), "utf-8")
    assert held(tmp_path / "page.html") == json.loads(json.dumps(data))


def test_no_text_of_others_is_markup() -> None:
    good, bad = page_of(), page_of(BAD)
    assert bad.count("<script") == good.count("<script")
    assert bad.count("alert(1)") == good.count("alert(1)") + 1  # in the title, escaped
    title = re.search("<title>(.*?)</title>", bad)
    assert title
    assert "<" not in title[1]
    assert "\u202e" not in title[1]


def test_only_our_scripts_run_and_nothing_is_fetched() -> None:
    html = page_of()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    named = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert re.findall(r"'sha256-([^']*)'", policy[1]) == named
    assert policy[1].startswith("default-src 'none';")
    assert not re.search(r"<link|<img|\bsrc=|@import|url\(h", re.sub("<script.*?</script>", "", html, flags=re.DOTALL))


def test_the_same_data_gives_the_same_bytes() -> None:
    assert page_of() == page_of()
