"""Training: what is checked, what is tied together, and that nothing held out was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rhetoric._model_file import read_manifest
from rhetoric.classify import load
from rhetoric.datasets import load_seed
from rhetoric.train import tie_groups, train


@pytest.fixture(scope="module")
def corpus():
    seed = load_seed()
    return seed[seed["part"] == "statement"].iloc[::19][["text", "label"]].reset_index(drop=True)


def in_row_7(corpus, column, value):
    changed = corpus.astype(object)
    changed.loc[7, column] = value
    return changed


@pytest.mark.parametrize(
    ("column", "value", "error", "message"),
    [
        ("label", "maybe", ValueError, r"label must be 'formulaic' or 'substantive', got 'maybe' in row 7"),
        ("label", float("nan"), ValueError, r"got nan in row 7"),
        ("text", float("nan"), TypeError, r"frame\['text'\] must hold str only, got nan in row 7"),
        ("text", None, TypeError, r"got None in row 7"),
        ("text", " \n", ValueError, r"must hold a visible character, got ' \\n' in row 7"),
        ("text", 3, TypeError, r"got 3 in row 7"),
    ],
)
def test_a_bad_row_is_named(corpus, column, value, error, message):
    with pytest.raises(error, match=message):
        train(in_row_7(corpus, column, value))


@pytest.mark.parametrize("column", ["text", "label"])
def test_a_missing_column_is_named(corpus, column):
    with pytest.raises(ValueError, match=rf"frame must have one column '{column}', got"):
        train(corpus.drop(columns=column))


def test_one_label_alone_is_refused(corpus):
    with pytest.raises(ValueError, match=r"must hold both labels, got \['formulaic'\] only"):
        train(corpus[corpus["label"] == "formulaic"])


def test_a_list_is_no_table(corpus):
    with pytest.raises(TypeError, match="frame must be a DataFrame, got list"):
        train(corpus["text"].tolist())


@pytest.mark.parametrize(
    ("columns", "groups"),
    [
        ({"text": ["a b c d e f", "x y z", "A b c d e g."]}, [0, 1, 0]),
        ({"text": ["one", "two", "three"], "document": ["d", "e", "d"]}, [0, 1, 0]),
        ({"text": ["one", "two", "three"], "pair": ["p", None, "p"]}, [0, 1, 0]),
        ({"text": ["one", "two", "three"], "document": [None, float("nan"), None]}, [0, 1, 2]),
        ({"text": ["one", "two", "three"], "document": ["d", "d", "e"], "pair": [None, "p", "p"]}, [0, 0, 0]),
        ({"text": ["a b c d e f", "a b c d e g", "two"], "document": ["c", "d", "d"]}, [0, 0, 0]),
        ({"text": ["one", "two"], "document": ["same", "e"], "pair": ["p", "same"]}, [0, 1]),
    ],
)
def test_rows_are_tied_by_likeness_document_and_pair_and_through_one_another(columns, groups):
    assert tie_groups(pd.DataFrame(columns)).tolist() == groups


def test_held_out_sentences_were_not_seen_as_near_duplicates(corpus):
    rng = np.random.default_rng(0)
    few = corpus.iloc[:200].assign(label=rng.permutation(["formulaic", "substantive"] * 100))
    copies = pd.concat([few, few.assign(text=few["text"].str.upper() + " INDEED")], ignore_index=True)
    # labels by chance, every sentence twice: who has seen the copy is right nearly always
    seen = train(few, with_seed=False, n_folds=4).model.predict(copies["text"][200:])
    assert (seen == copies["label"][200:]).mean() > 0.9
    assert 0.4 < train(copies, with_seed=False, n_folds=4).evaluation.accuracy < 0.6


def test_the_seed_can_be_trained_on_beside_a_corpus(corpus):
    training = train(corpus.iloc[:60], blocks=["substance"], n_folds=2)
    assert training.n_seed == len(load_seed())
    assert training.evaluation.n_samples == 60


def test_ablation_is_that_of_models_trained_with_fewer_blocks(corpus):
    training = train(corpus.iloc[:300], with_seed=False, n_folds=2)
    assert training.ablation.index[-1] == "substance, vectors, profiles, words"
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


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_folds": 1}, r"n_folds must be from 2 to .*, got 1;"),
        ({"n_folds": 10_000}, r"n_folds must be from 2 to .*, got 10000;"),
        ({"own_weight": 0}, "own_weight must be positive, got 0;"),
    ],
)
def test_parameters_out_of_range_are_refused(corpus, parameters, message):
    with pytest.raises(ValueError, match=message):
        train(corpus, **parameters)


def test_nothing_to_train_on_is_refused():
    with pytest.raises(ValueError, match="frame must be given when with_seed is False"):
        train(with_seed=False)


def test_equal_corpora_give_equal_models_and_cards(corpus, tmp_path):
    for name in ("a", "b"):
        train(corpus, with_seed=False, n_folds=3).save(tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()


def test_saving_writes_a_model_and_its_card(corpus, tmp_path):
    training = train(corpus, with_seed=False, blocks=["substance"], n_folds=3)
    training.save(tmp_path / "mine.npz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.md", "mine.npz"]
    assert read_manifest(tmp_path / "mine.npz")["training"] == training.facts()
    assert training.digest[:16] in (tmp_path / "mine.md").read_text(encoding="utf-8")
    texts = corpus["text"]
    assert np.array_equal(load(tmp_path / "mine.npz").predict_proba(texts), training.model.predict_proba(texts))


def test_saving_replaces_an_earlier_card_as_a_whole(corpus, tmp_path):
    (tmp_path / "other.md").write_text("a card")
    (tmp_path / "mine.md").hardlink_to(tmp_path / "other.md")
    train(corpus, with_seed=False, blocks=["substance"], n_folds=3).save(tmp_path / "mine.npz")
    # the file behind the other name was not written into
    assert (tmp_path / "other.md").read_text() == "a card"
    assert (tmp_path / "mine.md").read_text(encoding="utf-8").startswith("# Model card")


def test_saving_under_another_suffix_writes_nothing(corpus, tmp_path):
    training = train(corpus, with_seed=False, blocks=["substance"], n_folds=3)
    with pytest.raises(ValueError, match=r"path must end in \.npz, got '.*mine\.pkl'"):
        training.save(tmp_path / "mine.pkl")
    assert list(tmp_path.iterdir()) == []
