"""``rhetoric annotate`` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from rhetoric._annotate_command import FORMATS, annotate
from rhetoric.annotate import EXPLORE, N, label_studio_config
from rhetoric.cli import main

SUFFIX = {"label-studio": ".json", "prodigy": ".jsonl", "doccano": ".jsonl"}
NOUNS = ["army", "fleet", "ministry", "people", "nation", "party", "council", "youth"]
CITIES = ["Geneva", "Wonsan", "Hanoi", "Vienna", "Beijing", "Seoul", "Pyongyang", "Moscow"]
STATEMENTS = [
    f"The {noun} of {city} fired {day * 37} shells on {day} May. Glory to the invincible {noun}! "
    f"No force can ever stop the {noun} on its victorious road."
    for day, (noun, city) in enumerate(zip(NOUNS, CITIES, strict=True), 2)
]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run the command line in a folder of its own and return status, output and messages."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit, match=r"^\d$") as ended:
            main(list(arguments))
        return (ended.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def corpus(tmp_path):
    lines = [json.dumps({"id": f"s{number}", "text": text}) for number, text in enumerate(STATEMENTS)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return "corpus.jsonl"


def label_of(text):
    return "substantive" if any(character.isdigit() for character in text) else "formulaic"


def labelled_in_label_studio(folder):
    """Answer the tasks in a file as an annotator would, and export the project."""
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    for task in tasks:
        choice = {"type": "choices", "from_name": "label", "value": {"choices": [label_of(task["data"]["text"])]}}
        task["annotations"] = [{"completed_by": 1, "was_cancelled": False, "result": [choice]}]
    (folder / "project.json").write_text(json.dumps(tasks), encoding="utf-8")
    return "project.json"


def answered(folder, name, annotator, *labels):
    """Write answers to sentences 0, 1, ... as Prodigy gives them; None skips one."""
    items = [
        {"text": f"It is {number}.", "accept": [label], "answer": "accept" if label else "ignore"}
        | {"_annotator_id": annotator, "id": f"d#{number}"}
        for number, label in enumerate(labels)
    ]
    (folder / name).write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return name


def records(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_labels_go_straight_from_the_tool_into_training(run, corpus, tmp_path):
    assert run("annotate", "export", corpus, "-o", "tasks.json", "--n", "12")[0] == 0
    done = run("annotate", "import", labelled_in_label_studio(tmp_path), "-o", "labels.jsonl")
    assert done == (0, "", "labels.jsonl: 12 labels\n")
    status, out, err = run("train", "labels.jsonl", "-o", "mine.npz", "--without-seed", "--folds", "2")
    assert (status, err) == (0, "mine.npz: 12 sentences, 0 of them from the seed\n")
    assert "macro-F1" in out


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_labels_of_other_suffixes_can_be_measured_on(run, corpus, tmp_path, suffix):
    run("annotate", "export", corpus, "-o", "tasks.json", "--n", "12")
    run("annotate", "import", labelled_in_label_studio(tmp_path), "-o", f"labels{suffix}")
    status, out, _ = run("evaluate", f"labels{suffix}")
    assert (status, out.partition(";")[0][:12]) == (0, "12 sentences")


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_exported(run, corpus, tmp_path, form):
    done = run("annotate", "export", corpus, "-o", f"tasks{SUFFIX[form]}", "--format", form, "--n", "5")
    assert done == (0, "", f"tasks{SUFFIX[form]}: 5 sentences for {form}\n")
    assert (tmp_path / f"tasks{SUFFIX[form]}").read_text(encoding="ascii").count('"document": "s') == 5


def test_known_sentences_and_their_look_alikes_are_not_exported_again(run, corpus, tmp_path):
    run("annotate", "export", corpus, "-o", "tasks.json", "--n", "6")
    run("annotate", "import", labelled_in_label_studio(tmp_path), "-o", "labels.jsonl")
    run("annotate", "export", corpus, "-o", "more.jsonl", "--format", "doccano", "--known", "labels.jsonl")
    first = {record["text"] for record in records(tmp_path / "labels.jsonl")}
    assert not first & {record["text"] for record in records(tmp_path / "more.jsonl")}


def test_suggestions_can_be_left_out(run, corpus, tmp_path):
    for options, expected in (((), True), (("--no-suggest",), False)):
        run("annotate", "export", corpus, "-o", "tasks.json", *options)
        tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
        assert {"predictions" in task for task in tasks} == {expected}


def test_folders_and_several_kinds_of_file_are_read(run, corpus, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("Talks opened in Oslo on 3 June.", encoding="utf-8")
    (tmp_path / "more" / "b.csv").write_text("text,date,title\nIt rained.,2021-05-02,Rain\n", encoding="utf-8")
    assert run("annotate", "export", "more", corpus, "-o", "tasks.jsonl", "--format", "prodigy", "--n", "99")[0] == 0
    tasks = {task["text"]: task for task in records(tmp_path / "tasks.jsonl")}
    assert tasks["Talks opened in Oslo on 3 June."]["document"] == "a.txt"
    assert tasks["It rained."]["meta"] == {"title": "Rain", "date": "2021-05-02"}


def test_annotators_are_counted_and_ties_named(run, tmp_path):
    files = [answered(tmp_path, "ann", "ann", "formulaic", "substantive", None)]
    files += [answered(tmp_path, "bob", "bob", "substantive", "substantive", None)]
    status, out, err = run("annotate", "import", *files, "-o", "labels.jsonl", "--resolve", "majority")
    assert (status, out) == (0, "")
    assert err.splitlines() == [
        "sentences without a majority are left out, 1 (d#0); ask one more annotator.",
        "labels.jsonl: 1 labels; left out: 2 skipped, 1 tied",
    ]
    assert [(row["label"], row["annotator"]) for row in records(tmp_path / "labels.jsonl")] == [
        ("substantive", "ann, bob")
    ]


def test_config_is_what_the_library_gives(run):
    assert run("annotate", "config") == (0, label_studio_config(), "")


BAD = [
    (("export", "corpus.jsonl"), "Missing option '--output'"),
    (("export", "-o", "tasks.json"), "Missing argument 'CORPUS...'"),
    (("export", "none.txt", "-o", "tasks.json"), "none.txt: no such file or folder; check"),
    (("export", "corpus.jsonl", "-o", "tasks.jsonl"), "tasks.jsonl: path must end in .json for label-studio, got"),
    (("export", "corpus.jsonl", "-o", "no/tasks.json"), "no/tasks.json: folder must exist, got no; create"),
    (("export", "corpus.jsonl", "-o", "tasks.json", "--format", "brat"), "'brat' is not one of 'label-studio'"),
    (("export", "corpus.jsonl", "-o", "tasks.json", "--n", "0"), "n must be a whole number from 1, got 0"),
    (("export", "corpus.jsonl", "-o", "tasks.json", "--explore", "20"), "explore must be in [0, 1], got 20.0; divide"),
    (("export", "corpus.jsonl", "-o", "tasks.json", "-m", "corpus.jsonl"), "corpus.jsonl: not a rhetoric model"),
    (("export", "corpus.jsonl", "-o", "tasks.json", "--known", "none.csv"), "none.csv: no such file or folder"),
    (("import", "corpus.jsonl", "-o", "labels.jsonl"), "corpus.jsonl, line 1: file must be an export of label-studio"),
    (("import", "none.json", "-o", "labels.jsonl"), "none.json: cannot be read (No such file or directory); check"),
    (("import", "good", "-o", "labels.txt"), "labels.txt: suffix must be one of .jsonl, .ndjson, .csv"),
    (("import", "good", "ties", "-o", "labels.csv", "--resolve", "majority"), "got ties only (d#0); ask one more"),
    (("import", "good", "-o", "labels.csv", "--format", "label-studio"), "good, line 1: Label Studio task must have"),
    (("import", "-o", "labels.jsonl"), "Missing argument 'FILE...'"),
    (("inport", "good"), "No such command 'inport'"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_mistakes_are_one_line_with_status_2_and_leave_nothing(run, corpus, tmp_path, arguments, message):
    answered(tmp_path, "good", "ann", "formulaic")
    answered(tmp_path, "ties", "bob", "substantive")
    status, out, err = run("annotate", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("rhetoric: ")
    assert message in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [corpus, "good", "ties"]


def test_help_gives_examples(run):
    for command in ("export", "import"):
        assert f"  rhetoric annotate {command} " in run("annotate", "--help")[1]
        assert f"  rhetoric annotate {command} " in run("annotate", command, "--help")[1]


def test_defaults_are_those_of_the_library():
    defaults = {option.name: option.default for option in annotate.commands["export"].params}
    assert (defaults["n"], defaults["explore"]) == (N, EXPLORE)


def test_the_command_line_imports_nothing_heavy():
    code = "import rhetoric.cli, sys; print(sorted({'numpy', 'pandas', 'sklearn', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
