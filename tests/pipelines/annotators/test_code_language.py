import time
from dataclasses import replace

import pytest

from winnow.filters.document import Document
from winnow.filters.rules import Reject, judge
from winnow.filters.setting_checks import NotAllowed
from winnow.filters.text import Text
from winnow.pipelines.annotators.code_language import CodeLanguage


def document(text: str, path: str = "", **facts: str) -> Document:
    return replace(Document("0" * 32, text, "code", meta={"path": path} if path else {}), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a.py", "import os\n", "Python"), ("a/Dockerfile", "FROM x\n", "Dockerfile"), ("CMakeLists.txt", "", "CMake"),
        ("a.h", "#include <vector>\nclass A { public: int a; };\n", "C++"), ("a.h", "int a;\n", "C"),
        ("a.m", "#import <Foundation/Foundation.h>\n@interface A : B\n@end\n", "Objective-C"),
        ("run", "#!/usr/bin/env python3\nprint(1)\n", "Python"), ("run", "hello\n", None),
        ("", "#!/bin/bash\necho\n", "Shell"), ("", "import os\n", None), ("", "# -*- mode: ruby -*-\n", "Ruby"),
        ("", "", None), ("a.unknown", "x", None), ("é\ud800\0.py", "\ud800", "Python"),
        ("x" * 100_000 + ".py", "", "Python"),
        ("a\\b.rs", "fn main() {}\n", "Rust"),
    ],
)  # fmt: skip
def test_languages(path: str, text: str, language: str | None) -> None:
    assert CodeLanguage().annotate(document(text, path)).code_language == language


def test_what_is_known_stays() -> None:
    told = document("import os\n", "a.py", code_language="Something")
    assert CodeLanguage().annotate(told) is told


def test_another_key_may_hold_the_path() -> None:
    asked = replace(document("import os\n"), meta={"file": "a.py"})
    assert CodeLanguage(path="file").annotate(asked).code_language == "Python"


@pytest.mark.parametrize(
    ("keep", "language", "known", "broken"),
    [
        ((), "C++", 1.0, []), (("c++", "Python"), "C++", 1.0, []),
        (("Python",), "C++", 1.0, [Reject("listed", 0.0, 1.0)]),
        (("Python",), None, 0.0, []),  # unknown is never judged
    ],
)  # fmt: skip
def test_rules(keep: tuple[str, ...], language: str | None, known: float, broken: list[Reject]) -> None:
    asked = replace(document(""), code_language=language)
    measures = CodeLanguage(keep=keep).measure(asked, Text(""))
    assert measures["known"] == known
    assert judge(measures, CodeLanguage.RULES) == broken


def test_only_so_much_is_read() -> None:
    text = "int a;\n" * 3 + "#include <vector>\nclass A { public: int a; };\n"
    assert CodeLanguage(max_characters=20).annotate(document(text, "a.h")).code_language == "C"
    assert CodeLanguage().annotate(document(text, "a.h")).code_language == "C++"
    began = time.process_time()
    CodeLanguage().annotate(document("class " * 10_000_000, "a.h"))
    assert time.process_time() - began < 1


def test_wrong_settings() -> None:
    for wrong in ({"keep": ("",)}, {"max_characters": 0}):
        with pytest.raises(NotAllowed):
            CodeLanguage(**wrong)  # type: ignore[arg-type]
