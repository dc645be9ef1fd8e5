"""The registered domain of an address, by the list of public suffixes that tldextract carries."""

import functools
from typing import TYPE_CHECKING

from winnow.pipelines.corpus.addresses import hostname
from winnow.pipelines.plan.names import UNKNOWN

if TYPE_CHECKING:
    import tldextract


def domain_of(url: str | None) -> tuple[str, str]:
    """(registered domain, public suffix): ("example.co.uk", "co.uk"). A host that has none stands for its domain, and
    its suffix is "none"; UNKNOWN where there is no host."""
    host = hostname(url or "")
    return _domain(host) if host else (UNKNOWN, UNKNOWN)


@functools.lru_cache(maxsize=1 << 16)
def _domain(host: str) -> tuple[str, str]:
    found = _suffixes()(host)
    return found.top_domain_under_public_suffix or host, found.suffix or "none"


@functools.cache
def _suffixes() -> "tldextract.TLDExtract":
    import tldextract  # brings requests: a third of what a driver would import, which asks for no domain

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
