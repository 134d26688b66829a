"""The measures of documents: values counted by hand, and the rules that all of them keep."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric.measures as rm

nan = np.nan
STOCK = "they will pay a dear price"


def frame(*texts, days=None, **columns):
    days = range(0, 10 * len(texts), 10) if days is None else days
    dates = [str((pd.Timestamp("2021-01-01") + pd.Timedelta(days=day)).date()) for day in days]
    return pd.DataFrame({"text": texts, "date": dates, **columns})


def values(found):
    return np.round(np.asarray(found, dtype=float), 4).tolist()


def equal(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), np.asarray(expected, dtype=float), atol=5e-5)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({}, 0.6),  # in 1 of 2 earlier documents: six words of ten
        ({"min_document_share": 0.51}, 0.0),
        ({"min_document_share": 0.51, "min_uses": 0.5}, 0.6),  # one use in two documents
        ({"max_document_share": 0.5}, 0.0),
        ({"window": 1}, 0.0),  # not in the last document
        ({"window": "20D"}, 0.6),
    ],
)
def test_boilerplate_by_its_thresholds(shares, expected):
    found = rm.boilerplate(frame(STOCK, "trade rose a lot", f"{STOCK}\nrice fell by half"), **shares)
    equal(found[2], expected)


def test_boilerplate_counts_documents_and_not_uses_and_never_exceeds_one():
    often = "\n".join([STOCK] * 4)
    found = rm.boilerplate(frame(often, "a b c d", "a b c e", "a b d e", STOCK))
    equal(found[4], 0.0)  # four uses, yet in one of four documents only


def test_stickiness_looks_at_the_previous_document_of_the_source_alone():
    long = "all the people rose as one to hail the day"
    documents = frame(long, long, long, source=["A", "B", "A"], days=[0, 10, 20])
    equal(rm.stickiness(documents), [nan, nan, 1.0])
    equal(rm.stickiness(documents, by=[]), [nan, 1.0, 1.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It paid $2.5 for 3,000 tons, 10% less.", 3 / 8),
        ("On May 4, 2021 it rained.", 0.0),
        ("On 4th of May and May 3-5 it rained.", 0.0),
        ("It rained on 2011-12-17 and 12/17/2011.", 0.0),
        ("It is Juche 100.", 0.0),
        ("See Section 4 and page 12.", 0.0),
        ("1. Peace. 2) War.", 0.0),
        ("It may pay 5 million.", 1 / 5),
        ("In 1994 they met 38 men.", 1 / 6),
    ],
)
def test_hard_information(text, expected):
    equal(rm.hard_information([text]), [expected])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He met Kim Yong Nam.", 1 / 5),
        ("He met Kim Yong Nam and Pak.", 2 / 7),
        ("They came on Monday.", 1 / 4),
        ("Three men left on May 4, 2021.", 2 / 7),
        ("The people are happy.", 0.0),
    ],
)
def test_specificity_counts_a_name_or_date_of_several_words_once(text, expected):
    equal(rm.specificity([text]), [expected])


def test_novelty_of_a_pair_by_hand():
    # p = (1, 3, 2) / 6 and q = (3, 2, 1) / 6 over war, peace, talks
    documents = frame("war war peace", "peace peace talks")
    by_hand = 1 / 6 * np.log2(1 / 3) + 1 / 2 * np.log2(3 / 2) + 1 / 3 * np.log2(2)
    equal(rm.novelty(documents, window=1, smoothing=1.0), [nan, by_hand])


def test_buckets_are_a_vocabulary_of_fixed_size():
    documents = frame("war", "peace")
    # one word each over 1,000 buckets: p = (2, 1) / 1001 against (1, 2) / 1001
    equal(rm.novelty(documents, window=1, smoothing=1.0, n_buckets=1000), [nan, 1 / 1001])


def test_importance_weighs_words_by_what_was_in_print():
    documents = frame("a b", "a c", "d e", "d f", "d g", days=range(5))
    found = rm.importance(documents, window=1)
    # at the third document N = 2 and neither d, e nor f was known: weights are equal, cosine 1/2
    equal(found["forward_similarity"][2], 0.5)
    equal(found["backward_similarity"][3], 0.5)
    assert np.isnan(found["forward_similarity"][0])


def test_similarity_without_formulas_shows_the_news():
    documents = frame(f"{STOCK} rice rose", f"{STOCK} coal fell")
    found = rm.consecutive_similarity(documents, formulas=lambda text: [(0, text.index("price") + 5)])
    equal(found.iloc[1], [6 / 8, 0.0])


def test_nothing_left_but_formulas_is_undefined():
    found = rm.consecutive_similarity(frame(STOCK, STOCK), formulas=lambda text: [(0, len(text))])
    equal(found.iloc[1], [1.0, nan])


@pytest.mark.parametrize(
    ("new", "cosine", "jaccard"),
    [
        ("We expect worldwide demand to increase.", 0.9129, 0.8333),
        ("We expect weakness in sales.", 0.40, 0.25),
    ],
)
def test_published_values_of_lazy_prices(new, cosine, jaccard):
    found = rm.text_similarities(["We expect demand to increase."], [new])
    equal(found.loc[0, ["cosine", "jaccard"]], [cosine, jaccard])


def test_lazy_prices_of_comparable_documents_only():
    documents = frame("a b", "c d", "a b", quarter=[1, 2, 1], source=["X", "X", "X"])
    equal(rm.lazy_prices(documents, by=["source", "quarter"])["cosine"], [nan, nan, 1.0])


def test_standard_content_is_one_where_forerunners_explain_all():
    documents = frame("war", "peace", "war peace war peace", "talks", days=[0, 150, 151, 152])
    found = rm.standard_content(documents)
    equal(found.iloc[2], [1.0, 0.0])
    equal(found.iloc[3], [0.0, 1.0])


def test_a_word_is_as_old_as_the_oldest_wording_that_covers_it():
    documents = frame("a b c d", "b c d e", "a b c d e", days=[0, 100, 200])
    found = rm.coverage_age(documents, share=1.0)
    equal(found.loc[2, ["reuse", "age_days", "median_age_days"]], [1.0, 100, 200])
    assert rm.writable_since(documents, share=0.8)[2] == pd.Timestamp("2021-01-01")


def test_new_wording_is_what_no_earlier_document_covers():
    texts = [STOCK, f"{STOCK} for it. The plant opened in May. Yes."]
    spans = rm.new_wording(frame(*texts))
    assert [texts[s.row][s.start : s.end] for s in spans.itertuples()] == ["The plant opened in May"]
    assert rm.new_wording(frame(*texts), min_words=1)["n_words"].tolist() == [2, 5, 1]


def test_return_times_count_days_and_documents_and_are_censored_at_the_end():
    documents = frame(STOCK, "x y", "z", STOCK, "u v", days=[0, 10, 10, 30, 50])
    found = rm.return_time(documents)
    equal(found.iloc[0], [30, 3, 0])
    equal(found.iloc[3], [20, 1, 1])
    equal(found.iloc[4], [0, 0, 1])


def test_datability_is_flat_for_wording_of_all_years():
    documents = frame("war rice", "war coal", "war rice rice", "war", days=[0, 365, 730, 731])
    found = rm.datability(documents)
    assert found.loc[2, "period"] == pd.Timestamp("2021-01-01")
    assert found.loc[2, "flatness"] < 0.2
    assert found.loc[3, "flatness"] > 0.9


def test_datability_does_not_read_the_date():
    documents = frame("war in May 2021", "war in June 2022", "June 2022 war", days=[0, 400, 800])
    equal(rm.datability(documents).loc[2, ["nllr", "margin", "flatness"]], [0.0, 0.0, 1.0])


def test_perishability_brings_past_and_future_together():
    documents = frame(STOCK, f"{STOCK}\nrice rose", "rain fell", STOCK)
    found = rm.perishability(documents, window=1)
    equal(found.loc[1, ["reuse", "return_days", "return_documents", "is_censored"]], [0.75, 20, 2, 0])
    equal(found.loc[1, "resonance"], found.loc[1, "novelty"] - found.loc[1, "transience"])


def test_formulaic_share_is_the_share_that_a_reading_gives():
    from rhetoric.classify import statement

    text = "They will pay a dear price. On May 4 it fired two missiles from Wonsan."
    equal(rm.formulaic_share([text, "..."]), [statement(text).perishable_share, nan])


# what all measures keep

SENTENCE = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(st.tuples(SENTENCE, st.integers(0, 40)), min_size=1, max_size=8)
FUNCTIONS = {
    "boilerplate": lambda d: rm.boilerplate(d, n=2),
    "stickiness": lambda d: rm.stickiness(d, n=2),
    "redundancy": rm.redundancy,
    "novelty": lambda d: rm.novelty(d, window=2),
    "reuse": lambda d: rm.reuse(d, n=2),
    "writable_since": lambda d: rm.writable_since(d, n=2).dt.day_of_year,
    "similarity": lambda d: rm.consecutive_similarity(d)["similarity"],
    "jaccard": lambda d: rm.lazy_prices(d)["jaccard"],
    "standard": lambda d: rm.standard_content(d, recent=2)["informative_content"],
    "flatness": lambda d: rm.datability(d, period="M")["flatness"],
    "backward": lambda d: rm.importance(d, window=2)["backward_similarity"],
}
quiet = pytest.mark.filterwarnings("ignore:.* undefined for all:UserWarning")
each = pytest.mark.parametrize("name", FUNCTIONS)
few = settings(max_examples=15, deadline=None)


def texts_of(documents, **columns):
    return frame(*[text for text, _ in documents], days=[day for _, day in documents], **columns)


@quiet
@each
@few
@given(documents=TEXTS, random=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(name, documents, random):
    ids = [f"{number:02}" for number in range(len(documents))]
    rows = list(range(len(documents)))
    random.shuffle(rows)
    ordered = texts_of(documents, id=ids)
    equal(FUNCTIONS[name](ordered.iloc[rows]), np.asarray(FUNCTIONS[name](ordered), dtype=float)[rows])


@quiet
@each
@few
@given(documents=TEXTS)
def test_later_documents_change_nothing_in_the_past(name, documents):
    longer = [*documents, ("g h a b c", 41), ("a b c d e f", 44)]
    before = np.asarray(FUNCTIONS[name](texts_of(documents)), dtype=float)
    equal(np.asarray(FUNCTIONS[name](texts_of(longer)), dtype=float)[: len(documents)], before)


@quiet
@each
@few
@given(documents=TEXTS)
def test_a_reissue_counts_once_and_has_the_value_of_its_first_issue(name, documents):
    again = [*documents, *((text, day + 1) for text, day in documents[-1:])]
    single, double = (np.asarray(FUNCTIONS[name](texts_of(some)), dtype=float) for some in (documents, again))
    if rm.prepare(texts_of(again)).n_issues == rm.prepare(texts_of(documents)).n_issues:
        equal(double, [*single, single[-1]])


@quiet
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("novelty", "writable_since", "standard")])
@few
@given(documents=TEXTS)
def test_shares_lie_between_zero_and_one(name, documents):
    found = np.asarray(FUNCTIONS[name](texts_of(documents)), dtype=float)
    limit = 2 if name == "backward" else 1
    assert np.all(np.isnan(found) | ((found >= 0) & (found <= limit)))


@few
@given(SENTENCE, SENTENCE)
def test_similarities_do_not_depend_on_the_direction(old, new):
    equal(rm.text_similarities([old], [new]), rm.text_similarities([new], [old]))


def test_two_documents_of_one_day_are_neither_past_nor_future():
    documents = frame(STOCK, "a b", STOCK, days=[0, 5, 5])
    equal(rm.reuse(documents), [nan, 0.0, 1.0])
    later = frame("x", STOCK, f"{STOCK} now", days=[0, 5, 5])
    equal(rm.reuse(later)[1:], [0.0, 0.0])


def test_times_of_day_order_documents():
    documents = pd.DataFrame({"text": [f"{STOCK} now", STOCK], "date": ["2021-05-02T12:00", "2021-05-02T09:00"]})
    equal(rm.reuse(documents), [6 / 7, nan])
