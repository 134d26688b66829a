"""The page of one statement: as data first, as HTML second."""

import datetime
import html as markup
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rhetoric.report
from rhetoric._reading import Reading, Sentence
from rhetoric._trace import Document, Omission, Trace, TracedSentence
from rhetoric.classify import Cue, statement
from rhetoric.report._pieces import cut
from rhetoric.report._statement import MAX_DETAILED, MAX_RUN, summarize_statement

VOID = {"meta", "input", "br", "rect"}


class Outline(HTMLParser):
    """Tags and attributes of a page, and whether its elements nest."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open, self.is_nested, self.text = [], [], True, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.is_nested &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, text):
        if not {"style", "script"} & set(self.open):
            self.text.append(text)


def sentence(text, start=0, label="formulaic", p=0.1, cues=(), **known):
    return Sentence(text, start, start + len(text), len(text.split()), label, p, tuple(cues), **known)


def reading(*sentences, **known):
    return Reading(sentences, perishable_share=0.5, perishable_interval=(0.25, 0.75), **known)


def page_of(given_reading):
    return Outline(rhetoric.report.html(given_reading))


def test_page_begins_with_three_sentences(traced_reading):
    text = " ".join(" ".join(page_of(traced_reading).text).split())
    places = [text.index(part) for part in ("63% of 260 words can be skipped", "are news", "Six lines return changed")]
    assert places == sorted(places)
    assert places[-1] < text.index("Already in print")


def test_header_carries_vehicle_authority_shares_and_date(traced_reading):
    page = summarize_statement(traced_reading)
    assert (page["heading"]["vehicle"], page["heading"]["authority"]) == ("Kim Yo Jong's statement", 4)
    assert page["figures"]["perishable"]["share"] == traced_reading.perishable_share
    assert page["figures"]["reused_share"] == traced_reading.reused_share
    assert page["figures"]["archive_begins"] == "2009-02-15"


def test_every_sentence_stands_on_the_page_in_its_order(traced_reading):
    text = "".join(page_of(traced_reading).text)
    joined = " ".join(re.sub(r"\s+", " ", text).split())
    assert all(number in joined for number in ("4,100 tents", "first 800", "muddy shoes"))
    pieces = ["".join(piece["text"] for piece in s["pieces"]) for s in summarize_statement(traced_reading)["sentences"]]
    assert pieces == [s.text for s in traced_reading.sentences]


def test_panel_links_news_changed_lines_and_omissions_to_their_places(traced_reading):
    outline = page_of(traced_reading)
    ids = {attributes["id"] for _, attributes in outline.found if "id" in attributes}
    links = [a["href"][1:] for tag, a in outline.found if tag == "a" and "href" in a]
    assert {"s3", "s6", "s9", "o1"} <= set(links)
    assert set(links) <= ids


def test_changed_line_shows_dropped_words_of_its_precedent(traced_reading):
    changed = next(s for s in summarize_statement(traced_reading)["sentences"] if s["number"] == 9)
    precedent = changed["details"]["precedent"]
    assert [piece["text"] for piece in precedent["pieces"] if piece["is_dropped"]] == ["for the present"]
    assert precedent["date"] == "2024-07-20"
    assert changed["is_changed"]


def test_added_words_are_marked_in_the_sentence(traced_reading):
    sentences = summarize_statement(traced_reading)["sentences"]
    added = {s["number"]: [p["text"] for p in s["pieces"] if p["is_added"]] for s in sentences}
    assert added[5] == ["ROK"]
    assert added[3] == []


def test_reused_words_carry_the_date_since_which_they_were_in_print(traced_reading):
    verbatim = summarize_statement(traced_reading)["sentences"][6]
    assert [(piece["since"], piece["whole_since"]) for piece in verbatim["pieces"]] == [("2024-07-20", "2024-07-20")]
    attributes = [a.get("title") for tag, a in page_of(traced_reading).found if a.get("class") == "r"]
    assert "in print since 2024-07-20" in attributes


def test_a_stretch_of_words_of_several_dates_was_in_print_since_the_latest():
    pieces = summarize_statement(_traced("We will win today.", days=[20, 20, 10, None]))["sentences"][0]["pieces"]
    assert [(piece["text"], piece["since"], piece["whole_since"]) for piece in pieces] == [
        ("We will ", "1970-01-21", None),
        ("win", "1970-01-11", "1970-01-21"),
        (" today.", None, None),
    ]


def test_punctuation_behind_reused_words_goes_with_them():
    pieces = summarize_statement(_traced("We win.", days=[5, 5]))["sentences"][0]["pieces"]
    assert [piece["text"] for piece in pieces] == ["We win."]


def test_page_is_one_file_with_a_policy_that_allows_no_request(traced_reading):
    outline = page_of(traced_reading)
    policy = next(a["content"] for tag, a in outline.found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any({"src", "style", "onclick", "srcset"} & set(a) for _, a in outline.found)
    assert all(a["href"].startswith("#") for tag, a in outline.found if tag == "a")


def test_elements_nest_and_ids_are_unique(traced_reading):
    outline = page_of(traced_reading)
    ids = [a["id"] for _, a in outline.found if "id" in a]
    assert outline.is_nested
    assert outline.open == []
    assert len(ids) == len(set(ids))


def test_page_of_a_statement_is_small(traced_reading):
    assert len(rhetoric.report.html(traced_reading).encode()) < 100_000


def test_page_without_archive_lists_what_to_read():
    page = summarize_statement(statement("Glory to all! The talks open in Geneva on 4 May."))
    assert [item["text"] for item in page["news"]] == ["The talks open in Geneva on 4 May."]
    assert not page["has_archive"]
    assert "Missing" not in "".join(page_of(statement("Glory to all!")).text)


def test_bare_enumerators_are_no_news():
    page = summarize_statement(reading(sentence("2.", label="substantive", p=0.9)))
    assert page["news"] == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</style><img src=x onerror=alert(1)>",
        "\"' onmouseover=alert(1) x='",
        "{{ 7 * 7 }} {% for %}",
        "a\u202eb\x00c\x1b[2J\ud800",
    ],
)
@pytest.mark.parametrize("field", ["title", "source", "date", "vehicle", "id", "text", "cue"])
def test_hostile_text_is_shown_and_not_obeyed(hostile, field):
    words = sentence(
        hostile if field == "text" else "Words.",
        cues=[Cue("formula__epithet", -1.0, hostile if field == "cue" else "x", ())],
    )
    known = {field: hostile} if field not in ("text", "cue") else {}
    outline = page_of(reading(words, **known))
    plain = page_of(reading(sentence("Words.", cues=[Cue("formula__epithet", -1.0, "x", ())])))
    assert {tag for tag, _ in outline.found} <= {tag for tag, _ in plain.found} | {"p", "span"}
    assert outline.is_nested
    visible = "".join(outline.text)
    assert not re.search("[\u202e\x00\x1b\ud800]", visible)
    assert hostile[:7] in visible or "<U+202E>" in visible


@given(st.text(st.characters(), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_a_page_that_nests_and_can_be_written(text):
    page = rhetoric.report.html(reading(sentence(text, cues=[Cue("wording", 1.0, text, ())]), title=text))
    assert Outline(page).is_nested
    assert page.encode("utf-8")


def test_a_wider_gap_than_usual_begins_a_paragraph():
    near, far = sentence("One."), sentence("Two.", start=5)
    sentences = summarize_statement(reading(near, far, sentence("Three.", start=11), sentence("Four.", start=18)))
    assert [s["begins_paragraph"] for s in sentences["sentences"]] == [False, False, True, False]


def test_sentences_beyond_the_limit_stand_together_without_details():
    many = [sentence(f"Go {n}.", start=9 * n) for n in range(MAX_DETAILED + MAX_RUN + 1)]
    page = summarize_statement(reading(*many, sentence("On 4 May.", label="substantive", p=0.9)))
    assert len(page["sentences"]) == MAX_DETAILED
    assert [(run["first"], run["last"], run["label"]) for run in page["rest"]] == [
        (2001, 2050, "formulaic"),
        (2051, 2051, "formulaic"),
        (2052, 2052, "substantive"),
    ]
    assert page["rest"][0]["text"].startswith("Go 2000. Go 2001.")


def test_no_text_is_lost_however_long_a_statement_is():
    many = [sentence(f"Go {n}.", start=9 * n) for n in range(2500)]
    shown = "".join(page_of(reading(*many)).text)
    assert all(f"Go {n}." in shown for n in range(2500))


def test_reading_without_words_has_no_figures():
    page = summarize_statement(Reading((sentence("***"),), float("nan"), (float("nan"), float("nan"))))
    page["sentences"][0]["n_words"] = 0
    empty = Sentence("***", 0, 3, 0, "formulaic", 0.1, ())
    shown = "".join(page_of(Reading((empty,), float("nan"), (float("nan"), float("nan")))).text)
    assert "There is no word to read." in shown
    assert "nan" not in shown


def test_function_words_are_not_shown_as_cues():
    cues = [Cue("wording", 2.0, "of the", ()), Cue("wording", 1.0, "talks", ())]
    details = summarize_statement(reading(sentence("Words.", cues=cues)))["sentences"][0]["details"]
    assert [cue["text"] for cue in details["cues"]] == ["talks"]


def test_summary_is_ready_for_json(traced_reading):
    assert json.loads(json.dumps(summarize_statement(traced_reading)))["has_archive"] is True


def test_reissue_is_announced():
    first = Document("k1", datetime.date(2021, 5, 1), "KCNA", "First Issue")
    text = "".join(page_of(_traced("We will win.", reissue_of=first)).text)
    assert "A re-issue of a text of 2021-05-01: First Issue" in text


def test_omission_tells_how_often_and_when_last():
    last = Document("k1", datetime.date(2021, 5, 1), "KCNA", "A Title")
    omission = Omission("the sword of justice", 0.9, 9, 10, (last,), 3.0)
    item = summarize_statement(_traced("We will win.", omissions=(omission,)))["omissions"][0]
    assert (item["n_with"], item["n_statements"], item["last"][0]["date"]) == (9, 10, "2021-05-01")


def _traced(text, omissions=(), reissue_of=None, days=None):
    """Return the reading of a sentence that is traced to nothing, or to what is given."""
    import numpy as np

    traced = TracedSentence(text, 0, len(text), 3, 0, "new", None, None, 0)
    places = np.array([match.span() for match in re.finditer(r"\w+", text)])
    never = np.iinfo(np.int64).max
    days = np.array([never if day is None else day for day in days or [None] * len(places)])
    trace = Trace((traced,), places[:, 0], places[:, 1], days, 0.0, (), tuple(omissions), (), None, None, reissue_of, 4)
    return reading(sentence(text, verdict="new", kind="fresh rhetoric"), trace=trace)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], [("abcdef", [None])]),
        ([(0, 6, 1)], [("abcdef", [1])]),
        ([(2, 4, 1)], [("ab", [None]), ("cd", [1]), ("ef", [None])]),
        ([(-3, 1, 1), (5, 9, 2)], [("a", [1]), ("bcde", [None]), ("f", [2])]),
        ([(3, 3, 1)], [("abcdef", [None])]),
    ],
)
def test_text_is_cut_where_marks_begin_and_end(marks, expected):
    assert cut("abcdef", [marks]) == expected


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_pieces_together_are_the_text(text, spans):
    ordered, end = [], 0
    for low, high in sorted(spans):
        if end <= low < high:
            ordered.append((low, high, True))
            end = high
    assert "".join(piece for piece, _ in cut(text, [ordered, [(0, 5, 1)]])) == text


def test_escaped_text_reads_as_it_was_written():
    page = rhetoric.report.html(reading(sentence('Profit & <loss> "rose".')))
    assert "Profit &amp; &lt;loss&gt;" in page
    assert 'Profit & <loss> "rose".' in markup.unescape(page)
