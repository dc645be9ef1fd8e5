"""What of a page's HTML is not its text: references, boxes, pictures, notes to editors, what is hidden."""

import re
from typing import Any

from winnow.pipelines.sources.wikipedia.prose.grid import is_furniture as is_box

_TAGS_NAMES = """
    style script link meta figure figure-inline img audio video map object svg noscript iframe template input button
    form base head title area canvas source track
"""
_TAGS = frozenset(_TAGS_NAMES.split())
_CLASSES_NAMES = """
    legend reference mw-ref mw-references-wrap references reflist mw-reference-text hatnote dablink rellink noprint
    nomobile mw-empty-elt mw-editsection mw-indicators thumb gallery mw-gallery-traditional error Z3988 printfooter
    catlinks portalbox portal-bar sistersitebox side-box asbox quotebox shortdescription sortkey authority-control
    succession-box geo geo-inline-hidden geo-nondefault geo-multi-punct respelling Inline-Template homonymie
    mw-kartographer-container mw-kartographer-maplink mw-graph navigation-not-searchable bandeau-container
"""
_CLASSES = frozenset(_CLASSES_NAMES.split())
_EXTENSIONS = frozenset((
    "ref", "references", "gallery", "timeline", "score", "imagemap", "templatestyles", "templatedata", "graph",
    "mapframe", "maplink", "categorytree", "inputbox", "section", "indicator", "hiero",
))  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DISAMBIGUATION = frozenset(("dmbox-disambig", "disambig", "disambigbox"))


def is_furniture(element: Any) -> bool:
    """Whether an element and all that it holds is left out."""
    if element.tag in _TAGS:
        return True
    get = element.get
    if (classes := get("class")) and (not _CLASSES.isdisjoint(classes.split()) or is_box(classes)):
        return True
    if (kinds := get("typeof")) and any(map(_is_furniture_kind, kinds.split())):
        return True
    if (style := get("style")) and _HIDDEN.search(style):
        return True
    return get("role") in ("navigation", "note") or get("id") == "coordinates"


def _is_furniture_kind(kind: str) -> bool:
    if kind.startswith(("mw:File", "mw:Image", "mw:Video", "mw:Audio")):
        return True
    return kind.startswith("mw:Extension/") and kind.removeprefix("mw:Extension/").lower() in _EXTENSIONS


def says_disambiguation(element: Any) -> bool:
    """Whether this element marks a page as one that only leads to others."""
    if element.tag == "meta":
        return (element.get("property") or "").lower() == "mw:pageprop/disambiguation"
    names = {element.get("id"), *(element.get("class") or "").split()}
    return not _DISAMBIGUATION.isdisjoint(names)
