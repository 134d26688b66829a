"""Time per byte on texts made to slow a reader down, at growing sizes.

Each text is one piece repeated: a word, a full stop, an opening quotation mark. For every way to read it the
table gives seconds for each size and the growth: 1.0 where time grows with the text, 2.0 where it grows with
its square. Two texts are then read at full size, by all that reads texts, with an archive and a page made of
them: a million line ends, and a line of 5 MB without punctuation::

    python benchmarks/hostile.py [--kb 100] [--only NAME] [--full]
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from rhetoric.archive import Archive
from rhetoric.classify import LanguageWarning, statement, statements
from rhetoric.report import html

PIECES = {
    "one word": "peace ",
    "no space": "a",
    "figures": "1",
    "figures with points": "1.",
    "line ends": "\n",
    "words on lines": "peace\n",
    "full stops": ".",
    "full stops apart": "a. ",
    "sentences": "They will pay a dear price. ",
    "one sentence": "they will pay a dear price ",
    "deep quotations": '"(“',
    "initials": "A. ",
    "capitals": "Kim Jong ",
    "brackets": "[",
    "commas": ",",
    "apostrophes": "a'",
    "spaces": " ",
    "controls": "\x00",
    "marks": "\u0315\u0300",
    "letters and marks": "e\u0301",
    "ideographs": "中",
    "jamo": "\u1112\u1161\u11ab",
    "half pairs": "\ud800",
    "direction": "\u202e",
}
READERS: dict[str, Callable[[str, Archive], object]] = {
    "statement": lambda text, _: statement(text),
    "statements": lambda text, _: statements(pd.DataFrame({"text": [text]}, dtype=object), blank="keep"),
    "title": lambda text, _: statement("Glory!", title=text, source=text),
    "trace": lambda text, archive: archive.trace(text, before="2024-01-01"),
}
FULL_SIZE = {
    "a million line ends": "Glory!" + "\n" * 1_000_000 + "They will pay.",
    "a line of 5 MB": "they will pay a dear price for peace " * (5_000_000 // 37),
    "a word of 5 MB": "a" * 5_000_000,
}
FULL_READERS: dict[str, Callable[[str, Archive], object]] = {
    **READERS,
    "build": lambda text, _: _built(text),
    "trace of it": lambda text, _: _built(text).trace(text.replace("peace", "war", 1)),
    "page": lambda text, _: html(statement(text)),
}
LIMIT_S = 20.0
"""A size that takes longer is the last."""


def seconds(read: Callable[[str, Archive], object], text: str, archive: Archive) -> float:
    """Return the time to read or refuse a text."""
    began = time.perf_counter()
    try:
        read(text, archive)
    except ValueError as exc:
        if "visible character" not in str(exc):
            raise
    return time.perf_counter() - began


def _built(text: str) -> Archive:
    """Return an archive of a text alone."""
    with warnings.catch_warnings():
        return Archive.build(pd.DataFrame({"text": [text], "date": "2020-01-01"}), Path(tempfile.mkdtemp()) / "a")


def full_size(only: str, archive: Archive) -> None:
    """Print processor seconds and characters of every text at full size."""
    for name, text in FULL_SIZE.items():
        for reader, read in FULL_READERS.items():
            if only in f"{name} {reader}":
                began = time.process_time()
                read(text, archive)
                print(f"{name:<20} {reader:<11} {time.process_time() - began:>9.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kb", type=int, default=100, help="smallest size, in thousand characters")
    parser.add_argument("--only", default="", help="part of the name of a text or reader")
    parser.add_argument("--full", action="store_true", help="only the texts at full size")
    options = parser.parse_args()
    warnings.simplefilter("ignore", LanguageWarning)
    archive = Archive.example()
    archive.trace("Warm up.")
    if options.full:
        full_size(options.only, archive)
        return
    sizes = [1000 * options.kb * factor for factor in (1, 2, 4)]
    print(f"{'text':<20} {'reader':<11}", *(f"{size // 1000:>7} k" for size in sizes), "  growth  us/char")
    for name, piece in PIECES.items():
        for reader, read in READERS.items():
            if options.only not in f"{name} {reader}":
                continue
            times: list[float] = []
            for size in sizes:
                times.append(seconds(read, piece * (size // len(piece)), archive))
                if times[-1] > LIMIT_S:
                    break
            growth = math.log2(times[-1] / times[-2]) if len(times) > 1 else float("nan")
            cells = "".join(f"{value:>9.2f}" for value in times).ljust(9 * len(sizes))
            each = times[-1] / sizes[len(times) - 1] * 1e6
            print(f"{name:<20} {reader:<11} {cells} {growth:>7.1f} {each:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
