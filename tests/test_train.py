"""Training on a corpus of one's own, and the seed that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetoric._tokens import ngram_hashes, runs_within_documents, tokenize
from rhetoric.datasets import load_article_examples, load_seed
from rhetoric.train import tie_groups, train

COLUMNS = [
    "id", "text", "label", "grade", "move", "register", "origin", "paragraph", "part", "document", "position",
    "title", "date", "source", "pair", "rationale",
]  # fmt: skip


@pytest.fixture(scope="module")
def seed():
    return load_seed()


@pytest.fixture(scope="module")
def corpus(seed):
    return seed[seed["part"] == "statement"].iloc[::9][["text", "label"]].reset_index(drop=True)


def test_equal_corpora_give_equal_files(corpus, tmp_path):
    for name in ("a.npz", "b.npz"):
        train(corpus, with_seed=False, n_folds=3).save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.md").read_text().startswith("# Model card")


def test_held_out_figures_are_those_of_unseen_sentences(corpus):
    rng = np.random.default_rng(0)
    few = corpus.iloc[:150].assign(label=rng.permutation(["formulaic", "substantive"] * 75))
    copies = pd.concat([few, few.assign(text=few["text"] + " Indeed.")], ignore_index=True)
    evaluation = train(copies, with_seed=False, n_folds=3).evaluation
    # labels by chance: a model that had seen the copy would be right nearly always
    assert 0.35 < evaluation.accuracy < 0.65


def test_the_seed_can_be_trained_on_beside_a_corpus(corpus, seed):
    training = train(corpus.iloc[:60], blocks=["substance"], n_folds=2)
    assert training.n_seed == len(seed)
    assert training.evaluation.n_samples == 60


def test_ablation_is_that_of_models_trained_with_fewer_blocks(corpus):
    training = train(corpus.iloc[:300], with_seed=False, n_folds=2)
    assert training.ablation.index[-1] == "substance, vectors, words"
    assert training.ablation["macro_f1"].iloc[-1] == training.evaluation.macro_f1
    for blocks in (["words"], ["substance", "vectors"]):
        alone = train(corpus.iloc[:300], with_seed=False, n_folds=2, blocks=blocks)
        assert training.ablation.loc[", ".join(blocks), "auc"] == alone.evaluation.auc


def test_card_compares_blocks_where_there_are_several(corpus, tmp_path):
    for blocks, expected in (
        (["substance", "vectors"], ["substance", "vectors", "substance, vectors"]),
        (["words"], []),
    ):
        train(corpus.iloc[:300], with_seed=False, n_folds=2, blocks=blocks).save(tmp_path / "a.npz")
        card = (tmp_path / "a.md").read_text(encoding="utf-8")
        rows = card.partition("### By feature block")[2].partition("## Abstention")[0].splitlines()
        assert [row.split(" | ")[0].strip("| ") for row in rows if " 0." in row] == expected


def test_near_duplicates_documents_and_pairs_are_tied():
    table = pd.DataFrame(
        {
            "text": ["a b c d e f", "x y z", "A b c d e g.", "q r s", "k l m", "n o p"],
            "document": ["1", "2", "3", "2", None, None],
            "pair": [None, None, None, None, "p", "p"],
        }
    )
    assert tie_groups(table).tolist() == [0, 1, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"label": "maybe"}, ValueError, r"got 'maybe' in row 0"),
        ({"label": "formulaic"}, ValueError, r"must hold both labels, got \['formulaic'\]"),
        ({"text": None}, TypeError, r"got None in row 0"),
        ({"text": "  "}, TypeError, r"got '  ' in row 0"),
    ],
)
def test_labels_and_texts_are_checked(corpus, change, error, message):
    with pytest.raises(error, match=message):
        train(corpus.assign(**change))


def test_what_cannot_be_trained_on_is_refused(corpus):
    with pytest.raises(ValueError, match=r"frame must have a column 'label', got \['text'\]"):
        train(corpus[["text"]])
    with pytest.raises(ValueError, match="frame must be given"):
        train(with_seed=False)
    with pytest.raises(ValueError, match=r"n_folds must be from 2 to .*, got 1"):
        train(corpus, n_folds=1)
    with pytest.raises(ValueError, match=r"own_weight must be positive, got 0"):
        train(corpus, own_weight=0)


def test_the_seed_is_large_whole_and_balanced(seed):
    statements = seed[seed["part"] == "statement"]
    assert list(seed.columns) == COLUMNS
    assert len(statements) >= 4000
    assert statements["document"].nunique() >= 250
    assert 0.4 <= (seed["label"] == "substantive").mean() <= 0.6
    assert seed["id"].is_unique


def test_every_statement_sentence_has_all_that_an_archive_needs(seed):
    statements = seed[seed["part"] == "statement"]
    for column in ("document", "position", "title", "date", "source", "move", "register"):
        assert statements[column].notna().all()
        assert (statements[column].astype(str) != "").all()
    assert pd.to_datetime(statements["date"], format="%Y-%m-%d").is_monotonic_increasing
    assert statements.groupby("document")["position"].apply(lambda p: p.is_monotonic_increasing).all()


def test_label_and_grade_agree(seed):
    grades = seed.groupby("label")["grade"].agg(["min", "max"])
    assert grades.loc["formulaic"].tolist() == [1, 3]
    assert grades.loc["substantive"].tolist() == [3, 5]


def test_contrast_pairs_are_pairs(seed):
    pairs = seed[(seed["part"] == "contrast") & seed["pair"].notna()].groupby("pair")
    assert len(pairs) >= 150
    assert (pairs.size() == 2).all()
    assert (pairs["label"].nunique() == 2).mean() > 0.9


def test_lines_return_in_statements_both_verbatim_and_changed(seed):
    lines = seed[(seed["part"] == "statement") & seed["pair"].notna()].groupby("pair")
    wordings, uses = lines["text"].nunique(), lines.size()
    assert (uses > wordings).sum() >= 10
    assert ((wordings > 1) & (uses > wordings)).sum() >= 10


@pytest.mark.parametrize(
    ("paragraph", "term", "labels"),
    [
        ("1", "hostile policy", {"formulaic"}),
        ("1", "today's statement", {"formulaic"}),
        ("2", "blunder", {"formulaic"}),
        ("2", "dire consequences", {"formulaic"}),
        ("2", "review", {"substantive"}),
        ("3", "", {"formulaic", "substantive"}),
        ("4", "Kim Jong Un", {"substantive"}),
        ("4", "COVID-19", {"substantive"}),
        ("5", "grand bargain", {"formulaic", "substantive"}),
        ("5", "strategic patience", {"formulaic"}),
        ("5", "alliances", {"formulaic"}),
        ("6", "dialogue", {"formulaic", "substantive"}),
        ("6", "peace treaty", {"substantive"}),
        ("6", "up front", {"substantive"}),
        ("7", "partners and allies", {"formulaic"}),
        ("7", "format", {"substantive"}),
        ("8", "soon enough", {"formulaic"}),
        ("inset", "missile", {"formulaic", "substantive"}),
    ],
)
def test_every_example_of_the_article_is_there(paragraph, term, labels):
    examples = load_article_examples()
    found = examples[(examples["paragraph"] == paragraph) & examples["text"].str.contains(term, case=False)]
    assert set(found["label"]) == labels
    assert found["rationale"].notna().all()


def test_no_two_sentences_outside_a_pair_share_half_of_their_runs(seed):
    tied = tie_groups(seed[["text"]])
    own = seed["pair"].where(seed["pair"].notna(), seed["id"])
    assert own.groupby(tied).nunique().max() == 1


def test_the_seed_is_not_copied_from_the_corpora(seed, corpora):
    tokens = tokenize(seed["text"].tolist())
    own = ngram_hashes(tokens.hashes, 8)
    printed = np.zeros(len(own), dtype=bool)
    for path in sorted(Path(corpora).glob("*.parquet")):
        theirs = tokenize(pd.read_parquet(path, columns=["text"])["text"].tolist())
        printed |= np.isin(own, ngram_hashes(theirs.hashes, 8)[runs_within_documents(theirs, 8)])
    covered = np.zeros(len(tokens.hashes), dtype=bool)
    inside = runs_within_documents(tokens, 8)
    for start in inside[printed[inside]]:
        covered[start : start + 8] = True
    share = np.bincount(tokens.document, weights=covered, minlength=len(seed)) / np.maximum(tokens.n_words, 1)
    assert (share > 0.5).mean() <= 0.01
