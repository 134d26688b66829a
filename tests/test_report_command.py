"""The command ``rhetoric report``."""

import json
import sys
from pathlib import Path

import pytest

from rhetoric.archive import Archive
from rhetoric.cli import main

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

LINES = [
    {"text": "Glory to our cause! On 4 May two ships left Wonsan.", "date": "2021-05-05", "id": "a"},
    {"text": "Glory to our cause! The army is ready.", "date": "2021-06-05", "id": "b"},
]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder and return status, page and messages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(LINES[0]["text"])
    (tmp_path / "b.txt").write_text(LINES[1]["text"])
    (tmp_path / "both.jsonl").write_text("\n".join(map(json.dumps, LINES)))

    def call(*arguments):
        with pytest.raises(SystemExit, match=r"^\d$") as left:
            main(["report", *map(str, arguments)])
        page = tmp_path / "page.html"
        return left.value.code, page.read_text(encoding="utf-8") if page.exists() else None, capsys.readouterr().err

    return call


def test_one_statement_makes_its_page(run):
    status, page, told = run("a.txt", "-o", "page.html")
    assert (status, told[:11]) == (0, "page.html: ")
    assert "What changed or is missing shows only against an archive" in page


def test_archive_adds_where_the_wording_comes_from(run):
    status, page, _ = run(EXAMPLES / "traced.jsonl", "--archive", Archive.example().path, "-o", "page.html")
    assert status == 0
    assert "Not in this statement" in page


def test_date_decides_what_is_earlier(run):
    archive = Archive.example().path
    _, late, _ = run("a.txt", "-a", archive, "--date", "2024-01-01", "-o", "page.html")
    _, early, _ = run("a.txt", "-a", archive, "--date", "2001-01-01", "-o", "page.html")
    assert "in an archive that begins 2009-02-15" in late
    assert "in an archive that begins later" in early


def test_several_statements_make_the_page_of_a_corpus(run):
    status, page, _ = run("both.jsonl", "-o", "page.html")
    assert status == 0
    assert "2 statements, 2021-05-05 to 2021-06-05" in page


def test_two_statements_are_compared(run):
    status, page, _ = run("--compare", "a.txt", "b.txt", "-o", "page.html")
    assert status == 0
    assert "What changed between two statements" in page


def test_comparing_takes_two_statements(run):
    status, page, told = run("--compare", "a.txt", "-o", "page.html")
    assert (status, page) == (2, None)
    assert "--compare needs two statements, got 1" in told


def test_output_must_be_a_page(run):
    status, page, told = run("a.txt", "-o", "page.pdf")
    assert (status, page) == (2, None)
    assert "--output must end in .html, got 'page.pdf'" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.txt", "-o", "page.html"], "missing.txt"),
        (["a.txt", "-o", "no/page.html"], "folder must exist"),
        (["a.txt", "-a", "no.archive", "-o", "page.html"], "no.archive"),
        (["a.txt", "-a", str(Archive.example().path), "--date", "soon", "-o", "page.html"], "soon"),
    ],
)
def test_wrong_calls_end_in_one_line(run, arguments, message):
    status, page, told = run(*arguments)
    assert (status, page) == (2, None)
    assert message in told
    assert told.count("\n") == 1


def test_blank_statements_are_left_out_and_counted(run, tmp_path):
    (tmp_path / "mixed.jsonl").write_text("\n".join(map(json.dumps, [*LINES, {"text": " "}])))
    status, page, told = run("mixed.jsonl", "-o", "page.html")
    assert status == 0
    assert "1 of 3 statements are blank and left out" in told
    assert "2 statements" in page


def test_blank_statements_alone_are_refused(run, tmp_path):
    (tmp_path / "blank.jsonl").write_text('{"text": " "}')
    status, _, told = run("blank.jsonl", "-o", "page.html")
    assert status == 2
    assert "blank.jsonl: must hold a statement, got blank ones only" in told


def test_missing_chart_library_ends_in_one_line(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    status, page, told = run("both.jsonl", "-o", "page.html")
    assert (status, page) == (2, None)
    assert "pip install 'rhetoric[plots]'" in told
    assert told.count("\n") == 1
