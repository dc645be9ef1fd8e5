"""How languages write comments and strings, by family: enough to tell what of a file is comment.

Names are linguist's, in lower case. Not followed are comments inside comments, here-documents and long strings with
marks of their own choice (Rust's r#"…"#, Lua's [=[…]=]).
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Syntax:
    """The marks of one family. A string of one line ends with it, so that a lone quote costs no more than a line."""

    line: tuple[str, ...] = ()
    """What begins a comment that the line ends."""
    at_word: tuple[str, ...] = ()
    """The same, where it begins a line or follows white space: `#` of a shell, where `$#` is none."""
    at_line: tuple[str, ...] = ()
    """The same, where only white space stands before it on its line."""
    blocks: tuple[tuple[str, str], ...] = ()
    """How a comment begins and ends."""
    doc_strings: bool = False
    """Whether a string of three quotes that begins a line is a comment, as Python's docstrings are."""
    triple: tuple[str, ...] = ()
    """Quotes of which three make a string of several lines."""
    strings: str = '"'
    """Quotes of strings of one line in which a backslash escapes."""
    raw: str = ""
    """Quotes of strings of several lines in which it does not."""
    long: str = ""
    """Quotes of strings of several lines in which it does."""
    characters: bool = False
    """Whether `'` encloses one character and nothing else: `'` is no string's, and may stand alone."""
    transposes: bool = False
    """Whether `'` is an operator behind a name or a bracket, and a string's elsewhere."""


_C = Syntax(line=("//",), blocks=(("/*", "*/"),), characters=True)
_SCRIPT = replace(_C, characters=False, strings="\"'", long="`")
_HASH = Syntax(at_word=("#",), strings="\"'")
_DASH = Syntax(line=("--",), characters=True)
_LISP = Syntax(line=(";",), blocks=(("#|", "|#"),))
_PERCENT = Syntax(line=("%",))
_ML = Syntax(blocks=(("(*", "*)"),), characters=True)
_MARKUP = Syntax(blocks=(("<!--", "-->"),), strings="")
_POD = ("head", "pod", "over", "item", "for", "begin", "encoding")
_PYTHON = Syntax(line=("#",), strings="\"'", triple=('"', "'"), doc_strings=True)

