"""Whether the files of an archive are what was written: checksums first, then whether the arrays fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from rhetoric._archive_files import Manifest
from rhetoric._files import place
from rhetoric._segment import TABLES, TEXTS, ArchiveError, ArrayFile, Segment, is_intact


def _refuse(path: Path, fault: str) -> NoReturn:
    """Raise the error for a damaged file."""
    raise ArchiveError(f"{place(path)}: {fault}; the archive is damaged, restore it from a copy or build it again.")


def _check_sum(path: Path, file: ArrayFile) -> None:
    """Refuse a file whose bytes are not those that were written."""
    try:
        intact = is_intact(path, file)
    except OSError as exc:
        _refuse(path, f"cannot be read ({exc.strerror})")
    if not intact:
        _refuse(path, "its checksum does not match")


def check_segment(segment: Segment) -> None:
    """Refuse a segment with a damaged file or with arrays that do not fit each other."""
    for name, file in segment.files.items():
        _check_sum(segment.folder / name, file)
    for name in TEXTS:
        _check_rising(segment, f"{name}_ends", segment.arrays[f"{name}_ends"], strictly=False)
    for table in TABLES:
        postings = segment.table(table)
        _check_rising(segment, f"{table}_keys", postings.keys, strictly=True)
        _check_rising(segment, f"{table}_first", postings.first, strictly=True)
        if postings.first[0] != 0 or postings.first[-1] != len(postings.sentences):
            _refuse(segment.folder / f"{table}_first", "must run from 0 to the number of postings")
        _check_below(segment, f"{table}_sentences", segment.n_sentences)


def _check_rising(segment: Segment, name: str, values: NDArray[Any], *, strictly: bool) -> None:
    """Refuse an array that falls somewhere, or where `strictly` stands still."""
    before, after = values[:-1], values[1:]
    if np.any(after <= before if strictly else after < before):
        _refuse(segment.folder / name, "must rise")


def _check_below(segment: Segment, name: str, limit: int) -> None:
    """Refuse an array of numbers that are not all below `limit`."""
    if np.any(segment.arrays[name] >= limit):
        _refuse(segment.folder / name, f"must hold numbers below {limit}")


def check_families(folder: Path, manifest: Manifest) -> None:
    """Refuse a damaged file of first issues."""
    _check_sum(folder / manifest.families_name, manifest.families)


def check_first_issues(folder: Path, manifest: Manifest, first: NDArray[np.int64], segments: Sequence[Segment]) -> None:
    """Refuse first issues that are not documents of the archive."""
    total = sum(segment.n_documents for segment in segments)
    if len(first) != total or np.any((first < 0) | (first >= total)):
        _refuse(folder / manifest.families_name, f"must name a document for each of {total}")
    if np.any(first[first] != first):
        _refuse(folder / manifest.families_name, "must name first issues, got one that is a re-issue itself")
