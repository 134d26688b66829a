"""Measure the shipped model on sentences that governments really printed.

The labels of 989 sentences are here, their texts are not: ``real_sentences.jsonl`` holds for each the
corpus, the document, the span and the label. Each was labelled twice from the codebook, blind (Cohen's
kappa 0.95); the 28 disagreements were decided afterwards. They measure and train nothing that ships::

    python benchmarks/accuracy.py --corpora FOLDER [--labels dev.jsonl]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import rhetoric.classify
from rhetoric.classify import RhetoricClassifier
from rhetoric.datasets import load_seed
from rhetoric.evaluate import Classifier, evaluate
from rhetoric.features import BLOCKS
from rhetoric.train import HARD_WEIGHT, tie_groups, train

HERE = Path(__file__).parent


def read_real_sentences(corpora: Path) -> pd.DataFrame:
    """Return text and label of the labelled sentences, cut out of the corpora."""
    labels = pd.read_json(HERE / "real_sentences.jsonl", lines=True, dtype=False)
    texts = {}
    for name in labels["corpus"].unique():
        corpus = pd.read_parquet(corpora / f"{name}.parquet", columns=["id", "text"])
        texts.update({(name, key): text for key, text in zip(corpus["id"], corpus["text"], strict=True)})
    keys = zip(labels["corpus"], labels["id"], labels["start"], labels["end"], strict=True)
    cut = [texts[corpus, key][start:end] for corpus, key, start, end in keys]
    return labels.assign(text=cut, document=labels["id"])


def baseline() -> Classifier:
    """Return word TF-IDF with logistic regression, trained on the whole statements of the seed."""
    seed = load_seed()
    statements = seed[seed["part"] == "statement"]
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=5))
    return model.fit(statements["text"], statements["label"])


def block_table(table: pd.DataFrame) -> str:
    """Return the figures of models of every choice of blocks, trained as the shipped one is."""
    seed = load_seed()
    weight = np.where(seed["part"] == "statement", 1.0, HARD_WEIGHT)
    model = RhetoricClassifier(blocks=BLOCKS)
    models = model.fit_subsets(seed["text"], seed["label"], sample_weight=weight, groups=tie_groups(seed))
    lines = ["| blocks | macro-F1 | AUC |", "|---|---|---|"]
    for blocks, fitted in models.items():
        found = evaluate(fitted, table, n_bootstrap=0)
        lines.append(f"| {', '.join(blocks)} | {found.macro_f1:.3f} | {found.auc:.3f} |")
    return "\n".join(lines)


def report(title: str, model: Classifier, table: pd.DataFrame, by: list[str]) -> None:
    print(f"== {title}\n{evaluate(model, table, by=by).summary()}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder with the corpora of real_sentences.jsonl")
    parser.add_argument("--labels", type=Path, help="another labelled file, columns text and label")
    options = parser.parse_args()
    tables = {}
    if options.corpora:
        tables["real sentences"] = read_real_sentences(options.corpora)
    if options.labels:
        tables[options.labels.name] = pd.read_json(options.labels, lines=True, dtype=False)
    for name, table in tables.items():
        by = [column for column in ("corpus", "kind") if column in table]
        report(f"{name}, shipped model", rhetoric.classify.load(), table, by)
        report(f"{name}, TF-IDF on the same seed", baseline(), table, by)
        print(f"== {name}, blocks\n{block_table(table)}\n")
        own = table[["text", "label"]]
        print(f"== {name}, trained on the seed and on the other folds\n{train(own).evaluation.summary()}\n")


if __name__ == "__main__":
    main()
