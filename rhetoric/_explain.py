"""The exact share of every cue in a decision.

The decision value is a sum: an intercept, a weight times a value for each surface column, a weight for
each word with a vector, and a weight for each hashed term, the last two divided by the length of the
sentence's weights. Here the summands are written out one by one, with the places in the sentence that
they come from. They are found as arrays for a whole batch, so that of a long statement only those are written
out that are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rhetoric._characters import MARKS, find_marks
from rhetoric._decision import LinearWeights, surface_weights
from rhetoric._formula import sum_per_document
from rhetoric._lexicon import Lexicon, load_lexicon
from rhetoric._substance import MARK_COLUMNS, shape_positions
from rhetoric._terms import find_terms, narrow_squares, word_table_rows, word_weights
from rhetoric._tokens import Tokens
from rhetoric.features import dense_columns

Span = tuple[int, int]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WORDING = "wording"
SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Cue:
    """One summand of a decision value.

    Attributes
    ----------
    name : str
        ``"intercept"``, a column such as ``"substance__figures"``, or ``"wording"`` for words as such.
    contribution : float
        Log-odds that it adds; positive speaks for the second class (*substantive*).
    text : str
        The words or marks that it comes from, as they stand, separated by ``" | "``; empty where it comes
        from the sentence as a whole.
    spans : tuple of (int, int)
        Where these stand: half-open, in code points.
    """

    name: str
    contribution: float
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class _Summands:
    """Summands of a batch of sentences, not yet written out.

    Attributes
    ----------
    sentence, name : ndarray of int64, shape (n,)
        Sentence of each and the number of its name.
    contribution : ndarray of float64, shape (n,)
        Log-odds that it adds.
    low, high : ndarray of int64, shape (n,)
        The range of the places that are its own.
    starts, ends : ndarray of int64, shape (n_places,)
        Spans in the sentence.
    """

    sentence: Ints
    name: Ints
    contribution: Floats
    low: Ints
    high: Ints
    starts: Ints
    ends: Ints

    def written(self, at: int, names: Sequence[str], sentence: str, offset: int) -> Cue:
        """Return one summand as a cue with spans that count from `offset`."""
        own = slice(self.low[at], self.high[at])
        spans = list(zip(self.starts[own].tolist(), self.ends[own].tolist(), strict=True))
        text = " | ".join(dict.fromkeys(sentence[start:end] for start, end in spans))
        shifted = tuple((start + offset, end + offset) for start, end in spans) if offset else tuple(spans)
        return Cue(names[self.name[at]], float(self.contribution[at]), text, shifted)

    def strongest(self, limit: int) -> Ints:
        """Return which summands to write out so that the `limit` largest of each sentence are among them."""
        size = np.abs(self.contribution)
        order = np.lexsort((-size, self.sentence))
        sentence = self.sentence[order]
        first = np.searchsorted(sentence, sentence)
        last = np.minimum(first + limit, np.searchsorted(sentence, sentence, side="right")) - 1
        # of those as large as the last one their places decide
        chosen: Ints = order[size[order] >= size[order][last]]
        return chosen


def explain_batches(
    sentences: Sequence[str],
    parts: Iterable[Tokens],
    model: LinearWeights,
    strongest: int | None = None,
    offsets: Sequence[int] | None = None,
) -> list[list[Cue]]:
    """Return the summands of the decision value of each sentence, the largest first.

    Parameters
    ----------
    sentences : sequence of str
        All of them.
    parts : iterable of Tokens
        Their words, batch after batch.
    model : RhetoricClassifier
        Fitted.
    strongest : int, optional
        Only so many of each sentence, and without the intercept; by default all.
    offsets : sequence of int, optional
        Where each sentence begins in the text that spans count from; by default they count from its own beginning.
    """
    explained: list[list[Cue]] = []
    for tokens in parts:
        batch = slice(len(explained), len(explained) + tokens.n_documents)
        begins = [0] * tokens.n_documents if offsets is None else offsets[batch]
        explained += _explained(sentences[batch], begins, tokens, model, strongest)
    return explained


def _explained(
    sentences: Sequence[str], offsets: Sequence[int], tokens: Tokens, model: LinearWeights, limit: int | None
) -> Iterator[list[Cue]]:
    """Yield the summands of each sentence of a batch, the largest first."""
    names = [*model.dense_names_.tolist(), WORDING]
    rows = load_lexicon().find_words(tokens)
    summands = _joined(_surface(sentences, tokens, rows, model), _wording(sentences, tokens, rows, model))
    cues: list[list[Cue]] = [[] for _ in sentences]
    if limit is None:
        cues = [[Cue("intercept", model.intercept_, "", ())] for _ in sentences]
    chosen = np.arange(len(summands.sentence)) if limit is None else summands.strongest(limit)
    for at, number in zip(chosen.tolist(), summands.sentence[chosen].tolist(), strict=True):
        cues[number].append(summands.written(at, names, sentences[number], offsets[number]))
    for of_sentence in cues:
        yield sorted(of_sentence, key=lambda cue: (-abs(cue.contribution), cue.spans, cue.name))[:limit]


def _joined(left: _Summands, right: _Summands) -> _Summands:
    """Return the summands of both, those of `left` first."""
    columns = {
        field.name: np.concatenate((getattr(left, field.name), getattr(right, field.name))) for field in fields(left)
    }
    for name in ("low", "high"):
        columns[name][len(left.low) :] += len(left.starts)
    return _Summands(**columns)


def _surface(sentences: Sequence[str], tokens: Tokens, rows: Ints, model: LinearWeights) -> _Summands:
    """Return one summand for each surface column that is not zero."""
    lexicon = load_lexicon()
    values = [dense_columns(block, tokens, lexicon, rows) for block in surface_weights(model)]
    columns = np.hstack([np.zeros((len(sentences), 0)), *values])
    sentence, column = np.nonzero(columns)
    cells, starts, ends = _column_places(sentences, tokens, lexicon, rows, model) if values else (_NONE,) * 3
    own = sentence * columns.shape[1] + column
    low, high = (np.searchsorted(cells, own, side=side) for side in SIDES)
    contribution = model.dense_weights_[column] * columns[sentence, column]
    return _Summands(sentence, column, contribution, low, high, starts, ends)


def _column_places(
    sentences: Sequence[str], tokens: Tokens, lexicon: Lexicon, rows: Ints, model: LinearWeights
) -> tuple[Ints, Ints, Ints]:
    """Return where the columns that count something have found it, by cell of the matrix and then by place.

    A cell is the number of the sentence times the number of columns, and the column. As cells, starts and ends.
    """
    column_of = {name: at for at, name in enumerate(model.dense_names_.tolist())}
    found: list[tuple[str, Ints, Ints, Ints]] = []
    uses = lexicon.find_cues(tokens, rows)
    lasts = uses.positions + uses.lengths - 1
    for cue, name in enumerate(lexicon.cue_names):
        of_cue = uses.cues == cue
        firsts = uses.positions[of_cue]
        found.append((name, tokens.document[firsts], tokens.starts[firsts], tokens.ends[lasts[of_cue]]))
    for name, at in shape_positions(tokens).items():
        found.append((name, tokens.document[at], tokens.starts[at], tokens.ends[at]))
    owner, place, mark = find_marks(sentences)
    for name, (marks, _) in MARK_COLUMNS.items():
        at = np.flatnonzero(np.isin(mark, [MARKS.index(one) for one in marks]))
        found.append((name, owner[at], place[at], place[at] + 1))
    parts = [
        (document * len(column_of) + column_of[f"substance__{name}"], starts, ends)
        for name, document, starts, ends in found
        if f"substance__{name}" in column_of
    ]
    cells, starts, ends = (np.concatenate(column) for column in zip((_NONE,) * 3, *parts, strict=True))
    order = np.lexsort((ends, starts, cells))
    return cells[order], starts[order], ends[order]


def _wording(sentences: Sequence[str], tokens: Tokens, rows: Ints, model: LinearWeights) -> _Summands:
    """Return one summand for each different word and pair of words, from the vectors and the hashed terms."""
    firsts, lasts, shares = _shares(tokens, rows, model)
    document, starts, ends = tokens.document[firsts], tokens.starts[firsts], tokens.ends[lasts]
    known: dict[tuple[int, str], int] = {}
    # alike where they are but for capitals
    which = np.array(
        [
            known.setdefault((number, sentences[number][start:end].lower()), len(known))
            for number, start, end in zip(document.tolist(), starts.tolist(), ends.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    order = np.argsort(which, kind="stable")
    low, high = (np.searchsorted(which[order], np.arange(len(known)), side=side) for side in SIDES)
    return _Summands(
        sentence=document[order[low]],
        name=np.full(len(known), len(model.dense_names_)),
        contribution=np.bincount(which, weights=shares, minlength=len(known)).astype(np.float64),
        low=low,
        high=high,
        starts=starts[order],
        ends=ends[order],
    )


def _over(weights: Floats, lengths: Floats) -> Floats:
    """Return each weight over a length, 0 where that is 0, as a decision has it."""
    return np.divide(weights, lengths, out=np.zeros(len(weights)), where=lengths > 0)


def _shares(tokens: Tokens, rows: Ints, model: LinearWeights) -> tuple[Ints, Ints, Floats]:
    """Return first and last word of each word and pair of words that adds something, and what it adds."""
    of_words = np.zeros(len(tokens.hashes))
    words = pairs = _NONE
    of_pairs = np.zeros(0)
    if len(model.word_weights_):
        words, at = word_table_rows(tokens, rows)
        squares = np.zeros(len(tokens.hashes))
        squares[words] = word_weights()[at] ** 2
        length = np.sqrt(sum_per_document(squares, tokens))
        of_words[words] = _over(model.word_weights_[at], length[tokens.document[words]])
    if len(model.term_weights_):
        found = find_terms(tokens, len(model.term_weights_))
        owner, buckets = found.cells(tokens)
        length = np.sqrt(found.sum_by_document(narrow_squares(model.term_frequency_), tokens))
        shares = _over(model.term_weights_[buckets], length[owner])
        of_words += shares[: len(of_words)]
        of_pairs, pairs = shares[len(of_words) :], np.flatnonzero(found.is_pair)
        # words with a vector first: the order in which equal words are added up
        words = np.concatenate((words, np.setdiff1d(np.arange(len(of_words)), words, assume_unique=True)))
    shares = np.concatenate((of_words[words], of_pairs))
    return np.concatenate((words, pairs)), np.concatenate((words, pairs + 1)), shares
