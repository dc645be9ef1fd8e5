import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.agents import AGENTS, is_agent
from winnow.filters.robots import MOST_BYTES, Robots, is_robots_txt, kept, place_of

ALL = b"User-agent: *\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", ("https://example.org", "/")),
        ("HTTP://Example.ORG/A?b#c", ("http://example.org", "/A?b")),
        ("https://example.org?b", ("https://example.org", "/?b")),
        ("https://example.org#c?d", ("https://example.org", "/")),
        ("https://example.org.:443/", ("https://example.org", "/")),
        ("http://example.org:443/", ("http://example.org:443", "/")),
        ("http://example.org:080/", ("http://example.org", "/")),
        ("http://example.org:/", ("http://example.org", "/")),
        ("http://user:word@example.org:8080//a", ("http://example.org:8080", "//a")),
        ("http://[::1]:8080/", ("http://[::1]:8080", "/")),
        ("https://münchen.de/ü", ("https://münchen.de", "/ü")),
        (f"http://{'a' * 253}/", (f"http://{'a' * 253}", "/")),
        (f"http://{'a' * 254}/", None),
        ("http://a:123456/", None),
        ("http://a:b/", None),
        ("http:///a", None),
        ("http://./a", None),
        ("http://a b/", None),
        ("ftp://example.org/", None),
        ("urn:uuid:1", None),
        ("//example.org/", None),
        ("", None),
        ("http://" + "a@" * 100_000, None),
    ],
)
def test_the_place_of_a_url(url: str, expected: tuple[str, str] | None) -> None:
    assert place_of(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.org/robots.txt", True),
        ("HTTP://a.org:8080/robots.txt#x", True),
        ("https://a.org/robots.txt?x", False),
        ("https://a.org/robots.txt?", False),
        ("https://a.org/ROBOTS.TXT", False),
        ("https://a.org/a/robots.txt", False),
        ("https://a.org//robots.txt", False),
        ("https://a.org/robots.txt/", False),
        ("https://a.org/robots.txt.html", False),
        ("ftp://a.org/robots.txt", False),
        ("https://a.org", False),
        ("", False),
        (None, False),
    ],
)
def test_where_a_robots_txt_lies(url: str | None, expected: bool) -> None:
    assert is_robots_txt(url) == expected


