import pytest

from winnow.filters.document import Document
from winnow.filters.edits import apply
from winnow.filters.families.secrets import KINDS, MaskSecrets, Secrets, placeholder
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text

DOCUMENT = Document(id="0" * 32, text="", source="test")
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
VALUE = "q7Rz2Lw9Xk4Tn8Vb3Yp6"
TEXT = f"a = '{TOKEN}'\napi_key = '{VALUE}'\nb = '{TOKEN}'\n"


def test_counts_and_places() -> None:
    measures = Secrets().measure(DOCUMENT, Text(TEXT))
    assert measures == {**dict.fromkeys(KINDS, 0.0), "git_tokens": 2.0, "secrets": 1.0}
    spans = Secrets().spans(DOCUMENT, Text(TEXT))
    assert {kind: [TEXT[start:end] for start, end in places] for kind, places in spans.items() if places} == {
        "git_tokens": [TOKEN, TOKEN], "secrets": [VALUE],
    }  # fmt: skip


def test_what_stands_in_their_place_tells_the_kind_only() -> None:
    edit = MaskSecrets().edit(DOCUMENT, Text(TEXT))
    masked = apply(TEXT, edit.changes)
    assert masked == "a = '<GIT_TOKEN>'\napi_key = '<SECRET>'\nb = '<GIT_TOKEN>'\n"
    assert edit.counts == {**dict.fromkeys(KINDS, 0), "git_tokens": 2, "secrets": 1}
    assert MaskSecrets().edit(DOCUMENT, Text(masked)).changes == []


def test_kinds_that_are_kept() -> None:
    edit = MaskSecrets(keep=("secrets",)).edit(DOCUMENT, Text(TEXT))
    assert apply(TEXT, edit.changes) == TEXT.replace(TOKEN, "<GIT_TOKEN>")
    with pytest.raises(NotAllowed):
        MaskSecrets(keep=("everything",))


def test_a_key_keeps_its_frame() -> None:
    body = "\n" + "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDk0V6Tomu5xxkU"] * 3) + "\n"
    text = f"-----BEGIN PRIVATE KEY-----{body}-----END PRIVATE KEY-----"
    edit = MaskSecrets().edit(DOCUMENT, Text(text))
    assert apply(text, edit.changes) == "-----BEGIN PRIVATE KEY-----<PRIVATE_KEY>-----END PRIVATE KEY-----"


@pytest.mark.parametrize("kind", KINDS)
def test_placeholders_differ(kind: str) -> None:
    assert placeholder(kind) == f"<{kind[:-1].upper()}>"
