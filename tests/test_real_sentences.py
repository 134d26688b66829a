"""The shipped model on sentences that were really printed: far enough below its figures to be no noise."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

import rhetoric.classify
from rhetoric._read import read_table
from rhetoric.evaluate import evaluate

SPANS = Path(__file__).parents[1] / "benchmarks" / "real_sentences.jsonl"


def test_labels_name_a_corpus_a_document_a_span_and_one_of_two_labels():
    rows = [json.loads(line) for line in SPANS.read_text().splitlines()]
    assert len({(row["corpus"], row["id"], row["start"]) for row in rows}) == len(rows) == 989
    assert all(row["start"] < row["end"] and row["label"] in ("formulaic", "substantive") for row in rows)
    assert not any("text" in row for row in rows)


def test_the_shipped_model_holds_on_sentences_of_the_corpora(corpora):
    labels = pd.read_json(SPANS, lines=True, dtype=False)
    cut = []
    for name, rows in labels.groupby("corpus"):
        texts = pd.read_parquet(Path(corpora) / f"{name}.parquet").set_index("id")["text"]
        cut.append(rows.assign(text=[texts[row.id][row.start : row.end] for row in rows.itertuples()]))
    evaluate(rhetoric.classify.load(), pd.concat(cut, ignore_index=True)).require(macro_f1=0.8, auc=0.88, ece=0.1)


def test_the_shipped_model_holds_on_a_gold_file(gold):
    evaluate(rhetoric.classify.load(), read_table(gold)).require(macro_f1=0.75)
