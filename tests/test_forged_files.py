"""Models and archives that were forged, with checksums that fit: answered or refused, within bounds of memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fuzz.any_stored import (
    OPERATIONS,
    TEXT,
    WORDS,
    check_archive,
    check_model,
    documents,
    forged_archive,
    forged_model,
    fuzz,
    or_refused,
    sign,
    whole_archive,
)  # fmt: skip
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rhetoric import _model_file, _packed_text, _precedents, _segment, _tracing
from rhetoric._files import InputError
from rhetoric.archive import Archive, ArchiveError

NAMES = [*_segment.ARRAYS, "families"]
VALUES = st.sampled_from(WORDS) | st.integers(0, 300)
slowly = settings(max_examples=60, deadline=None)


def edits(*columns):
    return st.lists(st.tuples(*columns, st.sampled_from(OPERATIONS), st.integers(0, 400), VALUES), max_size=3)


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(whole_archive(), tmp_path / "a"))


@slowly
@given(edits(st.integers(0, 1), st.sampled_from(NAMES)))
def test_a_forged_archive_answers_or_is_refused(forged):
    with tempfile.TemporaryDirectory() as folder:
        forged_archive(Path(folder) / "a", forged)
        check_archive(Path(folder) / "a")


@pytest.mark.parametrize("name", NAMES)
def test_an_array_cut_at_any_item_answers_or_is_refused(name, tmp_path):
    for at in range(10):
        folder = tmp_path / f"{at}"
        forged_archive(folder, [(0, name, "cut", at, 0)])
        for ask in (Archive.verify, Archive.documents, lambda one: one.trace(TEXT).to_dict()):
            with or_refused():
                ask(Archive.open(folder))


def test_a_manifest_cut_anywhere_is_refused(copy):
    whole = (copy / "manifest.json").read_bytes()
    line_ends = [at for at, byte in enumerate(whole[:-1]) if byte == ord("\n")]
    for length in {*range(200), *line_ends, *range(0, len(whole) - 1, 17), len(whole) - 2}:
        (copy / "manifest.json").write_bytes(whole[:length])
        with pytest.raises(ArchiveError, match=r"manifest.json: damaged, it is no JSON"):
            Archive.open(copy)


ENTRIES = [
    ("n",), ("segments",), ("families",), ("families", "length"), ("families", "dtype"), ("segments", 0),
    ("segments", 0, "name"), ("segments", 0, "files"), ("segments", 1, "files", "day"),
    ("segments", 1, "files", "run_first", "dtype"), ("segments", 0, "files", "day", "length"),
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["<u8", "../x", "/"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "length"]), inner),
    max_leaves=4,
)


@slowly
@given(st.sampled_from(ENTRIES), JSON)
def test_any_manifest_with_a_checksum_that_fits_answers_or_is_refused(entry, value):
    with tempfile.TemporaryDirectory() as folder:
        forged_archive(Path(folder) / "a", [])
        path = Path(folder) / "a" / "manifest.json"
        manifest = json.loads(path.read_text())
        place = manifest
        for key in entry[:-1]:
            place = place[key]
        place[entry[-1]] = value
        sign(path, manifest)
        check_archive(path.parent)


@slowly
@example([("term_frequency", "fill", 0, 0)])
@given(edits(st.sampled_from(_model_file.ARRAYS)))
def test_a_forged_model_answers_or_is_refused(forged):
    with tempfile.TemporaryDirectory() as folder:
        forged_model(Path(folder) / "model.npz", forged)
        check_model(Path(folder) / "model.npz")


def test_a_model_cut_at_any_byte_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    forged_model(path, [])
    whole = path.read_bytes()
    for length in range(0, len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"model.npz: not a rhetoric model, or damaged"):
            _model_file.load(path)


@slowly
@given(st.binary(min_size=1, max_size=12))
def test_what_guided_fuzzing_tries_passes(content):
    fuzz(content)


@pytest.mark.parametrize("name", ["manifest.json", "segment", "day", "families"])
def test_links_out_of_an_archive_are_not_followed(copy, tmp_path, name):
    path = next(path for path in copy.rglob("*") if path.name.startswith(name))
    moved = shutil.move(path, tmp_path / "outside")
    path.symlink_to(moved)
    with pytest.raises(ArchiveError, match=rf"{name}.*: must be a file in the archive, got a link"):
        Archive.open(copy)


def test_a_pipe_in_the_place_of_a_file_does_not_hang(copy):
    for name in ("segment-*/day", "manifest.json"):
        path = next(copy.glob(name))
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(ArchiveError, match=rf"{path.name}: must be a file in the archive, got a link, pipe"):
            Archive.open(copy)


@pytest.mark.parametrize("name", ["families", "unfinished-0", ".0123456789abcdef.json"])
def test_links_with_the_names_of_files_in_the_making_are_not_written_through(copy, tmp_path, name):
    (tmp_path / "mine").write_text("mine")
    (copy / name).symlink_to(tmp_path / "mine")
    Archive.open(copy).add(documents("navy")).verify()
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (copy / name).exists()


def test_a_manifest_that_is_a_link_is_not_replaced_where_it_leads(copy, tmp_path):
    moved = Path(shutil.move(copy / "manifest.json", tmp_path / "mine"))
    (copy / "manifest.json").symlink_to(moved)
    before = moved.read_bytes()
    with pytest.raises(InputError, match=r"must be an archive or empty, got 'manifest.json'"):
        Archive.build(documents("navy"), copy)
    assert moved.read_bytes() == before


def test_first_issues_that_are_issues_again_are_refused(tmp_path):
    forged_archive(tmp_path / "a", [(0, "families", "set", 1, 2), (0, "families", "set", 2, 3)])
    with pytest.raises(ArchiveError, match=r"families-\w+: must name first issues, got one that is a re-issue itself"):
        Archive.open(tmp_path / "a")


def test_lists_that_overlap_are_refused(copy):
    path = next(copy.glob("segment-*/run_first"))
    first = np.fromfile(path, dtype="<u4")
    first[1::2], first[:-1:2] = first[-1], 0
    first.tofile(path)
    with pytest.raises(ArchiveError, match=r"run_first: must rise from 0"):
        Archive.open(copy).trace(TEXT)


def test_a_text_that_unpacks_beyond_bounds_is_refused(copy, monkeypatch):
    monkeypatch.setattr(_packed_text, "MAX_TEXT_BYTES", 50)
    with pytest.raises(ArchiveError, match=r"must hold at most 50, got a promise of 8\d"):
        Archive.open(copy).to_frame()
    with pytest.raises(InputError, match=r"text must have at most 50 bytes, got 8\d; divide the document that begins"):
        Archive.build(documents("navy"), copy.with_name("b"))


CHILD = """
import resource, sys
from rhetoric.archive import Archive, ArchiveError
from rhetoric.classify import load
Archive.example().trace("We will never beg for talks.")
spare = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + (400 << 20)
resource.setrlimit(resource.RLIMIT_AS, (spare, spare))
try:
    print(load(sys.argv[1]) if sys.argv[1].endswith("npz") else Archive.open(sys.argv[1]).trace(sys.argv[2]))
