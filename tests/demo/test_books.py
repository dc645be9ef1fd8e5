from demo.books import AUTHOR, TITLE, editions


def test_two_editions_have_the_same_words_in_other_lines() -> None:
    first, second = editions().values()
    wide, narrow = first.decode("utf-8"), second.decode("latin-1")
    bodies = [text.partition("CHAPTER 1\r\n")[2].partition("*** END OF")[0] for text in (wide, narrow)]
    assert bodies[0].split() == bodies[1].split()
    assert bodies[0] != bodies[1]
    assert (len(bodies[0].split()) > 1000, "é" in bodies[0]) == (True, True)
    for text in (wide, narrow):
        assert f"Title: {TITLE}\r\n" in text
        assert f"Author: {AUTHOR}\r\n" in text
