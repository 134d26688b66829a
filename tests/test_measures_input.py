"""Measures meet bad input: a defined result with a reason, or a clear error."""

import datetime

import numpy as np
import pandas as pd
import pytest

import rhetoric.measures as rm

TEXTS = ["They will pay a dear price.", "Trade rose by a tenth in May.", "They will pay a dear price for it."]
DAYS = ["2021-05-01", "2021-05-11", "2021-05-21"]
TEMPORAL = [
    rm.boilerplate, rm.stickiness, rm.novelty, rm.transience, rm.resonance, rm.importance, rm.reuse,
    rm.consecutive_similarity, rm.lazy_prices, rm.standard_content, rm.coverage_age, rm.return_time, rm.datability,
    rm.perishability, rm.writable_since, rm.new_wording,
]  # fmt: skip
quiet = pytest.mark.filterwarnings("ignore:.* undefined for all:UserWarning")
every = pytest.mark.parametrize("function", TEMPORAL, ids=lambda function: function.__name__)


def frame(texts=TEXTS, dates=DAYS, **columns):
    return pd.DataFrame({"text": texts, "date": dates, **columns})


def rows(found):
    return np.asarray(pd.DataFrame(found).apply(lambda c: c.isna()))


@every
def test_documents_without_a_date_column_are_refused(function):
    with pytest.raises(ValueError, match=r"must have a column 'date' beside the text, got source"):
        function(pd.DataFrame({"text": TEXTS, "source": "KCNA"}))


@quiet
@every
def test_undated_and_blank_documents_are_undefined_and_hurt_no_other(function):
    if function is rm.new_wording:
        return
    with pytest.warns(UserWarning, match="1 of 5 documents have no date"):
        found = function(frame([TEXTS[0], *TEXTS, " "], [None, *DAYS, "2021-05-30"]))
    missing = rows(found)
    assert missing[[0, 4]].all()
    assert np.array_equal(missing[1:4], rows(function(frame())))


@quiet
@every
@pytest.mark.parametrize("n", [1, 4])
def test_one_document_and_all_the_same(function, n):
    found = function(frame(TEXTS[:1] * n, DAYS[:1] * n))
    assert len(found) == (0 if function is rm.new_wording else n)


@quiet
@every
def test_no_document_has_a_date_or_a_word(function):
    for texts, dates in ((TEXTS, [None] * 3), (["...", "", "!"], DAYS)):
        found = function(frame(texts, dates))
        assert rows(found).all()


@quiet
def test_documents_of_one_wording_on_many_days_are_not_new():
    found = rm.resonance(frame([TEXTS[0]] * 3), window=1)
    assert found["resonance"].fillna(0).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rm.novelty(frame()), "novelty is undefined for all 3 documents: no full window.*narrow window"),
        (lambda: rm.transience(frame(), window="900D"), "transience is undefined for all 3"),
        (lambda: rm.stickiness(frame(source=list("ABC"))), "no source has an earlier document; check the column"),
        (lambda: rm.boilerplate(frame(), window=9), "boilerplate is undefined for all 3 documents: no earlier"),
        (lambda: rm.resonance(frame()), "novelty, transience, resonance are undefined for all 3"),
        (lambda: rm.reuse(frame(TEXTS[:1], DAYS[:1])), "reuse is undefined for all 1 documents"),
    ],
)
def test_a_measure_without_any_value_says_why(call, message):
    with pytest.warns(UserWarning, match=message):
        call()


def test_frames_count_rows_without_a_value_by_reason():
    with pytest.warns(UserWarning, match="1 of 5"):
        ready = rm.prepare(frame([*TEXTS, "...", "Glory!"], [*DAYS, "2021-06-01", None]))
    reasons = rm.resonance(ready, window=1).attrs["undefined"]
    assert reasons.pop("no date") == reasons.pop("no word") == 1
    assert list(reasons.values()) == [2]


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (pd.DataFrame({"body": TEXTS}), "must have a column 'text', got body"),
        (frame(dates=["2021-05-01", "yesterday", "2021-05-03"]), "ISO dates such as .* got 'yesterday' in row 1"),
        (frame(dates=[2019, 2020, 2021]), "must hold ISO dates, got the number 2019"),
        (frame([], []), "documents must hold at least one document, got none"),
    ],
)  # fmt: skip
def test_unusable_documents_are_refused(documents, message):
    with pytest.raises(ValueError, match=message):
        rm.reuse(documents)


