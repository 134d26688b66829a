"""Rows of JSON lines, CSV and Parquet as checked frames.

Every reader takes the columns that must be there without a missing value, yields frames of at most
`chunk_rows` rows with an index from 0, and refuses a file without a row. Rows are counted from 1 without
the header, lines from 1.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from rhetoric._encoding import CheckedText, Line, decoded_lines
from rhetoric._files import Input, InputError, one_line, opened, shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

T = TypeVar("T")

OPTIONAL = ("id", "date", "source", "title")
"""Columns with a meaning of their own beside ``text``."""

_MAX_INT = (1 << 63) - 1
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def batched(items: Iterable[T], n: int) -> Iterator[list[T]]:
    """Yield lists of at most `n` items."""
    iterator = iter(items)
    while batch := list(islice(iterator, n)):
        yield batch


def refuse_empty(where: str, got: str = "an empty file") -> None:
    """Raise for an input without a statement."""
    raise InputError(f"{where}: input must hold a statement, got {got}; check what wrote it.")


def require_columns(names: Iterable[object], columns: Sequence[str], where: str) -> None:
    """Raise if one of `columns` is not among `names`."""
    names = list(names)
    for column in columns:
        if column not in names:
            raise InputError(f"{where}: columns must include {column!r}, got {shown(names)}; rename or add the column.")


def refuse_missing(frame: pd.DataFrame, columns: Sequence[str], where: str, first_row: int) -> None:
    """Raise at the first row without a value in one of `columns`; rows count from 1 after any header."""
    for column in columns:
        is_missing = frame[column].isna().to_numpy()
        if is_missing.any():
            row = first_row + int(is_missing.argmax())
            raise InputError(f"{where}: {column} must have a value, got none in row {row}; fill it or drop the row.")


def line_frames(item: Input, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield the frames of a file of JSON lines."""
    with opened(item) as file:
        yield from json_frames(decoded_lines(file, item.place), item.place, columns, chunk_rows)


def json_frames(lines: Iterable[Line], where: str, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield frames of JSON objects, one a line; blank lines are passed over."""
    import pandas as pd

    records = (_json_record(line, f"{where}:{number}", columns) for number, line in lines if line.strip())
    n_rows = 0
    for batch in batched(records, chunk_rows):
        n_rows += len(batch)
        names = dict.fromkeys(name for record in batch for name in record)
        yield pd.DataFrame({name: _series([record.get(name) for record in batch]) for name in names})
    if n_rows == 0:
        refuse_empty(where)


def _series(values: list[Any]) -> pd.Series[Any]:
    """Return JSON values as a column that keeps every one as it is."""
    import pandas as pd

    kinds = {type(value) for value in values}
    # left to itself pandas makes floats of whole numbers beside a null, and of large ones
    is_exact = len(kinds) == 1 and (kinds != {int} or max(map(abs, values)) <= _MAX_INT)
    return pd.Series(values, dtype=None if is_exact and kinds <= {str, bool, int, float} else object)


def _json_record(line: str, where: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return the object on a line, checked."""
    try:
        record = json.loads(line)
        if _ESCAPED_SURROGATE.search(line):
            json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as exc:
        code = f"\\u{ord(exc.object[exc.start]):04x}"
        raise InputError(f"{where}: text must be valid Unicode, got half a pair, {code}; write it again.") from exc
    except (ValueError, RecursionError) as exc:
        raise InputError(
            f"{where}: line must be one JSON object, got {shown(line.strip())} ({one_line(exc)}); correct the line."
        ) from exc
    if not isinstance(record, dict):
        raise InputError(f'{where}: line must be a JSON object, got {shown(record)}; write {{"text": ...}} lines.')
    _check_record(record, columns, where)
    record.update({name: _json_word(record[name], name, where) for name in OPTIONAL if name in record})
    return record


def _check_record(record: dict[str, Any], columns: Sequence[str], where: str) -> None:
    """Raise if a JSON object lacks a value, or its text is not a str."""
    require_columns(record, columns, where)
    for column in columns:
        if _is_missing(record[column]):
            raise InputError(f"{where}: {column} must have a value, got null; fill it or drop the line.")
    if "text" in columns and not isinstance(record["text"], str):
        raise InputError(
            f"{where}: text must be a string, got {shown(record['text'])}; quote it or name another column."
        )


def _is_missing(value: object) -> bool:
    """Return whether a JSON value is null or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _json_word(value: object, name: str, where: str) -> str | None:
    """Return the value of an optional column as str or None; numbers are written out."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: {name} must be a string, got {shown(value)}; quote it or drop it.")
    return None if _is_missing(value) else str(value)


@contextmanager
def _refusing(faults: tuple[type[Exception], ...], rule: str, remedy: str) -> Iterator[None]:
    """Turn `faults`, which a parser raises for what is in a file, into an `InputError`."""
    try:
        yield
    except InputError:
        raise
    except faults as exc:
        raise InputError(f"{rule}, got: {one_line(exc)}; {remedy}.") from exc


