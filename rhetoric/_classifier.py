"""The classifier: an average of linear models, one for each block of features.

Every block sees something else (surface cues, the company that words keep, the words themselves), and
the average holds better on text of another origin than one model over all columns. Fitting takes these
steps:

1. the columns of each block, dense ones standardised;
2. a logistic regression for each block, and, for the share of each block in the average, the spread of
   its decision values on sentences held out in turn;
3. slope and offset that turn the average into log-odds, from the same held-out values;
4. all of it folded into one weight a cue, one a word and one a bucket of terms, so that prediction
   gathers weights and adds them up.

A decision value is therefore a sum of contributions, and its sigmoid is the probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from rhetoric._block_models import FittedBlocks, fit_blocks
from rhetoric._decision import SURFACE_BLOCKS, decide, gather_weights
from rhetoric._documents import check_documents
from rhetoric._explain import Cue, explain_batches
from rhetoric._language import foreign_share
from rhetoric._linear import on_grid
from rhetoric._terms import WORD_TABLES, bucket_weights, read_word_table, word_weights
from rhetoric._tokens import Tokens, tokenize, tokenize_batches
from rhetoric.features import RhetoricFeatures, check_blocks, check_buckets, column_names


class RhetoricClassifier(ClassifierMixin, BaseEstimator):
    """Label sentences, formulaic or substantive, with an average of linear models.

    Parameters
    ----------
    blocks : sequence of str, default=("substance", "vectors", "profiles", "words")
        Blocks of :class:`rhetoric.features.RhetoricFeatures` to use. ``"formula"`` is there to be
        tried; on real statements it did not help.
    C : float, default=1.0
        Factor on the inverse regularisation of every block; smaller is smoother.
    n_buckets : int, default=2**18
        Buckets for hashed terms, a power of two.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The two labels in sorted order; probabilities and decision values speak for the second.
    dense_weights_ : ndarray of float64, shape (n_dense,)
        Weight of each column of the surface blocks, in the order of `dense_names_`.
    dense_names_ : ndarray of str, shape (n_dense,)
        ``block__column`` of each.
    word_weights_ : ndarray of float64, shape (n_words,)
        Weight of each word with vector and profile; empty without ``"vectors"`` and ``"profiles"``.
    term_weights_, term_frequency_ : ndarray of float64, shape (n_buckets,)
        Weight and inverse document frequency of each bucket; empty without ``"words"``.
    intercept_ : float
        Decision value of a sentence without any cue or word.
    foreign_share_ : float
        Share of the weight of the training sentences that do not look English, 0 to 1.

    See Also
    --------
    rhetoric.classify.load : the model that ships with the package.

    Examples
    --------
    >>> sentences = ["Talks open in Geneva on 4 May.", "We will win!", "It fired 3 rockets.", "Glory to all!"]
    >>> labels = ["substantive", "formulaic", "substantive", "formulaic"]
    >>> model = RhetoricClassifier(blocks=["substance"]).fit(sentences, labels)
    >>> model.predict(["They fired 12 shells on Monday.", "Victory is ours!"]).tolist()
    ['substantive', 'formulaic']
    """

    def __init__(
        self,
        blocks: Sequence[str] = ("substance", "vectors", "profiles", "words"),
        C: float = 1.0,
        n_buckets: int = 1 << 18,
    ) -> None:
        self.blocks = blocks
        self.C = C
        self.n_buckets = n_buckets

    def fit(
        self,
        X: Iterable[str],
        y: Iterable[Any],
        sample_weight: Iterable[float] | None = None,
        groups: Iterable[Any] | None = None,
    ) -> Self:
        """Fit the models of all blocks and fold them into one.

        Parameters
        ----------
        X : iterable of str, length n_samples
            Sentences.
        y : iterable, length n_samples
            Labels, two different ones, each at least twice.
        sample_weight : iterable of float, length n_samples, optional
            Weight of each sentence; 1 where not given.
        groups : iterable, length n_samples, optional
            Sentences of one group (one statement, near-duplicates) are held out together when the
            blocks are weighed and calibrated; where not given identical sentences are a group.

        Returns
        -------
        self

        Raises
        ------
        TypeError, ValueError
            If `X` is not a list of str, lengths differ, `y` does not hold two labels at least twice
            each, or a parameter is out of its range.
        """
        self._fold(*self._fit_blocks(X, y, sample_weight, groups))
        return self

    def fit_subsets(
        self,
        X: Iterable[str],
        y: Iterable[Any],
        sample_weight: Iterable[float] | None = None,
        groups: Iterable[Any] | None = None,
    ) -> dict[tuple[str, ...], RhetoricClassifier]:
        """Fit as :meth:`fit` does and return a model for every choice of blocks, at hardly more expense.

        Parameters
        ----------
        X, y, sample_weight, groups
            As for :meth:`fit`.

        Returns
        -------
        dict of tuple of str to RhetoricClassifier
            By its blocks each model that fitting with these blocks alone would give: single blocks first,
            this model with all of its blocks last.

        Raises
        ------
        TypeError, ValueError
            As :meth:`fit`.

        Examples
        --------
        >>> sentences = ["On 4 May.", "6 rockets.", "Go!", "Win!"]
        >>> models = RhetoricClassifier(blocks=["substance", "vectors"]).fit_subsets(sentences, [1, 1, 0, 0])
        >>> [" and ".join(blocks) for blocks in models]
        ['substance', 'vectors', 'substance and vectors']
        """
        fitted, frequency = self._fit_blocks(X, y, sample_weight, groups)
        models: dict[tuple[str, ...], RhetoricClassifier] = {}
        for n_blocks in range(1, len(self.blocks) + 1):
            for blocks in combinations(self.blocks, n_blocks):
                model = self if n_blocks == len(self.blocks) else RhetoricClassifier(blocks, self.C, self.n_buckets)
                model.classes_, model.foreign_share_ = self.classes_, self.foreign_share_
                model._fold(fitted, frequency)
                models[blocks] = model
        return models

    def _check_labels(self, labels: list[Any], n_documents: int) -> NDArray[Any]:
        """Return the labels as an array and set `classes_`."""
        if len(labels) != n_documents:
            raise ValueError(f"y must have one label a sentence, got {len(labels)} for {n_documents} sentences.")
        as_array = np.asarray(labels)
        classes, counts = np.unique(as_array, return_counts=True)
        if len(classes) != 2:
            shown = ", ".join(repr(value) for value in classes[:4].tolist())
            raise ValueError(f"y must hold 2 classes, got {len(classes)}: {shown}; label some sentences with each.")
        if counts.min() < 2:
            rare = classes[counts.argmin()].item()
            raise ValueError(f"y must hold each class at least twice, got {rare!r} once; label more sentences.")
        self.classes_ = classes
        return as_array

    def _fit_blocks(
        self,
        X: Iterable[str],
        y: Iterable[Any],
        sample_weight: Iterable[float] | None,
        groups: Iterable[Any] | None,
    ) -> tuple[FittedBlocks, NDArray[np.float64]]:
        """Return the models of all blocks and the inverse document frequency of the buckets; set `classes_`."""
        documents = check_documents(X)
        labels = self._check_labels(list(y), len(documents))
        if not self.C > 0:
            raise ValueError(f"C must be positive, got {self.C!r}; the default is 1.0.")
        blocks = check_blocks(self.blocks)
        weight = _check_sample_weight(None if sample_weight is None else list(sample_weight), labels, dtype=np.float64)
        # numbered by text, not by place: the order of the rows must not decide what is held out together
        owner = np.unique(documents if groups is None else list(groups), return_inverse=True)[1]
        if len(owner) != len(labels):
            raise ValueError(f"groups must have one entry a sentence, got {len(owner)} for {len(labels)} sentences.")
        tokens = tokenize(documents)
        self.foreign_share_ = foreign_share(tokens, weight)
        frequency = np.zeros(0)
        if "words" in blocks:
            frequency = bucket_weights(tokens, check_buckets(self.n_buckets))
        # one block at a time is in memory
        columns = (
            (block, RhetoricFeatures([block], n_buckets=self.n_buckets).fit_transform(documents)) for block in blocks
        )
        return fit_blocks(columns, labels == self.classes_[1], weight, owner, self.C), frequency

    def _fold(self, fitted: FittedBlocks, frequency: NDArray[np.float64]) -> None:
        """Average the models of `blocks` and set the weights that prediction gathers."""
        factors, offset = fitted.average(self.blocks)
        folded = {block: fitted.fits[block].weights * factor for block, factor in factors.items()}
        surface = [block for block in folded if block in SURFACE_BLOCKS]
        names = column_names(surface)
        self.dense_names_ = np.array(names, dtype=str)
        self.dense_weights_ = on_grid(np.concatenate([np.zeros(0), *(folded[block] for block in surface)]))
        self.word_weights_ = np.zeros(0)
        tables = [read_word_table(block) @ folded[block] for block in folded if block in WORD_TABLES]
        if tables:
            # a linear model over averaged rows of a table is one weight a word
            self.word_weights_ = on_grid(word_weights() * np.sum(tables, axis=0))
        frequency = frequency if "words" in folded else np.zeros(0)
        self.term_frequency_ = on_grid(frequency)
        self.term_weights_ = on_grid(folded.get("words", np.zeros(0)) * frequency)
        total = offset + sum(fitted.fits[block].intercept * factor for block, factor in factors.items())
        self.intercept_ = float(on_grid(np.array([total]))[0])

    def decision_function(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return the log-odds of the second class.

        Parameters
        ----------
        X : iterable of str
            Sentences. The answer for one does not depend on the others.

        Returns
        -------
        ndarray of float64, shape (n_samples,)
            Positive where the second class (``"substantive"``) is the likelier.
        """
        return np.concatenate([decision for _, decision in decide_batches(self, check_documents(X))])

    def explain(self, X: Iterable[str]) -> list[list[Cue]]:
        """Return what spoke for each class in each sentence, and how much.

        Parameters
        ----------
        X : iterable of str
            Sentences.

        Returns
        -------
        list of list of Cue
            One list a sentence, the strongest contribution first. The contributions add up to the
            decision value; one of them is named ``"intercept"`` and has no span. Positive ones speak
            for the second class.

        Examples
        --------
        >>> sentences = ["On 4 May.", "6 rockets.", "Go!", "Win!"]
        >>> model = RhetoricClassifier(blocks=["substance"]).fit(sentences, [1, 1, 0, 0])
        >>> cues = model.explain(["It fired 3 rockets!"])[0]
        >>> decision = model.decision_function(["It fired 3 rockets!"])[0]
        >>> bool(abs(sum(cue.contribution for cue in cues) - decision) < 1e-9)
        True
        >>> [cue.spans for cue in cues if cue.name == "substance__figures"]
        [((9, 10),)]
        """
        check_is_fitted(self, "intercept_")
        documents = check_documents(X)
        return explain_batches(documents, tokenize_batches(documents), self)

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return the probabilities of both classes.

        Parameters
        ----------
        X : iterable of str
            Sentences.

        Returns
        -------
        ndarray of float64, shape (n_samples, 2)
            Columns in the order of `classes_`; rows add up to 1.
        """
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: Iterable[str]) -> NDArray[Any]:
        """Return the likelier label of each sentence.

        Parameters
        ----------
        X : iterable of str
            Sentences.

        Returns
        -------
        ndarray, shape (n_samples,)
            Values of `classes_`.
        """
        labels: NDArray[Any] = self.classes_[(self.decision_function(X) > 0).astype(int)]
        return labels


def decide_batches(model: RhetoricClassifier, documents: list[str]) -> Iterator[tuple[Tokens, NDArray[np.float64]]]:
    """Yield the words and the decision values of `documents`, batch by batch, for what goes on with both."""
    check_is_fitted(model, "intercept_")
    # once for all batches
    weights = gather_weights(model)
    for tokens in tokenize_batches(documents):
        yield tokens, decide(tokens, weights)
