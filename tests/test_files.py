"""Reading files, folders and standard input."""

import io
import json
import os
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rhetoric._files import InputError
from rhetoric._read import read_documents, read_table

SUFFIXES = (".txt", ".jsonl", ".ndjson", ".csv", ".parquet")
GOOD = {
    ".txt": b"The talks ended.",
    ".jsonl": b'{"text": "The talks ended.", "id": "a", "n": 1}\n{"text": "He left.", "id": null}\n',
    ".csv": b'text,date,n\n"The talks, they ended.",2021-05-02,1\nHe left.,,\n',
}


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def write_parquet(folder, columns, **options):
    path = str(folder / "a.parquet")
    pq.write_table(pa.table(columns), path, **options)
    return path


def rows(*paths, **options):
    frames = list(read_documents(list(paths), **options))
    return [row for frame in frames for row in frame.to_dict("records")]


def texts(*paths, **options):
    return [row["text"] for row in rows(*paths, **options)]


def read_stdin(monkeypatch, content, **options):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    return rows("-", **options)


def test_text_file_is_one_statement_named_after_its_file(tmp_path):
    path = write(tmp_path, "a.txt", "One.\nTwo.\n")
    assert rows(path) == [{"id": "a.txt", "title": None, "text": "One.\nTwo.\n"}]


def test_json_lines_keep_every_value_as_it_is(tmp_path):
    records = [
        {"text": "A b.", "n": 2**60 + 1, "tags": ["x"], "deep": {"y": [1]}, "is": True},
        {"text": " ", "n": None, "tags": [], "deep": {}, "is": False},
    ]
    path = write(tmp_path, "a.jsonl", "\n\n".join(json.dumps(record) for record in records))
    assert rows(path) == records


def test_json_numbers_in_columns_with_a_meaning_become_str(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "A.", "id": 7, "date": 20210502, "title": NaN}')
    assert rows(path) == [{"text": "A.", "id": "7", "date": "20210502", "title": None}]


def test_csv_reads_meaning_as_str_and_infers_the_rest(tmp_path):
    path = write(tmp_path, "a.csv", "id,text,source,n\n007,NA,null,3\n008,None,,4\n")
    frame = next(read_documents([path]))
    assert frame[["id", "text", "n"]].values.tolist() == [["007", "NA", 3], ["008", "None", 4]]
    assert frame["source"].isna().tolist() == [False, True]


def test_csv_keeps_quoted_line_ends_and_commas(tmp_path):
    path = write(tmp_path, "a.csv", 'text,n\r\n"One,\r\ntwo\rthree ""four""",1\r\n')
    assert texts(path) == ['One,\r\ntwo\rthree "four"']


def test_parquet_keeps_types_and_casts_the_id(tmp_path):
    day = pd.Timestamp("2021-05-02").date()
    columns = {"text": ["A.", "B."], "id": [7, None], "date": [day, None], "n": [2**60 + 1, None], "tags": [["x"], []]}
    first, second = rows(write_parquet(tmp_path, columns))
    assert (first["id"], first["date"], first["n"], list(first["tags"])) == ("7", day, 2**60 + 1, ["x"])
    assert pd.isna([second["id"], second["date"], second["n"]]).all()


def test_parquet_dictionary_column_is_read_as_str(tmp_path):
    path = write_parquet(tmp_path, {"text": pa.array(["A.", "A."]).dictionary_encode()})
    assert texts(path) == ["A.", "A."]


def test_parquet_time_beyond_the_year_9999_is_refused(tmp_path):
    moment = pa.array([0, 300_000_000_000], pa.timestamp("s"))
    with pytest.raises(InputError, match="date must lie in the years 1 to 9999, got the year 11476 in row 2"):
        rows(write_parquet(tmp_path, {"text": ["A.", "B."], "date": moment}))


def test_parquet_drops_the_unnamed_index_of_a_frame(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"text": ["A."]}, index=["x"]).to_parquet(path)
    assert rows(str(path)) == [{"text": "A."}]


