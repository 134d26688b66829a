"""Statements from files: text, JSON lines, CSV and Parquet become frames with a ``text`` column.

Files are read as streams, so that memory depends on `chunk_rows` and not on the file:

1. bytes are decoded a block or a line at a time, with the place of the first that is not UTF-8;
2. a format turns them into rows: a file, a line, a CSV record, a row of a Parquet batch;
3. rows are checked and handed out as frames of at most `chunk_rows`.

Nothing in a file can raise anything but `InputError`. Memory is bounded by statements, not by bytes:
one statement, and one CSV field with a quotation mark that never closes, is held as a whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import TYPE_CHECKING

from rhetoric._encoding import decode, decoded_lines, refuse_nul
from rhetoric._files import Input, find_file, find_inputs, opened, shown
from rhetoric._formats import (
    batched,
    csv_frames,
    json_frames,
    line_frames,
    parquet_frames,
    refuse_empty,
    refuse_missing,
    require_columns,
)

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = 1 << 62  # more rows than any file has


def read_documents(paths: Sequence[str | os.PathLike[str]], *, chunk_rows: int = 1000) -> Iterator[pd.DataFrame]:
    r"""Return the statements of files, folders or standard input as a stream of frames.

    Parameters
    ----------
    paths : sequence of str or path
        Each a file, a folder (all supported files below it in sorted order, without hidden ones) or
        ``-``: standard input as one statement in plain text, or as JSON lines when its first
        non-blank character is ``{``. The suffix decides: ``.txt`` is one statement, ``.jsonl``,
        ``.ndjson``, ``.csv`` and ``.parquet`` hold one a row in the column ``text``.
    chunk_rows : int, default=1000
        Most rows in a frame, at least 1.

    Returns
    -------
    iterator of DataFrame
        In the order of `paths`, each with at least one row and an index from 0. ``text`` is str and
        may be empty or white space in all formats but plain text. ``id``, ``source`` and ``title``,
        where there, are str or missing; so is ``date``, which in Parquet may also be a date or time.
        Other columns are kept. In CSV an empty cell is missing, and ``NA`` or ``null`` are words. For
        plain text ``id`` is the file name, below a folder the path from there, and ``title`` is None.

    Raises
    ------
    InputError
        At the call if a path cannot be used; while reading if a file cannot be read as its suffix
        says, holds no statement, or a text is missing or not a string.
    TypeError
        If `paths` is a single str.
    ValueError
        If `chunk_rows` < 1.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("The talks ended.")
    >>> _ = (folder / "b.csv").write_text("text,date\nThe army drilled.,2021-05-02\n")
    >>> for frame in read_documents([str(folder)]):
    ...     print(frame.to_dict("records"))
    [{'id': 'a.txt', 'title': None, 'text': 'The talks ended.'}]
    [{'text': 'The army drilled.', 'date': '2021-05-02'}]
    """
    if chunk_rows < 1:
        raise ValueError(f"chunk_rows must be at least 1, got {chunk_rows}; the default is 1000.")
    return read_inputs(find_inputs(paths), chunk_rows=chunk_rows)


def read_inputs(inputs: Sequence[Input], *, chunk_rows: int = 1000) -> Iterator[pd.DataFrame]:
    """Return the statements of files that were found already, as `read_documents` does."""
    return _frames(inputs, ("text",), chunk_rows)


def read_table(path: str | os.PathLike[str], columns: Sequence[str] = ("text", "label")) -> pd.DataFrame:
    r"""Return a whole file as one frame, for labelled data.

    Parameters
    ----------
    path : str or path
        One file in a format of `read_documents`, or ``-``.
    columns : sequence of str, default=("text", "label")
        Columns that must be there without a missing value; in CSV they are read as str.

    Returns
    -------
    DataFrame
        At least one row, as `read_documents` describes them.

    Raises
    ------
    InputError
        If `path` is a folder, a column is not there or has a missing value, or as for `read_documents`.
    TypeError
        If `columns` is a single str.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "gold.csv"
    >>> _ = path.write_text("text,label\nThe army drilled.,substantive\n")
    >>> read_table(path)["label"].tolist()
    ['substantive']
    """
    import pandas as pd

    if isinstance(columns, str):
        raise TypeError(f"columns must be a sequence of names, got {shown(columns)}; put it into a tuple.")
    frames = list(_frames([find_file(path)], tuple(columns), _WHOLE))
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _frames(inputs: Sequence[Input], columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield the frames of `inputs`; neighbouring plain texts share frames."""
    readers = {"lines": line_frames, "csv": csv_frames, "parquet": parquet_frames, "stream": _stream_frames}
    for kind, group in groupby(inputs, key=lambda item: item.format):
        if kind == "text":
            yield from _text_frames(((item, _whole_text(item)) for item in group), columns, chunk_rows)
            continue
        for item in group:
            yield from readers[kind](item, columns, chunk_rows)


def _whole_text(item: Input) -> str:
    """Return a plain text file as it is, without a byte order mark."""
    with opened(item) as file:
        return decode(file.read(), item.place)


def _text_frames(texts: Iterable[tuple[Input, str]], columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield frames of plain texts, one statement each."""
    import pandas as pd

    for batch in batched(texts, chunk_rows):
        for item, text in batch:
            refuse_nul(text, item.place)
            if not text.strip():
                refuse_empty(item.place, "white space only" if text else "an empty file")
        frame = pd.DataFrame(
            {"id": [item.id for item, _ in batch], "title": None, "text": [text for _, text in batch]},
        )
        require_columns(frame.columns, columns, batch[0][0].place)
        refuse_missing(frame, columns, batch[0][0].place, 1)
        yield frame


def _stream_frames(item: Input, columns: Sequence[str], chunk_rows: int) -> Iterator[pd.DataFrame]:
    """Yield standard input: JSON lines when it begins with ``{``, else one plain text."""
    with opened(item) as file:
        lines = decoded_lines(file, item.place)
        head = []
        for line in lines:
            head.append(line)
            if line[1].strip():
                break
        if head and head[-1][1].lstrip().startswith("{"):
            yield from json_frames(chain(head, lines), item.place, columns, chunk_rows)
        else:
            text = "".join(line for _, line in chain(head, lines))
            yield from _text_frames([(item, text)], columns, chunk_rows)
