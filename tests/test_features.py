"""The feature extractor: columns by hand, names, shapes, refusals."""

from itertools import combinations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from rhetoric._lexicon import load_lexicon, read_words
from rhetoric._terms import read_word_table, word_weights
from rhetoric._tokens import word_hash
from rhetoric.features import BLOCKS, DENSE_BLOCKS, RhetoricFeatures

TEXTS = st.lists(st.text(max_size=60), min_size=1, max_size=5)
SENTENCES = ["On May 2 it fired 3 missiles.", "They will pay dearly!", "", "Long live peace \u2014 \u5e73\u548c"]
ANY_BLOCKS = [blocks for size in range(1, len(BLOCKS) + 1) for blocks in combinations(BLOCKS, size)]


def columns(text, block):
    features = RhetoricFeatures(blocks=[block]).fit([text])
    names = [name.removeprefix(f"{block}__") for name in features.get_feature_names_out()]
    return dict(zip(names, features.transform([text])[0], strict=True))


def documents_of(words):
    """Return in how many documents of the corpora a word or stock phrase was seen."""
    n, key = words.count(" ") + 1, np.array([word_hash(words)])
    lexicon = load_lexicon()
    if n == 1:
        return float(read_words().documents[lexicon.word_index.find(key)[0]])
    return float(lexicon.stock[n].documents[lexicon.stock[n].index.find(key)[0]])


@pytest.mark.parametrize(
    ("text", "name", "count"),
    [
        ("one two three", "words", 3),
        ("In 1953 and 2,024 or 12", "figures", 2),
        ("In 1953 and 2,024 or 12", "years", 1),
        ("In 1953 and 2,024 or 12", "long_figures", 1),
        ("1st 25000 x", "figures", 2),
        ("Kim met Ri and Pak", "names", 2),
        ("Then Kim Jong met Ri Yong Ho", "name_runs", 2),
        ("Kim Jong left", "name_runs", 0),
        ("The DPRK and the U.S. said", "acronyms", 2),
        ("No! No!", "exclamation", 2),
        ("Why? Who?", "question_mark", 2),
        ("\u201cso-called\u201d", "quotation", 2),
        ("(one) [two]", "brackets", 2),
        ("$5 or \u20ac6", "money_signs", 2),
        ("5% to 6%", "percent_signs", 2),
        ("a: b; c", "colons", 2),
        ("a, b, 3,000", "commas", 3),
        ("a-b \u2014 c", "dashes", 2),
        ("a. b\u2026", "full_stops", 2),
        ("on Monday and Tuesday", "weekday", 2),
        ("three missiles and a rocket", "weapon", 2),
        ("they will pay dearly", "generic_threat", 1),
        ("it turned into a sea of fire", "generic_threat", 1),
        ("unless and until", "condition", 2),
        ("So long as they go on, as long as it takes.", "condition", 2),
        ("On April 5, 2012 it left.", "month", 1),
        ("nothing of the kind", "weapon", 0),
    ],
)
def test_counts_enter_as_logarithms(text, name, count):
    assert columns(text, "substance")[name] == pytest.approx(np.log1p(count))


@pytest.mark.parametrize(
    ("text", "word_length", "name_share"),
    [("ab cdef", 3, 0), ("The U.S. won", 3, 0.5), ("Kim", 3, 0), ("a B C d E", 1, 0.75), ("?!", 0, 0)],
)
def test_word_length_and_share_of_names(text, word_length, name_share):
    found = columns(text, "substance")
    assert found["word_length"] == pytest.approx(word_length)
    assert found["name_share"] == pytest.approx(name_share)


def test_hundreds_of_uses_are_counted_in_full():
    assert columns("missile " * 300, "substance")["weapon"] == pytest.approx(np.log1p(300))


def test_words_of_a_stock_phrase_are_covered_up_to_its_length():
    found = columns("Zyxqw on the occasion of the qwxyz.", "formula")
    assert [found[f"coverage_{n}"] for n in (3, 4, 5, 6)] == pytest.approx([5 / 7, 5 / 7, 5 / 7, 0])
    assert found["evergreen"] == pytest.approx(5 / 7)
    assert found["longest_run"] == pytest.approx(np.log1p(5))
    assert found["unknown_words"] == pytest.approx(2 / 7)


