import zipfile
from pathlib import Path

import pytest

from winnow.pipelines.software.modules import OURS, Module, imports, module, modules_in, parents, parsed_imports

GUARDED = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import a.b
    def f():
        import c
else:
    import d
"""
CASES = [
    ("", "p", set()),
    ("import a.b, c as d", "p", {"a.b", "c"}),
    ("from a.b import c, d as e", "p", {"a.b", "a.b.c", "a.b.d"}),
    ("from a import *", "p", {"a"}),
    ("from . import a", "p.q", {"p.q", "p.q.a"}),
    ("from .a import b", "p.q", {"p.q.a", "p.q.a.b"}),
    ("from ..a import b", "p.q", {"p.a", "p.a.b"}),
    ("def f():\n    class C:\n        import a\n", "p", {"a"}),
    ("try:\n    import a\nexcept ImportError:\n    import b\nfinally:\n    import c\n", "p", {"a", "b", "c"}),
    ("match x:\n    case 1:\n        import a\n", "p", {"a"}),
    ("import importlib\nx = [importlib.import_module('a.b')]", "p", {"importlib", "a.b"}),
    ("f(import_module('.a', 'p'))", "p", {"p.a"}),
    ("lambda: __import__('a')", "p", {"a"}),
    ("import_module(name)\nimport_module()\nimport_module(3)\nfind('a')", "p", set()),
    (GUARDED, "p", {"typing", "typing.TYPE_CHECKING", "d"}),
    ("import typing\nif typing.TYPE_CHECKING:\n    import a\nelif 1:\n    import b\n", "p", {"typing", "b"}),
    ("if not TYPE_CHECKING:\n    import a\n", "p", {"a"}),
    ("from . import a\nfrom .b import c\nimport_module('.d')\nimport e", "", {"e"}),
    ("from ... import a\nimport b", "p.q", {"b"}),
    ("import a\nprint 'Python 2'", "p", set()),
    ("import a\0", "p", set()),
    ("'import a'\n# import b\nx = 'ü 🙂'", "p", set()),
]


@pytest.mark.parametrize(("source", "package", "expected"), CASES)
def test_imports(source: str, package: str, expected: set[str]) -> None:
    assert imports(source.encode(), package) == expected


def test_parents() -> None:
    assert [*parents("a.b.c")] == ["a.b", "a"]
    assert [*parents("a")] == []


@pytest.mark.parametrize(
    "name", ["json", "sys", "__future__", "winnow.nothing", "winnow.filters.rules.Rule", "noth_ing"]
)
def test_what_is_no_module_or_comes_with_python(name: str) -> None:
    assert module(name) is None


def test_a_module_is_read_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unrun_a" / "space").mkdir(parents=True)
    (tmp_path / "unrun_a/__init__.py").write_text("from .b import c\nraise SystemExit\n")
    (tmp_path / "unrun_a/b.py").write_text("import unrun_c\n")
    (tmp_path / "unrun_a/space/d.py").write_text("")
    (tmp_path / "unrun_a/e.so").write_bytes(b"\x7fELF")
    (tmp_path / "unrun_c.py").write_text("\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = [module(name) for name in ("unrun_a", "unrun_a.b", "unrun_a.space")]
    assert found == [
        Module(b"from .b import c\nraise SystemExit\n", frozenset({"unrun_a.b", "unrun_a.b.c"})),
        Module(b"import unrun_c\n", frozenset({"unrun_c"})),
        Module(b"", frozenset()),
    ]
    assert module("unrun_a.space.d") is not None
    assert (module("unrun_a.b.c"), module("unrun_a.nothing")) == (None, None)
    assert modules_in("unrun_a") == {"unrun_a", "unrun_a.b", "unrun_a.space.d"}
    assert modules_in("noth_ing") == set()


def test_what_is_compiled_has_bytes_and_no_imports() -> None:
    found = module("numpy._core._multiarray_umath")
    assert found is not None
    assert (found.content[:1] != b"", found.imports) == (True, set())


def test_a_module_in_a_zip_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as file:
        file.writestr("packed_a/__init__.py", "")
        file.writestr("packed_a/b.py", "from . import c\n")
    monkeypatch.syspath_prepend(str(tmp_path / "packed.zip"))
    assert module("packed_a.b") == Module(b"from . import c\n", frozenset({"packed_a", "packed_a.c"}))
    assert (module("packed_a"), module("packed_a.c")) == (Module(b"", frozenset()), None)


def test_our_modules_are_read_by_their_lines_and_give_what_parsing_gives() -> None:
    """A line of a string that begins like an import would be taken for one."""
    for name in sorted(modules_in(f"{OURS}.filters") | modules_in(f"{OURS}.pipelines") | modules_in(f"{OURS}.trainer")):
        found = module(name)
        assert found is not None
        for package in (name, name.rpartition(".")[0]):  # as the file of a package, and as a module in it
            assert imports(found.content, package) == parsed_imports(found.content, package), name