def csv_frames(item: Input, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield the frames of a CSV file."""
    n_rows = 0
    faults = (ValueError, OverflowError)
    rule, remedy = f"{item.place}: CSV must be well formed", "put cells with commas or line ends in quotation marks"
    with opened(item) as file, _refusing(faults, rule, remedy):
        for frame in _csv_chunks(CheckedText(file, item.place), columns, chunk_rows):
            _check_csv(frame, columns, item.place, n_rows)
            n_rows += len(frame)
            if len(frame):
                yield frame.reset_index(drop=True)
    if n_rows == 0:
        refuse_empty(item.place, "no rows")


def _csv_chunks(text: Any, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield a CSV stream as pandas reads it, a chunk without rows for a header alone."""
    import pandas as pd

    try:
        reader = pd.read_csv(
            text,
            chunksize=chunk_rows,
            dtype=dict.fromkeys(("text", *OPTIONAL, *columns), str),
            keep_default_na=False,  # a statement may consist of the word "None"
            na_values=[""],
            low_memory=False,
        )
    except pd.errors.EmptyDataError:
        return
    with reader:
        yield from reader


def _check_csv(frame: pd.DataFrame, columns: Sequence[str], where: str, n_before: int) -> None:
    """Raise if a chunk of a CSV file, after `n_before` rows, cannot be what its writer meant."""
    import pandas as pd

    require_columns(frame.columns, columns, where)
    # pandas takes surplus cells at the left as an index; they come from commas in a text without quotes
    if not isinstance(frame.index, pd.RangeIndex):
        raise InputError(f"{where}: rows must have {len(frame.columns)} cells as the header, got more; quote the text.")
    refuse_missing(frame, columns, where, n_before + 1)
    if "text" in columns and len(frame) and n_before == 0 and all(map(_is_number, frame["text"])):
        got = shown(frame["text"].iloc[0])
        raise InputError(f"{where}: text must be a column of words, got numbers such as {got}; name another column.")


def _is_number(cell: str) -> bool:
    """Return whether a cell can be read as a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def parquet_frames(item: Input, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield the frames of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n_rows = 0
    # what pyarrow raises for damaged bytes depends on where the damage is
    faults = (OSError, ValueError, KeyError, OverflowError, MemoryError, pa.ArrowException)
    with (
        opened(item) as source,
        _refusing(faults, f"{item.place}: file must be sound Parquet", "write it again"),
        # a megabyte at a time: by default a row group is read as a whole
        pq.ParquetFile(source, buffer_size=1 << 20, pre_buffer=False) as file,
    ):
        _check_schema(file.schema_arrow, columns, item.place)
        for batch in file.iter_batches(batch_size=chunk_rows):
            frame = _from_batch(batch)
            refuse_missing(frame, columns, item.place, n_rows + 1)
            _check_years(frame, item.place, n_rows + 1)
            n_rows += len(frame)
            yield frame
    if n_rows == 0:
        refuse_empty(item.place, "no rows")


def parquet_rows(item: Input) -> int:
    """Return the number of rows of a Parquet file, which its last bytes tell."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    faults = (OSError, ValueError, KeyError, OverflowError, MemoryError, pa.ArrowException)
    with opened(item) as source, _refusing(faults, f"{item.place}: file must be sound Parquet", "write it again"):
        n_rows: int = pq.read_metadata(source).num_rows
    return n_rows


def _check_schema(schema: pa.Schema, columns: Sequence[str], where: str) -> None:
    """Raise if a Parquet file lacks a column, has one twice, or one of a type that it cannot have."""
    require_columns(schema.names, columns, where)
    for name in schema.names:
        if schema.names.count(name) > 1:
            raise InputError(f"{where}: columns must have different names, got {name!r} twice; rename one.")
    for field in schema:
        kind = _plain_kind(field.type)
        if field.name == "text" and "text" in columns and kind not in {"words", "null"}:
            raise InputError(
                f"{where}: text must be a column of strings, got {one_line(field.type)}; name another column."
            )
        allowed = {"words", "numbers", "null", "times"} if field.name == "date" else {"words", "numbers", "null"}
        if field.name in OPTIONAL and kind not in allowed:
            raise InputError(
                f"{where}: {field.name} must be a column of strings, got {one_line(field.type)}; convert it."
            )


def _check_years(frame: pd.DataFrame, where: str, first_row: int) -> None:
    """Raise if a time lies beyond what Python's dates hold: damaged, or in another unit than it says."""
    for name in frame.select_dtypes(["datetime", "datetimetz"]):
        years = frame[name].dt.year
        is_beyond = (years.notna() & ~years.between(1, 9999)).to_numpy()
        if is_beyond.any():
            at = int(is_beyond.argmax())
            got = f"the year {years.iloc[at]:.0f} in row {first_row + at}"
            raise InputError(f"{where}: {name} must lie in the years 1 to 9999, got {got}; check its time unit.")


def _plain_kind(kind: pa.DataType) -> str:
    """Return what a column of a Parquet type holds: words, numbers, times, null or other."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_date(kind) or types.is_timestamp(kind):
        return "times"
    if types.is_integer(kind) or types.is_floating(kind):
        return "numbers"
    if types.is_null(kind):
        return "null"
    return "words" if str(kind) in {"string", "large_string", "string_view"} else "other"


def _from_batch(batch: pa.RecordBatch) -> pd.DataFrame:
    """Return a Parquet batch as a frame, with the columns that have a meaning as str."""
    import pyarrow as pa

    batch.validate(full=True)
    arrays = {}
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        is_word = name in ("text", *OPTIONAL) and _plain_kind(array.type) in {"words", "numbers"}
        # unnamed index of the frame that was written
        if not re.fullmatch(r"__index_level_\d+__", name):
            arrays[name] = array.cast(pa.string()) if is_word else array
    frame: pd.DataFrame = pa.table(arrays).to_pandas(integer_object_nulls=True)
    return frame
