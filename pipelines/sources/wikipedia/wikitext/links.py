"""What shows of a link: its label, or nothing of pictures, categories and the same page in other languages."""

# ruff: noqa: RUF001  marks that look like others are meant

import re
from collections.abc import Callable

from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.marks import CUT

_CANONICAL = {"6": ("file", "image"), "14": ("category",)}
"""Names that every wiki understands besides its own."""
_MORE = {
    "6": "datei bild fichier archivo imagen ficheiro imagem immagine bestand afbeelding файл изображение plik grafika "
    "fil",
    "14": "kategorie catégorie categoría categoria categorie категория kategoria kategori",
}
"""Names and aliases of large wikis, for pages that come without those of their own."""
_LANGUAGE_CODES = """
    aa ab ace ady af ak als am an ang ar arc ary arz as ast atj av avk awa ay az azb ba ban bar bat-smg bcl be be-tarask
    be-x-old bg bh bi bjn bm bn bo bpy br bs bug bxr ca cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy
    da de din diq dsb dty dv dz ee el eml en eo es et eu ext fa ff fi fiu-vro fj fo fr frp frr fur fy ga gag gan gcr gd
    gl glk gn gom gor got gu guw gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia id ie ig ii ik ilo inh io is it iu
    ja jam jbo jv ka kaa kab kbd kbp kg ki kj kk kl km kn ko koi kr krc ks ksh ku kv kw ky la lad lb lbe lez lfn lg li
    lij lld lmo ln lo lrc lt ltg lv mad mai map-bms mdf mg mh mhr mi min mk ml mn mni mnw mr mrj ms mt mus mwl my myv
    mzn na nah nap nds nds-nl ne new ng nl nn no nov nqo nrm nso nv ny oc olo om or os pa pag pam pap pcd pdc pfl pi pih
    pl pms pnb pnt ps pt qu rm rmy rn ro roa-rup roa-tara ru rue rw sa sah sat sc scn sco sd se sg sh shn si simple sk
    skr sl sm smn sn so sq sr srn ss st stq su sv sw szl ta tcy te tet tg th ti tk tl tn to tpi tr ts tt tum tw ty tyv
    udm ug uk ur uz ve vec vep vi vls vo wa war wo wuu xal xh xmf yi yo za zea zh zh-classical zh-min-nan zh-yue zu
"""
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
_PIPE_TRICK = re.compile(r"\s*[(（].*|,.*", re.DOTALL)


class Links:
    """What shows of the links of one page."""

    def __init__(self, page: Page) -> None:
        self._hidden = {
            name.lower().replace("_", " ")
            for key, names in _CANONICAL.items()
            for name in (*names, *_MORE[key].split(), *page.namespaces.get(key, ()))
        }

    def shown(self, target: str, label: Callable[[], str | None]) -> str:
        """`label` gives what stands behind the first bar, None if there is none."""
        if ":" in target and not target.lstrip().startswith(":") and self._is_hidden(target):
            return CUT
        if "\n" in target:  # no link: its text stays
            return f"{target} {label() or ''}"
        target = target.strip()
        text = label()
        if text is None:
            return target.removeprefix(":").strip().replace("_", " ") or CUT
        if not text.strip():
            return _PIPE_TRICK.sub("", target.removeprefix(":").rpartition(":")[2])
        return text

    def _is_hidden(self, target: str) -> bool:
        prefix = target.partition(":")[0].strip().lower().replace("_", " ")
        return prefix in self._hidden or prefix in _LANGUAGES
