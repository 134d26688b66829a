"""Tokens, sentences and feature columns, by hand and by property."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from rhetoric._lookup import HashIndex
from rhetoric._near_duplicates import near_duplicate_groups
from rhetoric._sentences import split_sentences
from rhetoric._tokens import MARKS, batches, ngram_hashes, run_hashes, tokenize, word_hash
from rhetoric.features import RhetoricFeatures

TEXTS = st.lists(st.text(max_size=80), min_size=1, max_size=6)


def words(text):
    tokens = tokenize([text])
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. fired 3,000 shells.", ["The", "U.S", "fired", "3,000", "shells"]),
        ("It’s 2.5 km, don't you see?", ["It’s", "2.5", "km", "don't", "you", "see"]),
        ("self-reliance (so-called)", ["self", "reliance", "so", "called"]),
        ("북한이 말했다 中国人", ["북한이", "말했다", "中", "国", "人"]),
        ("a\x00b \u202ec\ud800d", ["a", "b", "c", "d"]),
        ("…!?", []),
        ("", []),
    ],
)
def test_words_of_a_text(text, expected):
    assert words(text) == expected


@given(TEXTS)
def test_spans_lie_in_their_document_and_in_order(texts):
    tokens = tokenize(texts)
    for number, text in enumerate(texts):
        first, last = tokens.first[number], tokens.first[number + 1]
        edges = np.column_stack([tokens.starts[first:last], tokens.ends[first:last]]).ravel()
        assert np.all(np.diff(edges) >= 0)
        assert np.all((edges >= 0) & (edges <= len(text)))


@given(TEXTS)
def test_tokens_do_not_depend_on_the_batch(texts):
    together = tokenize(texts)
    for number, text in enumerate(texts):
        alone = tokenize([text])
        inside = slice(together.first[number], together.first[number + 1])
        assert np.array_equal(together.hashes[inside], alone.hashes)
        assert np.array_equal(together.marks[number], alone.marks[0])
        assert np.array_equal(together.n_digits[inside], alone.n_digits)


def test_case_and_form_of_the_apostrophe_do_not_count():
    assert word_hash("DON’T") == word_hash("don't") != word_hash("dont")


def test_order_counts_in_runs_of_words():
    assert word_hash("south korea") != word_hash("korea south")


def test_both_ways_to_hash_runs_agree():
    hashes = tokenize(["a b c d e"]).hashes
    assert np.array_equal(ngram_hashes(hashes, 3), run_hashes(hashes, np.arange(3), 3))


def test_marks_are_counted_with_their_typographic_forms():
    counts = dict(zip(MARKS, tokenize(["“No!” – he said (5 %), “no”…"]).marks[0].tolist(), strict=True))
    assert counts == {**dict.fromkeys(MARKS, 0), "!": 1, '"': 4, "(": 1, ")": 1, "%": 1, ",": 1, "-": 1, ".": 1}


@given(st.lists(st.text(max_size=30), max_size=30), st.integers(1, 50))
def test_batches_cover_all_documents_once(documents, size):
    covered = [index for start, stop in batches(documents, size) for index in range(start, stop)]
    assert covered == list(range(len(documents)))


@given(st.text(alphabet='aB1 .?!\n"“”’()\u00a0\u3002中\u202e\x00', max_size=60))
def test_sentences_hold_every_visible_character_once(text):
    spans = split_sentences(text)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He met Gen. Kim on Oct. 5. She left.", ["He met Gen. Kim on Oct. 5.", "She left."]),
        ("One line\nno stop\r\n\n", ["One line", "no stop"]),
        ("他走了。她来了！", ["他走了。", "她来了！"]),
        ("He\u00a0left. A.\u00a0B. stayed.", ["He\u00a0left.", "A.\u00a0B. stayed."]),
        (" \n\t", []),
    ],
)
def test_sentences_of_a_text(text, expected):
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@given(st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=200), st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_the_index_finds_what_a_dict_finds(keys, others):
    listed = sorted(keys, key=lambda key: key % 1013)
    queries = listed + others
    rows = {key: row for row, key in enumerate(listed)}
    found = HashIndex(np.array(listed, dtype=np.uint64)).find(np.array(queries, dtype=np.uint64))
    assert found.tolist() == [rows.get(query, -1) for query in queries]


def test_the_index_refuses_the_same_hash_twice():
    with pytest.raises(ValueError, match="same hash twice"):
        HashIndex(np.array([5, 7, 5], dtype=np.uint64))


def column(text, name):
    features = RhetoricFeatures(["substance", "formula"]).set_output(transform="pandas")
    return float(features.fit_transform([text])[name].iloc[0])


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [
        ("On April 5, 2012 it fired 3 rockets and 1,200 shells.", "substance__figures", 3),
        ("On April 5, 2012 it fired 3 rockets and 1,200 shells.", "substance__years", 1),
        ("On April 5, 2012 it fired 3 rockets and 1,200 shells.", "substance__long_figures", 1),
        ("On April 5, 2012 it fired 3 rockets and 1,200 shells.", "substance__month", 1),
        ("The DPRK and the U.S. met Kim Yong Nam.", "substance__names", 5),
        ("The DPRK and the U.S. met Kim Yong Nam.", "substance__name_runs", 1),
        ("The DPRK and the U.S. met Kim Yong Nam.", "substance__acronyms", 2),
        ("What? They will pay a dear price!", "substance__exclamation", 1),
        ("What? They will pay a dear price!", "substance__question_mark", 1),
        ("So long as they go on, as long as it takes.", "substance__condition", 2),
    ],
)
def test_counts_enter_as_logarithms(text, name, count):
    assert column(text, name) == pytest.approx(np.log1p(count))


def test_coverage_is_nested_and_the_longest_run_is_counted_in_words():
    text = "the army and people of the DPRK will mercilessly punish the zebra"
    shares = [column(text, f"formula__coverage_{n}") for n in (2, 3, 4, 5, 6)]
    assert shares == sorted(shares, reverse=True)
    assert 0 < shares[1] < 1
    assert 3 <= np.expm1(column(text, "formula__longest_run")) <= 11


def test_words_that_the_corpora_do_not_know_are_counted():
    assert column("Zyxqua blorptig vem.", "formula__unknown_words") == 1.0
    assert column("the army and people", "formula__unknown_words") == 0.0


@given(TEXTS)
def test_features_of_a_sentence_do_not_depend_on_the_others(texts):
    features = RhetoricFeatures(["substance", "formula", "vectors"]).fit(texts)
    together = features.transform(texts)
    assert np.isfinite(together).all()
    assert np.allclose(together, np.vstack([features.transform([text]) for text in texts]), atol=1e-12)


@pytest.mark.parametrize("blocks", [["substance"], ["formula"], ["vectors"], ["formula", "words", "substance"]])
def test_every_column_has_a_name_of_its_own(blocks):
    features = RhetoricFeatures(blocks, n_buckets=64)
    table = features.fit_transform(["They left on 4 May."])
    names = features.get_feature_names_out()
    assert len(set(names)) == len(names) == table.shape[1] == features.n_features_out_
    assert sp.issparse(table) == ("words" in blocks)


def test_an_empty_sentence_gives_zeros():
    assert not RhetoricFeatures(["substance", "formula", "vectors"]).fit_transform([""]).any()


def test_a_row_of_hashed_terms_has_length_1_occurrence_by_occurrence():
    features = RhetoricFeatures(["words"], n_buckets=1 << 16).fit(["a b c", "c d"])
    assert np.sqrt(features.transform(["a b c"]).power(2).sum()) == pytest.approx(1)


def test_features_can_be_cloned():
    assert clone(RhetoricFeatures(["words"], n_buckets=8)).get_params() == {"blocks": ["words"], "n_buckets": 8}


def shingles(text, n=4):
    parts = text.split()
    return {tuple(parts[i : i + n]) for i in range(len(parts) - n + 1)}


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9).map(" ".join), min_size=2, max_size=12))
def test_near_duplicates_agree_with_sets(texts):
    groups = near_duplicate_groups(texts)
    for i, left in enumerate(texts):
        for j in range(i):
            a, b = shingles(left), shingles(texts[j])
            near = bool(a and b) and len(a & b) > 0.5 * min(len(a), len(b))
            if near or left == texts[j]:
                assert groups[i] == groups[j]


def test_different_sentences_are_groups_of_their_own():
    assert near_duplicate_groups(["a b c d e f", "g h i j k l", "a"]).tolist() == [0, 1, 2]
