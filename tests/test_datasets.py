"""The seed dataset is large, whole, filled as documented, and nobody else's text."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetoric._tokens import ngram_hashes, runs_within_documents, tokenize
from rhetoric.datasets import load_article_examples, load_seed

COLUMNS = [
    "id", "text", "label", "grade", "move", "register", "origin", "paragraph", "part", "document", "position",
    "title", "date", "source", "pair", "rationale",
]  # fmt: skip
REGISTERS = {
    "dprk_statement", "dprk_news", "us_government", "other_government", "un", "central_bank", "company", "other",
}  # fmt: skip
FORMULAIC, SUBSTANTIVE = {"formulaic"}, {"substantive"}
ONE_OF_EACH = FORMULAIC | SUBSTANTIVE


@pytest.fixture(scope="module")
def seed():
    return load_seed()


@pytest.fixture(scope="module")
def statements(seed):
    return seed[seed["part"] == "statement"]


def test_seed_is_large(statements):
    assert len(statements) >= 4000
    assert statements["document"].nunique() >= 250


def test_ids_and_columns_are_as_documented(seed):
    assert list(seed.columns) == COLUMNS
    assert seed["id"].is_unique
    assert all(f"``{column}``" in load_seed.__doc__ for column in COLUMNS)


@pytest.mark.parametrize("column", ["id", "text", "label", "move", "register", "origin", "part", "document"])
def test_columns_that_every_sentence_has_are_filled(seed, column):
    assert seed[column].map(lambda value: isinstance(value, str) and value.strip() == value != "").all()


def test_values_are_those_documented(seed):
    assert set(seed["label"]) == ONE_OF_EACH
    assert set(seed["register"]) <= REGISTERS
    assert set(seed["origin"]) == {"article", "written"}
    assert set(seed["grade"]) == {1, 2, 3, 4, 5}


def test_columns_that_some_sentences_have_are_empty_elsewhere(seed):
    # what an archive of statements needs
    for column in ("title", "date", "source"):
        assert (seed[column].notna() == (seed["part"] == "statement")).all()
    assert (seed["paragraph"].notna() == (seed["origin"] == "article")).all()
    assert ((seed["part"] == "article") == (seed["origin"] == "article")).all()
    assert seed.loc[seed["part"] != "statement", "rationale"].notna().all()


def test_parts_and_statements_are_in_order(seed, statements):
    assert seed["part"].drop_duplicates().tolist() == ["statement", "contrast", "article"]
    assert pd.to_datetime(statements["date"], format="%Y-%m-%d").is_monotonic_increasing


def test_each_statement_is_in_one_piece_and_has_one_title_date_and_source(statements):
    pieces = (statements["document"] != statements["document"].shift()).sum()
    assert pieces == statements["document"].nunique()
    assert statements.groupby("document")[["title", "date", "source", "register"]].nunique().max().max() == 1


def test_positions_rise_within_a_statement(statements):
    positions = statements.groupby("document")["position"]
    assert positions.min().min() >= 1
    assert positions.apply(lambda values: (np.diff(values) > 0).all()).all()


def test_labels_are_balanced(seed):
    assert 0.4 <= (seed["label"] == "substantive").mean() <= 0.6


def test_grade_agrees_with_label(seed):
    assert set(seed.loc[seed["label"] == "formulaic", "grade"]) == {1, 2, 3}
    assert set(seed.loc[seed["label"] == "substantive", "grade"]) == {3, 4, 5}


def test_contrast_pairs_have_two_sentences_and_both_labels(seed):
    pairs = seed[(seed["part"] == "contrast") & seed["pair"].notna()].groupby("pair")["label"]
    assert len(pairs) >= 150
    assert (pairs.size() == 2).all()
    assert (pairs.nunique() == 2).all()


def test_lines_return_from_statement_to_statement_verbatim_and_changed(statements):
    lines = statements[statements["pair"].notna()].groupby("pair")
    wordings, uses = lines["text"].nunique(), lines.size()
    assert (lines["document"].nunique() > 1).all()
    assert (uses > wordings).sum() >= 10
    assert ((wordings > 1) & (uses > wordings)).sum() >= 10


def test_article_examples_are_in_the_order_of_its_paragraphs():
    paragraphs = load_article_examples()["paragraph"].drop_duplicates().tolist()
    assert paragraphs == ["1", "2", "3", "4", "5", "6", "7", "8", "inset"]


@pytest.mark.parametrize(
    ("paragraph", "term", "labels"),
    [
        ("1", "hostile policy", FORMULAIC),
        ("1", "today's statement", FORMULAIC),
        ("1", "summer fruit", FORMULAIC),
        ("2", "blunder", FORMULAIC),
        ("2", "dire consequences", FORMULAIC),
        ("2", "results of the review", SUBSTANTIVE),
        ("3", "", ONE_OF_EACH),
        ("4", "Kim Jong Un", SUBSTANTIVE),
        ("4", "economic", SUBSTANTIVE),
        ("4", "restructuring programme", SUBSTANTIVE),
        ("4", "COVID-19", SUBSTANTIVE),
        ("5", "grand bargain", ONE_OF_EACH),
        ("5", "strategic patience", FORMULAIC),
        ("5", "multi-layered approach", FORMULAIC),
        ("5", "value of our alliances", FORMULAIC),
        ("5", "South Korea and Japan", FORMULAIC),
        ("6", "diplomacy", FORMULAIC),
        ("6", "dialogue", ONE_OF_EACH),
        ("6", "peace treaty", SUBSTANTIVE),
        ("6", "mutual recognition", SUBSTANTIVE),
        ("6", "up front", SUBSTANTIVE),
        ("7", "partners and allies", FORMULAIC),
        ("7", "format", SUBSTANTIVE),
        ("8", "soon enough", FORMULAIC),
        ("inset", "hostile policy", ONE_OF_EACH),
    ],
)
def test_every_example_of_the_article_has_its_label_and_reason(paragraph, term, labels):
    examples = load_article_examples()
    found = examples[(examples["paragraph"] == paragraph) & examples["text"].str.contains(term, case=False)]
    assert set(found["label"]) == labels
    assert found["rationale"].str.len().min() > 0


def four_word_runs(text):
    words = re.findall(r"\w+(?:['’.,-]\w+)*", text.lower())
    return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}


def test_no_two_sentences_outside_a_pair_share_more_than_half_of_their_runs(seed):
    # counted with plain sets, not with the package's own hashes
    runs, uses, shared = [four_word_runs(text) for text in seed["text"]], defaultdict(list), defaultdict(int)
    for row, own in enumerate(runs):
        for run in own:
            for other in uses[run]:
                shared[other, row] += 1
            uses[run].append(row)
    own_pair = seed["pair"].where(seed["pair"].notna(), seed["id"]).tolist()
    alike = [(a, b) for (a, b), n in shared.items() if n > 0.5 * min(len(runs[a]), len(runs[b]))]
    assert [(seed["id"][a], seed["id"][b]) for a, b in alike if own_pair[a] != own_pair[b]] == []


def test_at_most_one_sentence_in_a_hundred_stands_mostly_in_the_corpora(seed, corpora):
    tokens = tokenize(seed["text"].tolist())
    own, printed = ngram_hashes(tokens.hashes, 8), np.zeros(len(tokens.hashes), dtype=bool)
    for path in sorted(Path(corpora).glob("*.parquet")):
        theirs = tokenize(pd.read_parquet(path, columns=["text"])["text"].tolist())
        printed[: len(own)] |= np.isin(own, ngram_hashes(theirs.hashes, 8)[runs_within_documents(theirs, 8)])
    covered, inside = np.zeros(len(tokens.hashes), dtype=bool), runs_within_documents(tokens, 8)
    for start in inside[printed[inside]]:
        covered[start : start + 8] = True
    share = np.bincount(tokens.document, weights=covered, minlength=len(seed)) / np.maximum(tokens.n_words, 1)
    assert (share > 0.5).mean() <= 0.01
