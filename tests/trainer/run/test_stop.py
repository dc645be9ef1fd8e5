import os
import signal
import threading

import pytest

from winnow.trainer.run.stop import Stop, leave


def kill(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_remembered_and_the_handlers_are_put_back(number: int) -> None:
    before = signal.getsignal(number)
    with Stop() as stop:
        assert stop.asked == 0
        kill(number)
        assert stop.asked == number
    assert signal.getsignal(number) == before


def test_a_second_ctrl_c_does_not_wait() -> None:
    with Stop() as stop:
        kill(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            kill(signal.SIGINT)
        assert stop.asked == signal.SIGINT


def test_a_second_sigterm_waits_as_the_first_does() -> None:
    with Stop() as stop:
        kill(signal.SIGTERM)
        kill(signal.SIGTERM)
        assert stop.asked == signal.SIGTERM


def test_under_torchrun_which_repeats_signals_none_is_taken_for_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    with Stop() as stop:
        kill(signal.SIGINT)
        kill(signal.SIGINT)
        assert stop.asked == signal.SIGINT


def test_where_nothing_would_be_lost_it_does_not_wait() -> None:
    with Stop() as stop:
        stop.at_once = True
        with pytest.raises(SystemExit) as ended:
            kill(signal.SIGTERM)
        assert ended.value.code == 143


def test_leave() -> None:
    assert isinstance(leave(signal.SIGINT), KeyboardInterrupt)
    found = leave(signal.SIGTERM)
    assert isinstance(found, SystemExit)
    assert found.code == 143


def test_in_another_thread_nobody_listens() -> None:
    def listen() -> None:
        with Stop() as stop:
            heard.append(stop.asked)

    heard: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert heard == [0]
    assert signal.getsignal(signal.SIGTERM) == before
