"""Label the sentences of official statements: formulaic or substantive.

:func:`statement` reads one statement, :func:`statements` a table of them, :func:`load` gives the trained
classifier for use with scikit-learn.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import expit

from rhetoric import _model_file
from rhetoric._checked_frame import check_frame
from rhetoric._classifier import RhetoricClassifier, decide_batches
from rhetoric._dated_documents import day_of
from rhetoric._explain import Cue, explain_batches
from rhetoric._labels import FORMULAIC, SUBSTANTIVE, UNCERTAIN
from rhetoric._language import MAX_FOREIGN_SHARE, count_words, is_foreign, language_note, told_foreign
from rhetoric._reading import Reading, Sentence, perishable_share, text_column
from rhetoric._records import KEPT_COLUMNS, statement_records
from rhetoric._sentences import split_all, split_sentences
from rhetoric._tokens import batches
from rhetoric._trace import Trace, kind_of
from rhetoric._vehicles import find_vehicle

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric.archive import Archive

__all__ = ["Cue", "LanguageWarning", "Reading", "RhetoricClassifier", "Sentence", "load", "statement", "statements"]

MODEL_NAME = "rhetoric.npz"
MAX_CUES = 8
CHUNK_CHARS = 1 << 20
SECONDS_BEFORE_PROGRESS = 2.0
VERDICT_COLUMNS = ("verdict", "n_reused", "precedent_date", "precedent_id")


class LanguageWarning(UserWarning):
    """Some texts of a table do not look English, and the model was trained on English: labels are guesses.

    Parameters
    ----------
    rows : list of int
        Positions of these texts, from 0.
    n_texts : int
        Texts in all.

    Attributes
    ----------
    rows, n_texts
        As given.

    Examples
    --------
    >>> str(LanguageWarning([3, 8], 50)).partition(" and ")[0]
    '2 of 50 statements do not look English (rows 3, 8)'
    """

    def __init__(self, rows: list[int], n_texts: int) -> None:
        self.rows = rows
        self.n_texts = n_texts
        super().__init__(told_foreign(len(rows), rows, n_texts))


def shipped_model_path() -> Path:
    """Return the path of the model that ships with the package."""
    package = Path(str(files("rhetoric")))
    # a wheel carries models/ inside the package, a source tree beside it
    inside, beside = package / "models" / MODEL_NAME, package.parent / "models" / MODEL_NAME
    return inside if inside.exists() else beside


@cache
def _shipped_model() -> RhetoricClassifier:
    """Return the shipped model, read once."""
    return _model_file.load(shipped_model_path())


def load(path: str | Path | None = None) -> RhetoricClassifier:
    """Return a trained classifier.

    Parameters
    ----------
    path : str or Path, optional
        A model file written by ``rhetoric train``; by default the model that ships with the package.

    Returns
    -------
    RhetoricClassifier
        ``classes_`` are ``["formulaic", "substantive"]`` for the shipped model.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no model, damaged, or made for another version.

    Examples
    --------
    >>> model = load()
    >>> model.predict(["They will pay a dear price.", "The talks open in Geneva on 4 May."]).tolist()
    ['formulaic', 'substantive']
    """
    return _shipped_model() if path is None else _model_file.load(path)


def statement(
    text: str,
    *,
    date: str | None = None,
    source: str | None = None,
    title: str | None = None,
    id: str | None = None,
    model: RhetoricClassifier | None = None,
    abstain: float | None = None,
    archive: Archive | None = None,
) -> Reading:
    """Read one statement.

    Parameters
    ----------
    text : str
        The whole statement, with at least one visible character.
    date, source, title, id : str, optional
        Kept in the reading; title and source help to tell the vehicle. With an archive, `date` (ISO) decides
        what is earlier.
    model : RhetoricClassifier, optional
        By default the shipped one.
    abstain : float, optional
        Label sentences whose likelier label has a probability below this value, in (0.5, 1),
        ``"uncertain"``. The model card states the accuracy above each threshold.
    archive : Archive, optional
        Earlier statements; the reading then says where the wording comes from, what changed and what is
        missing. Without `date` all of the archive counts as earlier.

    Returns
    -------
    Reading

    Raises
    ------
    TypeError
        If `text` is no str.
    ValueError
        If `text` has no visible character, `abstain` is not in (0.5, 1), or with an archive `date` is no
        date.

    Examples
    --------
    >>> text = "The hostile policy must end. On 4 May the army fired three missiles from Wonsan."
    >>> reading = statement(text, source="KCNA")
    >>> [sentence.label for sentence in reading.sentences]
    ['formulaic', 'substantive']
    >>> round(reading.perishable_share, 2)
    0.33
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, got {type(text).__name__}; for a table use rhetoric.classify.statements.")
    spans = split_sentences(text)
    if not spans:
        raise ValueError(f"text must hold a visible character, got {text[:20]!r}; leave blank statements out.")
    if archive is not None and date is not None:
        day_of(date, "date")
    chosen, threshold = _check_model(model), _check_abstain(abstain)
    trace = None if archive is None else archive.trace(text, before=date, source=source, title=title)
    sentences, counts = _labelled(text, spans, chosen, threshold)
    share, interval = perishable_share([s.n_words for s in sentences], [s.p_substantive for s in sentences])
    vehicle = find_vehicle(title, sentences[0].text, source)
    return Reading(
        sentences=sentences if trace is None else _with_provenance(sentences, trace),
        perishable_share=share,
        perishable_interval=interval,
        vehicle=vehicle.name if vehicle else None,
        authority=vehicle.authority if vehicle else None,
        id=id,
        title=title,
        date=date,
        source=source,
        trace=trace,
        language_note=language_note(counts) if _is_english(chosen) else None,
    )


