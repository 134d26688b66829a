"""The command line as a user meets it: what it prints, where, and with which status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from rhetoric import __version__
from rhetoric.classify import shipped_model_path, statement
from rhetoric.cli import main

TEXT = "The hostile policy must end. On 4 May the army fired three missiles from Wonsan."
COLUMNS = ["row", "sentence", "start", "end", "text", "n_words", "label", "p_substantive"]
NOUNS = ["army", "fleet", "ministry", "people", "nation", "party", "enemy", "leader", "council", "youth"]
CITIES = ["Geneva", "Wonsan", "Hanoi", "Vienna", "Beijing", "Seoul"]


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
        try:
            main(list(arguments))
        except SystemExit as exit_:
            return Result(exit_.code, *capsys.readouterr())

    return run


def write(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def process(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "rhetoric", *arguments], capture_output=True, check=False, **options)


def records(result):
    assert result.status == 0
    return [json.loads(line) for line in result.out.splitlines()]


def labelled(n=10):
    formulaic = [f"The heroic {noun} will crush all {noun} traitors with merciless wrath." for noun in NOUNS[:n]]
    substantive = [
        f"On {day} May the {noun} moved {day * 37} soldiers to {CITIES[day % 6]}." for day, noun in enumerate(NOUNS[:n])
    ]
    return pd.DataFrame({"text": formulaic + substantive, "label": ["formulaic"] * n + ["substantive"] * n})


def make_three(folder, suffix):
    frame = pd.DataFrame({"id": ["a", "b", "c"], "text": [TEXT, "Glory to the heroes!", TEXT]})
    name = f"three{suffix}"
    if suffix == ".csv":
        frame.to_csv(folder / name, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(folder / name)
    else:
        frame.to_json(folder / name, orient="records", lines=True)
    return name


def test_text_file_gives_json_lines_into_a_pipe(rhetoric, tmp_path):
    result = rhetoric("classify", write(tmp_path, "a.txt", TEXT))
    rows = records(result)
    assert [row["label"] for row in rows] == ["formulaic", "substantive"]
    assert [TEXT[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert list(rows[0]) == ["row", "id", "title", *COLUMNS[1:]]
    assert result.err == ""


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_tables_keep_the_id_of_each_statement(rhetoric, tmp_path, suffix):
    rows = records(rhetoric("classify", make_three(tmp_path, suffix)))
    assert [(row["row"], row["id"], row["sentence"]) for row in rows] == [
        (0, "a", 1), (0, "a", 2), (1, "b", 1), (2, "c", 1), (2, "c", 2),
    ]  # fmt: skip


def test_folder_is_read_in_order_and_rows_run_on(rhetoric, tmp_path):
    (tmp_path / "in").mkdir()
    write(tmp_path, "in/b.txt", "Glory!")
    write(tmp_path, "in/a.txt", TEXT)
    make_three(tmp_path / "in", ".jsonl")
    rows = records(rhetoric("classify", "in"))
    assert [row["row"] for row in rows] == [0, 0, 1, 2, 2, 3, 4, 4]
    assert [row["id"] for row in rows] == ["a.txt", "a.txt", "b.txt", "a", "a", "b", "c", "c"]


def test_row_numbers_run_on_over_chunks(rhetoric, tmp_path):
    lines = "".join(json.dumps({"text": f"It met on {day % 28 + 1} May."}) + "\n" for day in range(2300))
    rows = records(rhetoric("classify", write(tmp_path, "many.jsonl", lines)))
    assert [row["row"] for row in rows] == list(range(2300))


def test_standard_input_is_a_statement_or_json_lines(rhetoric):
    assert len(records(rhetoric("classify", "-", stdin=TEXT.encode()))) == 2
    lines = json.dumps({"id": "x", "text": TEXT}).encode()
    assert {row["id"] for row in records(rhetoric("classify", "-", stdin=lines))} == {"x"}


def test_text_option_gives_what_the_library_gives(rhetoric):
    rows = records(rhetoric("classify", "--text", TEXT))
    sentences = statement(TEXT).sentences
    assert [row["text"] for row in rows] == [s.text for s in sentences]
    assert [row["p_substantive"] for row in rows] == pytest.approx([s.p_substantive for s in sentences], abs=1e-9)


def test_abstain_says_uncertain(rhetoric):
    rows = records(rhetoric("classify", "--text", TEXT, "--abstain", "0.999999"))
    assert {row["label"] for row in rows} == {"uncertain"}


def test_table_is_for_people(rhetoric, tmp_path):
    result = rhetoric("classify", make_three(tmp_path, ".csv"), "--format", "table")
    assert result.status == 0
    assert result.out.count("words can be skipped") == 3
    assert "● substantive p=" in result.out
    assert "\x1b" not in result.out


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_output_has_one_row_a_sentence_and_says_so(rhetoric, tmp_path, suffix):
    result = rhetoric("classify", make_three(tmp_path, ".csv"), "-o", f"out{suffix}")
    assert (result.status, result.out, result.err) == (0, "", f"out{suffix}: 5 rows\n")
    readers = {".csv": pd.read_csv, ".jsonl": lambda path: pd.read_json(path, lines=True), ".parquet": pd.read_parquet}
    table = readers[suffix](tmp_path / f"out{suffix}")
    assert table.columns.tolist() == ["row", "id", *COLUMNS[1:]]
    assert table["row"].tolist() == [0, 0, 1, 2, 2]
    assert names(tmp_path) == sorted(["three.csv", f"out{suffix}"])


def test_processes_do_not_change_the_answer(rhetoric, tmp_path):
    name = make_three(tmp_path, ".csv")
    assert rhetoric("classify", name, "--jobs", "2") == rhetoric("classify", name)


def test_blank_statements_among_others_are_counted_and_named(rhetoric, tmp_path):
    name = write(tmp_path, "a.csv", 'id,text\na,Glory!\nb," "\nc,It met on 4 May.\n')
    result = rhetoric("classify", name)
    assert [row["label"] for row in records(result)][1] is None
    assert result.err == "1 of 3 statements are blank and have no label (rows 1).\n"
    assert "b: blank, no sentence to label" in rhetoric("classify", name, "--format", "table").out


def test_escapes_in_an_id_never_reach_the_terminal(rhetoric, tmp_path):
    lines = "".join(json.dumps({"id": "\x1b[2J", "text": text}) + "\n" for text in (" ", "Glory\x1b[2J!"))
    result = rhetoric("classify", write(tmp_path, "a.jsonl", lines), "--format", "table")
    assert result.out.count("<U+001B>[2J") == 3
    assert "\x1b" not in result.out


def test_hostile_but_valid_texts_are_handled(rhetoric, tmp_path):
    for text in (
        "The talks \u202eopen\u202c on 4 May.",
        "\uc870\uc120. \ud68c\ub2f4\uc740 5\uc6d4 4\uc77c\uc5d0 \uc5f4\ub9b0\ub2e4.",
    ):
        name = write(tmp_path, "a.txt", text)
        assert " ".join(row["text"] for row in records(rhetoric("classify", name))) == text
        assert rhetoric("classify", name, "--format", "table").status == 0
    assert "<U+202E>" in rhetoric("classify", "--text", "a \u202eb", "--format", "table").out


def test_a_line_of_five_megabytes_is_one_sentence(rhetoric, tmp_path):
    rows = records(rhetoric("classify", write(tmp_path, "big.txt", "word " * 1_000_000)))
    assert [row["n_words"] for row in rows] == [1_000_000]


def test_a_line_of_marks_has_no_word_to_read(rhetoric):
    result = rhetoric("classify", "--text", "***", "--format", "table")
    assert result.status == 0
    assert result.out.startswith("There is no word to read.")


def test_own_model_can_be_trained_used_and_measured(rhetoric, tmp_path):
    labelled().to_csv(tmp_path / "labels.csv", index=False)
    result = rhetoric("train", "labels.csv", "-o", "models/mine.npz", "--without-seed", "--folds", "2")
    assert (result.status, result.err) == (0, "models/mine.npz: 20 sentences, 0 of them from the seed\n")
    assert "macro-F1" in result.out
    assert names(tmp_path / "models") == ["mine.md", "mine.npz"]
    assert len(records(rhetoric("classify", "--text", TEXT, "-m", "models/mine.npz"))) == 2
    assert rhetoric("evaluate", "labels.csv", "-m", "models/mine.npz", "--min-macro-f1", "0.9").status == 0


def test_evaluation_below_the_threshold_exits_with_1(rhetoric, tmp_path):
    frame = labelled()
    frame.assign(label=frame["label"].to_numpy()[::-1]).to_csv(tmp_path / "wrong.csv", index=False)
    result = rhetoric("evaluate", "wrong.csv", "--min-macro-f1", "0.8")
    assert result.status == 1
    assert result.err.startswith("macro-F1 is 0.")
    assert result.err.endswith("below the 0.8 that you set.\n")


def test_evaluation_above_the_threshold_exits_with_0_and_writes_json(rhetoric, tmp_path):
    labelled().assign(source="KCNA").to_csv(tmp_path / "right.csv", index=False)
    result = rhetoric("evaluate", "right.csv", "--min-macro-f1", "0.5", "--by", "source", "-o", "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert (result.status, result.err) == (0, "")
    assert figures["macro_f1"] >= 0.5
    assert f"{figures['macro_f1']:.3f}" in result.out
    assert names(tmp_path) == ["figures.json", "right.csv"]


def test_version_and_help_come_without_a_statement(rhetoric):
    assert rhetoric("--version").out == f"rhetoric {__version__}\n"
    for command in ("classify", "train", "evaluate"):
        assert f"  rhetoric {command} " in rhetoric("--help").out
        assert f"  rhetoric {command}" in rhetoric(command, "--help").out
    assert "Exit status: 0 done, 1" in rhetoric("--help").out


def test_bare_command_gives_help(rhetoric):
    result = rhetoric()
    assert "rhetoric classify statement.txt" in result.out
    assert "Traceback" not in result.err


INPUTS = {
    "empty.txt": "",
    "blank.txt": " \n\t\n",
    "latin.txt": b"caf\xe9",
    "nul.txt": "a\0b",
    "nul.csv": "text,label\na\0b,formulaic\n",
    "body.csv": "body,label\na,formulaic\n",
    "numbers.csv": "text,label\n1,formulaic\n2,substantive\n",
    "number.jsonl": '{"text": 1, "label": "formulaic"}\n',
    "third.csv": "text,label\nIt met.,substantive\nGlory!,maybe\n",
    "one.csv": "text,label\n" + "".join(f"Glory to the {noun}!,formulaic\n" for noun in NOUNS),
    "good.csv": "text,label\nIt met on 4 May.,substantive\nGlory!,formulaic\n",
    "half.jsonl": '{"text": "a \\ud800 b"}\n',
    "foreign.npz": "hello",
    "good.txt": TEXT,
    "word.docx": "a",
}
NEW = ("-o", "new.npz", "--without-seed")
BAD = [
    # what the files hold
    (("classify", "empty.txt"), "empty.txt: input must hold a statement, got an empty file; check"),
    (("classify", "blank.txt"), "blank.txt: input must hold a statement, got white space only; check"),
    (("classify", "latin.txt"), "latin.txt: encoding must be UTF-8, got byte 0xe9 at offset 3, line 1; convert"),
    (("classify", "nul.txt"), "nul.txt: text must not hold NUL bytes, got one in line 1; is"),
    (("classify", "nul.csv"), "nul.csv: text must not hold NUL bytes, got one in line 2; is"),
    (("classify", "body.csv"), "body.csv: columns must include 'text', got ['body', 'label']; rename"),
    (("classify", "numbers.csv"), "numbers.csv: text must be a column of words, got numbers such as '1'; name"),
    (("classify", "number.jsonl"), "number.jsonl:1: text must be a string, got 1; quote"),
    (("classify", "half.jsonl"), "half.jsonl:1: text must be valid Unicode, got half a pair, \\ud800; write"),
    (("classify", "good.txt", "empty.txt"), "empty.txt: input must hold a statement"),
    # paths
    (("classify", "missing.txt"), "missing.txt: no such file or folder; check"),
    (("classify", "loop.txt"), "loop.txt: cannot be read (Too many levels of symbolic links); check"),
    (("classify", "word.docx"), "word.docx: suffix must be one of .txt, .jsonl"),
    (("classify", "nothing"), "nothing: folder must hold statements, got none of .txt, .jsonl"),
    (("classify", "-"), "standard input: input must hold a statement, got an empty"),
    # models
    (("classify", "good.txt", "-m", "foreign.npz"), "foreign.npz: not a rhetoric model, or damaged"),
    (("classify", "good.txt", "-m", "other.npz"), "other.npz: not a rhetoric model, or damaged"),
    (("classify", "good.txt", "-m", "cut.npz"), "cut.npz: not a rhetoric model, or damaged"),
    (("classify", "good.txt", "-m", "missing.npz"), "missing.npz: No such file or directory; check the path"),
    (("classify", "good.txt", "-m", "nothing"), "nothing: Is a directory; check the path"),
    (("evaluate", "good.csv", "-m", "cut.npz"), "cut.npz: not a rhetoric model, or damaged"),
    # labels
    (("train", "third.csv", *NEW), "third.csv: label must be 'formulaic' or 'substantive', got 'maybe' in row 1; map"),
    (("train", "one.csv", *NEW), "one.csv: frame must hold both labels, got ['formulaic'] only; label"),
    (("train", "numbers.csv", *NEW), "numbers.csv: text must be a column of words, got numbers such as '1'"),
    (("train", "body.csv", *NEW), "body.csv: columns must include 'text', got ['body', 'label']; rename"),
    (("train", "nothing", *NEW), "nothing: path must be a file, got a folder; name"),
    (("train", "missing.csv", *NEW), "missing.csv: no such file or folder; check"),
    (("evaluate", "third.csv", "-o", "new.json"), "third.csv: frame['label'] must be 'formulaic' or"),
    (("evaluate", "good.csv", "--by", "mood", "-o", "new.json"), "good.csv: frame must have one column 'mood', got"),
    # outputs
    (("classify", "good.txt", "-o", "new.txt"), "new.txt: suffix must be one of .jsonl, .ndjson, .csv"),
    (("classify", "good.txt", "-o", "no/new.csv"), "no/new.csv: folder must exist, got no; create"),
    (("classify", "good.txt", "-o", "nothing"), "nothing: suffix must be one of"),
    (("evaluate", "good.csv", "-o", "no/new.json"), "no/new.json: folder must exist, got no; create"),
    # options
    (("classify",), "give one or more PATHs or --text"),
    (("classify", "good.txt", "--text", "a"), "give one or more PATHs or --text"),
    (("classify", "--text", " "), "--text must hold a visible character, got ' '; give"),
    (("classify", "--text", "a \udcff"), "--text must be valid Unicode, got 'a \\udcff'; set"),
    (("classify", "good.txt", "-o", "new.csv", "--format", "table"), "--format is for printing, got table beside"),
    (("classify", "good.txt", "--abstain", "85"), "must be from 0 to 1, got 85; divide a percentage by 100"),
    (("classify", "good.txt", "--abstain", "0.3"), "abstain must be in (0.5, 1), got 0.3"),
    (("classify", "good.txt", "--jobs", "0"), "n_jobs must be 1 or more, or negative"),
    (("evaluate", "good.csv", "--min-macro-f1", "80"), "must be from 0 to 1, got 80; divide a percentage by 100"),
    (("train", "good.csv"), "--output must name the model file to write"),
    (("train", "good.csv", "-o", "new.bin"), "--output must end in .npz, got 'new.bin'"),
    (("train", "--without-seed"), "--without-seed needs LABELS"),
    (("clasify", "good.txt"), "No such command 'clasify'"),
    (("classify", "good.txt", "--colour"), "No such option"),
]  # fmt: skip


@pytest.fixture
def inputs(tmp_path):
    """Make a folder of inputs, bad ones among them."""
    for name, content in INPUTS.items():
        write(tmp_path, name, content)
    raw = shipped_model_path().read_bytes()
    write(tmp_path, "cut.npz", raw[: len(raw) // 2])
    np.savez(tmp_path / "other.npz", a=np.arange(3))
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "nothing").mkdir()
    return tmp_path


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(map(ascii, case)) for case, _ in BAD])
def test_bad_input_is_one_line_with_status_2_and_leaves_nothing(rhetoric, inputs, arguments, message):
    before = names(inputs)
    result = rhetoric(*arguments)
    assert result.status == 2
    assert result.err.startswith("rhetoric: ")
    assert message in result.err
    assert result.err.count("\n") == 1
    assert result.err.endswith("\n")
    assert names(inputs) == before


@pytest.mark.parametrize(("arguments", "message"), [case for case in BAD if case[0][0] == "classify"][:8])
def test_bad_input_leaves_an_earlier_output_as_it_was(rhetoric, inputs, arguments, message):
    write(inputs, "out.csv", "kept")
    assert message in rhetoric("classify", "good.txt", *arguments[1:], "-o", "out.csv").err
    assert (inputs / "out.csv").read_text() == "kept"
    assert not [name for name in names(inputs) if name.startswith(".")]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_unreadable_file_is_named(rhetoric, inputs):
    (inputs / "good.txt").chmod(0)
    assert "good.txt: cannot be read (Permission denied); check" in rhetoric("classify", "good.txt").err


def test_sentences_of_one_label_can_be_measured(rhetoric, inputs):
    result = rhetoric("evaluate", "one.csv")
    assert result.status == 0
    assert "10 formulaic and 0 substantive" in result.out


def test_module_runs_as_a_program(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    done = process("classify", str(path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["sentence"] for line in done.stdout.splitlines()] == [1, 2]


def test_program_shows_no_traceback(tmp_path):
    done = process("classify", "missing.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.splitlines() == [b"rhetoric: missing.txt: no such file or folder; check the path."]


def test_reader_who_has_seen_enough_ends_the_program_quietly(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text((json.dumps({"text": TEXT}) + "\n") * 5000, encoding="utf-8")
    command = [sys.executable, "-m", "rhetoric", "classify", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
