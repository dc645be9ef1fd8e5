"""Paragraphs that the makers of an electronic book wrote into it: credits at both ends, notes on the transcription."""

import re
from collections.abc import Sequence

from winnow.pipelines.sources.books.book import HEADINGS, Block

_CREDIT = re.compile(
    r"\W{0,4}(?:"
    # This etext was prepared by ...; HTML version by ...
    r"(?:this |the |original )*(?:project gutenberg )?"
    r"(?:e-?texts?|e-?books?|files?|html|document|edition|version|transcription)(?: and [\w-]+)?(?: version)? "
    r"(?:was |were |is |has been |by )?(?:originally |first )?"
    r"(?:\bby\b|prepared|produced|created|typed|scann?ed|transcribed|converted|made|provided|entered|edited|proof"
    r"|contributed|donated|re-?edited|released|based)"
    # Produced by ...; Transcribed from the 1908 edition by ...
    r"|(?:produced|prepared|transcribed|scanned|digiti[sz]ed|typed|proofed|proofread|converted|compiled|submitted"
    r"|updated|html conversion|scanning and proof\w*|additional (?:proof|edit)\w+|(?:most recently|last) updated)"
    r"\b[\w ,&-]{0,40}\b(?:by|from)\b"
    r"|online distributed proofread|distributed proofread|note: project gutenberg|note: images of"
    r"|images? (?:generously )?(?:made available|courtesy|from)|credits?:|(?:with (?:many )?|special |many )thanks to"
    r"|redactor['\u2019]s note|html version by|(?:entered|keyed|marked up) by|the internet wiretap"
    r"|an? (?:online|electronic) edition of|scans? (?:by|from|courtesy)|[\[(]?(?:e-?text|ebook) (?:prepared|by)"
    r"|(?:ce|cet) (?:document|livre|texte|ouvrage) (?:fut|a été|est)|produit par|erstellt von|hergestellt von"
    r"|dit (?:e-?boek|bestand)"
    r")",
    re.IGNORECASE,
)
_MAKERS = re.compile(
    r"proofread|pgdp|gutenberg|archive\.org|@|\be-?text|ebook|transcri|\bscann?ed\b|\bscans\b|http|gallica|volunteer|hathitrust|google"
    r"|produced by|wiretap",
    re.IGNORECASE,
)
"""What a paragraph that begins like a credit must mention."""
_NOTE = re.compile(
    r"\W{0,4}(?:original )?(?:"
    r"(?:transcriber|transcription|transcriptor|transcriptionist|e-?text|editor of this etext)['\u2019]?s?['\u2019]?"
    r"\s*\W?\s*(?:end)?notes?\b"
    r"|notes? (?:of|from|by) (?:the )?transcriber|tn\W"
    r"|transcriber['\u2019]s (?:remarks?|amendments?|errata|corrections?|changes)"
    r"|notes? (?:du|de la|de) transcri|note sur la transcription|au lecteur\W{0,3}$"
    r"|anmerkung(?:en)? (?:zur|des|der) (?:transkription|bearbeit)|notas? (?:del|de|do|da) (?:la )?transcri"
    r"|(?:opmerking(?:en)?|aantekeningen) van de (?:bewerker|transcri)|nota del trascrittore"
    r"|transcriberens? (?:anm|not)|transkriptörens|huomautukset|avskriftsanm"
    r")",
    re.IGNORECASE,
)
_SIGNS = re.compile(
    r"\bunderscores?\b|_italics_|=bold=|\bascii\b|italic(?:s|ized)?\b.{0,80}\b(?:surround|enclos|mark|indicat|between|represent)"
    r"|(?:surround|enclos|mark|indicat)\w+.{0,40}\bitalic",
    re.IGNORECASE | re.DOTALL,
)
"""What tells how a plain text writes what it cannot print."""
_READER = re.compile(r"\W*au lecteur", re.IGNORECASE)
_OF_THE_FILE = re.compile(r"électronique|transcri|l'original|typographi|_italiques_", re.IGNORECASE)
_EDGE = 40
"""Blocks at either end among which credits are looked for."""
_LONGEST_CREDIT = 1200
_LONGEST_SIGNS = 600
_LAST_SHARE = 0.85
"""Behind this share of the blocks a note on the transcription goes on to the end."""
_TRANSCRIBER = re.compile(r"\btranscriber['\u2019]?s?\b", re.IGNORECASE)
_TITLE = 60
"""Characters of a line that is a title above a note."""
_FAR = 2
"""Blank lines that end a note at a book's beginning."""
_MOST_NOTE = 60


def drop(blocks: Sequence[Block], gutenberg: bool) -> tuple[list[Block], list[str]]:
    """(the blocks without them, the credits). In a file that is none of Project Gutenberg's, credits are the book's."""
    kept, credits, at = list[Block](), list[str](), 0
    while at < len(blocks):
        if _is_note(blocks, at):
            at = _behind_note(blocks, at)
        elif gutenberg and _is_credit(blocks[at], min(at, len(blocks) - 1 - at)):
            credits.append(blocks[at].text)
            at += 1
        else:
            kept.append(blocks[at])
            at += 1
    return kept, credits


def _is_credit(block: Block, edge: int) -> bool:
    if edge > _EDGE or len(block.text) > _LONGEST_CREDIT:
        return False
    if len(block.text) < _LONGEST_SIGNS and _SIGNS.search(block.text):
        return True
    return bool(_CREDIT.match(block.text)) and bool(_MAKERS.search(block.text))


def _is_note(blocks: Sequence[Block], at: int) -> bool:
    text = blocks[at].text
    if len(text) < _TITLE and _TRANSCRIBER.search(text):
        return True
    if not _NOTE.match(text[:120]):
        return False
    if not _READER.match(text):
        return True
    return any(_OF_THE_FILE.search(each.text) for each in blocks[at : at + 3])  # others too turn to their readers


def _behind_note(blocks: Sequence[Block], at: int) -> int:
    """The first block behind a note: to the next chapter or wide gap; at the end of the book its last one."""
    if at >= _LAST_SHARE * len(blocks) and len(blocks) - at <= 20 * _MOST_NOTE:
        return len(blocks)
    heading = len(blocks[at].text) < _TITLE
    end = at + 1
    if heading and end < len(blocks) and blocks[end].kind not in HEADINGS:
        end += 1
    while (
        heading
        and end < min(len(blocks), at + _MOST_NOTE)
        and blocks[end].gap <= _FAR - 1
        and blocks[end].kind not in HEADINGS
    ):
        end += 1
    return end
