import pytest

from winnow.filters.code.names import DATA, ending_of, is_configuration, is_lock, name_of

LOCKS = """
package-lock.json a/yarn.lock poetry.lock Cargo.lock go.sum Gemfile.lock composer.lock pnpm-lock.yaml uv.lock
Pipfile.lock npm-shrinkwrap.json x.lock.json flake.lock
""".split()  # noqa: SIM905
SETTINGS = (
    "pyproject.toml",
    "a/tsconfig.json",
    ".eslintrc.json",
    "CMakeLists.txt",
    "x.ini",
    "Dockerfile",
    ".travis.yml",
)


@pytest.mark.parametrize(
    ("path", "name", "ending"),
    [("a/B.Py", "b.py", ".py"), ("a.tar.gz", "a.tar.gz", ".gz"), ("Makefile", "makefile", ""), ("a/", "", ""),
     (".npmrc", ".npmrc", ".npmrc"), ("a\\b.c", "b.c", ".c"), ("", "", "")],
)  # fmt: skip
def test_names_and_endings(path: str, name: str, ending: str) -> None:
    assert (name_of(path), ending_of(name_of(path))) == (name, ending)


@pytest.mark.parametrize("path", LOCKS)
def test_lock_files(path: str) -> None:
    assert is_lock(path)


@pytest.mark.parametrize("path", ["lock.py", "a/lock/b.c", "package.json", "go.mod", "block", "unlock.json", ""])
def test_others(path: str) -> None:
    assert not is_lock(path)


def test_configuration() -> None:
    assert [path for path in (*SETTINGS, "a.py", "data.json", "") if is_configuration(path)] == list(SETTINGS)


def test_no_language_of_code_is_data_by_its_ending() -> None:
    assert DATA & {".py", ".c", ".h", ".js", ".ts", ".go", ".rs", ".java", ".rb", ".php", ".sql", ".m", ".r"} == set()
