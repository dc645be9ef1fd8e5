import pytest

from winnow.pipelines.commands.parser import Parser


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--count", "x"], "a winnow: argument --count: invalid int value: 'x'; see a winnow --help\n"),
        (["--count", "a\nb"], "a winnow: argument --count: invalid int value: 'a\\nb'; see a winnow --help\n"),
        ([], "a winnow: the following arguments are required: RECIPE, which stands before --input: every word after "
             "that is a file to read; see a winnow --help\n"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    parser = Parser(prog="a winnow")
    parser.add_argument("recipe", metavar="RECIPE")
    parser.add_argument("--count", type=int)
    with pytest.raises(SystemExit) as left:
        parser.parse_args(arguments)
    assert (left.value.code, capsys.readouterr()) == (2, ("", expected))
