"""Words in other languages and how they sound: {{lang|fr|mot}}, {{lang-sq|fjalë}}, {{nihongo|...}}, {{IPA|...}}."""

# ruff: noqa: RUF001, RUF002  marks that look like others are meant

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, names, pairs

_NAMES = pairs("""
    aa=Afar|ab=Abkhaz|af=Afrikaans|ak=Akan|akk=Akkadian|am=Amharic|an=Aragonese|ang=Old English|ar=Arabic|arc=Aramaic
    arz=Egyptian Arabic|ast=Asturian|av=Avar|ay=Aymara|az=Azerbaijani|ba=Bashkir|bar=Bavarian|be=Belarusian|ber=Berber
    bg=Bulgarian|bn=Bengali|bo=Standard Tibetan|br=Breton|bs=Bosnian|ca=Catalan|ce=Chechen|ceb=Cebuano
    ckb=Central Kurdish|co=Corsican|cop=Coptic|crh=Crimean Tatar|cs=Czech|cu=Church Slavonic|cv=Chuvash|cy=Welsh
    da=Danish|de=German|dsb=Lower Sorbian|dv=Divehi|egy=Egyptian|el=Greek|en=English|eo=Esperanto|es=Spanish
    et=Estonian|eu=Basque|fa=Persian|fi=Finnish|fil=Filipino|fj=Fijian|fo=Faroese|fr=French|fro=Old French|frp=Arpitan
    fur=Friulian|fy=West Frisian|ga=Irish|gd=Scottish Gaelic|gl=Galician|gml=Middle Low German|gmh=Middle High German
    gn=Guarani|goh=Old High German|got=Gothic|grc=Ancient Greek|grc-gre=Ancient Greek|gsw=Swiss German|gu=Gujarati
    gv=Manx|ha=Hausa|hak=Hakka Chinese|haw=Hawaiian|he=Hebrew|hbo=Biblical Hebrew|hi=Hindi|hr=Croatian
    hsb=Upper Sorbian|ht=Haitian Creole|hu=Hungarian|hy=Armenian|ia=Interlingua|id=Indonesian|ig=Igbo|io=Ido
    is=Icelandic|it=Italian|iu=Inuktitut|ja=Japanese|jv=Javanese|ka=Georgian|kk=Kazakh|kl=Greenlandic|km=Khmer
    kn=Kannada|ko=Korean|krc=Karachay-Balkar|ks=Kashmiri|ku=Kurdish|kv=Komi|kw=Cornish|ky=Kyrgyz|la=Latin
    lad=Judaeo-Spanish|lb=Luxembourgish|lez=Lezgian|li=Limburgish|lij=Ligurian|lmo=Lombard|ln=Lingala|lo=Lao
    lt=Lithuanian|lv=Latvian|mg=Malagasy|mi=Māori|mk=Macedonian|ml=Malayalam|mn=Mongolian|mnc=Manchu|mr=Marathi
    ms=Malay|mt=Maltese|my=Burmese|nah=Nahuatl|nap=Neapolitan|nb=Norwegian Bokmål|nds=Low German|ne=Nepali|nl=Dutch
    nn=Norwegian Nynorsk|no=Norwegian|non=Old Norse|nv=Navajo|oc=Occitan|om=Oromo|or=Odia|os=Ossetian
    ota=Ottoman Turkish|pa=Punjabi|pal=Middle Persian|peo=Old Persian|pi=Pali|pl=Polish|pms=Piedmontese|ps=Pashto
    pt=Portuguese|qu=Quechua|rm=Romansh|ro=Romanian|rom=Romani|ru=Russian|rue=Rusyn|rw=Kinyarwanda|sa=Sanskrit
    sc=Sardinian|scn=Sicilian|sco=Scots|sd=Sindhi|se=Northern Sámi|sh=Serbo-Croatian|si=Sinhala|sk=Slovak|sl=Slovene
    sla=Slavic|sm=Samoan|sn=Shona|so=Somali|sq=Albanian|sr=Serbian|st=Sotho|su=Sundanese|sux=Sumerian|sv=Swedish
    sw=Swahili|syr=Syriac|szl=Silesian|ta=Tamil|te=Telugu|tg=Tajik|th=Thai|ti=Tigrinya|tk=Turkmen|tl=Tagalog|tn=Tswana
    to=Tongan|tr=Turkish|ts=Tsonga|tt=Tatar|ug=Uyghur|uk=Ukrainian|ur=Urdu|uz=Uzbek|vec=Venetian|vi=Vietnamese
    vo=Volapük|wa=Walloon|wo=Wolof|xh=Xhosa|yi=Yiddish|yo=Yoruba|yue=Cantonese|zh=Chinese|zu=Zulu|pnt=Pontic Greek
    xcl=Classical Armenian|fa-af=Dari|prs=Dari
""")
_CHINESE = pairs("""
    c=Chinese|t=traditional Chinese|s=simplified Chinese|p=pinyin|hp=Hanyu Pinyin|w=Wade–Giles|j=Jyutping
    y=Cantonese Yale|l=lit.
""")
_OTHER_WIKIS = names("""
    ill|interlanguage link|interlanguage link multi|link-interwiki|ill2|ill-wd|illm|lien|нп|нп2|нп3|нп4|нп5
    не переведено|iw
""")
_SPOKEN = {
    "pron": "pronounced", "us": "US:", "uk": "UK:", "au": "AU:", "usalso": "US also", "ukalso": "UK also",
    "alsous": "also US", "alsouk": "also UK", "ipa": "", "lang": "", "local": "", "audio": "",
}  # fmt: skip


