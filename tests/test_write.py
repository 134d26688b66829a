"""Writing tables, complete or not at all."""

import datetime
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rhetoric._atomic import atomic_path
from rhetoric._files import InputError
from rhetoric._read import read_documents
from rhetoric._write import write_table

WRITABLE = (".jsonl", ".ndjson", ".csv", ".parquet")


def written(folder, suffix, *frames):
    path = folder / f"out{suffix}"
    write_table(iter(frames), str(path))
    return path


def json_lines(folder, *frames):
    return [json.loads(line) for line in written(folder, ".jsonl", *frames).read_text(encoding="utf-8").splitlines()]


def parquet_columns(folder, *frames):
    return pq.read_table(written(folder, ".parquet", *frames)).to_pydict()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", WRITABLE)
def test_frames_follow_each_other_and_are_counted(tmp_path, suffix):
    path = str(tmp_path / f"out{suffix}")
    assert write_table((pd.DataFrame({"text": [text, text]}) for text in "ab"), path) == 4
    assert [text for frame in read_documents([path]) for text in frame["text"]] == ["a", "a", "b", "b"]


@pytest.mark.parametrize("suffix", WRITABLE)
def test_no_frames_make_a_file_without_rows(tmp_path, suffix):
    assert write_table([], str(tmp_path / f"out{suffix}")) == 0
    assert names(tmp_path) == [f"out{suffix}"]


def test_json_lines_are_utf_8_without_escapes(tmp_path):
    path = written(tmp_path, ".jsonl", pd.DataFrame({"text": ["평양 \u202e“x”"]}))
    assert path.read_bytes() == '{"text": "평양 \u202e“x”"}\n'.encode()


def test_json_lines_hold_iso_dates_and_plain_numbers(tmp_path):
    moment = pd.Timestamp("2021-05-02 08:30")
    frame = pd.DataFrame(
        {
            "day": [datetime.date(2021, 5, 2)],
            "midnight": [pd.Timestamp("2021-05-02")],
            "moment": [moment],
            "zoned": [moment.tz_localize("UTC")],
            "n": np.array([3], dtype=np.int32),
            "p": np.array([0.5], dtype=np.float32),
            "is_new": [True],
            "kind": pd.Categorical(["news"]),
        }
    )
    assert json_lines(tmp_path, frame) == [
        {
            "day": "2021-05-02",
            "midnight": "2021-05-02",
            "moment": "2021-05-02T08:30:00",
            "zoned": "2021-05-02T08:30:00+00:00",
            "n": 3,
            "p": 0.5,
            "is_new": True,
            "kind": "news",
        }
    ]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), pd.NaT, pd.NA, np.float32("nan")])
def test_what_is_missing_or_infinite_is_null(tmp_path, value):
    frame = pd.DataFrame({"x": pd.Series([value], dtype=object), "deep": [[value]]})
    assert json_lines(tmp_path, frame) == [{"x": None, "deep": [None]}]


NESTED = {"cues": [{"span": (0, 3), "days": np.array(["2021-05-02"], dtype="datetime64[ns]")}], "set": {"b", "a"}}
NESTED_PLAIN = {"cues": [{"span": [0, 3], "days": ["2021-05-02"]}], "set": ["a", "b"]}


def test_nested_values_are_native_in_json_lines(tmp_path):
    assert json_lines(tmp_path, pd.DataFrame({"x": [NESTED]})) == [{"x": NESTED_PLAIN}]


def test_nested_values_are_json_in_csv(tmp_path):
    frame = pd.read_csv(written(tmp_path, ".csv", pd.DataFrame({"x": [NESTED, None]})))
    assert json.loads(frame["x"][0]) == NESTED_PLAIN
    assert frame["x"].isna()[1]


def test_nested_values_are_json_in_parquet(tmp_path):
    first, second = parquet_columns(tmp_path, pd.DataFrame({"x": [NESTED, None]}))["x"]
    assert (json.loads(first), second) == (NESTED_PLAIN, None)


def test_csv_keeps_a_lone_carriage_return(tmp_path):
    path = written(tmp_path, ".csv", pd.DataFrame({"text": ['a\rb,"c"\n'], "n": [1]}))
    assert next(read_documents([str(path)])).to_dict("records") == [{"text": 'a\rb,"c"\n', "n": 1}]


