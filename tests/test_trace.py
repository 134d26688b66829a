"""A trace says of every sentence where its wording comes from; differences, changed lines, passages."""

from __future__ import annotations

import datetime
import json
import math
import tempfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric.archive import Archive
from rhetoric.classify import statement, statements

LINE = "We will never abandon our nuclear deterrent unless the hostile policy is withdrawn."


def build(*rows, n=4):
    """Rows of date and text, and if need be id, source and title."""
    columns = ["date", "text", "id", "source", "title"]
    records = [
        dict(zip(columns, (*row, f"d{number}")[:3] if len(row) < 3 else row, strict=False))
        for number, row in enumerate(rows)
    ]
    return Archive.build(pd.DataFrame(records, dtype=object), Path(tempfile.mkdtemp()) / "a", n=n)


def first(archive, text, **known):
    return archive.trace(text, **known).sentences[0]


def changes(sentence):
    return [(one.kind, one.earlier_text, one.text) for one in sentence.precedent.differences if one.kind != "kept"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (LINE, "verbatim"),
        (LINE.upper().replace(".", "!"), "verbatim"),
        (LINE.replace(" unless the hostile policy is withdrawn", ""), "changed"),
        (LINE.replace("never", "not"), "changed"),
        ("The harvest was good in all provinces this year.", "new"),
    ],
)
def test_verdict(text, verdict):
    assert first(build(("2020-01-01", LINE)), text).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a b c d e f", "verbatim"),
        ("a b c x y z", "new"),  # similarity 6 / 12
        ("a b c d y z", "changed"),  # 8 / 12
        ("a b c x", "changed"),  # 6 / 10, three words shared
        ("a b c", "changed"),  # 6 / 9
        ("a b", "new"),  # two words shared
    ],
)
def test_verdict_at_the_limits_of_similarity_and_of_shared_words(text, verdict):
    assert first(build(("2020-01-01", "a b c d e f")), text).verdict == verdict


def test_two_shared_words_make_no_changed_line_but_a_verbatim_one():
    archive = build(("2020-01-01", "He said:"))
    assert first(archive, "He said so:").verdict == "new"
    assert first(archive, "He said:").verdict == "verbatim"


@pytest.mark.parametrize(("text", "verdict"), [("Hurrah!", "verbatim"), ("HURRAH", "verbatim"), ("Shame!", "new")])
def test_a_sentence_of_one_word(text, verdict):
    found = first(build(("2020-01-01", "Long live the party! Hurrah!")), text)
    assert (found.verdict, found.n_words, found.n_reused) == (verdict, 1, 0)


def test_a_sentence_without_a_word_is_new():
    trace = build(("2020-01-01", "***")).trace("***")
    assert [one.verdict for one in trace.sentences] == ["new"]
    assert math.isnan(trace.reused_share)
    assert trace.writable_since() is None


def test_only_strictly_earlier_documents_are_the_past():
    archive = build(("2020-01-01", LINE), ("2021-01-01", LINE))
    assert first(archive, LINE, before="2020-01-01").verdict == "new"
    assert first(archive, LINE, before="2020-01-02").precedent.document.id == "d0"
    assert first(archive, LINE, before="2021-01-01").precedent.document.id == "d0"
    assert first(archive, LINE, before="2021-01-02").precedent.document.id == "d1"
    assert first(archive, LINE).precedent.document.id == "d1"


@pytest.mark.parametrize("before", [datetime.date(2020, 1, 2), pd.Timestamp("2020-01-02 13:00"), "2020-01-02T13:00Z"])
def test_dates_come_in_many_types(before):
    trace = build(("2020-01-01", LINE)).trace(LINE, before=before)
    assert (trace.before, trace.sentences[0].verdict) == (datetime.date(2020, 1, 2), "verbatim")


def test_nearest_is_the_latest_of_equal_ones_and_earliest_the_first():
    found = first(build(*((f"20{year}-01-01", LINE) for year in range(10, 90))), LINE)
    assert (found.precedent.date.year, found.earliest.date.year) == (2089, 2010)


def test_of_documents_of_one_day_the_id_decides():
    archive = build(("2020-01-01", LINE, "b"), ("2020-01-01", LINE, "c"), ("2020-01-01", LINE, "a"))
    found = first(archive, LINE)
    assert (found.precedent.document.id, found.earliest.document.id) == ("c", "a")


def test_a_nearer_one_is_preferred_to_a_later_one():
    archive = build(("2019-01-01", LINE), ("2020-01-01", LINE.replace("never", "not")))
    found = first(archive, LINE.replace("nuclear ", ""))
    assert (found.precedent.document.id, found.earliest.document.id) == ("d0", "d0")


def test_earliest_of_a_verbatim_line_is_verbatim():
    archive = build(("2018-01-01", LINE.replace("never", "not")), ("2019-01-01", LINE), ("2020-01-01", LINE))
    found = first(archive, LINE)
    assert (found.precedent.document.id, found.earliest.document.id) == ("d2", "d1")


