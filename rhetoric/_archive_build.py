"""From documents to segments, and from segments to one: the same work in pieces that fit into memory.

A batch of documents becomes a segment of its own. Segments become one by putting their documents into
the order of time, renumbering the sentences, and merging the tables a range of hashes at a time. What
comes out depends on the documents alone, not on how they were cut into batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rhetoric._dated_documents import DatedDocuments
from rhetoric._files import InputError
from rhetoric._packed_text import pack
from rhetoric._postings import Postings, invert, merged_parts
from rhetoric._reissues import sketch
from rhetoric._segment import ARRAYS, TABLES, ArrayFile, ArrayWriter, Segment
from rhetoric._sentence_tokens import SentenceTokens, tokenize_sentences
from rhetoric._tokens import U64, sequence_hashes
from rhetoric._vehicles import find_vehicle

MAX_SENTENCES = (1 << 32) - 1
"""About half a terabyte of text."""
BLOCK = 1 << 12
"""Documents that are copied at a time."""


def write_segment(documents: DatedDocuments, n: int, folder: Path) -> dict[str, ArrayFile]:
    """Write a segment of some documents, all in memory, and return its files.

    Parameters
    ----------
    documents : DatedDocuments
        In the order of time.
    n : int
        Words of a run.
    folder : Path
        Empty.
    """
    tokens = tokenize_sentences(documents.texts)
    with ArrayWriter(folder) as writer:
        writer.append("day", documents.days, "<i4")
        writer.append_texts("text", [pack(text) for text in documents.texts])
        writer.append_texts("id", [_encoded(name) for name in documents.ids])
        writer.append_texts("title", [_encoded(title) for title in documents.titles])
        _write_names(writer, "source", documents.sources)
        _write_names(writer, "vehicle", _vehicles(documents, tokens))
        runs = tokens.runs(n)
        _write_counts(writer, tokens, *runs)
        for table, (hashes, positions) in zip(TABLES, (runs, tokens.pairs()), strict=True):
            _write_table(writer, table, [invert(hashes, tokens.sentence[positions])])
        return writer.close()


def _encoded(text: str) -> bytes:
    """Return a short text as it is stored."""
    return text.encode("utf-8", "surrogatepass")


def _vehicles(documents: DatedDocuments, tokens: SentenceTokens) -> list[str]:
    """Return the vehicle of each document, empty where it is not known."""
    first = tokens.first_sentence[:-1]
    leads = [
        text[start:end]
        for text, start, end in zip(documents.texts, tokens.starts[first], tokens.ends[first], strict=True)
    ]
    found = map(find_vehicle, documents.titles, leads, documents.sources)
    return [vehicle.name if vehicle else "" for vehicle in found]


def _write_names(writer: ArrayWriter, name: str, values: Sequence[str]) -> None:
    """Write a column of few different texts: each once, and for every document its number."""
    names = sorted(set(values))
    numbers = {value: number for number, value in enumerate(names)}
    writer.append_texts(name, [_encoded(value) for value in names])
    writer.append(f"document_{name}", np.array([numbers[value] for value in values]), "<u4")


def _write_counts(writer: ArrayWriter, tokens: SentenceTokens, hashes: U64, positions: NDArray[np.int64]) -> None:
    """Write what is known of each document and sentence from its words and its runs."""
    first_word = tokens.first[tokens.first_sentence]
    document = tokens.document[tokens.sentence[positions]]
    writer.append("document_sentences", tokens.first_sentence, "<u4")
    writer.append("document_words", np.diff(first_word), "<u4")
    writer.append("document_wording", sequence_hashes(tokens.hashes, first_word), "<u8")
    writer.append("document_sketch", sketch(hashes, document, tokens.n_documents), "<u4")
    writer.append("sentence_start", tokens.starts, "<u4")
    writer.append("sentence_end", tokens.ends, "<u4")
    writer.append("sentence_words", tokens.n_words, "<u4")


def _write_table(writer: ArrayWriter, table: str, parts: Iterable[Postings], n_postings: int = 0) -> None:
    """Write an inverted table that comes in parts of rising hashes, with `n_postings` in all."""
    dtype = "<u4" if n_postings < 1 << 32 else "<u8"
    done = 0
    for part in parts:
        writer.append(f"{table}_keys", part.keys, "<u8")
        writer.append(f"{table}_first", part.first[:-1] + np.uint64(done), dtype)
        writer.append(f"{table}_sentences", part.sentences, "<u4")
        done += len(part.sentences)
    writer.append(f"{table}_first", np.array([done]), dtype)


def merge_segments(segments: Sequence[Segment], folder: Path) -> dict[str, ArrayFile]:
    """Write one segment with the documents of all `segments`, and return its files.

    Parameters
    ----------
    segments : sequence of Segment
        At least one; no id twice.
    folder : Path
        Empty.
    """
    refuse_too_many(sum(segment.n_sentences for segment in segments))
    order = time_order(segments)
    with ArrayWriter(folder) as writer:
        for name in ("source", "vehicle"):
            _merge_names(writer, name, segments, order)
        counts = np.concatenate([np.diff(segment.first_sentence) for segment in segments])
        first_sentence = np.concatenate(([0], np.cumsum(counts[order])))
        writer.append("document_sentences", first_sentence, "<u4")
        for start in range(0, len(order), BLOCK):
            _copy_documents(writer, segments, *located(segments, order[start : start + BLOCK]))
            for segment in segments:
                segment.release()
        renumbered = _renumbered(segments, order, first_sentence)
        for table in TABLES:
            tables = [segment.table(table) for segment in segments]
            parts = _releasing(merged_parts(tables, renumbered), segments)
            _write_table(writer, table, parts, sum(len(one.sentences) for one in tables))
        return writer.close()


def _releasing(parts: Iterable[Postings], segments: Sequence[Segment]) -> Iterator[Postings]:
    """Yield `parts`, giving back after each the memory that the segments were read into."""
    for part in parts:
        yield part
        for segment in segments:
            segment.release()


def refuse_too_many(n_sentences: int) -> None:
    """Refuse more sentences than the 32-bit numbers of a segment can tell apart.

    Examples
    --------
    >>> refuse_too_many(MAX_SENTENCES)
    """
    if n_sentences > MAX_SENTENCES:
        raise InputError(
            f"archive must have at most {MAX_SENTENCES:,} sentences, got {n_sentences:,}; build one for each span of "
            "years."
        )


def time_order(segments: Sequence[Segment]) -> NDArray[np.int64]:
    """Return the documents of all segments, counted one segment after the other, by date and then by id."""
    days = np.concatenate([segment.days for segment in segments]).tolist()
    ids = [name for segment in segments for name in segment.strings("id")]
    return np.array(sorted(range(len(ids)), key=lambda at: (days[at], ids[at])), dtype=np.int64)


def _bases(segments: Sequence[Segment]) -> NDArray[np.int64]:
    """Return where the documents of each segment begin when all are counted one after the other."""
    sizes = [segment.n_documents for segment in segments]
    return np.array(list(accumulate(sizes[:-1], initial=0)), dtype=np.int64)


def located(segments: Sequence[Segment], documents: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return segment and number in it of documents that are counted one segment after the other."""
    bases = _bases(segments)
    which = np.searchsorted(bases, documents, side="right") - 1
    return which, documents - bases[which]


