"""The command line as a user calls it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from rhetoric.cli import main

LABELS = "".join(
    f"{text},{label}\n"
    for text, label in [
        ("text", "label"),
        ("The army fired 12 shells.", "substantive"),
        ("Talks open on 4 May.", "substantive"),
        ("The bank lent 3 million won to farms.", "substantive"),
        ("Victory is ours!", "formulaic"),
        ("Glory to the heroes!", "formulaic"),
        ("We will surely win.", "formulaic"),
    ]
)


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Return a function that runs the command line in an empty folder: status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        with pytest.raises(SystemExit, match=r"^\d$") as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stopped.value.code, captured.out, captured.err

    return call


@pytest.fixture
def statement_file(tmp_path):
    (tmp_path / "a.txt").write_text("Glory! On 4 May the army fired two missiles.")
    return "a.txt"


def fails(result, *parts):
    status, output, errors = result
    assert (status, output) == (2, "")
    assert errors.startswith("rhetoric: ")
    assert errors.count("\n") == 1
    for part in parts:
        assert part in errors


def test_json_lines_go_into_a_pipe(run, statement_file):
    status, output, _ = run("classify", statement_file)
    rows = [json.loads(line) for line in output.splitlines()]
    assert status == 0
    assert [(row["sentence"], row["label"]) for row in rows] == [(1, "formulaic"), (2, "substantive")]


def test_a_table_for_people_shows_marks_cues_and_share(run, statement_file):
    _, output, _ = run("classify", statement_file, "--format", "table")
    assert "· formulaic" in output
    assert "● substantive" in output
    assert "can be skipped" in output


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet"])
def test_output_is_written_by_suffix(run, statement_file, tmp_path, name):
    readers = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": lambda path: pd.read_json(path, lines=True)}
    assert run("classify", statement_file, "-o", name)[0] == 0
    table = readers[name.partition(".")[2]](tmp_path / name)
    assert table["label"].tolist() == ["formulaic", "substantive"]


def test_folders_and_text_are_read(run, statement_file):
    assert run("classify", ".")[1].count("\n") == 2
    assert '"label":"formulaic"' in run("classify", "--text", "They will pay a dear price.")[1]


def test_rows_are_numbered_through_and_blank_ones_named(run, tmp_path):
    lines = [json.dumps({"text": text}) for text in ["Go!"] * 1001 + ["  ", "On 4 May it left."]]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    _, output, errors = run("classify", "many.jsonl")
    rows = [json.loads(line) for line in output.splitlines()]
    assert [row["row"] for row in rows] == list(range(1003))
    assert "1 of 1003 statements are blank" in errors


def test_train_evaluate_and_classify_with_a_model_of_ones_own(run, statement_file, tmp_path):
    (tmp_path / "labels.csv").write_text(LABELS)
    status, output, _ = run("train", "labels.csv", "-o", "models/mine.npz", "--without-seed", "--folds", "3")
    assert status == 0
    assert "macro-F1" in output
    assert (tmp_path / "models" / "mine.md").exists()
    assert run("evaluate", "labels.csv", "-m", "models/mine.npz", "-o", "figures.json")[0] == 0
    assert json.loads((tmp_path / "figures.json").read_text())["n_samples"] == 6
    assert run("classify", statement_file, "-m", "models/mine.npz")[0] == 0


def test_a_missed_threshold_is_status_1(run, tmp_path):
    (tmp_path / "wrong.csv").write_text("text,label\nGlory!,substantive\nOn 4 May it fired 3 missiles.,formulaic\n")
    status, _, errors = run("evaluate", "wrong.csv", "--min-macro-f1", "0.8")
    assert status == 1
    assert "below the 0.8 that you set" in errors


def test_version_and_help(run):
    assert run("--version")[1].startswith("rhetoric 0.")
    assert "rhetoric classify statement.txt" in run("--help")[1]
    assert "rhetoric train labels.csv" in run("train", "--help")[1]


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("a.txt", b"", ["a.txt", "empty file"]),
        ("a.txt", b" \n\t", ["a.txt", "white space only"]),
        ("a.txt", b"ab\xe9cd", ["a.txt", "0xe9", "iconv"]),
        ("a.txt", b"a\x00b", ["a.txt", "NUL"]),
        ("a.csv", b"a,b\n1,2\n", ["a.csv", "'text'", "['a', 'b']"]),
        ("a.csv", b"text\n1\n2\n", ["a.csv", "numbers"]),
        ("a.jsonl", b'{"text": ', ["a.jsonl:1"]),
        ("a.parquet", b"PAR1 no", ["a.parquet"]),
        ("a.docx", b"x", ["a.docx", ".docx"]),
    ],
)
def test_bad_input_is_one_clear_line(run, tmp_path, name, content, parts):
    (tmp_path / name).write_bytes(content)
    fails(run("classify", name, "-o", "out.csv"), *parts)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("labels", "parts"),
    [
        ("text,label\nGo on.,maybe\nYes.,formulaic\n", ["labels.csv", "'maybe'", "row 0"]),
        ("text,label\nGo on.,formulaic\nYes.,formulaic\n", ["labels.csv", "both labels"]),
        ("text\nGo on.\n", ["labels.csv", "'label'"]),
    ],
)
def test_bad_labels_are_one_clear_line(run, tmp_path, labels, parts):
    (tmp_path / "labels.csv").write_text(labels)
    fails(run("train", "labels.csv", "-o", "mine.npz"), *parts)
    assert [path.name for path in tmp_path.iterdir()] == ["labels.csv"]


def test_bad_calls_are_one_clear_line(run, statement_file, tmp_path):
    (tmp_path / "foreign.npz").write_text("no model")
    (tmp_path / "empty").mkdir()
    fails(run("classify"), "PATH")
    fails(run("classify", "none.txt"), "none.txt", "no such file")
    fails(run("classify", "empty"), "empty", ".parquet")
    fails(run("classify", "--text", " "), "--text")
    fails(run("classify", statement_file, "-m", "foreign.npz"), "foreign.npz", "not a rhetoric model")
    fails(run("classify", statement_file, "-m", "none.npz"), "none.npz")
    fails(run("classify", statement_file, "-o", "out.doc"), "out.doc", "suffix")
    fails(run("classify", statement_file, "--abstain", "85"), "85", "percentage")
    fails(run("evaluate", "none.csv", "--min-macro-f1", "80"), "80", "percentage")
    fails(run("train", "--without-seed"), "LABELS")
    fails(run("train", "labels.csv"), "--output")
    fails(run("unknown"), "unknown")
