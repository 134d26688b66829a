"""Figures of phrases from their counts: bundles, association, dispersion, rigidity.

These functions know nothing of texts; whoever has counted phrases calls them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rhetoric.measures._arrays import Floats

MIN_PER_MILLION, MIN_TEXTS = 10.0, 5


def bundle_counts(
    n_words: int, *, min_per_million: float = MIN_PER_MILLION, min_texts: int = MIN_TEXTS
) -> tuple[int, int]:  # fmt: skip
    """Return how many uses, in how many texts, make a lexical bundle in a corpus.

    Parameters
    ----------
    n_words : int
        Words of the corpus, at least 1.
    min_per_million : float, default=10
        Least uses per million words, above 0.
    min_texts : int, default=5
        Least texts, at least 1.

    Returns
    -------
    (int, int)
        Least uses, at least 1 and never below the least texts, since every text has one; and least texts.

    Raises
    ------
    ValueError
        If an argument is below its least value.

    Notes
    -----
    A threshold per million finds more bundles in a smaller corpus, where it stands for few uses: below
    half a million words it is only `min_texts` that counts. Say which figures were used.

    References
    ----------
    .. [1] D. Biber, S. Johansson, G. Leech, S. Conrad and E. Finegan, "Longman Grammar of Spoken and
       Written English", 1999.

    Examples
    --------
    >>> bundle_counts(4_000_000), bundle_counts(100_000)
    ((40, 5), (5, 5))
    """
    for name, value, least in (("n_words", n_words, 1), ("min_texts", min_texts, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}; count the corpus first.")
    if not min_per_million > 0:
        raise ValueError(f"min_per_million must be above 0, got {min_per_million!r}; 10 is the published one.")
    uses = int(np.ceil(min_per_million * n_words / 1e6 - 1e-9))
    return max(uses, min_texts), min_texts


def association(uses: ArrayLike, word_uses: ArrayLike, n_words: int) -> pd.DataFrame:
    """Return how much more often phrases come than their words would by chance.

    E = f(w_1) ... f(w_n) / N^(n-1), MI = log2(f / E), t = (f - E) / sqrt(f).

    Parameters
    ----------
    uses : array-like of int, shape (n_phrases,)
        Uses f of each phrase.
    word_uses : array-like of int, shape (n_phrases, n)
        Uses of each of its words in the corpus, at least 1.
    n_words : int
        Words N of the corpus, at least 1.

    Returns
    -------
    DataFrame, shape (n_phrases, 3)
        ``expected`` uses, above 0; ``mutual_information`` in bits, 0 where a phrase is as frequent as
        chance, below 0 where rarer; ``t_score``. The last two are NaN for a phrase without a use.

    Raises
    ------
    ValueError
        If shapes do not fit, a count is negative, or a word has no use.

    References
    ----------
    .. [1] K. Church and P. Hanks, "Word association norms, mutual information, and lexicography",
       Computational Linguistics 16, 1990; K. Church, W. Gale, P. Hanks and D. Hindle, "Using statistics in
       lexical analysis", 1991, for t.

    Examples
    --------
    >>> association([30], [[100, 60]], 1000).round(3).to_dict("records")
    [{'expected': 6.0, 'mutual_information': 2.322, 't_score': 4.382}]
    """
    counts, words = np.asarray(uses, dtype=float), np.asarray(word_uses, dtype=float)
    if words.ndim != 2 or counts.shape != (len(words),):
        raise ValueError(f"word_uses must have the shape ({counts.size}, n), got {words.shape}; one row a phrase.")
    if n_words < 1 or np.any(counts < 0) or np.any(words < 1):
        least = min([n_words, *counts, *words.ravel()])
        raise ValueError(
            f"counts must be at least 0, of words at least 1, got {least:g}; count words in the same corpus."
        )
    # in logarithms: products of counts of six words pass the range of floats in large corpora
    expected = np.exp(np.log(words).sum(axis=1) - (words.shape[1] - 1) * np.log(n_words))
    used = np.where(counts > 0, counts, np.nan)
    return pd.DataFrame(
        {
            "expected": expected,
            "mutual_information": np.log2(used / expected),
            "t_score": (used - expected) / np.sqrt(used),
        }
    )


def dispersion(counts: ArrayLike, sizes: ArrayLike) -> Floats:
    """Return how unevenly phrases are spread over the parts of a corpus: Gries's deviation of proportions.

    DP = 1/2 sum over the parts of abs(v_i - s_i), v_i the share of the uses, s_i that of the words.

    Parameters
    ----------
    counts : array-like of int, shape (n_phrases, n_parts) or (n_parts,)
        Uses in each part, such as a year.
    sizes : array-like of int, shape (n_parts,)
        Words of each part, 0 and up, not all 0.

    Returns
    -------
    ndarray of float, shape (n_phrases,) or ()
        In [0, 1 - least share]: 0 if spread as the words are, an evergreen; near 1 if all uses are in
        one small part, an episode. NaN for a phrase without a use.

    Raises
    ------
    ValueError
        If shapes do not fit or a count is negative.

    Notes
    -----
    Unreliable below five uses.

    References
    ----------
    .. [1] S. Gries, "Dispersions and adjusted frequencies in corpora", International Journal of Corpus
       Linguistics 13, 2008.

    Examples
    --------
    >>> dispersion([[5, 5], [10, 0]], [100, 100]).tolist()
    [0.0, 0.5]
    """
    uses, words = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    if uses.ndim not in (1, 2) or words.ndim != 1 or uses.shape[-1:] != words.shape:
        raise ValueError(
            f"counts must have a column for each of {words.size} parts, got {uses.shape}; add empty parts."
        )
    if np.any(uses < 0) or np.any(words < 0) or not words.sum() > 0:
        least = min([*uses.ravel(), *words], default=0.0)
        raise ValueError(f"counts and sizes must be at least 0, with words in some part, got {least:g}; count again.")
    totals = uses.sum(axis=-1, keepdims=True)
    shares = np.divide(uses, totals, out=np.full_like(uses, np.nan), where=totals > 0)
    deviations: Floats = 0.5 * np.abs(shares - words / words.sum()).sum(axis=-1)
    return deviations


def hapaxity(filler_counts: ArrayLike) -> float:
    """Return the share of the fillers of a phrase frame that were seen once: low in a rigid frame.

    Parameters
    ----------
    filler_counts : array-like of int, shape (n_fillers,)
        Uses of each different filler of the open place, as of "the * of the DPRK".

    Returns
    -------
    float
        In [0, 1]. NaN without a filler.

    Raises
    ------
    ValueError
        If a count is below 1.

    References
    ----------
    .. [1] R. Forsyth and L. Grabowski, "Is there a formula for formulaic language?", Poznan Studies in
       Contemporary Linguistics 51, 2015. Known here at second hand.

    Examples
    --------
    >>> hapaxity([40, 7, 1, 1])
    0.5
    """
    counts: NDArray[np.float64] = np.asarray(filler_counts, dtype=float).ravel()
    if np.any(counts < 1):
        raise ValueError(f"filler_counts must be at least 1, got {counts.min():g}; leave out what was not seen.")
    return float(np.mean(counts == 1)) if len(counts) else float("nan")


__all__ = ["association", "bundle_counts", "dispersion", "hapaxity"]
