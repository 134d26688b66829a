"""Word lists, stock phrases, word statistics and vectors that ship with the package."""

import numpy as np
import pytest

from rhetoric._lexicon import (
    FIGURE_CLASSES,
    MAX_PHRASE,
    CueTable,
    figure_class,
    load_lexicon,
    read_cues,
    read_profiles,
    read_vectors,
    read_words,
)
from rhetoric._lookup import HashIndex
from rhetoric._terms import PROFILE_COLUMNS
from rhetoric._tokens import tokenize, word_hash

ENTRIES = [(cue, entry) for cue, table in read_cues().items() for entry in table["words"].split()]


def cues_of(*documents):
    lexicon = load_lexicon()
    tokens = tokenize(documents)
    uses = lexicon.find_cues(tokens, lexicon.find_words(tokens))
    names = [lexicon.cue_names[cue] for cue in uses.cues]
    return sorted(zip(uses.positions.tolist(), uses.lengths.tolist(), names, strict=True))


def test_a_table_lists_the_cues_of_each_row():
    table = CueTable(cues=np.array([4, 1, 2]), first=np.array([0, 1, 1, 3]))
    place, cues = table.of(np.array([2, 1, 0, 2]))
    assert place.tolist() == [0, 0, 2, 3, 3]
    assert cues.tolist() == [1, 2, 4, 1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("zyxqw", []),
        ("on Monday", [(1, 1, "weekday")]),
        ("MISSILES!", [(0, 1, "weapon")]),
        ("determination", [(0, 1, "abstraction"), (0, 1, "vow")]),
        ("zyxqw no longer", [(1, 1, "negation"), (1, 2, "admission")]),
        ("sea of fire", [(0, 1, "place_word"), (0, 3, "generic_threat")]),
        ("Self-reliance", [(0, 2, "ideology")]),
        ("self reliance", [(0, 2, "ideology")]),
        ("cannot can\u2019t", [(0, 1, "negation"), (1, 1, "negation")]),
    ],
)
def test_uses_of_cues(text, expected):
    assert cues_of(text) == expected


def test_a_phrase_does_not_run_over_the_end_of_a_document():
    assert (0, 2, "admission") in cues_of("no longer")
    assert cues_of("no", "longer") == [(0, 1, "negation")]
    assert cues_of("sea of", "fire") == [(0, 1, "place_word")]


def test_every_entry_of_every_word_list_is_found():
    for cue, entry in ENTRIES:
        text = entry.replace("_", " ")
        assert (0, int(tokenize([text]).n_words[0]), cue) in cues_of(text), entry


@pytest.mark.parametrize("text", ["12 nautical miles", "120 km/h"])
def test_units_of_two_words_are_found(text):
    assert (1, 2, "measure") in cues_of(text)


def test_every_word_list_has_a_description_and_lower_case_entries():
    assert all(set(table) == {"about", "words"} for table in read_cues().values())
    assert [entry for _, entry in ENTRIES if entry != entry.lower()] == []


def test_words_are_found_by_row_and_unknown_ones_are_minus_1():
    lexicon = load_lexicon()
    rows = lexicon.find_words(tokenize(["The zyxqw"]))
    assert rows[1] == -1
    assert lexicon.word_index.keys[rows[0]] == word_hash("the")
    assert lexicon.roles[-1] == 0


def test_word_statistics_are_in_range_and_sorted():
    words = read_words()
    assert (np.diff(words.documents) <= 0).all()
    assert words.documents.min() >= 1
    assert words.reused_share.min() >= 0
    assert words.reused_share.max() <= 1


def test_there_is_a_vector_of_length_near_1_for_each_word_and_class_of_figures():
    vectors = read_vectors()
    assert len(vectors) == len(read_words().hashes) + FIGURE_CLASSES
    lengths = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(lengths[lengths > 0], 1, atol=0.05)


def test_there_is_a_profile_for_each_word_and_class_of_figures():
    profiles = read_profiles()
    assert profiles.shape == (len(read_words().hashes) + FIGURE_CLASSES, len(PROFILE_COLUMNS))
    np.testing.assert_allclose(profiles.std(axis=0), 1, atol=0.05)


@pytest.mark.parametrize(
    ("column", "more", "less"),
    [
        ("figures", "percent", "cherish"),
        ("capitals", "secretary", "cherish"),
        ("reused", "Juche", "however"),
        ("often_reused", "idea", "however"),
    ],
)
def test_profiles_tell_apart_words_that_stand_in_other_sorts_of_sentences(column, more, less):
    rows = HashIndex(read_words().hashes).find(np.array([word_hash(more), word_hash(less)]))
    high, low = read_profiles()[rows, list(PROFILE_COLUMNS).index(column)]
    assert high > low


def test_figures_fall_into_classes_by_their_number_of_digits():
    assert figure_class(np.array([1, 2, 4, 5, 6, 30])).tolist() == [0, 1, 3, 4, 4, 4]


def test_stock_phrases_are_found_by_their_hash():
    stock = load_lexicon().stock
    assert list(stock) == list(range(2, MAX_PHRASE + 1))
    row = stock[4].index.find(np.array([word_hash("on the Korean Peninsula"), word_hash("zyxqw a b c")]))
    assert row[0] >= 0
    assert row[1] == -1
    assert stock[4].documents[row[0]] > 1
    assert stock[4].is_evergreen[row[0]]
