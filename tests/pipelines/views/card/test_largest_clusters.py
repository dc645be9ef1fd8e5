from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.corpus.clusters import Cluster
from winnow.pipelines.views.card import largest_clusters

ONE = Cluster("a" * 32, 5, 3, 1, 0.75, {"books": 1, "web": 4}, "http://a.example", "Title", "The beginning.")


def told(*found: Cluster) -> str:
    ledger = golden()
    return largest_clusters.render(replace(ledger, examples=replace(ledger.examples, clusters=found)))


def test_a_cluster() -> None:
    assert told(ONE) == (
        "### The largest clusters\n\nThe largest cluster, by the document that was kept:\n\n"
        "**5 members: 3 with the very text and 1 similar, by 75.0 % or more**  \n"
        f"`http://a.example` · from `books` (1), `web` (4) · id `{'a' * 32}`\n\n```text\nThe beginning.\n```"
    )


def test_without_an_address_it_has_its_title_and_without_a_text_none() -> None:
    assert f"\n`Title` · from `books` (1), `web` (4) · id `{'a' * 32}`\n" in told(replace(ONE, url=None))
    assert told(replace(ONE, url=None, title=None, text="")).endswith(
        f"  \nfrom `books` (1), `web` (4) · id `{'a' * 32}`"
    )


def test_only_kinds_of_copies_that_there_are_are_named() -> None:
    assert "**5 members: 4 with the very text**" in told(replace(ONE, exact=4, near=0, least=1.0))
    assert "**5 members: 4 similar, by 75.0 % or more**" in told(replace(ONE, exact=0, near=4))


def test_of_records_documents_are_counted() -> None:
    text = told(replace(ONE, size=3))
    assert "**3 members: 3 documents with the very text and 1 document similar, by 75.0 % or more**" in text


def test_of_clusters_of_two_one_is_shown() -> None:
    pairs = [replace(ONE, size=2, cluster=of * 32) for of in "bcd"]
    text = told(ONE, replace(ONE, size=3), *pairs)
    assert "The 2 largest clusters, each by the document that was kept:" in text
    assert ("b" * 32 in text, told(*pairs).count("**2 members")) == (False, 1)
    assert told() == ""


def test_a_long_beginning_is_cut() -> None:
    assert told(replace(ONE, text="x" * 160)).endswith("x" * 60 + "\n```")
    assert told(replace(ONE, text="x" * 161)).endswith("x …\n```")
