"""The page that sets two statements side by side."""

import pytest

import rhetoric.report
from rhetoric.classify import statement
from rhetoric.report._compare import summarize_comparison

EARLIER = "Glory to our great cause. Talks may be held if sanctions are lifted. The army is ready. We will win."
LATER = "We will win. Talks will be held if sanctions are lifted. On 4 May two ships left Wonsan. The army is ready."


@pytest.fixture(scope="module")
def pair():
    return statement(EARLIER, title="First"), statement(LATER, title="Second")


def test_every_row_says_what_became_of_the_sentence(pair):
    rows = summarize_comparison(*pair)["rows"]
    states = {(row["earlier"] or row["later"])["pieces"][0]["text"][:9]: row["state"] for row in rows}
    assert states == {"Glory to ": "dropped", "We will w": "moved", "Talks ": "changed", "On 4 May ": "added",
                      "The army ": "same"}  # fmt: skip


def test_changed_words_are_marked_on_both_sides(pair):
    page = rhetoric.report.compare_html(*pair)
    assert "Talks <del>may</del> be held" in page
    assert "Talks <ins>will</ins> be held" in page


def test_summary_counts_what_stayed_what_is_new_and_what_is_gone(pair):
    summary = summarize_comparison(*pair)["summary"]
    assert summary[0].startswith("32% of 22 words can be skipped")
    assert summary[1] == "One sentence is new and says something to check or act on."
    assert summary[2] == "One sentence changed, and one sentence of the earlier statement is gone."


def test_statement_against_itself_can_be_skipped_as_a_whole(pair):
    page = summarize_comparison(pair[0], pair[0])
    assert page["counts"] == {"same": 4, "changed": 0, "moved": 0, "added": 0, "dropped": 0}
    assert page["summary"][0].startswith("100% of")
    assert page["summary"][1] == "No sentences are new."


def test_hostile_text_is_escaped():
    page = rhetoric.report.compare_html(statement("<b>We win</b>."), statement("<b>We \u202elose</b>.", title="<i>"))
    assert "<b>" not in page.partition("<body>")[2].replace("</b>", "")
    assert "&lt;i&gt;" in page
    assert "\u202e" not in page
