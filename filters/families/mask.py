"""Masking of personal data that can be told by its form: e-mail addresses and public IPv4 addresses.

As FineWeb does it (Penedo et al. 2024, https://arxiv.org/abs/2406.17557, section 3.7), with two differences: what
stands in the place of a match depends on nothing but the match, and a second pass changes nothing. An IP address
becomes one of the 762 host addresses of the three networks set aside for documentation (RFC 5737), chosen by a hash,
so that an address that occurs twice stays the same one; it belongs to nobody.

An e-mail address may have letters of every alphabet whose words are parted by spaces; those of other scripts, written
against it, stay text. What belongs to nobody stays: addresses at `example.com` and the like (RFC 2606), `git@host`, and
what a URL has before its host. Private, loopback, link-local, multicast and reserved IP addresses say nothing about a
person and stay; so do four numbers of a longer dotted number, and those of versions, sections and object identifiers
(`_is_count`). IPv6 is not masked. All searches take time linear in the text.
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

_LETTERS = r"A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u0373\u0376-\u052f\u0531-\u0587\u1e00-\u1fff"
"""Latin, Greek, Cyrillic and Armenian."""
_TOP = r"(?:[A-Za-z]{2,}|[^\W\d_A-Za-z]{2,})(?![A-Za-z0-9@])"
_ADDRESS = rf"([._%+-]*+)[{_LETTERS}][{_LETTERS}._%+-]*+@(?:[\w-]+\.)+{_TOP}"
# A run of local characters is tried once, from its start, and given up whole: no start inside it is tried again.
_EMAIL = re.compile(rf"(?<![{_LETTERS}._%+-]){_ADDRESS}")
_NEXT_EMAIL = re.compile(_ADDRESS)  # right behind an address: a@b.org-c@d.org
_IP_ADDRESS = re.compile(
    r"[0-9](?<![A-Za-z0-9_].)(?<![0-9]\..)[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9_])(?!\.[0-9])"
)
_NOBODY = re.compile(
    r"^git@|@(?:[\w-]+\.)*(?:example\.(?:com|net|org|edu)|[\w-]+\.(?:example|test|invalid|localhost))$", re.IGNORECASE
)
_USERINFO = re.compile(r"//[^\s/@]*$")
_MOST_BEFORE = 100
"""Characters before an address in which a URL's beginning is looked for, and words that say what four numbers are."""
_COUNTED = re.compile(
    r"(?:\b(?:v|vers?|versions?|versi[o\u00f3]n|vers\u00e3o|versione|versie|wersj[ai]|verze|releases?|build|firmware|patch"
    r"|fix ?pack|update|upgrade|hotfix|driver|sdk|sections?|sect?|chapter|clause|paragraph|appendix|annex|article|table"
    r"|figure|fig|example|requirement|rule|step|abschnitt|kapitel|ziffer|absatz|chapitre|secci[o\u00f3]n|cap[i\u00ed]tulo"
    r"|oid|identifier|\u0432\u0435\u0440\u0441\u0438[\u0438\u044f\u044e]|\u0440\u0430\u0437\u0434\u0435\u043b)"
    r"|\u00a7|\u7248\u672c|\u30d0\u30fc\u30b8\u30e7\u30f3|\u7b2c)[\s.:\uff1a=#(\u2013-]*$",
    re.IGNORECASE,
)
"""What stands before a version, a section, an object identifier."""
_ADDRESSED = re.compile(
    r"(?:\b(?:ips?|ipv4|(?:ip )?address|addr|dns|nameserver|gateway|proxy|host|server|ping|from|to|at|via|client|peer"
    r"|adresse|adres|direcci[o\u00f3]n|endere[c\u00e7]o)|://|@|\u5730\u5740)[\s.:=#(\[\"'\u2013-]*$",
    re.IGNORECASE,
)
"""What stands before an address."""
_PORT = re.compile(r":\d{2,5}(?!\d)|/\d{1,2}(?![\d.])")
_RESOLVERS = frozenset(("1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "4.2.2.1", "4.2.2.2"))
"""Public name servers, of which texts speak without a word beside them."""
_LOW = 32
"""Of random addresses 7 in 1,000 have three numbers below it; of versions nearly all."""


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
            if string[start:stop] != self.email and not _is_nobodys(string, start, stop):
                yield Change(start, stop, self.email)
            match = _NEXT_EMAIL.match(string, stop) or _EMAIL.search(string, stop)


def _is_nobodys(string: str, start: int, stop: int) -> bool:
    """Whether what has the form of an e-mail address is an example, a user of a host's, or part of a URL."""
    before = string[max(0, start - _MOST_BEFORE) : start]
    return bool(_NOBODY.search(string[start:stop]) or _USERINFO.search(before))


def _ip_addresses(string: str) -> Iterator[Change]:
    for match in _IP_ADDRESS.finditer(string):
        if _is_public(match.group()) and not _is_count(string, match.start(), match.end()):
            yield Change(match.start(), match.end(), placeholder(match.group()))


def _is_public(address: str) -> bool:
    """Whether this is an address that may be somebody's; False for 300.1.1.1 and for 08.8.8.8."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ipaddress.AddressValueError:
        return False
    return parsed.is_global and not parsed.is_multicast


def _is_count(string: str, start: int, stop: int) -> bool:
    """Whether four numbers are a version, a section or the like: the word before says so, or three of them are low and
    nothing beside them speaks of an address."""
    before = string[max(0, start - _MOST_BEFORE) : start]
    if _COUNTED.search(before):
        return True
    address = string[start:stop]
    low = sum(int(number) < _LOW for number in address.split("."))
    return low > 2 and address not in _RESOLVERS and not _ADDRESSED.search(before) and not _PORT.match(string, stop)


def placeholder(address: str) -> str:
    """The documentation address that stands for `address`: always the same one."""
    number = int.from_bytes(hashlib.sha256(address.encode()).digest()[:8], "big") % (len(NETWORKS) * HOSTS)
    return f"{NETWORKS[number // HOSTS]}.{number % HOSTS + 1}"
