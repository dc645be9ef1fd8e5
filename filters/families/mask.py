"""Masking of personal data that can be told by its form: e-mail addresses and public IPv4 addresses.

As FineWeb does it (Penedo et al. 2024, https://arxiv.org/abs/2406.17557, section 3.7), with two differences: what
stands in the place of a match depends on nothing but the match, and a second pass changes nothing. An IP address
becomes one of the 762 host addresses of the three networks set aside for documentation (RFC 5737), chosen by a hash,
so that an address that occurs twice stays the same one; it belongs to nobody.

An e-mail address is read as ASCII in its local part and top-level domain, so that letters of other scripts written
against it stay text. Private, loopback, link-local, multicast and reserved IP addresses say nothing about a person and
stay; so do four numbers within a longer dotted number, and version numbers written v1.2.3.4. IPv6 is not masked.
Both searches take time linear in the text.
"""

import hashlib
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from winnow.filters.document import Document
from winnow.filters.edits import Change, apply, compose
from winnow.filters.steps import Edit
from winnow.filters.text import Text

NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
"""TEST-NET-1 to 3 of RFC 5737."""
HOSTS = 254

_ADDRESS = r"([._%+-]*+)[A-Za-z0-9][A-Za-z0-9._%+-]*+@(?:[\w-]+\.)+[A-Za-z]{2,}(?![A-Za-z0-9@])"
# A run of local characters is tried once, from its start, and given up whole: no start inside it is tried again.
_EMAIL = re.compile(rf"(?<![A-Za-z0-9._%+-]){_ADDRESS}")
_NEXT_EMAIL = re.compile(_ADDRESS)  # right behind an address: a@b.org-c@d.org
_IP_ADDRESS = re.compile(
    r"[0-9](?<![A-Za-z0-9_].)(?<![0-9]\..)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9_])(?!\.[0-9])"
)


@dataclass(frozen=True)
class MaskPersonal:
    """Puts placeholders in the place of e-mail and public IPv4 addresses."""

    emails: bool = True
    email: str = "email@example.com"
    """What stands for every e-mail address."""
    ip_addresses: bool = True

    def edit(self, document: Document, text: Text) -> Edit:
        """Mask the addresses, and count those of each kind."""
        emails = list(self._emails(text.string)) if self.emails and "@" in text.string else []
        between = apply(text.string, emails)
        addresses = list(_ip_addresses(between)) if self.ip_addresses else []
        counts = {"emails": len(emails), "ip_addresses": len(addresses)}
        return Edit(compose(emails, between, addresses), counts)

    def _emails(self, string: str) -> Iterator[Change]:
        match = _EMAIL.search(string)
        while match:
            start, stop = match.end(1), match.end()  # marks before the address stay
            if string[start:stop] != self.email:
                yield Change(start, stop, self.email)
            match = _NEXT_EMAIL.match(string, stop) or _EMAIL.search(string, stop)


def _ip_addresses(string: str) -> Iterator[Change]:
    for match in _IP_ADDRESS.finditer(string):
        if _is_public(match.group()):
            yield Change(match.start(), match.end(), placeholder(match.group()))


def _is_public(address: str) -> bool:
    """Whether this is an address that may be somebody's; False for 300.1.1.1 and for 08.8.8.8."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ipaddress.AddressValueError:
        return False
    return parsed.is_global and not parsed.is_multicast


def placeholder(address: str) -> str:
    """The documentation address that stands for `address`: always the same one."""
    number = int.from_bytes(hashlib.sha256(address.encode()).digest()[:8], "big") % (len(NETWORKS) * HOSTS)
    return f"{NETWORKS[number // HOSTS]}.{number % HOSTS + 1}"