def test_folder_is_read_in_sorted_order_without_hidden_and_foreign_files(tmp_path):
    for name in ("b/c.txt", "b.txt", "a.TXT", "c.jsonl", ".hidden.txt", ".git/x.txt", "notes.md"):
        write(tmp_path, name, '{"text": "c.jsonl"}' if name == "c.jsonl" else name)
    assert texts(str(tmp_path)) == ["a.TXT", "b/c.txt", "b.txt", "c.jsonl"]


def test_text_in_a_folder_is_named_by_its_path_below_it(tmp_path):
    write(tmp_path, "2021/a.txt", "One.")
    write(tmp_path, "2022/a.txt", "Two.")
    assert [row["id"] for row in rows(str(tmp_path))] == ["2021/a.txt", "2022/a.txt"]


def test_paths_are_read_in_the_order_given(tmp_path):
    second, first = write(tmp_path, "a.txt", "Second."), write(tmp_path, "b.csv", "text\nFirst.\n")
    assert texts(first, second) == ["First.", "Second."]


@pytest.mark.parametrize("chunk_rows", [1, 2, 5, 100])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_frames_hold_at_most_chunk_rows_and_begin_at_0(tmp_path, suffix, chunk_rows):
    expected = [f"Statement {number}." for number in range(7)]
    make_seven(tmp_path, suffix, expected)
    frames = list(read_documents([str(tmp_path)], chunk_rows=chunk_rows))
    assert all(len(frame) <= chunk_rows and frame.index[0] == 0 for frame in frames)
    assert [text for frame in frames for text in frame["text"]] == expected
    assert len(frames) == -(-7 // chunk_rows)


def make_seven(folder, suffix, expected):
    if suffix == ".txt":
        for number, text in enumerate(expected):
            write(folder, f"{number}.txt", text)
    elif suffix == ".csv":
        write(folder, "a.csv", "\n".join(["text", *expected]))
    elif suffix == ".parquet":
        write_parquet(folder, {"text": expected}, row_group_size=3)
    else:
        write(folder, f"a{suffix}", "\n".join(json.dumps({"text": text}) for text in expected))


def test_reading_is_lazy_beyond_the_check_of_the_paths(tmp_path):
    good, bad = write(tmp_path, "a.txt", "One."), write(tmp_path, "b.csv", "no,header\n")
    frames = read_documents([good, bad])
    assert next(frames)["text"].tolist() == ["One."]
    with pytest.raises(InputError, match=r"b\.csv: columns must include 'text', got \['no', 'header'\]"):
        next(frames)


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
def test_byte_order_mark_of_utf_8_is_accepted(tmp_path, suffix):
    plain = rows(write(tmp_path, f"a{suffix}", GOOD[suffix]))
    marked = rows(write(tmp_path, f"b/a{suffix}", b"\xef\xbb\xbf" + GOOD[suffix]))
    assert pd.DataFrame(marked).equals(pd.DataFrame(plain))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("text", ["\u202eabc\u202c", "조선중앙통신", "x" * 3_000_000, "a\u2028b\x85c", "  é\t"])
def test_text_passes_untouched(tmp_path, suffix, text):
    content = {".txt": text, ".csv": f'text\n"{text}"\n'}.get(suffix, json.dumps({"text": text}, ensure_ascii=False))
    path = write_parquet(tmp_path, {"text": [text]}) if suffix == ".parquet" else write(tmp_path, f"a{suffix}", content)
    assert texts(path) == [text]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_white_space_row_is_kept(tmp_path, name):
    content = {"a.jsonl": '{"text": "A."}\n{"text": " \\t"}', "a.csv": "text,n\nA.,1\n \t,2\n"}[name]
    assert texts(write(tmp_path, name, content)) == ["A.", " \t"]


def test_surrogate_pair_in_json_is_one_character(tmp_path):
    assert texts(write(tmp_path, "a.jsonl", r'{"text": "\ud83d\ude00"}')) == ["😀"]


def test_standard_input_is_one_plain_statement(monkeypatch):
    assert read_stdin(monkeypatch, b"\n One.\nTwo {x}.\n") == [
        {"id": "-", "title": None, "text": "\n One.\nTwo {x}.\n"}
    ]


def test_standard_input_that_begins_with_a_brace_is_json_lines(monkeypatch):
    content = b'\xef\xbb\xbf\n  \n {"text": "One."}\n{"text": "Two."}\n'
    assert read_stdin(monkeypatch, content, chunk_rows=1) == [{"text": "One."}, {"text": "Two."}]


@pytest.mark.parametrize(("content", "got"), [(b"", "an empty file"), (b" \n\t\n", "white space only")])
def test_empty_standard_input_is_refused(monkeypatch, content, got):
    with pytest.raises(InputError, match=f"standard input: input must hold a statement, got {got}"):
        read_stdin(monkeypatch, content)


def test_standard_input_names_the_line_of_bad_json(monkeypatch):
    with pytest.raises(InputError, match=r"standard input:2: line must be one JSON object, got '\{bad'"):
        read_stdin(monkeypatch, b'{"text": "One."}\n{bad\n')


def test_closed_standard_input_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input: must be a stream of bytes, got none"):
        rows("-")


def test_standard_input_can_come_only_once():
    with pytest.raises(InputError, match=r"must name standard input once, got \['-', '-'\]"):
        read_documents(["-", "-"])


def test_one_str_as_paths_is_refused():
    with pytest.raises(TypeError, match=r"paths must be a sequence of paths, got 'a\.csv'"):
        read_documents("a.csv")


def test_no_paths_are_refused():
    with pytest.raises(InputError, match="at least one file or folder, got none"):
        read_documents([])


def test_chunk_rows_below_1_is_refused():
    with pytest.raises(ValueError, match="chunk_rows must be at least 1, got 0"):
        read_documents(["-"], chunk_rows=0)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"missing\.csv: no such file or folder"):
        read_documents([str(tmp_path / "missing.csv")])


