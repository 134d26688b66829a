"""Sentences for annotators, and their labels back."""

import contextlib
import json
import random
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._files import InputError
from rhetoric._near_duplicates import near_duplicate_groups
from rhetoric._selection import cover
from rhetoric.annotate import export, import_labels, label_studio_config, select
from rhetoric.datasets import load_seed
from rhetoric.train import train

FORMATS = {"label-studio": "tasks.json", "prodigy": "tasks.jsonl", "doccano": "tasks.jsonl"}
TEXT = (
    '우리는 "승리"할 것이다.\r\n'
    "On 4 May it fired two \u200f\u202emissiles\u202c from Wonsan.\n\n"
    "He said: \u201cNo \\ way\u201d & <b>left</b> \U0001f680.\u2028"
    "The talks may open in Geneva next week. Glory to the party!"
)
FRAME = pd.DataFrame(
    {
        "id": ["문서 #1", "b"],
        "text": [TEXT, "The army drilled near the border on Monday."],
        "title": ['A "title"\nin two lines', None],
        "date": [pd.Timestamp("2021-05-02"), pd.NaT],
        "source": ["KCNA", float("nan")],
    }
)


class Fixed:
    """A model with a probability for each sentence, one half where it has none."""

    classes_ = np.array(["formulaic", "substantive"])

    def __init__(self, probabilities=None):
        self.probabilities = probabilities or {}

    def predict_proba(self, X):
        p = np.array([self.probabilities.get(sentence, 0.5) for sentence in X])
        return np.column_stack([1 - p, p])


@pytest.fixture(scope="module")
def sentences():
    seed = load_seed()
    return seed.loc[seed["part"] == "statement", "text"].iloc[:600].tolist()


@pytest.fixture(scope="module")
def half_certain(sentences):
    return Fixed({sentence: 0.5 if len(sentence) % 2 else 0.999 for sentence in sentences})


def picked(model, sentences, **options):
    return [sentences[position] for position in select(model, sentences, **options)]


# what an annotator would say: the label follows from the length, so that it can be checked at the end
def label_of(text):
    return "formulaic" if len(text) % 2 else "substantive"


def from_label_studio(path):
    tasks = []
    for number, task in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
        choice = {"id": "a1", "type": "choices", "from_name": "label", "to_name": "text", "origin": "manual"}
        choice["value"] = {"choices": [label_of(task["data"]["text"])]}
        rating = {"id": "a2", "type": "rating", "from_name": "grade", "to_name": "text", "value": {"rating": 4}}
        annotation = {"id": number, "completed_by": 7, "result": [choice, rating], "was_cancelled": False}
        annotation |= {"ground_truth": False, "lead_time": 3.2, "prediction": task["predictions"][0]}
        tasks.append({"id": number, "annotations": [annotation], "predictions": [number], "data": task["data"]})
    exported = path.with_name("project-1.json")
    exported.write_text(json.dumps(tasks), encoding="utf-8")
    return exported


def from_prodigy(path):
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        task = json.loads(line) | {"_input_hash": 1, "_task_hash": -2, "_view_id": "choice", "answer": "accept"}
        task |= {"accept": [label_of(task["text"])], "config": {"choice_style": "single"}, "_timestamp": 1707211049}
        lines.append(json.dumps(task | {"_annotator_id": "7", "_session_id": "7"}, ensure_ascii=False))
    exported = path.with_name("db-out.jsonl")
    exported.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return exported


