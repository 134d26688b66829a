"""Statements in, labelled sentences out."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rhetoric.classify
from rhetoric._reading import perishable_share
from rhetoric._write import write_table
from rhetoric.classify import RhetoricClassifier, load, statement, statements

TEXT = (
    "A spokesman for the Foreign Ministry of the DPRK issued the following statement on Thursday:\n"
    "  The hostile policy must end once and for all.  On 4 May the army fired three missiles from Wonsan.\n\n"
    "The enemies will pay a dear price."
)
FEW = [
    TEXT,
    "Glory to the heroes!",
    "Trade rose by 4 % in March. It fell in April.",
    "\ud68c\ub2f4\uc740 5\uc6d4\uc5d0 \uc5f4\ub9b0\ub2e4.",
]
COLUMNS = ["row", "sentence", "start", "end", "text", "n_words", "label", "p_substantive"]
# words and marks that the extractor knows, beside any code point at all
any_text = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(
        st.sampled_from(
            [
                "hostile policy",
                "4 May",
                "$3,000",
                "\u201c",
                ".",
                "!",
                "\n",
                "\u202e",
                "\0",
                "U.S.",
                "\uc870\uc120",
                "\u3002",
            ]
        )
    ).map(" ".join),
)


@pytest.fixture
def frame():
    return pd.DataFrame({"id": [f"s{number}" for number in range(12)], "text": FEW * 3})


def test_spans_are_those_of_the_text():
    sentences = statement(TEXT).sentences
    assert [TEXT[s.start : s.end] for s in sentences] == [s.text for s in sentences]
    assert [s.text.split()[0] for s in sentences] == ["A", "The", "On", "The"]
    assert all(s.text == s.text.strip() for s in sentences)


def test_labels_follow_the_probabilities():
    for sentence in statement(TEXT).sentences:
        assert sentence.label == ("substantive" if sentence.p_substantive > 0.5 else "formulaic")
    assert {"formulaic", "substantive"} == {sentence.label for sentence in statement(TEXT).sentences}


def test_abstain_takes_the_label_of_the_unsure_and_changes_nothing_else():
    plain, careful = statement(TEXT), statement(TEXT, abstain=0.85)
    for before, after in zip(plain.sentences, careful.sentences, strict=True):
        is_sure = max(before.p_substantive, 1 - before.p_substantive) >= 0.85
        assert after.label == (before.label if is_sure else "uncertain")
        assert after.p_substantive == before.p_substantive
    assert careful.perishable_share == plain.perishable_share


def test_abstain_close_to_one_labels_nothing():
    assert {s.label for s in statement(TEXT, abstain=0.999999).sentences} == {"uncertain"}


@pytest.mark.parametrize("abstain", [85, 0.5, 1, 0, -0.1, math.nan])
def test_abstain_out_of_range_is_refused(abstain, frame):
    message = rf"abstain must be in \(0\.5, 1\), got {abstain}; divide a percentage by 100"
    with pytest.raises(ValueError, match=message):
        statement(TEXT, abstain=abstain)
    with pytest.raises(ValueError, match=message):
        statements(frame, abstain=abstain)


def test_vehicle_and_authority_come_from_the_first_sentence():
    reading = statement(TEXT, source="KCNA")
    assert reading.vehicle == "Foreign Ministry spokesman's statement"
    assert reading.authority == 6


def test_title_settles_the_vehicle_before_the_first_sentence():
    reading = statement(TEXT, title="Press Statement of Spokesman for DPRK Foreign Ministry")
    assert reading.vehicle == "Foreign Ministry spokesman's press statement"
    assert reading.authority == 5


def test_text_without_a_vehicle_has_none():
    reading = statement("The kiln was built in a year.")
    assert reading.vehicle is None
    assert reading.authority is None


def test_what_the_caller_knows_is_kept():
    known = {"id": "a", "title": "T", "date": "2021-05-02", "source": "KCNA"}
    reading = statement("It met.", **known)
    assert {name: getattr(reading, name) for name in known} == known


def test_cues_point_into_the_statement():
    cues = [cue for sentence in statement(TEXT).sentences for cue in sentence.cues if cue.spans]
    assert cues
    for cue in cues:
        assert cue.text == " | ".join(dict.fromkeys(TEXT[start:end] for start, end in cue.spans))


def test_cues_lie_inside_their_sentence_and_the_strongest_comes_first():
    for sentence in statement(TEXT).sentences:
        assert all(sentence.start <= a < b <= sentence.end for cue in sentence.cues for a, b in cue.spans)
        strength = [abs(cue.contribution) for cue in sentence.cues]
        assert strength == sorted(strength, reverse=True)
        assert "intercept" not in {cue.name for cue in sentence.cues}


def test_to_dict_is_ready_for_json_and_complete():
    reading = statement(TEXT, id="a", source="KCNA", abstain=0.8)
    plain = reading.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert [s["text"] for s in plain["sentences"]] == [s.text for s in reading.sentences]
    assert plain["n_words"] == sum(s["n_words"] for s in plain["sentences"])


def test_to_frame_has_one_row_a_sentence_and_goes_into_json():
    reading = statement(TEXT)
    table = reading.to_frame()
    assert table.columns.tolist() == [*COLUMNS[1:], "cues"]
    assert table["sentence"].tolist() == [1, 2, 3, 4]
    assert json.loads(table.to_json(orient="records"))[2]["text"] == reading.sentences[2].text


def test_str_gives_every_sentence_and_the_summary():
    reading = statement(TEXT)
    *lines, blank, summary = str(reading).splitlines()
    assert [line.split()[0] for line in lines] == [s.label for s in reading.sentences]
    assert blank == ""
    assert summary == reading.summary()
    assert f"of {reading.n_words} words can be skipped" in summary


@pytest.mark.parametrize(
    ("n_words", "p", "share", "interval"),
    [
        ([3, 1], [0.0, 1.0], 0.75, (0.75, 0.75)),
        ([5], [0.0], 1.0, (1.0, 1.0)),
        ([5], [1.0], 0.0, (0.0, 0.0)),
        ([5], [0.5], 1.0, (0.0, 1.0)),
        # wrong in one draw of a hundred: outside the central 90 %
        ([5], [0.01], 1.0, (1.0, 1.0)),
        ([1, 1], [0.5, 0.0], 1.0, (0.5, 1.0)),
        ([0, 4], [0.0, 1.0], 0.0, (0.0, 0.0)),
    ],
)
def test_perishable_share_computed_by_hand(n_words, p, share, interval):
    assert perishable_share(n_words, p) == (share, interval)


@pytest.mark.parametrize("n_words", [[], [0], [0, 0]])
def test_perishable_share_of_no_words_is_unknown(n_words):
    share, interval = perishable_share(n_words, [0.2] * len(n_words))
    assert np.isnan([share, *interval]).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 80), st.floats(0, 1)), min_size=1, max_size=12))
def test_perishable_share_lies_in_its_interval_and_repeats(pairs):
    n_words, p = map(list, zip(*pairs, strict=True))
    share, (low, high) = first = perishable_share(n_words, p)
    if sum(n_words):
        assert 0 <= low <= share <= high <= 1
        assert perishable_share(n_words, p) == first
    else:
        assert math.isnan(share)


def test_a_line_of_marks_has_a_sentence_and_no_share():
    reading = statement("***")
    assert reading.n_words == 0
    assert math.isnan(reading.perishable_share)
    assert len(reading.sentences) == 1


def test_reading_without_words_says_so_and_goes_into_json():
    reading = statement("***")
    assert str(reading).endswith("There is no word to read.")
    assert json.loads(json.dumps(reading.to_dict(), allow_nan=False))["perishable_share"] is None


@pytest.mark.parametrize("text", ["", " \n\t", "\u2028\u3000"])
def test_blank_statement_is_refused(text):
    with pytest.raises(ValueError, match=r"text must hold a visible character, got '.*'; leave blank statements out"):
        statement(text)


@pytest.mark.parametrize(("text", "kind"), [(None, "NoneType"), (3, "int"), (["a"], "list"), (b"a", "bytes")])
def test_what_is_no_text_is_refused(text, kind):
    with pytest.raises(TypeError, match=f"text must be a str, got {kind}; for a table use"):
        statement(text)


@settings(max_examples=150, deadline=None)
@given(any_text)
@example("a\0b. c\0")
@example("\u202eThe talks open.\u202c On 4 May.")
@example("\ud800")
@example("\x1c")
def test_any_text_is_read_whole_or_has_no_visible_character(text):
    if not text.strip():
        with pytest.raises(ValueError, match="text must hold a visible character, got"):
            statement(text)
        return
    reading = statement(text)
    assert all(0 <= s.p_substantive <= 1 and text[s.start : s.end] == s.text for s in reading.sentences)
    assert "".join("".join(s.text for s in reading.sentences).split()) == "".join(text.split())


def test_half_a_surrogate_pair_is_read_alike_alone_and_in_a_table():
    text = "On 4 May \ud800 it fired 3 rockets. Glory!"
    frame = pd.DataFrame({"title": ["\udfff"], "text": [text]}, dtype=object)
    alone, table = statement(text), statements(frame)
    assert table["text"].tolist() == [sentence.text for sentence in alone.sentences]
    assert table["p_substantive"].tolist() == [sentence.p_substantive for sentence in alone.sentences]
    assert table["title"].tolist() == ["\udfff"] * 2
    assert alone.to_frame()["text"].tolist() == table["text"].tolist()


def test_kept_columns_keep_their_type():
    frame = pd.DataFrame({"text": ["One. Two.", "Three."], "date": pd.to_datetime(["2021-05-02", "2021-05-03"])})
    table = statements(frame.set_index(pd.Index([5, 5])))
    assert table["date"].dtype == frame["date"].dtype
    assert table["date"].dt.day.tolist() == [2, 2, 3]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_a_table_with_half_a_surrogate_pair_is_not_written(tmp_path, suffix):
    table = statements(pd.DataFrame({"text": pd.Series(["On \ud800 4 May."], dtype=object)}))
    with pytest.raises(ValueError, match=r"text must be valid Unicode, got half a pair, '\\ud800'; correct the source"):
        write_table([table], tmp_path / f"out{suffix}")
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=50, deadline=None)
@given(any_text)
def test_table_and_single_statement_agree_on_any_text(text):
    table = statements(pd.DataFrame({"text": [text]}), blank="keep")
    if not text.strip():
        assert table["label"].tolist() == [None]
        return
    sentences = statement(text).sentences
    assert table["text"].tolist() == [s.text for s in sentences]
    assert table["p_substantive"].tolist() == pytest.approx([s.p_substantive for s in sentences], abs=1e-9)


def test_five_megabytes_without_punctuation_are_one_sentence():
    text = "word " * 1_000_000
    table = statements(pd.DataFrame({"text": [text]}))
    assert table[["start", "end", "n_words"]].to_numpy().tolist() == [[0, len(text) - 1, 1_000_000]]
    assert table["p_substantive"].between(0, 1).all()


def test_five_megabytes_without_a_space_are_one_word():
    assert statement("a" * 5_000_000).n_words == 1


def test_table_equals_single_statements_row_by_row(frame):
    table = statements(frame)
    assert table.columns.tolist() == ["row", "id", *COLUMNS[1:]]
    for row, text in enumerate(frame["text"]):
        alone, there = statement(text).to_frame(), table[table["row"] == row].reset_index(drop=True)
        pd.testing.assert_frame_equal(there[COLUMNS[1:]], alone[COLUMNS[1:]], check_dtype=False, check_exact=False)


@pytest.mark.parametrize("n_jobs", [None, 1, 2])
@pytest.mark.parametrize("chunk_chars", [1, 300, 1 << 20])
def test_table_is_the_same_however_it_is_cut_and_shared_out(frame, n_jobs, chunk_chars, monkeypatch):
    expected = statements(frame)
    monkeypatch.setattr(rhetoric.classify, "CHUNK_CHARS", chunk_chars)
    pd.testing.assert_frame_equal(statements(frame, n_jobs=n_jobs), expected, check_exact=True)


def test_n_jobs_of_zero_is_refused(frame):
    with pytest.raises(ValueError, match=r"n_jobs must be .*, got 0; "):
        statements(frame, n_jobs=0)


def test_table_keeps_what_is_known_and_leaves_the_rest(frame):
    known = frame.assign(date="2021-05-02", source=None, title="T", mood="calm")
    table = statements(known)
    assert table.columns.tolist() == ["row", "id", "date", "source", "title", *COLUMNS[1:]]
    assert table["id"].tolist() == [f"s{row}" for row in table["row"]]


def test_table_counts_rows_from_zero_whatever_the_index(frame):
    shuffled = frame.set_index(pd.Index(range(100, 112))).sort_index(ascending=False)
    table = statements(shuffled)
    assert table["row"].drop_duplicates().tolist() == list(range(12))
    assert table["id"].drop_duplicates().tolist() == shuffled["id"].tolist()


def test_table_is_left_as_it_was(frame):
    before = frame.copy(deep=True)
    statements(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_table_says_uncertain_where_asked_to(frame):
    table = statements(frame, abstain=0.8)
    likelier = np.maximum(table["p_substantive"], 1 - table["p_substantive"])
    assert ((table["label"] == "uncertain") == (likelier < 0.8)).all()


def test_blank_rows_are_refused_by_number(frame):
    frame.loc[[2, 5], "text"] = ["", " \n"]
    with pytest.raises(
        ValueError, match=r"frame\['text'\] is blank in 2 rows \(2, 5\); drop them or pass blank='keep'"
    ):
        statements(frame)


def test_blank_rows_are_kept_without_a_label(frame):
    frame.loc[[2, 5], "text"] = ["", " \n"]
    table = statements(frame, blank="keep", abstain=0.8)
    blank = table[table["row"].isin([2, 5])]
    assert blank[["sentence", "start", "end", "text", "n_words"]].to_numpy().tolist() == [[0, 0, 0, "", 0]] * 2
    assert blank["label"].isna().all()
    assert blank["p_substantive"].isna().all()
    assert table["label"].isna().sum() == 2


def test_table_of_blanks_alone_can_be_kept():
    assert statements(pd.DataFrame({"text": ["", " "]}), blank="keep")["label"].tolist() == [None, None]


def test_blank_takes_two_words_only(frame):
    with pytest.raises(ValueError, match="blank must be 'raise' or 'keep', got 'drop'"):
        statements(frame, blank="drop")


def test_table_without_text_names_its_columns():
    with pytest.raises(ValueError, match=r"frame must have one column 'text', got \['body'\]; rename one"):
        statements(pd.DataFrame({"body": ["a"]}))


@pytest.mark.parametrize("value", [3, None, float("nan"), b"a"])
def test_table_with_what_is_no_text_names_the_row(value):
    with pytest.raises(
        TypeError, match=rf"frame\['text'\] must hold str only, got {value!r} in row 1; drop or convert"
    ):
        statements(pd.DataFrame({"text": pd.Series(["a", value], dtype=object)}))


def test_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="frame must hold at least one text, got no rows"):
        statements(pd.DataFrame({"text": []}))


@pytest.mark.parametrize(("value", "kind"), [("It met.", "str"), (["It met."], "list"), (pd.Series(["a"]), "Series")])
def test_what_is_no_table_is_refused(value, kind):
    with pytest.raises(TypeError, match=f"frame must be a DataFrame, got {kind}; for one text use"):
        statements(value)


def test_progress_bar_leaves_standard_output_and_table_as_they_are(frame, capsys):
    table = statements(frame, progress=True)
    assert capsys.readouterr().out == ""
    pd.testing.assert_frame_equal(table, statements(frame, progress=False))


def test_no_progress_bar_into_a_pipe(frame, capsys):
    statements(frame)
    assert capsys.readouterr() == ("", "")


def test_shipped_model_is_read_once():
    assert load() is load()
    assert load().classes_.tolist() == ["formulaic", "substantive"]


def test_a_model_from_a_file_answers_as_itself():
    model = load(rhetoric.classify.shipped_model_path())
    assert statement(TEXT, model=model) == statement(TEXT)


def test_model_with_other_labels_is_refused(frame):
    model = RhetoricClassifier().fit(["It met.", "Glory!"] * 4, ["news", "noise"] * 4)
    with pytest.raises(ValueError, match=r"model must know the labels .*, got \['news', 'noise'\]; train it on these"):
        statements(frame, model=model)


def test_missing_model_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"missing\.npz"):
        load(tmp_path / "missing.npz")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 and no more"])
def test_foreign_file_is_no_model(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.npz: not a rhetoric model, or damaged \(.*\); train it again"):
        load(tmp_path / "a.npz")


def test_archive_of_other_arrays_is_no_model(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.arange(3))
    with pytest.raises(ValueError, match=r"a\.npz: not a rhetoric model"):
        load(tmp_path / "a.npz")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_model_is_refused(tmp_path, share):
    raw = rhetoric.classify.shipped_model_path().read_bytes()
    (tmp_path / "a.npz").write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(ValueError, match=r"a\.npz: not a rhetoric model, or damaged"):
        load(tmp_path / "a.npz")


@given(
    st.lists(st.sampled_from(["Glory! ", "On 4 May the U.N. fired 3,000 (3). ", "We will. ", "\n", "e\u0301 É: “a” "]))
)
def test_cues_are_the_strongest_of_all_that_a_sentence_has(pieces):
    reading = statement("Talks open. " + "".join(pieces))
    explained = load().explain([sentence.text for sentence in reading.sentences])
    for sentence, cues in zip(reading.sentences, explained, strict=True):
        strongest = [cue for cue in cues if cue.name != "intercept"][:8]
        assert [(cue.name, cue.contribution, cue.text) for cue in sentence.cues] == [
            (cue.name, cue.contribution, cue.text) for cue in strongest
        ]
        assert [cue.spans for cue in sentence.cues] == [
            tuple((sentence.start + start, sentence.start + end) for start, end in cue.spans) for cue in strongest
        ]
