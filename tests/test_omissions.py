"""Formulas that statements of a source and vehicle nearly always carry, and one that lacks them."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from rhetoric.archive import Archive

TITLE = "Statement of Spokesman for Foreign Ministry of DPRK"
LEAD = "A spokesman for the Foreign Ministry of the DPRK issued a statement."
FORMULA = "The denuclearization of the peninsula remains our ultimate goal."
NEWS = "Nothing else happened."
EVENTS = ["harvest", "storm", "flood", "parade", "concert", "match", "visit", "launch"]


def build(*texts, title=TITLE, source="KCNA", year=2020):
    rows = [
        {"id": f"d{at}", "date": f"{year}-01-{3 * at + 1:02d}", "title": title, "source": source, "text": text}
        for at, text in enumerate(texts)
    ]
    return Archive.build(pd.DataFrame(rows), Path(tempfile.mkdtemp()) / "a")


def carrying(n_with, n_without=0):
    texts = [f"{LEAD} The {EVENTS[at]} was great. {FORMULA}" for at in range(n_with)]
    return texts + [f"{LEAD} The {EVENTS[n_with + at]} was great." for at in range(n_without)]


def omitted(archive, text=f"{LEAD} {NEWS}", before="2020-02-01", source="KCNA", title=TITLE):
    return archive.trace(text, before=before, source=source, title=title).omissions


def test_a_formula_of_all_statements_is_missed():
    (found,) = omitted(build(*carrying(6)))
    assert found.text == "denuclearization of the peninsula remains our ultimate goal"
    assert (found.rate, found.n_with, found.n_statements) == (1.0, 6, 6)
    assert [document.id for document in found.last] == ["d5", "d4", "d3"]


@pytest.mark.parametrize(("n_with", "n_without"), [(5, 0), (6, 0), (5, 1), (4, 1)])
def test_surprise_is_that_of_the_smoothed_rate(n_with, n_without):
    (found,) = omitted(build(*carrying(n_with, n_without)))
    assert found.rate == pytest.approx(n_with / (n_with + n_without))
    assert found.surprise == pytest.approx(-math.log2((n_without + 0.5) / (n_with + n_without + 1)))


def test_a_formula_of_fewer_than_four_in_five_is_not_missed():
    assert omitted(build(*carrying(3, 2))) == ()


def test_a_short_history_says_nothing():
    assert omitted(build(*carrying(4))) == ()


def test_reissues_do_not_lengthen_the_history():
    texts = carrying(4)
    assert omitted(build(*texts, texts[3], texts[3])) == ()


def test_said_in_part_is_no_omission():
    said = f"{LEAD} Yes, the denuclearization of the peninsula must wait."
    assert omitted(build(*carrying(6)), said) == ()


def test_said_in_other_case_is_said():
    assert omitted(build(*carrying(6)), f"{LEAD} {FORMULA.upper()}") == ()


@pytest.mark.parametrize(
    "known",
    [
        {"source": "Rodong Sinmun"},
        {"source": None},
        {"title": "Press Statement of Vice Department Director Kim Yo Jong", "text": f"{NEWS}"},
        {"before": "2020-01-13"},  # four statements before
        {"before": "2026-01-01"},  # all are older than five years
    ],
)
def test_other_sources_vehicles_and_times_are_no_yardstick(known):
    assert omitted(build(*carrying(6)), **known) == ()


def test_a_statement_without_a_date_is_compared_with_the_years_before_the_last_document():
    assert len(omitted(build(*carrying(6)), before=None)) == 1


def test_words_that_all_documents_have_are_no_formula():
    texts = [f"{LEAD} The {event} was great. It was said on the day that it is to be." for event in EVENTS]
    assert omitted(build(*texts)) == ()


def test_last_statements_are_those_that_had_all_of_it():
    long = "The denuclearization of the whole peninsula and lasting peace in Asia remain our ultimate goal."
    short = "The denuclearization of the whole peninsula is near."
    texts = [f"{LEAD} The {event} was great. {long}" for event in EVENTS]
    texts[6] = f"{LEAD} {short}"
    (found,) = omitted(build(*texts))
    assert [document.id for document in found.last] == ["d7", "d5", "d4"]
    assert (found.n_with, found.n_statements) == (7, 8)


def test_the_more_surprising_comes_first():
    other = "Our patience with the hostile policy has its limits."
    texts = [f"{text} {other}" for text in carrying(7)] + [f"{LEAD} {FORMULA}"]
    assert [one.text[:9] for one in omitted(build(*texts))] == ["denuclear", "Our patie"]
