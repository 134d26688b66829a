"""The substance block: surface cues of something that a reader could check or act on.

Shape cues come from the characters of the words (figures, years, names, acronyms) and from the
punctuation; lexical cues are uses of the word lists in ``rhetoric/data/cues.toml``. Counts enter as
``log(1 + n)``: the first figure of a sentence says more than the fifth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._formula import count_per_document
from rhetoric._lexicon import Lexicon, read_cues
from rhetoric._tokens import MARKS, Tokens

YEAR_DIGITS = 4
_LOG_TABLE = np.log1p(np.arange(64))

SHAPE_COLUMNS = {
    "words": "words in the sentence, log(1 + n)",
    "word_length": "mean characters per word, 0 for an empty sentence",
    "figures": "words with a digit, years left out, log(1 + n)",
    "years": "words of exactly four digits and nothing else, log(1 + n)",
    "long_figures": "words with three or more digits, years left out, log(1 + n)",
    "names": "capitalised words that do not begin the sentence, log(1 + n)",
    "name_share": "share of capitalised words among those after the first, 0 to 1",
    "name_runs": "runs of two and more capitalised words after the first, log(1 + n)",
    "acronyms": "words that begin with a capital and have another one second or last, log(1 + n)",
}
MARK_COLUMNS = {
    "exclamation": ("!", "exclamation marks, log(1 + n)"),
    "question_mark": ("?", "question marks, log(1 + n)"),
    "quotation": ('"', "quotation marks, log(1 + n)"),
    "brackets": ("()", "round brackets, log(1 + n)"),
    "money_signs": ("$", "currency signs, log(1 + n)"),
    "percent_signs": ("%", "percent signs, log(1 + n)"),
    "colons": (":;", "colons and semicolons, log(1 + n)"),
    "commas": (",", "commas, log(1 + n)"),
    "dashes": ("-", "hyphens and dashes, log(1 + n)"),
    "full_stops": (".", "full stops and ellipses, log(1 + n)"),
}


def substance_descriptions() -> dict[str, str]:
    """Return the columns of the block: name to what it measures, with unit and range."""
    lexical = {name: f"uses of {cue['about']}, log(1 + n)" for name, cue in read_cues().items()}
    return {**SHAPE_COLUMNS, **{name: about for name, (_, about) in MARK_COLUMNS.items()}, **lexical}


def is_year(tokens: Tokens) -> NDArray[np.bool_]:
    """Return whether each word is written like a year, shape (n_tokens,)."""
    year: NDArray[np.bool_] = (tokens.n_digits == YEAR_DIGITS) & (tokens.n_chars == YEAR_DIGITS)
    return year


def is_name(tokens: Tokens) -> NDArray[np.bool_]:
    """Return whether each word is capitalised and does not begin its document, shape (n_tokens,)."""
    name = tokens.is_capitalised.copy()
    name[tokens.first[:-1][tokens.n_words > 0]] = False
    return name


def shape_flags(tokens: Tokens) -> dict[str, NDArray[np.bool_]]:
    """Return which words count for the shape cues that are counts of words."""
    year = is_year(tokens)
    name = is_name(tokens)
    after_name = np.zeros_like(name)
    after_name[1:] = name[:-1]
    before_name = np.zeros_like(name)
    before_name[:-1] = name[1:]
    return {
        "figures": (tokens.n_digits > 0) & ~year,
        "years": year,
        "long_figures": (tokens.n_digits >= 3) & ~year,
        "names": name,
        "name_runs": name & ~after_name & before_name,
        "acronyms": tokens.is_acronym,
    }


def _shape_columns(tokens: Tokens) -> list[NDArray[np.float64]]:
    """Return the columns of `SHAPE_COLUMNS`."""
    counts = {name: count_per_document(flags, tokens) for name, flags in shape_flags(tokens).items()}
    n_words = tokens.n_words
    n_chars = count_per_document(tokens.n_chars, tokens)
    return [
        np.log1p(n_words),
        n_chars / np.maximum(n_words, 1),
        *(np.log1p(counts[name]) for name in ("figures", "years", "long_figures", "names")),
        counts["names"] / np.maximum(n_words - 1, 1),
        *(np.log1p(counts[name]) for name in ("name_runs", "acronyms")),
    ]


def _mark_columns(tokens: Tokens) -> list[NDArray[np.float64]]:
    """Return the columns of `MARK_COLUMNS`."""
    return [
        np.log1p(tokens.marks[:, [MARKS.index(mark) for mark in marks]].sum(axis=1))
        for marks, _ in MARK_COLUMNS.values()
    ]


def _lexical_counts(tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the uses of each word list, shape (n_documents, n_cues)."""
    uses = lexicon.find_cues(tokens, rows)
    n_cues = len(lexicon.cue_names)
    cells = tokens.document[uses.positions] * n_cues + uses.cues
    counts = np.bincount(cells, minlength=tokens.n_documents * n_cues)
    return counts.reshape(tokens.n_documents, n_cues)


def _log_counts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return log(1 + n) of whole numbers, most of them small."""
    logs: NDArray[np.float64] = _LOG_TABLE.take(np.minimum(counts, len(_LOG_TABLE) - 1))
    large = counts >= len(_LOG_TABLE)
    logs[large] = np.log1p(counts[large])
    return logs


def substance_columns(tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the substance block, one column for each entry of `substance_descriptions`.

    Parameters
    ----------
    tokens : Tokens
        The batch.
    lexicon : Lexicon
        Where the words were found.
    rows : ndarray of int64, shape (n_tokens,)
        Row of each word, as given by ``lexicon.find_words(tokens)``.

    Returns
    -------
    ndarray of float64, shape (n_documents, n_columns)
        All zero for an empty document.
    """
    shapes = np.column_stack([*_shape_columns(tokens), *_mark_columns(tokens)])
    return np.hstack([shapes, _log_counts(_lexical_counts(tokens, lexicon, rows))])
