"""Who does the work: this process, several on this machine, or a Dask cluster.

:func:`workers` gives an executor, or None for this process alone; :func:`in_order` hands items to it and
yields the results in the order of the items. Only a few items are under way at a time, so that memory does
not grow with their number, and a killed worker of a cluster costs nothing: its items are done again.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from rhetoric import __version__
from rhetoric._files import InputError, one_line, shown

Item = TypeVar("Item")
Result = TypeVar("Result")

ITEMS_PER_WORKER = 2
"""Items that wait for each worker: one it works on and one that is ready when it has done."""
SECONDS_TO_CONNECT = 15
SECONDS_TO_END = 10
"""How long items that are being worked on when an error stops the work may take to end."""


@dataclass(frozen=True)
class Workers:
    """Processes that wait for work.

    Attributes
    ----------
    executor : Executor or None
        Takes functions and arguments; None for the calling process.
    n : int
        How many items are worked on at the same time, at least 1.
    is_cluster : bool
        Whether they may be on other machines.
    """

    executor: Executor | None
    n: int
    is_cluster: bool = False


@contextmanager
def workers(
    n_jobs: int | None = None, scheduler: str | None = None, *, prepare: Callable[[], object] | None = None
) -> Iterator[Workers]:
    """Give the workers that were asked for, and send them away at the end.

    Parameters
    ----------
    n_jobs : int, optional
        Processes on this machine as in joblib, 1 for the calling one, -1 for all processors.
    scheduler : str, optional
        Address of a running Dask scheduler such as ``tcp://10.0.0.5:8786``.
    prepare : callable, optional
        Called in the processes of this machine, which start at once, while the block gets ready: imports what
        they will need. What it raises is not told.

    Raises
    ------
    InputError
        If the scheduler does not answer, has no workers, or they have another version of rhetoric; in the
        block, if a process of this machine was killed.
    ValueError
        If `n_jobs` is 0.
    """
    if n_jobs == 0:
        raise ValueError("n_jobs must be 1 or more, or negative to count from all processors, got 0; pass -1 for all.")
    if scheduler is not None:
        with connected(scheduler) as client:
            yield of_cluster(client)
        return
    from joblib import effective_n_jobs

    n = effective_n_jobs(n_jobs)
    if n == 1:
        yield Workers(None, 1)
        return
    before = multiprocessing.active_children()
    pool = _pool(n, prepare)
    try:
        yield Workers(pool, n)
    except (BrokenProcessPool, OSError) as exc:
        # the pipes of a pool that broke while work was handed to it
        if isinstance(exc, OSError) and str(exc) != "handle is closed":
            raise
        # one that was being started when the pool broke would wait for work for ever, and this process for it
        for process in multiprocessing.active_children():
            if process not in before:
                process.kill()
        raise InputError(
            f"--jobs: worker processes must live, got one that was killed, perhaps for want of memory; use fewer "
            f"than {n}."
        ) from exc
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(n: int, prepare: Callable[[], object] | None) -> Executor:
    """Return processes, started at once if there is something to prepare and otherwise with the first items."""
    # not forked: the threads of numerical libraries do not survive it
    pool = ProcessPoolExecutor(n, multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    if prepare is not None:
        for _ in range(n):
            pool.submit(prepare)
    return pool


def _end_with_parent() -> None:
    """Let this process end when the one that made it is gone, even if that was killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def of_cluster(client: Any) -> Workers:
    """Return the workers of a Dask cluster."""
    return Workers(client.get_executor(pure=False), sum(client.nthreads().values()), is_cluster=True)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give a client of a Dask scheduler, refusing a cluster that cannot do the work."""
    try:
        client_of = import_module("distributed").Client
    except ImportError as exc:
        raise InputError(
            '--scheduler needs Dask, got no such package; install it: pip install "rhetoric[dask]".'
        ) from exc
    try:
        client = client_of(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as exc:
        raise InputError(
            f"--scheduler must be the address of a running Dask scheduler, got {shown(address)} ({one_line(exc)}); "
            "start one with: dask scheduler."
        ) from exc
    with client:
        versions = set(client.run(_version).values())
        if not versions:
            raise InputError(f"--scheduler {address}: must have a worker, got none; start one: dask worker {address}.")
        if versions != {__version__}:
            raise InputError(
                f"--scheduler {address}: workers must have rhetoric {__version__}, got {shown(sorted(versions))}; "
                "install it there."
            )
        yield client


def _version() -> str:
    """Return the version of this package in the process that is asked."""
    return __version__


def in_order(crew: Workers, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in the order of the items.

    Parameters
    ----------
    crew : Workers
        From :func:`workers`.
    function : callable
        With several processes one that can be pickled.
    items : iterable
        Consumed as the work goes on.

    Examples
    --------
    >>> with workers(1) as crew:
    ...     list(in_order(crew, len, ["a", "bcd"]))
    [1, 3]
    """
    if crew.executor is None:
        yield from map(function, items)
        return
    iterator = iter(items)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in islice(iterator, crew.n * ITEMS_PER_WORKER):
            waiting.append(crew.executor.submit(function, item))
        while waiting:
            result = waiting.popleft().result()
            for item in islice(iterator, 1):
                waiting.append(crew.executor.submit(function, item))
            yield result
    finally:
        # what processes of this machine write must not appear when the caller has put its files in order; those of a
        # cluster end by themselves
        wait([future for future in waiting if not future.cancel()], SECONDS_TO_END)
