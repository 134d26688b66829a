"""Resident memory over time while a large file is classified, beside the size of the file.

The file is made of the seed's sentences in a temporary folder, which goes at the end::

    python benchmarks/memory.py [--gigabytes 1] [--suffix .parquet] [--jobs 1] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from rhetoric._write import write_table
from rhetoric.datasets import load_seed

ROWS = 2000
SECONDS = 0.5


def statements(n_bytes: int) -> Iterator[pd.DataFrame]:
    """Yield statements of 3 to 40 sentences of the seed, drawn at random, until their text has `n_bytes`."""
    rng = np.random.default_rng(0)
    sentences = np.array(load_seed()["text"].tolist(), dtype=object)
    done = number = 0
    while done < n_bytes:
        texts = [" ".join(rng.choice(sentences, n)) for n in rng.integers(3, 40, ROWS)]
        dates = np.datetime64("1995-01-01") + rng.integers(0, 10_000, ROWS)
        yield pd.DataFrame({"id": [f"{number + row}" for row in range(ROWS)], "date": dates.astype(str), "text": texts})
        done += sum(map(len, texts))
        number += ROWS


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process and its children, pages they share counted for each."""
    total = 0
    for process in [pid, *children(pid)]:
        try:
            fields = Path(f"/proc/{process}/statm").read_text().split()
        except OSError:
            continue
        total += int(fields[1]) * 4096
    return total


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def watched(command: list[str]) -> tuple[list[int], float]:
    """Run a command and return its memory, twice a second, and how long it took."""
    began = time.perf_counter()
    samples = []
    with subprocess.Popen(command) as running:
        while running.poll() is None:
            samples.append(resident_bytes(running.pid))
            time.sleep(SECONDS)
    if running.returncode:
        sys.exit(f"{command} ended with {running.returncode}")
    return samples, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1)
    parser.add_argument("--suffix", default=".parquet", choices=[".parquet", ".jsonl", ".csv"])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        source, target = folder / f"in{options.suffix}", folder / f"out{options.suffix}"
        n_rows = write_table(statements(int(options.gigabytes * 1e9)), source)
        print(f"{n_rows:,} statements, {options.gigabytes:g} GB of text, {source.stat().st_size / 1e9:.2f} GB of file")
        command = [sys.executable, "-m", "rhetoric", "classify", str(source), "-o", str(target)]
        samples, seconds = watched([*command, "--jobs", str(options.jobs)])
        print(
            f"{seconds:.0f} s, {options.gigabytes * 1e3 / seconds:.1f} MB/s, "
            f"output {target.stat().st_size / 1e9:.2f} GB"
        )
        for share in range(0, 101, 10):
            at = min(len(samples) - 1, len(samples) * share // 100)
            print(f"{share:>4} %  {at * SECONDS:7.0f} s  {samples[at] / 1e6:7.0f} MB")
        print(f"greatest       {max(samples) / 1e6:7.0f} MB")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
