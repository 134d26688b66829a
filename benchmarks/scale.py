"""One and two workers, in turns: classification and archive building of a folder of Parquet files.

    pip install "rhetoric[dask]"
    python benchmarks/scale.py [--megabytes 40] [--rounds 2]

Processes are those of ``--jobs``, workers those of a Dask cluster on this machine, one thread each. Seconds are of the
wall clock, starting Python and importing included, least of the rounds; processor seconds leave out what other
programs on the machine take.
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

from distributed import LocalCluster
from memory import statements


def corpus(folder: Path, n_bytes: int) -> int:
    """Write statements of the seed's sentences into several files and return how much text they hold."""
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "in").mkdir()
        size = corpus(folder / "in", int(options.megabytes * 1e6)) / 1e6
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
        for _ in range(options.rounds):
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
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
