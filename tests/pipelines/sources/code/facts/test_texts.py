import time

import pytest

from tests.pipelines.sources.code.facts import license_texts
from winnow.pipelines.sources.code.facts import texts
from winnow.pipelines.sources.code.facts.texts import Match, identify, share

MIT = f"Copyright (c) 2020 Somebody\n\n{license_texts.MIT.partition(chr(10))[2]}"


def test_a_text_and_how_much_of_it_is_licence() -> None:
    assert identify(MIT) == (Match("MIT", 0, len(MIT)),)
    assert share(MIT, identify(MIT)) == 1.0
    longer = MIT + "\nwords of no licence at all\n" * 100
    assert [match.expression for match in identify(longer)] == ["MIT"]
    assert 0.2 < share(longer, identify(longer)) < 0.35
    assert identify("no licence at all") == identify("") == ()
    assert share("", ()) == 0.0


def test_identifiers_are_those_of_today() -> None:
    notice = (
        "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General "
        "Public License version 2 as published by the Free Software Foundation."
    )
    assert [match.expression for match in identify(notice)] == ["GPL-2.0-only"]


def test_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = MIT + "this one only here"
    first = identify(text)
    monkeypatch.setattr(texts, "_identified", lambda text: pytest.fail("read again"))
    assert identify(text) == first


def test_what_is_remembered_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The states of the scanner are its own affair: an upgrade that keeps them elsewhere must be seen."""
    assert isinstance(texts._scanner().re._info, dict)
    monkeypatch.setattr(texts, "MOST_STATES", 0)
    monkeypatch.setattr(texts, "MOST_TEXTS", 1)
    found = [identify(f"{MIT}{number}") for number in range(3)]
    assert [[match.expression for match in each] for each in found] == [["MIT"]] * 3
    assert len(texts._known) == 1
    assert texts._scanner().re._info == {}


HOSTILE = ("{#", "](http://", "<a ", "&a", "(c)", "copyright ", "<", "permission is hereby granted ",
           "redistribution and ", "http://a.com/", "licensed under the ", "a", "\ud800")  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_little_time(piece: str) -> None:
    began = time.process_time()
    identify(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 5


def test_marks_that_are_blanked_move_nothing() -> None:
    text = "some words " + "{#" * 300 + " and more\n\n" + MIT
    (found,) = identify(text)
    assert (found.expression, text[found.start : found.start + 9]) == ("MIT", "Copyright")
