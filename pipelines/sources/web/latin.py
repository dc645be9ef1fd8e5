"""In which charset a text in the Latin script is written: the one in which its letters are those of a language.

Windows-1250 and windows-1252 give the same bytes other letters ("č" and "è"), and a detector that weighs single
characters takes French, Spanish or Icelandic for either. A page that says nothing is windows-1252 to browsers, and so
it is here, unless the letters in another charset are those of one language, and in this one of none.
"""
# ruff: noqa: RUF001  marks that look like others are meant

import collections
import re

_WESTERN = {
    "German": "äöüß", "French": "àâæçéèêëîïôœùûüÿ", "Spanish": "áéíóúñü", "Portuguese": "áâãàçéêíóôõúü",
    "Italian": "àèéìíîòóùú", "Catalan": "àçéèíïóòúü", "Dutch": "áâäèéêëíïóôöúü", "Swedish": "åäöéàü",
    "Danish, Norwegian": "æøåéèêòóôâü", "Finnish": "åäöšž", "Icelandic": "áðéíóúýþæö", "Estonian": "äõöüšž",
    "Irish": "áéíóú", "Albanian": "çë",
}  # fmt: skip
_CENTRAL = {
    "Polish": "ąćęłńóśźż", "Czech": "áčďéěíňóřšťúůýž", "Slovak": "áäčďéíĺľňóôŕšťúýž", "Hungarian": "áéíóöőúüű",
    "Romanian": "ăâîşţ", "Croatian": "čćđšž", "Slovenian": "čšž",
}  # fmt: skip
_TURKISH = {"Turkish": "çğıöşüâîûİ"}
_BALTIC = {"Lithuanian": "ąčęėįšųūž", "Latvian": "āčēģīķļņšūžō", "Estonian": "äõöüšž"}
_VIETNAMESE = {"Vietnamese": "àáâãèéêìíòóôõùúýăđĩũơư\u0300\u0301\u0303\u0309\u0323"}
_ALPHABETS = {
    "cp1252": _WESTERN, "cp1250": _CENTRAL, "cp1254": _TURKISH, "cp1257": _BALTIC, "iso8859-2": _CENTRAL,
    "iso8859-15": _WESTERN, "cp1258": _VIETNAMESE, "mac-roman": _WESTERN,
}  # fmt: skip
"""The letters outside ASCII of the languages that a charset was made for (CLDR's main exemplars); of charsets in which
a text reads equally well the first is taken."""
CODECS = frozenset(_ALPHABETS)

READS = 0.9
"""The share of letters from which on a text reads well; the rest are names from elsewhere."""
_RUNS = 0.55
"""Runs of bytes outside ASCII for each such byte: in Latin scripts most stand alone between letters of ASCII."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTER = re.compile(r"[^\W\d_]")
_INSIDE = frozenset("’‘·\u00ad\u2013\u2014…\u00a0")
"""Signs that may stand between two letters."""
_BESIDE = frozenset("“”„‚‹›«»•°§©®™€£ºª²³½¼¾×†‰¿¡") | _INSIDE
"""Signs that may follow a letter."""


def is_latin(sample: bytes) -> bool:
    """Whether text outside ASCII can be in the Latin script, whatever its charset."""
    runs = _HIGH.findall(sample)
    return len(runs) >= _RUNS * sum(map(len, runs))


def best(sample: bytes) -> tuple[str, float]:
    """The charset in which a sample of text reads best, and how well."""
    return max(((codec, reads(sample, codec)) for codec in _ALPHABETS), key=lambda found: found[1])


def reads(sample: bytes, codec: str) -> float:
    """The share of what is outside ASCII in a text that is as it should be in the language that fits it best: letters
    of its alphabet, no sign amid a word. What says nothing does not count: signs that stand where they can."""
    text = sample.decode(codec, "replace")
    letters, wrong = collections.Counter[str](), 0
    for at, character in enumerate(text):
        if character < "\x80":
            continue
        if _LETTER.match(character) or "\u0300" <= character <= "\u036f":
            letters[character if character == "İ" else character.lower()] += 1
        elif character < "\xa0" or character == "\ufffd" or not _may_stand(text, at):
            wrong += 1
    every = letters.total() + wrong
    if not every:
        return 1.0
    return max(sum(letters[letter] for letter in alphabet) for alphabet in _ALPHABETS[codec].values()) / every


def _may_stand(text: str, at: int) -> bool:
    """Whether a sign stands where it can: behind a letter only few do, between two fewer."""
    character = text[at]
    if at == 0 or not _LETTER.match(text[at - 1]):
        return True
    behind = at + 1 < len(text) and _LETTER.match(text[at + 1]) is not None
    return character in (_INSIDE if behind else _BESIDE)
