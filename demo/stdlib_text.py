"""English that every Python carries: the reference topics and the docstrings of a fixed list of modules.

The files are parsed, never imported, and read from the standard library's own folder, so the text is there without
network and even under `python -OO`. It differs a little from one release of Python to the next.
"""

import ast
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.markup import Block, blocks

MIN_WORDS = 140
MAX_WORDS = 420
"""Words of one article: the longest sections are cut into several."""

MODULES = (
    "_pydecimal", "abc", "argparse", "ast", "asyncio/base_events", "asyncio/events", "asyncio/locks", "asyncio/queues",
    "asyncio/runners", "asyncio/streams", "asyncio/tasks", "base64", "bdb", "calendar", "cmd", "codecs",
    "collections/__init__", "concurrent/futures/_base", "configparser", "contextlib", "copy", "csv", "dataclasses",
    "difflib", "doctest", "email/_header_value_parser", "email/_policybase", "email/contentmanager", "email/header",
    "email/headerregistry", "email/message", "email/policy", "email/utils", "enum", "filecmp", "fileinput",
    "fractions", "ftplib", "functools", "getopt", "gettext", "hashlib", "heapq", "html/parser", "http/client",
    "http/cookiejar", "http/cookies", "http/server", "imaplib", "inspect", "io", "ipaddress", "json/__init__",
    "json/decoder", "json/encoder", "locale", "logging/__init__", "logging/config", "logging/handlers", "lzma",
    "mailbox", "mimetypes", "multiprocessing/managers", "multiprocessing/pool", "multiprocessing/shared_memory",
    "numbers", "operator", "optparse", "os", "pdb", "pickle", "pickletools", "pkgutil", "platform", "plistlib",
    "poplib", "posixpath", "pprint", "pstats", "random", "sched", "secrets", "selectors", "shelve", "shlex", "shutil",
    "smtplib", "socket", "socketserver", "ssl", "statistics", "string", "subprocess", "symtable", "tarfile",
    "tempfile", "textwrap", "threading", "timeit", "tokenize", "trace", "traceback", "types", "typing",
    "unittest/case", "unittest/loader", "unittest/mock", "unittest/suite", "urllib/parse", "urllib/request",
    "urllib/robotparser", "uuid", "warnings", "wave", "weakref", "webbrowser", "xml/dom/minidom",
    "xml/etree/ElementTree", "xml/sax/handler", "xmlrpc/client", "xmlrpc/server", "zipapp", "zipfile",
)  # fmt: skip
"""Modules in every CPython from 3.11 to 3.13, as paths below the standard library; zipfile became a package in 3.12."""


@dataclass(frozen=True, slots=True)
class Article:
    """A title and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def articles() -> list[Article]:
    """Every article, in a fixed order; raises FileNotFoundError that names a module this Python lacks.

    A paragraph is used once: the reference repeats whole sections, and duplicates are to be made on purpose.
    """
    library = Path(sysconfig.get_paths()["stdlib"])
    sections = [*_topics(library), *(section for name in MODULES for section in _module(library, name))]
    seen: set[str] = set()
    found: list[Article] = []
    for title, texts in sections:
        fresh = [block for text in texts for block in blocks(text) if _is_first(block, seen)]
        found += _cut(title, fresh)
    return found


def _is_first(block: Block, seen: set[str]) -> bool:
    if block.kind == "heading":
        return True
    if block.text in seen:
        return False
    seen.add(block.text)
    return True


def _topics(library: Path) -> Iterator[tuple[str, list[str]]]:
    """The reference topics: one literal dict of name and text."""
    tree = ast.parse((library / "pydoc_data" / "topics.py").read_bytes())
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            topics: dict[str, str] = ast.literal_eval(node.value)
            for name in sorted(topics):
                first, _, rest = topics[name].strip().partition("\n")
                yield first.replace('"', ""), [rest]


def _module(library: Path, name: str) -> Iterator[tuple[str, list[str]]]:
    """The docstrings of a module: its own and its functions', then those of each class."""
    path = library / f"{name}.py"
    if not path.exists():
        path = library / name / "__init__.py"
    tree = ast.parse(path.read_bytes())
    dotted = name.removesuffix("/__init__").replace("/", ".").lstrip("_")
    functions = [_described(node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    yield f"Working with {dotted}", [ast.get_docstring(tree) or "", *functions]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = [_described(child) for child in node.body if isinstance(child, ast.FunctionDef)]
            yield f"{node.name} in {dotted}, explained", [ast.get_docstring(node) or "", *methods]


def _described(node: ast.FunctionDef) -> str:
    """A docstring under the function's name as a heading, or "" where there is none."""
    text = ast.get_docstring(node) or ""
    return f"{node.name}\n{'=' * len(node.name)}\n\n{text}" if text else ""


def _cut(title: str, found: list[Block]) -> Iterator[Article]:
    """Cut a long section at paragraphs; drop what is too short, and headings with nothing below them."""
    part: list[Block] = []
    words = number = 0
    for position, block in enumerate(found):
        if block.kind == "heading" and (position + 1 == len(found) or found[position + 1].kind == "heading"):
            continue
        part.append(block)
        words += len(block.text.split()) if block.kind != "code" else 0
        full = words >= MAX_WORDS and block.kind != "heading"
        if (full or position + 1 == len(found)) and words >= MIN_WORDS:
            number += 1
            yield Article(title if number == 1 else f"{title} ({number})", tuple(part))
        if full:
            part, words = [], 0
