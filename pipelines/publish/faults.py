"""What can go wrong between this machine and the Hub: what passes is tried again, all else is told in one line."""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from winnow.pipelines.errors import BadCall, BuildFailed, chain, described, message
from winnow.pipelines.views.tabular import shorten

WAITS = (1.0, 4.0, 16.0, 60.0)
"""Seconds before each new try. The library itself tries five times to get a file up before it gives up."""
_LONGEST = 900.0
"""Seconds that a server's wish to be left alone is followed for."""
_PASSES = (408, 409, 412, 425, 429, 500, 502, 503, 504)
"""Statuses of a server that is busy, or in which somebody else changes the repository at this moment."""
_TOLD = 300
GOES_ON = "what is there stays there, and the same command goes on from it"

_USER = re.compile(r"(?<=:)//[^/@]*@")
_MISREAD = (KeyError, TypeError)
"""What the library raises of an answer that is not as it expects: that of a proxy, or of another server."""

Result = TypeVar("Result")


def persistently(
    do: Callable[[], Result], say: Callable[[str], None], waits: tuple[float, ...] | None = None
) -> Result:
    """The result of `do`, tried again while what is wrong may pass. BadCall or BuildFailed says what did not."""
    for wait in (*(WAITS if waits is None else waits), None):
        try:
            return do()
        except _errors() as error:
            if wait is None or not _passes(error):
                raise told(error) from error
            pause = min(max(wait, _asked(error)), _LONGEST)
            say(f"{_said(error)}; trying again in {pause:.0f} s")
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def told(error: BaseException) -> BadCall | BuildFailed:
    """An error of the library as one of ours."""
    status, said = _status(error), _said(error)
    if isinstance(error, _MISREAD):
        return BuildFailed(f"what the Hub answers is not understood: {described(error)}")
    if isinstance(error, UnicodeEncodeError):  # of a header; the error's own words can have all of it
        return BadCall("the token holds what no token has; log in with: hf auth login, or set HF_TOKEN to one")
    if status == 401:
        return BadCall(f"{said}; log in with: hf auth login, or set HF_TOKEN to a token that may write")
    if status == 403:
        return BadCall(f"{said}; set HF_TOKEN to a token that may write there")
    if status is None and not _is_connection(error):
        return BuildFailed(said)
    hint = "; with HF_HUB_DISABLE_XET=1 it is done without Xet" if "xet" in said.lower() else ""
    return BuildFailed(f"{said}; {GOES_ON}{hint}")


def address(url: str) -> str:
    """What may be shown of it: neither a user's password nor the query, which can be a signature."""
    return _USER.sub("//", url.split("?", 1)[0])


def _errors() -> tuple[type[Exception], ...]:
    """What the library raises: its own are OSErrors, and httpx's go through it as they are."""
    from huggingface_hub import errors

    return OSError, RuntimeError, ValueError, *_MISREAD, errors.HTTPError  # type: ignore[attr-defined]


def _passes(error: BaseException) -> bool:
    status = _status(error)
    return status in _PASSES or (status is None and _is_connection(error))


def _is_connection(error: BaseException) -> bool:
    """Whether the connection broke, or nobody answered. Xet's own errors are RuntimeErrors of a Rust library."""
    return any(
        isinstance(each, ConnectionError | TimeoutError)
        or type(each).__module__.split(".")[0].startswith(("httpx", "httpcore", "hf_xet"))
        for each in chain(error)
    )


def _response(error: BaseException) -> Any:
    return next((found for each in chain(error) if (found := getattr(each, "response", None)) is not None), None)


def _status(error: BaseException) -> int | None:
    response = _response(error)
    return None if response is None else int(response.status_code)


def _asked(error: BaseException) -> float:
    """Seconds that the server asks to be left alone for."""
    response = _response(error)
    said = "" if response is None else response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0


def _said(error: BaseException) -> str:
    """What the server said, in a line; what broke, where it said nothing."""
    response, deepest = _response(error), chain(error)[-1]
    if response is None:
        return f"the Hub cannot be reached: {shorten(' '.join(message(deepest).split()), _TOLD)}" if _is_connection(
            error) else shorten(" ".join(message(error).split()), _TOLD)  # fmt: skip
    why = next((w for each in chain(error) if (w := getattr(each, "server_message", None))), "")
    return f"the Hub answers {response.status_code} at {address(str(response.request.url))}" + (
        f" ({shorten(' '.join(why.split()), _TOLD)})" if why else ""
    )
