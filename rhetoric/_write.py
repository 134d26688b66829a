"""Frames become one file: JSON lines, CSV or Parquet, written as a stream and only when complete.

Values are made plain first: dates become ISO strings in text formats, NaN and infinities become null,
and lists and objects are JSON in the cells of CSV and Parquet. CSV and Parquet take their columns from
the first frame, Parquet its types, too; JSON lines need not agree. Files written like one another can be
joined into the file that all their frames would have made; those of a Parquet file are Arrow's, which cost
little to write and next to nothing to read.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rhetoric._atomic import atomic_path
from rhetoric._encoding import half_pair
from rhetoric._files import WRITABLE, InputError, format_of, one_line, place, shown
from rhetoric._plain import plain

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# json.dumps makes an encoder anew for each call
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_COPIED_BYTES = 1 << 22  # at a time
_ARROW = ".arrow"
_TO_LINES = "write .jsonl, whose lines need not agree"


def write_table(frames: Iterable[pd.DataFrame], path: str | os.PathLike[str]) -> int:
    """Write frames into one file, one after the other, and return the number of rows.

    Parameters
    ----------
    frames : iterable of DataFrame
        Consumed one at a time; the index is not written. No frame makes an empty file.
    path : str or path
        Ends in ``.jsonl``, ``.ndjson``, ``.csv`` or ``.parquet``. It is replaced when all is written and
        stays as it was if anything fails, in `frames` as well.

    Returns
    -------
    int
        Rows written, at least 0.

    Raises
    ------
    InputError
        Before the first frame if the suffix is unknown, or `path` is a folder or in one that is missing
        or not writable; later if the disk is full, a frame of CSV or Parquet does not fit the first, or
        a value cannot be written.

    Examples
    --------
    >>> import tempfile, pandas
    >>> path = Path(tempfile.mkdtemp()) / "out.jsonl"
    >>> write_table([pandas.DataFrame({"text": ["평양"], "date": [pandas.Timestamp("2021-05-02")]})], path)
    1
    >>> path.read_text(encoding="utf-8").strip()
    '{"text": "평양", "date": "2021-05-02"}'
    """
    format_of(path, WRITABLE)
    with atomic_path(path) as temporary:
        return write_rows(frames, temporary, place(path))


def write_rows(frames: Iterable[pd.DataFrame], file: Path, where: str, like: Path | None = None) -> int:
    """Write frames into `file` itself, which errors call `where`, as `write_table` does aside.

    Columns and types of CSV and of Arrow are those of the file `like`, where it is given, else of the first frame.
    """
    writers = {"lines": _write_lines, "csv": _write_csv, "parquet": _write_parquet, "arrow": _write_arrow}
    kind = "arrow" if file.suffix == _ARROW else format_of(file, WRITABLE)
    return writers[kind](frames, file, where, like)


def part_suffix(suffix: str) -> str:
    """Return the suffix of the files that `join_tables` makes a file with `suffix` of.

    Examples
    --------
    >>> part_suffix(".parquet"), part_suffix(".csv")
    ('.arrow', '.csv')
    """
    return _ARROW if format_of(f"part{suffix}", WRITABLE) == "parquet" else suffix


def join_tables(paths: Iterable[Path], target: Path) -> None:
    """Write the rows of files with the same columns and types into `target`.

    Parameters
    ----------
    paths : iterable of Path
        At least one, as `write_rows` leaves them with the same `like`, with the `part_suffix` of the target.
        A file is read before the next path is asked for, so that they can be made meanwhile.
    target : Path
        Written as it is, not aside.
    """
    if format_of(target, WRITABLE) == "parquet":
        _join_parquet(paths, target)
        return
    with target.open("wb") as joined:
        for number, path in enumerate(paths):
            with path.open("rb") as file:
                if number and format_of(target, WRITABLE) == "csv":
                    file.readline()  # the header again
                shutil.copyfileobj(file, joined, _COPIED_BYTES)


def _join_parquet(paths: Iterable[Path], target: Path) -> None:
    """Write the batches of Arrow files as the row groups of one Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    with ExitStack() as stack:
        for path in paths:
            with pa.memory_map(os.fspath(path)) as mapped, pa.ipc.open_file(mapped) as file:
                if writer is None:
                    writer = stack.enter_context(pq.ParquetWriter(target, file.schema))
                for number in range(file.num_record_batches):
                    writer.write_batch(file.get_batch(number))


def _write_lines(frames: Iterable[pd.DataFrame], path: Path, where: str, _like: Path | None) -> int:
    """Write one JSON object a row."""
    n_rows = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for frame in frames:
            names = [str(name) for name in frame.columns]
            lines = [_ENCODE(dict(zip(names, row, strict=True))) + "\n" for row in _plain_rows(frame, where)]
            _write_text(file.write, "".join(lines), where)
            n_rows += len(frame)
    return n_rows


def _write_csv(frames: Iterable[pd.DataFrame], path: Path, where: str, like: Path | None) -> int:
    """Write a header and one record a row."""
    n_rows = 0
    columns = None if like is None else _csv_columns(like)
    is_headed = False
    with path.open("w", encoding="utf-8", newline="") as file:
        # all but numbers in quotes: the csv module leaves a lone carriage return bare, which ends a row
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for frame in frames:
            if columns is None:
                columns = list(frame.columns)
            if not is_headed:
                _write_text(writer.writerow, [str(name) for name in columns], where)
                is_headed = True
            rows = _plain_rows(_aligned(frame, columns, where), where)
            _write_text(writer.writerows, (map(_cell, row) for row in rows), where)
            n_rows += len(frame)
    return n_rows