def _labelled(
    text: str, spans: Sequence[tuple[int, int]], model: RhetoricClassifier, threshold: float
) -> tuple[tuple[Sentence, ...], NDArray[np.int64]]:
    """Return the sentences at `spans` with labels and cues, and the sum of what tells their language."""
    pieces = [text[start:end] for start, end in spans]
    batched = list(decide_batches(model, pieces))
    p = expit(np.concatenate([decision for _, decision in batched]))
    n_words = np.concatenate([tokens.n_words for tokens, _ in batched]).tolist()
    starts = [start for start, _ in spans]
    explained = explain_batches(pieces, (tokens for tokens, _ in batched), model, MAX_CUES, starts)
    sentences = tuple(
        Sentence(piece, start, end, words, label, float(probability), tuple(cues))
        for piece, (start, end), words, label, probability, cues in zip(
            pieces, spans, n_words, _labels(p, threshold), p, explained, strict=True
        )
    )
    return sentences, np.sum([count_words(tokens).sum(axis=0) for tokens, _ in batched], axis=0)


def _with_provenance(sentences: Sequence[Sentence], trace: Trace) -> tuple[Sentence, ...]:
    """Return the sentences with what an archive says about them; both were split alike."""
    return tuple(
        replace(
            sentence, verdict=traced.verdict, kind=kind_of(sentence.label, traced.verdict), precedent=traced.precedent
        )
        for sentence, traced in zip(sentences, trace.sentences, strict=True)
    )


