"""The exact share of every cue in a decision.

The decision value is a sum: an intercept, a weight times a value for each surface column, a weight for
each word with a vector, and a weight for each hashed term, the last two divided by the length of the
sentence's weights. Here the summands are written out one by one, with the places in the sentence that
they come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rhetoric._characters import mark_positions
from rhetoric._decision import LinearWeights, surface_weights
from rhetoric._formula import sum_per_document
from rhetoric._lexicon import Lexicon, load_lexicon
from rhetoric._substance import MARK_COLUMNS, shape_positions
from rhetoric._terms import find_terms, narrow_squares, vector_rows, word_weights
from rhetoric._tokens import Tokens
from rhetoric.features import dense_columns

Span = tuple[int, int]


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


def explain_sentences(sentences: Sequence[str], tokens: Tokens, model: LinearWeights) -> list[list[Cue]]:
    """Return the summands of the decision value of each sentence, the largest first.

    Parameters
    ----------
    sentences : sequence of str
        A batch.
    tokens : Tokens
        Its words.
    model : RhetoricClassifier
        Fitted.
    """
    lexicon = load_lexicon()
    rows = lexicon.find_words(tokens)
    values = [dense_columns(block, tokens, lexicon, rows) for block in surface_weights(model)]
    columns = np.hstack([np.zeros((len(sentences), 0)), *values])
    spans = _column_spans(sentences, tokens, lexicon, rows) if values else [{} for _ in sentences]
    wordings = _wording(tokens, rows, model)
    explained = []
    for sentence, of_sentence, found, wording in zip(sentences, columns, spans, wordings, strict=True):
        cues = [Cue("intercept", model.intercept_, "", ())]
        cues += _surface_cues(sentence, of_sentence, found, model)
        cues += _wording_cues(sentence, wording)
        explained.append(sorted(cues, key=lambda cue: (-abs(cue.contribution), cue.spans, cue.name)))
    return explained


def explain_batches(sentences: Sequence[str], parts: Iterable[Tokens], model: LinearWeights) -> list[list[Cue]]:
    """Return the summands of the decision value of each sentence, given the words of batch after batch."""
    explained: list[list[Cue]] = []
    for tokens in parts:
        batch = sentences[len(explained) : len(explained) + tokens.n_documents]
        explained += explain_sentences(batch, tokens, model)
    return explained


def _cue(name: str, contribution: float, sentence: str, spans: list[Span]) -> Cue:
    """Return a cue with the text of its spans."""
    text = " | ".join(dict.fromkeys(sentence[start:end] for start, end in spans))
    return Cue(name, float(contribution), text, tuple(spans))


def _surface_cues(
    sentence: str, values: NDArray[np.float64], spans: dict[str, list[Span]], model: LinearWeights
) -> list[Cue]:
    """Return one cue for each surface column that is not zero."""
    return [
        _cue(str(name), weight * value, sentence, spans.get(str(name), []))
        for name, weight, value in zip(model.dense_names_, model.dense_weights_, values, strict=True)
        if value
    ]


def _column_spans(
    sentences: Sequence[str], tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]
) -> list[dict[str, list[Span]]]:
    """Return for each sentence where the columns that count something have found it."""
    spans: list[dict[str, list[Span]]] = [defaultdict(list) for _ in sentences]
    for name, positions in shape_positions(tokens).items():
        for at in positions:
            span = (int(tokens.starts[at]), int(tokens.ends[at]))
            spans[tokens.document[at]][f"substance__{name}"].append(span)
    for sentence, found in zip(sentences, spans, strict=True):
        for name, (marks, _) in MARK_COLUMNS.items():
            found[f"substance__{name}"] = [(at, at + 1) for at in mark_positions(sentence, marks)]
    uses = lexicon.find_cues(tokens, rows)
    for position, length, cue in zip(uses.positions, uses.lengths, uses.cues, strict=True):
        span = (int(tokens.starts[position]), int(tokens.ends[position + length - 1]))
        spans[tokens.document[position]][f"substance__{lexicon.cue_names[cue]}"].append(span)
    return [{name: sorted(places) for name, places in found.items()} for found in spans]


def _wording(tokens: Tokens, rows: NDArray[np.int64], model: LinearWeights) -> list[dict[Span, float]]:
    """Return for each sentence what each word and pair of words adds, from the vectors and the hashed terms."""
    wordings: list[dict[Span, float]] = [defaultdict(float) for _ in range(tokens.n_documents)]
    if len(model.word_weights_):
        positions, at = vector_rows(tokens, rows)
        squares = np.zeros(len(tokens.hashes))
        squares[positions] = word_weights()[at] ** 2
        length = np.sqrt(sum_per_document(squares, tokens))
        _add(wordings, tokens, positions, positions, model.word_weights_[at], length)
    if len(model.term_weights_):
        found = find_terms(tokens, len(model.term_weights_))
        _, buckets = found.cells(tokens)
        length = np.sqrt(found.sum_by_document(narrow_squares(model.term_frequency_), tokens))
        words, pairs = np.arange(len(tokens.hashes)), np.flatnonzero(found.is_pair)
        firsts, lasts = np.concatenate([words, pairs]), np.concatenate([words, pairs + 1])
        _add(wordings, tokens, firsts, lasts, model.term_weights_[buckets], length)
    return wordings


def _add(
    wordings: list[dict[Span, float]],
    tokens: Tokens,
    firsts: NDArray[np.int64],
    lasts: NDArray[np.int64],
    weights: NDArray[np.float64],
    length: NDArray[np.float64],
) -> None:
    """Add to `wordings` the weight of each run of words over the length of its sentence."""
    documents = tokens.document[firsts]
    starts, ends = tokens.starts[firsts].tolist(), tokens.ends[lasts].tolist()
    shares = (weights / length[documents]).tolist()
    for document, start, end, share in zip(documents.tolist(), starts, ends, shares, strict=True):
        wordings[document][start, end] += share


def _wording_cues(sentence: str, contribution: dict[Span, float]) -> list[Cue]:
    """Return one cue for each different word and pair of words."""
    alike: dict[str, list[Span]] = defaultdict(list)
    for start, end in contribution:
        alike[sentence[start:end].lower()].append((start, end))
    return [_cue("wording", sum(contribution[s] for s in spans), sentence, spans) for spans in alike.values()]
