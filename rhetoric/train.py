"""Train a classifier on labelled sentences, with or without the seed dataset.

1. Check texts and labels.
2. Tie together what must not be torn apart by a split: near-duplicates, sentences of one statement, the two
   sentences of a pair.
3. Hold out a fifth of these groups in turn and predict it from the rest, for the figures; with fewer blocks, too.
4. Fit on everything, for the model.

Without a labelled corpus of one's own the seed dataset is the corpus; this is how the shipped model is made.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from rhetoric import _model_file
from rhetoric._atomic import atomic_path
from rhetoric._checked_frame import check_labelled_frame
from rhetoric._classifier import RhetoricClassifier
from rhetoric._labels import FORMULAIC, SUBSTANTIVE
from rhetoric._metrics import measure
from rhetoric._model_card import model_card
from rhetoric._near_duplicates import near_duplicate_groups
from rhetoric.datasets import load_seed
from rhetoric.evaluate import Evaluation, evaluate

__all__ = ["Training", "train"]

HARD_WEIGHT = 0.1
"""Weight of a hard single sentence beside one of a whole statement, found by cross-validation over statements."""
OWN_WEIGHT = 16.0
"""Weight of a sentence of one's own corpus beside one of the seed."""
TIES = ("document", "pair")
MAX_FIGURE_DIGITS = 4


@dataclass(frozen=True)
class Training:
    """A trained classifier and how it did on held-out sentences.

    Attributes
    ----------
    model : RhetoricClassifier
        Fitted on all sentences.
    evaluation : Evaluation
        Figures over the sentences of the corpus, each predicted by a model that has seen neither it, nor
        a near-duplicate, nor a sentence of the same statement.
    ablation : DataFrame
        The figures of the same sentences for models of fewer blocks: one row for every choice of blocks,
        its index ``blocks``, the model's own last.
    n_sentences, n_seed, n_groups : int
        Sentences in all, how many of them are of the seed, and groups of those that stay together.
    digest : str
        SHA-256 of texts, labels and weights in their order.
    """

    model: RhetoricClassifier
    evaluation: Evaluation
    ablation: pd.DataFrame
    n_sentences: int
    n_seed: int
    n_groups: int
    digest: str

    def facts(self) -> dict[str, Any]:
        """Return the facts that the model file keeps, ready for JSON."""
        figures = ("macro_f1", "accuracy", "auc", "brier", "ece", "accuracy_at_60")
        return {
            "n_sentences": self.n_sentences,
            "n_seed": self.n_seed,
            "n_groups": self.n_groups,
            "digest": self.digest,
            "held_out": {name: round(float(getattr(self.evaluation, name)), MAX_FIGURE_DIGITS) for name in figures},
        }

    def save(self, path: str | Path) -> None:
        """Write the model to `path`, which ends in ``.npz``, and its card beside it as ``.md``."""
        _model_file.dump(self.model, path, training=self.facts())
        with atomic_path(Path(path).with_suffix(".md")) as aside:
            aside.write_text(model_card(self), encoding="utf-8")