def statements(
    frame: pd.DataFrame,
    *,
    model: RhetoricClassifier | None = None,
    n_jobs: int | None = None,
    abstain: float | None = None,
    blank: str = "raise",
    progress: bool | None = None,
    archive: Archive | None = None,
) -> pd.DataFrame:
    """Read a table of statements.

    Parameters
    ----------
    frame : DataFrame
        One row a statement, with a column ``text`` of str and, if there, ``id``, ``date``, ``source`` and
        ``title``, which are kept.
    model : RhetoricClassifier, optional
        By default the shipped one.
    n_jobs : int, optional
        Processes, as in joblib: None is one unless a ``joblib.parallel_config`` says otherwise, -1 all.
        The answer does not depend on it.
    abstain : float, optional
        As in :func:`statement`.
    blank : {"raise", "keep"}, default="raise"
        What to do with texts without any visible character: refuse the table, or give them a row of
        their own without sentence and label.
    progress : bool, optional
        Whether to show a progress bar; by default on a terminal when the work takes more than two seconds.
    archive : Archive, optional
        As in :func:`statement`; documents earlier than the column ``date`` count for each row.

    Returns
    -------
    DataFrame
        One row a sentence, in the order of the table: ``row`` (position of the statement in `frame`, from
        0), the kept columns, ``sentence`` (from 1), ``start``, ``end`` (half-open span in code points),
        ``text``, ``n_words``, ``label``, ``p_substantive``; with an archive also ``verdict``, ``kind``,
        ``n_reused`` (words in a run that was in print), ``precedent_date`` and ``precedent_id``.

    Warns
    -----
    LanguageWarning
        If texts do not look English and the model was trained on English; names their rows.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame or a text is no str.
    ValueError
        If there is no column ``text``, no row, a blank text, or a parameter is out of its range.

    Examples
    --------
    >>> import pandas as pd
    >>> table = statements(pd.DataFrame({"id": ["a"], "text": ["Glory! On 4 May it fired two missiles."]}))
    >>> table[["id", "sentence", "label"]].values.tolist()
    [['a', 1, 'formulaic'], ['a', 2, 'substantive']]
    """
    import pandas as pd

    texts = _check_texts(frame, blank)
    chosen, threshold = _check_model(model), _check_abstain(abstain)
    chunks = list(batches(texts, CHUNK_CHARS))
    work = Parallel(n_jobs=_check_jobs(n_jobs), return_as="generator")(
        delayed(_read_chunk)(texts[start:stop], start, chosen) for start, stop in chunks
    )
    parts = list(_with_progress(work, len(chunks), progress))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if _is_english(chosen):
        _warn_of_language(np.unique(columns["row"][columns["is_foreign"]]), len(texts))
    table = pd.DataFrame(columns)
    table["text"] = text_column(
        [texts[row][start:end] for row, start, end in zip(*map(columns.get, ("row", "start", "end")), strict=True)]
    )
    labels = np.array(_labels(columns["p_substantive"], threshold), dtype=object)
    labels[columns["sentence"] == 0] = None
    table["label"] = labels
    kept = [name for name in KEPT_COLUMNS if name in frame]
    for name in kept:
        table[name] = frame[name].iloc[columns["row"]].reset_index(drop=True)
    table = table[["row", *kept, "sentence", "start", "end", "text", "n_words", "label", "p_substantive"]]
    return table if archive is None else _with_verdicts(table, frame, archive, n_jobs)


def _with_verdicts(table: pd.DataFrame, frame: pd.DataFrame, archive: Archive, n_jobs: int | None) -> pd.DataFrame:
    """Return the table of sentences with what an archive says about each."""
    import pandas as pd

    records = [(text, known.get("date")) for text, known in statement_records(frame)]
    for row, (_, date) in enumerate(records):
        if date is not None:
            day_of(date, f"frame['date'] in row {row}")
    work = Parallel(n_jobs=n_jobs)(delayed(_verdicts)(archive, text, date) for text, date in records)
    found = pd.DataFrame([row for rows in work for row in rows], columns=VERDICT_COLUMNS, dtype=object)
    found.insert(1, "kind", list(map(kind_of, table["label"], found["verdict"])))
    return pd.concat([table, found], axis=1)


def _verdicts(archive: Archive, text: str, date: str | None) -> list[tuple[Any, ...]]:
    """Return the cells of `VERDICT_COLUMNS` for each sentence; a blank text has one without a verdict."""
    if not text.strip():
        return [(None,) * len(VERDICT_COLUMNS)]
    return [
        (
            sentence.verdict,
            sentence.n_reused,
            sentence.precedent and sentence.precedent.date,
            sentence.precedent and sentence.precedent.document.id,
        )
        for sentence in archive.trace(text, before=date).sentences
    ]