def _renumbered(
    segments: Sequence[Segment], order: NDArray[np.int64], first_sentence: NDArray[np.int64]
) -> list[NDArray[np.uint32]]:
    """Return for each segment the new numbers of its sentences."""
    begins = np.empty(len(order), dtype=np.int64)
    begins[order] = first_sentence[:-1]
    numbers = []
    for segment, base in zip(segments, _bases(segments), strict=True):
        old = segment.first_sentence
        shift = begins[base : base + segment.n_documents] - old[:-1]
        numbers.append((np.arange(old[-1]) + np.repeat(shift, np.diff(old))).astype(np.uint32))
    return numbers


def _merge_names(writer: ArrayWriter, name: str, segments: Sequence[Segment], order: NDArray[np.int64]) -> None:
    """Write a column of few different texts, numbered anew over all segments."""
    columns = [segment.strings(name) for segment in segments]
    names = sorted(set().union(*columns))
    numbers = {value: number for number, value in enumerate(names)}
    translated = [
        np.array([numbers[value] for value in column])[segment.arrays[f"document_{name}"]]
        for segment, column in zip(segments, columns, strict=True)
    ]
    writer.append_texts(name, [_encoded(value) for value in names])
    writer.append(f"document_{name}", np.concatenate(translated)[order], "<u4")


def _copy_documents(
    writer: ArrayWriter, segments: Sequence[Segment], which: NDArray[np.int64], number: NDArray[np.int64]
) -> None:
    """Copy what belongs to single documents, each given by its segment and its number there."""
    for name in ("text", "id", "title"):
        writer.append_texts(name, _taken_texts(name, segments, which, number))
    for name in ("day", "document_words", "document_wording", "document_sketch"):
        writer.append(name, taken([one.arrays[name] for one in segments], which, number), ARRAYS[name][0])
    low, high = (taken([one.first_sentence for one in segments], which, number + step) for step in (0, 1))
    sentence_of = np.repeat(which, high - low)
    sentence = np.arange(len(sentence_of)) + np.repeat(low - np.cumsum(high - low) + (high - low), high - low)
    for name in ("sentence_start", "sentence_end", "sentence_words"):
        writer.append(name, taken([one.arrays[name] for one in segments], sentence_of, sentence), "<u4")


def _taken_texts(
    name: str, segments: Sequence[Segment], which: NDArray[np.int64], number: NDArray[np.int64]
) -> list[memoryview]:
    """Return the items `number` of a column of texts of the segments `which`, as they are stored."""
    taken = np.empty(len(which), dtype=object)
    for at, segment in enumerate(segments):
        mine = np.flatnonzero(which == at)
        for place, item in zip(mine.tolist(), segment.stored(name, number[mine]), strict=True):
            taken[place] = item
    return taken.tolist()


def taken(columns: Sequence[NDArray[Any]], which: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[Any]:
    """Return the rows `number` of the columns `which`."""
    taken = np.empty((len(which), *columns[0].shape[1:]), dtype=columns[0].dtype)
    for at, column in enumerate(columns):
        mine = which == at
        taken[mine] = column[number[mine]]
    return taken