def test_empty_path_is_not_the_current_folder():
    with pytest.raises(InputError, match="path must name a file or folder, got ''"):
        read_documents([""])


@pytest.mark.parametrize("name", ["a.docx", "a.json", "a", "a.csv.gz"])
def test_unknown_suffix_is_named_with_the_known_ones(tmp_path, name):
    path = write(tmp_path, name, "x")
    got = f"'{Path(name).suffix}'" if Path(name).suffix else "no suffix"
    with pytest.raises(InputError, match=rf"suffix must be one of \.txt, .*\.parquet, got {got}; convert"):
        read_documents([path])


def test_folder_without_statements_is_refused(tmp_path):
    write(tmp_path, "notes.md", "x")
    with pytest.raises(InputError, match=r"folder must hold statements, got none of \.txt, \.jsonl"):
        read_documents([str(tmp_path)])


def test_path_that_the_system_refuses_is_named_with_the_reason(tmp_path):
    path = tmp_path / "loop.csv"
    path.symlink_to(path)
    with pytest.raises(InputError, match=r"loop\.csv: cannot be read \(.*symbolic links.*\); check the path"):
        read_documents([str(path)])


def test_path_with_nul_is_refused():
    with pytest.raises(InputError, match=r"'a\\x00\.csv': cannot be read \(embedded null byte\)"):
        read_documents(["a\0.csv"])


