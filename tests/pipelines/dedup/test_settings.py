import pytest

from winnow.pipelines.dedup.settings import NearDuplicates


@pytest.mark.parametrize(
    ("field", "value"),
    [("shingle_words", 0), ("bands", 0), ("rows", 0), ("max_bucket", 1), ("similarity", 0.0), ("similarity", 1.01)],
)
def test_settings_out_of_range_are_named(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; allowed is "):
        NearDuplicates(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"), [("shingle_words", 1), ("bands", 1), ("rows", 1), ("max_bucket", 2), ("similarity", 1.0)]
)
def test_settings_at_the_limit_pass(field: str, value: float) -> None:
    assert getattr(NearDuplicates(**{field: value}), field) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(("bands", "rows"), [(64, 65), (1, 4097)])
def test_a_signature_has_an_end(bands: int, rows: int) -> None:
    assert NearDuplicates(bands=64, rows=64).permutations == 4096
    with pytest.raises(ValueError, match=r"bands is|rows is"):
        NearDuplicates(bands=bands, rows=rows)
