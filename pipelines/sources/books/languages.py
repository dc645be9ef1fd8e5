"""The languages that books name in words, as codes."""

_CODES = {
    "afrikaans": "af", "albanian": "sq", "arabic": "ar", "armenian": "hy", "basque": "eu", "breton": "br",
    "bulgarian": "bg", "catalan": "ca", "cebuano": "ceb", "chinese": "zh", "croatian": "hr", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "esperanto": "eo", "estonian": "et", "farsi": "fa", "finnish": "fi",
    "flemish": "nl", "french": "fr", "frisian": "fy", "friulian": "fur", "gaelic": "gd", "galician": "gl",
    "german": "de", "greek": "el", "hebrew": "he", "hungarian": "hu", "icelandic": "is", "iloko": "ilo",
    "indonesian": "id", "interlingua": "ia", "irish": "ga", "italian": "it", "japanese": "ja", "korean": "ko",
    "latin": "la", "latvian": "lv", "lithuanian": "lt", "malay": "ms", "maori": "mi", "norwegian": "no",
    "occitan": "oc", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "sanskrit": "sa", "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv",
    "tagalog": "tl", "tamil": "ta", "telugu": "te", "thai": "th", "turkish": "tr", "ukrainian": "uk", "urdu": "ur",
    "vietnamese": "vi", "welsh": "cy", "yiddish": "yi",
    "deutsch": "de", "français": "fr", "francais": "fr", "español": "es", "castellano": "es", "italiano": "it",
    "português": "pt", "nederlands": "nl", "suomi": "fi", "svenska": "sv",
}  # fmt: skip
_THREE = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "rus": "ru", "lat": "la", "zho": "zh", "chi": "zh", "jpn": "ja", "pol": "pl", "fin": "fi", "swe": "sv",
}  # fmt: skip


def code_of(named: str | None) -> str | None:
    """The code of a language, or of the first of several: of `English`, `en-GB`, `French and English`, `eng`.

    Without the region: the books of one language belong into one folder.
    """
    words = [word.strip(";/&.()") for word in (named or "").lower().replace("_", "-").replace(",", " ").split()]
    if known := next((_CODES[word] for word in words if word in _CODES), None):
        return known
    short = words[0].partition("-")[0] if len(words) == 1 else ""
    if 2 <= len(short) <= 3 and short.isascii() and short.isalpha() and short != "und":
        return _THREE.get(short, short)
    return None