def test_broken_link_in_a_folder_is_named(tmp_path):
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"gone\.txt: cannot be read \(No such file"):
        rows(str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_named(tmp_path):
    path = Path(write(tmp_path, "secret.csv", "text\nA.\n"))
    path.chmod(0)
    with pytest.raises(InputError, match=r"secret\.csv: cannot be read \(Permission denied\)"):
        rows(str(path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_folder_without_permission_is_named(tmp_path):
    write(tmp_path, "b/secret.txt", "A.")
    (tmp_path / "b").chmod(0)
    try:
        with pytest.raises(InputError, match=r"/b: cannot be read \(Permission denied\)"):
            read_documents([str(tmp_path)])
    finally:
        (tmp_path / "b").chmod(0o700)


def test_file_name_that_is_not_utf_8_is_shown_as_far_as_it_is(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    try:
        Path(path).write_text("A.")
    except OSError:
        pytest.skip("the file system takes only Unicode names")
    assert [row["id"] for row in rows(str(tmp_path))] == ["\ufffd.txt"]


REFUSED = [
    ("a.txt", b"", r"a\.txt: input must hold a statement, got an empty file"),
    ("a.txt", b"\xef\xbb\xbf", r"a\.txt: input must hold a statement, got an empty file"),
    ("a.txt", b" \n", r"a\.txt: input must hold a statement, got white space only"),
    ("a.txt", b"ab\ncd\0e", r"a\.txt: text must not hold NUL bytes, got one in line 2; is this a binary"),
    ("a.txt", b"ab\nc\xe9", r"a\.txt: encoding must be UTF-8, got byte 0xe9 at offset 4, line 2; .*iconv"),
    ("a.txt", b"\xef\xbb\xbfab\xc3", r"encoding must be UTF-8, got byte 0xc3 at offset 5, line 1"),
    ("a.txt", b"\xff\xfea\0", r"got the byte order mark of UTF-16; convert it with: iconv -f UTF-16 -t UTF-8"),
    ("a.txt", b"\xfe\xff\0a", r"got the byte order mark of UTF-16"),
    ("a.csv", b"\xff\xfe\0\0a\0\0\0", r"got the byte order mark of UTF-32"),
    ("a.jsonl", b"", r"a\.jsonl: input must hold a statement, got an empty file"),
    ("a.jsonl", b"\n \n", r"a\.jsonl: input must hold a statement"),
    ("a.jsonl", b'{"text": "A."}\n{"text": "B\xe9"}', r"got byte 0xe9 at offset 26, line 2"),
    (
        "a.jsonl",
        b'{"text": "A."}\n{"text": ',
        r"a\.jsonl:2: line must be one JSON object, got '\{\"text\":' \(Expecting",
    ),
    ("a.jsonl", b"[" * 100_000, r"a\.jsonl:1: line must be one JSON object, got '\[\[.*recursion"),
    ("a.jsonl", b"1" * 5000, r"a\.jsonl:1: line must be one JSON object, got '111.*digits"),
    ("a.jsonl", b'["text"]', r"a\.jsonl:1: line must be a JSON object, got \['text'\]"),
    ("a.jsonl", b'{"body": "A."}', r"a\.jsonl:1: columns must include 'text', got \['body'\]"),
    ("a.jsonl", b'{"text": null}', r"a\.jsonl:1: text must have a value, got null"),
    ("a.jsonl", b'{"text": NaN}', r"a\.jsonl:1: text must have a value, got null"),
    ("a.jsonl", b'{"text": 5}', r"a\.jsonl:1: text must be a string, got 5"),
    ("a.jsonl", b'{"text": ["A."]}', r"a\.jsonl:1: text must be a string, got \['A\.'\]"),
    ("a.jsonl", b'{"text": "A.", "title": {"x": 1}}', r"a\.jsonl:1: title must be a string, got \{'x': 1\}"),
    ("a.jsonl", b'{"text": "A.", "id": true}', r"a\.jsonl:1: id must be a string, got True"),
    ("a.jsonl", rb'{"text": "\ud800."}', r"a\.jsonl:1: text must be valid Unicode, got half a pair, \\ud800"),
    ("a.jsonl", rb'{"text": "A.", "x": {"\uDFFF": 1}}', r"a\.jsonl:1: text must be valid Unicode, .* \\udfff"),
    ("a.csv", b"", r"a\.csv: input must hold a statement, got no rows"),
    ("a.csv", b"\n\n", r"a\.csv: input must hold a statement, got no rows"),
    ("a.csv", b"text,n\n", r"a\.csv: input must hold a statement, got no rows"),
    ("a.csv", b"body;n\nA.;1\n", r"a\.csv: columns must include 'text', got \['body;n'\]"),
    ("a.csv", b"text\nA.\nB\xe9.\n", r"a\.csv: encoding must be UTF-8, got byte 0xe9 at offset 9, line 3"),
    ("a.csv", b"text\nA.\nB\0.\n", r"a\.csv: text must not hold NUL bytes, got one in line 3"),
    ("a.csv", b"text,n\nA.,1\n,2\n", r"a\.csv: text must have a value, got none in row 2"),
    ("a.csv", b"n,text\n1,A.\n2\n", r"a\.csv: text must have a value, got none in row 2"),
    ("a.csv", b"text,n\n1,A.\n2.5,B.\n", r"a\.csv: text must be a column of words, got numbers such as '1'"),
    ("a.csv", b"text\nHello, world\nWell, well\n", r"a\.csv: rows must have 1 cells as the header, got more"),
    ("a.csv", b"text,n\nA.,1\nB, c,2\n", r"a\.csv: CSV must be well formed, got: Expected 2 fields in line 3, saw 3"),
    ("a.csv", b'text,n\nA.,1\n"B,2\n', r"a\.csv: CSV must be well formed, got: EOF inside string"),
    ("a.parquet", b"", r"a\.parquet: file must be sound Parquet, got: "),
    ("a.parquet", b"PAR1 not at all PAR1", r"a\.parquet: file must be sound Parquet, got: "),
    ("a.parquet", b"text\nA.\n", r"a\.parquet: file must be sound Parquet, got: "),
]


@pytest.mark.parametrize(("name", "content", "message"), REFUSED)
def test_bad_content_is_refused_with_its_place(tmp_path, name, content, message):
    path = write(tmp_path, name, content)
    with pytest.raises(InputError, match=message) as caught:
        rows(path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["A."]}, r"columns must include 'text', got \['body'\]"),
        ({"text": pa.array([], pa.string())}, "input must hold a statement, got no rows"),
        ({"text": ["A.", None]}, "text must have a value, got none in row 2"),
        ({"text": [None]}, "text must have a value, got none in row 1"),
        ({"text": [1, 2]}, "text must be a column of strings, got int64"),
        ({"text": [["A."]]}, "text must be a column of strings, got list"),
        ({"text": ["A."], "title": [{"x": 1}]}, "title must be a column of strings, got struct"),
        ({"text": ["A."], "id": [True]}, "id must be a column of strings, got bool"),
    ],
)
def test_bad_parquet_columns_are_refused(tmp_path, columns, message):
    with pytest.raises(InputError, match=rf"a\.parquet: {message}"):
        rows(write_parquet(tmp_path, columns))


def test_parquet_with_a_column_twice_is_refused(tmp_path):
    pq.write_table(pa.table([["A."], ["B."]], names=["text", "text"]), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="columns must have different names, got 'text' twice"):
        rows(str(tmp_path / "a.parquet"))


def test_parquet_text_that_is_not_utf_8_is_refused(tmp_path):
    buffers = pa.array([b"\xff\xfe"]).buffers()
    text = pa.StringArray.from_buffers(1, buffers[1], buffers[2])
    with pytest.raises(InputError, match=r"sound Parquet, got: .*[Ii]nvalid UTF8"):
        rows(write_parquet(tmp_path, {"text": text}))


def test_truncated_parquet_is_refused(tmp_path):
    path = Path(write_parquet(tmp_path, {"text": ["A."] * 1000}))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"a\.parquet: file must be sound Parquet, got: .*; write it again"):
        rows(str(path))


