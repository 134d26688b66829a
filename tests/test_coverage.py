"""Coverage, first dates and document counts equal a plain computation with sets."""

from __future__ import annotations

import datetime
import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._coverage import NEVER, days_reached
from rhetoric.archive import Archive

DAY = datetime.date(2020, 1, 1)
SENTENCES = st.lists(st.sampled_from("abcd"), min_size=1, max_size=7).map(tuple)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=3)
CORPORA = st.lists(st.tuples(TEXTS, st.integers(0, 40), st.sampled_from(["KCNA", "Rodong"])), min_size=1, max_size=8)


def written(sentences):
    # a line for each sentence: single letters with full stops would pass for initials
    return "\n".join(" ".join(words) for words in sentences)


def build(corpus, n=4):
    rows = [
        {"id": f"d{at}", "text": written(text), "date": DAY + datetime.timedelta(10 * day), "source": source}
        for at, (text, day, source) in enumerate(corpus)
    ]
    return Archive.build(pd.DataFrame(rows), Path(tempfile.mkdtemp()) / "a", n=n)


def runs(sentence, n):
    return [sentence[at : at + n] for at in range(len(sentence) - n + 1)]


def plain_first_dates(corpus, text, before, n):
    """For each word the earliest date of a run of `n` words around it, in documents before a day."""
    dates = {}
    for sentences, day, _ in corpus:
        for run in (run for sentence in sentences for run in runs(sentence, n) if day < before):
            dates[run] = min(day, dates.get(run, day))
    found = []
    for sentence in text:
        for at in range(len(sentence)):
            around = [sentence[low : low + n] for low in range(max(0, at - n + 1), min(at, len(sentence) - n) + 1)]
            known = [dates[run] for run in around if run in dates]
            found.append(DAY + datetime.timedelta(10 * min(known)) if known else None)
    return found


def plain_count(corpus, line, before, n):
    """Documents before a day that have at least half of the runs of a line; equal texts of a day are one."""
    own = set(runs(line, n))
    past = {(written(text), day): own & {run for s in text for run in runs(s, n)} for text, day, _ in corpus
            if day < before}  # fmt: skip
    return sum(1 for shared in past.values() if shared and len(shared) >= len(own) / 2)


@settings(max_examples=60, deadline=None)
@given(CORPORA, TEXTS, st.integers(0, 42), st.sampled_from([3, 4, 5]))
def test_first_dates_equal_those_of_sets(corpus, text, before, n):
    trace = build(corpus, n).trace(written(text), before=DAY + datetime.timedelta(10 * before))
    expected = plain_first_dates(corpus, text, before, n)
    assert trace.first_dates() == expected
    assert trace.reused_share == pytest.approx(np.mean([date is not None for date in expected]))
    assert sum(sentence.n_reused for sentence in trace.sentences) == sum(date is not None for date in expected)


@settings(max_examples=50, deadline=None)
@given(CORPORA, TEXTS, st.integers(1, 42))
def test_document_counts_equal_those_of_sets(corpus, text, before):
    trace = build(corpus).trace(written(text), before=DAY + datetime.timedelta(10 * before))
    for sentence in trace.sentences:
        line = sentence.precedent and tuple(sentence.precedent.text.split())
        # the precedent has the line, even where it is too short for a run
        assert sentence.n_documents == (max(1, plain_count(corpus, line, before, 4)) if line else 0)


@settings(max_examples=25, deadline=None)
@given(CORPORA)
def test_a_document_never_precedes_itself(corpus):
    archive = build(corpus)
    for text, day, _ in corpus:
        if day == min(day for _, day, _ in corpus):
            trace = archive.trace(written(text), before=DAY + datetime.timedelta(10 * day))
            assert trace.first_dates() == [None] * len(trace.first_days)
            assert {sentence.verdict for sentence in trace.sentences} == {"new"}


@settings(max_examples=25, deadline=None)
@given(CORPORA, st.integers(0, 42))
def test_later_documents_do_not_change_a_trace(corpus, before):
    earlier = [row for row in corpus if row[1] < before]
    if not earlier or len(earlier) == len(corpus):
        return
    texts = written(corpus[0][0]), DAY + datetime.timedelta(10 * before)
    before_and_after = [build(part).trace(texts[0], before=texts[1], source="KCNA") for part in (earlier, corpus)]
    told = [{**trace.to_dict(), "omissions": None} for trace in before_and_after]
    assert told[0]["words"] == told[1]["words"]
    assert [one["verdict"] for one in told[0]["sentences"]] == [one["verdict"] for one in told[1]["sentences"]]


@settings(max_examples=25, deadline=None)
@given(CORPORA, st.lists(st.tuples(TEXTS, st.integers(0, 42)), min_size=1, max_size=4))
def test_the_table_of_coverage_says_what_traces_say(corpus, texts):
    archive = build(corpus)
    dates = [DAY + datetime.timedelta(10 * before) for _, before in texts]
    table = archive.coverage(pd.DataFrame({"text": [written(text) for text, _ in texts], "date": dates}))
    traces = [archive.trace(written(text), before=date) for (text, _), date in zip(texts, dates, strict=True)]
    assert table["n_words"].tolist() == [len(trace.first_days) for trace in traces]
    assert table["reused_share"].tolist() == pytest.approx([trace.reused_share for trace in traces])
    assert table["writable_since"].tolist() == [trace.writable_since() for trace in traces]
    assert table["is_limited"].tolist() == [trace.is_limited() for trace in traces]
    assert table["age_years"].tolist() == pytest.approx([trace.age_years() for trace in traces], nan_ok=True)


def test_writable_since_by_hand():
    # ten words: four in print since day 1, four more since day 3, two new
    corpus = [([tuple("abcd")], 1, "KCNA"), ([tuple("efgh")], 3, "KCNA")]
    trace = build(corpus).trace("a b c d e f g h i j", before="2021-01-01")
    assert [trace.writable_since(q) for q in (0.1, 0.4, 0.41, 0.8)] == [
        datetime.date(2020, 1, 11), datetime.date(2020, 1, 11), datetime.date(2020, 1, 31), datetime.date(2020, 1, 31),
    ]  # fmt: skip
    assert trace.writable_since(0.81) is None
    assert trace.age_years() == pytest.approx((datetime.date(2021, 1, 1) - datetime.date(2020, 1, 31)).days / 365.25)
    assert math.isnan(trace.age_years(1))


def test_rounding_does_not_ask_for_a_word_more():
    days = np.array([1, 2, 3, 4, NEVER])
    assert days_reached(days, np.array([0, 5]), 0.8).tolist() == [4]
    assert days_reached(np.arange(25), np.array([0, 25]), 0.56).tolist() == [13]  # 0.56 * 25 is 14.000000000000002


@pytest.mark.parametrize("q", [0, -0.1, 1.01, 80, float("nan")])
def test_q_is_a_share(q):
    with pytest.raises(ValueError, match=rf"q must be in \(0, 1\], got {q}; divide a percentage"):
        build([([tuple("abcd")], 1, "KCNA")]).trace("a b c d").writable_since(q)


def test_the_earliest_of_overlapping_runs_counts():
    corpus = [([tuple("bcde")], 5, "KCNA"), ([tuple("abcd")], 9, "KCNA")]
    dates = build(corpus).trace("a b c d e").first_dates()
    assert [date.toordinal() - DAY.toordinal() for date in dates] == [90, 50, 50, 50, 50]
