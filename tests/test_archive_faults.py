"""Killed writers, two writers, damage, hostile files, full disks: what an archive does when things go wrong."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rhetoric._archive_files import writing
from rhetoric._files import InputError
from rhetoric._segment import ARRAYS
from rhetoric.archive import Archive, ArchiveError

TEXT = "The army will never beg for talks. Glory to the heroes of the nation!"
WRITER = """
import os, sys
import pandas as pd
from rhetoric import _archive_write
from rhetoric.archive import Archive
_archive_write.BATCH_CHARS = 20_000
table = pd.read_json(sys.argv[2], lines=True, dtype=False, convert_dates=False)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        Archive.build(table, sys.argv[1]) if sys.argv[3] == "build" else Archive.open(sys.argv[1]).add(table)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


def table(n=30, word="army"):
    texts = [f"The {word} will never beg for talks number {at}. {TEXT} It met on {at % 28 + 1} May." for at in range(n)]
    sources, title = ["KCNA", "Rodong Sinmun"], "Statement of Spokesman for Foreign Ministry of DPRK"
    records = [
        (f"{word}{at}", f"20{at % 20 + 10}-03-01", sources[at % 2], title, text) for at, text in enumerate(texts)
    ]
    return pd.DataFrame(records, columns=["id", "date", "source", "title", "text"])


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def traced(archive):
    return archive.trace(TEXT, before="2028-01-01", source="KCNA").to_dict()


@pytest.fixture(scope="module")
def whole():
    with tempfile.TemporaryDirectory() as folder:
        Archive.build(table(), Path(folder) / "a")
        yield Path(folder) / "a"


@pytest.fixture
def copy(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "a")
    return tmp_path / "a"


def array_file(folder, name):
    return next(folder.glob(f"segment-*/{name}"))


def sign(path, content):
    """Write a manifest with the checksum that fits it."""
    content.pop("sha256", None)
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({**content, "sha256": checksum}))


@pytest.fixture
def kill_a_writer(copy):
    """Start a writer in a process of its own and kill it after some seconds."""
    documents = copy.parent / "new.jsonl"
    table(400, "fleet").to_json(documents, orient="records", lines=True)
    running = []

    def kill(what, seconds):
        if not running:
            call = [sys.executable, "-c", WRITER, copy, documents, what]
            running.append(subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0))
        running[0].stdin.write(b"go\n")
        child = int(running[0].stdout.readline())
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        running[0].stdout.readline()

    yield kill
    for process in running:
        process.communicate()


@pytest.mark.parametrize("what", ["build", "add"])
def test_a_killed_writer_leaves_the_earlier_archive_whole(copy, whole, kill_a_writer, what):
    old, draw = content(copy), random.Random(what)
    for _ in range(8):
        kill_a_writer(what, draw.uniform(0, 0.5))
        archive = Archive.open(copy)
        archive.verify()
        if archive.n_documents == 30:
            assert old.items() <= content(copy).items()
        else:
            assert archive.n_documents == (400 if what == "build" else 430)
            shutil.rmtree(copy)
            shutil.copytree(whole, copy)
    Archive.build(table(5), copy)
    assert len(list(copy.iterdir())) == 3


def test_what_a_killed_writer_left_is_removed_by_the_next(copy):
    for name in ("unfinished-0", "segment-0123456789abcdef"):
        (copy / name).mkdir()
        (copy / name / "day").write_bytes(b"1234")
    (copy / "families").write_bytes(b"1234")
    (copy / ".0123456789abcdef.json").touch()
    Archive.open(copy).add(table(2, "fleet"))
    assert sorted(path.name.partition("-")[0] for path in copy.iterdir()) == [
        "families", "manifest.json", "segment", "segment",
    ]  # fmt: skip


def test_a_writer_that_fails_leaves_nothing_behind(copy, tmp_path):
    def documents():
        yield table(2, "fleet")
        raise RuntimeError("the source went away")

    old = content(copy)
    for work in (Archive.open(copy).add, lambda frames: Archive.build(frames, tmp_path / "new")):
        with pytest.raises(RuntimeError, match="the source went away"):
            work(documents())
    assert content(copy) == old
    assert not (tmp_path / "new").exists()


def test_of_two_writers_one_is_refused(copy):
    with writing(copy), pytest.raises(InputError, match=r"a: another process is writing to this archive; wait"):
        Archive.open(copy).add(table(2, "fleet"))
    assert Archive.open(copy).add(table(2, "fleet")).n_documents == 32


def test_a_refused_writer_disturbs_nothing(copy):
    with writing(copy) as folder:
        (folder / "unfinished-0").mkdir()
        with pytest.raises(InputError, match="another process is writing"):
            Archive.build(table(2, "fleet"), copy)
        assert (folder / "unfinished-0").exists()


