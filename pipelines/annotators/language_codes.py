"""One code for a language, whichever model named it: `deu_Latn` of GlotLID and `de` of lid.176 are both `de`.

Labels of GlotLID and OpenLID are ISO 639-3 with a script (ISO 15924). The code is what lid.176 says for the language,
else the two letters of ISO 639-1, else the three of the label. The script is left out: it is seen in the text, and a
recipe that keeps `zh` means both of its scripts.
"""

import re

_LABEL = re.compile(r"([a-z]{3})_[A-Z][a-z]{3}")


def _table(pairs: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in pairs.split())


_ISO_639_1 = _table("""
    aar:aa abk:ab afr:af aka:ak amh:am ara:ar arg:an asm:as ava:av ave:ae aym:ay aze:az bak:ba bam:bm bel:be ben:bn
    bis:bi bod:bo bos:bs bre:br bul:bg cat:ca ces:cs cha:ch che:ce chu:cu chv:cv cor:kw cos:co cre:cr cym:cy dan:da
    deu:de div:dv dzo:dz ell:el eng:en epo:eo est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fin:fi fra:fr fry:fy ful:ff
    gla:gd gle:ga glg:gl glv:gv grn:gn guj:gu hat:ht hau:ha heb:he her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy ibo:ig
    ido:io iii:ii iku:iu ile:ie ina:ia ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka kau:kr
    kaz:kk khm:km kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la lav:lv lim:li lin:ln lit:lt
    ltz:lb lub:lu lug:lg mah:mh mal:ml mar:mr mkd:mk mlg:mg mlt:mt mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr
    nde:nd ndo:ng nep:ne nld:nl nno:nn nob:nb nor:no nya:ny oci:oc oji:oj ori:or orm:om oss:os pan:pa pli:pi pol:pl
    por:pt pus:ps que:qu roh:rm ron:ro run:rn rus:ru sag:sg san:sa sin:si slk:sk slv:sl sme:se smo:sm sna:sn snd:sd
    som:so sot:st spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv tah:ty tam:ta tat:tt tel:te tgk:tg tgl:tl
    tha:th tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi vol:vo wln:wa
    wol:wo xho:xh yid:yi yor:yo zha:za zho:zh zul:zu
""")
"""ISO 639-3 -> ISO 639-1, the registration authority's table."""
TWO_LETTERS = frozenset(_ISO_639_1.values())
"""The codes of ISO 639-1."""

_STANDS_FOR = _table("""
    als:sq arb:ar ayr:ay azj:az bho:bh cmn:zh egl:eml ekk:et fil:tl fuv:ff gaz:om gsw:als gug:gn hbs:sh ike:iu khk:mn
    kmr:ku kng:kg knc:kr kpv:kv lvs:lv nob:no npi:ne ojb:oj ory:or pbt:ps pes:fa plt:mg prs:fa quy:qu quz:qu rgn:eml
    swh:sw uzn:uz ydd:yi zsm:ms
""")
"""ISO 639-3 -> the code of the larger language of which these models know but this member (Standard Arabic, Mandarin,
Iranian Persian and Dari, ...), or under which lid.176 knows it: `no` of Bokmål, `als` of Alemannic (in ISO 639-3 that
is Tosk Albanian), `bh` of Bhojpuri, `eml` of Emilian and Romagnol."""


def code_of(label: str) -> str:
    """The code of a model's label, without `__label__`: of `deu_Latn` and of `de` it is `de`, of `yue_Hant` `yue`."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    return _STANDS_FOR.get(found[1]) or _ISO_639_1.get(found[1], found[1])


def known_as(code: str) -> str:
    """The code that a language has here, of what a recipe may call it: `de` of `deu` and of `deu_Latn`."""
    return _OWN.get(code) or _STANDS_FOR.get(code) or _ISO_639_1.get(code) or code_of(code)


_OWN = {"als": "als", "nb": "no"}
"""Alone `als` is lid.176's code; in a label it is ISO 639-3's."""
