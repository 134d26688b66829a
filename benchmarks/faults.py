"""Kill -9 at random moments: nothing lost, nothing half-written, the next run clean.

Commands are killed in turn, each at a random moment of its course, and run again::

    python benchmarks/faults.py [--times 100] [--seed 0]

After each kill the output is absent, or the earlier one to the byte, or the complete new one. The next run succeeds,
gives the bytes of a run that was left alone, and leaves nothing else in the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet  # noqa: F401 - imported once here instead of in every process
import sklearn.linear_model  # noqa: F401

import rhetoric._corpus_tables as tables
import rhetoric.archive
import rhetoric.train
from rhetoric.cli import main as main_of_rhetoric
from rhetoric.datasets import load_seed, load_statements

COPIES = 4


@dataclass(frozen=True)
class Case:
    """A command that is killed, and what is in its folder before.

    Attributes
    ----------
    arguments : list of str
        Of ``rhetoric``; run in the folder.
    prepare : callable
        Puts what the command needs into the folder.
    share : float
        Of all kills; training takes long and writes at its end alone.
    """

    arguments: list[str]
    prepare: Callable[[Path], None]
    share: float


def corpus(folder: Path) -> None:
    """Write statements, several times over, as an input that is classified in parts."""
    frame = pd.concat([load_statements()] * COPIES, ignore_index=True)
    frame["id"] = [f"{name}-{row}" for row, name in enumerate(frame["id"])]
    frame.to_parquet(folder / "in.parquet")


def labels(folder: Path) -> None:
    """Write labelled sentences."""
    load_seed()[["text", "label"]].iloc[::60].to_csv(folder / "in.csv", index=False)


def half(folder: Path) -> None:
    """Build an archive of half of the statements and write the other half beside it."""
    frame = load_statements()
    frame.head(len(frame) // 2).to_parquet(folder / "first.parquet")
    frame.tail(len(frame) // 2).to_parquet(folder / "in.parquet")
    main_of_rhetoric(["archive", "build", "first.parquet", "-o", "out"])


CASES = {
    "classify": Case(["classify", "in.parquet", "-o", "out.parquet"], corpus, 0.15),
    "classify --resume": Case(["classify", "in.parquet", "-o", "out.csv", "--resume"], corpus, 0.2),
    "classify --jobs 2": Case(["classify", "in.parquet", "-o", "out.parquet", "--resume", "--jobs", "2"], corpus, 0.15),
    "archive build": Case(["archive", "build", "in.parquet", "-o", "out"], corpus, 0.2),
    "archive add": Case(["archive", "add", "out", "in.parquet"], half, 0.25),
    "train": Case(["train", "in.csv", "-o", "out.npz", "--without-seed", "--folds", "2"], labels, 0.05),
}


def started(function: Callable[[], object], folder: Path) -> int:
    """Call a function in a process of its own, in a folder and in silence; return the number of the process."""
    pid = os.fork()
    if pid:
        return pid
    os.chdir(folder)
    silence = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        function()
        os._exit(0)
    except SystemExit as exc:
        os._exit(int(exc.code or 0))
    finally:
        # whatever happened, a child must not go on as its parent
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)


def run(function: Callable[[], object], folder: Path) -> float:
    """Call a function in a process of its own to its end and return how long it took."""
    began = time.perf_counter()
    _, status = os.waitpid(started(function, folder), 0)
    log = folder / "log"
    if status:
        sys.exit(f"status {os.waitstatus_to_exitcode(status)} in {folder}: {log.read_text()}")
    log.unlink()
    return time.perf_counter() - began


def rhetoric(*arguments: str) -> Callable[[], object]:
    """Return a call of the command line."""
    return lambda: main_of_rhetoric(list(arguments))


def state(folder: Path) -> dict[str, str]:
    """Return the checksum of every file in a folder by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def visible(found: dict[str, str]) -> dict[str, str]:
    """Return the files that a user sees: not hidden, and of an archive the manifest, which is the archive."""
    hidden = (".", "unfinished-", "families-", "segment-")
    return {
        name: digest
        for name, digest in found.items()
        if not any(part.startswith(hidden) or part == "families" for part in Path(name).parts)
    }


def kill(function: Callable[[], object], folder: Path, seconds: float) -> bool:
    """Call a function in a process of its own and kill that after some seconds; return whether it still ran."""
    pid = started(function, folder)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)  # of a process that has ended already it is still the number
    _, status = os.waitpid(pid, 0)
    (folder / "log").unlink(missing_ok=True)
    return os.WIFSIGNALED(status)


def attempt(case: Case, before: Path, after: dict[str, str], folder: Path, seconds: float) -> tuple[bool, float]:
    """Kill a command once, run it again, and check what is there each time.

    Return whether the kill came in time, and how long the next run took, 0 where there was none to make.
    """
    shutil.copytree(before, folder)
    old = state(before)
    was_killed = kill(rhetoric(*case.arguments), folder, seconds)
    left = visible(state(folder))
    for name, digest in left.items():
        if digest not in (old.get(name), after.get(name)):
            sys.exit(f"{case.arguments} killed after {seconds:.2f} s left half of {name}")
    if not visible(old).keys() <= left.keys():
        sys.exit(f"{case.arguments} killed after {seconds:.2f} s lost one of {sorted(visible(old))}")
    if (folder / "out" / "manifest.json").exists():
        run(rhetoric("archive", "verify", "out"), folder)
    # documents that were added before the kill would be refused as repeated
    is_added = case.arguments[1] == "add" and left != visible(old)
    again = 0.0
    if not is_added:
        again = run(rhetoric(*case.arguments), folder)
        if state(folder) != after:
            sys.exit(f"{case.arguments} run again after a kill at {seconds:.2f} s gave {sorted(state(folder))}")
    shutil.rmtree(folder)
    return was_killed, again


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="kills in all, spread over the commands")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="beginning of the commands to kill")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    # many small parts: a kill falls between some and in the midst of others
    tables.CHUNK_CHARS, tables.CHUNKS_PER_PART = 1 << 18, 2
    root = Path(tempfile.mkdtemp())
    killed: Counter[str] = Counter()
    try:
        for name, case in CASES.items():
            if not name.startswith(options.only):
                continue
            before, alone = root / name / "before", root / name / "alone"
            before.mkdir(parents=True)
            run(partial(case.prepare, before), before)
            shutil.copytree(before, alone)
            whole = run(rhetoric(*case.arguments), alone)
            after = state(alone)
            wanted, number = max(1, round(options.times * case.share)), 0
            while killed[name] < wanted:
                folder = root / name / str(number)
                was_killed, again = attempt(case, before, after, folder, rng.uniform(0, 1) * whole)
                # on a busy machine one run may take several times another
                whole = min(whole, again or whole)
                killed[name] += was_killed
                number += 1
            print(json.dumps({"command": name, "seconds": round(whole, 1), "killed": killed[name]}), flush=True)
    finally:
        shutil.rmtree(root)
    print(f"{sum(killed.values())} kills, nothing lost, every next run clean")


if __name__ == "__main__":
    main()
