"""GitHub's linguist through enry: one adapter, imported on first use, for it starts Go's runtime in the process.

A process that began it must not fork; the workers of a build never do. Every call takes a copy of what it is given.
"""

import functools
from typing import Any

NAME_CHARACTERS = 1000
"""Of a path are asked, from its end."""


@functools.cache
def _enry() -> Any:
    import enry

    return enry


def language(path: str, content: bytes) -> str | None:
    """The language as linguist calls it: by modeline, name, shebang and ending, where several have it by the content.

    Without a path by modeline and shebang alone.
    """
    asked, found = _enry(), ""
    if path:
        found = asked.get_language(_name(path), content)
    for ask in () if found or path else (asked.get_language_by_shebang, asked.get_language_by_modeline):
        found = found or ask(content).language
    return found or None


def type_of(language: str | None) -> str:
    """`programming`, `markup`, `data` or `prose`; nothing of what is no language of linguist's."""
    return str(_enry().get_language_type(language) or "") if language else ""


def is_vendored(path: str) -> bool:
    return bool(_enry().is_vendor(_name(path)))


def is_generated(path: str, content: bytes) -> bool:
    return bool(_enry().is_generated(_name(path), content))


def is_test(path: str) -> bool:
    return bool(_enry().is_test(_name(path)))


def is_documentation(path: str) -> bool:
    return bool(_enry().is_documentation(_name(path)))


def _name(path: str) -> str:
    """A path that C can hold."""
    return path[-NAME_CHARACTERS:].replace("\0", "").encode("utf-8", "replace").decode()