def _csv_columns(path: Path) -> list[Any]:
    """Return the columns of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(next(csv.reader(file), []))


def _write_parquet(frames: Iterable[pd.DataFrame], path: Path, where: str, _like: Path | None) -> int:
    """Write one row group a frame."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n_rows = 0
    writer = None
    with ExitStack() as stack:
        for table in _arrow_tables(frames, where, None):
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(path, table.schema))
            writer.write_table(table)
            n_rows += len(table)
    if writer is None:
        pq.write_table(pa.table({}), path)
    return n_rows


def _write_arrow(frames: Iterable[pd.DataFrame], path: Path, where: str, like: Path | None) -> int:
    """Write one batch a frame, not compressed: the file is read once, soon, and goes."""
    import pyarrow as pa

    n_rows = 0
    writer = None
    schema = None
    if like is not None:
        with pa.memory_map(os.fspath(like)) as mapped, pa.ipc.open_file(mapped) as file:
            schema = file.schema
    with ExitStack() as stack:
        for table in _arrow_tables(frames, where, schema):
            if writer is None:
                writer = stack.enter_context(pa.ipc.new_file(os.fspath(path), table.schema))
            writer.write_table(table.combine_chunks())
            n_rows += len(table)
    return n_rows


def _arrow_tables(frames: Iterable[pd.DataFrame], where: str, schema: pa.Schema | None) -> Iterator[pa.Table]:
    """Yield frames as Arrow tables of one schema, None to take that of the first."""
    columns: list[Any] | None = None if schema is None else schema.names
    for frame in frames:
        if columns is None:
            columns = list(frame.columns)
        kinds = [None] * len(columns) if schema is None else schema.types
        table = _arrow_table(_aligned(frame, columns, where), kinds, where)
        schema = table.schema
        yield table


def _aligned(frame: pd.DataFrame, columns: list[Any], where: str) -> pd.DataFrame:
    """Return `frame` with the columns of the first frame; one that is not there is empty."""
    surplus = [name for name in frame.columns if name not in columns]
    if surplus:
        raise InputError(f"{where}: columns must be those of the first frame, got also {shown(surplus)}; {_TO_LINES}.")
    return frame if list(frame.columns) == columns else frame.reindex(columns=columns)


def _write_text(write: Callable[[Any], object], value: Any, where: str) -> None:
    """Call `write`; half a surrogate pair, which UTF-8 does not have, is an `InputError`."""
    try:
        write(value)
    except UnicodeEncodeError as exc:
        raise half_pair(exc, where) from exc


def _plain_rows(frame: pd.DataFrame, where: str) -> Iterator[tuple[Any, ...]]:
    """Return the rows of `frame` as values that JSON has."""
    return zip(*(_plain_column(frame.iloc[:, number], where) for number in range(frame.shape[1])), strict=True)


def _plain_column(column: pd.Series[Any], where: str) -> list[Any]:
    """Return the values of a column as JSON has them."""
    import numpy as np

    # pandas' own integers have the same kind, but can be missing
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "bi":
        return column.tolist()
    if column.dtype == "str":
        # one type and what is missing: nothing else can be in it
        return [value if isinstance(value, str) else None for value in column.tolist()]
    try:
        return [plain(value) for value in column.tolist()]
    except (RecursionError, NotImplementedError) as exc:  # nested very deeply; a time beyond the year 9999
        got = one_line(exc)
        raise InputError(
            f"{where}: {column.name} must hold plain values, got one without a text form ({got}); drop it."
        ) from exc


def _cell(value: Any) -> Any:
    """Return a plain value for a cell of CSV: lists and objects as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _arrow_table(frame: pd.DataFrame, kinds: Sequence[pa.DataType | None], where: str) -> pa.Table:
    """Return `frame` as an Arrow table with columns of the types `kinds`, None to follow the values."""
    import pyarrow as pa

    columns = [_arrow_column(frame.iloc[:, number], kind, where) for number, kind in enumerate(kinds)]
    return pa.table(columns, names=[str(name) for name in frame.columns])


def _arrow_column(column: pd.Series[Any], kind: pa.DataType | None, where: str) -> pa.Array | pa.ChunkedArray:
    """Return a column as Arrow; lists, objects and mixtures become JSON, what has no value yet strings."""
    import pandas as pd
    import pyarrow as pa

    if kind is not None and column.isna().all():
        return pa.nulls(len(column), kind)
    is_categorical = isinstance(column.dtype, pd.CategoricalDtype)
    array = _flat_array(column.astype(object) if is_categorical else column, kind, where)
    if array is None:
        texts = [None if value is None else _json_text(value) for value in _plain_column(column, where)]
        return pa.array(texts, kind or pa.string())
    # a first frame without a value says nothing about the next one, and strings can hold anything
    return pa.nulls(len(column), pa.string()) if pa.types.is_null(array.type) else array


def _flat_array(column: pd.Series[Any], kind: pa.DataType | None, where: str) -> pa.Array | pa.ChunkedArray | None:
    """Return a column as an Arrow array, None where only text can hold its values."""
    import pyarrow as pa

    try:
        array = pa.Array.from_pandas(column, type=kind)
    except UnicodeEncodeError as exc:
        raise half_pair(exc, where) from exc
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as exc:
        if kind is None or pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return None
        got = one_line(exc)
        raise InputError(f"{where}: {column.name} must be {kind} as in the first frame ({got}); {_TO_LINES}.") from exc
    is_flat = not pa.types.is_nested(array.type) and not isinstance(array.type, pa.BaseExtensionType)
    return array if is_flat else None


def _json_text(value: Any) -> str:
    """Return a plain value as text: a str as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
