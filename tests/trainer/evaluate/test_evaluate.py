"""Bits per byte of a pack: what is summed, what is divided by, and that nothing but the documents enters."""

import numpy as np
import pytest
import torch

from tests.trainer.small_evaluation import CONTEXT, Small
from winnow.trainer.config.settings import Masking
from winnow.trainer.evaluate import evaluate as module
from winnow.trainer.evaluate.scoring import COUNT, END, TEXT, bits, causal_pieces


def test_bits_of_all_documents_over_their_bytes(small: Small) -> None:
    found = small.evaluate()
    total = ends = bytes_ = tokens = 0.0
    for source in small.pack.sources:
        documents = small.pack.documents("validation", source)
        for document in range(len(documents)):
            text = documents.read(document, 0, int(documents.tokens[document]))
            of = bits(small.model, causal_pieces(text, CONTEXT, CONTEXT // 2), 0, CONTEXT)
            total, ends, tokens = total + of[:, TEXT].sum(), ends + of[:, END].sum(), tokens + of[:, COUNT].sum()
            bytes_ += documents.bytes[document]
    assert found.unit == "byte"
    assert found.total.bits.value == pytest.approx(total / bytes_, rel=1e-6)
    assert found.total.bytes == bytes_
    assert found.total.tokens == tokens
    assert found.total.end_bits * found.total.documents == pytest.approx(ends, rel=1e-6)


def test_a_model_that_knows_nothing_charges_the_logarithm_of_its_vocabulary(small: Small) -> None:
    class Even:
        head = torch.zeros(small.pack.vocab, 4)

        def hidden(self, tokens: torch.Tensor, starts: torch.Tensor | None = None) -> torch.Tensor:
            return torch.zeros(*tokens.shape, 4)

    found = small.evaluate(model=Even())
    scores = found.scores
    np.testing.assert_allclose(scores.bits, scores.tokens * np.log2(small.pack.vocab), rtol=1e-6)
    np.testing.assert_allclose(scores.end_bits, np.log2(small.pack.vocab), rtol=1e-6)
    assert found.total.tokens == sum(
        small.pack.counts("validation", source).tokens - 2 * small.pack.counts("validation", source).documents
        for source in small.pack.sources
    )


def test_sources_stand_by_themselves_and_the_total_lies_between(small: Small) -> None:
    found = small.evaluate()
    assert sorted(found.sources) == ["essays", "notes"]
    for source, figure in found.sources.items():
        alone = small.evaluate(source=source)
        assert alone.total.bits.value == pytest.approx(figure.bits.value, rel=1e-6)
        assert figure.documents == small.pack.counts("validation", source).documents
        assert figure.bits.low <= figure.bits.value <= figure.bits.high
    values = [figure.bits.value for figure in found.sources.values()]
    assert min(values) <= found.total.bits.value <= max(values)


def test_twice_is_the_same(small: Small) -> None:
    first, second = (small.evaluate().record() for _ in range(2))
    assert first.pop("seconds") >= 0
    assert second.pop("seconds") >= 0
    assert first == second


def test_groups_change_nothing_but_rounding(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = small.evaluate()
    monkeypatch.setattr(module, "GROUP_TOKENS", 100)
    parts = small.evaluate()
    assert [text.id for text in parts.scores.texts] == [text.id for text in whole.scores.texts]
    np.testing.assert_allclose(parts.scores.bits, whole.scores.bits, rtol=1e-5)


def test_the_record_is_what_metrics_have(small: Small) -> None:
    record = small.evaluate(300).record()
    assert list(record) == ["bits_per_byte", "low", "high", "documents", "tokens", "bytes", "by_source", "seconds"]
    assert list(record["by_source"]["notes"]) == ["bits_per_byte", "low", "high", "documents", "tokens", "bytes"]


def test_a_sample_is_weighted_by_what_it_stands_for(small: Small) -> None:
    found = small.evaluate(300)
    assert found.total.tokens <= 300
    weights = {source: small.pack.counts("validation", source).bytes for source in small.pack.sources}
    expected = sum(weights[source] * figure.bits.value for source, figure in found.sources.items())
    assert found.total.bits.value == pytest.approx(expected / sum(weights.values()))


def test_rows_a_document(small: Small) -> None:
    found = small.evaluate()
    table = found.scores.table()
    assert table.column_names == ["source", "id", "file", "row", "bytes", "tokens", "bits", "end_bits"]
    assert table.num_rows == found.total.documents
    assert all(len(text.tokens) == 0 for text in found.scores.texts)


def test_an_encoder_is_charged_for_what_is_masked(encoder: Small) -> None:
    found = encoder.evaluate(masking=Masking(share=0.3))
    assert found.unit == "masked token"
    assert "bits_per_masked_token" in found.record()
    assert "bits_per_byte" not in found.record()
    tokens = sum(encoder.pack.counts("validation", source).tokens for source in encoder.pack.sources)
    assert 0.25 < found.total.tokens / tokens < 0.35
    assert found.scores.end_bits.sum() == 0
    assert found.total.bits.value == pytest.approx(np.log2(300), abs=3)


def test_what_is_masked_in_a_document_does_not_depend_on_the_others(encoder: Small) -> None:
    both = encoder.evaluate(masking=Masking())
    alone = encoder.evaluate(masking=Masking(), source="notes")
    of = {text.id: bits_ for text, bits_ in zip(both.scores.texts, both.scores.bits, strict=True)}
    for text, bits_ in zip(alone.scores.texts, alone.scores.bits, strict=True):
        assert of[text.id] == pytest.approx(bits_, rel=1e-5)