@pytest.mark.parametrize("suffix", WRITABLE)
@given(texts=st.lists(st.text("a \n\r\t\"',é조\u202e\u2028{", min_size=1), min_size=1, max_size=4))
def test_texts_survive_writing_and_reading(suffix, texts):
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), suffix, *(pd.DataFrame({"text": [text], "n": [1]}) for text in texts))
        assert [text for frame in read_documents([str(path)]) for text in frame["text"]] == texts


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_column_missing_from_a_later_frame_is_empty(tmp_path, suffix):
    path = written(tmp_path, suffix, pd.DataFrame({"a": ["x"], "n": [1]}), pd.DataFrame({"a": ["y"]}))
    frame = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    assert frame["a"].tolist() == ["x", "y"]
    assert frame["n"].isna().tolist() == [False, True]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_surplus_column_of_a_later_frame_is_refused(tmp_path, suffix):
    frames = pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["y"], "b": [1]})
    with pytest.raises(InputError, match=r"columns must be those of the first frame, got also \['b'\]; write \.jsonl"):
        written(tmp_path, suffix, *frames)
    assert names(tmp_path) == []


def test_json_lines_need_not_agree(tmp_path):
    frames = pd.DataFrame({"a": [1]}), pd.DataFrame({"b": ["x"]})
    assert json_lines(tmp_path, *frames) == [{"a": 1}, {"b": "x"}]


@pytest.mark.parametrize(
    ("later", "expected"),
    [("x", "x"), (2, "2"), (datetime.date(2021, 5, 2), "2021-05-02"), ({"y": 1}, '{"y": 1}')],
)
def test_parquet_column_without_a_first_value_takes_any_as_text(tmp_path, later, expected):
    frames = (pd.DataFrame({"a": pd.Series([value], dtype=object)}) for value in (None, later))
    assert parquet_columns(tmp_path, *frames) == {"a": [None, expected]}


def test_parquet_keeps_the_type_of_the_first_frame(tmp_path):
    frames = pd.DataFrame({"n": [1], "p": [0.5]}), pd.DataFrame({"n": [np.nan], "p": [1]})
    assert parquet_columns(tmp_path, *frames) == {"n": [1, None], "p": [0.5, 1.0]}


def test_parquet_value_that_does_not_fit_the_first_frame_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"n must be int64 as in the first frame \(.*1\.5.*\); write \.jsonl"):
        written(tmp_path, ".parquet", pd.DataFrame({"n": [1]}), pd.DataFrame({"n": [1.5]}))
    assert names(tmp_path) == []


def test_parquet_mixture_and_categories_become_strings(tmp_path):
    frame = pd.DataFrame({"a": pd.Series(["x", 1, True], dtype=object), "b": pd.Categorical(["u", "v", "u"])})
    assert parquet_columns(tmp_path, frame) == {"a": ["x", "1", "true"], "b": ["u", "v", "u"]}


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize("value", ["\ud800", ["\ud800"]])
def test_half_a_surrogate_pair_is_refused(tmp_path, suffix, value):
    with pytest.raises(InputError, match=r"text must be valid Unicode, got half a pair, '\\ud800'"):
        written(tmp_path, suffix, pd.DataFrame({"x": pd.Series([value], dtype=object)}))
    assert names(tmp_path) == []


def test_very_deep_value_is_refused(tmp_path):
    value = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(InputError, match=r"deep must hold plain values, got one without a text form \(.*recursion"):
        written(tmp_path, ".jsonl", pd.DataFrame({"deep": pd.Series([value], dtype=object)}))


@pytest.mark.parametrize(("name", "got"), [("out.txt", r"'\.txt'"), ("out", "no suffix"), ("-", "no suffix")])
def test_unknown_suffix_is_refused_before_the_first_frame(tmp_path, name, got):
    frames = iter([pd.DataFrame()])
    with pytest.raises(InputError, match=rf"suffix must be one of \.jsonl, \.ndjson, \.csv, \.parquet, got {got}"):
        write_table(frames, str(tmp_path / name))
    assert len(list(frames)) == 1


def test_missing_folder_is_refused_before_the_first_frame(tmp_path):
    frames = iter([pd.DataFrame()])
    with pytest.raises(InputError, match=r"out\.csv: folder must exist, got .*none; create it first"):
        write_table(frames, str(tmp_path / "none" / "out.csv"))
    assert len(list(frames)) == 1


def test_folder_as_target_is_refused(tmp_path):
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(InputError, match=r"out\.csv: output must be a file, got a folder"):
        write_table([], str(tmp_path / "out.csv"))


