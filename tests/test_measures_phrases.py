"""Figures of phrases and of their returns, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rhetoric.measures as rm

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("n_words", "arguments", "expected"),
    [
        (1_000_000, {}, (10, 5)),
        (1_050_000, {}, (11, 5)),
        (100_000, {}, (5, 5)),
        (100_000, {"min_texts": 1}, (1, 1)),
        (2_000_000, {"min_per_million": 40}, (80, 5)),
    ],
)
def test_bundle_counts(n_words, arguments, expected):
    assert rm.bundle_counts(n_words, **arguments) == expected


def test_association_by_hand():
    found = rm.association([30, 6, 0], [[100, 60], [100, 60], [1, 1]], 1000)
    assert found["expected"].round(9).tolist() == [6.0, 6.0, 0.001]
    np.testing.assert_allclose(found["mutual_information"], [np.log2(5), 0, np.nan], atol=1e-12)
    np.testing.assert_allclose(found["t_score"], [24 / np.sqrt(30), 0, np.nan], atol=1e-12)


def test_association_of_long_phrases_of_frequent_words_stays_finite():
    found = rm.association([10], [[10**8] * 6], 10**9)
    assert found["expected"][0] == pytest.approx(1000)


@pytest.mark.parametrize(
    ("counts", "sizes", "expected"),
    [
        ([5, 5], [100, 100], 0.0),
        ([10, 0], [100, 100], 0.5),
        ([10, 0], [10, 90], 0.9),
        ([1, 3], [100, 100], 0.25),
        ([0, 0], [1, 1], np.nan),
    ],
)
def test_dispersion_by_hand(counts, sizes, expected):
    np.testing.assert_allclose(rm.dispersion(counts, sizes), expected, atol=1e-12)


@given(COUNTS, st.integers(1, 9))
def test_dispersion_lies_in_its_range_and_minds_no_scale(counts, factor):
    sizes = np.arange(1, len(counts) + 1)
    found = rm.dispersion(counts, sizes)
    assert np.isnan(found) or 0 <= found <= 1 - 1 / sizes.sum() + 1e-12
    np.testing.assert_allclose(rm.dispersion(np.multiply(counts, factor), sizes), found, atol=1e-12)


def test_hapaxity_by_hand():
    assert rm.hapaxity([40, 7, 1, 1]) == 0.5
    assert rm.hapaxity([3]) == 0.0
    assert np.isnan(rm.hapaxity([]))


def test_gaps_close_with_an_open_one():
    found = rm.gaps([8, 1, 3, 3], end=12)
    assert found["gap"].tolist() == [2, 5, 4]
    assert found["is_censored"].tolist() == [False, False, True]
    assert rm.gaps([4], end=4).empty
    assert rm.gaps([], end=4).empty


@pytest.mark.parametrize(("gaps", "expected"), [([7, 7, 7], -1.0), ([1, 3], -1 / 3), ([5], np.nan), ([], np.nan)])
def test_burstiness_by_hand(gaps, expected):
    np.testing.assert_allclose(rm.burstiness(gaps), expected, atol=1e-12)


@given(st.lists(st.floats(0.1, 1e4), min_size=2, max_size=20))
def test_burstiness_lies_in_its_range_and_minds_no_unit(gaps):
    found = rm.burstiness(gaps)
    assert -1 <= found < 1
    assert rm.burstiness(np.multiply(gaps, 24)) == pytest.approx(found, abs=1e-9)


def test_weibull_with_every_gap_complete_agrees_with_scipy():
    from scipy.stats import weibull_min

    gaps = weibull_min.rvs(0.7, scale=30, size=300, random_state=1)
    shape, _, scale = weibull_min.fit(gaps, floc=0)
    found = rm.weibull_returns(gaps)
    np.testing.assert_allclose([found.shape, found.scale], [shape, scale], rtol=1e-3)


def test_weibull_finds_the_law_behind_censored_gaps():
    random = np.random.default_rng(2)
    gaps, ends = 30 * random.weibull(0.7, 4000), random.uniform(0, 60, 4000)
    found = rm.weibull_returns(np.minimum(gaps, ends), gaps > ends)
    np.testing.assert_allclose([found.shape, found.scale], [0.7, 30], rtol=0.06)
    wrong = rm.weibull_returns(np.minimum(gaps, ends))
    assert wrong.scale < 0.6 * found.scale


def test_weibull_is_the_maximum_of_its_likelihood():
    gaps, is_open = np.array([2.0, 5, 9, 30, 40]), np.array([False, False, False, False, True])
    found = rm.weibull_returns(gaps, is_open)

    def log_likelihood(shape, scale):
        log_hazard = np.log(shape / scale) + (shape - 1) * np.log(gaps / scale)
        return np.sum(log_hazard[~is_open]) - np.sum((gaps / scale) ** shape)

    best = log_likelihood(found.shape, found.scale)
    for shape, scale in [(1.02, 1), (0.98, 1), (1, 1.02), (1, 0.98)]:
        assert log_likelihood(found.shape * shape, found.scale * scale) < best


def test_weibull_law_answers():
    found = rm.weibull_returns([1, 2, 4, 8])
    assert found.survival([0, found.median]).round(9).tolist() == [1.0, 0.5]
    assert found.survival(found.scale) == pytest.approx(np.exp(-1))
    assert found.mean == pytest.approx(3.75, rel=0.05)


def test_weibull_is_undefined_without_two_different_returns():
    found = rm.weibull_returns([3, 3, 9], [False, False, True])
    assert np.isnan(found.shape)
    assert (found.n_returns, found.n_censored) == (2, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rm.bundle_counts(0), "n_words must be at least 1, got 0"),
        (lambda: rm.bundle_counts(9, min_per_million=-1), "min_per_million must be above 0, got -1"),
        (lambda: rm.association([1, 2], [[1, 1]], 9), r"shape \(2, n\), got \(1, 2\)"),
        (lambda: rm.association([1], [[0, 1]], 9), "of words at least 1, got 0"),
        (lambda: rm.dispersion([1, 2, 3], [1, 2]), r"2 parts, got \(3,\)"),
        (lambda: rm.dispersion([-1, 2], [1, 2]), "at least 0, with words in some part, got -1"),
        (lambda: rm.hapaxity([0, 1]), "filler_counts must be at least 1, got 0"),
        (lambda: rm.gaps([1, 9], end=8), "no earlier than the last use 9, got 8"),
        (lambda: rm.burstiness([0, 1]), "gap must be above 0, got 0"),
        (lambda: rm.weibull_returns([1, 2], [True]), "is_censored must have 2 values, got 1"),
    ],
)
def test_wrong_counts_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
