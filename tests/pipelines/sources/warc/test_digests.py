import base64
import hashlib

import pytest

from winnow.pipelines.sources.warc.digests import agrees, algorithm

DATA = b"block"
SHA1 = hashlib.sha1(DATA)
B32 = base64.b32encode(SHA1.digest()).decode()


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (f"sha1:{B32}", True),
        (f"SHA-1:{B32.lower()}", True),
        (f"sha1:{SHA1.hexdigest()}", True),
        (f"sha1:{base64.b64encode(SHA1.digest()).decode()}", True),
        (f"sha1:{base64.urlsafe_b64encode(SHA1.digest()).decode().rstrip('=')}", True),
        (f"md5:{hashlib.md5(DATA).hexdigest()}", True),
        (f"md5:{base64.b32encode(hashlib.md5(DATA).digest()).decode()}", True),
        (f"sha256:{hashlib.sha256(DATA).hexdigest()}", True),
        (f"sha256:{base64.b32encode(hashlib.sha256(DATA).digest()).decode()}", True),
        (f"sha512:{hashlib.sha512(DATA).hexdigest().upper()}", True),
        (f"sha1:{'A' * 32}", False),
        ("sha1:1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", False),
        ("sha1:", False),
        ("sha1:é", False),
        ("sha1:" + "0" * 40, False),
        ("md6:abc", None),
        ("nonsense", None),
        ("", None),
        ("blake2b:abc", None),
    ],
)
def test_agrees(label, expected):
    assert agrees(label, DATA) is expected


@pytest.mark.parametrize(
    ("label", "name"), [("sha1:x", "sha1"), ("SHA-256:x", "sha256"), ("sha1", "sha1"), ("x:y", None)]
)
def test_algorithm(label, name):
    assert algorithm(label) == name