def test_the_longest_run_ends_at_a_gap():
    found = columns("chairman of the zyxqw on the Korean Peninsula", "formula")
    assert found["coverage_3"] == pytest.approx(7 / 8)
    assert found["coverage_4"] == pytest.approx(4 / 8)
    assert found["longest_run"] == pytest.approx(np.log1p(4))


def test_a_stock_phrase_does_not_run_over_the_end_of_a_sentence():
    apart = RhetoricFeatures(blocks=["formula"]).fit_transform(["Zyxqw on the Korean", "Peninsula"])
    names = RhetoricFeatures(blocks=["formula"]).fit(["a"]).get_feature_names_out().tolist()
    assert apart[:, names.index("formula__coverage_4")].tolist() == [0, 0]


def test_spread_is_that_of_the_stock_phrases():
    found = columns("Zyxqw chairman of the qwxyz", "formula")
    assert found["spread"] == pytest.approx(np.log1p(documents_of("chairman of the")), rel=1e-6)


def test_words_are_rated_by_the_documents_that_have_them():
    found = columns("the zyxqw 7x7x7", "formula")
    spread = np.log1p(documents_of("the"))
    assert found["word_spread"] == pytest.approx(spread / 3, rel=1e-6)
    assert found["unknown_words"] == pytest.approx(1 / 3)
    assert found["rarest_word"] == 0
    assert columns("The the 7x7x7", "formula")["rarest_word"] == pytest.approx(spread, rel=1e-6)
    assert columns("the", "formula")["reuse"] == pytest.approx(float(read_words().reused_share[0]))


@pytest.mark.parametrize("block", ["vectors", "profiles"])
def test_rows_of_words_are_weighted_by_rarity_and_divided_by_the_length_of_the_weights(block):
    first, second = load_lexicon().word_index.find(np.array([word_hash("peace"), word_hash("talks")]))
    table, weights = read_word_table(block), word_weights()
    expected = weights[first] * table[first] + weights[second] * table[second]
    found = list(columns("Peace talks?!", block).values())
    np.testing.assert_allclose(found, expected / np.hypot(weights[first], weights[second]), rtol=1e-6)


@pytest.mark.parametrize("blocks", ANY_BLOCKS)
def test_every_column_has_a_name_of_its_own(blocks):
    features = RhetoricFeatures(blocks=blocks, n_buckets=64).fit(SENTENCES)
    names = features.get_feature_names_out()
    assert len(set(names)) == len(names) == features.n_features_out_
    assert features.transform(SENTENCES).shape == (len(SENTENCES), len(names))
    assert [name.split("__")[0] for name in names] == sorted((n.split("__")[0] for n in names), key=blocks.index)


def test_pandas_output_has_the_names_and_the_index_of_the_dense_blocks():
    features = RhetoricFeatures(blocks=DENSE_BLOCKS).set_output(transform="pandas")
    table = features.fit_transform(SENTENCES)
    assert table.columns.tolist() == features.get_feature_names_out().tolist()
    assert table["substance__exclamation"].round(2).tolist() == [0, 0.69, 0, 0]


@pytest.mark.parametrize("blocks", [["words"], ["substance", "words"], list(BLOCKS)])
def test_with_words_the_result_is_sparse(blocks):
    found = RhetoricFeatures(blocks=blocks, n_buckets=256).fit_transform(SENTENCES)
    assert sp.issparse(found)
    assert found.format == "csr"
    assert not sp.issparse(RhetoricFeatures().fit_transform(SENTENCES))


def test_one_word_has_one_bucket_of_weight_1():
    found = RhetoricFeatures(blocks=["words"], n_buckets=1 << 16).fit_transform(["peace", "Peace!", "war and peace"])
    assert found[0].nnz == 1
    assert found[0, found[0].indices[0]] == pytest.approx(1)
    assert (found[0] != found[1]).nnz == 0
    assert found[2].nnz == 5  # three words, two pairs


def test_a_row_of_hashed_terms_has_length_1_occurrence_by_occurrence():
    found = RhetoricFeatures(blocks=["words"], n_buckets=1 << 16).fit(["a b c", "c d"]).transform(["a b c"])
    assert np.sqrt(found.power(2).sum()) == pytest.approx(1)


def test_figures_of_as_many_digits_are_the_same_term():
    found = RhetoricFeatures(blocks=["words"], n_buckets=1 << 16).fit_transform(["12 tons", "97 tons", "970 tons"])
    assert (found[0] != found[1]).nnz == 0
    assert (found[0] != found[2]).nnz > 0