def _read_chunk(texts: list[str], first_row: int, model: RhetoricClassifier) -> dict[str, NDArray[Any]]:
    """Return row, span, words and probability of every sentence of some texts, as columns.

    A blank text gives one row with sentence 0 and no probability. All sentences of a text say whether it
    looks as if it were not English.
    """
    spans = split_all(texts)
    blank = np.flatnonzero(np.diff(spans.first) == 0)
    # a blank text keeps its place with an empty span
    starts, ends = (np.insert(column, spans.first[blank], 0) for column in (spans.starts, spans.ends))
    number = np.maximum(np.diff(spans.first), 1)
    row = np.repeat(np.arange(len(texts)), number)
    pieces = [texts[r][start:end] for r, start, end in zip(row.tolist(), starts.tolist(), ends.tolist(), strict=True)]
    is_blank = ends == 0
    batched = [(tokens.n_words, count_words(tokens), decision) for tokens, decision in decide_batches(model, pieces)]
    n_words, counts, decision = (np.concatenate(column) for column in zip(*batched, strict=True))
    foreign = is_foreign(np.add.reduceat(counts, np.cumsum(number) - number))
    sentence = np.arange(1, len(row) + 1) - np.repeat(np.cumsum(number) - number, number)
    return {
        "row": row + first_row,
        "sentence": np.where(is_blank, 0, sentence),
        "start": starts,
        "end": ends,
        "n_words": n_words,
        "p_substantive": np.where(is_blank, np.nan, expit(decision)),
        "is_foreign": foreign[row],
    }


def _with_progress(work: Iterator[Any], total: int, progress: bool | None) -> Iterator[Any]:
    """Yield the results of `work`, with a progress bar where that is wanted."""
    if progress is False or (progress is None and not sys.stderr.isatty()):
        yield from work
        return
    from rich.console import Console
    from rich.progress import Progress

    began = time.monotonic()
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("Reading statements", total=total)
    try:
        for result in work:
            bar.advance(task)
            if progress or time.monotonic() - began > SECONDS_BEFORE_PROGRESS:
                bar.start()
            yield result
    finally:
        bar.stop()


def _check_texts(frame: pd.DataFrame, blank: str) -> list[str]:
    """Return the texts of a table, refusing what cannot be read."""
    if blank not in ("raise", "keep"):
        raise ValueError(f"blank must be 'raise' or 'keep', got {blank!r}.")
    texts = check_frame(frame, remedy="for one text use statement()")
    empty = [row for row, text in enumerate(texts) if not text.strip()]
    if empty and blank == "raise":
        shown = ", ".join(map(str, empty[:5]))
        raise ValueError(f"frame['text'] is blank in {len(empty)} rows ({shown}); drop them or pass blank='keep'.")
    return texts


def _check_model(model: RhetoricClassifier | None) -> RhetoricClassifier:
    """Return the model to use, refusing one with other labels."""
    chosen = load() if model is None else model
    labels = chosen.classes_.tolist()
    if labels != [FORMULAIC, SUBSTANTIVE]:
        raise ValueError(f"model must know the labels ['formulaic', 'substantive'], got {labels!r}; train it on these.")
    return chosen


def _is_english(model: RhetoricClassifier) -> bool:
    """Return whether a model was trained on English; models that do not say so were."""
    return getattr(model, "foreign_share_", 0.0) <= MAX_FOREIGN_SHARE


def _warn_of_language(rows: NDArray[np.int64], n_texts: int) -> None:
    """Warn of the texts that do not look English."""
    if len(rows):
        warnings.warn(LanguageWarning(rows.tolist(), n_texts), stacklevel=3)


def _check_abstain(abstain: float | None) -> float:
    """Return the least probability that the likelier label must have, 0.5 for no limit."""
    if abstain is None:
        return 0.5
    if not 0.5 < abstain < 1:
        raise ValueError(f"abstain must be in (0.5, 1), got {abstain!r}; divide a percentage by 100.")
    return float(abstain)


def _check_jobs(n_jobs: int | None) -> int | None:
    """Return the number of processes, refusing none at all."""
    if n_jobs == 0:
        raise ValueError("n_jobs must be 1 or more, or negative to count from all processors, got 0; pass -1 for all.")
    return n_jobs


def _labels(p_substantive: NDArray[np.float64], threshold: float) -> list[str]:
    """Return the label of each probability."""
    likelier = np.where(p_substantive > 0.5, SUBSTANTIVE, FORMULAIC)
    certain = np.maximum(p_substantive, 1 - p_substantive) >= threshold
    labels: list[str] = np.where(certain, likelier, UNCERTAIN).tolist()
    return labels