def from_doccano(path):
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        task = json.loads(line)
        text = task.pop("text")
        examples.append({"id": number, "text": text, **task, "label": [label_of(text)], "Comments": []})
    content = pd.DataFrame(examples).to_json(orient="records", force_ascii=False, lines=True)
    exported = path.with_name("export.zip")
    with zipfile.ZipFile(exported, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("7.jsonl", content)
    return exported


TOOLS = {"label-studio": from_label_studio, "prodigy": from_prodigy, "doccano": from_doccano}


def written(folder, format, frame=FRAME, **options):
    path = folder / FORMATS[format]
    export(frame, path, format=format, **options)
    content = path.read_text(encoding="utf-8")
    return json.loads(content) if format == "label-studio" else list(map(json.loads, content.splitlines()))


def labels_in(folder, *items, name="labels.jsonl", **options):
    path = folder / name
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return import_labels(path, **options)


def prodigy_item(text="Glory!", label="formulaic", annotator=None, answer="accept", **others):
    return {"text": text, "accept": [label], "answer": answer, "_annotator_id": annotator, **others}


def studio_task(*results, person=1, text="Glory!", cancelled=False):
    annotation = {"result": list(results), "was_cancelled": cancelled, "completed_by": person}
    return {"id": 1, "data": {"text": text, "id": "a#0-6"}, "annotations": [annotation]}


def result(kind, key, value, name):
    return {"type": kind, "value": {key: value}, "from_name": name, "to_name": "text"}


CHOICE = result("choices", "choices", ["formulaic"], "label")


def test_uncertain_sentences_are_picked(sentences, half_certain):
    picks = picked(half_certain, sentences, n=40, explore=0)
    assert [half_certain.probabilities[pick] for pick in picks] == [0.5] * 40


def test_of_look_alikes_one_is_picked():
    alike = [f"The army drilled near the northern border on {day}." for day in ("Monday", "Tuesday", "Friday")]
    others = ["Talks may open in Geneva.", "Glory to the party!"]
    assert len(set(picked(Fixed(), alike + others, n=3, explore=0)) & set(alike)) == 1


def test_picks_are_no_near_duplicates_of_each_other_or_of_known_sentences(sentences):
    known = sentences[:100]
    picks = picked(Fixed(), sentences, n=60, known=known)
    groups = near_duplicate_groups(known + picks)
    assert len(picks) == 60
    assert len(set(groups[100:])) == 60
    assert not set(groups[100:]) & set(groups[:100])


def test_picks_cover_kinds_of_sentences_that_known_ones_do_not():
    threats = [f"The {who} will pay a dear price for this." for who in ("traitors", "warmongers")]
    figures = ["Exports rose by 3 percent to 40 billion won in 2021."]
    known = ["The aggressors will pay a high price for that.", "The enemies will pay the price for all their crimes."]
    assert picked(Fixed(), threats + figures, n=1, explore=0, known=known) == figures


def test_repeated_sentences_count_once_and_ones_without_a_word_never():
    assert select(Fixed(), ["***", "Glory!", "Glory!", "", "\u2014 \u2026"], n=4).tolist() == [1]


def test_fewer_are_picked_where_fewer_differ():
    assert select(Fixed(), ["He left.", "Glory!"], n=50).tolist() in ([0, 1], [1, 0])
    assert select(Fixed(), ["He left."], n=5, known=["He left."]).tolist() == []


def test_a_share_is_drawn_from_all_sentences_however_certain(sentences, half_certain):
    picks = picked(half_certain, sentences, n=80, explore=0.5)
    is_certain = [half_certain.probabilities[pick] != 0.5 for pick in picks]
    assert 10 <= sum(is_certain) <= 40
    assert 5 <= sum(is_certain[:40]) <= 20


def test_seed_moves_the_random_picks_alone(sentences):
    model = Fixed({sentence: random.Random(sentence).random() for sentence in sentences})
    one, again, other = (set(picked(model, sentences, n=50, random_state=seed)) for seed in (1, 1, 2))
    assert one == again
    assert 40 <= len(one & other) < 50


@settings(deadline=None, max_examples=10)
@given(st.randoms())
def test_picks_do_not_depend_on_the_order_of_the_rows(sentences, rng):
    few = sentences[:60] + sentences[:5]
    shuffled = few.copy()
    rng.shuffle(shuffled)
    assert picked(Fixed(), few, n=15) == picked(Fixed(), shuffled, n=15)


@pytest.mark.parametrize("n_known", [0, 7])
def test_lazy_greedy_choice_is_the_greedy_choice(n_known):
    rows = np.random.default_rng(0).normal(size=(90, 4)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    weight, known = np.linspace(1, 0.1, 90), rows[:n_known]
    likeness = np.maximum(rows @ rows.T, 0)
    covered, expected = np.max(likeness[:n_known], axis=0, initial=0), []
    likeness *= weight[:, None]
    for _ in range(20):
        gains = np.maximum(likeness - covered, 0) @ weight
        gains[expected] = -1
        expected.append(int(gains.argmax()))
        covered = np.maximum(covered, likeness[expected[-1]])
    assert cover(rows, weight, known, 20) == expected


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": 0}, ValueError, r"n must be a whole number from 1, got 0; the default is 100"),
        ({"n": 2.5}, ValueError, r"n must be a whole number from 1, got 2\.5"),
        ({"explore": 20}, ValueError, r"explore must be in \[0, 1\], got 20; divide a percentage by 100"),
        ({"known": "Glory!"}, TypeError, r"known must be a list of str, got the single str 'Glory!'"),
        ({"known": [None]}, TypeError, r"known must hold str only, got None"),
    ],
)
def test_select_refuses(options, error, message):
    with pytest.raises(error, match=message):
        select(Fixed(), ["He left."], **options)