@given(TEXTS)
def test_a_row_does_not_depend_on_the_other_sentences(texts):
    features = RhetoricFeatures(blocks=BLOCKS, n_buckets=256).fit(SENTENCES)
    together = features.transform(texts).toarray()
    alone = np.vstack([features.transform([text]).toarray() for text in texts])
    np.testing.assert_array_equal(together, alone)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_has_finite_features_and_shares_in_range(text):
    features = RhetoricFeatures(blocks=DENSE_BLOCKS).fit(["a"])
    assert np.isfinite(features.transform([text])).all()
    formula = columns(text, "formula")
    levels = [formula[f"coverage_{n}"] for n in (2, 3, 4, 5, 6)]
    assert levels == sorted(levels, reverse=True)
    assert 0 <= levels[-1] <= levels[0] <= 1
    assert 0 <= formula["evergreen"] <= levels[1]


@pytest.mark.parametrize("text", ["", " \n", "\u202e\0"])
def test_a_text_without_words_or_marks_gives_zeros(text):
    features = RhetoricFeatures(blocks=BLOCKS, n_buckets=256).fit(SENTENCES)
    assert abs(features.transform([text])).sum() == 0


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("One.", TypeError, "X must be a list of str, got the single str 'One.'"),
        ([], ValueError, "X must hold at least one document, got none"),
        (["a", float("nan")], TypeError, r"X must hold str only, got nan \(float\) at position 1"),
        ([1, 2], TypeError, r"X must hold str only, got 1 \(int\) at position 0"),
    ],
)
def test_what_is_no_list_of_sentences_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        RhetoricFeatures().fit(X)
    with pytest.raises(error, match=message):
        RhetoricFeatures().fit(["a"]).transform(X)


@pytest.mark.parametrize("blocks", [[], "words", ["word"], ["words", "words"]])
def test_what_is_no_list_of_blocks_is_refused_when_fitted(blocks):
    features = RhetoricFeatures(blocks=blocks)
    with pytest.raises(ValueError, match="blocks must be a list of different names out of substance, ") as raised:
        features.fit(["a"])
    assert f"got {blocks!r}" in str(raised.value)


@pytest.mark.parametrize("n_buckets", [0, 1, 3, 1 << 25, -2, 2.0, "8"])
def test_numbers_of_buckets_that_are_no_power_of_two_are_refused(n_buckets):
    with pytest.raises(ValueError, match=rf"n_buckets must be a power of two from 2 to 2\*\*24, got {n_buckets!r};"):
        RhetoricFeatures(blocks=["words"], n_buckets=n_buckets).fit(["a"])


def test_features_that_are_not_fitted_say_so():
    with pytest.raises(NotFittedError, match="RhetoricFeatures instance is not fitted yet"):
        RhetoricFeatures().transform(["a"])
    with pytest.raises(NotFittedError, match="RhetoricFeatures instance is not fitted yet"):
        RhetoricFeatures().get_feature_names_out()


def test_clone_and_params_round_trip():
    features = RhetoricFeatures(blocks=("formula", "words"), n_buckets=64).fit(SENTENCES)
    copy = clone(features)
    assert copy.get_params() == features.get_params() == {"blocks": ("formula", "words"), "n_buckets": 64}
    assert not hasattr(copy, "n_features_out_")
    assert copy.set_params(n_buckets=128).fit(SENTENCES).bucket_weights_.shape == (128,)


def test_fitting_again_without_words_forgets_their_weights():
    features = RhetoricFeatures(blocks=("words",), n_buckets=64).fit(SENTENCES)
    assert not hasattr(features.set_params(blocks=("substance",)).fit(SENTENCES), "bucket_weights_")


@pytest.mark.parametrize("blocks", [DENSE_BLOCKS, ("words",)])
def test_features_work_in_a_pipeline(blocks):
    pipeline = make_pipeline(RhetoricFeatures(blocks=blocks, n_buckets=256), LogisticRegression(max_iter=1000))
    assert pipeline.fit(SENTENCES, [1, 0, 0, 0]).predict(SENTENCES[:2]).shape == (2,)
    pipeline.set_params(rhetoricfeatures__n_buckets=64).fit(SENTENCES, [1, 0, 0, 0])
    assert pipeline[0].n_buckets == 64
