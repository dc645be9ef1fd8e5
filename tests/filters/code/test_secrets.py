"""The secrets are made here, so that none stands in the tree."""

import base64
import random
import string
import time
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.code.secrets import (
    AWS,
    GIT,
    GOOGLE,
    JWT,
    KINDS,
    MODEL,
    PACKAGE,
    PASSWORD,
    PRIVATE,
    SECRET,
    SERVICE,
    secrets,
)

LETTERS = string.ascii_letters + string.digits


def some(length: int, alphabet: str = LETTERS, seed: int = 3) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


def web_token() -> str:
    parts = ('{"alg":"HS256","typ":"JWT"}', '{"sub":"8123","name":"somebody"}')
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), some(43)])


TOKENS: list[tuple[str, str]] = [
    (AWS, "AKIA" + some(16, string.ascii_uppercase + "234567")),
    (GIT, "ghp_" + some(36)),
    (GIT, "github_" + "pat_" + some(82)),
    (GIT, "glpat-" + some(20)),
    (GOOGLE, "AIza" + some(35)),
    (GOOGLE, "GOCSPX-" + some(28)),
    (GOOGLE, "ya29." + some(60)),
    (MODEL, "sk-" + some(48)),
    (MODEL, "sk-proj-" + some(40) + "T3BlbkFJ" + some(40, seed=4)),
    (MODEL, "sk-ant-" + "api03-" + some(93)),
    (MODEL, "hf_" + some(34)),
    (PACKAGE, "npm_" + some(36)),
    (PACKAGE, "pypi-" + "AgEIcHlwaS5vcmc" + some(70)),
    (SERVICE, "xoxb-" + some(12, string.digits) + "-" + some(24)),
    (SERVICE, "sk_" + "live_" + some(24)),
    (SERVICE, "SG." + some(22) + "." + some(43, seed=5)),
    (SERVICE, "shpat_" + some(32, "0123456789abcdef")),
    (SERVICE, "dop_v1_" + some(64, "0123456789abcdef")),
    (JWT, web_token()),
]


@pytest.mark.parametrize(("kind", "token"), TOKENS)
@pytest.mark.parametrize("form", ["{}", "x = '{}'", 'KEY="{}"\n', "curl -H 'X: {}' a", "é{}é", "({}),"])
def test_tokens_by_their_form(kind: str, token: str, form: str) -> None:
    text = form.format(token)
    assert [(text[start:end], found) for (start, end), found in secrets(text)] == [(token, kind)]


@pytest.mark.parametrize(("kind", "token"), TOKENS)
def test_a_longer_word_is_another(kind: str, token: str) -> None:
    assert all(kind not in found for _, found in secrets(f"a{token}"))


def test_private_keys() -> None:
    body = "\n" + "\n".join(some(64, LETTERS + "+/", seed) for seed in range(12)) + "\n"
    for name in ("RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"):
        text = f"key = '''-----BEGIN {name}-----{body}-----END {name}-----'''"
        assert [(text[start:end], kind) for (start, end), kind in secrets(text)] == [(body, PRIVATE)]
    assert secrets("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----") == []
    assert secrets(f"-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----") == []
    assert secrets(f"-----BEGIN PRIVATE KEY-----{body}") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("password = '{}'", PASSWORD), ('"db_password": "{}",', PASSWORD), ("api_key: '{}'", SECRET),
        ("API_KEY={}\n", SECRET),
        ('client_secret => "{}"', SECRET), ("aws_secret_access_key = {}", SECRET), ('secret["x"] = "{}"', None),
        ("authToken: `{}`", SECRET), ("Authorization: Bearer {}", SECRET), ("MY_SECRET = b'{}'", SECRET),
        ("checksum = '{}'", None), ("sha256: {}", None), ("key = '{}'", None), ("'{}'", None),
    ],
)  # fmt: skip
def test_what_is_assigned_to_a_telling_name(text: str, kind: str | None) -> None:
    value = some(40)
    assert [found for _, found in secrets(text.format(value))] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "value",
    ["example-key-1a2b3c4d5e6f7g", "your_api_key_here_1a2b3c", "xxxxxxxxxxxxxxxxxxxx", "${API_KEY_1A2B3C4D5E}", "abc",
     "<your-1a2b3c4d5e6f7g8h>", "some.module.attribute.name", "correct-horse-battery-staple", "0123456789abcdef0123",
     "2024-01-02T03:04:05.678Z", "ThisIsALongClassName2Version", "http://host1/path2/a3b4c5d6", "1111111111111111111",
     "test1a2b3c4d5e6f7g8h9i", str(uuid.UUID(int=0x1A2B3C4D5E6F708192A3B4C5D6E7F809))],
)  # fmt: skip
def test_values_that_are_no_secrets(value: str) -> None:
    assert secrets(f"api_key = '{value}'\nsecret: {value}\npassword = '{value}'") == []


@pytest.mark.parametrize(
    "text",
    ["password = get_password(user)", "api_key = config.api_key_2", "secret: str | None = None", "password: hunter2",
     "def token(self): return self._token", "AKIAIOSFODNN7EXAMPLE", "ghp_short", "sk-learn", "eyJ.eyJ.x", "http://a:b@c",
     "https://user:password@host/", "git@github.com:a/b", "sha512-" + "Ab1" * 28 + "=="],
)  # fmt: skip
def test_code_that_has_no_secret(text: str) -> None:
    assert secrets(text) == []


def test_a_password_in_an_address() -> None:
    text = "postgres://admin:Zk4+hQ9wLr@db.internal:5432/x"
    assert secrets(text) == [((17, 27), PASSWORD)]


def test_the_surer_kind_counts_where_two_lie_over_each_other() -> None:
    token = "ghp_" + some(36)
    assert secrets(f"auth_token = '{token}'") == [((14, 54), GIT)]


def test_letters_that_have_two_in_lower_case_move_nothing() -> None:
    text = f"İİİ api_key = '{some(40)}'"
    assert [text[start:end] for (start, end), _ in secrets(text)] == [some(40)]


PIECES = ("password", " = ", "'", '"', "api_key", ":", "ghp_", "-----BEGIN ", "PRIVATE KEY-----", "eyJ", "://", "@",
          "a1b2c3d4e5f6g7h8i9", "\n", "é", "İ", *(token for _, token in TOKENS))  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_places_ascend_and_lie_in_the_text(text: str) -> None:
    at = 0
    for (start, end), kind in secrets(text):
        assert at <= start < end <= len(text)
        assert kind in KINDS
        at = end


HOSTILE: list[Callable[[int], str]] = [
    lambda n: "password" * (n // 8), lambda n: "eyJ" * (n // 3), lambda n: "eyJ-" * (n // 4), lambda n: "eyJ" + "a" * n,
    lambda n: "sk-" * (n // 3), lambda n: "-----BEGIN PRIVATE KEY-----" * (n // 27), lambda n: "://a:" * (n // 5),
    lambda n: "secret = " * (n // 9), lambda n: "api_key" + " " * n, lambda n: "api_key=" + "a1" * (n // 2),
    lambda n: "12345678:AA" * (n // 11), lambda n: "ghp_" * (n // 4), lambda n: "secret '" * (n // 8),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_texts_take_linear_time(number: int) -> None:
    began = time.process_time()
    secrets(HOSTILE[number](1_000_000))
    assert time.process_time() - began < 5