def word(call: Call) -> str:
    """{{lang|fr|mot}}: the word."""
    return call.get("2", "text") or CUT


def named(call: Call) -> str:
    """{{lang-sq|fjalë}} as English shows it, "Albanian: fjalë"; the word alone in other wikis."""
    if call.name == "langx":
        code, text, label = call.get("1"), call.get("2", "text"), call.get("label")
    else:
        code, text, label = call.name.removeprefix("lang-"), call.get("1", "text"), call.get("label")
    if not text:
        return CUT
    name = label or (_NAMES.get(code.lower(), "") if call.language == "en" and not label else "")
    labelled = name and call.get("label") != "none" and call.get("links", "link") != "none"
    translation = call.get("lit")
    return f"{f'{name}: ' if labelled else ''}{text}{f', lit. ‘{translation}’' if translation else ''}"


def transliterated(call: Call) -> str:
    """{{transl|ar|ALA|kitāb}}: the last argument."""
    values = call.positional()
    return values[-1] if values and values[-1] else CUT


def nihongo(call: Call) -> str:
    """{{nihongo|sword|刀|katana}}: "sword (刀, katana)"."""
    english, kanji, romaji, extra, extra2 = [*call.positional(), *[""] * 5][:5]
    if call.name == "nihongo3":  # the romaji first
        english, romaji = romaji or english, english if romaji else ""
    inside = ", ".join(filter(None, (kanji, romaji, extra or call.get("extra"), extra2)))
    return f"{english} ({inside})".strip() if inside else english or CUT


def chinese(call: Call) -> str:
    """{{zh|t=漢語|p=Hànyǔ}}: "traditional Chinese: 漢語; pinyin: Hànyǔ"."""
    bare = call.get("labels") == "no"
    pieces = [text if bare else f"{name}: {text}" for key, name in _CHINESE.items() if (text := call.get(key))]
    return "; ".join(pieces) or call.get("1") or CUT


def korean(call: Call) -> str:
    pieces = [
        ("Korean", call.get("hangul", "1")),
        ("Hanja", call.get("hanja", "2")),
        ("RR", call.get("rr")),
        ("MR", call.get("mr")),
    ]
    return "; ".join(f"{name}: {text}" for name, text in pieces if text) or CUT


def other_wiki(call: Call) -> str:
    """{{ill|Title|de|Titel|lt=shown}}"""
    return call.get("lt", "display", "1") or CUT


def literally(call: Call) -> str:
    texts = [text for text in call.positional() if text]
    return f"lit. {' or '.join(f'‘{text}’' for text in texts)}" if texts else CUT


def sound(call: Call) -> str:
    """{{IPA|/a/}} and {{IPA-fr|mo}}: what stands there, {{IPA|fr|mo}} the second."""
    values = [value for value in call.positional() if value]
    if call.name == "ipa":
        return values[-1] if len(values) == 1 else f"[{values[1]}]" if values else CUT
    return f"[{values[0].strip('[]')}]" if values else CUT


def sound_by_sign(call: Call) -> str:
    """{{IPAc-en|æ|l|ˈ|b}}: "/ælˈb/"."""
    values = [value for value in call.positional() if value]
    words = " ".join(filter(None, (_SPOKEN[value.lower()] for value in values if value.lower() in _SPOKEN)))
    signs = "".join(
        "ˈ" if value == "'" else value.replace("_", " ") for value in values if value.lower() not in _SPOKEN
    )
    left, right = "//" if call.name == "ipac-en" else "[]"
    return f"{words} {left}{signs}{right}".lstrip() if signs else CUT


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("lang", "tlang", "wikt-lang"), word),
    "langx": named,
    **dict.fromkeys(("transl", "transliteration", "translit", "xlit", "tlit", "rom", "romanization"), transliterated),
    **dict.fromkeys(("nihongo", "nihongo3", "japonais"), nihongo),
    **dict.fromkeys(("zh", "lang-zh"), chinese),
    **dict.fromkeys(("korean", "ko-hhrm"), korean),
    **dict.fromkeys(_OTHER_WIKIS, other_wiki),
    **dict.fromkeys(("literal translation", "lit", "literal", "lit."), literally),
    "ipa": sound,
    "ipac-en": sound_by_sign,
}
FAMILIES: dict[str, Handler] = {"lang-": named, "ipa-": sound, "ipac-": sound_by_sign}
"""By the beginning of a name; what comes first here is asked first."""
