"""Reading one statement and tables of statements."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric.classify
from rhetoric._reading import perishable_share
from rhetoric.classify import RhetoricClassifier, statement, statements
from rhetoric.datasets import load_seed

TEXT = "The hostile policy must end.\n\nOn 4 May the army fired three missiles from Wonsan. Glory to the nation!"


@pytest.fixture(scope="module")
def frame():
    seed = load_seed()
    rows = seed[seed["part"] == "statement"].groupby("document", sort=False)
    table = rows.agg(text=("text", " ".join), date=("date", "first"), source=("source", "first"))
    return table.reset_index(names="id").iloc[:40]


def test_sentences_carry_span_label_probability_and_cues():
    reading = statement(TEXT)
    assert [sentence.label for sentence in reading.sentences] == ["formulaic", "substantive", "formulaic"]
    for sentence in reading.sentences:
        assert TEXT[sentence.start : sentence.end] == sentence.text
        assert 0 <= sentence.p_substantive <= 1
        for cue in sentence.cues:
            assert cue.text == " | ".join(dict.fromkeys(TEXT[start:end] for start, end in cue.spans))


def test_the_vehicle_comes_from_title_or_first_sentence():
    reading = statement(TEXT, title="DPRK Foreign Ministry Spokesman's Statement", source="KCNA", date="2021-05-02")
    assert reading.vehicle == "Foreign Ministry spokesman's statement"
    assert reading.authority == 6
    assert (reading.date, reading.source) == ("2021-05-02", "KCNA")
    assert statement(TEXT).vehicle is None


def test_the_perishable_share_weighs_sentences_by_their_words():
    reading = statement(TEXT)
    words = [sentence.n_words for sentence in reading.sentences]
    assert reading.perishable_share == (words[0] + words[2]) / sum(words)


def test_perishable_share_by_hand():
    assert perishable_share([3, 1], [0.0, 1.0]) == (0.75, (0.75, 0.75))
    share, (low, high) = perishable_share([1, 1], [0.4, 0.6])
    assert (share, low, high) == (0.5, 0.0, 1.0)
    assert math.isnan(perishable_share([0], [0.3])[0])


@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=30))
def test_the_share_lies_inside_its_interval(sentences):
    words, p = map(list, zip(*sentences, strict=True))
    share, (low, high) = perishable_share(words, p)
    assert 0 <= low <= share <= high <= 1
    assert perishable_share(words, p) == (share, (low, high))


def test_unsure_sentences_are_uncertain_where_asked():
    p = statement(TEXT).sentences[0].p_substantive
    confidence = max(p, 1 - p)
    assert statement(TEXT, abstain=min(0.999, confidence + 1e-6)).sentences[0].label == "uncertain"
    assert statement(TEXT, abstain=0.51).sentences[1].label == "substantive"


def test_a_reading_becomes_a_frame_json_and_text():
    reading = statement(TEXT, title="T")
    assert reading.to_frame()["sentence"].tolist() == [1, 2, 3]
    assert json.loads(json.dumps(reading.to_dict()))["sentences"][1]["label"] == "substantive"
    assert "can be skipped" in str(reading)
    assert "Sentence 2 of 3 says something" in reading.summary()


@pytest.mark.parametrize(("n_jobs", "chunk"), [(1, 500), (1, 20_000), (2, 4_000)])
def test_the_table_does_not_depend_on_processes_and_chunks(frame, monkeypatch, n_jobs, chunk):
    expected = statements(frame)
    monkeypatch.setattr(rhetoric.classify, "CHUNK_CHARS", chunk)
    pd.testing.assert_frame_equal(statements(frame, n_jobs=n_jobs), expected)


def test_the_table_says_what_the_single_readings_say(frame):
    table = statements(frame)
    for row, text in enumerate(frame["text"]):
        one = statement(text)
        rows = table[table["row"] == row]
        assert rows["text"].tolist() == [sentence.text for sentence in one.sentences]
        assert rows["p_substantive"].tolist() == [sentence.p_substantive for sentence in one.sentences]
        assert rows["label"].tolist() == [sentence.label for sentence in one.sentences]
        assert rows["id"].unique().tolist() == [frame["id"].iloc[row]]


def test_blank_statements_are_refused_or_kept():
    frame = pd.DataFrame({"text": ["Go!", " \n", "Win!"]})
    with pytest.raises(ValueError, match=r"blank in 1 rows \(1\)"):
        statements(frame)
    table = statements(frame, blank="keep")
    assert table["row"].tolist() == [0, 1, 2]
    assert table["label"].isna().tolist() == [False, True, False]
    assert math.isnan(table.loc[1, "p_substantive"])


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (["a"], TypeError, "frame must be a DataFrame, got list"),
        (pd.DataFrame({"body": ["a"]}), ValueError, r"column 'text', got \['body'\]"),
        (pd.DataFrame({"text": ["a", None]}), TypeError, "got (None|nan) in row 1"),
        (pd.DataFrame({"text": []}), ValueError, "at least one statement"),
    ],
)
def test_what_is_no_table_of_statements_is_refused(frame, error, message):
    with pytest.raises(error, match=message):
        statements(frame)


def test_what_is_no_statement_is_refused():
    with pytest.raises(TypeError, match="text must be a str, got list"):
        statement(["a"])
    with pytest.raises(ValueError, match=r"text must hold a visible character, got ' \\n'"):
        statement(" \n")
    with pytest.raises(ValueError, match=r"abstain must be in \(0.5, 1\), got 85"):
        statement(TEXT, abstain=85)


def test_a_model_with_other_labels_is_refused():
    model = RhetoricClassifier(["substance"]).fit(["Go!", "Win!", "On 4 May.", "3 tanks."], ["a", "a", "b", "b"])
    with pytest.raises(ValueError, match=r"got \['a', 'b'\]"):
        statement(TEXT, model=model)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400))
def test_any_visible_text_can_be_read(text):
    if not text.strip():
        return
    reading = statement(text)
    assert all(0 <= sentence.p_substantive <= 1 for sentence in reading.sentences)
    edges = [edge for sentence in reading.sentences for edge in (sentence.start, sentence.end)]
    assert edges == sorted(edges)


@pytest.mark.parametrize(
    "text", ["a" * 5_000_000, "word " * 1_000_000, "\u202eThey left.", "북한이 말했다.", "a\x00b."]
)
def test_odd_texts_are_read(text):
    assert len(statement(text).sentences) >= 1
