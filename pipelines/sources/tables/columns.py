"""Which column of a table is which fact of a document, for every kind whose records are rows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from winnow.filters.setting_checks import one_of
from winnow.pipelines.digest import digest_of_name
from winnow.pipelines.sources import facts
from winnow.pipelines.sources.base import MAX_DETAIL, PLAIN, Content, Record
from winnow.pipelines.sources.refused import quoted

_FORMATS = {"text": PLAIN, "html": "text/html"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what; a dot leads into an object inside: `meta.url`. "" is none."""

    text: str = "text"
    """The column of the text."""
    format: str = "text"
    """`text` is taken as it stands, of `html` the main text is extracted."""
    id: str = ""
    """A column that names the document wherever it occurs; without one its id is made of the row's content."""
    url: str = "url"
    title: str = "title"
    date: str = "date"
    """What is no date goes into `meta`, as `jsonl_date`; so it is with `captured`, `language` and `code_language`."""
    captured: str = ""
    language: str = ""
    license: str = "license"
    code_language: str = ""
    meta: tuple[str, ...] = ()
    """Columns that go into `meta` as text."""
    made_by: str = ""
    """The column that says by what a synthetic text was made; it is `made_by` in `meta`, which the card counts."""
    path: str = ""
    """The column of a code file's path in its repository; it goes into `meta` as `path`, which steps for code read."""

    KIND: ClassVar[str] = "table"
    """The word that rules begin with, and what is kept in `meta` because it is no date or language."""

    def __post_init__(self) -> None:
        one_of(self, "format", _FORMATS)

    def record(self, offset: int, kind: str, row: Mapping[str, Any], identity: str) -> Record:
        """The record of a row, whose values are those of JSON; `identity` is its id where no column names it."""
        if (named := as_text(value_of(row, self.id))) is not None:
            identity = digest_of_name(named)
        meta = self._meta(row)
        url, captured = as_text(value_of(row, self.url)), self._fact(row, "captured", facts.moment, meta)
        text = value_of(row, self.text)
        if not isinstance(text, str):
            what = quoted(f"{self.KIND}.no_text", self._without(row, text))
            return Record(offset, kind, identity, url, captured, (), meta, what)
        content = Content(
            text, _FORMATS[self.format], as_text(value_of(row, self.title)),
            self._fact(row, "date", facts.date, meta), self._fact(row, "language", facts.language, meta),
            self._fact(row, "code_language", facts.code_language, meta), license_of(value_of(row, self.license)),
        )  # fmt: skip
        return Record(offset, kind, identity, url, captured, (content,), meta)

    def _without(self, row: Mapping[str, Any], text: object) -> str:
        """Why there is no text; of a column that is not there, which are."""
        if text is None and self.text.partition(".")[0] not in row and self.text not in row:
            names = ", ".join(sorted(row)).encode("utf-8", "backslashreplace").decode().replace("\0", "")
            return f"there is no column {self.text!r}; there is {names or 'none'}"
        return f"the column {self.text!r} is {kind_of(text)}"

    def _meta(self, row: Mapping[str, Any]) -> dict[str, str]:
        named = [*((name, name) for name in self.meta), ("made_by", self.made_by), ("path", self.path)]
        return {name: found for name, column in named if (found := as_text(value_of(row, column))) is not None}

    def _fact(
        self, row: Mapping[str, Any], name: str, read: Callable[[str], str | None], meta: dict[str, str]
    ) -> str | None:
        """A fact by the name of its setting."""
        return fact(as_text(value_of(row, getattr(self, name))), read, meta, f"{self.KIND}_{name}")


def fact(given: str | None, read: Callable[[str], str | None], meta: dict[str, str], key: str) -> str | None:
    """A fact as `read` understands it; what it does not is in `meta` under `key`, as it is."""
    found = None if given is None else read(given)
    if given is not None and found is None:
        meta[key] = given[:MAX_DETAIL]
    return found


def value_of(row: Mapping[str, Any], column: str) -> Any:
    """The value of a column; None where there is none."""
    if not column or column in row:
        return row.get(column)
    found: Any = row
    for name in column.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def as_text(value: Any) -> str | None:
    """A fact as text: a string as it stands, a number or a list as JSON; None and "" are not known."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def license_of(value: Any) -> str | None:
    """A license as text; those of a list all hold."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return as_text(value)
    several = len(value) > 1
    return " AND ".join(f"({each})" if several and " OR " in each.upper() else each for each in value) or None


def kind_of(value: Any) -> str:
    """What a value is, for a message."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "missing or null"}
    return kinds.get(type(value), "a number")