def test_row_number_counts_over_chunks(tmp_path):
    path = write(tmp_path, "a.csv", "text,n\n" + "A.,1\n" * 6 + ",1\n")
    with pytest.raises(InputError, match="got none in row 7;"):
        rows(path, chunk_rows=2)


def test_offset_of_a_bad_byte_counts_over_blocks(tmp_path):
    head = b"text\n" + b"A long enough line.\n" * 100_000
    with pytest.raises(InputError, match=f"got byte 0xff at offset {len(head)}, line 100002;"):
        rows(write(tmp_path, "a.csv", head + b"\xff\n"))


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_table_is_one_frame_with_its_labels(tmp_path, suffix):
    records = [{"text": f"Text {number}.", "label": "news"} for number in range(3000)]
    frame = pd.DataFrame(records)
    content = frame.to_csv(index=False) if suffix == ".csv" else "\n".join(map(json.dumps, records))
    table = read_table(write(tmp_path, f"a{suffix}", content))
    assert table.to_dict("records") == records
    assert table.index.equals(pd.RangeIndex(3000))


def test_table_reads_required_columns_of_csv_as_str(tmp_path):
    path = write(tmp_path, "a.csv", "text,class,n\nA.,01,01\n")
    assert read_table(path, columns=("text", "class")).to_dict("records") == [{"text": "A.", "class": "01", "n": 1}]


