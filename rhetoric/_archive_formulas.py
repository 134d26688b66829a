"""The formulas and phrase frames of an archive, as tables."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import numpy as np

from rhetoric._dated_documents import date_of
from rhetoric._dated_words import DatedWords, ReadText, date_words
from rhetoric._formulas import MIN_WORDS, Formula, find_formulas
from rhetoric._frames import Filler, Frame, find_frames
from rhetoric._sentence_tokens import tokenize_sentences
from rhetoric._tracing import Collection

if TYPE_CHECKING:
    import pandas as pd

SLOT = "*"


def _read(collection: Collection) -> tuple[DatedWords, ReadText, list[str]]:
    """Return the words of all documents, what reads their texts, and the names of the sources."""
    segments = collection.segments
    texts = [segment.text(number) for segment in segments for number in range(segment.n_documents)]
    days = np.concatenate([segment.days for segment in segments]).astype(np.int64)
    names = [name for segment in segments for name in segment.strings("source")]
    numbers = np.unique(names, return_inverse=True)[1]
    bases = np.cumsum([0, *(len(segment.strings("source")) for segment in segments)])
    sources = np.concatenate(
        [numbers[base + segment.arrays["document_source"]] for base, segment in zip(bases, segments, strict=False)]
    )
    words = date_words(tokenize_sentences(texts), days, sources.astype(np.int64), collection.families)
    return words, lambda document, start, end: texts[document][start:end], sorted(set(names))


def formulas_table(collection: Collection, min_documents: int | None, min_words: int = MIN_WORDS) -> pd.DataFrame:
    """Return one row a formula, the most telling first."""
    import pandas as pd

    words, read, names = _read(collection)
    found = find_formulas(words, read, min_documents=min_documents, min_words=min_words)
    table = pd.DataFrame([vars(one) for one in found], columns=[field.name for field in fields(Formula)])
    table["sources"] = [tuple(names[code] for code in codes) for codes in table["sources"]]
    return _dated(table)


def frames_table(collection: Collection, min_documents: int | None) -> pd.DataFrame:
    """Return one row a phrase frame, the most telling first."""
    import pandas as pd

    words, read, _ = _read(collection)
    found = find_frames(words, read, min_documents=min_documents)
    table = pd.DataFrame([vars(one) for one in found], columns=[field.name for field in fields(Frame)])
    text = [f"{one.prefix} {SLOT} {one.suffix}" for one in found]
    table.insert(0, "text", text)
    table.insert(5, "n_fillers", [len(one.fillers) for one in found])
    table["fillers"] = pd.Series([[_filler(filler) for filler in one.fillers] for one in found], dtype=object)
    return _dated(table.drop(columns=["prefix", "suffix"]))


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with dates for the days of the first and the last use."""
    return table.assign(**{name: [date_of(day) for day in table[name]] for name in ("first", "last")})


def _filler(filler: Filler) -> dict[str, object]:
    """Return a filler with the dates of its first and last use."""
    return {**asdict(filler), "first": date_of(filler.first).isoformat(), "last": date_of(filler.last).isoformat()}