@pytest.mark.parametrize("name", ["notes.txt", "families.csv", "unfinished-essay", "manifest.json", "segment-1"])
def test_a_folder_with_other_things_is_left_alone(tmp_path, name):
    (tmp_path / name).write_text('{"name": "a web application"}')
    with pytest.raises(InputError, match=rf"must be an archive or empty, got '{name}'; name another folder"):
        Archive.build(table(2), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_foreign_manifest_among_other_things_is_left_alone(tmp_path):
    for name in ("manifest.json", "index.html"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match=r"must be an archive or empty, got 'index.html'"):
        Archive.build(table(2), tmp_path)
    assert (tmp_path / "manifest.json").read_text() == "{}"


def test_notes_beside_an_archive_stay(copy):
    (copy / "README").write_text("ours")
    Archive.build(table(2), copy)
    assert (copy / "README").read_text() == "ours"


def test_an_archive_with_a_damaged_manifest_can_be_built_again(copy):
    (copy / "manifest.json").write_text("{")
    assert Archive.build(table(2), copy).n_documents == 2
    assert len(list(copy.iterdir())) == 3


@pytest.mark.parametrize("name", [*ARRAYS, "families"])
def test_a_flipped_byte_is_found_and_crashes_nothing(copy, name):
    path = next(copy.glob("families-*")) if name == "families" else array_file(copy, name)
    good, draw = path.read_bytes(), random.Random(name)
    for at in [0, len(good) - 1, *(draw.randrange(len(good)) for _ in range(3))]:
        bad = bytearray(good)
        bad[at] ^= draw.choice([1, 0x80, 0xFF])
        path.write_bytes(bad)
        with suppress(ArchiveError):
            for answer in (traced, Archive.documents, Archive.info):
                with suppress(ArchiveError):
                    answer(Archive.open(copy))
        with pytest.raises(ArchiveError, match=name):
            Archive.open(copy).verify()


@pytest.mark.parametrize("name", ["day", "document_source", "document_sentences", "run_first", "run_sentences",
                                  "pair_first", "pair_sentences", "source_ends", "id_ends", "text_ends"])  # fmt: skip
@pytest.mark.parametrize("fill", [b"\xff", b"\x7f", b"\x00"])
def test_a_file_of_nonsense_is_named_and_crashes_nothing(copy, name, fill):
    path = array_file(copy, name)
    path.write_bytes(fill * path.stat().st_size)
    for answer in (traced, Archive.documents, lambda one: one.add(table(2, "fleet"))):
        with suppress(ArchiveError):
            answer(Archive.open(copy))
    with pytest.raises(ArchiveError, match=name):
        Archive.open(copy).verify()


@pytest.mark.parametrize("name", sorted(ARRAYS))
def test_a_shortened_or_missing_file_is_named(copy, name):
    path = array_file(copy, name)
    size = path.stat().st_size
    os.truncate(path, size - 1)
    with pytest.raises(ArchiveError, match=rf"{name}: must have {size:,} bytes, got {size - 1:,}; .*restore it"):
        Archive.open(copy)
    path.unlink()
    with pytest.raises(ArchiveError, match=rf"{name}: a file of the archive is missing \(No such file"):
        Archive.open(copy)


def test_a_folder_in_the_place_of_a_file_is_named(copy):
    path = array_file(copy, "day")
    path.unlink()
    path.mkdir()
    with pytest.raises(ArchiveError, match=r"day: (must have 120 bytes|cannot be read)"):
        Archive.open(copy)


def test_merging_a_damaged_archive_is_refused(copy, tmp_path):
    path = array_file(copy, "text_bytes")
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(ArchiveError, match="text_bytes: its checksum does not match"):
        Archive.merge([copy], tmp_path / "both")


@pytest.mark.parametrize("version", [1, 3])
def test_another_format_names_both_and_the_way_out(copy, version):
    manifest = json.loads((copy / "manifest.json").read_text())
    sign(copy / "manifest.json", {**manifest, "format": version})
    said = rf"manifest.json: archive format {version}, this version reads 2; build the archive again"
    with pytest.raises(ArchiveError, match=said):
        Archive.open(copy)


def test_a_changed_manifest_is_found(copy):
    text = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(text.replace('"n": 4', '"n": 5'))
    with pytest.raises(ArchiveError, match=r"manifest.json: damaged, its checksum does not match"):
        Archive.open(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "nul", "[" * 100_000, "9" * 5000, '{"format": ' + "9" * 5000, "\xff"])
