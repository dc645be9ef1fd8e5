"""The digests that name pieces of work and documents."""

import hashlib
import json
from typing import Any


def digest(*values: Any) -> str:
    """32 hex digits of the canonical JSON of `values`."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def digest_of_name(name: str) -> str:
    """The id of a document that bears this name where it came from: a value of the column that a table has for ids."""
    return digest_of_bytes(b"id", name.encode("utf-8", "surrogatepass"))


def digest_of_bytes(*parts: bytes) -> str:
    """32 hex digits of `parts`, each with its length, so that other parts of the same bytes have another."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()
