"""The labelled digests of WARC headers: `sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ` (WARC 1.1, section 5.8)."""

import base64
import binascii
import hashlib

_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Bytes of each digest that can be checked."""


def algorithm(label: str) -> str | None:
    """Return the algorithm's name as hashlib knows it, or None if this one is not checked."""
    name = label.partition(":")[0].strip().lower().replace("-", "")
    return name if name in _SIZES else None


def matches(label: str, name: str, digest: bytes) -> bool:
    """Return whether the label holds `digest`, in hex, base32 or base64; one that cannot be read does not."""
    value = label.partition(":")[2].strip()
    bare = value.rstrip("=")
    padded = bare + "=" * (-len(bare) % 8)
    try:
        if len(bare) == 2 * _SIZES[name]:
            return bytes.fromhex(bare) == digest
        if len(bare) == (8 * _SIZES[name] + 4) // 5:
            return base64.b32decode(padded, casefold=True) == digest
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=_altchars(bare)) == digest
    except (ValueError, binascii.Error):
        return False


def agrees(label: str, data: bytes) -> bool | None:
    """Return whether `data` has the digest of the label; None if that cannot be checked."""
    name = algorithm(label)
    return None if name is None else matches(label, name, hashlib.new(name, data).digest())


def _altchars(value: str) -> bytes | None:
    return b"-_" if "-" in value or "_" in value else None
