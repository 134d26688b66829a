"""Two statements aligned sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._alignment import MAX_WORDS, align

A, B, C = "We will never beg for talks.", "The army stands ready.", "Sanctions must be lifted at once."
NEW = "It rained in Wonsan on Monday."

SENTENCES = st.lists(st.sampled_from([A, B, C, NEW, "***", "We will beg for talks.", "The army stands."]), max_size=6)


def places(earlier, later):
    return [(row.earlier, row.later, row.has_moved) for row in align(earlier, later)]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ([], [], []),
        ([A], [], [(0, None, False)]),
        ([], [A], [(None, 0, False)]),
        ([A, B], [A, B], [(0, 0, False), (1, 1, False)]),
        ([A, B, C], [A, C], [(0, 0, False), (1, None, False), (2, 1, False)]),
        ([A, C], [A, B, C], [(0, 0, False), (None, 1, False), (1, 2, False)]),
        ([A, B, C], [C, A, B], [(2, 0, True), (0, 1, False), (1, 2, False)]),
        ([B, A], [A], [(0, None, False), (1, 0, False)]),
        ([A], [NEW], [(0, None, False), (None, 0, False)]),
        ([A, A], [A, A], [(0, 0, False), (1, 1, False)]),
    ],
)
def test_sentences_find_their_partners(earlier, later, expected):
    assert places(earlier, later) == expected


@pytest.mark.parametrize(
    ("earlier", "later", "dropped", "added"),
    [
        ("Talks are open now.", "Talks are open.", ["now"], []),
        ("Talks are open.", "Talks are not open.", [], ["not"]),
        ("We will act at once.", "We may act at once.", ["will"], ["may"]),
        ("TALKS are open!", "Talks are open.", [], []),
    ],
)
def test_changed_words_have_their_spans(earlier, later, dropped, added):
    (row,) = align([earlier], [later])
    assert [earlier[start:end] for start, end in row.dropped] == dropped
    assert [later[start:end] for start, end in row.added] == added


def test_similarity_is_twice_the_common_words_over_all_words():
    (row,) = align(["one two three four"], ["one two three five"])
    assert row.similarity == pytest.approx(0.75)


def test_sentences_below_the_least_similarity_are_no_partners():
    assert len(align(["one two three four"], ["one two three five"], min_similarity=0.8)) == 2


def test_marks_without_words_are_not_paired():
    assert places(["***"], ["***"]) == [(0, None, False), (None, 0, False)]


@given(SENTENCES, SENTENCES)
def test_every_sentence_stands_in_one_row(earlier, later):
    rows = align(earlier, later)
    assert sorted(row.earlier for row in rows if row.earlier is not None) == list(range(len(earlier)))
    assert [row.later for row in rows if row.later is not None] == list(range(len(later)))


@given(SENTENCES)
def test_a_statement_is_unchanged_against_itself(sentences):
    rows = [row for row in align(sentences, sentences) if row.earlier is not None and row.later is not None]
    assert all((row.earlier, row.dropped, row.added, row.has_moved) == (row.later, (), (), False) for row in rows)


def test_a_very_long_sentence_is_the_same_or_it_is_not():
    long = "word " * (MAX_WORDS + 1)
    (same,) = align([long], [long])
    assert (same.similarity, same.dropped, same.added) == (1.0, (), ())
    assert places([long], [long + "more"]) == [(0, None, False), (None, 0, False)]
