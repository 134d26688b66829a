"""Tables over many documents: those of an archive, and how far others are covered by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhetoric._coverage import NEVER, days_reached, first_days_of_words
from rhetoric._dated_documents import date_of, day_of
from rhetoric._sentence_tokens import tokenize_sentences
from rhetoric._tokens import batches
from rhetoric._trace import DAYS_PER_YEAR, WARM_UP_DAYS
from rhetoric._tracing import MAX_DAY, Collection

if TYPE_CHECKING:
    import pandas as pd

BATCH_CHARS = 1 << 22
"""Text that is looked up at a time."""


def documents_table(collection: Collection, *, with_text: bool = False) -> pd.DataFrame:
    """Return one row a document in the order of time."""
    import pandas as pd

    columns: dict[str, list[object]] = {name: [] for name in ("id", "date", "source", "title", "vehicle", "n_words")}
    for segment in collection.segments:
        columns["id"] += segment.strings("id")
        columns["date"] += [date_of(day) for day in segment.days.tolist()]
        columns["title"] += [title or None for title in segment.strings("title")]
        columns["n_words"] += segment.arrays["document_words"].tolist()
        for name in ("source", "vehicle"):
            names = np.array([value or None for value in segment.strings(name)], dtype=object)
            columns[name] += names[segment.arrays[f"document_{name}"]].tolist()
    ids = np.array(columns["id"], dtype=object)
    reissue_of = ids[collection.families]
    reissue_of[collection.families == np.arange(len(ids))] = None
    if with_text:
        columns["text"] = [segment.text(at) for segment in collection.segments for at in range(segment.n_documents)]
    # as objects: a column of str would turn None into NaN
    table = pd.DataFrame({**columns, "reissue_of": reissue_of}, dtype=object).astype({"n_words": "int64"})
    order = sorted(range(len(ids)), key=lambda row: (columns["date"][row], ids[row]))
    return table.iloc[order].reset_index(drop=True)


def dated_texts(documents: pd.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """Return texts and days of a table, a day after all others where a row has no date."""
    import pandas as pd

    if not isinstance(documents, pd.DataFrame):
        raise TypeError(f"documents must be a DataFrame, got {type(documents).__name__}; for one text use trace().")
    if "text" not in documents or len(documents) == 0:
        got = ", ".join(map(str, documents.columns)) if len(documents) else "no row"
        raise ValueError(f"documents must have a column 'text' and at least one row, got {got}; rename or add them.")
    texts, days = documents["text"].tolist(), np.full(len(documents), MAX_DAY, dtype=np.int64)
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"documents['text'] must hold str only, got {text!r} in row {row}; drop or convert it.")
    if "date" in documents:
        is_dated = documents["date"].notna().to_numpy()
        for row in np.flatnonzero(is_dated).tolist():
            days[row] = day_of(documents["date"].iloc[row], f"date in row {row}")
    return texts, days


def coverage_table(collection: Collection, texts: Sequence[str], before: NDArray[np.int64], q: float) -> pd.DataFrame:
    """Return one row a text: words, share in print before its day, since when, and the age of the wording."""
    import pandas as pd

    parts = [
        _coverage(collection, texts[start:stop], before[start:stop], q) for start, stop in batches(texts, BATCH_CHARS)
    ]
    n_words, n_reused, since = (np.concatenate(column) for column in zip(*parts, strict=True))
    is_known = since != NEVER
    begins = min(int(segment.days[0]) for segment in collection.segments)
    with np.errstate(invalid="ignore"):
        shares = n_reused / n_words
    return pd.DataFrame(
        {
            "n_words": n_words,
            "reused_share": shares,
            "writable_since": [date_of(day) if known else None for day, known in zip(since, is_known, strict=True)],
            "age_years": np.where(is_known & (before < MAX_DAY), (before - since) / DAYS_PER_YEAR, np.nan),
            "is_limited": is_known & (since - begins < WARM_UP_DAYS),
        }
    )


def _coverage(
    collection: Collection, texts: Sequence[str], before: NDArray[np.int64], q: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return words, words in print, and the day by which a share `q` of them was, of each text."""
    tokens = tokenize_sentences(texts)
    days = first_days_of_words(collection.segments, tokens, collection.n, before)
    first = tokens.first[tokens.first_sentence]
    running = np.concatenate(([0], np.cumsum(days != NEVER)))
    return np.diff(first), np.diff(running[first]), days_reached(days, first, q)