def test_select_refuses_no_sentences_and_a_model_of_three_classes():
    with pytest.raises(ValueError, match=r"sentences must hold at least one document, got none"):
        select(Fixed(), [])
    model = Fixed()
    model.predict_proba = lambda X: np.ones((len(X), 3)) / 3
    with pytest.raises(ValueError, match=r"model must give probabilities of shape \(1, 2\), got \(1, 3\)"):
        select(model, ["He left."])


@pytest.mark.parametrize("format", FORMATS)
def test_round_trip_keeps_texts_labels_and_context(tmp_path, format):
    path = tmp_path / FORMATS[format]
    assert export(FRAME, path, format=format) == 6
    labels = import_labels(TOOLS[format](path))
    assert labels["label"].tolist() == [label_of(text) for text in labels["text"]]
    for row in labels.itertuples():
        document, _, span = row.id.rpartition("#")
        start, end = map(int, span.split("-"))
        source = FRAME.set_index("id").loc[document]
        assert (row.document, row.text) == (document, source["text"][start:end])
    expected = {('A "title"\nin two lines', "2021-05-02", "KCNA"), (None, None, None)}
    assert set(labels[["title", "date", "source"]].itertuples(index=False, name=None)) == expected
    assert labels["annotator"].unique().tolist() == ["7"]


@pytest.mark.parametrize("format", FORMATS)
def test_format_can_be_named_and_files_are_ascii(tmp_path, format):
    path = tmp_path / FORMATS[format]
    export(FRAME, path, format=format)
    assert path.read_bytes().isascii()
    exported = TOOLS[format](path)
    pd.testing.assert_frame_equal(import_labels(exported, format=format), import_labels(exported))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5))
