"""Copies of texts, as the web makes them: mirrored, syndicated, advertised in, edited, abridged, captured again."""

from collections.abc import Sequence
from dataclasses import replace

from demo.captures import Capture, Text
from demo.markup import Block
from demo.sites import PAPERS, Site

MIRRORS = ("mirror-one.example", "mirror-two.example.net", "cached.example.com")
ADVERT = (
    "Advertisement. Readers of this page get ten per cent off their first box of seasonal vegetables, delivered to "
    "the door by bicycle every Friday."
)
_SYNDICATE = Site("www.wire-reader.example", "Wire Reader", "news")
_DIGEST = Site("daily-digest.example", "Daily Digest", "blog")


def copies(texts: Sequence[Text]) -> list[Capture]:
    """Duplicates of `texts`, each kind made of other ones."""
    manuals = [text for text in texts if text.kind == "manual"]
    prose = [text for text in texts if text.kind == "prose"]
    return [
        *(_mirrored(text, number) for number, text in enumerate([*manuals[1:60:8], *prose[2:10:3]])),
        *(_syndicated(text) for text in [*manuals[5:120:10], *prose[1:8:2]]),
        *(_advertised(text) for text in [*manuals[3:110:12], *prose[::3]]),
        *(_edited(text) for text in [*manuals[7:100:12], *prose[3:9:2]]),
        *(_abridged(text) for text in manuals[9:120:16]),
        *(_captured_again(text) for text in [*manuals[11:140:16], *prose[10:12]]),
    ]


def _mirrored(text: Text, number: int) -> Capture:
    """The very same bytes on another host."""
    original = text.capture()
    host = MIRRORS[number % len(MIRRORS)]
    fate = "one of each group kept: exact duplicates"
    return replace(original, kind="mirror", fate=fate, url=original.url.replace(text.site.host, host))


def _syndicated(text: Text) -> Capture:
    """The same text in another layout, with a line that says where it came from."""
    note = Block("paragraph", f"This article first appeared in {text.site.name} and is shown here with permission.")
    fate = "one of each group kept: near duplicates"
    return replace(text, kind="syndicated", fate=fate, site=_SYNDICATE, blocks=(*text.blocks, note)).capture()


def _advertised(text: Text) -> Capture:
    """The same text with an advertisement in its middle."""
    middle = len(text.blocks) // 2
    blocks = (*text.blocks[:middle], Block("paragraph", ADVERT), *text.blocks[middle:])
    site = PAPERS[0] if text.site != PAPERS[0] else PAPERS[2]
    fate = "one of each group kept: near duplicates"
    return replace(text, kind="advertised", fate=fate, site=site, blocks=blocks).capture()


def _edited(text: Text) -> Capture:
    """The same text after a copy editor who takes out a word here and there."""
    blocks = tuple(Block(block.kind, _without_some_words(block)) for block in text.blocks)
    fate = "one of each group kept: near duplicates"
    return replace(text, kind="edited", fate=fate, site=_DIGEST, blocks=blocks).capture()


def _without_some_words(block: Block) -> str:
    if block.kind != "paragraph":
        return block.text
    words = block.text.split(" ")
    return " ".join(word for position, word in enumerate(words) if position % 70 != 40)


def _abridged(text: Text) -> Capture:
    """The first half only: too little in common to be a duplicate."""
    blocks = text.blocks[: (len(text.blocks) + 1) // 2]
    return replace(text, kind="abridged", fate="kept, unless too short", site=_DIGEST, blocks=blocks).capture()


def _captured_again(text: Text) -> Capture:
    """The same address and bytes, in a later crawl."""
    return replace(text.capture(), kind="captured again", fate="one of each group kept: exact duplicates", crawl=3)
