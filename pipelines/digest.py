"""The digest that names pieces of work and documents."""

import hashlib
import json
from typing import Any


def digest(*values: Any) -> str:
    """32 hex digits of the canonical JSON of `values`."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
