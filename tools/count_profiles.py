"""Count the profiles of words from the corpora and write them to ``rhetoric/data/profiles.npz``.

A word's profile tells in what sort of sentence it stands: the mean over its uses of properties of the whole
sentence, such as the share of its words in wording that other documents have too, or its place in the document.
Each property is measured against the mean of its corpus and in units of its spread; a mean over few uses is drawn
towards 0, as if `PRIOR` uses in average sentences stood beside them. Rows follow ``words.tsv.gz``; after them come
classes of figures by their number of digits. Columns follow ``rhetoric._terms.PROFILE_COLUMNS``. Values are rounded
to 8 bits. Run it after ``mine_phrases.py`` as::

    python tools/count_profiles.py corpora/*.parquet
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from count_vectors import vocabulary_rows
from mine_phrases import DATA, read_documents

from rhetoric._lexicon import EVERGREEN_FIRST, EVERGREEN_LAST, FIGURE_CLASSES, read_words
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric._terms import PROFILE_COLUMNS, word_weights

PRIOR = 50


def shared_runs(tokens: SentenceTokens, n: int, minimum: int) -> np.ndarray:
    """Return which words stand in a run of `n` words that at least `minimum` documents have."""
    return covered(tokens, n, lambda runs: runs.groupby("run")["document"].transform("size") >= minimum)


def evergreen_runs(tokens: SentenceTokens, n: int, year: np.ndarray) -> np.ndarray:
    """Return which words stand in a run of `n` words that was in print both early and late."""

    def is_evergreen(runs: pd.DataFrame) -> pd.Series:
        years = pd.Series(year[runs["document"]], index=runs.index).groupby(runs["run"])
        return (years.transform("min") <= EVERGREEN_FIRST) & (years.transform("max") >= EVERGREEN_LAST)

    return covered(tokens, n, is_evergreen)


def covered(tokens: SentenceTokens, n: int, chosen: Callable[[pd.DataFrame], pd.Series]) -> np.ndarray:
    """Return which words stand in a run of `n` words that `chosen` picks from the table of runs by document."""
    hashes, positions = tokens.runs(n)
    uses = pd.DataFrame({"run": hashes, "document": tokens.document[tokens.sentence[positions]]})
    once = uses.drop_duplicates()
    wanted = once.loc[chosen(once), "run"].unique()
    inside = np.zeros(len(tokens.hashes), dtype=bool)
    found = positions[np.isin(hashes, wanted)]
    for step in range(n):
        inside[found + step] = True
    return inside


def sentence_means(tokens: SentenceTokens, values: np.ndarray) -> np.ndarray:
    """Return the mean of a value of each word over each sentence, 0 for a sentence without words."""
    sums = np.bincount(tokens.sentence, values, minlength=tokens.n_sentences)
    return sums / np.maximum(tokens.n_words, 1)


def properties(tokens: SentenceTokens, rows: np.ndarray, year: np.ndarray) -> dict[str, np.ndarray]:
    """Return the properties of every sentence, by the names of `PROFILE_COLUMNS`."""
    opens = np.zeros(len(tokens.hashes), dtype=bool)
    opens[tokens.first[:-1][tokens.n_words > 0]] = True
    rarity = np.append(word_weights(), np.log(1.2 * read_words().documents[0]))  # an unknown word: in one document
    number = np.arange(tokens.n_sentences) - tokens.first_sentence[:-1][tokens.document]
    n_sentences = np.diff(tokens.first_sentence)[tokens.document]
    return {
        "reused": sentence_means(tokens, shared_runs(tokens, 4, 2)),
        "often_reused": sentence_means(tokens, shared_runs(tokens, 3, 10)),
        "evergreen": sentence_means(tokens, evergreen_runs(tokens, 3, year)),
        "figures": (sentence_means(tokens, tokens.n_digits > 0) > 0).astype(float),
        "capitals": sentence_means(tokens, tokens.is_capitalised & ~opens),
        "length": np.log1p(tokens.n_words),
        "word_length": (tokens.ends - tokens.starts) / np.maximum(tokens.n_words, 1),
        "rarity": sentence_means(tokens, rarity[rows]),
        "opening": (number == 0).astype(float),
        "closing": (number == n_sentences - 1).astype(float),
        "position": number / np.maximum(n_sentences - 1, 1),
        "document_length": np.log(n_sentences),
    }


def profile(values: np.ndarray, corpus: np.ndarray, uses: tuple[np.ndarray, np.ndarray], size: int) -> np.ndarray:
    """Return the mean of a property over the uses of each row, measured against its corpus."""
    rows, sentences = uses
    centre = np.bincount(corpus, values) / np.bincount(corpus)
    against = (values - centre[corpus]) / values.std()
    means = np.bincount(rows, against[sentences], minlength=size) / (np.bincount(rows, minlength=size) + PRIOR)
    return means / means.std()


def main() -> None:
    """Read the corpora and write the profiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path)
    options = parser.parse_args()
    documents = read_documents(options.corpora)
    tokens = tokenize_sentences(documents["text"].tolist())
    rows = vocabulary_rows(tokens)
    size = len(read_words().hashes) + FIGURE_CLASSES
    known = np.flatnonzero(rows >= 0)
    uses = (rows[known], tokens.sentence[known])
    corpus = documents["corpus"].to_numpy()[tokens.document]
    found = properties(tokens, rows, documents["year"].to_numpy())
    profiles = np.column_stack([profile(found[name], corpus, uses, size) for name in PROFILE_COLUMNS])
    scale = np.abs(profiles).max(axis=0) / 127
    stored = {"profiles": np.round(profiles / scale).astype(np.int8), "scale": scale.astype(np.float32)}
    np.savez(DATA / "profiles.npz", **stored)
    print(f"profiles.npz: {profiles.shape[0]:,} words, {profiles.shape[1]} columns")


if __name__ == "__main__":
    main()
