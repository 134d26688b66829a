"""What naive and wrong variants of the measures do to the results, on one corpus.

::

    python benchmarks/measure_variants.py kcna_2011_2012.parquet

Each variant is written out here; none of them is in the package.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer

import rhetoric.measures as rm

SHARE = 0.02
NAIVE_FIGURE = re.compile(r"(?<!\S)\d+(?!\S)")
WORD = re.compile(r"[\w'-]+")


def show(name: str, values: np.ndarray, right: np.ndarray) -> None:
    """Print mean and greatest value of a variant and its rank correlation with the right one."""
    known = ~np.isnan(values) & ~np.isnan(right)
    rho = spearmanr(values[known], right[known]).statistic if len({*values[known]}) > 1 else np.nan
    print(f"  {name:<58} mean {np.nanmean(values):8.4f}  max {np.nanmax(values):8.3f}  rho {rho:5.2f}")


def token_boilerplate(texts: list[str], n: int = 4) -> np.ndarray:
    """Count uses in place of documents, over all documents, and overlapping n-grams in full, per word."""
    words = [WORD.findall(text.lower()) for text in texts]
    grams = [[tuple(w[i : i + n]) for i in range(len(w) - n + 1)] for w in words]
    uses = Counter(gram for document in grams for gram in document)
    floor = SHARE * len(texts)
    in_stock = [sum(uses[gram] >= floor for gram in document) for document in grams]
    return np.array([n * k / max(len(w), 1) for k, w in zip(in_stock, words, strict=True)])


def boilerplate_variants(documents: pd.DataFrame, ready: rm.PreparedDocuments) -> None:
    """Print boilerplate."""
    right = rm.boilerplate(ready, min_document_share=SHARE)
    print(f"boilerplate, 4-grams in {SHARE:.0%} of the documents")
    show("rhetoric", right, right)
    naive = token_boilerplate(documents["text"].tolist())
    show("uses for documents, overlaps counted in full", naive, right)
    print(f"  {'':<58} above 1 in {np.mean(naive > 1):.1%} of the documents")
    last = documents.assign(date="2013-01-01")
    stacked = pd.concat([documents, last], ignore_index=True)
    ahead = rm.boilerplate(rm.prepare(stacked, collapse_reissues=False), min_document_share=SHARE)[len(documents) :]
    show("later documents and the document itself counted", ahead, right)


def figure_variants(documents: pd.DataFrame) -> None:
    """Print hard information."""
    texts = documents["text"].tolist()
    right = rm.hard_information(texts)
    print("hard information")
    show("rhetoric", right, right)
    n_words = np.array([len(text.split()) for text in texts])
    bare = np.array([len(NAIVE_FIGURE.findall(text)) for text in texts]) / n_words
    show("bare digits: no 3,000, $2.5 or 10%, but years and days", bare, right)
    figures = sum(bool(re.search(r"\d", word)) for text in texts for word in text.split())
    print(f"  {'':<58} {1 - bare @ n_words / figures:.0%} of the words with a digit are missed")


def drift_variants(documents: pd.DataFrame, ready: rm.PreparedDocuments) -> None:
    """Print novelty, and reuse."""
    right = rm.resonance(ready, window=50)
    print("novelty, window of 50")
    show("rhetoric", right["novelty"].to_numpy(), right["novelty"].to_numpy())
    minutes = pd.to_datetime(documents["date"]) + pd.to_timedelta(documents.groupby("date").cumcount(), unit="min")
    by_row = rm.novelty(rm.prepare(documents.assign(date=minutes), collapse_reissues=False), window=50)
    show("documents of the same day count as past", by_row, right["novelty"].to_numpy())
    heavy = rm.novelty(ready, window=50, smoothing=1.0)
    show("smoothing of 1 in place of 0.01", heavy, right["novelty"].to_numpy())
    length = ready.by_row_all(ready.tokens.words_per_document).astype(float)
    for name in right:
        rho = spearmanr(right[name], length, nan_policy="omit").statistic
        print(f"  rank correlation of {name:<10} with length {rho:5.2f}")
    print("reuse")
    reuse = rm.reuse(ready)
    show("rhetoric", reuse, reuse)
    minute_reuse = rm.reuse(rm.prepare(documents.assign(date=minutes), collapse_reissues=False))
    show("documents of the same day count as past", minute_reuse, reuse)


def similarity_variants(documents: pd.DataFrame, ready: rm.PreparedDocuments) -> None:
    """Print backward similarity, with words weighed by what came later."""
    right = rm.importance(ready, window=50)["backward_similarity"].to_numpy()
    print("backward similarity, window of 50")
    show("rhetoric", right, right)
    ordered = documents.sort_values("date", kind="stable")
    vectors = TfidfVectorizer().fit_transform(ordered["text"])
    sums = np.full(len(documents), np.nan)
    for row in range(50, len(documents)):
        sums[ordered.index[row]] = (vectors[row] @ vectors[row - 50 : row].T).sum()
    show("TF-IDF of the whole corpus, documents before by row", sums, right)


def return_variants(ready: rm.PreparedDocuments) -> None:
    """Print return times, with open ones left out or taken for returns."""
    found = rm.return_time(ready)
    found = found[found["return_days"] > 0]
    is_open = found["is_censored"] == 1
    law = rm.weibull_returns(found["return_days"], is_open)
    print("return time of half of the wording, days")
    print(f"  Weibull with open ones as lower bounds: median {law.median:.0f}, shape {law.shape:.2f}")
    print(f"  open ones ({is_open.mean():.0%}) left out: median {found.loc[~is_open, 'return_days'].median():.0f}")
    print(f"  open ones taken for returns: median {found['return_days'].median():.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    documents = pd.read_parquet(parser.parse_args().corpus)
    ready = rm.prepare(documents)
    print(f"{len(documents):,} documents; rho is Spearman's rank correlation with rhetoric")
    boilerplate_variants(documents, ready)
    figure_variants(documents)
    drift_variants(documents, ready)
    similarity_variants(documents, ready)
    return_variants(ready)


if __name__ == "__main__":
    main()
