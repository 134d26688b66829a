"""The exact share of every cue in a decision.

The decision value is a sum: an intercept, a weight times a value for each surface column, a weight for
each word with a vector, and a weight for each hashed term, the last two divided by the length of the
sentence's weights. Here the summands are written out one by one, with the places in the sentence that
they come from.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rhetoric._lexicon import Lexicon, load_lexicon
from rhetoric._substance import MARK_COLUMNS, shape_flags
from rhetoric._terms import find_terms, narrow_squares, vector_rows, word_weights
from rhetoric._tokens import Tokens, mark_positions, tokenize
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


class LinearWeights(Protocol):
    """What the explanation reads of a fitted classifier."""

    blocks: tuple[str, ...]
    dense_names_: NDArray[np.str_]
    dense_weights_: NDArray[np.float64]
    word_weights_: NDArray[np.float64]
    term_weights_: NDArray[np.float64]
    term_frequency_: NDArray[np.float64]
    intercept_: float


def explain_sentence(sentence: str, model: LinearWeights) -> list[Cue]:
    """Return the summands of the decision value of one sentence, the largest first."""
    tokens, lexicon = tokenize([sentence]), load_lexicon()
    rows = lexicon.find_words(tokens)
    cues = [Cue("intercept", model.intercept_, "", ())]
    cues += _surface_cues(sentence, tokens, lexicon, rows, model)
    cues += _wording_cues(sentence, tokens, rows, model)
    return sorted(cues, key=lambda cue: (-abs(cue.contribution), cue.spans, cue.name))


def _cue(name: str, contribution: float, sentence: str, spans: list[Span]) -> Cue:
    """Return a cue with the text of its spans."""
    text = " | ".join(dict.fromkeys(sentence[start:end] for start, end in spans))
    return Cue(name, float(contribution), text, tuple(spans))


def _surface_cues(
    sentence: str, tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64], model: LinearWeights
) -> list[Cue]:
    """Return one cue for each surface column that is not zero."""
    blocks = list(dict.fromkeys(str(name).partition("__")[0] for name in model.dense_names_))
    if not blocks:
        return []
    values = np.hstack([dense_columns(block, tokens, lexicon, rows) for block in blocks])[0]
    spans = _column_spans(sentence, tokens, lexicon, rows)
    return [
        _cue(str(name), weight * value, sentence, spans.get(str(name), []))
        for name, weight, value in zip(model.dense_names_, model.dense_weights_, values, strict=True)
        if value
    ]


def _column_spans(sentence: str, tokens: Tokens, lexicon: Lexicon, rows: NDArray[np.int64]) -> dict[str, list[Span]]:
    """Return where the columns that count something have found it."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for name, flags in shape_flags(tokens).items():
        at = np.flatnonzero(flags)
        spans[f"substance__{name}"] = list(zip(tokens.starts[at].tolist(), tokens.ends[at].tolist(), strict=True))
    for name, (marks, _) in MARK_COLUMNS.items():
        spans[f"substance__{name}"] = [(at, at + 1) for at in mark_positions(sentence, marks)]
    uses = lexicon.find_cues(tokens, rows)
    for position, length, cue in zip(uses.positions, uses.lengths, uses.cues, strict=True):
        span = (int(tokens.starts[position]), int(tokens.ends[position + length - 1]))
        spans[f"substance__{lexicon.cue_names[cue]}"].append(span)
    return {name: sorted(found) for name, found in spans.items()}


def _wording_cues(sentence: str, tokens: Tokens, rows: NDArray[np.int64], model: LinearWeights) -> list[Cue]:
    """Return one cue for each different word and pair of words, from the vectors and the hashed terms."""
    contribution: dict[Span, float] = defaultdict(float)
    if len(model.word_weights_):
        positions, at = vector_rows(tokens, rows)
        length = np.linalg.norm(word_weights()[at])
        for position, weight in zip(positions, model.word_weights_[at], strict=True):
            contribution[int(tokens.starts[position]), int(tokens.ends[position])] += weight / length
    if len(model.term_weights_):
        found = find_terms(tokens, len(model.term_weights_))
        _, buckets = found.cells(tokens)
        length = np.sqrt(narrow_squares(model.term_frequency_[buckets]).sum(dtype=np.float64))
        pairs = np.flatnonzero(found.is_pair)
        starts = np.concatenate([tokens.starts, tokens.starts[pairs]])
        ends = np.concatenate([tokens.ends, tokens.ends[pairs + 1]])
        for start, end, weight in zip(starts, ends, model.term_weights_[buckets], strict=True):
            contribution[int(start), int(end)] += weight / length
    alike: dict[str, list[Span]] = defaultdict(list)
    for start, end in contribution:
        alike[sentence[start:end].lower()].append((start, end))
    return [_cue("wording", sum(contribution[s] for s in spans), sentence, spans) for spans in alike.values()]
