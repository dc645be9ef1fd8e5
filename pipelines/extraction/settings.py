"""How HTML becomes text, and what of a page is too much: the recipe's [extract] table."""

from dataclasses import dataclass

from winnow.filters.setting_checks import one_of, within

FAVOURS = ("precision", "balance", "recall")
TRAFILATURA, BLOCKS = "trafilatura", "blocks"
ENGINES = (TRAFILATURA, BLOCKS)
TEXT, MARKDOWN = "text", "markdown"
FORMATS = (TEXT, MARKDOWN)
WEIGHTS = "5092cdee4ea2cd18dd1ba865a07a04044e699d6e0d2e3ca3983ad9ce4390cb1c"
"""sha256 of the weights of `blocks` that come with Winnow."""
FAR = "extract.language"
"""The rule of a page that is far from every language that is wanted."""
PARSER_DEPTH = 256
"""libxml2 stops reading a page, silently, at the element nested this deep."""


@dataclass(frozen=True)
class ExtractSettings:
    """The recipe's [extract] table. No page of the 2,487 of WCXB and trafilatura's evaluation set breaks a limit."""

    engine: str = TRAFILATURA
    """`trafilatura`; or `blocks`, Winnow's own, which asks trafilatura where it is unsure."""
    weights: str = ""
    """sha256 of the weights of `blocks`, filled in: those that come with Winnow. Nothing for trafilatura."""
    min_confidence: float = 0.2
    """Word F1 that `blocks` must expect of its text; below it trafilatura's is taken, if it finds any."""
    screen: float = 0.0
    """Probability that a language which the recipe's language step keeps must have in some stretch of a page's text; a
    page without one is dropped before its main text is looked for. 0 drops none, nor does a step that keeps all."""
    format: str = TEXT
    """`text`, a line a paragraph; or `markdown`: headings, lists, tables, code and quotes marked as such."""
    mend: bool = True
    """Where trafilatura decides, write the blocks of the page that its text is made of, with what it loses of them:
    lines of code, powers, formulas, joiners, lists that a colon announces. Off is what trafilatura itself gives."""
    walls: bool = True
    """Leave out dialogs that ask for consent, and drop a page that is nothing but such a dialog, a request to sign in,
    a check of the browser or a refusal. Off, they are text like any other."""
    favour: str = "balance"
    """`precision`, `balance` or `recall`: trafilatura's favour_ options."""
    fallback: bool = True
    """Compare with readability and jusText where trafilatura's own rules find little; off is its fast mode."""
    metadata: bool = True
    """Title, date, author, site and license, from meta tags, JSON-LD and the page itself."""
    tables: bool = True
    """Keep the text of tables."""
    comments: bool = False
    """Keep readers' comments."""
    max_bytes: int = 8_000_000
    """UTF-8 bytes of the page (5.3 million at most in those pages)."""
    max_elements: int = 30_000
    """Start tags, counted in the source, scripts and comments included (15,793 at most)."""
    max_attributes: int = 2_000
    """Attributes of one tag (fewer than 200 at most)."""
    max_depth: int = 200
    """Elements inside one another (56 at most); below 256, where the parser stops reading."""
    max_all_attributes: int = 300_000
    """Attributes of all elements together (24,563 at most)."""
    max_nesting: int = 1_000_000
    """Depths of all elements added up (165,904 at most)."""
    max_deep_text: int = 200_000_000
    """Depths of all characters of text added up (7,740,268 at most)."""
    max_mixture: int = 2_000_000_000
    """Children that may be cut out times characters between them, added up over all elements (47,279,017 at most)."""
    max_names: int = 1_200_000
    """Characters of all different classes, ids and the like, and 20 for each of them (196,775 at most)."""
    cpu_seconds: float = 120.0
    """Backstop of the sandbox for a page that no count foresees: CPU time, not the clock's."""
    memory_mib: int = 4096
    """Backstop of the sandbox: address space of the child process."""
    recycle_pages: int = 20_000
    """A child process is replaced after so many pages, to give back memory. No output depends on it."""

    def __post_init__(self) -> None:
        one_of(self, "favour", FAVOURS)
        one_of(self, "engine", ENGINES)
        one_of(self, "format", FORMATS)
        within(self, "min_confidence", 0, 1)
        within(self, "screen", 0, 1)
        wanted = WEIGHTS if self.engine == BLOCKS else ""
        object.__setattr__(self, "weights", self.weights or wanted)
        one_of(self, "weights", (wanted,))
        for count in ("max_bytes", "max_elements", "max_attributes", "max_all_attributes", "max_nesting"):
            within(self, count, 1, 1_000_000_000)
        for product in ("max_deep_text", "max_mixture", "max_names"):
            within(self, product, 1, 1_000_000_000_000)
        within(self, "max_depth", 1, PARSER_DEPTH - 1)
        within(self, "cpu_seconds", 0.001, 86_400)  # the timer counts microseconds and takes 0 for no limit
        within(self, "memory_mib", 256, 1 << 20)  # with less the child does not start
        within(self, "recycle_pages", 1, 1_000_000_000)
