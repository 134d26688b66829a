"""Time and memory of the measures, each on prepared documents and on one core.

::

python benchmarks/measures.py kcna_2011_2012.parquet
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

import rhetoric.measures as rm

WINDOW = 50
N_PLAIN = 600
SHARED_TABLE = {
    "boilerplate": rm.boilerplate,
    "stickiness": rm.stickiness,
    "redundancy": rm.redundancy,
    "coverage age": rm.coverage_age,
}
OTHERS: dict[str, Callable[[rm.PreparedDocuments], object]] = {
    "resonance, 50 documents": lambda ready: rm.resonance(ready, window=WINDOW),
    "resonance, 90 days": lambda ready: rm.resonance(ready, window="90D"),
    "importance, 50 documents": lambda ready: rm.importance(ready, window=WINDOW),
    "importance, 90 days": lambda ready: rm.importance(ready, window="90D"),
    "return time": rm.return_time,
    "consecutive similarity": rm.consecutive_similarity,
    "Lazy Prices": rm.lazy_prices,
    "standard content": rm.standard_content,
    "datability, months": lambda ready: rm.datability(ready, period="M"),
    "hard information": rm.hard_information,
    "specificity": rm.specificity,
}


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def plain_novelty(texts: Sequence[str], window: int) -> list[float]:
    """Return novelty as its formula reads, with a dense row of probabilities for each document."""
    counts = [Counter(text.lower().split()) for text in texts]
    vocabulary = {word: column for column, word in enumerate({word for count in counts for word in count})}
    shares = np.full((len(texts), len(vocabulary)), 0.01)
    for row, count in enumerate(counts):
        for word, n in count.items():
            shares[row, vocabulary[word]] += n
    shares /= shares.sum(axis=1, keepdims=True)
    return [
        float(np.mean([np.sum(shares[j] * np.log2(shares[j] / shares[i])) for i in range(j - window, j)]))
        for j in range(window, len(texts))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    documents = pd.read_parquet(parser.parse_args().corpus)
    warnings.simplefilter("ignore", UserWarning)
    size = documents["text"].str.len().sum() / 1e6
    print(platform.machine(), platform.python_version(), *(f"{n} {version(n)}" for n in ("numpy", "scipy", "pandas")))
    print(f"{len(documents):,} documents, {size:.1f} million characters")
    began = time.perf_counter()
    ready = rm.prepare(documents)
    print(f"{'prepare':<26}{time.perf_counter() - began:7.2f} s")
    for name, function in SHARED_TABLE.items():
        print(f"{name:<26}{timed(lambda function=function: function(ready)):7.2f} s")
    print(f"{'these together':<26}{time.perf_counter() - began:7.2f} s")
    for name, function in OTHERS.items():
        print(f"{name:<26}{timed(lambda function=function: function(ready)):7.2f} s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    first = documents.head(N_PLAIN)
    plain = timed(lambda: plain_novelty(first["text"].tolist(), WINDOW))
    own = timed(lambda: rm.novelty(first, window=WINDOW))
    print(f"novelty of {len(first)} documents: plain {plain:.2f} s, rhetoric from texts {own:.2f} s")


if __name__ == "__main__":
    main()
