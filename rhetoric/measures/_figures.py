"""Hard information and specificity: how much of a text could be checked, told from the look of its words.

Words are classed by their characters and a few word lists, without a trained tagger: dates (years, days
beside a month, numeric dates, Juche years), section and page numbers, other figures, names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from rhetoric._lexicon import read_cues
from rhetoric._lookup import HashIndex
from rhetoric._sentence_tokens import SentenceTokens
from rhetoric._tokens import word_hash
from rhetoric.measures._arrays import Flags, Floats, Index, per_word, word_documents
from rhetoric.measures._prepared import Documents, PreparedDocuments, prepared_texts

_SECTION_WORDS = """section sections page pages p pp chapter article paragraph para part item figure table appendix
annex note footnote clause exhibit"""
_YEARS = range(1000, 2200)
_NONE, _DATE, _QUANTITY, _NAME = range(4)


def hard_information(documents: Documents | Iterable[str]) -> Floats:
    """Return the figures per word, dates and the numbers of sections and pages left out.

    Parameters
    ----------
    documents : DataFrame, PreparedDocuments or list of str
        Texts; dates of the documents do not matter.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row. NaN without a word.

    Notes
    -----
    A figure is a word with a digit: ``3,000``, ``2.5`` of "$2.5" and ``10`` of "10%" are one each; a
    number written out is none. Any word from ``1000`` to ``2199`` counts as a year, and a list number at the
    beginning of a sentence as that of a section.

    References
    ----------
    .. [1] E. Blankespoor, "The impact of information processing costs on firm disclosure choice: Evidence
       from the XBRL mandate", Journal of Accounting Research 57, 2019. Known here at second hand.
    .. [2] T. Dyer, M. Lang and L. Stice-Lawrence, "The evolution of 10-K textual disclosure", Journal of
       Accounting and Economics 64, 2017.

    Examples
    --------
    >>> hard_information(["On May 4, 2021 it paid $2.5 for 3,000 tons, 10% less. See page 7."]).round(3).tolist()
    [0.2]
    """
    ready = prepared_texts(documents)
    tokens = ready.tokens
    is_hard = (tokens.n_digits > 0) & ~date_words(tokens) & ~_section_numbers(ready)
    return ready.by_row_all(_per_word(is_hard, tokens))


def specificity(documents: Documents | Iterable[str]) -> Floats:
    """Return the names, quantities, times and dates per word; one of several words counts once.

    Parameters
    ----------
    documents : DataFrame, PreparedDocuments or list of str
        Texts; dates of the documents do not matter.

    Returns
    -------
    ndarray of float, shape (n_documents,)
        In [0, 1], by input row. NaN without a word.

    Notes
    -----
    The publication counts what a trained tagger finds. Here a name is a run of capitalised words that do
    not begin the sentence, a quantity a run of figures and number words, a time or date a run of months,
    weekdays, years and days beside a month. A name at the beginning of a sentence is missed.

    References
    ----------
    .. [1] O.-K. Hope, D. Hu and H. Lu, "The benefits of specific risk-factor disclosures", Review of
       Accounting Studies 21, 2016.

    Examples
    --------
    >>> specificity(["He met Kim Yong Nam on May 4, 2021 with three hundred men.", "All is well."]).round(3).tolist()
    [0.231, 0.0]
    """
    ready = prepared_texts(documents)
    tokens = ready.tokens
    kind = _word_kinds(tokens)
    is_start = np.ones(len(kind), dtype=bool)
    is_start[1:] = (kind[1:] != kind[:-1]) | (tokens.sentence[1:] != tokens.sentence[:-1])
    return ready.by_row_all(_per_word(is_start & (kind != _NONE), tokens))


def date_words(tokens: SentenceTokens) -> Flags:
    """Return which words are years or days of a date; the names of months are not."""
    is_year, is_day = _years().find(tokens.hashes) >= 0, _days().find(tokens.hashes) >= 0
    is_month = month_words(tokens)
    is_of = tokens.hashes == word_hash("of")
    beside_month = _shifted(is_month, 1) | _shifted(is_month, -1) | (_shifted(is_of, -1) & _shifted(is_month, -2))
    is_date = is_year | (is_day & beside_month) | ((tokens.n_digits > 0) & _shifted(tokens.hashes == _juche(), 1))
    # one character between two figures: the 5 of "May 3-5", and the parts of 2011-12-17
    is_tied = _tied(tokens)
    is_date |= is_day & is_tied & _shifted(is_date & is_day, 1)
    is_third = is_tied & _shifted(is_tied, 1)
    triple = is_third | _shifted(is_third, -1) | _shifted(is_third, -2)
    flags: Flags = is_date | triple
    return flags


def month_words(tokens: SentenceTokens) -> Flags:
    """Return which words are names of months; "may" only with a capital."""
    found = _cue_words("month").find(tokens.hashes) >= 0
    flags: Flags = found | ((tokens.hashes == word_hash("may")) & tokens.is_capitalised)
    return flags


def calendar_words(tokens: SentenceTokens) -> Flags:
    """Return which words tell the date: years, days of a date, months and weekdays, and "Juche"."""
    is_weekday = _cue_words("weekday").find(tokens.hashes) >= 0
    flags: Flags = date_words(tokens) | month_words(tokens) | is_weekday | (tokens.hashes == _juche())
    return flags


def _word_kinds(tokens: SentenceTokens) -> Index:
    """Return the kind of each word."""
    is_date = calendar_words(tokens)
    is_quantity = (tokens.n_digits > 0) | (_cue_words("number_word").find(tokens.hashes) >= 0)
    is_name = tokens.is_capitalised.copy()
    is_name[tokens.first[:-1][tokens.n_words > 0]] = False
    return np.select([is_date, is_quantity, is_name], [_DATE, _QUANTITY, _NAME], _NONE)


def _section_numbers(ready: PreparedDocuments) -> Flags:
    """Return which words are numbers of sections, pages or items of a list."""
    tokens = ready.tokens
    is_number = (tokens.n_digits > 0) & _shifted(_section_words().find(tokens.hashes) >= 0, 1)
    begins = tokens.first[:-1][tokens.n_words > 0]
    begins = begins[(tokens.n_digits[begins] > 0) & (tokens.word_ends[begins] - tokens.word_starts[begins] <= 2)]
    owner = word_documents(tokens)
    ends = tokens.word_ends[begins]
    marks = [ready.texts[document][end : end + 1] for document, end in zip(owner[begins], ends, strict=True)]
    is_number[begins[[mark in (".", ")") for mark in marks]]] = True
    return is_number


def _tied(tokens: SentenceTokens) -> Flags:
    """Return which figures stand one character after another figure."""
    has_digit = tokens.n_digits > 0
    tied = np.zeros(len(has_digit), dtype=bool)
    tied[1:] = has_digit[1:] & has_digit[:-1] & (tokens.word_starts[1:] - tokens.word_ends[:-1] == 1)
    return tied


def _shifted(flags: Flags, by: int) -> Flags:
    """Return flags moved to later words, or with a negative number to earlier ones."""
    moved = np.zeros_like(flags)
    if by > 0:
        moved[by:] = flags[:-by]
    else:
        moved[:by] = flags[-by:]
    return moved


def _per_word(flags: Flags, tokens: SentenceTokens) -> Floats:
    """Return flagged words per word, by document."""
    return per_word(np.bincount(word_documents(tokens)[flags], minlength=tokens.n_documents), tokens)


def _index(words: Iterable[str]) -> HashIndex:
    """Return an index of single words."""
    return HashIndex(np.array([word_hash(word) for word in words], dtype=np.uint64))


@cache
def _cue_words(cue: str) -> HashIndex:
    """Return the single words of a cue."""
    return _index(word for word in read_cues()[cue]["words"].split() if "_" not in word and "-" not in word)


@cache
def _section_words() -> HashIndex:
    """Return the words before the number of a section or page."""
    return _index(_SECTION_WORDS.split())


@cache
def _years() -> HashIndex:
    """Return the figures that are read as years."""
    return _index(map(str, _YEARS))


@cache
def _days() -> HashIndex:
    """Return the days of a month as figures and ordinals."""
    endings = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return _index(form for day in range(1, 32) for form in (str(day), f"{day}{endings.get(day, 'th')}"))


@cache
def _juche() -> np.uint64:
    """Return the name of the calendar that counts from 1912."""
    return word_hash("juche")
