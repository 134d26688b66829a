"""Sketches of documents, their resemblance, and the families of re-issues in an archive."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._reissues import resemblance, sketch
from rhetoric.archive import Archive

WORDS = [f"w{number}" for number in range(400)]
ABSENT = 0xFFFFFFFF


def text(*ranges):
    return " ".join(word for start, stop in ranges for word in WORDS[start:stop])


def reissues(*documents):
    """Documents are pairs of day in March 2020 and text; their ids are a, b, c."""
    rows = [{"id": "abcdefghij"[at], "date": f"2020-03-{day:02d}", "text": text} for at, (day, text) in
            enumerate(documents)]  # fmt: skip
    table = Archive.build(pd.DataFrame(rows), Path(tempfile.mkdtemp()) / "a").documents().sort_values("id")
    return table["reissue_of"].tolist()


@pytest.mark.parametrize(("days", "expected"), [((1, 1), "a"), ((1, 4), "a"), ((1, 5), None)])
def test_the_same_words_within_three_days_are_a_reissue(days, expected):
    assert reissues((days[0], "Glory to the heroes!"), (days[1], "GLORY to the heroes")) == [None, expected]


def test_of_one_day_the_smallest_id_is_the_first_issue():
    assert reissues((2, "Glory!"), (2, "Glory!"), (1, "Shame!")) == [None, "a", None]


def test_chains_lead_to_the_first_issue():
    assert reissues((1, "Glory!"), (4, "Glory!"), (7, "Glory!"), (20, "Glory!")) == [None, "a", "a", None]


def test_other_order_is_another_text():
    # sums of words times their places are equal for these two
    assert reissues((1, "Glory shame shame glory"), (1, "Shame glory glory shame")) == [None, None]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (text((0, 117), (200, 203)), "a"),  # 114 of 120 runs shared
        (text((0, 80), (200, 240)), None),
        (text((0, 120), (200, 300)), None),  # the first text inside a longer one
    ],
)
def test_long_texts_may_differ_a_little(second, expected):
    assert reissues((1, text((0, 120))), (2, second)) == [None, expected]


def test_short_texts_may_not_differ():
    assert reissues((1, text((0, 49))), (1, text((0, 48), (200, 201)))) == [None, None]


def test_documents_without_words_are_no_reissues():
    assert reissues((1, "***"), (1, "***")) == [None, None]


def hashes(*cells):
    """Cells are pairs of bin and value."""
    return np.array([(column << 58) + (value << 26) for column, value in cells], dtype=np.uint64)


def test_a_sketch_holds_the_smallest_hash_of_each_bin():
    runs = hashes((0, 9), (0, 7), (63, 5), (1, 8))
    sketches = sketch(runs, np.array([0, 0, 0, 2]), 3)
    assert sketches[:, [0, 1, 63]].tolist() == [[7, ABSENT, 5], [ABSENT] * 3, [ABSENT, 8, ABSENT]]


CELLS = st.dictionaries(st.integers(0, 63), st.integers(0, 2))


@settings(max_examples=60)
@given(CELLS, CELLS)
def test_resemblance_is_the_share_of_filled_bins_that_agree(left, right):
    runs = hashes(*left.items(), *right.items())
    sketches = sketch(runs, np.repeat([0, 1], [len(left), len(right)]), 2)
    expected = len(left.items() & right.items()) / max(1, len(left.keys() | right.keys()))
    assert resemblance(sketches[:1], sketches[1:]) == pytest.approx([expected])
    assert resemblance(sketches[1:], sketches[:1]) == pytest.approx([expected])


def test_resemblance_of_large_sets_is_estimated():
    draws = np.random.default_rng(0).integers(0, 1 << 63, 3000, dtype=np.uint64) << np.uint64(1)
    sketches = sketch(np.concatenate((draws[:2000], draws[1000:])), np.repeat([0, 1], 2000), 2)
    assert abs(resemblance(sketches[:1], sketches[1:])[0] - 1 / 3) < 0.2  # three standard errors of 64 bins
