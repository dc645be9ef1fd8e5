import argparse

import pytest

from winnow.pipelines.commands.argument_kinds import folder, part, size, workers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1), ("4096", 4096), (" 2 ", 2), ("0", "0 is not 1 or more, up to 4,096"),
        ("-1", "-1 is not 1 or more, up to 4,096"), ("4097", "4097 is not 1 or more, up to 4,096"),
        ("1.5", "'1.5' is not a whole number"), ("", "'' is not a whole number"),
    ],
)  # fmt: skip
def test_workers(text: str, expected: int | str) -> None:
    if isinstance(expected, int):
        assert workers(text) == expected
    else:
        with pytest.raises(argparse.ArgumentTypeError) as error:
            workers(text)
        assert str(error.value) == expected


@pytest.mark.parametrize("text", ["0", "-0.5", "nan", "inf", "1048576", "1e300"])
def test_no_size_of_a_unit(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as error:
        size(text)
    assert str(error.value) == f"{text} is not a size in MiB"


@pytest.mark.parametrize(("text", "expected"), [("0.001", 0.001), ("8", 8.0), ("1048575.5", 1048575.5)])
def test_a_size_of_a_unit(text: str, expected: float) -> None:
    assert size(text) == expected


def test_a_folder_has_names_that_a_disk_can_hold() -> None:
    """255 bytes, not characters; an object store's keys have no such limit."""
    for fits in ("a" * 255, f"{'a' * 255}/{'b' * 255}", "é" * 127, f"s3://bucket/{'a' * 256}", ""):
        assert folder(fits) == fits
    for long in ("a" * 256, f"out/{'a' * 256}", "é" * 128):
        with pytest.raises(argparse.ArgumentTypeError) as error:
            folder(long)
        assert str(error.value) == f"{long[:80]}… has a name of more than 255 bytes"


def test_a_part() -> None:
    assert [part(text) for text in ("0", "0.01", "0.5")] == [0.0, 0.01, 0.5]
    no_share = "is no share from 0 to 0.5, as 0.01"
    for text, said in (("-0.1", f"-0.1 {no_share}"), ("nan", f"nan {no_share}"), ("0.51", f"0.51 {no_share}"),
                       ("x", "'x' is not a number")):  # fmt: skip
        with pytest.raises(argparse.ArgumentTypeError) as error:
            part(text)
        assert str(error.value) == said