except (ArchiveError, ValueError) as exc:
    print("refused:", exc)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by /proc")
@pytest.mark.parametrize("claimed", ["model.npz", "a"])
def test_sizes_that_a_header_claims_take_no_memory(copy, claimed):
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["segments"][0]["files"]["text_bytes"]["length"] = 1 << 40
    sign(copy / "manifest.json", manifest)
    path = copy.parent / "model.npz"
    forged_model(path, [])
    header = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
    header += b"{'descr': '<i4', 'fortran_order': False, 'shape': (1099511627776,), }".ljust(117) + b"\n"
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, content in {**members, "term_weights.npy": header}.items():
            file.writestr(name, content)
    call = [sys.executable, "-c", CHILD, copy.parent / claimed, TEXT]
    ended = subprocess.run(call, capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("refused:")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by /proc")
def test_a_formula_of_every_document_repeated_through_a_text_is_counted_within_bounds(tmp_path):
    line = "The army will never beg for talks again and again. "
    table = pd.DataFrame({"text": [f"{line} Number {at}." for at in range(2000)], "date": "2020-01-01"})
    table["id"] = table.index.astype(str)
    Archive.build(table, tmp_path / "a")
    call = [sys.executable, "-c", CHILD, tmp_path / "a", line * 500]
    ended = subprocess.run(call, capture_output=True, text=True, check=True)
    assert not ended.stdout.startswith("refused")


def test_answers_do_not_depend_on_the_parts_that_a_trace_works_in(monkeypatch):
    archive = Archive.open(whole_archive())
    whole = archive.trace(TEXT * 5).to_dict()
    monkeypatch.setattr(_precedents, "PART_POSTINGS", 1)
    monkeypatch.setattr(_tracing, "PART_POSTINGS", 1)
    assert archive.trace(TEXT * 5).to_dict() == whole


def test_sentences_too_long_to_be_aligned_are_compared_where_they_differ_little(tmp_path, monkeypatch):
    monkeypatch.setattr(_precedents, "MAX_CELLS", 100)
    words = [f"w{at}" for at in range(200)]
    archive = Archive.build(pd.DataFrame({"text": [" ".join(words)], "date": "2020-01-01"}), tmp_path / "a")
    assert archive.trace(" ".join(words)).sentences[0].verdict == "verbatim"
    assert archive.trace(" ".join([*words[:100], "new", *words[101:]])).sentences[0].verdict == "changed"
    assert archive.trace(" ".join([*words[100:], *words[:100]])).sentences[0].verdict == "new"
