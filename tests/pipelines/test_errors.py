"""Whose an error is, and how it is told."""

import errno
import importlib
from pathlib import Path

import pytest

from winnow.pipelines.errors import BadCall, BuildFailed, Damaged, Starved, described, is_documents, is_scarce, told


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "scarce", "documents"),
    [
        (KeyError("x"), False, True),
        (RecursionError(), False, True),
        (OSError(errno.ENAMETOOLONG, "x"), False, True),
        (OSError("a zip file that is none"), False, True),
        (OSError(errno.EIO, "x"), False, False),
        (OSError(errno.ENOSPC, "x"), False, False),
        (OSError(errno.ENOMEM, "x"), True, False),
        (OSError(errno.EMFILE, "x"), True, False),
        (BlockingIOError(errno.EAGAIN, "x"), True, False),
        (MemoryError(), True, False),
        (caused(ValueError("x"), MemoryError()), True, False),
        (RuntimeError("can't start new thread"), True, False),
        (RuntimeError("x"), False, True),
        (ImportError("x.so: cannot allocate memory in static TLS block"), True, False),
        (ImportError("x"), False, False),
        (Starved("x"), True, False),
        (BuildFailed("x"), False, False),
        (BadCall("x"), False, False),
    ],
)
def test_whose_an_error_is(error: Exception, scarce: bool, documents: bool) -> None:
    assert (is_scarce(error), is_documents(error)) == (scarce, documents)


class Mute(RuntimeError):
    """Its message is an error, and so is to compare it."""

    def __init__(self, worse: BaseException) -> None:
        super().__init__()
        self.worse = worse

    def __str__(self) -> str:
        raise self.worse

    def __eq__(self, other: object) -> bool:
        raise self.worse

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("worse", [RuntimeError("in str"), GeneratorExit()])
def test_an_error_without_a_message_is_told(worse: BaseException) -> None:
    error = caused(Mute(worse), Mute(worse))
    assert described(error) == f"Mute: no message, for to ask for it raises {type(worse).__name__}"
    assert (is_scarce(error), is_documents(error)) == (False, True)


@pytest.mark.parametrize("worse", [KeyboardInterrupt(), SystemExit(1)])
def test_what_ends_the_process_does_so_in_a_message_too(worse: BaseException) -> None:
    with pytest.raises(type(worse)):
        described(Mute(worse))


def test_an_error_is_told_in_one_line() -> None:
    assert told(BuildFailed("a\n  b")) == "a b"
    assert told(caused(RuntimeError("the engine's\nframes"), Damaged("x: is gone", ("y",)))) == "x: is gone"
    assert told(caused(Damaged("x: is gone"), KeyError("z"))) == "x: is gone"


def test_a_file_that_cannot_be_imported_is_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "of_no_grammar.py").write_text("x = 1\n\ny = = 2\n")
    (tmp_path / "of_no_library.py").write_text("import re\nimport nothing_of_that_name\n")
    with pytest.raises(SyntaxError) as grammar:
        importlib.import_module("of_no_grammar")
    with pytest.raises(ModuleNotFoundError) as library:
        importlib.import_module("of_no_library")
    name = tmp_path.name
    said = f"SyntaxError: invalid syntax (of_no_grammar.py, line 3), at {name}/of_no_grammar.py:3"
    assert described(grammar.value) == said
    said = f"ModuleNotFoundError: No module named 'nothing_of_that_name', at {name}/of_no_library.py:2"
    assert described(library.value) == said


def test_where_an_error_arose_is_told_without_what_differs_between_machines() -> None:
    with pytest.raises(ValueError, match="object") as caught:
        raise ValueError("<object at 0x7f00beef>\n" + "y" * 1000)
    line = caught.tb.tb_lineno
    assert described(caught.value) == f"ValueError: <object at 0x> {'y' * 285}, at pipelines/test_errors.py:{line}"
