"""Class, case and punctuation of single characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._characters import (
    DIGIT,
    IDEOGRAPH,
    KIND,
    LETTER,
    MARKS,
    OTHER,
    PADDING,
    UPPER,
    find_marks,
    read_characters,
)
from rhetoric._composed import unsettled_codes

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("character", "kind", "is_upper"),
    [
        ("a", LETTER, False),
        ("A", LETTER, True),
        ("\u00c9", LETTER, True),
        ("\u0416", LETTER, True),
        ("7", DIGIT, False),
        ("\u0663", DIGIT, False),
        ("\u671d", IDEOGRAPH, False),
        ("\U00020000", IDEOGRAPH, False),
        ("\ud800", OTHER, False),
        ("\U0001f680", OTHER, False),
    ],
)
def test_class_and_case_of_a_character(character, kind, is_upper):
    (found,) = read_characters(character).properties
    assert found & KIND == kind
    assert bool(found & UPPER) == is_upper


@given(ANY_TEXT)
def test_every_character_has_its_properties_whatever_stands_beside_it(text):
    attached = set(unsettled_codes().tolist())
    text = "".join(character for character in text if ord(character) not in attached)
    together = read_characters(text).properties.tolist()
    assert together == [int(read_characters(character).properties[0]) for character in text]


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_latin_letters_are_lower_cased(text):
    expected = [ord(c.lower()) if c.isalpha() else None for c in text]
    lower = read_characters(text).lower.tolist()
    assert [low if c.isalpha() else None for low, c in zip(lower, text, strict=False)] == expected
    assert lower[len(text) :] == [0] * PADDING


def test_letters_beyond_latin_1_are_kept_apart_in_lower_case():
    found = read_characters("a\u2019\u0416b\u2022")
    assert found.lower[:5].tolist()[:4] == [ord("a"), ord("'"), 0, ord("b")]
    assert found.wide.tolist() == [2]
    assert found.wide_codes.tolist() == [ord("\u0436")]


def test_marks_are_of_the_class_of_what_bears_them():
    kinds = [int(found & KIND) for found in read_characters("x\u0301 \u0301\u671d\u0301").properties]
    assert kinds == [LETTER, LETTER, OTHER, OTHER, IDEOGRAPH, IDEOGRAPH]


def test_marks_are_found_in_each_document():
    document, place, mark = find_marks(['a "b\u201d!', "", "e\u0301?"])
    assert list(zip(document, place, strict=True)) == [(0, 2), (0, 4), (0, 5), (2, 2)]
    assert [MARKS[at] for at in mark] == ['"', '"', "!", "?"]
    assert [len(column) for column in find_marks([])] == [0, 0, 0]