def test_table_needs_only_the_columns_named(tmp_path):
    path = write(tmp_path, "a.csv", "term,text\nx,1\ny,\n")
    assert read_table(path, columns=("term",))["term"].tolist() == ["x", "y"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "text,label\nA.,x\nB.,\n", r"a\.csv: label must have a value, got none in row 2"),
        ("a.csv", "text\nA.\n", r"a\.csv: columns must include 'label', got \['text'\]"),
        ("a.jsonl", '{"text": "A.", "label": null}', r"a\.jsonl:1: label must have a value, got null"),
        ("a.txt", "A.", r"a\.txt: columns must include 'label', got \['id', 'title', 'text'\]"),
    ],
)
def test_table_without_a_label_is_refused(tmp_path, name, content, message):
    with pytest.raises(InputError, match=message):
        read_table(write(tmp_path, name, content))


def test_table_must_be_a_file(tmp_path):
    with pytest.raises(InputError, match="path must be a file, got a folder"):
        read_table(str(tmp_path))


def test_table_columns_as_one_str_are_refused():
    with pytest.raises(TypeError, match="columns must be a sequence of names, got 'label'"):
        read_table("-", columns="label")


def outcome(content, suffix):
    """Return what reading `content` gives: texts, or the message of its InputError."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return texts(write(Path(folder), f"a{suffix}", content), chunk_rows=3)
        except InputError as exc:
            return str(exc)


def is_sound(result):
    """Return whether the outcome is one line for a user, or statements of valid Unicode."""
    if isinstance(result, str):
        return result.isprintable()
    return bool(result) and all(isinstance(text, str) and text.encode() is not None for text in result)


PIECES = st.sampled_from(
    [b"text", b",", b'"', b"\n", b"\r", b"{", b"}", b"[", b":", b" ", b"null", b"1", b"\\ud800", b"\xef\xbb\xbf", b"\0"]
)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=st.binary(max_size=200) | st.lists(PIECES, max_size=30).map(b"".join))
def test_any_bytes_are_read_or_refused(suffix, content):
    assert is_sound(outcome(content, suffix))


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@given(start=st.integers(0, 90), length=st.integers(0, 8), patch=st.binary(max_size=8))
def test_patched_files_are_read_or_refused(suffix, start, length, patch):
    content = GOOD[suffix]
    assert is_sound(outcome(content[:start] + patch + content[start + length :], suffix))


def small_parquet():
    sink = io.BytesIO()
    columns = {"text": ["The talks ended.", "He left."], "id": ["a", None], "n": [1, None], "tags": [["x"], []]}
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@settings(deadline=None)
@given(data=st.data())
def test_patched_parquet_is_read_or_refused(data):
    content = small_parquet()
    start = data.draw(st.integers(0, len(content)))
    patch = data.draw(st.binary(max_size=4))
    assert is_sound(outcome(content[:start] + patch + content[start + len(patch) :], ".parquet"))


JSON_TEXT = st.text("a \n\0é조\u202e\ud800\udc00", max_size=5)
JSON_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | JSON_TEXT | st.lists(JSON_TEXT, max_size=2)


@given(st.lists(st.dictionaries(st.sampled_from(["text", "id", "date", "x", "y"]), JSON_VALUES), max_size=6))
def test_any_json_objects_are_read_or_refused(records):
    assert is_sound(outcome("\n".join(json.dumps(record) for record in records), ".jsonl"))
