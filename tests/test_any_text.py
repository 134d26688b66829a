"""Any text, hostile or broken: read whole, with sound figures, and the same however it is written."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from fuzz.any_input import SUFFIXES, check_file, check_forms, check_reading, check_trace
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rhetoric._characters import find_marks
from rhetoric._composed import MAX_MARKS, compose
from rhetoric._sentences import split_sentences
from rhetoric._tokens import tokenize, word_hash

MARKS_AND_BASES = (
    "\u00ad\u0301\u0323\u0327\u0338\u05b4\u093f\u094d\u0915\u0958\u1112\u1161\u11ab\u0f71\u0f73\u3099\u212b\u037e"
)
WRITTEN = 'aB É1 .?!\n"“’()\u3002\u304b中한\u200d\U0002f800\U0001d15e\ufb2c' + MARKS_AND_BASES
SCRIPTS = st.text(WRITTEN, max_size=40)


def words(text):
    tokens = tokenize([text])
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("भारत के प्रधानमंत्री ने", ["भारत", "के", "प्रधानमंत्री", "ने"]),
        ("بِسْمِ ٱللَّٰهِ، قال", ["بِسْمِ", "ٱللَّٰهِ", "قال"]),
        ("בְּרֵאשִׁית בָּרָא", ["בְּרֵאשִׁית", "בָּרָא"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("か\u3099き", ["か\u3099", "き"]),
        ("a ❤\ufe0f b 1\u20e3", ["a", "b", "1\u20e3"]),
        ("! \u0301 \u0301a", ["a"]),
    ],
)
def test_words_do_not_break_at_marks(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    "word", ["caf\u00e9", "\u212bngstr\u00f6m", "조선중앙통신", "\u0958लम", "Vi\u1ec7t", "\u0390", "\U0002f800"]
)
def test_composed_and_decomposed_words_are_the_same(word):
    decomposed = unicodedata.normalize("NFD", word)
    assert word != decomposed
    assert word_hash(word) == word_hash(decomposed)
    assert words(f"the {decomposed} is") == ["the", decomposed, "is"]


@given(SCRIPTS)
def test_every_form_of_a_text_has_the_same_words_marks_and_sentences(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    composed, decomposed = (tokenize([form]) for form in forms)
    for name in ("hashes", "n_digits", "n_chars", "is_capitalised", "is_acronym", "marks"):
        assert np.array_equal(getattr(composed, name), getattr(decomposed, name)), name
    sentences = [
        [tokenize([form[start:end]]).hashes.tolist() for start, end in split_sentences(form)] for form in forms
    ]
    assert sentences[0] == sentences[1]


@given(SCRIPTS)
def test_composing_is_that_of_unicode_and_places_are_in_order(text):
    composed, origin = compose(text)
    assert composed == unicodedata.normalize("NFC", text)
    if origin is not None:
        assert np.all(np.diff(origin) >= 0)
        assert (origin[0], origin[-1], len(origin)) == (0, len(text), len(composed) + 1)


def test_every_character_is_composed_as_unicode_says():
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.normalize("NFC", character) != character or unicodedata.combining(character):
            assert compose(f"a{character}b")[0] == unicodedata.normalize("NFC", f"a{character}b")


def test_a_million_marks_are_composed_in_parts():
    text = "a" + "\u0315" * 500_000 + "\u0300" * 500_000
    composed, origin = compose(text)
    assert len(composed) == len(text)
    assert origin[-1] == len(text)
    assert composed[: MAX_MARKS + 2] == text[: MAX_MARKS + 2]


@given(SCRIPTS)
@example("\u3002\u0f73")  # a full stop that bears a mark which is written as two
def test_words_and_sentences_lie_in_the_text_and_in_order(text):
    tokens = tokenize([text])
    spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
    for found in (spans, split_sentences(text)):
        assert all(0 <= start < end <= len(text) for start, end in found)
        assert all(left[1] <= right[0] for left, right in pairwise(found))


@given(SCRIPTS)
def test_marks_are_found_where_they_stand(text):
    places = find_marks([text])[1].tolist()
    assert len(places) == int(tokenize([text]).marks.sum())
    assert places == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)


STATEMENTS = st.lists(
    st.sampled_from(
        ["We will never beg for talks. ", "the Workers' Party of Korea", "\n", "“", "On 4 May ", "Glory", "!", ". "]
    )
    | SCRIPTS,
    max_size=12,
).map("".join)
slowly = settings(max_examples=60, deadline=None)


@slowly
@given(st.text(max_size=60) | STATEMENTS)
@example("\ud800\udfff")
@example("。\ufb2c")
def test_any_text_is_read_soundly_and_alike_twice(text):
    check_reading(text)


@slowly
@given(STATEMENTS)
@example("Premie\u0300re. “E\u0301” A\u0301. B")
@example("\u212b \u037e \u1fef")
def test_both_forms_of_a_text_have_the_same_reading(text):
    check_forms(text)


@slowly
@given(STATEMENTS | st.text(st.characters(exclude_categories=[]), max_size=60))
def test_a_trace_stays_in_the_text(text):
    check_trace(text)


@pytest.mark.parametrize("suffix", SUFFIXES)
@slowly
@given(text=STATEMENTS, patch=st.binary(max_size=6), at=st.integers(0, 60))
def test_any_file_is_read_soundly_or_refused(suffix, text, patch, at):
    content = text.encode("utf-8", "replace")
    for found in check_file(content[:at] + patch + content[at:], suffix):
        check_reading(found)


@pytest.mark.parametrize(
    "text", ["peace\n" * 500, "." * 100_000, '"(“' * 30_000, "\n" * 300_000 + "a", "e\u0301" * 100_000]
)
def test_texts_made_to_slow_a_reader_are_read_whole(text):
    reading = check_reading(text)
    assert sum(len(sentence.text) for sentence in reading.sentences) <= len(text)