def test_a_dropped_reservation_is_one_difference():
    found = first(build(("2020-01-01", LINE)), "We will never abandon our nuclear deterrent.")
    assert changes(found) == [("dropped", "unless the hostile policy is withdrawn", "")]
    dropped = found.precedent.differences[-1]
    assert (dropped.start, dropped.end) == (43, 43)  # behind the word before
    assert found.precedent.similarity == pytest.approx(2 * 7 / 20)


def test_replaced_and_added_words():
    found = first(build(("2020-01-01", LINE)), LINE.replace("never", "not").replace("nuclear", "own nuclear"))
    assert changes(found) == [("replaced", "never", "not"), ("added", "", "own")]


def test_offsets_point_into_the_statement_and_into_the_document():
    document, text = f"Pyongyang, May 4. {LINE} It was said.", f"Again:\n{LINE.replace('never', 'not')}"
    found = build(("2020-01-01", document)).trace(text).sentences[1]
    precedent = found.precedent
    assert text[found.start : found.end] == found.text
    assert document[precedent.start : precedent.end] == precedent.text == LINE
    for one in precedent.differences:
        assert text[one.start : one.end] == one.text
        assert document[one.earlier_start : one.earlier_end] == one.earlier_text


VOCABULARY = ["army", "will", "never", "beg", "for", "talks", "조선", "中国", "العدو", "U.S", "3,000"]
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=9)


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS)
def test_differences_hold_all_words_of_both(earlier, words):
    sentence = first(build(("2020-01-01", " ".join(earlier)), n=3), " ".join(words))
    if sentence.precedent is None:
        return
    differences = sentence.precedent.differences
    assert " ".join(one.text for one in differences if one.text).split() == words
    assert " ".join(one.earlier_text for one in differences if one.earlier_text).split() == earlier
    kinds = [one.kind for one in differences]
    assert all(kind == "kept" or other == "kept" for kind, other in pairwise(kinds))
    kept = sum(len(one.text.split()) for one in differences if one.kind == "kept")
    if not set("中国") & set("".join(words + earlier)):
        assert sentence.precedent.similarity == pytest.approx(2 * kept / (len(words) + len(earlier)))


@pytest.mark.parametrize(
    "text",
    [
        "조선민주주의인민공화국은 핵억제력을 절대로 포기하지 않을것이다.",
        "我们决不放弃自己的核遏制力。",
        "لن نتخلى أبدا عن رادعنا النووي أمام العدو.",
        "A lone \ud800 surrogate stays as it is.",
        "Emoji 🚀 are no words but 𠀀𠀁 and 3,000 are.",
    ],
)
def test_any_script_comes_back_verbatim_at_its_place(text):
    trace = build(("2020-01-01", f"하나.\n{text}")).trace(f"😀\n{text}", before="2021-01-01")
    found = trace.sentences[-1]
    assert (found.verdict, found.precedent.text, found.text) == ("verbatim", text, text)
    assert found.n_reused == found.n_words
    json.dumps(trace.to_dict())


def test_names_may_hold_lone_surrogates():
    archive = build(("2020-01-01", LINE, "id\ud800", "source\ud800", "title\ud800"))
    document = first(archive, LINE).precedent.document
    assert (document.id, document.source, document.title) == ("id\ud800", "source\ud800", "title\ud800")
    assert archive.documents()["id"].tolist() == ["id\ud800"]
    assert archive.info()["sources"] == {"source\ud800": 1}


def test_runs_never_cross_the_end_of_a_sentence():
    trace = build(("2020-01-01", "They will never. Beg for talks.")).trace("They will never beg for talks.")
    assert trace.reused_share == 0


def test_new_passages_are_the_uncovered_stretches_longest_first():
    text = "Today the fleet left Wonsan, and we will never beg for talks, said Choe Son Hui."
    trace = build(("2020-01-01", "We will never beg for talks.")).trace(text)
    assert [(one.text, one.n_words) for one in trace.new_passages] == [
        ("Today the fleet left Wonsan, and", 6), ("said Choe Son Hui", 4),
    ]  # fmt: skip
    assert [text[one.start : one.end] for one in trace.new_passages] == [one.text for one in trace.new_passages]


def test_a_stretch_of_two_new_words_is_no_passage():
    trace = build(("2020-01-01", "We will never beg for talks.")).trace("Comrades, we will never beg for talks today.")
    assert trace.new_passages == ()


def test_n_documents_counts_documents_that_have_half_of_the_line():
    archive = build(("2017-01-01", "a b c d e f g."), ("2018-01-01", "a b c d e x y."), ("2019-01-01", "d e f g."))
    # of the four runs of the line the first document has four, the second two and the third one
    assert first(archive, "a b c d e f g").n_documents == 2
    assert first(archive, "z b c d e f g").n_documents == 2
    assert first(archive, "a b c d u v w r s t").n_documents == 0


