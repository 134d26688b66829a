"""Where the wording of a statement comes from, as data.

A :class:`Trace` says for every word since when its wording was in print, and for every sentence whether an
earlier one has the same words (*verbatim*), nearly the same (*changed*), or none has (*new*).
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._coverage import NEVER, days_reached
from rhetoric._dated_documents import date_of
from rhetoric._labels import BOILERPLATE, CHANGED, FRESH_RHETORIC, NEW, NEWS, STANDING_LINE
from rhetoric._notebook import fragment
from rhetoric._plain import plain
from rhetoric._summary import trace_sentences

WRITABLE_SHARE = 0.8
DAYS_PER_YEAR = 365.25
WARM_UP_DAYS = 90
"""To a young archive nearly all wording is new: first dates from its first months say "then or before"."""


@dataclass(frozen=True)
class Document:
    """A document of the archive.

    Attributes
    ----------
    id : str
        As given at the build, or made of date and checksum.
    date : datetime.date
        When it was printed.
    source, title : str or None
        None where unknown.
    """

    id: str
    date: datetime.date
    source: str | None
    title: str | None


@dataclass(frozen=True)
class Difference:
    """A stretch of words that two sentences share or do not.

    Attributes
    ----------
    kind : str
        ``"kept"``, ``"dropped"`` (only the earlier sentence has it), ``"added"`` (only this one) or
        ``"replaced"``.
    text, earlier_text : str
        The words here and there as printed; empty where there are none.
    start, end : int
        Span in the statement, in code points; empty for dropped words, at the place where they stood.
    earlier_start, earlier_end : int
        Span in the earlier document.
    """

    kind: str
    text: str
    earlier_text: str
    start: int
    end: int
    earlier_start: int
    earlier_end: int


@dataclass(frozen=True)
class Precedent:
    """An earlier sentence.

    Attributes
    ----------
    document : Document
        Where it stands.
    text : str
        As printed.
    start, end : int
        Span in its document, in code points.
    similarity : float
        Twice the longest common subsequence of words over the words of both, 0 to 1.
    differences : tuple of Difference
        From the earlier sentence to this one, in the order of the text; together they hold all words of
        both.
    """

    document: Document
    text: str
    start: int
    end: int
    similarity: float
    differences: tuple[Difference, ...]

    @property
    def date(self) -> datetime.date:
        """Date of the document."""
        return self.document.date


@dataclass(frozen=True)
class TracedSentence:
    """One sentence of a traced statement.

    Attributes
    ----------
    text : str
        As it stands, without surrounding white space.
    start, end : int
        Span in the statement, in code points.
    n_words, n_reused : int
        Words, and how many of them stand in a run of words that was in print.
    verdict : str
        ``"verbatim"``, ``"changed"`` or ``"new"``.
    precedent : Precedent or None
        The nearest earlier sentence, of equally near ones the latest; None for new sentences.
    earliest : Precedent or None
        The first sentence that gives the same verdict.
    n_documents : int
        Earlier documents, re-issues counted once, that had the line: at least half of the runs of words of
        `precedent`. 0 for new sentences.
    """

    text: str
    start: int
    end: int
    n_words: int
    n_reused: int
    verdict: str
    precedent: Precedent | None
    earliest: Precedent | None
    n_documents: int


@dataclass(frozen=True)
class Passage:
    """A stretch of the statement.

    Attributes
    ----------
    text : str
        As it stands.
    start, end : int
        Span in the statement, in code points.
    n_words : int
        Words.
    sentence : int
        Its sentence, counted from 0.
    """

    text: str
    start: int
    end: int
    n_words: int
    sentence: int


@dataclass(frozen=True)
class ChangedLine:
    """A sentence that returns with a word dropped, added or swapped.

    Attributes
    ----------
    sentence : int
        Which sentence, counted from 0.
    precedent : Precedent
        The nearest earlier wording.
    changes : tuple of Difference
        What is not kept.
    n_documents : int
        Earlier documents that had the line.
    score : float
        How much the change deserves a look, 0 and up: log2(1 + `n_documents`) times the similarity times
        the weight of the most telling changed word.
    """

    sentence: int
    precedent: Precedent
    changes: tuple[Difference, ...]
    n_documents: int
    score: float


@dataclass(frozen=True)
class Omission:
    """A formula that statements of this source and vehicle nearly always carried, and this one does not.

    Attributes
    ----------
    text : str
        The words as printed in the last statement that had them.
    rate : float
        Share of the earlier statements in the window that had it, 0 to 1.
    n_with, n_statements : int
        How many had it, of how many.
    last : tuple of Document
        The last statements that had it, latest first, at most three.
    surprise : float
        How surprising the silence is, in bits: -log2 of the probability, (n_without + 1/2) /
        (n_statements + 1), that such a statement lacks it.
    """

    text: str
    rate: float
    n_with: int
    n_statements: int
    last: tuple[Document, ...]
    surprise: float


@dataclass(frozen=True, eq=False)
class Trace:
    """A statement compared with an archive.

    Attributes
    ----------
    sentences : tuple of TracedSentence
        In the order of the text.
    word_starts, word_ends : ndarray of int64, shape (n_words,)
        Span of each word in the statement, in code points.
    first_days : ndarray of int64, shape (n_words,)
        Day since which each word has been in print, in days since 1970-01-01; the greatest int64 where
        it was not.
    reused_share : float
        Share of the words inside a run of `n` words that was in print, 0 to 1; NaN without a word.
    changed_lines : tuple of ChangedLine
        Most telling first.
    omissions : tuple of Omission
        Most surprising first.
    new_passages : tuple of Passage
        Stretches that no earlier document covers, longest first: the candidate news.
    before : datetime.date or None
        Only documents of earlier dates were looked at; None if all were.
    archive_begins : datetime.date or None
        Date of the archive's first document; what was in print before is not known. None if the archive
        has no document earlier than `before`.
    reissue_of : Document or None
        The document of which this text is a re-issue: the same text, a few days earlier.
    n : int
        Words of a run.
    """

    sentences: tuple[TracedSentence, ...]
    word_starts: NDArray[np.int64]
    word_ends: NDArray[np.int64]
    first_days: NDArray[np.int64]
    reused_share: float
    changed_lines: tuple[ChangedLine, ...]
    omissions: tuple[Omission, ...]
    new_passages: tuple[Passage, ...]
    before: datetime.date | None
    archive_begins: datetime.date | None
    reissue_of: Document | None
    n: int

    def writable_since(self, q: float = WRITABLE_SHARE) -> datetime.date | None:
        """Return the earliest date by which a share `q` of the words was already in print.

        Parameters
        ----------
        q : float, default=0.8
            Share of the words, in (0, 1].

        Returns
        -------
        datetime.date or None
            None where less than that share was in print. Near `archive_begins` it means "then or
            before", see `is_limited`: older wording is not in the archive.

        Raises
        ------
        ValueError
            If `q` is not in (0, 1].
        """
        day = int(days_reached(self.first_days, np.array([0, len(self.first_days)]), q)[0])
        return None if day == NEVER else date_of(day)

    def age_years(self, q: float = WRITABLE_SHARE) -> float:
        """Return the years between `writable_since` and `before`; NaN where either is None."""
        since = self.writable_since(q)
        if since is None or self.before is None:
            return float("nan")
        return (self.before - since).days / DAYS_PER_YEAR

    def is_limited(self, q: float = WRITABLE_SHARE) -> bool:
        """Return whether the wording may well be older than the archive: it was there in its first 90 days."""
        since = self.writable_since(q)
        if since is None or self.archive_begins is None:
            return False
        return (since - self.archive_begins).days < WARM_UP_DAYS

    def first_dates(self) -> list[datetime.date | None]:
        """Return for each word the date since which it has been in print, None where it was not."""
        return [None if day == NEVER else date_of(day) for day in self.first_days.tolist()]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain dicts, lists, str and numbers, ready for JSON; dates in ISO form."""
        since = self.writable_since()
        words = zip(self.word_starts.tolist(), self.word_ends.tolist(), self.first_dates(), strict=True)
        return {
            "n": self.n,
            "before": plain(self.before),
            "archive_begins": plain(self.archive_begins),
            "reissue_of": plain(self.reissue_of and asdict(self.reissue_of)),
            "reused_share": None if np.isnan(self.reused_share) else self.reused_share,
            "writable_since": plain(since),
            "is_limited": self.is_limited(),
            "sentences": plain([asdict(sentence) for sentence in self.sentences]),
            "changed_lines": plain([asdict(line) for line in self.changed_lines]),
            "omissions": plain([asdict(omission) for omission in self.omissions]),
            "new_passages": plain([asdict(passage) for passage in self.new_passages]),
            "words": [{"start": start, "end": end, "first": plain(date)} for start, end, date in words],
        }

    def _repr_html_(self) -> str:
        """Return a table of the sentences for a notebook, below three sentences that sum them up."""
        rows = [
            (
                (number, s.verdict, f"{s.n_reused} of {s.n_words}", s.precedent.date if s.precedent else "", s.text),
                {NEW: "loud", CHANGED: ""}.get(s.verdict, "quiet"),
            )
            for number, s in enumerate(self.sentences, start=1)
        ]
        return fragment(
            summary=trace_sentences(self), columns=("", "verdict", "words in print", "earlier", "sentence"), rows=rows
        )


def kind_of(label: str | None, verdict: str | None) -> str | None:
    """Return the kind of a sentence from its label and its verdict, None where one is missing or uncertain.

    Examples
    --------
    >>> kind_of("substantive", "changed"), kind_of("formulaic", "new")
    ('standing line', 'fresh rhetoric')
    """
    if verdict is None:
        return None
    return {
        ("formulaic", False): BOILERPLATE,
        ("formulaic", True): FRESH_RHETORIC,
        ("substantive", False): STANDING_LINE,
        ("substantive", True): NEWS,
    }.get((label or "", verdict == NEW))
