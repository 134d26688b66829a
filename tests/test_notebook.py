"""Results as they show themselves in a notebook."""

import pandas as pd
import pytest

from rhetoric._notebook import MAX_ROWS, fragment
from rhetoric.archive import Archive
from rhetoric.classify import RhetoricClassifier, statement
from rhetoric.evaluate import evaluate


@pytest.fixture(scope="module")
def evaluation():
    sentences = ["On 4 May.", "6 rockets.", "Go!", "Win!"]
    model = RhetoricClassifier(blocks=["substance"]).fit(sentences, [1, 1, 0, 0])
    return evaluate(model, pd.DataFrame({"text": sentences, "label": [1, 1, 0, 0]}))


def test_reading_begins_with_three_sentences(traced_reading):
    page = traced_reading._repr_html_()
    places = [page.index(part) for part in ("can be skipped", "are news", "return changed", "<table>")]
    assert places == sorted(places)


def test_reading_shows_kind_and_changed_words(traced_reading):
    page = traced_reading._repr_html_()
    assert "2024-07-20 [-for the present-]" in page
    assert page.count("<tr>") == 14
    assert '<td class="loud">' in page


def test_reading_without_archive_has_no_column_for_earlier_wording():
    page = statement("Glory to all!")._repr_html_()
    assert "earlier wording" not in page
    assert "shows only against an archive" in page


def test_trace_tells_what_was_in_print(traced_reading):
    page = traced_reading.trace._repr_html_()
    assert "58% of 260 words were already in print and can be skipped." in page
    assert "Four sentences of 13 are new." in page
    assert "verbatim" in page


def test_trace_is_readable_as_text(traced_reading):
    *lines, blank, summary = str(traced_reading.trace).splitlines()
    assert lines[6] == "verbatim  11 of 11   No amount of weeping will bring the dead back to life."
    assert blank == ""
    assert summary == traced_reading.trace.summary()


def test_evaluation_shows_its_figures(evaluation):
    page = evaluation._repr_html_()
    assert "100% of 4 sentences have the right label" in page
    assert "area under the ROC curve" in page


def test_archive_counts_its_documents():
    page = Archive.example()._repr_html_()
    assert "1,050 documents" in page
    assert '<td class="">KCNA</td>' in page
    assert "more</small>" in page


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "a\u202eb", '" onload="x'])
def test_hostile_text_is_shown_and_not_obeyed(hostile):
    page = fragment(title=hostile, origin=[hostile], summary=[hostile], columns=[hostile], rows=[([hostile], "loud")])
    assert "<script>" not in page
    assert "\u202e" not in page
    assert 'onload="' not in page


def test_long_tables_are_cut_and_say_so():
    page = fragment(columns=["n"], rows=[([number], "") for number in range(MAX_ROWS + 5)])
    assert page.count("<tr>") == MAX_ROWS + 1
    assert "and 5 more" in page


def test_nothing_is_an_empty_fragment():
    assert "<table>" not in fragment()
