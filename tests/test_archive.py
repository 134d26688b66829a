"""Archives are built, opened, grown, merged and described."""

from __future__ import annotations

import datetime
import pickle
from pathlib import Path

import pandas as pd
import pytest

from rhetoric._files import InputError
from rhetoric.archive import Archive, ArchiveError
from rhetoric.datasets import load_statements

ROWS = [
    ("c", "2021-06-11", "KCNA", "On talks", "The army will never beg for talks. Glory!"),
    ("a", "2020-03-01", "KCNA", None, "We will never beg for talks with anybody."),
    ("b", "2020-03-01", None, "A note", "The harvest was good this year."),
]


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=["id", "date", "source", "title", "text"])


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture
def archive(tmp_path):
    return Archive.build(table(), tmp_path / "a.archive")


def test_an_archive_says_what_it_holds(archive):
    assert (archive.n, archive.n_documents, archive.n_sentences, archive.n_words) == (4, 3, 4, 22)
    assert (archive.first_date, archive.last_date) == (datetime.date(2020, 3, 1), datetime.date(2021, 6, 11))
    assert repr(archive) == f"Archive({str(archive.path)!r}, 3 documents, 2020-03-01 to 2021-06-11)"


def test_info_counts_documents_by_source(archive):
    info = archive.info()
    assert info["sources"] == {"": 1, "KCNA": 2}
    assert (info["documents"], info["re-issues"], info["segments"], info["words"]) == (3, 0, 1, 22)
    assert info["bytes"] == sum(file.stat().st_size for file in archive.path.glob("segment-*/*"))


def test_documents_are_in_the_order_of_dates_and_then_of_ids(archive):
    found = archive.documents()
    assert found["id"].tolist() == ["a", "b", "c"]
    assert found["date"].tolist() == [datetime.date(2020, 3, 1)] * 2 + [datetime.date(2021, 6, 11)]
    assert found["n_words"].tolist() == [8, 6, 8]
    assert found["source"].tolist() == ["KCNA", None, "KCNA"]
    assert found["title"].tolist() == [None, "A note", "On talks"]
    assert found["reissue_of"].tolist() == [None, None, None]


def test_vehicle_comes_from_title_and_first_sentence(tmp_path):
    rows = [("a", "2020-03-01", "KCNA", "Statement of Foreign Ministry of DPRK", "The talks failed.")]
    assert Archive.build(table(rows), tmp_path / "a").documents()["vehicle"].tolist() != [None]
    assert Archive.build(table(ROWS[2:]), tmp_path / "b").documents()["vehicle"].tolist() == [None]


def test_reissues_are_counted_and_named(tmp_path):
    rows = [(name, f"2020-03-0{day}", None, None, "Glory to the heroes!") for name, day in (("x", 1), ("y", 3))]
    archive = Archive.build(table(rows), tmp_path / "a")
    assert archive.n_reissues == 1
    assert archive.documents()["reissue_of"].tolist() == [None, "x"]


def test_opening_again_gives_the_same_answers(archive):
    again = Archive.open(str(archive.path))
    assert again.documents().equals(archive.documents())
    traced = [one.trace("We will never beg for talks.").to_dict() for one in (archive, again)]
    assert traced[0] == traced[1]


def test_pickling_keeps_the_place_whatever_the_current_folder(archive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stored = pickle.dumps(Archive.open("a.archive"))
    monkeypatch.chdir("/")
    assert len(stored) < 1000
    assert pickle.loads(stored).n_documents == 3


def test_a_table_without_ids_gets_the_same_ones_each_time(tmp_path):
    bare = table()[["text", "date"]]
    ids = [Archive.build(bare, tmp_path / name).documents()["id"].tolist() for name in "ab"]
    assert ids[0] == ids[1]
    assert [name[:10] for name in ids[0]] == ["2020-03-01", "2020-03-01", "2021-06-11"]


def test_adding_makes_documents_known_at_once(archive):
    assert archive.add(table([("d", "2019-01-01", "KCNA", None, "Old words come first here.")])) is archive
    assert archive.n_documents == 4
    assert archive.first_date == datetime.date(2019, 1, 1)
    assert archive.documents()["id"].tolist() == ["d", "a", "b", "c"]


def test_adding_sees_what_another_process_added_meanwhile(archive):
    other = Archive.open(archive.path)
    archive.add(table([("d", "2019-01-01", None, None, "One.")]))
    with pytest.raises(InputError, match=r"1 repeated ids \('d' in row 0\)"):
        other.add(table([("d", "2019-01-02", None, None, "Two.")]))
    assert other.n_documents == 4


def test_an_open_archive_goes_on_answering_while_it_is_replaced(archive):
    Archive.build(table(ROWS[:1]), archive.path)
    assert archive.trace("We will never beg for talks.").sentences[0].precedent.document.id == "a"
    assert Archive.open(archive.path).n_documents == 1


def test_merging_refuses_an_id_in_two_of_them(archive, tmp_path):
    with pytest.raises(InputError, match=r"ids must not be in two archives, got 3 such as 'a'"):
        Archive.merge([archive, archive.path], tmp_path / "both")
    assert not (tmp_path / "both").exists()


def test_merging_refuses_other_lengths_of_runs(archive, tmp_path):
    other = Archive.build(table([("z", "2020-01-01", None, None, "A.")]), tmp_path / "z", n=5)
    with pytest.raises(ValueError, match=r"must be at least one and have the same n, got \[4, 5\]"):
        Archive.merge([archive, other], tmp_path / "both")
    with pytest.raises(ValueError, match=r"at least one and have the same n, got \[\]"):
        Archive.merge([], tmp_path / "both")


def test_merging_takes_a_list(archive, tmp_path):
    with pytest.raises(TypeError, match=r"archives must be a list, got '/nowhere'"):
        Archive.merge("/nowhere", tmp_path / "both")


def test_merging_into_one_of_them_is_possible(archive, tmp_path):
    other = Archive.build(table([("z", "2020-01-01", None, None, "A.")]), tmp_path / "z")
    merged = Archive.merge([archive, other], archive.path)
    assert merged.documents()["id"].tolist() == ["z", "a", "b", "c"]
    merged.verify()


@pytest.mark.parametrize("n", [2, 17, 4.0, True, "4"])
def test_n_is_a_whole_number_from_3_to_16(tmp_path, n):
    with pytest.raises(ValueError, match=rf"n must be a whole number from 3 to 16, got {n!r}"):
        Archive.build(table(), tmp_path / "a", n=n)


def test_n_decides_what_counts_as_reused(tmp_path):
    text = "We will never beg for talks."
    shares = [
        Archive.build(table(), tmp_path / str(n), n=n).trace("So we will never beg for help.").reused_share
        for n in (3, 5, 6)
    ]
    assert shares == [pytest.approx(5 / 7), pytest.approx(5 / 7), 0]
    assert Archive.open(tmp_path / "6").trace(text).reused_share == 1


def test_there_is_no_archive_where_none_is(tmp_path):
    with pytest.raises(ArchiveError, match=r"nothing: no archive here \(no manifest.json\); build one"):
        Archive.open(tmp_path / "nothing")


def test_the_example_archive_is_that_of_the_seed(tmp_path):
    rebuilt = Archive.build(load_statements(), tmp_path / "example.archive")
    assert content(rebuilt.path) == content(Archive.example().path)


def test_the_example_archive_is_whole():
    Archive.example().verify()
    assert Archive.example().documents()["date"].is_monotonic_increasing