def allowed(text: bytes, path: str, agent: str = "GPTBot") -> bool:
    """As the file itself says, which what is kept of it must say as well."""
    found = Robots(text, [agent]).allows(path)
    assert Robots(kept(text, [agent]).encode(), [agent]).allows(path) == found
    return found


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        # the longest match, RFC 9309, 2.2.2 and 5.2
        (b"allow: /example/page/\ndisallow: /example/page/disallowed.gif\n", "/example/page/x.gif", True),
        (b"allow: /example/page/\ndisallow: /example/page/disallowed.gif\n", "/example/page/disallowed.gif", False),
        (b"disallow: /\nallow: /p\n", "/page", True),
        (b"disallow: /\nallow: /p\n", "/q", False),
        (b"disallow: /p\nallow: /p\n", "/p", True),
        (b"allow: /page\ndisallow: /*.htm\n", "/page.htm", False),
        (b"allow: /\xe3\x83\x84\ndisallow: /*x\n", "/ツx", True),  # four octets
        (b"allow: /%41%41\ndisallow: /AA*\n", "/AA", False),  # three octets, as many as it would be unencoded
        # nothing said
        (b"", "/", True),
        (b"disallow:\n", "/", True),
        (b"disallow: /a\n", "/", True),
        (b"disallow: a\n", "/a", True),
        (b"disallow: $\n", "/", True),
        (b"disallow: /\n", "/robots.txt", True),
        (b"disallow: /\n", "/robots.txt?", False),
        # a path is its beginning, case counts
        (b"disallow: /fish\n", "/fish.html", False),
        (b"disallow: /fish\n", "/Fish", True),
        (b"disallow: /fish/\n", "/fish", True),
        (b"disallow: /*?\n", "/a?b", False),
        (b"disallow: /*?\n", "/a", True),
        # wildcards
        (b"disallow: *\n", "/", False),
        (b"disallow: *.php\n", "/a.php?x", False),
        (b"disallow: /a*b*c\n", "/a-c-b", True),
        (b"disallow: /a*b*c\n", "/a-b-c-d", False),
        (b"disallow: /a**b\n", "/ab", False),
        (b"disallow: /a*a\n", "/a", True),
        (b"disallow: /a$\n", "/a", False),
        (b"disallow: /a$\n", "/ab", True),
        (b"disallow: /*.gif$\n", "/x.gif", False),
        (b"disallow: /*.gif$\n", "/x.gif.gif", False),
        (b"disallow: /*.gif$\n", "/x.gif?", True),
        (b"disallow: /aba*ba$\n", "/aba", True),
        (b"disallow: /a$b\n", "/a$b", False),
        (b"disallow: /a*$\n", "/ab", False),
        (b"disallow: /a%2a\n", "/a*", False),
        (b"disallow: /a%2a\n", "/ab", True),
        (b"disallow: /a%24\n", "/a$", False),
        (b"disallow: /a%24\n", "/a", True),
        # percent-encoding, RFC 9309, 2.2.2
        (b"disallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar\n", "/foo/bar?baz=https://foo.bar", False),
        (b"disallow: /foo/bar/\xe3\x83\x84\n", "/foo/bar/%E3%83%84", False),
        (b"disallow: /foo/bar/%e3%83%84\n", "/foo/bar/ツ", False),
        (b"disallow: /foo/bar/%62%61%7A\n", "/foo/bar/baz", False),
        (b"disallow: /%2541\n", "/%41", True),
        (b"disallow: /%zz%\n", "/%zz%", False),
        (b"disallow: /a b\n", "/a%20b", False),
        (b"disallow: /\xff\n", "/%FF", False),
        (b"disallow: /\0\n", "/x", False),  # a NUL at a line's end is padding
        (b"disallow: /\0a\n", "/a", True),
        # lines
        (b"disallow: /a # not b\n", "/a", False),
        (b"disallow: /a#b\n", "/a", False),
        (b"#disallow: /a\n", "/a", True),
        (b"\t DISALLOW \t:\t/a \t\n", "/a", False),
        (b"disallow:/a", "/a", False),
        (b"disallow /a\n", "/a", False),
        (b"dissallow: /a\n", "/a", False),
        (b"disallowed: /a\n", "/a", True),
        (b"disallow: /a\rallow: /ab\r", "/ab", True),
        (b"disallow: /a\r\nallow: /ab\r\n", "/ab", True),
        (b"disallow: /a\xe2\x80\xa8allow: /\n", "/a", True),
        (b"<html><p>disallow: /\n", "/", True),
    ],
)
def test_rules(rules: bytes, path: str, expected: bool) -> None:
    assert allowed(ALL + rules, path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"disallow: /\n", True),
        (b"user-agent: *\ndisallow: /\n", False),
        (b"user-agent: gptBOT\ndisallow: /\n", False),
        (b"user-agent: gptbot\ndisallow:\n\nuser-agent: *\ndisallow: /\n", True),
        (b"user-agent: *\ndisallow: /\n\nuser-agent: gptbot\n", True),
        (b"user-agent: *\ndisallow: /\n\nuser-agent: gptbot\nallow: /a\n", True),
        (b"user-agent: gptbot\nuser-agent: *\ndisallow: /\n", False),
        (b"user-agent: gptbot\n\n\nuser-agent: x\ndisallow: /\n", False),
        # groups are merged, everyone's too
        (b"user-agent: gptbot\ndisallow: /b\nuser-agent: x\ndisallow: /\nuser-agent: GPTBot\ndisallow: /p", False),
        (b"user-agent: *\ndisallow: /b\nuser-agent: x\ndisallow: /\nuser-agent: *\ndisallow: /p", False),
        (b"user-agent: x\ndisallow: /\nuser-agent: gptbot\nallow: /\n", True),
        # other records end no group
        (b"user-agent: gptbot\ncrawl-delay: 5\nuser-agent: x\ndisallow: /\n", False),
        (b"user-agent: gptbot\nsitemap: https://a/s\ndisallow: /\n", False),
        (b"sitemap: https://a/s\nuser-agent: gptbot\ndisallow: /\n", False),
        # whose name it is
        (b"user-agent: GPTBot/1.0 (+https://a)\ndisallow: /\n", False),
        (b"user-agent: GPTBot # me\ndisallow: /\n", False),
        (b"user-agent: GPTBots\ndisallow: /\n", True),
        (b"user-agent: GPT\ndisallow: /\n", True),
        (b"user-agent: mybot GPTBot\ndisallow: /\n", True),
        (b"user-agent: GPTBot*\ndisallow: /\n", False),
        (b"user-agent: *bot\ndisallow: /\n", True),
        (b"user-agent:\ndisallow: /\n", True),
        (b"useragent: gptbot\ndisallow: /\n", False),
        (b"user agent: gptbot\ndisallow: /\n", False),
        (b"user-agent gptbot\ndisallow: /\n", False),
        (b"\xef\xbb\xbfuser-agent: gptbot\ndisallow: /\n", False),
        (b"\0user-agent: gptbot\0\ndisallow: /\n", False),
        ("user-agent: gptbot\ndisallow: /\n".encode("utf-16"), True),
        (b"", True),
        (bytes(range(256)) * 100, True),
    ],
)
def test_groups(text: bytes, expected: bool) -> None:
    assert allowed(text, "/page") == expected