def test_any_text_survives_any_tool(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("any")
    frame = pd.DataFrame({"text": ["He left. " + "\n".join(lines)], "title": [lines[0]]})
    texts = []
    for format, name in FORMATS.items():
        export(frame, folder / name, format=format)
        texts.append(import_labels(TOOLS[format](folder / name))["text"].tolist())
    assert texts[0] == texts[1] == texts[2]


def test_labels_that_come_back_can_be_trained_on(tmp_path, sentences):
    frame = pd.DataFrame({"text": ["\n".join(sentences[start : start + 20]) for start in range(0, 600, 20)]})
    export(frame, tmp_path / "tasks.json", format="label-studio", n=60)
    labels = import_labels(from_label_studio(tmp_path / "tasks.json"))
    assert labels["document"].nunique() > 5
    training = train(labels, blocks=["substance"], n_folds=3)
    assert training.n_sentences - training.n_seed == 60


def test_label_studio_tasks_have_a_string_for_every_variable_of_the_configuration(tmp_path):
    root = ET.fromstring(label_studio_config())
    variables = {value[1:] for tag in root.iter() for value in tag.attrib.values() if value.startswith("$")}
    for task in written(tmp_path, "label-studio"):
        assert {type(task["data"][name]) for name in variables} == {str}


def test_label_studio_predictions_name_controls_of_the_configuration(tmp_path):
    controls = {tag.get("name"): tag for tag in ET.fromstring(label_studio_config()).iter() if tag.get("toName")}
    prediction = written(tmp_path, "label-studio")[0]["predictions"][0]
    found = prediction["result"][0]
    choices = [choice.get("value") for choice in controls[found["from_name"]]]
    assert found["to_name"] == controls[found["from_name"]].get("toName")
    assert set(found["value"]["choices"]) < set(choices)
    assert 0.5 <= prediction["score"] <= 1
    assert prediction["model_version"].startswith("rhetoric ")


def test_neighbours_stay_within_their_statement(tmp_path):
    by_text = {task["text"]: task for task in written(tmp_path, "doccano")}
    drill = by_text["The army drilled near the border on Monday."]
    assert (drill["previous"], drill["next"], drill["title"]) == ("", "", "")
    assert by_text["Glory to the party!"]["previous"] == "The talks may open in Geneva next week."
    assert by_text["Glory to the party!"]["next"] == ""


def test_prodigy_tasks_show_what_there_is_of_the_context(tmp_path):
    task = next(task for task in written(tmp_path, "prodigy") if task["document"] == "b")
    assert task["meta"] == {}
    assert [option["id"] for option in task["options"]] == ["formulaic", "substantive"]


def test_doccano_examples_have_the_same_keys(tmp_path):
    assert len({tuple(task) for task in written(tmp_path, "doccano")}) == 1


@pytest.mark.parametrize(
    ("format", "suggest", "expected"),
    [
        ("label-studio", None, True),
        ("label-studio", False, False),
        ("prodigy", None, True),
        ("prodigy", False, False),
        ("doccano", None, False),
        ("doccano", True, True),
    ],
)
def test_suggestions_go_along_where_wanted(tmp_path, format, suggest, expected):
    for task in written(tmp_path, format, suggest=suggest):
        assert bool(task.get("predictions") or task.get("accept") or task.get("label")) is expected


def test_suggestions_do_not_count_as_labels(tmp_path):
    export(FRAME, tmp_path / "tasks.json", format="label-studio")
    with pytest.raises(ValueError, match=r"tasks\.json, item 1: Label Studio task must have data and annotations"):
        import_labels(tmp_path / "tasks.json")
    export(FRAME, tmp_path / "tasks.jsonl", format="prodigy")
    with pytest.raises(ValueError, match=r"file must hold a label, got items that are .* 6 unlabelled; label some"):
        import_labels(tmp_path / "tasks.jsonl")


def test_known_sentences_are_not_exported_again(tmp_path):
    first = {task["text"] for task in written(tmp_path, "doccano", n=3)}
    assert not first & {task["text"] for task in written(tmp_path, "doccano", n=3, known=first)}


def test_ids_do_not_change_when_other_statements_join(tmp_path):
    alone = FRAME.iloc[1:].drop(columns="id")
    task = written(tmp_path, "doccano", alone)[0]
    assert task in written(tmp_path, "doccano", FRAME.drop(columns="id"))
    assert task["document"].startswith("sha256-")


@pytest.mark.parametrize(
    ("frame", "path", "format", "message"),
    [
        (FRAME, "a.json", "brat", r"format must be one of label-studio, prodigy, doccano, got 'brat'"),
        (
            FRAME,
            "a.jsonl",
            "label-studio",
            r"a\.jsonl: path must end in \.json for label-studio, got '\.jsonl'; rename it",
        ),
        (FRAME, "no/a.jsonl", "doccano", r"a\.jsonl: folder must exist, got .*; create it first"),
        (FRAME.assign(id="a"), "a.jsonl", "doccano", r"frame\['id'\] must be different .* got 'a' again in row 1"),
        (FRAME.assign(text=" "), "a.jsonl", "doccano", r"frame must hold a sentence, got blank texts only"),
        (
            pd.DataFrame({"text": ["He \ud800 left."]}, dtype=object),
            "a.jsonl",
            "doccano",
            r"valid Unicode, got half a pair, '\\ud800'",
        ),
    ],
)
def test_export_refuses(tmp_path, frame, path, format, message):
    with pytest.raises(ValueError, match=message):
        export(frame, tmp_path / path, format=format)
    assert not list(tmp_path.iterdir())


def test_blank_statements_are_passed_over(tmp_path):
    frame = pd.DataFrame({"text": ["", "He left.", " \n"], "id": ["a", "b", "c"]})
    assert [task["id"] for task in written(tmp_path, "doccano", frame)] == ["b#0-8"]


def test_what_is_cancelled_rejected_or_without_a_label_is_left_out_and_counted(tmp_path):
    answers = ["accept", "ignore", "reject", "ignore"]
    items = [prodigy_item(f"Sentence {number}.", answer=answer) for number, answer in enumerate(answers)]
    labels = labels_in(tmp_path, *items, prodigy_item("Empty.") | {"accept": []})
    assert labels["text"].tolist() == ["Sentence 0."]
    expected = {"skipped": 2, "rejected": 1, "unlabelled": 1, "superseded": 0, "tied": 0}
    assert labels.attrs["left_out"] == expected


def test_cancelled_and_empty_annotations_of_label_studio_are_left_out(tmp_path):
    tasks = [
        studio_task(CHOICE, cancelled=True),
        studio_task(),
        studio_task(CHOICE),
        studio_task() | {"annotations": []},
    ]
    labels = labels_in(tmp_path, *tasks)
    assert len(labels) == 1
    assert labels.attrs["left_out"] | {"skipped": 1, "unlabelled": 2} == labels.attrs["left_out"]


def test_label_studio_gives_grade_comment_and_annotator(tmp_path):
    rating, comment = result("rating", "rating", 2, "grade"), result("textarea", "text", ["왜?", "b\nc"], "comment")
    person = {"id": 7, "email": "ann@example.com", "first_name": "Ann", "last_name": ""}
    row = labels_in(tmp_path, studio_task(CHOICE, rating, comment, person=person)).iloc[0]
    assert (row["grade"], row["comment"], row["annotator"]) == (2, "왜?\nb\nc", "ann@example.com")


def test_controls_of_another_name_are_read_where_they_are_the_only_ones(tmp_path):
    assert labels_in(tmp_path, studio_task(CHOICE | {"from_name": "kind"}))["label"].tolist() == ["formulaic"]
    topic = result("choices", "choices", ["missiles"], "topic")
    assert labels_in(tmp_path, studio_task(topic, CHOICE))["label"].tolist() == ["formulaic"]


def test_absent_grades_are_missing_and_others_whole_numbers(tmp_path):
    labels = labels_in(
        tmp_path, prodigy_item("One.", grade="4"), prodigy_item("Two.", grade=5.0), prodigy_item("Three.")
    )
    assert labels["grade"].dtype == "Int64"
    assert labels["grade"].tolist() == [4, 5, pd.NA]


def test_prodigy_tasks_for_one_label_are_read(tmp_path):
    item = {"text": "Glory!", "label": "formulaic", "answer": "accept", "_view_id": "classification"}
    assert labels_in(tmp_path, item)["label"].tolist() == ["formulaic"]


@pytest.mark.parametrize(
    "item",
    [
        {"id": 3, "text": "Glory!", "label": ["formulaic"], "document": "d", "source": "KCNA"},
        {"id": 3, "data": "Glory!", "label": ["formulaic"], "document": "d", "source": "KCNA"},
        {"id": 3, "text": "Glory!", "labels": ["formulaic"], "meta": {"document": "d", "source": "KCNA"}},
        {"doc_id": 3, "text": "Glory!", "labels": ["formulaic"], "meta": '{"document": "d", "source": "KCNA"}'},
        {"id": 3, "text": "Glory!", "cats": ["formulaic"], "entities": [], "document": "d", "source": "KCNA"},
    ],
)
def test_doccano_of_every_version_is_read(tmp_path, item):
    row = labels_in(tmp_path, item).iloc[0]
    assert (row["text"], row["label"], row["document"], row["source"]) == ("Glory!", "formulaic", "d", "KCNA")


def test_metadata_win_over_the_number_that_doccano_gave(tmp_path):
    item = {"id": 3, "text": "Glory!", "labels": ["formulaic"], "meta": {"id": "d#0-6"}}
    assert labels_in(tmp_path, item)["id"].tolist() == ["d#0-6"]


def test_labels_that_doccano_shares_are_rows_without_an_annotator(tmp_path):
    labels = labels_in(tmp_path, {"id": 3, "text": "Glory!", "label": ["formulaic", "substantive"]})
    assert labels[["label", "annotator"]].values.tolist() == [["formulaic", None], ["substantive", None]]


def test_archive_of_doccano_names_the_annotators(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, label in (("bob", "formulaic"), ("ann", "substantive")):
            archive.writestr(f"{name}.jsonl", json.dumps({"id": 1, "text": "He left.", "label": [label]}))
        archive.writestr("__MACOSX/._bob.jsonl", b"\0\1")
    labels = import_labels(tmp_path / "a.zip")
    assert labels[["annotator", "label"]].values.tolist() == [["ann", "substantive"], ["bob", "formulaic"]]


def test_files_of_several_annotators_are_read_together(tmp_path):
    for name, label in (("ann", "formulaic"), ("bob", "substantive"), ("cyd", "substantive")):
        (tmp_path / name).write_text(json.dumps(prodigy_item(label=label, annotator=name)), encoding="utf-8")
    paths = [tmp_path / name for name in ("bob", "ann", "cyd")]
    assert import_labels(paths)["annotator"].tolist() == ["bob", "ann", "cyd"]
    voted = import_labels(paths, resolve="majority")
    assert voted[["label", "annotator"]].values.tolist() == [["substantive", "bob, cyd"]]


def test_files_of_different_tools_are_read_together(tmp_path):
    paths = []
    for format, name in FORMATS.items():
        (tmp_path / format).mkdir()
        export(FRAME, tmp_path / format / name, format=format)
        paths.append(TOOLS[format](tmp_path / format / name))
    labels = import_labels(paths)
    assert labels.groupby("id")["label"].nunique().tolist() == [1] * 6
    assert len(labels) == 6
    assert labels.attrs["left_out"]["superseded"] == 12


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_damaged_archives_are_refused(tmp_path, compression):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", compression) as archive:
        archive.writestr("ann.jsonl", "".join(json.dumps(prodigy_item(f"It is {n}.")) + "\n" for n in range(200)))
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[60:90] = b"\xff" * 30
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(ValueError, match=r"a\.zip: archive must be sound \(.+\); export it again"):
        import_labels(tmp_path / "a.zip")


def test_every_annotator_keeps_a_row_and_the_last_answer(tmp_path):
    votes = [("ann", "formulaic"), ("bob", "substantive"), ("ann", "substantive"), (None, "formulaic")]
    labels = labels_in(tmp_path, *(prodigy_item(label=label, annotator=name) for name, label in votes))
    expected = [["bob", "substantive"], ["ann", "substantive"], [None, "formulaic"]]
    assert labels[["annotator", "label"]].values.tolist() == expected
    assert labels.attrs["left_out"]["superseded"] == 1


def test_majority_is_one_row_a_sentence(tmp_path):
    votes = [("ann", "formulaic", 1), ("bob", "substantive", 5), ("cyd", "formulaic", 2), ("dee", "formulaic", None)]
    items = [prodigy_item(label=label, annotator=name, grade=grade, comment=name) for name, label, grade in votes]
    labels = labels_in(tmp_path, *items, prodigy_item("He left.", "substantive", "ann"), resolve="majority")
    assert labels["label"].tolist() == ["formulaic", "substantive"]
    assert labels["annotator"].tolist() == ["ann, cyd, dee", "ann"]
    assert labels["grade"].tolist() == [1, pd.NA]
    assert labels["comment"].tolist() == ["ann\ncyd\ndee", None]


def test_ties_are_left_out_with_a_warning(tmp_path):
    items = [prodigy_item(label=label, annotator=label, id="d#0-6") for label in ("formulaic", "substantive")]
    with pytest.warns(UserWarning, match=r"without a majority are left out, 1 \(d#0-6\); ask one more"):
        labels = labels_in(tmp_path, *items, prodigy_item("He left."), resolve="majority")
    assert labels["text"].tolist() == ["He left."]
    assert labels.attrs["ties"] == ["d#0-6"]
    assert labels.attrs["left_out"]["tied"] == 1


def test_nothing_but_ties_is_refused(tmp_path):
    items = [prodigy_item(label=label, annotator=label, id="d#0-6") for label in ("formulaic", "substantive")]
    with pytest.raises(ValueError, match=r"sentences must have a majority, got ties only \(d#0-6\); ask one more"):
        labels_in(tmp_path, *items, resolve="majority")


def test_items_of_other_origin_get_an_id_that_follows_from_the_text(tmp_path):
    one, other = labels_in(tmp_path, prodigy_item("One."), prodigy_item("Two."))["id"]
    assert one != other
    assert labels_in(tmp_path, prodigy_item("One."))["id"].tolist() == [one]


def test_texts_with_line_ends_and_a_byte_order_mark_are_read(tmp_path):
    text = 'One\ntwo\u2028three\u0085"four"\r'
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf\n" + json.dumps(prodigy_item(text), ensure_ascii=False).encode() + b"\r\n\n")
    assert import_labels(path)["text"].tolist() == [text]


GOOD = json.dumps(prodigy_item())
BROKEN = {
    "": r"x: file must hold labelled items, got none; export it again",
    "[]": r"x: file must hold labelled items, got none",
    "text,label\nGlory!,formulaic\n": r"x, line 1: line must be one JSON object, got 'text,label' .*; export it",
    f"{GOOD}\n{GOOD[:30]}": r"x, line 2: line must be one JSON object, got .*; export it from the tool again",
    f"[{GOOD}, {GOOD}, {GOOD[:30]}": r"x, item 3: file must be complete JSON, got .*; export it from the tool again",
    f"[{GOOD}": r"x, item 2: file must be complete JSON",
    "[" * 100_000: r"x, item 1: file must be complete JSON",
    f"[{GOOD}, 3]": r"x, item 2: item must be a JSON object, got 3; export it",
    '{"a": 1}': r"x, line 1: file must be an export of label-studio, prodigy or doccano, got \['a'\]; export labelled",
    '{"annotation_id": 1, "annotator": 2, "text": "a", "label": "b"}': r"x, line 1: .* got 'JSON-MIN'; .* choose JSON",
    json.dumps(
        prodigy_item(label="boring")
    ): r"x, line 1: label must be 'formulaic' or 'substantive', got 'boring'; rename",
    json.dumps(
        prodigy_item() | {"accept": ["formulaic", "substantive"]}
    ): r"x, line 1: an annotator must give one label",
    json.dumps(prodigy_item() | {"accept": [3]}): r"x, line 1: accept must be a list of label names, got \[3\]",
    json.dumps(prodigy_item(answer="maybe")): r"x, line 1: answer must be accept, reject or ignore, got 'maybe'",
    json.dumps(prodigy_item(text=" ")): r"x, line 1: text must be a sentence, got ' '; drop the item",
    json.dumps(prodigy_item(text=None)): r"x, line 1: text must be a sentence, got None",
    json.dumps(prodigy_item(text="\ud800")): r"x, line 1: text must be valid Unicode, got '\\ud800'",
    json.dumps(prodigy_item(grade=6)): r"x, line 1: grade must be a whole number from 1 to 5, got 6; correct it",
    json.dumps(prodigy_item(document=[1])): r"x, line 1: document must be a string, got \[1\]",
    json.dumps(studio_task() | {"annotations": [3]}): r"x, line 1, annotation 1: annotation must have a result, got 3",
    json.dumps(
        studio_task(CHOICE | {"value": {}})
    ): r"annotation 1: result of type choices must have a value with choices",
    json.dumps(
        studio_task(result("labels", "labels", ["PER"], "l"))
    ): r"x: file must hold a label, .* 1 unlabelled; label",
    '{"text": "a", "label": [[0, 1, "PER"]]}': r"x, line 1: label must be a list of label names, got \[\[0",
    '{"text": "a", "annotations": [{"label": 2, "user": 1}]}': r"x, line 1: example must have a label, got .*; export",
    "\udc80": r"x: encoding must be UTF-8, got byte 0x80",
    "PK\x03\x04 and nothing": r"x: archive must be sound \(.*\); export it again",
}


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_imported_is_refused_with_its_place_and_a_remedy(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=BROKEN[content]):
        import_labels(path)


@pytest.mark.parametrize("format", FORMATS)
def test_items_of_another_format_than_named_are_refused(tmp_path, format):
    item = prodigy_item() if format != "prodigy" else {"text": "Glory!", "label": [1], "answer": "accept"}
    with pytest.raises(ValueError, match=r"labels\.jsonl, line 1: .* must "):
        labels_in(tmp_path, item, format=format)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolve": "median"}, r"resolve must be 'all' or 'majority', got 'median'"),
        ({"format": "csv"}, r"format must be one of label-studio, prodigy, doccano, got 'csv'"),
    ],
)
def test_import_refuses_options(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        labels_in(tmp_path, prodigy_item(), **options)


def test_no_file_is_refused():
    with pytest.raises(ValueError, match=r"paths must name at least one file, got none; name what the tool exported"):
        import_labels([])


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"none\.json: cannot be read \(No such file or directory\); check the path"):
        import_labels(tmp_path / "none.json")


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.integers(0, 3000), st.sampled_from(sorted(FORMATS)))
def test_damaged_files_raise_nothing_but_input_errors(tmp_path_factory, noise, at, format):
    folder = tmp_path_factory.mktemp("damaged")
    export(FRAME, folder / FORMATS[format], format=format)
    path = TOOLS[format](folder / FORMATS[format])
    raw = path.read_bytes()
    path.write_bytes(raw[:at] + noise + raw[at + len(noise) :])
    with contextlib.suppress(InputError):
        assert len(import_labels(path)) <= 6
