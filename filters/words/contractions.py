"""Chunks of English text that spaCy (3.8, https://spacy.io) cuts in its own way, whatever its general rules would do.

Abbreviations and emoticons that stay whole, contractions that fall into two or three words. Written as patterns: the
table that they unfold to has about 1,350 entries. `tokens.py` uses it for the variants that follow datatrove.
"""

# ruff: noqa: RUF001  marks that look like others are what this file is about

from collections.abc import Iterator
from functools import cache

_WHOLE = """
    'S 's 're 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout 'd 'em em 'll ll 'nuff nuff
    and/or w/o ma'am Ma'am o'clock O'clock C++ <space> '' ' \\n \\t \\") — ‘S ‘s
    a.m. p.m. Adm. Bros. co. Co. Corp. D.C. Dr. e.g. E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md. Messrs. Mo.
    Mont. Mr. Mrs. Ms. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s. Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif. Colo. Conn.
    Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul. Jun. Kan. Kans. Ky. La. Mar. Mass. Mich. Minn. Miss. N.C. N.D.
    N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla. Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis.
    a. b. c. d. e. f. g. h. i. j. k. l. m. n. o. p. q. r. s. t. u. v. w. x. y. z. ä. ö. ü.
"""
_EMOTICONS = r"""
    :) :)) :))) :-) :-)) :-))) :( :(( :((( :-( :-(( :-((( (: (-: ): )-: :] :-] [: [-: :} :-} =) (= =( =] ]= [= =[ =/ =|
    =D =3 :/ :-/ :| :-| :> :-> >:( >:o :'( :'-( :') :'-) :() :* :-* :o) (o: :o :-o :O :-O :p :-p :P :-P :x :-x :X :-X :D
    :-D :0 :-0 :1 :3 :-3 ;) ;-) (; (-; ;D ;-D ;_; 8) 8-) (-8 8D 8-D xD xDD XD XDD <3 <33 <333 </3 >.< >.> <.< ._. -_-
    -__- ^_^ ^__^ ^___^ @_@ v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.o o.O O.o O.O 0.0 o.0 0.o (^_^) (-_-) (._.)
    (>_<) (*_*) (¬_¬) ><(((*> ಠ_ಠ (ಠ_ಠ) ಠ︵ಠ ¯\(ツ)/¯ (╯°□°）╯︵┻━┻
"""
_CUT = "how+'d+'y can+not gon+na got+ta let+'s c'm+on not+'ve not+ve"
_CUT_IN_LOWER_CASE = "y'+all y+all"
_SINGLE = "i you he she it we they"
_ASKING = "who what when where why how there that this these those"
_NEGATED = "ca could do does did had may might must need ought sha should wo would"
_NEGATED_ONLY = "ai are is was were have has dare"
_WITH_HAVE = "could might must should would"
_CLIPPED = "doin goin nothin nuthin ol somethin lovin havin"
_WORDS_OF_THEIR_OWN = "Ill ill Its its Hell hell Shell shell Shed shed were Were Well well Whore whore"


@cache
def contractions() -> dict[str, tuple[str, ...]]:
    """What each such chunk falls into, with straight and with curly apostrophes: "don't" -> ("do", "n't")."""
    found: dict[str, tuple[str, ...]] = {chunk: (chunk,) for chunk in (*_WHOLE.split(), *_EMOTICONS.split())}
    found |= {"".join(parts): parts for parts in _parted()}
    for word in _CLIPPED.split():
        for form in (word, _capital(word)):
            found |= {form: (form,), f"{form}'": (f"{form}'",)}
    for word in _WORDS_OF_THEIR_OWN.split():
        found.pop(word, None)
    curly = {_curled(chunk): tuple(map(_curled, parts)) for chunk, parts in found.items() if "'" in chunk}
    return found | curly


@cache
def wholes() -> frozenset[str]:
    """Chunks with marks that stay whole even where they stand at a word: "below):" ends in one, "then-Rep." too."""
    return frozenset(chunk for chunk, parts in contractions().items() if len(parts) == 1 and not chunk.isalpha())


def _parted() -> Iterator[tuple[str, ...]]:
    """Every contraction in its parts, as spaCy knows it in lower case and with a capital."""
    for pattern in (*_CUT.split(), *map(_capital, _CUT.split()), *_CUT_IN_LOWER_CASE.split()):
        yield tuple(pattern.split("+"))
    for stem, tails in _tails():
        for form in (stem, _capital(stem)):
            for tail in tails:
                yield (form, *tail.split("+"))
                yield (form, *tail.replace("'", "").split("+"))
    for hour in range(1, 13):
        for half in ("a.m.", "am", "p.m.", "pm"):
            yield str(hour), half
    for letter in "cfkCFK":
        yield "°", letter, "."


def _tails() -> Iterator[tuple[str, list[str]]]:
    """A word, and what can follow it with an apostrophe or without."""
    for pronoun in _SINGLE.split():
        tails = ["'ll", "'ll+'ve", "'d", "'d+'ve"]
        tails += ["'m", "'m+a"] if pronoun == "i" else []
        tails += ["'ve"] if pronoun in ("i", "you", "we", "they") else []
        tails += ["'re"] if pronoun in ("you", "we", "they") else []
        tails += ["'s"] if pronoun in ("he", "she", "it") else []
        yield pronoun, tails
    for word in _ASKING.split():
        tails = ["'ll", "'ll+'ve", "'d", "'d+'ve"]
        tails += [] if word in ("these", "those") else ["'s"]
        tails += [] if word in ("that", "this") else ["'re", "'ve"]
        yield word, tails
    for verb in _NEGATED.split():
        yield verb, ["n't", "n't+'ve"]
    for verb in _NEGATED_ONLY.split():
        yield verb, ["n't"]
    for verb in _WITH_HAVE.split():
        yield verb, ["'ve"]


def _capital(string: str) -> str:
    return string[0].upper() + string[1:]


def _curled(string: str) -> str:
    return string.replace("'", "\u2019")