def test_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"out\.csv: cannot be written \(Not a directory\)"):
        write_table([], str(tmp_path / "file" / "out.csv"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match=r"out\.csv: cannot be written \(Permission denied\)"):
        write_table([], str(tmp_path / "out.csv"))


@pytest.mark.parametrize("suffix", WRITABLE)
def test_full_disk_is_refused_and_the_old_file_stays(tmp_path, suffix):
    resource = pytest.importorskip("resource")
    path = written(tmp_path, suffix, pd.DataFrame({"text": ["old"]}))
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = pd.DataFrame({"text": [np.random.default_rng(0).bytes(1 << 20).hex()]})
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, hard))
    try:
        with pytest.raises(InputError, match=r"cannot be written \(File too large\); free disk space"):
            write_table([noise], str(path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (names(tmp_path), path.read_bytes()) == ([path.name], before)


@pytest.mark.parametrize("suffix", WRITABLE)
def test_failing_frames_leave_the_old_file_and_nothing_else(tmp_path, suffix):
    path = written(tmp_path, suffix, pd.DataFrame({"text": ["old"]}))
    before = path.read_bytes()

    def frames():
        yield pd.DataFrame({"text": ["new"]})
        raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        write_table(frames(), str(path))
    assert (names(tmp_path), path.read_bytes()) == ([path.name], before)


def test_file_can_be_written_over_itself(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "A."}\n{"text": "B."}\n')
    assert write_table(read_documents([str(path)], chunk_rows=1), str(path)) == 2
    assert path.read_text() == '{"text": "A."}\n{"text": "B."}\n'


def test_atomic_path_is_hidden_and_beside_the_target_until_complete(tmp_path):
    target = tmp_path / "a.npz"
    with atomic_path(target) as temporary:
        temporary.write_text("new")
        assert (temporary.parent, temporary.suffix, temporary.name[0]) == (tmp_path, ".npz", ".")
        assert not target.exists()
    assert (names(tmp_path), target.read_text()) == (["a.npz"], "new")


def test_atomic_path_passes_other_errors_on(tmp_path):
    with pytest.raises(OSError, match="of the caller"), atomic_path(tmp_path / "a.npz"):
        raise OSError("of the caller")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_atomic_path_keeps_the_permissions_of_an_old_file_and_the_umask_for_a_new(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.touch()
    plain = stat.S_IMODE(old.stat().st_mode)
    old.chmod(0o640)
    for path in (old, new):
        with atomic_path(path) as temporary:
            temporary.write_text("x")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (old, new)] == [0o640, plain]


def test_atomic_path_follows_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link, real = tmp_path / "a.txt", tmp_path / "real" / "b.txt"
    link.symlink_to(real)
    with atomic_path(link) as temporary:
        temporary.write_text("x")
    assert (link.is_symlink(), real.read_text(), names(tmp_path / "real")) == (True, "x", ["b.txt"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
def test_atomic_path_does_not_replace_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(InputError, match="output must be a regular file, got a device or pipe"):
        write_table([], str(tmp_path / "a.csv"))


def test_atomic_path_refuses_an_empty_name():
    with pytest.raises(InputError, match="path must name a file, got ''"), atomic_path(""):
        pass


def test_parquet_has_no_index_column(tmp_path):
    path = written(tmp_path, ".parquet", pd.DataFrame({"text": ["A."]}, index=["x"]))
    assert pq.read_schema(path) == pa.schema([("text", pq.read_schema(path).field("text").type)])


def test_a_second_writer_is_refused_and_the_first_one_ends_well(tmp_path):
    target = tmp_path / "a.jsonl"
    with atomic_path(target) as temporary:
        temporary.write_text("first")
        with pytest.raises(InputError, match=r"a\.jsonl: another process is writing to this file"):
            write_table([pd.DataFrame({"text": ["second"]})], target)
    assert (names(tmp_path), target.read_text()) == (["a.jsonl"], "first")


def test_what_a_killed_writer_left_is_taken_over(tmp_path):
    target = tmp_path / "a.jsonl"
    code = (
        "import os, signal, sys\nfrom rhetoric._atomic import atomic_path\n"
        "with atomic_path(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half of it')\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(target)], check=False)
    assert (killed.returncode, target.exists(), len(names(tmp_path))) == (-signal.SIGKILL, False, 1)
    assert write_table([pd.DataFrame({"text": ["A."]})], target) == 1
    assert (names(tmp_path), target.read_text()) == (["a.jsonl"], '{"text": "A."}\n')


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "Float64", "string"])
def test_what_is_missing_in_a_column_of_pandas_own_types_is_null(tmp_path, dtype):
    frame = pd.DataFrame({"value": pd.Series([1, None], dtype="Int64").astype(dtype)})
    write_table([frame], tmp_path / "a.jsonl")
    first, second = (json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines())
    assert first["value"] in (1, True, "1")
    assert second == {"value": None}
