"""A module's source: where it lies and what it imports, found without importing it."""

import ast
import functools
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path

OURS = "winnow"
_NEEDS_PARSING = (b"TYPE_CHECKING", b"import_module", b"__import__")
_IMPORT = re.compile(
    r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[\w*][\w, \t]*))", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Module:
    """One module as it lies on disk."""

    content: bytes
    """Of its file; nothing where a package has no file."""
    imports: frozenset[str]
    """Dotted names; of `from a import b` both a and a.b, of which the second need not be a module."""


def top(name: str) -> str:
    return name.partition(".")[0]


def parents(name: str) -> Iterator[str]:
    """The packages that are imported before a module: a and a.b for a.b.c."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def modules_in(package: str) -> frozenset[str]:
    """The names of all modules of a package."""
    spec, found = _spec(package), set[str]()
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in Path(folder).rglob("*.py"):
            *folders, name = file.relative_to(folder).with_suffix("").parts
            found.add(".".join((package, *folders, *([] if name == "__init__" else [name]))))
    return frozenset(found)


@functools.cache
def module(name: str) -> Module | None:
    """The module of this name, or None if there is none, or Python brings it along."""
    spec = None if top(name) in sys.stdlib_module_names else _spec(name)
    if spec is None:
        return None
    if not spec.has_location or spec.origin is None:  # a package of several folders, which has no file
        return Module(b"", frozenset())
    read = getattr(spec.loader, "get_data", None)  # a loader's, for a plug-in may lie in a zip file
    content = read(spec.origin) if read else b""
    package = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
    return Module(content, imports(content, package) if spec.origin.endswith(".py") else frozenset())


@functools.cache
def _spec(name: str) -> ModuleSpec | None:
    """Where a module is found. `importlib.util.find_spec` would import the packages that it lies in."""
    loaded = getattr(sys.modules.get(name), "__spec__", None)
    if isinstance(loaded, ModuleSpec):
        return loaded
    package = name.rpartition(".")[0]
    if not package:
        return None if name in sys.modules else importlib.util.find_spec(name)
    above, found = _spec(package), ModuleSpec(name, None, is_package=True)
    for folder in (above.submodule_search_locations or ()) if above else ():
        finder = pkgutil.get_importer(folder)
        here = finder.find_spec(name) if finder else None
        if here and here.loader:
            return here
        found.submodule_search_locations += (here and here.submodule_search_locations) or ()  # type: ignore[operator]
    return found if found.submodule_search_locations else None


def imports(source: bytes, package: str) -> frozenset[str]:
    """Every name that is imported by a module of `package`, in functions too, but not for type checkers alone.

    Modules of ours are seldom parsed, which would take half a second at the start of every build.
    """
    if top(package) == OURS and not any(word in source for word in _NEEDS_PARSING):
        return frozenset(_of_lines(source.decode(), package))
    return parsed_imports(source, package)


def _of_lines(source: str, package: str) -> Iterator[str]:
    """The names that the lines of a source import which begin as such lines do."""
    for modules, module, names in _IMPORT.findall(source):
        yield from (name.split()[0] for name in modules.split(",") if modules)
        for name in _resolved(module, package) if module else ():
            yield name
            yield from (f"{name}.{each.split()[0]}" for each in names.strip("() \n,").split(",") if each != "*")


def parsed_imports(source: bytes, package: str) -> frozenset[str]:
    """The same of any module, by its syntax tree.

    What cannot be imported (a file that this Python cannot parse, a relative name beyond the top) imports nothing.
    """
    try:
        found, left = set[str](), list[ast.AST]([ast.parse(source)])
    except (SyntaxError, ValueError):
        return frozenset()
    calls = b"import_module" in source or b"__import__" in source
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and _name_of(node.test) == "TYPE_CHECKING":
            left += node.orelse
            continue
        left += ast.iter_child_nodes(node) if calls else _statements(node)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for name in _resolved("." * node.level + (node.module or ""), package):
                found |= {name} | {f"{name}.{alias.name}" for alias in node.names if alias.name != "*"}
        elif isinstance(node, ast.Call):
            found |= _called(node, package)
    return frozenset(found)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """What a node holds of statements, or of what holds some."""
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        yield from getattr(node, field, ())


def _name_of(node: ast.expr) -> str:
    """`b` of the expressions b and a.b."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _called(node: ast.Call, package: str) -> set[str]:
    """The module that `import_module("a.b")` or `__import__("a.b")` imports."""
    name = node.args[0] if node.args and _name_of(node.func) in ("import_module", "__import__") else None
    return _resolved(name.value, package) if isinstance(name, ast.Constant) and isinstance(name.value, str) else set()


def _resolved(name: str, package: str) -> set[str]:
    """A name without its leading dots; none where these lead out of the package at the top."""
    try:
        return {importlib.util.resolve_name(name, package)}
    except ImportError:
        return set()
