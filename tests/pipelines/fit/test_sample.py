import io
import itertools

from winnow.filters.document import Document
from winnow.pipelines.fit.sample import Sample


def document(number: int, text: str = "") -> Document:
    return Document(f"{number:032x}", text or f"text {number}", "web", "f", number, meta={"id": str(number)})


def sampled(documents: list[Document], most: int) -> list[Document]:
    sample = Sample(io.BytesIO(), most)
    for each in documents:
        sample.add(each)
    assert (len(sample), sample.met) == (min(most, len(documents)), len(documents))
    return list(sample.documents())


def test_few_are_all_kept() -> None:
    found = sampled([document(n) for n in range(5)], 10)
    assert sorted(found, key=lambda d: d.offset) == [document(n) for n in range(5)]
    assert sampled([], 10) == []


def test_whatever_the_order() -> None:
    documents = [document(n) for n in range(300)]
    found = sampled(documents, 20)
    assert sampled(documents[::-1], 20) == found
    assert sampled(documents[:150], 20) != found
    assert len({each.id for each in found}) == 20


def test_it_is_the_least_of_a_larger_one() -> None:
    documents = [document(n) for n in range(300)]
    assert sampled(documents, 50)[:20] == sampled(documents, 20)


def test_of_equal_ids_the_first_stay() -> None:
    assert [each.text for each in sampled([document(1, str(n)) for n in range(5)], 3)] == ["0", "1", "2"]


def test_ugly_texts_come_back() -> None:
    texts = ["", "\0", "😀" * 1000, "שלום", "a\r\n\u2028b", "x" * 1_000_000]
    found = sampled([document(n, text) for n, text in enumerate(texts, 1) if text], 10)
    assert sorted(each.text for each in found) == sorted(filter(None, texts))


def test_the_file_grows_little() -> None:
    file = io.BytesIO()
    sample = Sample(file, 10)
    for number in itertools.islice(itertools.count(), 5000):
        sample.add(document(number))
    assert len(file.getvalue()) < 20 * 10 * 200
