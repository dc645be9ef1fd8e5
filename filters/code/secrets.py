"""Keys, tokens and passwords in a text: by the form that their makers gave them, or by what they are assigned to.

A form begins with a mark of its own, which is searched for as it stands, and is read from there, never farther than its
greatest length: time is linear in the text. What is assigned to a name like `api_key` or `password` must look random as
well, for such names hold names of variables, addresses and examples far more often than secrets.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from winnow.filters.edits import Span

AWS, GIT, GOOGLE, MODEL, PACKAGE, SERVICE = (
    "aws_keys", "git_tokens", "google_keys", "model_keys", "package_tokens", "service_tokens")  # fmt: skip
JWT, PRIVATE, PASSWORD, SECRET = "web_tokens", "private_keys", "passwords", "secrets"
KINDS = (AWS, GIT, GOOGLE, MODEL, PACKAGE, SERVICE, JWT, PRIVATE, PASSWORD, SECRET)
"""From the surest to the least sure: of two over each other the one that begins first counts, then this order."""

_START, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_ALONE = r"(?<![\w-])"
"""For what may hold `-` and `_`, so that of one long run no second start is tried."""
_KEY_END = r"PRIVATE KEY(?: BLOCK)?-----(?P<secret>(?:[^-]|-(?!----)){60,16384}+)-----END"
_PREFIX = r"\(?(?:[rbuf]{1,2})?"


@dataclass(frozen=True, slots=True)
class _Form:
    """What begins with one of these marks and goes on like this; the group `secret`, or all of it, is the secret."""

    kind: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]


def _form(kind: str, marks: str, rest: str, start: str = _START, end: str = _END) -> _Form:
    return _Form(kind, tuple(marks.split()), re.compile(start + rest + end, re.ASCII))


_FORMS = (
    _form(AWS, "AKIA ASIA ABIA ACCA", r"A[A-Z]{3}[A-Z2-7]{16}"),
    _form(GIT, "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _form(GIT, "github_pat_", r"github_pat_[A-Za-z0-9_]{36,255}"),
    _form(GIT, "glpat- glrt- gldt- glptt- glsoat-", r"gl[a-z]{2,5}-[\w-]{20,255}", _ALONE),
    _form(GOOGLE, "AIza", r"AIza[\w-]{35}(?![\w-])"),
    _form(GOOGLE, "ya29.", r"ya29\.[\w-]{40,2048}+", _ALONE),
    _form(GOOGLE, "GOCSPX-", r"GOCSPX-[\w-]{28}", _ALONE),
    _form(MODEL, "sk-ant-", r"sk-ant-[a-z]{3,8}\d\d-[\w-]{80,200}", _ALONE),
    _form(MODEL, "sk-", r"sk-(?:[a-z]{2,10}-)?[\w-]{16,120}T3BlbkFJ[\w-]{16,120}", _ALONE),
    _form(MODEL, "sk-", r"sk-[A-Za-z0-9]{48}", _ALONE),
    _form(MODEL, "hf_", r"hf_[A-Za-z0-9]{34,40}"),
    _form(PACKAGE, "npm_", r"npm_[A-Za-z0-9]{36}"),
    _form(PACKAGE, "pypi-AgE", r"pypi-AgE[\w-]{60,2048}+", _ALONE),
    _form(SERVICE, "xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-", r"xox[aboeprs]-[0-9A-Za-z-]{20,250}", _ALONE),
    _form(SERVICE, "hooks.slack.com/services/", r"hooks\.slack\.com/services/(?P<secret>T\w{8,12}/B\w{8,12}/\w{20,}+)"),
    _form(SERVICE, "sk_live_ rk_live_ sk_test_ rk_test_", r"[sr]k_(?:live|test)_[0-9A-Za-z]{20,247}"),
    _form(SERVICE, "SG.", r"SG\.[\w-]{22}\.[\w-]{43}", _ALONE),
    _form(SERVICE, "key-", r"key-[0-9a-f]{32}", _ALONE),
    _form(SERVICE, "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)", end=""),
    _form(SERVICE, "dop_v1_ doo_v1_ dor_v1_", r"do[por]_v1_[a-f0-9]{64}"),
    _form(SERVICE, "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _form(SERVICE, ":AA", r"(?<=\d{8}):(?P<secret>AA[\w-]{33})(?![\w-])", ""),
    _form(JWT, "eyJ", r"eyJ[\w-]{10,2000}+\.eyJ[\w-]{10,6000}+\.[\w-]{20,2000}+", _ALONE),
    _form(PRIVATE, "-----BEGIN ", rf"-----BEGIN (?:[A-Z0-9]{{1,9}} ){{0,3}}{_KEY_END}", "", ""),
    _form(PASSWORD, "://", r"://[^\s:/@\"'<>]{1,64}:(?P<secret>[^\s:/@\"'<>{}$%*\\]{8,64})@[A-Za-z0-9]", "", ""),
)  # fmt: skip
_TOLD = {
    PASSWORD: ("password", "passwd", "passphrase", "pwd"),
    SECRET: ("api_key", "apikey", "api-key", "secret", "auth_token", "authtoken", "access_token", "accesstoken",
             "access_key", "accesskey", "auth_key", "private_key", "client_key", "account_key", "bearer"),
}  # fmt: skip
"""Names, in lower case, to which secrets are assigned."""
_ASSIGNED = re.compile(
    rf"[\w-]{{1,40}}[\"'\]]{{0,2}}(?:[ \t]{{0,20}}(?:=>|:=|[:=])[ \t]{{0,20}}|[ \t]{{1,4}}){_PREFIX}"
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\"'`\s]{8,200})(?P=quote)"
    r"|(?P<bare>[A-Za-z0-9+/_-]{20,200}={0,2})(?=[\s;,#&]|\Z))",
    re.ASCII,
)
_NO_SECRET = re.compile(
    r"(?i)example|xxx|your|change_?me|placeholder|dummy|sample|fake|redacted|secret|passw|token|test|foo|bar"
    r"|\.\.\.|\*\*\*|[<>{}$]|%[(s]|://|0123|1234|abcd|aaaa|0000|\Asha\d|sha256|md5|\d{4}-\d\d-\d\d"
)
_PRIVATE_BODY = re.compile(r"[A-Za-z0-9+/]{48}")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_LEAST_ENTROPY = 3.0
"""Bits a character; of hexadecimal digits at most 4, of words about 3.5."""
_LEAST_CHANGES = 3
"""From letters to digits and back; in random ones about every fourth character."""


def secrets(text: str) -> list[tuple[Span, str]]:
    """Places and kinds, ascending, none over another."""
    found = sorted({*_by_form(text), *_by_name(text)}, key=lambda each: (each[0][0], KINDS.index(each[1]), each[0][1]))
    kept: list[tuple[Span, str]] = []
    for span, kind in found:
        if not kept or span[0] >= kept[-1][0][1]:
            kept.append((span, kind))
    return kept


def _by_form(text: str) -> Iterator[tuple[Span, str]]:
    for form in _FORMS:
        group = "secret" if form.pattern.groups else 0
        for mark in form.marks:
            at = text.find(mark)
            while at >= 0:
                match = form.pattern.match(text, at)
                if match and _is_real(form.kind, match[group]):
                    yield match.span(group), form.kind
                at = text.find(mark, match.end() if match else at + len(mark))


def _is_real(kind: str, secret: str) -> bool:
    """Whether what has the form of a secret is none that stands in every manual."""
    if kind == PRIVATE:
        return _PRIVATE_BODY.search(secret) is not None
    if kind == PASSWORD:
        return _is_password(secret)
    return not secret.endswith("EXAMPLE") and len(set(secret)) > 8 and "xxxx" not in secret.lower()


def _by_name(text: str) -> Iterator[tuple[Span, str]]:
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have two in lower case
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    for kind, names in _TOLD.items():
        for name in names:
            at = lowered.find(name)
            while at >= 0:
                if match := _ASSIGNED.match(text, at):
                    group = "quoted" if match["quote"] else "bare"
                    if _is_assigned(kind, match[group], bare=group == "bare"):
                        yield match.span(group), kind
                at = lowered.find(name, at + len(name))


def _is_assigned(kind: str, value: str, bare: bool) -> bool:
    return _is_random(value) or (kind == PASSWORD and not bare and _is_password(value))


def _is_password(value: str) -> bool:
    """Letters of both cases, digits and a mark, as nobody writes in an example."""
    return not _NO_SECRET.search(value) and len(value) <= 64 and all(
        any(map(holds, value)) for holds in (str.islower, str.isupper, str.isdigit, lambda mark: not mark.isalnum())
    )  # fmt: skip


def _is_random(value: str) -> bool:
    """Whether letters and digits change places as they do by chance; of no word, address, number or UUID."""
    if len(value) < 16 or _NO_SECRET.search(value) or _UUID.fullmatch(value):
        return False
    solid = [letter for letter in value if letter.isalnum()]
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(solid))
    return changes >= max(_LEAST_CHANGES, len(solid) // 10) and len(solid) * 10 >= len(value) * 8 and (
        _entropy(value) >= _LEAST_ENTROPY)  # fmt: skip


def _entropy(value: str) -> float:
    """Shannon's, in bits a character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for _, n in sorted(counts.items()))
