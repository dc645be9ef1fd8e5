import hashlib

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.dedup import signatures as module
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import NO_KEY, band_keys, content_keys, signatures

TEXTS = ["one two three four five six seven", "", "one", "one two three four five six eight", "!", "a " * 300]


@pytest.mark.parametrize(("permutations", "seed"), [(112, 1), (112, 2), (8, 12345), (1, 0)])
def test_signatures_are_those_of_datasketch(permutations: int, seed: int) -> None:
    packed = shingle([*TEXTS, " ".join(f"w{i % 997}" for i in range(40_000))], 3)
    found = signatures(packed, permutations, seed)
    for row, values in zip(found, np.split(packed.values, packed.offsets[1:-1]), strict=True):
        peer = MinHash(num_perm=permutations, seed=seed, scheme="affine64", hashfunc=int)
        peer.update_batch(values.tolist())
        assert row.tolist() == peer.hashvalues.tolist()


def test_permutations_of_several_seeds_at_once() -> None:
    packed = shingle(TEXTS, 3)
    found = signatures(packed, 8, 1, (3, 9), (1, 1))
    apart = [signatures(packed, *each) for each in ((8, 1), (3, 9), (1, 1))]
    assert found.tolist() == np.concatenate(apart, axis=1).tolist()


@given(st.lists(st.text("ab ", max_size=30), max_size=6), st.integers(1, 9))
def test_blocks_do_not_show(texts: list[str], block: int) -> None:
    packed = shingle(texts, 2)
    whole = signatures(packed, 4, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        assert signatures(packed, 4, 1).tolist() == whole.tolist()


def test_a_band_key_depends_on_all_rows_of_its_band_and_on_no_other() -> None:
    rows = np.arange(12, dtype=np.uint64).reshape(1, 12) + np.uint64(10**18)
    keys = band_keys(rows, 3)
    for place in range(12):
        changed = rows.copy()
        changed[0, place] += np.uint64(1)
        differs = (band_keys(changed, 3) != keys)[0].tolist()
        assert differs == [place // 4 == band for band in range(3)]


def test_the_order_of_a_bands_rows_counts() -> None:
    assert band_keys(np.array([[1, 2]], np.uint64), 1) != band_keys(np.array([[2, 1]], np.uint64), 1)


def test_only_documents_without_words_have_no_key() -> None:
    keys = band_keys(signatures(shingle(TEXTS, 5), 8, 1), 4)
    assert [set(row) == {NO_KEY} for row in keys.tolist()] == [False, True, False, False, True, False]
    assert (keys[[0, 2, 3, 5]] != NO_KEY).all()


def test_no_documents_have_no_keys() -> None:
    assert band_keys(signatures(shingle([], 5), 8, 1), 4).shape == (0, 4)


def test_bands_must_divide_the_signature() -> None:
    with pytest.raises(ValueError, match="10 values cannot be cut into 4 equal bands"):
        band_keys(np.zeros((1, 10), np.uint64), 4)


@pytest.mark.parametrize("text", ["", " ", "\0", "a", "A", "🙂", "\ud800", "x" * 1_000_000])
def test_content_keys_are_blake2b(text: str) -> None:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    assert content_keys([text])[0].astype("<u8").tobytes() == digest


def test_content_keys_of_nothing() -> None:
    assert content_keys([]).shape == (0, 2)
