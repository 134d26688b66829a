"""The bytes of an archive depend on its documents alone, and answers do not depend on its segments."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric import _archive_write
from rhetoric.archive import Archive

WORDS = ["army", "will", "never", "beg", "for", "talks", "조선", "unless", "3,000"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join)
ROWS = st.tuples(TEXTS, st.integers(1, 6), st.sampled_from(["KCNA", "Rodong", None]))
CORPORA = st.lists(ROWS, min_size=2, max_size=12)


def table(rows):
    records = [(f"d{number}", f"2020-03-0{day}", source, text) for number, (text, day, source) in enumerate(rows)]
    return pd.DataFrame(records, columns=["id", "date", "source", "text"])


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def built(documents, name="a"):
    return content(Archive.build(documents, Path(tempfile.mkdtemp()) / name).path)


def numbered(n):
    """Texts of which each shares runs with its neighbours."""
    words = [f"w{number}" for number in range(n + 8)]
    return table([(" ".join(words[at : at + 8]) + ". Glory to all!", at % 9 + 1, None) for at in range(n)])


@settings(max_examples=12, deadline=None)
@given(CORPORA, st.randoms(use_true_random=False))
def test_order_and_batches_do_not_show(rows, random):
    frame = table(rows)
    shuffled = frame.sample(frac=1, random_state=random.randrange(1 << 30))
    cut = random.randrange(len(rows) + 1)
    assert built(frame) == built(shuffled) == built(iter([shuffled[:cut], shuffled[cut:]]))


@pytest.mark.parametrize("batch_chars", [1, 40, 1000])
def test_the_size_of_batches_does_not_show(monkeypatch, batch_chars):
    expected = built(numbered(60))
    monkeypatch.setattr(_archive_write, "BATCH_CHARS", batch_chars)
    assert built(numbered(60)) == expected


@settings(max_examples=12, deadline=None)
@given(CORPORA, st.integers(1, 11))
def test_merging_equals_building_from_all(rows, cut):
    frame = table(rows)
    folder = Path(tempfile.mkdtemp())
    parts = [part for part in (frame[cut:], frame[:cut]) if len(part)]
    archives = [Archive.build(part, folder / str(number)) for number, part in enumerate(parts)]
    assert content(Archive.merge(archives, folder / "all").path) == built(frame)


def test_merging_several_segments_equals_building(tmp_path):
    frame = numbered(40)
    left = Archive.build(frame[::4], tmp_path / "left").add(frame[1::4])
    right = Archive.build(frame[2::4], tmp_path / "right").add(frame[3::4])
    assert content(Archive.merge([right, left], tmp_path / "all").path) == built(frame)


def test_a_ninth_segment_makes_one_of_all_equal_to_a_build(tmp_path):
    frame = numbered(27)
    archive = Archive.build(frame[::9], tmp_path / "a")
    for part in range(1, 9):
        archive.add(frame[part::9])
        assert archive.info()["segments"] == (part + 1 if part < 8 else 1)
    assert content(archive.path) == built(frame)


def test_a_ninth_addition_may_itself_come_in_batches(tmp_path, monkeypatch):
    frame = numbered(27)
    monkeypatch.setattr(_archive_write, "BATCH_CHARS", 200)
    archive = Archive.build(frame[::9], tmp_path / "a")
    for part in range(1, 9):
        archive.add(frame[part::9])
    assert content(archive.path) == built(frame)


def test_building_again_in_the_same_place_changes_nothing(tmp_path):
    archive = Archive.build(numbered(20), tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in archive.path.glob("segment-*/*")}
    Archive.build(numbered(20), archive.path)
    assert {path: path.stat().st_mtime_ns for path in archive.path.glob("segment-*/*")} == before


def test_building_again_mends_a_damaged_segment(tmp_path):
    archive = Archive.build(numbered(20), tmp_path / "a")
    whole = content(archive.path)
    next(archive.path.glob("segment-*/run_keys")).unlink()
    assert content(Archive.build(numbered(20), archive.path).path) == whole


@settings(max_examples=12, deadline=None)
@given(CORPORA, TEXTS, st.integers(1, 8), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_the_segments(rows, text, day, random):
    frame = table(rows)
    folder = Path(tempfile.mkdtemp())
    one = Archive.build(frame, folder / "one")
    shuffled = frame.sample(frac=1, random_state=random.randrange(1 << 30))
    several = Archive.build(shuffled[:1], folder / "several")
    for at in range(1, min(7, len(rows))):
        several.add(shuffled[at:] if at == 6 else shuffled[at : at + 1])
    traced = [archive.trace(text, before=f"2020-03-0{day}", source="KCNA").to_dict() for archive in (one, several)]
    assert traced[0] == traced[1]
    assert one.documents().equals(several.documents())


def test_answers_do_not_depend_on_the_segments_where_candidates_are_many(tmp_path):
    texts = [f"The army will never beg for talks with {word} again." for word in map(str, range(120))] * 2
    frame = table([(text, at % 9 + 1, "KCNA") for at, text in enumerate(texts)])
    one = Archive.build(frame, tmp_path / "one")
    several = Archive.build(frame[::3], tmp_path / "several").add(frame[1::3]).add(frame[2::3])
    text = "The army will never beg for talks with anybody again. The army will never beg for talks with 7 again."
    assert one.trace(text).to_dict() == several.trace(text).to_dict()
