"""Under which licence a file says it is: SPDX tags, and the texts with which files begin. Most files say nothing."""

import re

from winnow.filters.code.comments import head
from winnow.pipelines.sources.code.facts import spdx, texts
from winnow.pipelines.sources.code.facts.evidence import PROPRIETARY, PUBLIC_DOMAIN, Evidence, Found

HEAD_CHARACTERS = 8192
_WORTH_READING = re.compile(
    r"(?i)licen[cs]e|permission to use|permission is hereby|redistribution and use|public domain|proprietary"
)
_TAG = re.compile(r"(?m)^(?:[^\w\n]{0,20}|(?:rem|dnl)[ \t]{1,4})SPDX-License-Identifier:[ \t]*([^\n]{1,300})")
_GUARD = re.compile(r"(?:\s*+#[ \t]*+(?:if|ifn?def|define|pragma|else|endif)\b[^\n]*+\n)++|\s*+`{3,}[\w+#.-]*+\n")
"""What C and its kin may have before their first comment, and a notebook before its first line of code."""
_CLOSES = re.compile(r"\s*(?:\*+/|--+>|\*+\)|-\}|[\"'#*;!]+)\s*\Z")
_MARKS = re.compile(r"[^\w\n.,:;()+/-]+")
_OR = re.compile(
    r"dual[- ]licen[sc]|\b(?:either of|your choice of|choose (?:either|between)|at your choice|mit or |bsd or )"
)
_UNDER = r"(?:licen[sc]ed?|released?|distribut(?:ed|able)|available|provided|covered|governed|use|subject|usable)"
_TO = rf"{_UNDER}[\w ,:]{{0,40}}?\b(?:under|by|to|in|with)\b(?: the)?(?: terms? of)?(?: the)? (?:\w+ ){{0,3}}?"
_LINE = r"(?:licen[sc]e[ds]?|spdx)\s?:\s?(?:the )?"
_NAMES = (
    (
        r"apache(?: software)? licen[cs]e,?\s?(?:version |v\.?\s?)?2(?:\.0)?,? with llvm[- ]exceptions?",
        "Apache-2.0 WITH LLVM-exception",
    ),
    (r"apache(?: software)?(?: licen[cs]e)?,?\s?\(?(?:version |v\.?\s?)?2(?:\.0)?", "Apache-2.0"),
    (r"(?:3|three)[- ]clause bsd|bsd[- ](?:3|three)[- ]clauses?|(?:new|modified|revised) bsd", "BSD-3-Clause"),
    (r"(?:2|two)[- ]clause bsd|bsd[- ](?:2|two)[- ]clauses?|simplified bsd", "BSD-2-Clause"),
    (r"mit(?:[ /-]x11)?(?: open source)?(?: software)? licen[cs]e|mit\b(?=[.,;)\s]*\Z|[.,;)]|\s\S)", "MIT"),
    (r"boost software licen[cs]e", "BSL-1.0"),
    (r"mozilla public licen[cs]e,?\s?(?:version |v\.?\s?)?2\.0", "MPL-2.0"),
    (r"isc licen[cs]e", "ISC"),
    (r"zlib(?:/libpng)? licen[cs]e", "Zlib"),
    (r"eclipse public licen[cs]e,?\s?-?\s?(?:version |v\.?\s?)?2\.0", "EPL-2.0"),
    (r"eclipse public licen[cs]e,?\s?-?\s?(?:version |v\.?\s?)?1\.0", "EPL-1.0"),
    (r"(?:psf|python software foundation) licen[cs]e|psf under a contributor agreement", "PSF-2.0"),
)
_NAMED = tuple(
    (re.compile(rf"(?:{_TO}|{_LINE}|\bunder the |\A\W*(?:the )?)(?:{pattern})"), found) for pattern, found in _NAMES
)
_GNU = re.compile(
    r"(?:gnu )?(?P<kind>lesser |library |affero )?(?:general public licen[cs]e|\b(?P<short>[al]?gpl)),?\s?"
    r"\(?(?:[al]?gpl\)?,?\s?)?(?:as published by the free software foundation[;,]?\s?)?(?:either )?"
    r"(?:version |v\.?\s?)?(?P<version>[123](?:\.[01])?)"
    r"(?P<later>\+|,?(?: of the licen[cs]e)?,?\s?\(?(?:or|and) (?:\(at your option\) )?"
    r"(?:any |\(?at your option\)? any )?(?:later|newer|greater|higher))?"
)
_GNU_KINDS = {"": "GPL", "lesser ": "LGPL", "library ": "LGPL", "affero ": "AGPL"}
_PUBLIC = re.compile(
    r"\b(?:is|are|been|placed|released|dedicated|put|hereby)\b(?: \w+)? (?:in|into|to|under) the public domain"
)
_CLOSED = re.compile(
    r"proprietary (?:and|&) confidential|confidential and proprietary|all intellectual property and proprietary rights"
    r"|subject to \w+ intellectual property rights"
    r"|unauthorized (?:copying|use|reproduction)[\w ,]{0,60} (?:is )?(?:strictly )?prohibited"
)


def file_license(text: str, file: str = "", language: str | None = None) -> Found:
    """What a file says of its own licence; nothing where it says nothing, or where to look."""
    start = text[:HEAD_CHARACTERS]
    if not _WORTH_READING.search(start):
        return Found()
    tags = []
    for tag in _TAG.finditer(start):
        said = _CLOSES.sub("", tag[1]).strip()
        if expression := spdx.normalised(said) or spdx.named(said):
            tags.append(Evidence(file, tag.start(1), tag.start(1) + len(said), expression))
    if tags:
        return Found(spdx.all_of(tag.expression for tag in tags), tuple(tags))
    at = guard.end() if (guard := _GUARD.match(start)) else 0
    spans = [(at + begin, at + end) for begin, end in head(start[at:], language)]
    if not spans or not _WORTH_READING.search(start, spans[0][0], spans[-1][1]):
        return Found()
    return _of_head(start[: spans[-1][1]], spans[0][0], file)


def _of_head(start: str, begin: int, file: str) -> Found:
    said = start[begin:]
    matches = texts.identify(said)
    evidence = [Evidence(file, begin + m.start, begin + m.end, m.expression) for m in matches]
    plain = " ".join(_MARKS.sub(" ", said.lower()).split())
    either = _OR.search(plain) is not None
    if not evidence or either:
        names = [name for name in _named(plain) if all(name != each.expression for each in evidence)]
        evidence += [Evidence(file, begin, len(start), name) for name in names]
    if either and len({each.expression for each in evidence}) < 2:
        return Found()  # one of two is not what the file says: the licence beside it may know both
    join = spdx.any_of if either else spdx.all_of
    return Found(join(each.expression for each in evidence), tuple(evidence))


def _named(plain: str) -> list[str]:
    """The licences that a sentence names, once each."""
    found = [name for pattern, name in _NAMED if pattern.search(plain)]
    if "Apache-2.0 WITH LLVM-exception" in found and "Apache-2.0" in found:
        found.remove("Apache-2.0")
    if gnu := _GNU.search(plain):
        kind = _GNU_KINDS[gnu["kind"] or ""] if not gnu["short"] else gnu["short"].upper()
        number = gnu["version"] if "." in gnu["version"] else f"{gnu['version']}.0"
        if name := spdx.normalised(f"{kind}-{number}-{'or-later' if gnu['later'] else 'only'}"):
            found.append(name)
    if not found and _PUBLIC.search(plain):
        found.append(PUBLIC_DOMAIN)
    if not found and _CLOSED.search(plain):
        found.append(PROPRIETARY)
    return found
