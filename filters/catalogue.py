"""Every step of this package by the name that recipes use. A step that is not here does not exist."""

from winnow.filters.families.bad_words import BadWords
from winnow.filters.families.c4 import C4Lines, C4Page
from winnow.filters.families.code_quality import CodeQuality
from winnow.filters.families.extraction import Extraction
from winnow.filters.families.fineweb import FineWebQuality
from winnow.filters.families.gopher_quality import GopherQuality
from winnow.filters.families.gopher_repetition import GopherRepetition
from winnow.filters.families.license import License
from winnow.filters.families.make_up import MakeUp
from winnow.filters.families.mask import MaskPersonal
from winnow.filters.families.mc4 import MC4Page
from winnow.filters.families.notices import Notices
from winnow.filters.families.opt_out import OptOut
from winnow.filters.families.refinedweb import RefinedWebLines, RefinedWebPage
from winnow.filters.families.secrets import MaskSecrets, Secrets
from winnow.filters.families.url import Url
from winnow.filters.families.wikipedia_page import WikipediaPage

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
    "notices": Notices,
    "opt_out": OptOut,
    "make_up": MakeUp,
    "extraction": Extraction,
    "license": License,
    "code_quality": CodeQuality,
    "mask_personal": MaskPersonal,
    "wikipedia_page": WikipediaPage,
    "secrets": Secrets,
    "mask_secrets": MaskSecrets,
}
