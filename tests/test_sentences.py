"""Sentences as spans of the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._sentences import split_all, split_sentences

LIKE_TEXT = st.text("aB1.!?,;:()\"'\u2019\u201c\u201d\u3002\uff01\u00a0\u00e9\u671d \n\r\t\u2028\x1f\0", max_size=60)


def sentences(text):
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n\u00a0\u2028 ", []),
        ("No full stop", ["No full stop"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("  One.   Two.  ", ["One.", "Two."]),
        ("Mr. Ri met Dr. Pak. They left.", ["Mr. Ri met Dr. Pak.", "They left."]),
        ("He met Gen. Kim on Oct. 5. She left.", ["He met Gen. Kim on Oct. 5.", "She left."]),
        ("He\u00a0left. A.\u00a0B. stayed.", ["He\u00a0left.", "A.\u00a0B. stayed."]),
        ("The U.S. army left at 5 p.m. on Monday.", ["The U.S. army left at 5 p.m. on Monday."]),
        ("It rose by 2.5 percent. It fell.", ["It rose by 2.5 percent.", "It fell."]),
    ],
)
def test_sentences_of_a_text(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\n\n"])
def test_a_line_end_ends_a_sentence(end):
    assert sentences(f"Statement{end}of the ministry") == ["Statement", "of the ministry"]


@pytest.mark.parametrize("stop", ["\u3002", "\uff01", "\uff1f", "\u3002\u3002", "\u0964", "\u061f", "\u06d4"])
def test_full_stops_of_other_scripts_need_no_space_behind_them(stop):
    assert sentences(f"\u671d\u9bae{stop}\u5e73\u58cc{stop}") == [f"\u671d\u9bae{stop}", f"\u5e73\u58cc{stop}"]


def test_characters_of_several_bytes_do_not_shift_spans():
    text = "\u201cCaf\u00e9.\u201d\u00a0He \U0001f680 left. \u00c9mile stayed."
    assert sentences(text)[-1] == "\u00c9mile stayed."


@pytest.mark.parametrize(
    "text", ["1.\u00a0a", "\u00a0.\u00a0", "A.\u00a0\u00a0B.", "\u2019.\u00a0\u2019", "\ud800. \udfff."]
)
def test_no_break_spaces_and_surrogates_are_no_trouble(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.one_of(LIKE_TEXT, st.text(st.characters(exclude_categories=()), max_size=60)))
def test_spans_hold_every_visible_character_once_and_in_order(text):
    spans = split_sentences(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in spans)
    covered = {i for start, end in spans for i in range(start, end)}
    assert {i for i, character in enumerate(text) if not character.isspace()} <= covered


@given(LIKE_TEXT)
def test_no_sentence_runs_over_a_line_end(text):
    assert all(len(sentence.splitlines()) == 1 for sentence in sentences(text))


@given(st.lists(LIKE_TEXT | st.text(st.characters(exclude_categories=()), max_size=20), max_size=6))
def test_a_text_has_the_same_sentences_among_others_as_alone(texts):
    found = split_all(texts)
    spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
    assert [spans[start:end] for start, end in pairwise(found.first.tolist())] == list(map(split_sentences, texts))
