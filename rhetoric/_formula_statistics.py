"""Association, dispersion and burstiness of many phrases at once.

Every function takes the uses of all phrases as flat arrays, phrase by phrase.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_words import Int, Int32

MIN_HITS = 5  # below, Gries calls dispersion unreliable


def association(counts: Int, log_shares: NDArray[np.float64], n_words: int) -> NDArray[np.float64]:
    """Return the mutual information of the words of phrases in bits: log2(f / E).

    E = prod f(w_i) / N**(n - 1) is how often the n words would meet by chance.

    Parameters
    ----------
    counts : ndarray of int64, shape (n_phrases,)
        Uses f of each phrase, at least 1.
    log_shares : ndarray of float64, shape (n_phrases,)
        Sum of log2(f(w_i) / N) over its words.
    n_words : int
        Words N of the corpus.

    Returns
    -------
    ndarray of float64
        0 where the words meet as often as by chance, negative below.

    References
    ----------
    .. [1] K. W. Church and P. Hanks, "Word association norms, mutual information, and lexicography",
       Computational Linguistics 16(1), 1990; for n words as the product over all of them.

    Examples
    --------
    >>> association(np.array([10]), np.array([np.log2(0.1) * 2]), 100).round(3).tolist()
    [3.322]
    """
    bits: NDArray[np.float64] = np.log2(counts / max(n_words, 1)) - log_shares
    return bits


def dispersion(phrases: Int, parts: Int, part_sizes: Int, n_phrases: int) -> NDArray[np.float64]:
    """Return the deviation of proportions DP of each phrase over the parts of a corpus.

    DP = 1/2 sum |v_i - s_i| with the share v_i of the uses and the share s_i of the words in part i.

    Parameters
    ----------
    phrases, parts : ndarray of int64, shape (n_uses,)
        Phrase and part of each use.
    part_sizes : ndarray of int64, shape (n_parts,)
        Words in each part.
    n_phrases : int
        Number of phrases.

    Returns
    -------
    ndarray of float64, shape (n_phrases,)
        In [0, 1): 0 is spread as evenly as the words, high is confined to a few parts. NaN under 5 uses.

    References
    ----------
    .. [1] S. Th. Gries, "Dispersions and adjusted frequencies in corpora", International Journal of Corpus
       Linguistics 13(4), 2008.

    Examples
    --------
    >>> dispersion(np.zeros(6, dtype=int), np.array([0, 0, 0, 1, 1, 1]), np.array([900, 100]), 1).round(3).tolist()
    [0.4]
    """
    n_parts = len(part_sizes)
    uses = np.bincount(phrases * n_parts + parts, minlength=n_phrases * n_parts).reshape(n_phrases, n_parts)
    total = uses.sum(axis=1, keepdims=True)
    share = uses / np.maximum(total, 1)
    deviation: NDArray[np.float64] = np.abs(share - part_sizes / max(int(part_sizes.sum()), 1)).sum(axis=1) / 2
    deviation[total[:, 0] < MIN_HITS] = np.nan
    return deviation


def burstiness(phrases: Int, documents: Int32, n_phrases: int) -> NDArray[np.float64]:
    """Return the burstiness B = (sigma - mu) / (sigma + mu) of the gaps between uses, counted in documents.

    Parameters
    ----------
    phrases, documents : ndarray of int64, shape (n_pairs,)
        Every pair of a phrase and a document that has it once, ascending by phrase, then in the order of
        time; documents are numbered in that order.
    n_phrases : int
        Number of phrases.

    Returns
    -------
    ndarray of float64, shape (n_phrases,)
        In [-1, 1): -1 is a regular beat, 0 chance, towards 1 bursts and long silences. NaN under three
        documents, which leave fewer than two gaps.

    References
    ----------
    .. [1] K.-I. Goh and A.-L. Barabasi, "Burstiness and memory in complex systems", Europhysics Letters 81,
       2008.

    Examples
    --------
    >>> burstiness(np.zeros(4, dtype=int), np.array([0, 1, 2, 9]), 1).round(3).tolist()
    [-0.029]
    """
    same = phrases[1:] == phrases[:-1]
    gap, phrase = np.diff(documents)[same], phrases[1:][same]
    n_gaps = np.bincount(phrase, minlength=n_phrases)
    mean = np.bincount(phrase, weights=gap, minlength=n_phrases) / np.maximum(n_gaps, 1)
    square = np.bincount(phrase, weights=(gap - mean[phrase]) ** 2, minlength=n_phrases)
    deviation = np.sqrt(square / np.maximum(n_gaps, 1))
    found = np.full(n_phrases, np.nan)
    enough = n_gaps >= 2
    found[enough] = (deviation[enough] - mean[enough]) / (deviation[enough] + mean[enough])
    return found
