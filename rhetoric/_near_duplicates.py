"""Groups of sentences that are nearly the same, so that a split never separates them.

Two sentences are near-duplicates when the shorter one shares more than `min_share` of its runs of `n`
words with the other. Groups are the connected components of that relation: identical sentences first,
then a sparse product of the sentence-by-run table with itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from rhetoric._documents import check_documents
from rhetoric._tokens import Tokens, ngram_hashes, runs_within_documents, sequence_hashes, tokenize

MAX_SENTENCES_PER_RUN = 500
"""A run of words in more different sentences than this is a stock phrase and says nothing of their likeness."""


def near_duplicate_groups(documents: Iterable[str], *, n: int = 4, min_share: float = 0.5) -> NDArray[np.int64]:
    """Return a group number for each sentence; near-duplicates share theirs.

    Parameters
    ----------
    documents : iterable of str
        Sentences.
    n : int, default=4
        Words per run, at least 1. Of a sentence with fewer words only identical ones are near-duplicates.
    min_share : float, default=0.5
        Two sentences belong together when the shorter one shares more than this share of its runs, in
        [0, 1).

    Returns
    -------
    ndarray of int64, shape (n_documents,)
        Numbered from 0 in the order of the first sentence of each group. Case and punctuation do not
        count.

    Raises
    ------
    ValueError
        If `n` < 1 or `min_share` is not in [0, 1).

    Examples
    --------
    >>> sentences = ["He met the envoy in Beijing on Monday.", "Glory!", "he met the envoy in Beijing on Tuesday"]
    >>> near_duplicate_groups(sentences).tolist()
    [0, 1, 0]
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}; the default is 4.")
    if not 0 <= min_share < 1:
        raise ValueError(f"min_share must be in [0, 1), got {min_share!r}; divide a percentage by 100.")
    tokens = tokenize(check_documents(documents, name="documents"))
    distinct, same = _distinct(tokens)
    shared = _shared_runs(tokens, distinct, n)
    _, component = connected_components(_links(shared, min_share), directed=False)
    _, first, inverse = np.unique(component[same], return_index=True, return_inverse=True)
    groups: NDArray[np.int64] = np.argsort(np.argsort(first))[inverse]
    return groups


def _distinct(tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first sentence of each different wording, and for every sentence the number of its wording."""
    wording = sequence_hashes(tokens.hashes, tokens.first)
    _, first, inverse = np.unique(wording, return_index=True, return_inverse=True)
    return first, inverse


def _shared_runs(tokens: Tokens, distinct: NDArray[np.int64], n: int) -> sp.csr_matrix:
    """Return which runs of `n` words stand in which of the distinct sentences, as 0 and 1."""
    row_of = np.full(tokens.n_documents, -1)
    row_of[distinct] = np.arange(len(distinct))
    positions = runs_within_documents(tokens, n)
    rows = row_of[tokens.document[positions]]
    keep = rows >= 0
    runs, columns = np.unique(ngram_hashes(tokens.hashes, n)[positions][keep], return_inverse=True)
    table = sp.csr_matrix((np.ones(int(keep.sum())), (rows[keep], columns)), shape=(len(distinct), len(runs)))
    table.sum_duplicates()
    table.data[:] = 1
    return table


def _links(table: sp.csr_matrix, min_share: float) -> sp.coo_matrix:
    """Return the pairs of sentences that share enough runs."""
    size = np.asarray(table.sum(axis=1)).ravel()
    uses = np.asarray(table.sum(axis=0)).ravel()
    telling = table[:, (uses > 1) & (uses <= MAX_SENTENCES_PER_RUN)]
    both = (telling @ telling.T).tocoo()
    near = both.data > min_share * np.minimum(size[both.row], size[both.col])
    return sp.coo_matrix((both.data[near], (both.row[near], both.col[near])), shape=both.shape)
