"""Dates, ids and texts of documents are checked, counted and put in order."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._dated_documents import Reader, date_of, day_of, in_time_order, parse_day
from rhetoric._files import InputError
from rhetoric.archive import Archive


def table(*rows):
    return pd.DataFrame(rows, columns=["id", "date", "text"], dtype=object)


GOOD = ("a", "2020-01-01", "The talks opened.")


@pytest.mark.parametrize(
    "value",
    [
        "2021-05-02", "20210502", " 2021-05-02 ", "2021-05-02T23:59:59+09:00", "2021-05-02 08:00", "20210502T0800",
        datetime.date(2021, 5, 2), datetime.datetime(2021, 5, 2, 23, 59), np.datetime64("2021-05-02T10"),
        pd.Timestamp("2021-05-02 23:00", tz="Asia/Seoul"),
    ],
)  # fmt: skip
def test_iso_dates_of_many_types(value):
    assert date_of(parse_day(value)) == datetime.date(2021, 5, 2)


@pytest.mark.parametrize(
    "value",
    [
        "02/05/2021", "2 May 2021", "2021-05", "2021", "2021-13-01", "2021-02-30", "2021-5-2", "", " ", "today",
        "2021-05-021", "2021-05-02nd", "1610121234", "1610121234567", "２０２１-05-02", 20210502, 1.6e9, None,
        float("nan"), pd.NaT, np.datetime64("NaT"), b"2021-05-02", True,
    ],
)  # fmt: skip
def test_anything_else_is_no_date(value):
    assert parse_day(value) is None
    with pytest.raises(ValueError, match="when must be a date such as '2021-05-02', got "):
        day_of(value, "when")


@given(st.dates())
def test_days_and_dates_go_both_ways(date):
    assert date_of(parse_day(date)) == date_of(parse_day(date.isoformat())) == date


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (("b", "2020-01-02", " \n"), r"1 blank texts \(row 1\)"),
        (("b", "2020-01-02", None), r"1 blank texts \(row 1\)"),
        (("b", "May 2", "Text."), r"1 missing or unreadable dates \('May 2' in row 1\)"),
        (("b", None, "Text."), r"1 missing or unreadable dates \(None in row 1\)"),
        (("a", "2020-01-02", "Text."), r"1 repeated ids \('a' in row 1\)"),
        ((None, "2020-01-02", ""), r"1 blank texts \(row 1\)"),
    ],
)
def test_bad_rows_are_refused_or_left_out_with_their_places(tmp_path, bad, said):
    with pytest.raises(InputError, match=rf"documents must have text, a date .* got {said}; mend these rows"):
        Archive.build(table(GOOD, bad), tmp_path / "a")
    with pytest.warns(UserWarning, match=rf"^1 of 2 documents left out: {said}\.$"):
        archive = Archive.build(table(GOOD, bad), tmp_path / "a", invalid="skip")
    assert archive.documents()["id"].tolist() == ["a"]


def test_faults_are_counted_over_all_frames_and_the_first_are_shown(tmp_path):
    frames = [table(GOOD, ("b", "2020", "Text.")), table(*[(f"c{at}", "x", "Text.") for at in range(4)])]
    said = r"5 of 6 documents left out: 5 missing or unreadable dates \('2020' in row 1, 'x' in row 2, 'x' in row 3\)"
    with pytest.warns(UserWarning, match=said):
        Archive.build(iter(frames), tmp_path / "a", invalid="skip")


def test_an_id_of_the_archive_is_a_repeated_one(tmp_path):
    archive = Archive.build(table(GOOD), tmp_path / "a")
    with pytest.raises(InputError, match=r"got 1 repeated ids \('a' in row 0\)"):
        archive.add(table(GOOD))
    with pytest.warns(UserWarning, match="1 of 2 documents left out"):
        archive.add(table(GOOD, ("b", *GOOD[1:])), invalid="skip")
    assert archive.n_documents == 2


def test_the_same_document_twice_without_ids_is_a_repeated_one():
    with pytest.raises(InputError, match=r"got 1 repeated ids \('2020-01-01-"):
        Reader().read(pd.DataFrame([GOOD[1:], GOOD[1:]], columns=["date", "text"]))


@pytest.mark.filterwarnings("ignore:1 of 1 documents")
def test_nothing_usable_is_refused(tmp_path):
    for documents in (table(), [], table(("a", "x", "Text."))):
        with pytest.raises(InputError, match="documents must have at least one that can be used, got none"):
            Archive.build(documents, tmp_path / "a", invalid="skip")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("missing", ["text", "date"])
def test_a_missing_column_is_named(missing):
    with pytest.raises(InputError, match=rf"documents must have a column '{missing}', got '.*'; rename or add it"):
        Reader().read(table(GOOD).drop(columns=missing))


def test_other_types_are_refused(tmp_path):
    with pytest.raises(TypeError, match="documents must be a DataFrame, got str"):
        Archive.build(["text"], tmp_path / "a")
    with pytest.raises(ValueError, match="invalid must be 'raise' or 'skip', got 'drop'"):
        Archive.build(table(GOOD), tmp_path / "a", invalid="drop")


def test_order_is_by_date_and_then_by_id():
    rows = [("b", "2020-01-02", "B."), ("c", "2020-01-01", "C."), ("a", "2020-01-02", "A.")]
    parts = [Reader().read(table(row)) for row in rows]
    assert in_time_order(*parts).texts == Reader().read(table(*rows)).texts == ["C.", "A.", "B."]
