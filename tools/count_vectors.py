"""Count word vectors from the corpora and write them to ``rhetoric/data/vectors.npz``.

Two words are alike when they keep the same company: the vectors are the leading singular vectors of the
positive pointwise mutual information of words within a window of one sentence (Levy and Goldberg 2014,
context distribution smoothed by the power 0.75). Rows follow ``words.tsv.gz``; after them come classes of
figures by their number of digits. Values are rounded to 8 bits. Run it after ``mine_phrases.py`` as::

    python tools/count_vectors.py corpora/*.parquet
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from mine_phrases import DATA, read_documents, tokenize_sentences
from sklearn.utils.extmath import randomized_svd

from rhetoric._lexicon import FIGURE_CLASSES, figure_class, read_words
from rhetoric._lookup import HashIndex
from rhetoric._tokens import Tokens

WINDOW = 6
SMOOTHING = 0.75
BLOCK = 2_000_000  # tokens counted at a time, to bound memory


def vocabulary_rows(tokens: Tokens) -> np.ndarray:
    """Return the row of each word among the vectors, -1 for a rare word."""
    words = read_words()
    rows = HashIndex(words.hashes).find(tokens.hashes)
    return np.where(tokens.n_digits > 0, len(words.hashes) + figure_class(tokens.n_digits), rows)


def cooccurrence(rows: np.ndarray, sentence: np.ndarray, size: int) -> sp.csr_matrix:
    """Return how often two words stand within `WINDOW` words of each other, nearer ones counting more."""
    total = sp.csr_matrix((size, size), dtype=np.float32)
    for begin in range(0, len(rows), BLOCK):
        part, owner = rows[begin : begin + BLOCK], sentence[begin : begin + BLOCK]
        for distance in range(1, WINDOW + 1):
            left, right = part[:-distance], part[distance:]
            pairs = (left >= 0) & (right >= 0) & (owner[:-distance] == owner[distance:])
            weight = np.full(int(pairs.sum()), distance**-0.5, dtype=np.float32)
            total = total + sp.coo_matrix((weight, (left[pairs], right[pairs])), shape=(size, size)).tocsr()
    return (total + total.T).tocsr()


def positive_information(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Return the positive pointwise mutual information with a smoothed context distribution."""
    totals = np.asarray(counts.sum(axis=1)).ravel()
    context = totals**SMOOTHING
    context /= context.sum()
    cells = counts.tocoo()
    information = np.log(cells.data / (totals[cells.row] * context[cells.col]))
    keep = information > 0
    return sp.csr_matrix((information[keep], (cells.row[keep], cells.col[keep])), shape=counts.shape)


def main() -> None:
    """Read the corpora and write the vectors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--dimensions", type=int, default=96)
    options = parser.parse_args()
    _, tokens, _ = tokenize_sentences(read_documents(options.corpora))
    size = len(read_words().hashes) + FIGURE_CLASSES
    counts = cooccurrence(vocabulary_rows(tokens), tokens.document, size)
    left, values, _ = randomized_svd(positive_information(counts), options.dimensions, n_iter=5, random_state=0)
    vectors = left * np.sqrt(values)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    scale = np.abs(vectors).max(axis=0) / 127
    np.savez(DATA / "vectors.npz", vectors=np.round(vectors / scale).astype(np.int8), scale=scale.astype(np.float32))
    print(f"vectors.npz: {vectors.shape[0]:,} words, {vectors.shape[1]} dimensions")


if __name__ == "__main__":
    main()
