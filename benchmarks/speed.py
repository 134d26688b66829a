"""Speed and memory, as ratios measured side by side in one process.

Sentences come from the corpora where a folder is given, else from the seed, repeated::

    python benchmarks/speed.py [--corpora FOLDER]
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import rhetoric.classify
from rhetoric._sentences import split_sentences
from rhetoric.datasets import load_seed

N_SENTENCES = 100_000
ROUNDS = 5


def sentences(corpora: Path | None) -> list[str]:
    """Return at least `N_SENTENCES` sentences."""
    if corpora is None:
        seed = load_seed()["text"].tolist()
        return (seed * (N_SENTENCES // len(seed) + 1))[:N_SENTENCES]
    found: list[str] = []
    for path in sorted(corpora.glob("*.parquet")):
        for text in pd.read_parquet(path, columns=["text"])["text"]:
            found += [text[start:end] for start, end in split_sentences(text)]
    return found[:: max(1, len(found) // N_SENTENCES)][:N_SENTENCES]


def in_turns(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least time of each call in seconds, the calls taking turns."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - began)
    return best


def whole_process(arguments: list[str]) -> float:
    """Return the least time of a Python process in seconds."""
    return in_turns({"": lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)})[""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    options = parser.parse_args()
    texts = sentences(options.corpora)
    size = sum(map(len, texts)) / 1e6
    seed = load_seed()
    baseline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    baseline.fit(seed["text"], seed["label"])
    model = rhetoric.classify.load()
    model.predict_proba(texts[:1000])
    print(platform.machine(), platform.python_version(), *(f"{n} {version(n)}" for n in ("numpy", "scikit-learn")))
    times = in_turns({"rhetoric": lambda: model.predict_proba(texts), "tfidf": lambda: baseline.predict_proba(texts)})
    print(f"{len(texts):,} sentences, {size:.1f} million characters, one core")
    for name, seconds in times.items():
        print(f"predict_proba {name:<10} {seconds:6.2f} s  {size / seconds:6.1f} MB/s")
    print(f"ratio to TF-IDF (1, 2) with logistic regression: {times['tfidf'] / times['rhetoric']:.1f}")
    page = Path(__file__).parents[1] / "examples" / "statement.txt"
    print(f"import sklearn           {whole_process(['-c', 'import sklearn.base']):.2f} s")
    print(f"import rhetoric.classify {whole_process(['-c', 'import rhetoric.classify']):.2f} s")
    print(f"rhetoric classify a page {whole_process(['-m', 'rhetoric', 'classify', str(page)]):.2f} s")


if __name__ == "__main__":
    main()
