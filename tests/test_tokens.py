"""Words, their spans, hashes and shapes, and punctuation counts."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._characters import MARKS
from rhetoric._tokens import (
    batches,
    mix,
    ngram_hashes,
    run_hashes,
    runs_within_documents,
    tokenize,
    word_hash,
)

TEXTS = st.lists(st.text(max_size=60), max_size=5)
SURROGATES_TOO = st.text(st.characters(exclude_categories=()), max_size=40)
RIGHT_TO_LEFT_OVERRIDE = "\u202e"


def words(text):
    tokens = tokenize([text])
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


def marks(text):
    counts = dict(zip(MARKS, tokenize([text]).marks[0].tolist(), strict=True))
    return {mark: count for mark, count in counts.items() if count}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \t", []),
        ("?!... --", []),
        ("a", ["a"]),
        ("He left, at once.", ["He", "left", "at", "once"]),
        ("don't don\u2019t don\u02bct", ["don't", "don\u2019t", "don\u02bct"]),
        ("'tis the readers' own", ["tis", "the", "readers", "own"]),
        ("the U.S. and the U.S.A", ["the", "U.S", "and", "the", "U.S.A"]),
        ("2.5 of 3,000 or 1,000,000.", ["2.5", "of", "3,000", "or", "1,000,000"]),
        ("one,two 3,x x,3 4'5", ["one", "two", "3", "x", "x", "3", "4", "5"]),
        ("a..b a.'b 1,,2", ["a", "b", "a", "b", "1", "2"]),
        ("well-known mid\u2014air", ["well", "known", "mid", "air"]),
        ("2nd MiG29 x1.5", ["2nd", "MiG29", "x1.5"]),
        ("snake_case", ["snake", "case"]),
        (
            "caf\u00e9 \u041f\u0445\u0435\u043d\u044c\u044f\u043d",
            ["caf\u00e9", "\u041f\u0445\u0435\u043d\u044c\u044f\u043d"],
        ),
        ("\ud3c9\uc591 \uc2dc", ["\ud3c9\uc591", "\uc2dc"]),
        ("\u671d\u9bae2\u65e5ok", ["\u671d", "\u9bae", "2", "\u65e5", "ok"]),
        ("\U00020000\U00020001", ["\U00020000", "\U00020001"]),
        ("\U0001f680 go\U0001f680", ["go"]),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", []),
    ],
)
def test_words_of_a_text(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("stray", ["\ud800", "\0", RIGHT_TO_LEFT_OVERRIDE, "\ufeff", "\U0010ffff"])
def test_characters_that_are_no_letters_part_words(stray):
    assert words(f"{stray}one{stray}two{stray}") == ["one", "two"]


def test_two_lone_surrogates_are_not_taken_for_one_character():
    tokens = tokenize(["\ud840\udc00 one", "two"])
    assert tokens.starts.tolist() == [3, 0]
    assert tokens.n_chars.tolist() == [3, 3]


def test_combining_marks_do_not_part_words():
    assert words("cafe\u0301s e\u0301t") == ["cafe\u0301s", "e\u0301t"]


@given(st.lists(SURROGATES_TOO, max_size=5))
def test_spans_lie_in_their_document_and_in_order(texts):
    tokens = tokenize(texts)
    assert tokens.n_documents == len(texts)
    assert tokens.first[-1] == len(tokens.hashes)
    for index, text in enumerate(texts):
        own = slice(tokens.first[index], tokens.first[index + 1])
        spans = list(zip(tokens.starts[own].tolist(), tokens.ends[own].tolist(), strict=True))
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(TEXTS)
def test_every_letter_and_digit_is_in_a_word(texts):
    for text in texts:
        assert sum(map(str.isalnum, "".join(words(text)))) >= sum(c.isalpha() or c.isdecimal() for c in text)


@given(TEXTS)
def test_tokens_do_not_depend_on_the_batch(texts):
    together = tokenize(texts)
    for index, text in enumerate(texts):
        alone = tokenize([text])
        own = slice(together.first[index], together.first[index + 1])
        for name in ("hashes", "starts", "ends", "n_digits", "is_capitalised", "is_acronym"):
            np.testing.assert_array_equal(getattr(together, name)[own], getattr(alone, name))
        np.testing.assert_array_equal(together.marks[index], alone.marks[0])


@given(st.text("abcxyz\u00e9\u0434", min_size=1, max_size=40), st.text(max_size=30))
def test_a_word_has_the_same_hash_wherever_it_stands(word, before):
    assert tokenize([f"{before} {word}"]).hashes[-1] == word_hash(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PEACE", "peace"),
        ("Don\u2019t", "don't"),
        ("DON\u02bcT", "don\u2018t"),
        ("\u041c\u0418\u0420", "\u043c\u0438\u0440"),
    ],
)
def test_case_and_form_of_the_apostrophe_do_not_count(one, other):
    assert word_hash(one) == word_hash(other)


@given(st.sets(st.text("ab0\u00e9\u0434", min_size=1, max_size=30)))
def test_different_words_have_different_hashes(different):
    assert len({word_hash(word) for word in different}) == len(different)


def test_letters_of_several_bytes_are_not_taken_for_several_letters():
    # the two bytes of the ideograph are those of the word
    assert word_hash("\u6161") != word_hash("aa")
    assert word_hash("a\U00010330") != word_hash("a\u0330\u0301")


def test_a_word_of_many_thousand_letters_has_a_hash_of_its_own():
    long = "ab" * 50_000
    assert len({word_hash(long), word_hash(long[:-1]), word_hash(long[1:]), word_hash(long + "a")}) == 4


def test_without_documents_there_are_no_tokens():
    tokens = tokenize([])
    assert tokens.n_documents == 0
    assert tokens.marks.shape == (0, len(MARKS))
    assert tokens.document.tolist() == []


@pytest.mark.parametrize(
    ("word", "n_digits", "is_capitalised", "is_acronym"),
    [
        ("peace", 0, False, False),
        ("Peace", 0, True, False),
        ("A", 0, True, False),
        ("DPRK", 0, True, True),
        ("U.S", 0, True, True),
        ("KPa", 0, True, True),
        ("iOS", 0, False, False),
        ("1,234.5", 5, False, False),
        ("2nd", 1, False, False),
        ("\u0663\u0664", 2, False, False),
    ],
)
def test_shape_of_a_word(word, n_digits, is_capitalised, is_acronym):
    tokens = tokenize([f"X {word} X"])
    assert tokens.n_digits[1] == n_digits
    assert tokens.is_capitalised[1] == is_capitalised
    assert tokens.is_acronym[1] == is_acronym


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("it's", {}),
        ("Ha! Why? (No; 5%, $6: so-so.)", dict.fromkeys("!?()%$:;,-.", 1)),
        ("\u201cone\u201d \u00abtwo\u00bb", {'"': 4}),
        ("\u20ac\u00a3\u00a5", {"$": 3}),
        ("1\u20132\u2014x\u2026", {"-": 2, ".": 1}),
        ("\uff01\uff1f\uff0c\u3002", {"!": 1, "?": 1, ",": 1, ".": 1}),
        ("3,000 U.S", {",": 1, ".": 1}),
    ],
)
def test_marks_are_counted_with_their_typographic_forms(text, expected):
    assert marks(text) == expected


def test_marks_are_counted_document_by_document():
    tokens = tokenize(["!!", "", "\u3002!"])
    assert tokens.marks[:, MARKS.index("!")].tolist() == [2, 0, 1]
    assert tokens.marks[:, MARKS.index(".")].tolist() == [0, 0, 1]


@given(st.text("ab ", max_size=40), st.integers(1, 5))
def test_both_ways_to_hash_runs_agree(text, n):
    hashes = tokenize([text]).hashes
    starts = np.arange(max(0, len(hashes) - n + 1))
    np.testing.assert_array_equal(ngram_hashes(hashes, n), run_hashes(hashes, starts, n))


def test_order_counts_in_runs_of_words():
    assert word_hash("peace and war") == word_hash("Peace, and WAR!")
    assert word_hash("peace and war") != word_hash("war and peace")


@pytest.mark.parametrize(("n", "expected"), [(1, [0, 1, 2, 3]), (2, [0, 1]), (3, [0]), (4, [])])
def test_runs_stay_within_their_document(n, expected):
    assert runs_within_documents(tokenize(["a b c", "", "d"]), n).tolist() == expected


@given(TEXTS, st.integers(1, 100))
def test_batches_cover_all_documents_once(texts, max_chars):
    ranges = list(batches(texts, max_chars))
    assert [i for start, stop in ranges for i in range(start, stop)] == list(range(len(texts)))
    assert all(
        stop - start == 1 or sum(len(text) + 1 for text in texts[start:stop]) <= max_chars for start, stop in ranges
    )


def test_bits_are_spread_alike_wherever_a_value_stands_in_a_long_array():
    values = np.arange(100_000, dtype=np.uint64)
    mixed = mix(values)
    assert len(np.unique(mixed)) == 100_000
    for at in (0, 32_767, 32_768, 99_999):
        assert mixed[at] == mix(values[at : at + 1])[0]
    # the finaliser as published, in whole numbers
    x = 12345 ^ (12345 >> 33)
    x = x * 0xFF51AFD7ED558CCD % (1 << 64)
    x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53 % (1 << 64)
    assert int(mixed[12345]) == x ^ (x >> 33)
