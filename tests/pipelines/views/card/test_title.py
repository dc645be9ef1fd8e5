from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.views.card import title


def test_the_share_is_of_documents_where_records_gave_several() -> None:
    ledger = golden()
    several = replace(ledger, total=replace(ledger.total, records=700, gaps=0))
    assert title.render(several).split("\n\n")[2] == (
        "A text corpus for pre-training language models: **843 documents** with 3,700,000 characters, 56.0 % of the "
        "1,505 documents of the 700 records read from 3 files (4.0 MiB) of `web` and `old books`."
    )


def test_a_recipe_may_say_nothing_of_itself() -> None:
    ledger = golden()
    silent = replace(ledger, recipe=replace(ledger.recipe, about=""))
    assert title.render(silent).split("\n\n") == [
        part for i, part in enumerate(title.render(ledger).split("\n\n")) if i != 1
    ]


def test_sources_without_input_are_named() -> None:
    ledger, said = golden(), "The recipe also has "
    assert said not in title.render(ledger)
    assert f"{said}1 source that got no input: `code`." in title.render(replace(ledger, skipped=("code",)))
    three = replace(ledger, skipped=("books", "code", "wikipedia"))
    assert f"{said}3 sources that got no input: `books`, `code` and `wikipedia`." in title.render(three)
