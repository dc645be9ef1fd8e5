import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.families.mask import HOSTS, NETWORKS, MaskPersonal, placeholder
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
E = "email@example.com"


def edit(string: str, step: MaskPersonal | None = None) -> tuple[str, int, int]:
    result = (step or MaskPersonal()).edit(DOCUMENT, Text(string))
    assert list(result.counts) == ["emails", "ip_addresses"]
    return apply(string, result.changes), result.counts["emails"], result.counts["ip_addresses"]


@pytest.mark.parametrize(
    ("string", "expected", "count"),
    [
        ("a@b.org", E, 1),
        ("Write to John.Doe+news@mail.example.co.uk.", f"Write to {E}.", 1),
        ("<a_b%c-d@b-c.museum>, x@y.de!", f"<{E}>, {E}!", 2),
        ("mailto:a@b.org?subject=x", f"mailto:{E}?subject=x", 1),
        ("-a@b.org--", f"-{E}--", 1),
        ("a@b.org-", f"{E}-", 1),
        ("a@müller.de", E, 1),
        ("邮箱a@b.org联系", f"邮箱{E}联系", 1),
        ("a@b.org-c@d.org", f"{E}-{E}", 2),
        ("a@b.org.c@d.org", f"{E}.{E}", 2),
        ("a@b.org@d.org", f"a@{E}", 1),
        ("0@ª.com0@0.com", f"0@ª.{E}", 1),
        ("a@b.c1", "a@b.c1", 0),
        ("a@b", "a@b", 0),
        ("a@b.c", "a@b.c", 0),
        ("@b.org", "@b.org", 0),
        ("a @b.org", "a @b.org", 0),
        ("a@@b.org", "a@@b.org", 0),
        (E, E, 0),
        # every alphabet, whole; text of other scripts stays
        ("j\u00f6rg@m\u00fcller.de", E, 1),
        (
            "\u0444\u0451\u0434\u043e\u0440@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444 \u043d\u0430",
            f"{E} \u043d\u0430",
            1,
        ),
        ("\u03bd\u03af\u03ba\u03bf\u03c2@b.\u03b5\u03bb!", f"{E}!", 1),
        ("a@\u4f8b\u5b50.\u516c\u53f8", E, 1),
        ("a@b.org\u00e9", f"{E}\u00e9", 1),
        # nobody's
        ("other@example.com", "other@example.com", 0),
        ("x@mail.example.org, y@example.net, z@example.edu", "x@mail.example.org, y@example.net, z@example.edu", 0),
        ("x@any.example x@any.test x@a.invalid", "x@any.example x@any.test x@a.invalid", 0),
        ("x@example.de x@myexample.com x@any.tests", f"{E} {E} {E}", 3),
        ("git clone git@github.com:a/b.git", "git clone git@github.com:a/b.git", 0),
        ("digit@github.com", E, 1),
        ("https://user:pass@host.com/x", "https://user:pass@host.com/x", 0),
        ("ftp://user@host.com a@b.org", f"ftp://user@host.com {E}", 1),
        ("https://b.org/ a@b.org", f"https://b.org/ {E}", 1),
        ("\x00a@b.org🙂", f"\x00{E}🙂", 1),
        ("", "", 0),
    ],
)
def test_emails(string: str, expected: str, count: int) -> None:
    assert edit(string) == (expected, count, 0)


def masked(*addresses: str) -> list[str]:
    return [placeholder(address) for address in addresses]


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "223.255.255.255", "172.32.0.1", "193.99.144.85"])
@pytest.mark.parametrize("form", ["{}", "({})", "at {}.", "http://{}:80/x", "{}/24", "地址{}是", "{}, {}", "a@{}"])
def test_public_addresses(address: str, form: str) -> None:
    count = form.count("{}")
    string = form.format(*[address] * count)
    assert edit(string) == (form.format(*masked(address) * count), 0, count)


@pytest.mark.parametrize(
    "string",
    [
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.0.1", "0.0.0.0",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "100.64.0.1", "192.0.2.1", "198.51.100.7",
        "203.0.113.9", "256.1.1.1", "8.8.8.256", "08.8.8.8", "1.2.3", "1.2.3.4.5", "v1.2.3.4", "1.2.3.4a",
        "1.2.3.4444", "1111.2.3.4", "1.2..3.4", "8.8.8.8_", "٨.٨.٨.٨",
    ],
)  # fmt: skip
def test_what_is_no_public_address_stays(string: str) -> None:
    assert edit(string) == (string, 0, 0)