FAMILIES: tuple[tuple[Syntax, str], ...] = (
    (_C, "c|c++|objective-c|objective-c++|cuda|opencl|glsl|hlsl|metal|d|zig|solidity|verilog|systemverilog|bluespec"
         "|protocol buffer|thrift|vala|haxe|actionscript|antlr|yacc|lex|chapel|stan|swig"),
    (replace(_C, triple=('"',)), "java|c#|kotlin|scala|swift|rust|apex|xtend"),
    (replace(_C, raw="`"), "go"),
    (replace(_SCRIPT, triple=('"', "'")), "groovy|gradle|dart"),
    (_SCRIPT, "javascript|typescript|tsx|jsx|qml|scss|less|stylus|json5|json with comments"),
    (replace(_C, line=(), characters=False, strings="\"'"), "css"),
    (replace(_SCRIPT, line=("//", "#"), long=""), "php|hack"),
    (replace(_HASH, line=("//",), blocks=(("/*", "*/"),)), "hcl|terraform|nix|jsonnet|puppet"),
    (_PYTHON, "python|cython|starlark|gdscript|bitbake"),
    (_HASH, "shell|bash|fish|r|yaml|toml|makefile|dockerfile|awk|tcl|nim|meson|just|ninja"
            "|gnuplot|sed|cython build|ini|git config|ignore list|editorconfig|dotenv|nginx|apacheconf"),
    (replace(_HASH, blocks=(("\n=begin", "\n=end"),)), "ruby|crystal"),
    (replace(_HASH, blocks=tuple((f"\n={word}", "\n=cut") for word in _POD)), "perl|raku|pod"),
    (replace(_HASH, blocks=(("#[[", "]]"), ("#[=", "=]")), strings='"'), "cmake"),
    (replace(_HASH, blocks=(("###", "###"),), triple=('"', "'")), "coffeescript"),
    (replace(_HASH, blocks=(("<#", "#>"),)), "powershell"),
    (replace(_HASH, blocks=(("#=", "=#"),), strings='"', triple=('"',)), "julia"),
    (replace(_HASH, strings='"', triple=('"', "'")), "elixir"),
    (Syntax(line=("--",), blocks=(("/*", "*/"),), strings="\"'"), "sql|plsql|plpgsql|tsql|pl/sql|sqlpl|hiveql"),
    (Syntax(line=("--",), blocks=(("--[[", "]]"),), strings="\"'"), "lua|moonscript|luau"),
    (replace(_DASH, blocks=(("{-", "-}"),)), "haskell|elm|purescript|idris|agda|dhall"),
    (replace(_DASH, blocks=(("/-", "-/"),)), "lean|lean 4"),
    (_DASH, "ada|vhdl|eiffel|applescript"),
    (_LISP, "common lisp|emacs lisp|scheme|racket|clojure|newlisp|hy|fennel|llvm|autohotkey"),
    (Syntax(line=(";", "#", "//"), blocks=(("/*", "*/"),), characters=True), "assembly|unix assembly|nasm"),
    (replace(_PERCENT, strings=""), "tex|bibtex|postscript|mercury"),
    (_PERCENT, "erlang"),
    (replace(_PERCENT, blocks=(("/*", "*/"),), strings="\"'"), "prolog|logtalk"),
    (replace(_PERCENT, line=("%", "..."), blocks=(("%{", "%}"),), transposes=True), "matlab|octave"),
    (_ML, "ocaml|standard ml|coq|rocq prover|isabelle|mathematica|wolfram language|reason"),
    (replace(_ML, line=("//",), triple=('"',)), "f#"),
    (Syntax(line=("//",), blocks=(("{", "}"), ("(*", "*)")), strings="'"), "pascal|component pascal|modula-2"),
    (_MARKUP, "html|xml|svg|vue|svelte|xslt|markdown|html+erb|html+php|html+django|handlebars|astro|xhtml"),
    (Syntax(line=("!",), strings="\"'"), "fortran|fortran free form"),
    (Syntax(line=("'",)), "visual basic .net|visual basic 6.0|vba|vbscript|visual basic"),
    (Syntax(at_line=("rem ", "REM ", "Rem ", "::", "@rem ", "@REM "), strings=""), "batchfile"),
    (Syntax(at_line=('"',), strings="'"), "vim script"),
    (Syntax(line=('"',), at_line=("*",), strings="'"), "abap"),
    (Syntax(line=("//",), at_line=("*",), blocks=(("/*", "*/"),)), "stata|sas"),
    (Syntax(blocks=(('"', '"'),), strings="'"), "smalltalk"),
)  # fmt: skip
ANY = Syntax(line=("//", "--", ";", "%", "#", "!"), blocks=(("/*", "*/"), ("<!--", "-->"), ("(*", "*)"), ("{-", "-}")),
             triple=('"', "'"), doc_strings=True, strings="")  # fmt: skip
"""For what a file begins with, where its language is not known."""
SYNTAX = {name: syntax for syntax, names in FAMILIES for name in names.split("|")}
OTHER_NAMES = {
    "cpp": "c++", "c-sharp": "c#", "csharp": "c#", "f-sharp": "f#", "fsharp": "f#", "js": "javascript",
    "ts": "typescript", "py": "python", "golang": "go", "objc": "objective-c", "sh": "shell", "rb": "ruby",
    "emacs-lisp": "emacs lisp", "common-lisp": "common lisp", "standard-ml": "standard ml", "batch": "batchfile",
    "protocol-buffer": "protocol buffer", "protobuf": "protocol buffer", "viml": "vim script", "rs": "rust",
    "visual-basic": "visual basic", "yml": "yaml", "md": "markdown", "docker": "dockerfile", "make": "makefile",
}  # fmt: skip
"""How tables call languages that linguist calls otherwise."""


def known_name(language: str) -> str:
    """Linguist's name in lower case: "C++" -> "c++", "cpp" -> "c++", "c-sharp" -> "c#"."""
    lowered = language.lower()
    return OTHER_NAMES.get(lowered, lowered)