@dataclass
class _HeldOut:
    """Stands in for a model: the predictions made while a sentence was held out."""

    classes_: NDArray[Any]
    probabilities: NDArray[np.float64]

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return the stored probabilities, whatever `X`."""
        return self.probabilities[: len(X)]


def train(
    frame: pd.DataFrame | None = None,
    *,
    with_seed: bool = True,
    blocks: Sequence[str] | None = None,
    C: float = 1.0,
    own_weight: float = OWN_WEIGHT,
    n_folds: int = 5,
    random_state: int = 0,
) -> Training:
    """Train a classifier and measure it on held-out sentences.

    Parameters
    ----------
    frame : DataFrame, optional
        One row a sentence with the columns ``text`` and ``label`` (``"formulaic"`` or ``"substantive"``).
        Rows that share a value in ``document`` or ``pair``, where these columns are there, are held out
        together. Without it the seed dataset is the corpus.
    with_seed : bool, default=True
        Whether to train on the seed dataset, too.
    blocks : sequence of str, optional
        Feature blocks, as in :class:`rhetoric.classify.RhetoricClassifier`.
    C : float, default=1.0
        Factor on the inverse regularisation.
    own_weight : float, default=16.0
        Weight of a row of `frame` beside a sentence of the seed; positive. Ignored without the seed.
    n_folds : int, default=5
        Parts of the corpus that are held out in turn, at least 2.
    random_state : int, default=0
        Shuffles the groups over the folds.

    Returns
    -------
    Training
        Equal input gives an equal model, to the byte.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame or a text is no str.
    ValueError
        If a column is missing, a text is blank, a label is neither of the two or one of them is missing, there are more
        folds than groups with the rarer label, or there is neither a corpus nor the seed.

    Examples
    --------
    >>> rows = [("Talks open on 4 May.", "substantive"), ("We will win!", "formulaic")] * 3
    >>> rows += [("Unit 3 fired 12 shells at noon.", "substantive"), ("Glory!", "formulaic")]
    >>> rows += [("It launched 2 satellites.", "substantive"), ("Long live the party!", "formulaic")]
    >>> corpus = pd.DataFrame(rows, columns=["text", "label"])
    >>> training = train(corpus, with_seed=False, blocks=["substance"], n_folds=2)
    >>> training.n_sentences, training.n_groups
    (10, 6)
    """
    corpus, weight = _corpus(frame, with_seed, own_weight)
    groups = tie_groups(corpus)
    is_test = corpus["is_corpus"].to_numpy()
    _check_folds(groups[is_test], corpus.loc[is_test, "label"], n_folds)
    model = RhetoricClassifier() if blocks is None else RhetoricClassifier(blocks)
    model.set_params(C=C)
    texts, labels = corpus["text"].to_numpy(), corpus["label"].to_numpy(dtype=str)
    held_out: defaultdict[tuple[str, ...], NDArray[np.float64]] = defaultdict(lambda: np.zeros((len(corpus), 2)))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=random_state)
    at = np.flatnonzero(is_test)
    for _, fold in folds.split(at, labels[at], groups[at]):
        test = at[fold]
        rest = np.flatnonzero(~np.isin(groups, groups[test]))
        models = model.fit_subsets(texts[rest], labels[rest], sample_weight=weight[rest], groups=groups[rest])
        for chosen, fitted in models.items():
            held_out[chosen][test] = fitted.predict_proba(texts[test])
    model.fit(texts, labels, sample_weight=weight, groups=groups)
    return Training(
        model=model,
        evaluation=_evaluate(corpus[is_test], held_out[tuple(model.blocks)][at], groups[at], model.classes_),
        ablation=_ablation(held_out, labels == SUBSTANTIVE, at),
        n_sentences=len(corpus),
        n_seed=int(corpus["is_seed"].sum()),
        n_groups=int(groups.max()) + 1,
        digest=_digest(corpus, weight),
    )


def tie_groups(corpus: pd.DataFrame) -> NDArray[np.int64]:
    """Return a group number for each row; rows that are tied share it.

    Near-duplicates are tied, and rows with the same value in ``document`` or ``pair``, where these
    columns are there; missing values tie nothing.
    """
    keys = [near_duplicate_groups(corpus["text"])]
    for column in TIES:
        if column in corpus:
            codes = pd.factorize(corpus[column])[0]
            keys.append(np.where(codes >= 0, codes, len(corpus) + np.arange(len(corpus))))
    rows = np.tile(np.arange(len(corpus)), len(keys))
    shift = np.cumsum([0, *(key.max() + 1 for key in keys)])
    columns = np.concatenate([key + offset for key, offset in zip(keys, shift, strict=False)])
    size = len(corpus) + int(shift[-1])
    links = sp.coo_matrix((np.ones(len(rows)), (rows, len(corpus) + columns)), shape=(size, size))
    component = connected_components(links, directed=False)[1][: len(corpus)]
    groups: NDArray[np.int64] = np.unique(component, return_inverse=True)[1]
    return groups


def _corpus(frame: pd.DataFrame | None, with_seed: bool, own_weight: float) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Return all rows to train on, marked ``is_seed`` and ``is_corpus``, and their weights."""
    if frame is None and not with_seed:
        raise ValueError("frame must be given when with_seed is False; pass labelled sentences.")
    if not own_weight > 0:
        raise ValueError(f"own_weight must be positive, got {own_weight!r}; the default is {OWN_WEIGHT}.")
    parts, weights = [], []
    if with_seed:
        seed = load_seed()
        is_statement = (seed["part"] == "statement").to_numpy()
        parts.append(seed.assign(is_seed=True, is_corpus=is_statement & (frame is None)))
        weights.append(np.where(is_statement, 1.0, HARD_WEIGHT))
    if frame is not None:
        own = check_labelled(frame)
        ties = {name: "own " + own[name].astype(str).where(own[name].notna()) for name in TIES if name in own}
        parts.append(own.assign(is_seed=False, is_corpus=True, **ties))
        weights.append(np.full(len(own), own_weight if with_seed else 1.0))
    return pd.concat(parts, ignore_index=True), np.concatenate(weights)


def check_labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of labelled sentences, refusing what cannot be trained on."""
    check_labelled_frame(frame)
    for row, label in enumerate(frame["label"]):
        if label not in (FORMULAIC, SUBSTANTIVE):
            raise ValueError(f"label must be 'formulaic' or 'substantive', got {label!r} in row {row}; map it to one.")
    present = frame["label"].unique().tolist()
    if len(present) < 2:
        raise ValueError(f"frame must hold both labels, got {present!r} only; label sentences of the other kind, too.")
    return frame.reset_index(drop=True)


def _check_folds(groups: NDArray[np.int64], labels: pd.Series[str], n_folds: int) -> None:
    """Raise if some fold could hold every sentence of a label."""
    n_groups = len(np.unique(groups))
    fewest = int(pd.DataFrame({"label": labels.to_numpy(), "group": groups}).groupby("label")["group"].nunique().min())
    if not 2 <= n_folds <= fewest:
        raise ValueError(
            f"n_folds must be from 2 to the separate groups that hold the rarer label ({fewest} of {n_groups}), "
            f"got {n_folds}; label more statements or use fewer folds."
        )


def _evaluate(
    corpus: pd.DataFrame, probabilities: NDArray[np.float64], groups: NDArray[np.int64], classes: NDArray[Any]
) -> Evaluation:
    """Return the figures over held-out predictions, by register where known."""
    table = corpus.assign(group=groups).reset_index(drop=True)
    by = [column for column in ("register",) if column in table and table[column].notna().all()]
    return evaluate(_HeldOut(classes, probabilities), table, by=by, groups="group")


def _ablation(
    held_out: Mapping[tuple[str, ...], NDArray[np.float64]], y: NDArray[np.bool_], at: NDArray[np.int64]
) -> pd.DataFrame:
    """Return the figures over held-out predictions for every choice of blocks."""
    rows = {", ".join(blocks): measure(y[at], p[at, 1]) for blocks, p in held_out.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("blocks")


def _digest(corpus: pd.DataFrame, weight: NDArray[np.float64]) -> str:
    """Return the SHA-256 of texts, labels and weights."""
    digest = hashlib.sha256()
    for text, label, value in zip(corpus["text"], corpus["label"], weight, strict=True):
        digest.update(f"{text}\t{label}\t{value}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