def test_missing_texts_and_single_strings_are_refused():
    with pytest.raises(TypeError, match="at position 1"):
        rm.reuse(frame([TEXTS[0], None, TEXTS[2]]))
    with pytest.raises(TypeError, match="got the single str 'Glory!'"):
        rm.redundancy("Glory!")
    with pytest.raises(ValueError, match="as many as documents, got 1 for 3"):
        rm.prepare(TEXTS, dates=DAYS[:1])
    with pytest.raises(ValueError, match="dates must be left out"):
        rm.prepare(frame(), dates=DAYS)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: rm.novelty(d, window=0), "window must be at least 1 document, got 0"),
        (lambda d: rm.novelty(d, window="soon"), "window must be a number of documents or a time .* got 'soon'"),
        (lambda d: rm.novelty(d, window="0D"), "window must be longer than 0 days, got '0D'"),
        (lambda d: rm.standard_content(d, recent=-1), "recent must be at least 1 document, got -1"),
        (lambda d: rm.novelty(d, smoothing=0), "smoothing must be above 0, got 0"),
        (lambda d: rm.novelty(d, n_buckets=1), "n_buckets must be at least 2, got 1"),
        (lambda d: rm.boilerplate(d, min_document_share=30), r"min_document_share must be in \[0, 1\], got 30"),
        (lambda d: rm.boilerplate(d, n=0), "n must be at least 1 word, got 0"),
        (lambda d: rm.writable_since(d, share=80), r"share must be in \(0, 1\], got 80"),
        (lambda d: rm.new_wording(d, min_words=0), "min_words must be at least 1 word, got 0"),
        (lambda d: rm.datability(d, period="D"), "period must be one of Y, Q, M, got 'D'"),
        (lambda d: rm.datability(d, smoothing=1), r"smoothing must be in \(0, 1\), got 1"),
        (lambda d: rm.stickiness(d, by="outlet"), "by must name columns .* got 'outlet'; they have date"),
        (lambda _: rm.text_similarities(["a"], ["a", "b"]), "old and new must be as many, got 1 and 2"),
        (lambda _: rm.distribution_resonance([[0.5, 0.4]]), "add up to 1 in each row, got 0.9"),
        (lambda _: rm.distribution_resonance([[1.0, 0.0]]), "distributions must be above 0, got 0.0"),
        (lambda _: rm.distribution_resonance([0.5, 0.5]), r"shape \(n_documents, n_topics\), got \(2,\)"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(frame())


def test_a_window_in_fractions_of_documents_is_refused():
    with pytest.raises(TypeError, match=r"window must be an int or a time .* got 2.5"):
        rm.novelty(frame(), window=2.5)


def test_dates_may_be_dates_times_or_strings_with_zones():
    kinds = [
        DAYS,
        pd.to_datetime(DAYS),
        [datetime.date.fromisoformat(day) for day in DAYS],
        [f"{day}T00:00:00Z" for day in DAYS],
    ]
    found = [rm.writable_since(frame(dates=dates), share=0.5).tolist() for dates in kinds]
    assert all(str(dates) == str(found[0]) for dates in found)
    assert found[0][2] == pd.Timestamp("2021-05-01")


def test_results_keep_the_index_and_order_of_the_input():
    documents = frame(dates=DAYS[::-1]).set_index(pd.Index(["x", "y", "z"]))
    found = rm.coverage_age(documents, share=0.5)
    assert found.index.tolist() == ["x", "y", "z"]
    assert found["reuse"].round(2).tolist()[0] == 1.0
    assert np.isnan(found["reuse"].iloc[2])


def test_texts_with_dates_need_no_frame():
    ready = rm.prepare(TEXTS, dates=DAYS)
    np.testing.assert_allclose(rm.reuse(ready), [np.nan, 0.0, 0.75])


def test_words_may_be_found_in_several_processes():
    many = rm.prepare(frame(TEXTS * 3, DAYS * 3), n_jobs=2)
    one = rm.prepare(frame(TEXTS * 3, DAYS * 3))
    np.testing.assert_array_equal(many.tokens.hashes, one.tokens.hashes)
    np.testing.assert_array_equal(many.tokens.first_sentence, one.tokens.first_sentence)


@quiet
def test_measure_puts_all_measures_side_by_side():
    found = rm.measure(frame(id=["a", "b", "c"]), window=1)
    assert found.columns[:2].tolist() == ["id", "date"]
    assert {"novelty", "writable_since", "lazy_prices_jaccard", "dated_flatness"} <= set(found.columns)
    np.testing.assert_allclose(found["reuse"], rm.reuse(frame()))
    assert found.attrs["undefined"]["reuse"] == 1


@quiet
def test_measure_by_a_column_gives_each_value_its_own_past():
    documents = frame([TEXTS[0]] * 3, source=["A", "B", "A"])
    steps = []
    found = rm.measure(documents, ["reuse"], by="source", on_step=lambda *step: steps.append(step))
    np.testing.assert_allclose(found["reuse"], [np.nan, np.nan, 1.0])
    assert steps == [(1, 2), (2, 2)]


def test_measure_passes_warnings_on_once():
    with pytest.warns(UserWarning, match="novelty, transience, resonance are undefined") as caught:
        rm.measure(frame(), ["novelty", "transience"])
    assert len(caught) == 1


def test_measure_gives_the_same_in_parallel():
    names = ["reuse", "hard_information", "specificity"]
    pd.testing.assert_frame_equal(rm.measure(frame(), names), rm.measure(frame(), names, n_jobs=2))


def test_measure_refuses_unknown_names_and_columns():
    with pytest.raises(ValueError, match=r"measure must be one of formulaic_share, .* got 'newness'"):
        rm.measure(frame(), ["newness"])
    with pytest.raises(ValueError, match="by must name a column of the documents, got 'outlet'"):
        rm.measure(frame(), by="outlet")
    with pytest.raises(TypeError, match="got the single str 'reuse'"):
        rm.measure(frame(), "reuse")
    with pytest.raises(TypeError, match="documents must be a DataFrame, got list"):
        rm.measure(TEXTS)
