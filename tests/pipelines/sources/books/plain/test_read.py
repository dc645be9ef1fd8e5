import pytest
from book_files import NEW_FOOTER, NEW_HEADER, PROSE, wrapped

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.plain.read import read

PAGES = "".join(f"{wrapped(PROSE)}\n[Pg {n}]\n\n" for n in range(1, 4))


def texts(data: str) -> list[str]:
    return [block.text for block in read(data.encode(), 1000).blocks]


def test_marks_and_notes_are_gone() -> None:
    body = f"""[Transcriber's Note: spelling is as printed.

It was not changed.]

CHAPTER I

[Illustration: The _old_ house]

{wrapped(PROSE)}
He saw the _Pequod_[1] at last.

[Footnote 1: A ship.]

{PAGES}
Transcriber's Notes

Page 3: "teh" was corrected to "the".
"""
    assert texts(NEW_HEADER + body + NEW_FOOTER) == [
        "CHAPTER I", *PROSE, "He saw the Pequod at last.", *(PROSE * 3)
    ]  # fmt: skip


def test_of_any_other_origin_nothing_is_said() -> None:
    assert dict(read("Grüße aus Wien. ".encode() * 9, 10).facts.meta) == {"form": "text", "charset": "utf-8"}


@pytest.mark.parametrize(("most", "fails"), [(4, False), (3, True)])
def test_the_cap_on_lines(most: int, fails: bool) -> None:
    if fails:
        with pytest.raises(Unreadable, match="too_many_lines"):
            read(b"a\nb\fc\nd", most)
    else:
        assert [block.text for block in read(b"a\nb\fc\nd", most).blocks] == ["a\nb\nc\nd"]
