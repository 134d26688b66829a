"""What the library has to say about one statement.

A :class:`Reading` holds the sentences of a statement with their labels. Figures about the statement as a
whole weigh its sentences by their words: the loudest sentence has no more weight than its length.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rhetoric._explain import Cue

if TYPE_CHECKING:
    import pandas as pd

FORMULAIC, SUBSTANTIVE, UNCERTAIN = "formulaic", "substantive", "uncertain"
INTERVAL_LEVEL = 0.9
N_DRAWS = 4000
UNTELLING = frozenset(f"substance__{name}" for name in ("words", "word_length", "full_stops", "commas"))
"""Cues that nearly every sentence has: part of the sum, but nothing to show a reader."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a statement.

    Attributes
    ----------
    text : str
        As it stands, without surrounding white space.
    start, end : int
        Its half-open span in the statement, in code points.
    n_words : int
        Words, 0 for a line of marks alone.
    label : str
        ``"formulaic"``, ``"substantive"`` or, where asked for, ``"uncertain"``.
    p_substantive : float
        Probability that it is substantive, 0 to 1.
    cues : tuple of Cue
        What spoke most for and against, strongest first, with spans in the statement. Positive
        contributions speak for *substantive*.
    """

    text: str
    start: int
    end: int
    n_words: int
    label: str
    p_substantive: float
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class Reading:
    """A statement with the labels of its sentences.

    Attributes
    ----------
    sentences : tuple of Sentence
        In the order of the text, at least one.
    perishable_share : float
        Share of the words that stand in formulaic sentences, 0 to 1; uncertain sentences count by
        their likelier label. NaN where no sentence has a word.
    perishable_interval : tuple of float
        Where that share lies with 90 % probability if every sentence is right or wrong as its probability
        says, independently; never excludes `perishable_share`.
    vehicle : str or None
        The form in which the statement was issued, such as "foreign ministry statement"; None where
        title and first sentence do not say.
    authority : int or None
        Level of the vehicle, 0 to 10; None where unknown.
    id, title, date, source : str or None
        As given by the caller.
    """

    sentences: tuple[Sentence, ...]
    perishable_share: float
    perishable_interval: tuple[float, float]
    vehicle: str | None = None
    authority: int | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None
    source: str | None = None

    @property
    def n_words(self) -> int:
        """Words of the statement."""
        return sum(sentence.n_words for sentence in self.sentences)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, str and numbers, ready for JSON.

        The share and its interval are None where no sentence has a word.
        """
        has_share = self.n_words > 0
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "source": self.source,
            "vehicle": self.vehicle,
            "authority": self.authority,
            "n_words": self.n_words,
            "perishable_share": self.perishable_share if has_share else None,
            "perishable_interval": list(self.perishable_interval) if has_share else None,
            "sentences": [_plain(asdict(sentence)) for sentence in self.sentences],
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a sentence: sentence, start, end, text, n_words, label, p_substantive, cues.

        ``sentence`` counts from 1; ``cues`` is a short text, strongest first.
        """
        import pandas as pd

        plain = {name: [getattr(s, name) for s in self.sentences] for name in ("n_words", "label", "p_substantive")}
        return pd.DataFrame(
            {
                "sentence": range(1, len(self.sentences) + 1),
                "start": [sentence.start for sentence in self.sentences],
                "end": [sentence.end for sentence in self.sentences],
                "text": text_column([sentence.text for sentence in self.sentences]),
                **plain,
                "cues": text_column([describe_cues(sentence.cues) for sentence in self.sentences]),
            }
        )

    def summary(self) -> str:
        """Return in a sentence or two what can be skipped and where something is said."""
        if self.n_words == 0:
            return "There is no word to read."
        substantive = [number for number, s in enumerate(self.sentences, start=1) if s.p_substantive > 0.5]
        low, high = self.perishable_interval
        skip = f"{self.perishable_share:.0%} of {self.n_words} words can be skipped ({low:.0%} to {high:.0%})."
        if not substantive:
            return f"{skip} No sentence says anything to check or act on."
        where = ", ".join(map(str, substantive))
        noun = "Sentence" if len(substantive) == 1 else "Sentences"
        verb = "says" if len(substantive) == 1 else "say"
        return f"{skip} {noun} {where} of {len(self.sentences)} {verb} something to check or act on."

    def __str__(self) -> str:
        """Return the sentences with labels and probabilities, one a line, and the summary."""
        lines = [f"{s.label:<11} {s.p_substantive:.2f}  {s.text}" for s in self.sentences]
        return "\n".join([*lines, "", self.summary()])


def describe_cues(cues: tuple[Cue, ...], limit: int = 4) -> str:
    """Return the strongest cues in words: ``+figures (3,000)  -epithet (reckless)``."""
    parts = []
    telling = [cue for cue in cues if cue.name not in UNTELLING]
    for cue in telling[:limit]:
        name = cue.name.partition("__")[2].replace("_", " ") or cue.name
        sign = "+" if cue.contribution > 0 else "-"
        parts.append(f"{sign}{name} ({cue.text})" if cue.text else f"{sign}{name}")
    return "  ".join(parts)


def perishable_share(n_words: list[int], p_substantive: list[float]) -> tuple[float, tuple[float, float]]:
    """Return the share of words in sentences likelier formulaic than not, and its interval.

    Parameters
    ----------
    n_words : list of int
        Words per sentence.
    p_substantive : list of float
        Probability of each sentence, 0 to 1.

    Returns
    -------
    share : float
        0 to 1; NaN where no sentence has a word.
    interval : tuple of float
        The central 90 % of the shares that come of drawing every sentence's label by its probability,
        widened to hold `share`. Draws are seeded, so that equal input gives equal output.
    """
    words = np.asarray(n_words, dtype=float)
    p = np.asarray(p_substantive)
    total = words.sum()
    if total == 0:
        return float("nan"), (float("nan"), float("nan"))
    share = float(words[p <= 0.5].sum() / total)
    draws = np.random.default_rng(0).random((N_DRAWS, len(p))) >= p
    tail = (1 - INTERVAL_LEVEL) / 2
    low, high = np.quantile((draws * words).sum(axis=1) / total, [tail, 1 - tail])
    return share, (min(float(low), share), max(float(high), share))


def text_column(texts: list[str]) -> pd.Series[Any]:
    """Return texts as a column of strings, of plain objects where one holds half a surrogate pair."""
    import pandas as pd

    try:
        return pd.Series(texts)
    except UnicodeEncodeError:
        # the string type of pandas 3 holds valid Unicode only
        return pd.Series(texts, dtype=object)


def _plain(value: Any) -> Any:
    """Return `value` with tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
