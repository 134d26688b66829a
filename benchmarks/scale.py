"""One and two workers, in turns, and how the work grows with the input.

    pip install "rhetoric[dask]"
    python benchmarks/scale.py [--part workers|growth] [--megabytes 40] [--rounds 2]

Workers classify and build an archive of a folder of Parquet files. Processes are those of ``--jobs``, workers those of
a Dask cluster on this machine, one thread each. Seconds are of the wall clock, starting Python and importing included,
least of the rounds; processor seconds leave out what other programs on the machine take.

Growth is measured in processor seconds, least of the rounds, over 1, 2, 4 and 8 times the input: classification of a
folder (of which the time of a single sentence is taken off: starting), tracing of one page against larger and larger
archives, and of more and more pages against the first of these. Linear growth shows as the same seconds a megabyte.
The growth of building an archive is in ``archive.py``.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pandas as pd
from distributed import LocalCluster
from memory import statements

from rhetoric.archive import Archive

TIMES = (1, 2, 4, 8)
PAGE_CHARS = 3000
MIN_SECONDS = 0.5


def corpus(folder: Path, n_bytes: int) -> int:
    """Write statements of the seed's sentences into several files of a new folder; return how much text they hold."""
    folder.mkdir()
    size = 0
    for number, frame in enumerate(statements(n_bytes)):
        size += int(frame["text"].str.len().sum())
        frame.to_parquet(folder / f"{number:04d}.parquet")
    return size


@contextmanager
def cluster(n_workers: int) -> Iterator[list[str]]:
    """Give the options for a Dask cluster of some workers."""
    with LocalCluster(
        n_workers=n_workers, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR"
    ) as running:
        yield ["--scheduler", running.scheduler_address]


def timed(arguments: list[str]) -> tuple[float, float]:
    """Return seconds and processor seconds of a command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "rhetoric", *arguments], check=True, capture_output=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def workers(folder: Path, n_bytes: int, rounds: int) -> None:
    """Print the speed of one and of two workers."""
    size = corpus(folder / "in", n_bytes) / 1e6
    commands = {
        "classify": ["classify", str(folder / "in"), "-o", str(folder / "out.parquet")],
        "archive build": ["archive", "build", str(folder / "in"), "-o", str(folder / "archive")],
    }
    ways = {
        "1 process": lambda: nullcontext([]),
        "2 processes": lambda: nullcontext(["--jobs", "2"]),
        "Dask, 1 worker": lambda: cluster(1),
        "Dask, 2 workers": lambda: cluster(2),
    }
    best: dict[tuple[str, str], tuple[float, float]] = {}
    for _ in range(rounds):
        for way, given in ways.items():
            with given() as extra:
                for name, arguments in commands.items():
                    taken = timed([*arguments, *extra])
                    best[name, way] = min(best.get((name, way), taken), taken)
    for (name, way), (seconds, processor) in sorted(best.items()):
        told = f"{size / processor:5.1f} MB/s a processor" if "process" in way else ""
        print(f"{name:<14} {way:<16} {seconds:6.1f} s  {size / seconds:5.1f} MB/s  {told}")
    for name in commands:
        for one, two in (("1 process", "2 processes"), ("Dask, 1 worker", "Dask, 2 workers")):
            print(f"{name}: {two} to {one} {best[name, one][0] / best[name, two][0]:.2f}")


def growth(folder: Path, n_bytes: int, rounds: int) -> None:
    """Print how the work of classification and of tracing grows."""
    sizes = [corpus(folder / f"in{times}", n_bytes * times) / 1e6 for times in TIMES]
    start = min(timed(["classify", "--text", "They will pay."])[1] for _ in range(rounds))
    for times, size in zip(TIMES, sizes, strict=True):
        command = ["classify", str(folder / f"in{times}"), "-o", str(folder / "out.parquet")]
        tell("classify", size, min(timed(command)[1] for _ in range(rounds)) - start)
    text = "\n".join(pd.read_parquet(folder / "in1" / "0000.parquet")["text"].head(100))
    for times, size in zip(TIMES, sizes, strict=True):
        frames = map(pd.read_parquet, sorted((folder / f"in{times}").iterdir()))
        archive = Archive.build(frames, folder / f"archive{times}")
        tell("trace a page, by archive", size, traced(archive, text[:PAGE_CHARS], rounds))
    archive = Archive.open(folder / "archive1")
    for times in TIMES:
        page = text[: PAGE_CHARS * times]
        tell("trace pages, by text", len(page) / 1e6, traced(archive, page, rounds))


def traced(archive: Archive, text: str, rounds: int) -> float:
    """Return the processor seconds of tracing a text, least of the rounds, each long enough to be measured."""
    taken = []
    for _ in range(rounds):
        began, n = time.process_time(), 0
        while time.process_time() - began < MIN_SECONDS:
            archive.trace(text)
            n += 1
        taken.append((time.process_time() - began) / n)
    return min(taken)


def tell(name: str, size: float, seconds: float) -> None:
    """Print a line of growth."""
    print(f"{name:<26} {size:9.3f} MB  {seconds:9.4f} s  {seconds / size:9.4f} s/MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=["workers", "growth"])
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        for name, part in (("workers", workers), ("growth", growth)):
            if options.part in (None, name):
                part(folder, int(options.megabytes * 1e6), options.rounds)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
