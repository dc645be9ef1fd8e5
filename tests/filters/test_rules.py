import pytest

from winnow.filters.rules import Reject, Rule, judge


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.999, [Reject("m", 2.999, 3)]),
        (3.0, []),
        (10.0, []),
        (10.001, [Reject("m", 10.001, 10)]),
        (None, []),
    ],
)
def test_the_boundary_is_kept(value: float | None, expected: list[Reject]) -> None:
    assert judge({"m": value}, [Rule("m", min=3, max=10)]) == expected


def test_zero_is_a_limit_and_none_is_not() -> None:
    assert judge({"m": 1.0}, [Rule("m", max=0)]) == [Reject("m", 1.0, 0)]
    assert judge({"m": -1.0}, [Rule("m", min=0)]) == [Reject("m", -1.0, 0)]
    assert judge({"m": 1e9}, [Rule("m")]) == []


def test_every_broken_rule_in_the_order_of_the_rules() -> None:
    rules = [Rule("b", max=1), Rule("a", max=1), Rule("c", max=1)]
    assert [r.rule for r in judge({"a": 2.0, "b": 2.0, "c": 1.0}, rules)] == ["b", "a"]


def test_a_measure_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        judge({}, [Rule("a", max=1)])
