"""Tables over many documents: coverage, formulas and frames of an archive."""

import datetime
import json
import re

import numpy as np
import pandas as pd
import pytest

from rhetoric.archive import Archive
from rhetoric.cli import main
from rhetoric.datasets import load_statements

VOW = "The army will deal merciless blows at the aggressors."


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "date": ["2011-03-04", "2013-05-06", "2019-11-20"],
            "source": ["KCNA", "KCNA", None],
            "text": [VOW, f"He left on Monday. {VOW}", f"It is cold in town. {VOW} The talks are over for good now."],
        }
    )
    return Archive.build(frame, tmp_path_factory.mktemp("archives") / "three")


@pytest.fixture(scope="module")
def example():
    return Archive.example()


def run(capsys, *arguments):
    with pytest.raises(SystemExit, match=r"^\d$") as exit_:
        main(list(arguments))
    out, err = capsys.readouterr()
    return exit_.value.code, out, err


def test_coverage_counts_words_in_runs_that_earlier_documents_have(archive):
    # six of the seven words and none of the other two sentences' stand in runs of four that were in print
    asked = pd.DataFrame(
        {"text": ["They said the army will deal merciless blows. Nobody knows."], "date": ["2012-01-01"]}
    )
    found = archive.coverage(asked).iloc[0]
    assert (found["n_words"], found["reused_share"]) == (10, 0.6)
    assert found["writable_since"] is None
    assert np.isnan(found["age_years"])


def test_coverage_gives_the_date_by_which_the_share_was_in_print(archive):
    asked = pd.DataFrame({"text": [f"{VOW} The talks are over for good now."], "date": ["2020-03-04"]})
    assert archive.coverage(asked, q=0.5)["writable_since"].tolist() == [datetime.date(2011, 3, 4)]
    found = archive.coverage(asked, q=1.0).iloc[0]
    assert found["writable_since"] == datetime.date(2019, 11, 20)
    assert found["age_years"] == pytest.approx(105 / 365.25)


def test_coverage_keeps_the_index_and_the_order_of_the_rows(archive):
    asked = pd.DataFrame({"text": ["New words only here.", VOW], "date": ["2020-01-01", "2011-03-04"]}, index=[7, 3])
    found = archive.coverage(asked)
    assert found.index.tolist() == [7, 3]
    assert found["reused_share"].tolist() == [0.0, 0.0]  # the second is the first to say it


def test_coverage_agrees_with_the_trace_of_each_statement(example):
    asked = example.documents().tail(3)
    texts = [f"{title}. We will keep an eye on it." for title in asked["title"]]
    found = example.coverage(pd.DataFrame({"text": texts, "date": asked["date"].tolist()}))
    for text, date, (_, row) in zip(texts, asked["date"], found.iterrows(), strict=True):
        assert row["reused_share"] == example.trace(text, before=date).reused_share


def test_coverage_of_a_statement_without_date_counts_the_whole_archive(archive):
    asked = pd.DataFrame({"text": [VOW], "date": [None]})
    found = archive.coverage(asked).iloc[0]
    assert found["reused_share"] == 1.0
    assert np.isnan(found["age_years"])


def test_coverage_says_where_the_archive_may_be_too_young(archive):
    asked = pd.DataFrame({"text": [VOW], "date": ["2020-01-01"]})
    assert archive.coverage(asked)["is_limited"].tolist() == [True]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"body": ["a"]}), r"documents must have a column 'text' and at least one row, got body"),
        (pd.DataFrame({"text": []}), r"documents must have a column 'text' and at least one row, got no row"),
        (pd.DataFrame({"text": ["a"], "date": ["May 2"]}), r"date in row 0 must be a date such as .*, got 'May 2'"),
    ],
)
def test_coverage_refuses_tables_that_it_cannot_read(archive, frame, message):
    with pytest.raises(ValueError, match=message):
        archive.coverage(frame)


def test_coverage_refuses_what_is_no_table(archive):
    with pytest.raises(TypeError, match=r"documents must be a DataFrame, got str; for one text use trace\(\)"):
        archive.coverage(VOW)


def test_coverage_refuses_a_percentage(archive):
    with pytest.raises(ValueError, match=r"q must be in \(0, 1\], got 80; divide a percentage by 100"):
        archive.coverage(pd.DataFrame({"text": [VOW]}), q=80)


def test_formulas_have_dates_sources_and_counts(example):
    found = example.formulas(min_documents=10).set_index("text").loc["respected Comrade Kim Jong Un"]
    statements = load_statements()
    holding = statements[statements["text"].str.contains("respected Comrade Kim Jong Un", case=False)]
    # uses inside longer formulas are not counted
    assert 10 <= found["n_documents"] <= len(holding)
    assert set(found["sources"]) <= set(holding["source"])
    assert holding["date"].min() <= str(found["first"]) <= str(found["last"]) <= holding["date"].max()


def test_formulas_of_an_archive_in_several_segments_are_those_of_one(example, tmp_path):
    documents = example.documents()
    frame = documents.assign(text=[f"{title} They will pay a dear price for it." for title in documents["title"]])
    whole = Archive.build(frame, tmp_path / "whole")
    parts = Archive.build(frame.iloc[::2], tmp_path / "parts").add(frame.iloc[1::2])
    pd.testing.assert_frame_equal(whole.formulas(), parts.formulas())


def test_frames_have_a_slot_and_what_has_filled_it(example):
    frames = example.frames(min_documents=5)
    found = frames[frames["text"] == "plenary meeting of the * Central Committee"].iloc[0]
    assert {"Party", "Eighth"} <= {filler["text"] for filler in found["fillers"]}
    assert found["n_fillers"] == len(found["fillers"])
    assert 0 <= found["hapaxity"] <= 1


def test_formulas_of_an_archive_without_any_make_an_empty_table(tmp_path):
    alone = Archive.build(pd.DataFrame({"text": ["He left."], "date": ["2020-01-01"]}), tmp_path / "alone")
    assert alone.formulas().empty
    assert alone.frames().empty


def test_the_command_lists_formulas_with_their_years(capsys):
    code, out, err = run(capsys, "formulas", "--min-documents", "10", "--top", "2")
    assert code == 0
    assert all(re.fullmatch(r" +\d+  \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d  \w.+", line) for line in out.splitlines())
    assert re.search(r"^2 of \d+; -o FILE writes all of them", err, re.MULTILINE)


def test_the_command_writes_formulas_and_frames(capsys, tmp_path):
    assert run(capsys, "formulas", "--min-documents", "10", "-o", str(tmp_path / "f.csv"))[0] == 0
    assert pd.read_csv(tmp_path / "f.csv")["n_documents"].min() >= 10
    code, _, err = run(capsys, "formulas", "--frames", "--min-documents", "5", "-o", str(tmp_path / "f.jsonl"))
    row = json.loads((tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert code == 0
    assert err.startswith("no archive given: the example archive")
    assert set(row["fillers"][0]) == {"text", "n_documents", "n_occurrences", "first", "last"}


def test_too_few_documents_for_a_formula_are_refused_in_a_line(archive, capsys):
    code, out, err = run(capsys, "formulas", str(archive.path), "--min-documents", "1")
    assert (code, out) == (2, "")
    assert err.startswith("rhetoric: min_documents must be at least 2, got 1")
