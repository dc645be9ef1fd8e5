"""Which lines are headings, and at which of them a book can be cut."""

import re

_PARTS = (
    "chapter|chap|book|part|volume|vol|letter|act|scene|canto|section|stave|adventure|episode|fytte|lecture|sermon|essay"
    "|kapitel|hauptstück|buch|teil|theil|band|brief|akt|aufzug|auftritt|szene|gesang|abschnitt"
    "|chapitre|livre|partie|tome|acte|scène|lettre|chant|section"
    "|capítulo|capitulo|libro|parte|tomo|carta|acto|escena|capitolo|atto|scena|lettera|livro|cena"
    "|hoofdstuk|boek|deel|bedrijf|kapittel|kapitlet|del|bok|luku|osa|rozdział|część|tom|księga"
    "|глава|часть|книга|том|действие|розділ|частина|κεφάλαιο|κεφαλαιο|fejezet|kötet|kapitola|bölüm|capitolul"
)
_ROMAN = r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})"
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|last"
    "|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|thirty(?:-\\w{3,5})?"
    "|forty(?:-\\w{3,5})?|fifty(?:-\\w{3,5})?|sixty(?:-\\w{3,5})?"
    "|premier|première|deuxième|second|seconde|troisième|quatrième|cinquième|sixième"
    "|primero|primera|segundo|segunda|tercero|tercera|cuarto|cuarta|quinto|quinta|primo|prima|secondo|seconda|terzo"
    "|erste[rs]?|zweite[rs]?|dritte[rs]?|vierte[rs]?|fünfte[rs]?|sechste[rs]?|siebente[rs]?|achte[rs]?|neunte[rs]?"
    "|zehnte[rs]?|eerste|tweede|derde|första|andra|tredje|первая|вторая|третья"
)
_NUMBERED = re.compile(
    rf"(?:the )?(?:{_PARTS})\b[\s.:]{{0,3}}(?:the )?(?:{_ROMAN}|\d{{1,4}}|(?:{_ORDINALS}))"
    r"(?=$|[\s.:,;)\]—\u2013-])(?P<rest>.*)", re.IGNORECASE,
)  # fmt: skip
_ORDINAL_FIRST = re.compile(
    rf"(?:the |la |le |das |der |die |il |el )?(?:{_ORDINALS}|\d{{1,3}}[.ºªthndr]{{0,2}}) (?:{_PARTS})\b(?P<rest>.*)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:author['\u2019]s |translator['\u2019]s |general )?(?:preface|foreword|introduction|introductory|prologue"
    r"|epilogue|afterword|postscript|appendix|conclusion|dedication|vorwort|einleitung|nachwort|anhang|préface|avant-propos|épilogue"
    r"|prólogo|prologo|epílogo|prefacio|introducción|prefazione|epilogo|voorwoord|inleiding|förord|esipuhe|предисловие"
    r"|finale|finis)\W{0,3}(?: to .{1,60}| [ivxlc\d]{1,6}\W?| [a-h]\W?)?",
    re.IGNORECASE,
)
_ROMAN_ALONE = re.compile(rf"(?P<number>{_ROMAN})\.?", re.IGNORECASE)
_ROMAN_TITLED = re.compile(rf"(?P<number>{_ROMAN})[.:)—\u2013-]{{1,2}}\s+(?P<rest>\S.*)", re.IGNORECASE)
_DIGITS = re.compile(r"\[?\d{1,3}[.)\]]?")
_LETTERS = frozenset("CDLM")
"""Single letters that are far more often something else: initials, speakers."""
_LONGEST = 110
_TITLE_START = re.compile(r"[\s.:,;)\]—\u2013_*\"'“\u2018«-]*(\w)?")


def is_chapter(line: str) -> bool:
    """Whether a line that stands alone begins a chapter, a book, an act, a letter."""
    if len(line) > _LONGEST or line.endswith((",", ";")):
        return False
    plain = line.strip(" *_=#").strip()
    for form in (_NUMBERED, _ORDINAL_FIRST):
        if match := form.match(plain):
            return _begins_title(match["rest"])
    if _NAMED.fullmatch(plain):
        return True
    if match := _ROMAN_ALONE.fullmatch(plain):
        return _is_number(match["number"])
    if match := _ROMAN_TITLED.fullmatch(plain):
        return _is_number(match["number"]) and match["number"].isupper() and _begins_title(match["rest"])
    return bool(_DIGITS.fullmatch(plain))


def is_heading(line: str, gap: int) -> bool:
    """Whether a line that stands alone, `gap` blank lines below the one before, is a heading of another kind."""
    return (
        gap >= 2 and len(line) <= _LONGEST and not line.endswith((",", ";"))
        and line.isupper() and sum(letter.isalpha() for letter in line) >= 3
    )  # fmt: skip


def _is_number(roman: str) -> bool:
    return bool(roman) and (len(roman) > 1 or roman.upper() not in _LETTERS) and (roman.isupper() or roman.islower())


def _begins_title(rest: str) -> bool:
    """Whether what follows a number can be a title: nothing, or what does not begin in lower case."""
    first = _TITLE_START.match(rest)
    letter = first[1] if first else None
    return letter is None or not letter.islower() or bool(re.match(r"\s*[.:—\u2013-]", rest))