def test_a_manifest_that_is_none_is_refused(copy, text):
    (copy / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(ArchiveError, match=r"manifest.json: damaged, it is no JSON"):
        Archive.open(copy)


def _set(path, value):
    def change(manifest):
        *parents, last = path
        place = manifest
        for key in parents:
            place = place[key]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set(["segments", 0, "name"], "../x"), r"a segment has the name '\.\./x'"),
        (_set(["segments", 0, "name"], "/etc"), "a segment has the name '/etc'"),
        (_set(["segments", 0, "name"], ["x"]), "mistypes"),
        (_set(["segments", 0, "name"], None), "a segment has the name None"),
        (_set(["segments"], []), "it names no segment"),
        (_set(["segments"], 7), "mistypes"),
        (_set(["segments", 0, "files", "../x"], {"dtype": "|u1", "length": 0, "sha256": "0" * 64}), r"'\.\./x'"),
        (_set(["segments", 0, "files", "day"], None), "mistypes"),
        (_set(["segments", 0, "files"], {}), "must have the arrays of this format"),
        (_set(["segments", 0, "files", "day", "dtype"], "|O8"), r"day must be of type <i4, got '\|O8'"),
        (_set(["segments", 0, "files", "day", "dtype"], [1]), r"day must be of type <i4, got \[1\]"),
        (_set(["segments", 0, "files", "day", "length"], -1), "day must have a length, got -1"),
        (_set(["segments", 0, "files", "day", "length"], 1 << 60), "day must have a length, got 1152921504606846976"),
        (_set(["segments", 0, "files", "day", "length"], True), "day must have a length, got True"),
        (_set(["segments", 0, "files", "day", "length"], 2.5), "day must have a length, got 2.5"),
        (_set(["segments", 0, "files", "day", "length"], 1 << 40), "day: must have 4,398,046,511,104 bytes, got 120"),
        (_set(["segments", 0, "files", "day", "sha256"], "../../x"), r"day must have a checksum, got '\.\./\.\./x'"),
        (_set(["families", "sha256"], "../x"), r"families must have a checksum, got '\.\./x'"),
        (_set(["families"], None), "mistypes"),
        (_set(["n"], 2), "n must be from 3 to 16, got 2"),
        (_set(["n"], 1e999), "n must be from 3 to 16, got inf"),
        (_set(["format"], True), "archive format True"),
    ],
)
def test_a_hostile_manifest_is_refused(copy, change, said):
    manifest = json.loads((copy / "manifest.json").read_text())
    change(manifest)
    sign(copy / "manifest.json", manifest)
    with pytest.raises(ArchiveError, match=said):
        Archive.open(copy)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("day", [1 << 30] * 30, "day: must hold dates, at least one, that rise"),
        ("day", [5, *[4] * 29], "day: must hold dates, at least one, that rise"),
        ("document_vehicle", [9] * 30, "document_vehicle: must hold numbers below 1"),
        ("document_source", [2] * 30, "document_source: must hold numbers below 2"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_even_with_good_checksums(copy, name, values, said):
    path, manifest = array_file(copy, name), json.loads((copy / "manifest.json").read_text())
    file = manifest["segments"][0]["files"][name]
    path.write_bytes(np.array(values, dtype=file["dtype"]).tobytes())
    file["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    sign(copy / "manifest.json", manifest)
    with pytest.raises(ArchiveError, match=said):
        Archive.open(copy)


@pytest.mark.parametrize("limit", [0, 3000, 60_000])
def test_a_full_disk_is_said_and_the_old_archive_stays(copy, limit):
    old = content(copy)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(InputError, match=r"a: cannot be written \(File too large\); free disk space, what was"):
            Archive.open(copy).add(table(2000, "fleet"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert content(copy) == old


@pytest.fixture
def read_only(copy):
    """Take away the right to write, from a superuser too."""
    if os.geteuid() == 0:
        with tempfile.TemporaryDirectory() as folder:
            moved = Path(shutil.move(copy, folder))
            Path(folder).chmod(0o755)
            os.seteuid(65534)
            yield moved
            os.seteuid(0)
    else:
        copy.chmod(0o555)
        yield copy
        copy.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_said_and_still_read(read_only):
    archive = Archive.open(read_only)
    assert traced(archive)["reused_share"] == 1
    with pytest.raises(InputError, match=r"unfinished-0: cannot be written \(Permission denied\); check its permiss"):
        archive.add(table(2, "fleet"))
    with pytest.raises(InputError, match=r"a/new: cannot hold an archive \(Permission denied\); name a folder"):
        Archive.build(table(2), read_only / "new")
    archive.verify()


def test_a_file_is_no_place_for_an_archive(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"file: cannot hold an archive \(File exists\)"):
        Archive.build(table(2), tmp_path / "file")
    with pytest.raises(ArchiveError, match=r"manifest.json: cannot be read \(Not a directory\)"):
        Archive.open(tmp_path / "file")
