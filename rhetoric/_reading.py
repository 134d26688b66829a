"""What the library has to say about one statement.

A :class:`Reading` holds the sentences of a statement with their labels. Figures about the statement as a
whole weigh its sentences by their words: the loudest sentence has no more weight than its length.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from rhetoric._cues import describe_cues
from rhetoric._explain import Cue
from rhetoric._labels import FORMULAIC, SUBSTANTIVE
from rhetoric._notebook import fragment
from rhetoric._plain import plain
from rhetoric._summary import summary_sentences

if TYPE_CHECKING:
    import datetime

    import pandas as pd

    from rhetoric._trace import ChangedLine, Omission, Precedent, Trace

INTERVAL_LEVEL = 0.9
N_DRAWS = 4000
MAX_DRAWN = 1000
"""Sentences of a statement up to which labels are drawn; the shares of longer ones are all but normal."""


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
    verdict : str or None
        Against an archive: ``"verbatim"``, ``"changed"`` or ``"new"``; None without one.
    kind : str or None
        From verdict and label: ``"boilerplate"``, ``"standing line"``, ``"fresh rhetoric"`` or ``"news"``;
        None without an archive and for uncertain sentences.
    precedent : Precedent or None
        The nearest earlier sentence; None without an archive and for new sentences.
    """

    text: str
    start: int
    end: int
    n_words: int
    label: str
    p_substantive: float
    cues: tuple[Cue, ...]
    verdict: str | None = None
    kind: str | None = None
    precedent: Precedent | None = None


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
    trace : Trace or None
        Where the wording comes from; None without an archive.
    language_note : str or None
        Why labels are guesses: the text does not look English and the model was trained on English. None
        where there is nothing to say.
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
    trace: Trace | None = None
    language_note: str | None = None

    @property
    def n_words(self) -> int:
        """Words of the statement."""
        return sum(sentence.n_words for sentence in self.sentences)

    @property
    def reused_share(self) -> float | None:
        """Share of the words inside a run of words that was already in print, 0 to 1; None without an archive."""
        return None if self.trace is None else self.trace.reused_share

    @property
    def writable_since(self) -> datetime.date | None:
        """Earliest date by which 80 % of the words were in print; None if they were not, or without an archive."""
        return None if self.trace is None else self.trace.writable_since()

    @property
    def changed_lines(self) -> tuple[ChangedLine, ...]:
        """Sentences that return with a change, the most telling first; empty without an archive."""
        return () if self.trace is None else self.trace.changed_lines

    @property
    def omissions(self) -> tuple[Omission, ...]:
        """Formulas that such statements nearly always carry and this one does not; empty without an archive."""
        return () if self.trace is None else self.trace.omissions

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
            "sentences": [plain(asdict(sentence)) for sentence in self.sentences],
            "language_note": self.language_note,
            "trace": None if self.trace is None else self.trace.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row a sentence: sentence, start, end, text, n_words, label, p_substantive, cues.

        ``sentence`` counts from 1; ``cues`` is a short text, strongest first. With an archive also verdict,
        kind, precedent_date, precedent_id and precedent_text.
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
                **({} if self.trace is None else self._provenance()),
            }
        )

    def _provenance(self) -> dict[str, object]:
        """Return what an archive says about the sentences, as columns of a table."""
        precedents = [sentence.precedent for sentence in self.sentences]
        return {
            "verdict": [sentence.verdict for sentence in self.sentences],
            "kind": [sentence.kind for sentence in self.sentences],
            "precedent_date": [one and one.date for one in precedents],
            "precedent_id": [one and one.document.id for one in precedents],
            "precedent_text": text_column([None if one is None else one.text for one in precedents]),
        }

    def summary(self) -> str:
        """Return in three sentences what can be skipped, what is new, and what changed or is missing."""
        return " ".join(summary_sentences(self))

    def _repr_html_(self) -> str:
        """Return a table of the sentences for a notebook, below three sentences that sum them up."""
        has_archive = self.trace is not None
        rows = [
            (
                (number, s.kind or s.label, f"{s.p_substantive:.2f}", *([_earlier(s)] if has_archive else []), s.text),
                {FORMULAIC: "quiet", SUBSTANTIVE: "loud"}.get(s.label, ""),
            )
            for number, s in enumerate(self.sentences, start=1)
        ]
        authority = None if self.authority is None else f"authority {self.authority}"
        return fragment(
            title=self.title or self.id,
            origin=(self.date, self.source, self.vehicle, authority),
            summary=summary_sentences(self),
            columns=("", "kind", "p", *(["earlier wording"] if has_archive else []), "sentence"),
            rows=rows,
        )

    def __str__(self) -> str:
        """Return the sentences with labels and probabilities, one a line, and the summary."""
        lines = [f"{s.label:<11} {s.p_substantive:.2f}  {s.text}" for s in self.sentences]
        return "\n".join([*lines, "", self.summary()])


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
        widened to hold `share`. Draws are seeded, so that equal input gives equal output. For more than
        `MAX_DRAWN` sentences that of the normal distribution with the same mean and spread.
    """
    words = np.asarray(n_words, dtype=float)
    p = np.asarray(p_substantive)
    total = words.sum()
    if total == 0:
        return float("nan"), (float("nan"), float("nan"))
    share = float(words[p <= 0.5].sum() / total)
    tail = (1 - INTERVAL_LEVEL) / 2
    if len(p) > MAX_DRAWN:
        spread = float(np.sqrt((words**2 * p * (1 - p)).sum())) / total
        middle = float((words * (1 - p)).sum() / total)
        low, high = np.clip(middle + spread * ndtri([tail, 1 - tail]), 0, 1)
    else:
        draws = np.random.default_rng(0).random((N_DRAWS, len(p))) >= p
        low, high = np.quantile((draws * words).sum(axis=1) / total, [tail, 1 - tail])
    return share, (min(float(low), share), max(float(high), share))


def _earlier(sentence: Sentence) -> str:
    """Return the date of the precedent, with the changed words in brackets."""
    if sentence.precedent is None:
        return ""
    changes = [
        f"[-{change.earlier_text}-]" * bool(change.earlier_text) + f"{{+{change.text}+}}" * bool(change.text)
        for change in sentence.precedent.differences
        if change.kind != "kept"
    ]
    return " ".join([str(sentence.precedent.date), *changes])


def text_column(texts: list[str] | list[str | None]) -> pd.Series[Any]:
    """Return texts as a column of strings, of plain objects where one holds half a surrogate pair."""
    import pandas as pd

    try:
        return pd.Series(texts)
    except UnicodeEncodeError:
        # the string type of pandas 3 holds valid Unicode only
        return pd.Series(texts, dtype=object)
