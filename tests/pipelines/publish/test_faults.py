"""What passes is tried again, as often and as late as it should be; what does not is one of our errors."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError

from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.publish import faults
from winnow.pipelines.publish.faults import address, persistently, told


def answer(status: int, **headers: str) -> HfHubHTTPError:
    request = httpx2.Request("POST", "http://127.0.0.1/api/x?token=secret")
    return HfHubHTTPError("said", response=httpx2.Response(status, headers=headers, request=request))


def wrapped(error: Exception) -> RuntimeError:
    """As the library does where a file does not go up."""
    outer = RuntimeError("Error while uploading 'x' to the Hub.")
    outer.__cause__ = error
    return outer


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(faults.time, "sleep", found.append)
    return found


def failing(*errors: Exception) -> Callable[[], str]:
    left = iter(errors)

    def do() -> str:
        for error in left:
            raise error
        return "done"

    return do


@pytest.mark.parametrize(
    ("errors", "pauses"),
    [
        ([], []),
        ([answer(500), answer(502), answer(429)], [1, 4, 16]),
        ([answer(429, **{"retry-after": "90"}), answer(503, **{"retry-after": "2"})], [90, 4]),
        ([answer(429, **{"retry-after": "99999"})], [900]),
        ([answer(429, **{"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})], [1]),
        ([wrapped(answer(500)), wrapped(httpx2.ReadError("reset")), ConnectionResetError()], [1, 4, 16]),
        ([TimeoutError()] * 4, [1, 4, 16, 60]),
    ],
)  # fmt: skip
def test_pauses(slept: list[float], errors: list[Exception], pauses: list[float]) -> None:
    said: list[str] = []
    assert persistently(failing(*errors), said.append) == "done"
    assert (slept, len(said)) == (pauses, len(pauses))


@pytest.mark.parametrize(
    ("error", "kind", "tries"),
    [
        (answer(500), BuildFailed, 5), (answer(400), BuildFailed, 1), (answer(401), BadCall, 1),
        (answer(403), BadCall, 1), (wrapped(answer(403)), BadCall, 1), (ValueError("no front matter"), BuildFailed, 1),
        (UnicodeEncodeError("ascii", "secret\xe9", 6, 7, "no"), BadCall, 1), (KeyError("url"), BuildFailed, 1),
        (httpx2.ConnectError("refused"), BuildFailed, 5), (wrapped(ValueError("x")), BuildFailed, 1),
    ],
)  # fmt: skip
def test_what_does_not_pass(slept: list[float], error: Exception, kind: type[Exception], tries: int) -> None:
    with pytest.raises(kind) as failed:
        persistently(failing(*[error] * 9), print)
    assert (len(slept), "secret" in str(failed.value), "\n" in str(failed.value)) == (tries - 1, False, False)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BadCall("ours"), BuildFailed("ours"), ZeroDivisionError()])
def test_what_is_no_fault_of_the_hub_goes_up_as_it_is(slept: list[float], error: Any) -> None:
    with pytest.raises(type(error)) as failed:
        persistently(failing(error), print)
    assert (failed.value is error, slept) == (True, [])


def test_what_is_told() -> None:
    assert str(told(answer(500))) == f"the Hub answers 500 at http://127.0.0.1/api/x; {faults.GOES_ON}"
    assert str(told(httpx2.ConnectError("refused"))) == f"the Hub cannot be reached: refused; {faults.GOES_ON}"
    assert str(told(KeyError("url"))) == "what the Hub answers is not understood: KeyError: 'url'"
    assert "HF_HUB_DISABLE_XET=1" in str(told(httpx2.ReadError("xet token")))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@hub.example/a@b?secret", "https://hub.example/a@b"),
        ("https://secret@hub.example:80/a", "https://hub.example:80/a"),
        ("https://hub.example/x//y@z", "https://hub.example/x//y@z"),
    ],
)  # fmt: skip
def test_an_address_shows_no_secret(url: str, shown: str) -> None:
    assert address(url) == shown
