"""Every step of this package by the name that recipes use. A step that is not here does not exist."""

from filters.bad_words import BadWords
from filters.c4 import C4Lines, C4Page
from filters.fineweb import FineWebQuality
from filters.gopher_quality import GopherQuality
from filters.gopher_repetition import GopherRepetition
from filters.mask import MaskPersonal
from filters.mc4 import MC4Page
from filters.refinedweb import RefinedWebLines, RefinedWebPage
from filters.url import Url

STEPS: dict[str, type] = {
    "url": Url,
    "gopher_repetition": GopherRepetition,
    "gopher_quality": GopherQuality,
    "c4_page": C4Page,
    "c4_lines": C4Lines,
    "bad_words": BadWords,
    "mc4_page": MC4Page,
    "fineweb_quality": FineWebQuality,
    "refinedweb_page": RefinedWebPage,
    "refinedweb_lines": RefinedWebLines,
    "mask_personal": MaskPersonal,
}
