"""The substance block: surface cues of something that a reader could check or act on.

Shape cues come from the characters of the words (figures, years, names, acronyms) and from the
punctuation; lexical cues are uses of the word lists in ``rhetoric/data/cues.toml``. Counts enter as
``log(1 + n)``: the first figure of a sentence says more than the fifth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._characters import MARKS
from rhetoric._formula import sum_per_document
from rhetoric._lexicon import Lexicon, read_cues
from rhetoric._tokens import Tokens

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


def shape_positions(tokens: Tokens) -> dict[str, NDArray[np.int64]]:
    """Return the tokens that count for the shape cues that are counts of words, ascending."""
    # few words are figures, so that most of the work is over a few
    figures = tokens.figures
    n_digits = tokens.n_digits[figures]
    year = (n_digits == YEAR_DIGITS) & (tokens.n_chars[figures] == YEAR_DIGITS)
    name = tokens.is_capitalised.copy()
    # the first word of a sentence is capitalised in any case
    name[tokens.first[:-1][tokens.n_words > 0]] = False
    begins_run = name.copy()
    begins_run[1:] &= ~name[:-1]
    begins_run[:-1] &= name[1:]
    begins_run[-1:] = False
    return {
        "figures": figures[~year],
        "years": figures[year],
        "long_figures": figures[(n_digits >= 3) & ~year],
        "names": np.flatnonzero(name),
        "name_runs": np.flatnonzero(begins_run),
        "acronyms": np.flatnonzero(tokens.is_acronym),
    }


def _counts(tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what each column counts, 0 in the columns that are shares; shape (n_documents, n_columns)."""
    names = [*SHAPE_COLUMNS, *MARK_COLUMNS]
    n_columns = len(names) + len(lexicon.cue_names)
    uses = lexicon.find_cues(tokens, rows)
    positions, columns = [uses.positions], [uses.cues + len(names)]
    for name, at in shape_positions(tokens).items():
        positions.append(at)
        columns.append(np.full(len(at), names.index(name)))
    cells = tokens.document[np.concatenate(positions)] * n_columns + np.concatenate(columns)
    counts = np.bincount(cells, minlength=tokens.n_documents * n_columns).reshape(tokens.n_documents, n_columns)
    counts[:, names.index("words")] = tokens.n_words
    for name, (marks, _) in MARK_COLUMNS.items():
        counts[:, names.index(name)] = sum(tokens.marks[:, MARKS.index(mark)] for mark in marks)
    return counts


def _log_counts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return log(1 + n) of whole numbers, most of them small."""
    logs: NDArray[np.float64] = _LOG_TABLE.take(counts, mode="clip")
    large = counts >= len(_LOG_TABLE)
    if large.any():
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
    counts = _counts(tokens, lexicon, rows)
    columns = _log_counts(counts)
    names = list(SHAPE_COLUMNS)
    n_chars = sum_per_document(tokens.n_chars, tokens)
    columns[:, names.index("word_length")] = n_chars / np.maximum(tokens.n_words, 1)
    columns[:, names.index("name_share")] = counts[:, names.index("names")] / np.maximum(tokens.n_words - 1, 1)
    return columns