@pytest.mark.parametrize(
    "string",
    [
        "WebSphere 8.5.1.2", "Chrome 115.0.2.1", "the object identifier 1.3.6.1 stands", "see section 5.4.3.2 of it",
        "\u00a7 45.67.89.100", "version 45.67.89.100", "Version: 45.67.89.100", "build 45.67.89.100",
        "release=45.67.89.100", "OID 45.67.89.100", "\u7248\u672c\uff1a5.4.3.2", "5.4.3.2 Scope", "Fix pack 45.67.8.9",
        "31.31.31.255", "\u0432\u0435\u0440\u0441\u0438\u044f 45.67.89.100",
    ],
)  # fmt: skip
def test_versions_and_sections_stay(string: str) -> None:
    assert edit(string) == (string, 0, 0)


@pytest.mark.parametrize(
    "string",
    [
        "32.31.32.1", "IP 5.4.3.2", "ip: 5.4.3.2", "the host 5.4.3.2", "http://5.4.3.2/", "5.4.3.2:8080", "5.4.3.2/24",
        "root@5.4.3.2", "from 5.4.3.2", "DNS 9.9.9.9", "9.9.9.9", "subversion repository 45.67.89.100",
        "version of 45.67.89.100",
    ],
)  # fmt: skip
def test_addresses_do_not(string: str) -> None:
    assert edit(string)[2] == 1


def test_a_placeholder_depends_on_the_match_alone() -> None:
    one, other = placeholder("8.8.8.8"), placeholder("8.8.4.4")
    assert (one, other) == ("192.0.2.95", "198.51.100.212")
    assert edit("8.8.8.8 8.8.4.4 8.8.8.8")[0] == f"{one} {other} {one}"
    assert edit("8.8.4.4")[0] == other


def test_placeholders_are_hosts_of_the_documentation_networks() -> None:
    hosts = {str(host) for network in NETWORKS for host in ipaddress.ip_network(f"{network}.0/24").hosts()}
    found = {placeholder(f"8.8.{i}.{j}") for i in range(100) for j in range(100)}
    assert found == hosts
    assert len(hosts) == len(NETWORKS) * HOSTS


@settings(max_examples=250)
@given(st.text(alphabet="a1.@-_ é%", max_size=40) | st.from_regex(r"(\w@\w\.com[-._\d]*|8\.8\.\d\.\d\.?){1,4}"))
def test_a_second_pass_changes_nothing(string: str) -> None:
    once, _, _ = edit(string)
    assert edit(once) == (once, 0, 0)


N = 1_000_000


@pytest.mark.parametrize(
    "string",
    [
        "a@" * (N // 2), "a" * N, "a." * (N // 2), "1." * (N // 2), "1" * N, "1.1.1." * (N // 6), "." * N, "@" * N,
        "a@" + "b." * (N // 2), "a@" + "b-" * (N // 2), ("a@" + "b." * 500) * (N // 1000), "a@bc.de1" * (N // 8),
        "a@" + "é" * N, "a@b.c-" * (N // 6), "a@b.c@" * (N // 6), "._" * (N // 2), " " * N,
    ],
)  # fmt: skip
def test_hostile_texts_come_back_as_they_are(string: str) -> None:
    assert edit(string) == (string, 0, 0)


@pytest.mark.slow
def test_a_million_addresses() -> None:
    assert edit("a@b.org 8.8.8.8 " * 50_000) == (f"{E} {placeholder('8.8.8.8')} " * 50_000, 50_000, 50_000)


def test_settings() -> None:
    assert edit("a@b.org 8.8.8.8", MaskPersonal(emails=False))[1:] == (0, 1)
    assert edit("a@b.org 8.8.8.8", MaskPersonal(ip_addresses=False)) == (f"{E} 8.8.8.8", 1, 0)
    assert edit("a@b.org", MaskPersonal(email="[e-mail]")) == ("[e-mail]", 1, 0)