def test_reissues_count_as_one_document():
    rows = [("2019-01-01", LINE), ("2019-01-02", LINE), ("2019-01-05", LINE), ("2020-01-01", LINE)]
    assert first(build(*rows), LINE).n_documents == 2


def test_changed_lines_rank_telling_changes_of_standing_lines_first():
    standing = [(f"20{year}-01-01", f"{LINE} The army fired on {year} May at the sea.") for year in range(10, 20)]
    archive = build(*standing, ("2019-05-01", "The people of the city went to the fields today."))
    text = (
        "The people of the city went to the reactor today. The army fired on 7 May at the sea. "
        "We will never abandon our nuclear deterrent."
    )
    found = archive.trace(text).changed_lines
    assert [line.sentence for line in found] == [2, 0, 1]
    assert [line.n_documents for line in found] == [10, 1, 1]  # a line with a changing date has most of its runs once
    assert found[0].score == pytest.approx(math.log2(11) * found[0].precedent.similarity ** 4)  # "unless" weighs 1
    assert found[2].score == pytest.approx(found[2].precedent.similarity ** 4 * 0.1)  # a figure 0.1


def test_reissue_of_names_the_first_document_of_the_days_before():
    rows = [("2020-01-01", LINE, "a"), ("2020-01-03", LINE, "c"), ("2020-01-03", LINE, "b"), ("2020-01-04", LINE, "d")]
    archive = build(*rows)
    assert archive.trace(LINE, before="2020-01-04").reissue_of.id == "a"
    assert archive.trace(LINE, before="2020-01-05").reissue_of.id == "b"
    assert archive.trace(LINE, before="2020-01-08").reissue_of is None
    assert archive.trace("Nothing of the kind.", before="2020-01-04").reissue_of is None


def test_before_the_archive_begins_nothing_is_known():
    trace = build(("2020-01-01", LINE)).trace(LINE, before="2020-01-01")
    assert (trace.archive_begins, trace.writable_since(), trace.is_limited()) == (None, None, False)
    assert math.isnan(trace.age_years())


def test_wording_of_the_first_months_may_be_older_than_the_archive():
    archive = build(("2020-01-01", "The weather was fine."), ("2020-03-30", LINE), ("2020-04-01", f"Indeed {LINE[3:]}"))
    assert archive.trace(LINE, before="2021-01-01").is_limited()
    assert not archive.trace(f"Indeed {LINE[3:]}", before="2021-01-01").is_limited(1.0)
    assert archive.trace(LINE).archive_begins == datetime.date(2020, 1, 1)


def test_to_dict_is_ready_for_json_and_holds_every_word():
    trace = build(("2020-01-01", LINE, "a", "KCNA", "A title")).trace(f"{LINE} It is fine.", before="2021-06-01")
    told = json.loads(json.dumps(trace.to_dict(), allow_nan=False))
    assert [word["first"] for word in told["words"]] == ["2020-01-01"] * 13 + [None] * 3
    assert told["sentences"][0]["precedent"]["document"] == {
        "id": "a", "date": "2020-01-01", "source": "KCNA", "title": "A title",
    }  # fmt: skip
    assert (told["before"], told["writable_since"], told["is_limited"]) == ("2021-06-01", "2020-01-01", True)
    assert json.loads(json.dumps(build(("2020-01-01", LINE)).trace("...").to_dict(), allow_nan=False))["words"] == []


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"text": 7}, TypeError, "text must be a str, got int"),
        ({"text": " \n"}, ValueError, r"text must hold a visible character, got ' \\n'"),
        ({"text": LINE, "before": "4 May"}, ValueError, "before must be a date such as '2021-05-02', got '4 May'"),
        ({"text": LINE, "before": 20210504}, ValueError, "before must be a date .* got 20210504"),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        build(("2020-01-01", LINE)).trace(**arguments)


def test_a_reading_with_an_archive_says_kind_and_precedent():
    archive = build(("2020-01-01", "They will pay a dear price. The talks open in Geneva on 4 May."))
    text = "They will pay a dear price. On 9 June the fleet fired three missiles from Wonsan."
    reading = statement(text, date="2021-01-01", archive=archive)
    assert [(one.kind, one.verdict) for one in reading.sentences] == [("boilerplate", "verbatim"), ("news", "new")]
    assert reading.sentences[0].precedent.date == datetime.date(2020, 1, 1)
    assert reading.reused_share == pytest.approx(6 / 16)
    assert reading.writable_since is None
    assert reading.to_frame()["precedent_date"].tolist() == [datetime.date(2020, 1, 1), None]


def test_a_table_with_an_archive_takes_each_date():
    archive = build(("2020-01-01", LINE))
    frame = pd.DataFrame({"text": [LINE, LINE, " "], "date": ["2020-01-01", "2020-01-02", None]})
    table = statements(frame, archive=archive, blank="keep")
    assert table["verdict"].tolist() == ["new", "verbatim", None]
    assert table["precedent_id"].tolist() == [None, "d0", None]
    assert table["n_reused"].tolist() == [0, 13, None]
