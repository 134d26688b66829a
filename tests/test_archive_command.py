"""The commands rhetoric archive and rhetoric trace, and rhetoric classify --archive."""

from __future__ import annotations

import datetime
import io
import json
import pickle
import sys
from typing import NamedTuple

import pandas as pd
import pytest
from joblib import parallel_config

from rhetoric._read import read_documents
from rhetoric._write import write_table
from rhetoric.archive import Archive
from rhetoric.classify import statements
from rhetoric.cli import main

LINE = "We will never beg for talks with anybody."
ROWS = [
    {"id": "a", "date": "2020-03-01", "source": "KCNA", "text": f"{LINE} Glory to the heroes!"},
    {"id": "b", "date": "2021-06-11", "source": "KCNA", "text": "The harvest was good."},
]


class Result(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def rhetoric(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit, match=r"^\d$") as caught:
            main(list(arguments))
        return Result(caught.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def archive(rhetoric, tmp_path):
    """An archive in the current folder, made by the library."""
    return Archive.build(pd.DataFrame(ROWS), tmp_path / "a.archive")


def lines(name, rows, folder):
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def records(result):
    assert result.status == 0
    return [json.loads(line) for line in result.out.splitlines()]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_build_reads_files_and_says_what_it_made(rhetoric, tmp_path, suffix):
    write_table([pd.DataFrame(ROWS)], tmp_path / f"in{suffix}")
    result = rhetoric("archive", "build", f"in{suffix}", "-o", "made")
    assert result == (0, "", "made: 2 documents, 2020-03-01 to 2021-06-11\n")
    assert Archive.open(tmp_path / "made").documents()["id"].tolist() == ["a", "b"]


def test_build_reads_standard_input_and_takes_n(rhetoric, tmp_path):
    assert rhetoric("archive", "build", "-", "-o", "made", "--n", "5", stdin=json.dumps(ROWS[0]).encode()).status == 0
    assert Archive.open(tmp_path / "made").n == 5


def test_dates_in_parquet_may_be_times(rhetoric, tmp_path):
    frame = pd.DataFrame(ROWS).assign(date=pd.to_datetime(["2020-03-01 10:00", "2021-06-11 00:00"]))
    frame.to_parquet(tmp_path / "in.parquet")
    assert rhetoric("archive", "build", "in.parquet", "-o", "made").err.endswith("2020-03-01 to 2021-06-11\n")


def test_bad_rows_are_refused_or_skipped_as_told(rhetoric, tmp_path):
    name = lines("in.jsonl", [*ROWS, {"id": "c", "date": "June", "text": "Text."}], tmp_path)
    result = rhetoric("archive", "build", name, "-o", "made")
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert "1 missing or unreadable dates ('June' in row 2); mend these rows" in result.err
    assert not (tmp_path / "made").exists()
    result = rhetoric("archive", "build", name, "-o", "made", "--invalid", "skip")
    assert result.err == (
        "1 of 3 documents left out: 1 missing or unreadable dates ('June' in row 2).\n"
        "made: 2 documents, 2020-03-01 to 2021-06-11\n"
    )


def test_add_and_merge_say_what_there_is_now(rhetoric, archive, tmp_path):
    name = lines("new.jsonl", [{"date": "2022-01-01", "text": "Text."}], tmp_path)
    assert rhetoric("archive", "add", "a.archive", name).err == "a.archive: 3 documents, 2020-03-01 to 2022-01-01\n"
    rhetoric("archive", "build", lines("b.jsonl", [{**ROWS[0], "id": "z"}], tmp_path), "-o", "b")
    result = rhetoric("archive", "merge", "a.archive", "b", "-o", "both")
    assert result == (0, "", "both: 4 documents, 2020-03-01 to 2022-01-01\n")


def test_info_is_for_people_or_json(rhetoric, archive):
    assert "documents    2\n" in rhetoric("archive", "info", "a.archive").out
    assert "first date   2020-03-01\n" in rhetoric("archive", "info", "a.archive").out
    (told,) = records(rhetoric("archive", "info", "a.archive", "--json"))
    assert (told["documents"], told["first_date"], told["sources"]) == (2, "2020-03-01", {"KCNA": 2})


def test_verify_says_whole_or_names_the_file(rhetoric, archive, tmp_path):
    assert rhetoric("archive", "verify", "a.archive") == (0, "", "a.archive: whole\n")
    path = next(tmp_path.glob("a.archive/segment-*/text_bytes"))
    path.write_bytes(path.read_bytes()[::-1])
    result = rhetoric("archive", "verify", "a.archive")
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert "text_bytes: its checksum does not match; the archive is damaged, restore it" in result.err


def test_trace_prints_json_with_iso_dates(rhetoric, archive, tmp_path):
    name = lines("new.jsonl", [{"id": "x", "date": "2021-01-01", "text": LINE}], tmp_path)
    (told,) = records(rhetoric("trace", name, "--archive", "a.archive"))
    sentence = told["trace"]["sentences"][0]
    assert (told["id"], told["date"], sentence["verdict"]) == ("x", "2021-01-01", "verbatim")
    assert sentence["precedent"]["document"]["date"] == told["trace"]["writable_since"] == "2020-03-01"


@pytest.mark.parametrize(("date", "verdict"), [("2020-03-01", "new"), ("2020-03-02", "verbatim")])
def test_trace_takes_a_date_for_statements_without_one(rhetoric, archive, tmp_path, date, verdict):
    (tmp_path / "new.txt").write_text(LINE)
    (told,) = records(rhetoric("trace", "new.txt", "-a", "a.archive", "--date", date))
    assert (told["date"], told["trace"]["sentences"][0]["verdict"]) == (date, verdict)


def test_trace_prefers_the_date_in_the_file(rhetoric, archive, tmp_path):
    name = lines("new.jsonl", [{"date": "2020-03-01", "text": LINE}], tmp_path)
    (told,) = records(rhetoric("trace", name, "-a", "a.archive", "--date", "2025-01-01"))
    assert told["trace"]["before"] == "2020-03-01"


def test_trace_as_text_shows_date_and_wording(rhetoric, archive, tmp_path):
    (tmp_path / "new.txt").write_text(LINE.replace("never", "not"))
    result = rhetoric("trace", "new.txt", "-a", "a.archive", "--format", "table")
    assert result.status == 0
    assert "2020-03-01" in result.out
    assert "never" in result.out


def test_trace_without_an_archive_takes_the_example_and_says_so(rhetoric, tmp_path):
    (tmp_path / "new.txt").write_text(LINE)
    result = rhetoric("trace", "new.txt")
    assert len(records(result)) == 1
    assert result.err.startswith("no archive given: the example archive that ships is used, statements written")


def test_trace_writes_lines_to_a_file(rhetoric, archive, tmp_path):
    name = lines("new.jsonl", [{"text": LINE}, {"text": " ", "id": "empty"}, {"text": "Glory!"}], tmp_path)
    result = rhetoric("trace", name, "-a", "a.archive", "-o", "out.jsonl")
    assert result == (0, "", "empty: blank, left out\nout.jsonl: 2 statements\n")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2


def test_classify_with_an_archive_adds_verdicts_with_iso_dates(rhetoric, archive, tmp_path):
    name = lines("new.jsonl", [{"date": "2021-01-01", "text": f"{LINE} Shame!"}, {"text": " "}], tmp_path)
    rows = records(rhetoric("classify", name, "--archive", "a.archive"))
    assert [row["verdict"] for row in rows] == ["verbatim", "new", None]
    assert [row["precedent_date"] for row in rows] == ["2020-03-01", None, None]
    assert [row["date"] for row in rows] == ["2021-01-01", "2021-01-01", None]


def test_dates_that_parquet_holds_as_dates_are_printed_in_iso_form(rhetoric, archive, tmp_path):
    pd.DataFrame({"text": [LINE], "date": [datetime.date(2021, 1, 1)]}).to_parquet(tmp_path / "new.parquet")
    (row,) = records(rhetoric("classify", "new.parquet"))
    assert row["date"] == "2021-01-01"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_classify_writes_verdicts_to_files(rhetoric, archive, tmp_path, suffix):
    name = lines("new.jsonl", [{"text": f"{LINE} Shame!"}], tmp_path)
    assert rhetoric("classify", name, "-a", "a.archive", "-o", f"out{suffix}").err == f"out{suffix}: 2 rows\n"
    (table,) = read_documents([str(tmp_path / f"out{suffix}")])
    assert str(table["precedent_date"][0]) == "2020-03-01"
    assert pd.isna(table["precedent_date"][1])


def test_statements_in_parallel_give_the_same(archive):
    frame = pd.DataFrame({"text": [LINE] * 4, "date": [f"202{at}-01-01" for at in range(4)]})
    with parallel_config(backend="threading"):
        one, two = (statements(frame, archive=archive, n_jobs=jobs) for jobs in (1, 2))
    assert one.equals(two)
    assert pickle.loads(pickle.dumps(archive)).trace(LINE).to_dict() == archive.trace(LINE).to_dict()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("archive build nothing.csv -o made", "nothing.csv: no such file or folder"),
        ("archive build good.jsonl", "Missing option '--output'"),
        ("archive build good.jsonl -o made --n 2", "n must be a whole number from 3 to 16, got 2"),
        ("archive build good.jsonl -o made --n x", "'x' is not a valid integer"),
        ("archive build text.txt -o made", "documents must have a column 'date', got 'id, title, text'"),
        ("archive build good.jsonl -o good.jsonl", "good.jsonl: cannot hold an archive (File exists)"),
        ("archive build good.jsonl -o .", "must be an archive or empty, got 'a.archive'"),
        ("archive add nothing good.jsonl", "nothing: no archive here (no manifest.json); build one"),
        ("archive add a.archive good.jsonl", "1 repeated ids ('a' in row 0)"),
        ("archive merge a.archive a.archive -o made", "ids must not be in two archives, got 2 such as 'a'"),
        ("archive merge a.archive nothing -o made", "nothing: no archive here"),
        ("archive info nothing", "nothing: no archive here"),
        ("archive verify text.txt", "manifest.json: cannot be read (Not a directory)"),
        ("trace good.jsonl -a nothing", "nothing: no archive here"),
        ("trace text.txt -a a.archive --date June", "date must be a date such as '2021-05-02', got 'June'"),
        ("trace text.txt -a a.archive -o out.csv", "--output must end in .jsonl, got 'out.csv'"),
        ("trace text.txt -a a.archive -o out.jsonl --format table", "--format is for printing, got table"),
        ("trace nothing.txt -a a.archive", "nothing.txt: no such file or folder"),
        ("trace -a a.archive", "Missing argument 'PATH...'"),
        ("classify text.txt -a nothing", "nothing: no archive here"),
        (
            "classify undated.jsonl -a a.archive",
            "frame['date'] in row 0 must be a date such as '2021-05-02', got 'June'",
        ),
    ],
)
def test_wrong_calls_are_one_line_and_status_2(rhetoric, archive, tmp_path, call, said):
    lines("good.jsonl", ROWS[:1], tmp_path)
    lines("undated.jsonl", [{"text": LINE, "date": "June"}], tmp_path)
    (tmp_path / "text.txt").write_text(LINE)
    result = rhetoric(*call.split())
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err
    assert not (tmp_path / "made").exists()


def test_a_bare_command_shows_help(rhetoric):
    result = rhetoric("archive")
    assert "rhetoric archive build statements.parquet -o kcna.archive" in result.out + result.err
