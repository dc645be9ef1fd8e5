import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.code.comments import comments, head
from winnow.filters.code.syntax import FAMILIES, SYNTAX, known_name

PIECES = ("'", '"', "`", "\\", "/*", "*/", "//", "#", "--", "{-", "-}", "(*", "*)", "<!--", "-->", "#|", "|#", "%", ";",
          "\n", " ", "a", "'''", '"""', "\n=begin\n", "\n=end", "{", "}", "é", "--[[", "]]", "<#", "#>")  # fmt: skip


def told(text: str, language: str) -> list[str]:
    found = comments(text, language)
    assert found is not None
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("C", 'int a; // one\nchar *b = "// no"; /* two\nlines */', ["// one", "/* two\nlines */"]),
        ("C", "char c = '\"'; // yes", ["// yes"]),
        ("C", "/* never closed", ["/* never closed"]),
        ("c++", "a /b/ c", []),
        ("Rust", "fn f<'a>(x: &'a str) { } // life", ["// life"]),
        ("Java", 'String s = """\n// no\n"""; // yes', ["// yes"]),
        ("JavaScript", "const a = `// ${b}\n//`; // yes", ["// yes"]),
        ("JavaScript", "'it\\'s // no' // yes", ["// yes"]),
        ("Go", "a := `\\`; // yes", ["// yes"]),
        ("CSS", "a { b: url(//x) } /* yes */", ["/* yes */"]),
        ("PHP", "<?php # one\n$a = '#no'; // two", ["# one", "// two"]),
        ("Python", "x = 1  # one\ny = '# no'\n", ["# one"]),
        ("Python", '"""A."""\nx = """no"""\n    r"""B\n    of it."""\n', ['"""A."""', '    r"""B\n    of it."""']),
        ("Python", "s = '''\n# no\n'''\n", []),
        ("Shell", "echo $# ${x#y} 'a # b' # yes", ["# yes"]),
        ("Ruby", "a = 1\n=begin\nlong\n=end\nb # yes", ["\n=begin\nlong\n=end", "# yes"]),
        ("Perl", "f(); # a\n\n=head1 NAME\n\nx\n\n=cut\n$#b", ["# a", "\n=head1 NAME\n\nx\n\n=cut"]),
        ("CMake", "#[[ a\nb ]] x # c\n#[==[ d ]==] e", ["#[[ a\nb ]]", "# c", "#[==[ d ]==]"]),
        ("PowerShell", "<# a\nb #> x # y", ["<# a\nb #>", "# y"]),
        ("SQL", "select '--no' -- yes\n/* a */", ["-- yes", "/* a */"]),
        ("Lua", "--[[ a\nb ]] x -- y", ["--[[ a\nb ]]", "-- y"]),
        ("Haskell", "f x' = 1 -- one\n{- two -}", ["-- one", "{- two -}"]),
        ("Ada", "A'First -- yes", ["-- yes"]),
        ("Common Lisp", '(a "; no") ; yes #| no\n#| b |#', ["; yes #| no", "#| b |#"]),
        ("Assembly", "mov a, b ; one", ["; one"]),
        ("TeX", "a % yes", ["% yes"]),
        ("Erlang", '"%" % yes', ["% yes"]),
        ("OCaml", "let x = '\"' (* yes *)", ["(* yes *)"]),
        ("Pascal", "x := '{'; { yes } // too", ["{ yes }", "// too"]),
        ("HTML", "<a href='<!--'><!-- b -->", ["<!--'><!-- b -->"]),
        ("Fortran", "x = '!' ! yes", ["! yes"]),
        ("Visual Basic .NET", "x = \"'\" ' yes", ["' yes"]),
        ("Batchfile", "echo a\n  rem yes\n:: too\necho rem no", ["  rem yes", ":: too"]),
        ("Vim script", '" yes\nlet a = "b"', ['" yes']),
        ("MATLAB", "x = y'; % yes\n'%d'", ["% yes"]),
        ("JSON with Comments", '{"a": "//"} // b', ["// b"]),
        ("YAML", "a: b#c # yes", ["# yes"]),
        ("Makefile", "a: b\n\t$(x) # yes", ["# yes"]),
        ("Python", "", []),
    ],
)  # fmt: skip
def test_what_is_comment(language: str, text: str, expected: list[str]) -> None:
    assert told(text, language) == expected


def test_languages_that_are_not_known() -> None:
    assert (comments("# a", None), comments("# a", "Text"), comments("# a", "")) == (None, None, None)


def test_there_are_enough_languages_and_none_twice() -> None:
    names = [name for _, names in FAMILIES for name in names.split("|")]
    assert len(names) == len(set(names)) == len(SYNTAX)
    assert len(names) > 120


@pytest.mark.parametrize(
    ("name", "known"), [("C++", "c++"), ("cpp", "c++"), ("c-sharp", "c#"), ("Foo", "foo"), ("", "")]
)
def test_names_of_tables(name: str, known: str) -> None:
    assert known_name(name) == known


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(sorted(SYNTAX)))
def test_places_ascend_and_lie_in_the_text(text: str, language: str) -> None:
    found = comments(text, language)
    assert found is not None
    at = 0
    for start, end in found:
        assert at <= start < end <= len(text)
        at = end


@pytest.mark.parametrize(
    "piece", ["/*", '"', "'", "`", "\\", "#", "--[[", "{-", "(*", "<!--", '"""', "\n=begin\n", " ", "{", "a"]
)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for syntax in {syntax: name for name, syntax in sorted(SYNTAX.items())}.values():
        began = time.process_time()
        comments(text, syntax)
        assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("Python", "#!/bin/x\n\n# a\n'''b'''\nx # c", ["#!/bin/x", "# a", "'''b'''"]),
        ("C", "int a; // b", []),
        (None, "\n<!-- a -->\n// b\nc", ["<!-- a -->", "// b"]),
        ("Text", "-- a\n", ["-- a"]),
        ("Ruby", "# a\n=begin\nb\n=end\nc", ["# a", "\n=begin\nb\n=end"]),
        ("C", "", []),
    ],
)  # fmt: skip
def test_the_comments_at_the_head(language: str | None, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in head(text, language)] == expected
