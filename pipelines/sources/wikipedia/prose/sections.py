"""Sections that hold no prose, by their headings: references, links, what else to read.

Names are casefolded, without a mark at the end. A wiki's own language decides; of an unknown one all names count.
"""

from collections.abc import Iterable, Sequence

from winnow.pipelines.sources.wikipedia.prose.blocks import Block, Heading

_NAMES = {
    "en": "references|reference|reference list|notes|note|footnotes|endnotes|notes and references|references and notes|"
    "notes and citations|citations|citations and notes|citation|sources|bibliography|further reading|external links|"
    "external link|see also|works cited|sources and references|references and sources|references and further reading|"
    "general references|general sources|cited sources|cited works|literature cited|links|additional reading|"
    "notes and sources|sources and notes|further reading and external links|bibliography and further reading|"
    "references and external links|explanatory notes|external sources|web links|"
    "primary sources|secondary sources|navigation|gallery|image gallery|picture gallery|photo gallery",
    "de": "einzelnachweise|weblinks|literatur|siehe auch|quellen|anmerkungen|fußnoten|belege|nachweise|"
    "anmerkungen und einzelnachweise|einzelnachweise und anmerkungen|quellen und einzelnachweise|quellenangaben|"
    "referenzen|literatur und quellen|quellen und literatur|weblink|externe links|galerie|bildergalerie|"
    "literaturhinweise|bibliographie|bibliografie|literatur und weblinks",
    "fr": "références|notes|notes et références|voir aussi|liens externes|lien externe|bibliographie|annexes|sources|"
    "articles connexes|article connexe|références et notes|notes et sources|sources et références|"
    "notes, sources et références|liens internes|pour approfondir|galerie|autres projets|"
    "bibliographie complémentaire|compléments|webographie|notes de bas de page",
    "es": "referencias|véase también|vease también|enlaces externos|bibliografía|notas|notas y referencias|"
    "referencias y notas|fuentes|lecturas adicionales|enlace externo|lectura adicional|bibliografía adicional|"
    "bibliografía utilizada|notas al pie|galería|galería de imágenes|referencias externas",
    "it": "note|bibliografia|voci correlate|altri progetti|collegamenti esterni|collegamento esterno|riferimenti|fonti|"
    "note e riferimenti|annotazioni|galleria d'immagini|galleria",
    "pt": "referências|ver também|ligações externas|bibliografia|notas|notas e referências|referências bibliográficas|"
    "leitura adicional|fontes|links externos|leituras adicionais|notas de rodapé|referências e notas|galeria",
    "nl": "bronnen|referenties|externe links|externe link|zie ook|literatuur|noten|voetnoten|bronvermelding|"
    "bronnen, noten en/of referenties|bronnen en referenties|verwijzingen|noten en referenties|galerij|"
    "bibliografie|verder lezen",
    "ru": "примечания|литература|ссылки|см. также|источники|комментарии|см также|библиография|"
    "примечания и источники|сноски|использованная литература|галерея|внешние ссылки",
    "pl": "przypisy|bibliografia|linki zewnętrzne|zobacz też|uwagi|źródła|literatura|link zewnętrzny|"
    "literatura dodatkowa|galeria|przypisy i uwagi",
    "sv": "referenser|källor|externa länkar|se även|noter|fotnoter|vidare läsning|litteratur|källförteckning|"
    "fotnoter och källor|noter och källor|anmärkningar|externa källor|bilder|galleri|tryckta källor|webbkällor|"
    "allmänna källor",
}
_BY_LANGUAGE = {language: frozenset(names.split("|")) for language, names in _NAMES.items()}
_ANY = frozenset().union(*_BY_LANGUAGE.values())


def without_references(blocks: Iterable[Block], language: str | None) -> list[Block]:
    """`blocks` without the sections of such a name, those inside them included, and without headings of nothing."""
    names = _BY_LANGUAGE.get(base_language(language), _ANY)
    kept: list[Block] = []
    dropped_at = 0  # the level of the heading whose section is being dropped
    for block in blocks:
        if isinstance(block, Heading):
            if dropped_at and block.level > dropped_at:
                continue
            dropped_at = block.level if _name(block.text) in names else 0
        if not dropped_at:
            kept.append(block)
    return _without_empty(kept)


def base_language(language: str | None) -> str:
    """The language of a code: "en" for "en" and "simple"."""
    base = (language or "").partition("-")[0].lower()
    return {"simple": "en"}.get(base, base)


def _name(text: str) -> str:
    return " ".join(text.casefold().rstrip(" .:").split())


def _without_empty(blocks: Sequence[Block]) -> list[Block]:
    """Drop each heading that only the end or a heading of its level or a higher one follows."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, Heading):
            behind = kept[-1] if kept else block
            if isinstance(behind, Heading) and behind.level <= block.level:
                continue
        kept.append(block)
    return kept[::-1]
