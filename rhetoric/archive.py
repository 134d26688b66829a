"""An archive of dated statements: where wording comes from, what changed, what is missing.

An :class:`Archive` is a folder of immutable, memory-mapped segments. It knows for every run of `n` words in
which sentences it stands, in the order of time, and so can say of any text since when its words have been
in print, which earlier sentence is nearest to each of its sentences, and which formula it leaves out.

Dates come first: only documents of strictly earlier dates are the past of a statement. Re-issues of one
text within days are counted as one document. Frequent wording is never thrown away: it is what is looked for.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rhetoric import _archive_files as disk
from rhetoric._archive_check import check_families, check_first_issues, check_segment
from rhetoric._archive_formulas import formulas_table, frames_table
from rhetoric._archive_partitions import index_partitions
from rhetoric._archive_table import coverage_table, dated_texts, documents_table
from rhetoric._archive_write import commit, indexed, merged, refuse_repeated_ids
from rhetoric._dated_documents import Date, Reader, date_of, day_of
from rhetoric._notebook import fragment
from rhetoric._segment import ArchiveError
from rhetoric._trace import (
    WRITABLE_SHARE,
    ChangedLine,
    Difference,
    Document,
    Omission,
    Passage,
    Precedent,
    Trace,
    TracedSentence,
)
from rhetoric._tracing import Collection, trace_text

if TYPE_CHECKING:
    import datetime

    import pandas as pd

    from rhetoric._files import Input
    from rhetoric._workers import Workers

__all__ = [
    "Archive",
    "ArchiveError",
    "ChangedLine",
    "Difference",
    "Document",
    "Omission",
    "Passage",
    "Precedent",
    "Trace",
    "TracedSentence",
]  # fmt: skip

DEFAULT_N = 4
SOURCES_SHOWN = 12
StrPath = str | os.PathLike[str]


class Archive:
    """Dated documents with an index of their wording.

    Made by :meth:`build`, :meth:`open` and :meth:`merge`.

    Parameters
    ----------
    path : str or path
        Folder of an existing archive.

    Attributes
    ----------
    path : Path
        The folder.
    n : int
        Words of a run.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> table = pd.DataFrame({
    ...     "date": ["2020-03-01", "2021-06-11"],
    ...     "text": ["We will never beg for talks.", "The army will never beg for talks with anybody."],
    ... })
    >>> archive = Archive.build(table, tempfile.mkdtemp())
    >>> trace = archive.trace("We will never beg for talks.", before="2021-06-11")
    >>> trace.sentences[0].verdict, str(trace.sentences[0].precedent.date), trace.reused_share
    ('verbatim', '2020-03-01', 1.0)
    >>> archive.trace("We will never beg for talks.", before="2020-03-01").sentences[0].verdict
    'new'
    """

    def __init__(self, path: StrPath) -> None:
        self.path = Path(path)
        self._load()

    def _load(self) -> None:
        """Read the manifest and map the segments."""
        self._manifest = disk.read_manifest(self.path)
        self.n = self._manifest.n
        self._segments = disk.open_segments(self.path, self._manifest)
        self._families = disk.open_families(self.path, self._manifest)
        self.__dict__.pop("_collection", None)
        check_first_issues(self.path, self._manifest, self._families, self._segments)

    @classmethod
    def open(cls, path: StrPath) -> Archive:
        """Return the archive in the folder `path`.

        Raises
        ------
        ArchiveError
            If there is none, a file is missing or damaged, or it was made for another version.
        """
        return cls(path)

    @classmethod
    def build(
        cls,
        documents: pd.DataFrame | Iterable[pd.DataFrame],
        path: StrPath,
        *,
        n: int = DEFAULT_N,
        invalid: str = "raise",
        n_jobs: int | None = None,
    ) -> Archive:
        """Build an archive, in the place of one that is there.

        Parameters
        ----------
        documents : DataFrame or iterable of DataFrame
            Columns ``text`` and ``date`` (ISO), and ``id``, ``source``, ``title`` if there. An iterable is
            read once; memory does not grow with its length.
        path : str or path
            Folder to make; an archive in it is replaced once the new one is complete.
        n : int, default=4
            Words of a run, 3 to 16. Shorter runs find more that is chance, longer ones less that was
            edited.
        invalid : {"raise", "skip"}, default="raise"
            What to do with blank texts, missing or unreadable dates and repeated ids: refuse them, or
            leave them out with a warning that counts them.
        n_jobs : int, optional
            Processes, as in joblib: None is one unless a ``joblib.parallel_config`` says otherwise, -1 all.
            Processes on other machines, such as those of a Dask cluster, write into `path`, too.

        Returns
        -------
        Archive
            The same documents give the same bytes, in whatever order they come and whoever does the work.

        Raises
        ------
        InputError
            If documents are invalid, there is none, or `path` cannot be written or is being written to.
        """
        _check_n(n)
        if n_jobs == 0:
            raise ValueError("n_jobs must be 1 or more, or negative to count from all processors, got 0; pass -1.")
        with disk.writing(path) as folder:
            # absolute: a worker may have another working directory
            commit(folder, n, (), indexed(documents, n, folder.absolute(), Reader(invalid), n_jobs))
        return cls(path)

    @classmethod
    def _build_partitions(
        cls, inputs: Sequence[Input], path: StrPath, *, n: int, invalid: str, crew: Workers
    ) -> Archive:
        """Build an archive of Parquet files that workers open themselves, as if from all their documents."""
        _check_n(n)
        with disk.writing(path) as folder:
            commit(folder, n, (), index_partitions(inputs, n, invalid, folder.absolute(), crew))
        return cls(path)

    def add(self, documents: pd.DataFrame | Iterable[pd.DataFrame], *, invalid: str = "raise") -> Archive:
        """Add documents; this archive then holds them, too.

        Parameters
        ----------
        documents, invalid
            As for :meth:`build`; an id that the archive has already is a repeated one.

        Returns
        -------
        Archive
            This one.

        Raises
        ------
        InputError
            As for :meth:`build`.
        """
        with disk.writing(self.path) as folder:
            self._load()
            known = {name for segment in self._segments for name in segment.strings("id")}
            commit(folder, self.n, self._segments, indexed(documents, self.n, folder, Reader(invalid, known)))
        self._load()
        return self

    @classmethod
    def merge(cls, archives: Sequence[Archive | StrPath], path: StrPath) -> Archive:
        """Build one archive from several, as if from all their documents.

        Parameters
        ----------
        archives : sequence of Archive or path
            At least one; all of the same `n`, no id in two of them.
        path : str or path
            Folder to make, as for :meth:`build`; may be one of `archives`.

        Returns
        -------
        Archive
            To the byte the same as one built from all documents.

        Raises
        ------
        TypeError
            If `archives` is a single one.
        ValueError
            If there is none, or `n` differs.
        InputError
            If an id is in two of them, one is damaged, or as for :meth:`build`.
        """
        if isinstance(archives, Archive | str | os.PathLike):
            raise TypeError(f"archives must be a list, got {archives!r}; put it into brackets.")
        opened = [one if isinstance(one, Archive) else cls(one) for one in archives]
        sizes = sorted({one.n for one in opened})
        if len(sizes) != 1:
            raise ValueError(f"archives must be at least one and have the same n, got {sizes}; build them alike.")
        segments = [segment for one in opened for segment in one._segments]
        refuse_repeated_ids(segments)
        for one in opened:
            one.verify()  # damage would get checksums of its own
        with disk.writing(path) as folder:
            commit(folder, sizes[0], (), merged(segments, folder))
        return cls(path)

    @classmethod
    def example(cls) -> Archive:
        """Return the archive that ships: the whole statements of the seed dataset, written for this project.

        Examples
        --------
        >>> Archive.example().n_documents > 700
        True
        """
        return cls(str(files("rhetoric") / "data" / "example.archive"))

    @property
    def n_documents(self) -> int:
        """Number of documents, re-issues included."""
        return sum(segment.n_documents for segment in self._segments)

    @property
    def n_reissues(self) -> int:
        """Number of documents that are re-issues of an earlier one."""
        return int((self._families != np.arange(self.n_documents)).sum())

    @property
    def n_sentences(self) -> int:
        """Number of sentences."""
        return sum(segment.n_sentences for segment in self._segments)

    @property
    def n_words(self) -> int:
        """Number of words."""
        return sum(int(segment.arrays["document_words"].sum(dtype=np.int64)) for segment in self._segments)

    @property
    def n_bytes(self) -> int:
        """Size on disk."""
        return sum(file.n_bytes for segment in self._segments for file in segment.files.values())

    @property
    def first_date(self) -> datetime.date:
        """Date of the first document: what was in print before is not known."""
        return date_of(min(int(segment.days[0]) for segment in self._segments))

    @property
    def last_date(self) -> datetime.date:
        """Date of the last document."""
        return date_of(max(int(segment.days[-1]) for segment in self._segments))

    @cached_property
    def _collection(self) -> Collection:
        return Collection(self._segments, self._families, self.n)

    def info(self) -> dict[str, Any]:
        """Return what the archive holds: n, counts, dates, size in bytes, and documents by source."""
        sources = Counter(source or "" for source in self.documents()["source"])
        return {
            "n": self.n,
            "documents": self.n_documents,
            "re-issues": self.n_reissues,
            "sentences": self.n_sentences,
            "words": self.n_words,
            "first_date": self.first_date,
            "last_date": self.last_date,
            "bytes": self.n_bytes,
            "segments": len(self._segments),
            "sources": dict(sorted(sources.items())),
        }

    def documents(self) -> pd.DataFrame:
        """Return the documents without their texts: id, date, source, title, vehicle, n_words, reissue_of.

        In the order of time; ``reissue_of`` is the id of the first issue, None for documents that are no
        re-issues.
        """
        return documents_table(self._collection)

    def to_frame(self) -> pd.DataFrame:
        """Return the documents with their texts: what :mod:`rhetoric.measures` takes.

        As :meth:`documents`, with a column ``text``; all texts are held in memory.

        Examples
        --------
        >>> import rhetoric.measures
        >>> frame = Archive.example().to_frame()
        >>> bool((rhetoric.measures.hard_information(frame) < 1).all())
        True
        """
        return documents_table(self._collection, with_text=True)

    def verify(self) -> None:
        """Check every file against its checksum and every array against the others.

        Raises
        ------
        ArchiveError
            If something is damaged; the message names the file and what to do.
        """
        for segment in self._segments:
            check_segment(segment)
        check_families(self.path, self._manifest)

    def trace(
        self, text: str, *, before: Date | None = None, source: str | None = None, title: str | None = None
    ) -> Trace:
        """Say where the wording of a text comes from.

        Parameters
        ----------
        text : str
            A statement, with at least one visible character.
        before : str, date or Timestamp, optional
            Date of the statement: only documents of strictly earlier dates count. By default all do, as if
            it came on the day after the last.
        source, title : str, optional
            Tell together with the first sentence with which earlier statements it is compared for what
            is missing.

        Returns
        -------
        Trace

        Raises
        ------
        TypeError
            If `text` is no str.
        ValueError
            If `text` has no visible character or `before` is no date.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, got {type(text).__name__}; trace one statement at a time.")
        if not text.strip():
            raise ValueError(f"text must hold a visible character, got {text[:20]!r}; leave blank statements out.")
        day = None if before is None else day_of(before, "before")
        return trace_text(text, self._collection, day, source, title)

    def coverage(self, documents: pd.DataFrame, *, q: float = WRITABLE_SHARE) -> pd.DataFrame:
        """Say of many documents how much of their wording was in print, and since when.

        Parameters
        ----------
        documents : DataFrame
            Columns ``text`` and, if there, ``date`` (ISO); only documents of strictly earlier dates count
            for a row, all where it has no date.
        q : float, default=0.8
            Share of the words for ``writable_since``, in (0, 1].

        Returns
        -------
        DataFrame
            One row for each of `documents`, with the same index: ``n_words``; ``reused_share``, 0 to 1, NaN
            without a word; ``writable_since``, a date, None where less than `q` of the words was in print;
            ``age_years``, from then to the date of the row, NaN where one of them is missing;
            ``is_limited``, whether the wording may be older than the archive.

        Raises
        ------
        TypeError
            If a text is no str.
        ValueError
            If there is no column ``text``, a date cannot be read, or `q` is not in (0, 1].
        """
        texts, before = dated_texts(documents)
        return coverage_table(self._collection, texts, before, q).set_axis(documents.index)

    def formulas(self, *, min_documents: int | None = None, min_words: int = 3) -> pd.DataFrame:
        """Return the phrases that recur, each word counted for the longest of them alone.

        Parameters
        ----------
        min_documents : int, optional
            Documents that must have a formula outside longer ones, at least 2; by default 10 for each
            million words of the archive, at least 5.
        min_words : int, default=3
            Shortest formula, at least 2.

        Returns
        -------
        DataFrame
            One row a formula, the most telling first: ``text`` as at its first use, ``n_words``;
            ``n_documents``, ``n_occurrences``, ``first`` and ``last`` (dates) and ``sources`` of its uses,
            re-issues counted once; ``dispersion`` over calendar years, 0 (evergreen) to 1 (an episode), NaN
            under 5 uses; ``association``, the mutual information of its words in bits; ``burstiness`` of
            the gaps between its documents, -1 (a beat) to 1 (bursts), NaN under 3 documents.

        Raises
        ------
        ValueError
            If `min_documents` or `min_words` is below 2.

        Notes
        -----
        All texts are held in memory: about 40 bytes for each byte of text.

        Examples
        --------
        >>> formulas = Archive.example().formulas(min_documents=8)
        >>> "Workers' Party of Korea" in set(formulas["text"])
        True
        """
        return formulas_table(self._collection, min_documents, min_words)

    def frames(self, *, min_documents: int | None = None) -> pd.DataFrame:
        """Return the phrases that recur with a slot of one to four words.

        Parameters
        ----------
        min_documents : int, optional
            As for :meth:`formulas`.

        Returns
        -------
        DataFrame
            One row a frame, the most telling first: ``text`` with ``*`` for the slot, ``n_documents``,
            ``n_occurrences``, ``first``, ``last``; ``n_fillers`` and ``fillers``, a list of dicts with text,
            n_documents, first and last; ``hapaxity``, the share of the fillers used once, 0 (rigid) to 1;
            ``association`` of the two sides in bits.

        Raises
        ------
        ValueError
            If `min_documents` is below 2.
        """
        return frames_table(self._collection, min_documents)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the path alone: another process maps the same files."""
        return type(self), (str(self.path.absolute()),)

    def __repr__(self) -> str:
        """Return the size of the archive in a line."""
        return f"Archive({str(self.path)!r}, {self.n_documents:,} documents, {self.first_date} to {self.last_date})"

    def _repr_html_(self) -> str:
        """Return what the archive holds for a notebook: three sentences and the documents by source."""
        if self.n_documents == 0:
            return fragment(title=self.path.name, summary=("No document.",))
        held = self.info()
        sources = sorted(held["sources"].items(), key=lambda item: (-item[1], item[0]))
        return fragment(
            title=self.path.name,
            origin=(self.path,),
            summary=(
                f"{self.n_documents:,} documents with {self.n_words:,} words, {self.first_date} to {self.last_date}.",
                f"{self.n_reissues:,} of them are re-issues of another and do not count again.",
                f"What was in print before {self.first_date} it cannot know.",
            ),
            columns=("documents", "source"),
            rows=[((f"{count:,}", name or "unknown"), "") for name, count in sources],
            max_rows=SOURCES_SHOWN,
        )


def _check_n(n: int) -> None:
    """Refuse a number of words that a run cannot have."""
    if isinstance(n, bool) or not isinstance(n, int) or not disk.MIN_N <= n <= disk.MAX_N:
        raise ValueError(f"n must be a whole number from {disk.MIN_N} to {disk.MAX_N}, got {n!r}.")
