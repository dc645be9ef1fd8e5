"""Addresses, as people write them: one page has many spellings."""

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def normal(url: str) -> str:
    """An address without scheme, `www.`, default port, fragment and the slash at its end."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    except ValueError:  # a port that is no number, a broken IPv6 literal
        return text
    host = host.removesuffix(_DEFAULT_PORTS.get(parts.scheme.lower(), "-")).removeprefix("www.")
    return host + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def host_of(url: str) -> str:
    """The host of an address as people write it: it may lack the scheme, and end in a dot."""
    text = url.strip()
    return hostname(text if "://" in text else f"http://{text}").rstrip(".")


def hostname(address: str) -> str:
    """The host in lower case, names of other scripts as they stand; "" where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # a broken IPv6 literal
        return ""