def test_agents_have_rules_of_their_own() -> None:
    text = b"user-agent: ccbot\ndisallow: /a\nuser-agent: GPTBot\ndisallow: /b\nuser-agent: *\ndisallow: /c\n"
    found = {
        agents: [path for path in ("/a", "/b", "/c") if not Robots(text, agents).allows(path)]
        for agents in [("CCBot",), ("GPTBot",), ("other",), ("ccbot", "gptbot"), ("ccbot", "other"), ()]
    }
    assert found == {
        ("CCBot",): ["/a"], ("GPTBot",): ["/b"], ("other",): ["/c"], ("ccbot", "gptbot"): ["/a", "/b"],
        ("ccbot", "other"): ["/a", "/c"], (): [],
    }  # fmt: skip


def test_what_is_kept() -> None:
    text = (
        b"\xef\xbb\xbfSitemap: https://a/s\nUser-agent: x\nDisallow: /x\n\nUser-Agent: CCBot/2.0\nUser-agent: y\n"
        b"Crawl-delay: 9\nAllow: /a%2ab*$ # c\nDisallow: /\xc3\xbc b\nDisallow: /\xc3\xbc b\n\nUser-agent: gptbot\n"
        b"Disallow:\nUser-agent: *\nDisallow: /100%$\n"
    )
    assert kept(text, AGENTS) == (
        "user-agent: ccbot\nallow: /a%2Ab*$\ndisallow: /%C3%BC%20b\nuser-agent: gptbot\ndisallow:\n"
        "user-agent: *\ndisallow: /100%25$\n"
    )
    assert kept(text, ()) == "user-agent: *\ndisallow: /100%25$\n"
    assert kept(b"Disallow: /\n", AGENTS) == ""


@pytest.mark.parametrize(("cut", "expected"), [(False, ["disallow: /a", "disallow: /b"]), (True, ["disallow: /a"])])
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_cut_short_is_no_rule(cut: bool, expected: list[str], end: bytes) -> None:
    text = ALL + b"disallow: /a" + end + b"disallow: /b"
    assert kept(text, AGENTS, cut=cut).splitlines()[1:] == expected


def test_what_lies_beyond_the_bytes_that_are_read() -> None:
    line = b"disallow: /aa\n"
    text = ALL + line * (MOST_BYTES // len(line) - 2)
    at_the_border = text + b"#" * (MOST_BYTES - len(text) - 12) + b"\ndisallow: /b"
    assert len(at_the_border) == MOST_BYTES + 1
    assert kept(at_the_border[:-1], ()).splitlines()[1:] == ["disallow: /aa", "disallow: /"]
    assert kept(at_the_border, ()).splitlines()[1:] == ["disallow: /aa"]
    assert kept(b"x" * (MOST_BYTES + 1), ()) == ""


LINES = st.lists(
    st.tuples(
        st.sampled_from([b"user-agent: ", b"allow: ", b"disallow: ", b"sitemap: ", b"", b"crawl-delay: "]),
        st.one_of(st.sampled_from([b"*", b"gptbot", b"ccbot", b"x", b"/", b"/a*b$", b""]),
                  st.text("/ab*$%2Aé ", max_size=6).map(str.encode), st.binary(max_size=4)),
    ).map(b"".join),
    max_size=12,
)  # fmt: skip


@given(LINES, st.text("ab*$%/2Aé ", max_size=6).map("/{}".format))
def test_what_is_kept_says_the_same(lines: list[bytes], path: str) -> None:
    text = b"\n".join(lines)
    small = kept(text, ["GPTBot", "CCBot"])
    assert small.isascii()
    assert kept(small.encode(), ["GPTBot", "CCBot"]) == small
    for agents in (["GPTBot"], ["CCBot"], ["GPTBot", "CCBot"], ["GPTBot", "x"]):
        assert Robots(text, agents).allows(path) == Robots(kept(text, agents).encode(), agents).allows(path)
    for agents in (["GPTBot"], ["CCBot"], ["GPTBot", "CCBot"]):
        assert Robots(text, agents).allows(path) == Robots(small.encode(), agents).allows(path)


@pytest.mark.parametrize(
    "rules",
    [
        b"".join(b"disallow: /a%s%d\n" % (b"*a" * 40, n) for n in range(5_000)),
        b"disallow: /" + b"*a" * 200_000 + b"b\n",
        b"".join(b"disallow: *%sb%d\n" % (b"a" * 90, n) for n in range(4_500)),
        b"".join(b"disallow: *a%d\n" % n for n in range(28_000)),
        b"".join(b"disallow: /%d\n" % n for n in range(30_000)),
        b"%" * 500_000,
        b"user-agent " * 45_000,
    ],
)
def test_hostile_rules_take_no_long_time(rules: bytes) -> None:
    began = time.process_time()
    robots = Robots(ALL + rules, AGENTS)
    assert robots.allows("/" + "a" * 8000) is True
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CCBot", True), ("anthropic-ai", True), ("a_b.2", True), ("CCBot/2.0", False), ("*", False), ("", False),
     ("a b", False), ("é", False), ("a\n", False)],
)  # fmt: skip
def test_names_of_agents(name: str, expected: bool) -> None:
    assert is_agent(name) == expected
