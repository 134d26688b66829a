"""Three sentences that sum a reading up."""

import dataclasses

import pytest

from rhetoric._reading import Reading, Sentence
from rhetoric._summary import counted, summary_sentences


def reading(*labels, words="Some words here."):
    sentences = [Sentence(words, 0, 16, 3, label, 0.9 if label == "substantive" else 0.1, ()) for label in labels]
    return Reading(tuple(sentences), 0.5, (0.25, 0.75))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["formulaic"], "No sentence says anything to check or act on."),
        (["formulaic", "substantive"], "Sentence 2 of 2 says something to check or act on."),
        (["substantive"] * 3, "Sentences 1, 2 and 3 of 3 say something to check or act on."),
        (["substantive"] * 13, "13 sentences of 13 say something to check or act on."),
        (["uncertain", "uncertain"], "No sentence says anything to check or act on; sentences 1 and 2 are uncertain."),
    ],
)
def test_second_sentence_tells_where_something_is_said(labels, expected):
    assert summary_sentences(reading(*labels))[1] == expected


def test_first_sentence_gives_the_share_and_its_interval():
    assert summary_sentences(reading("formulaic", "substantive"))[0] == "50% of 6 words can be skipped (25% to 75%)."


def test_reading_without_words_is_one_sentence():
    empty = Reading((Sentence("***", 0, 3, 0, "formulaic", 0.1, ()),), float("nan"), (float("nan"), float("nan")))
    assert summary_sentences(empty) == ("There is no word to read.",)


def test_archive_tells_news_changed_lines_and_what_is_missing(traced_reading):
    _, new, changed = summary_sentences(traced_reading)
    assert new == "Sentences 3 and 6 of 13 are news, something to check or act on in words not seen before."
    assert changed == (
        "Six lines return changed (sentences 1, 2, 5, 9, 12 and 13), and one formula that is nearly always there "
        "is missing."
    )


def test_nothing_changed_or_missing_is_said_so(traced_reading):
    trace = dataclasses.replace(traced_reading.trace, changed_lines=(), omissions=())
    last = summary_sentences(dataclasses.replace(traced_reading, trace=trace))[-1]
    assert last == "No line returns changed, and no formula that was to be expected is missing."


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "No lines"), (1, "One line"), (2, "Two lines"), (12, "Twelve lines"), (1300, "1,300 lines")],
)
def test_small_numbers_are_words(count, expected):
    assert counted(count, "line") == expected
