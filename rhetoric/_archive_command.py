"""The commands ``rhetoric archive``, ``trace`` and ``formulas``: build an archive, and ask it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from rhetoric._options import (
    ARCHIVE,
    DATE,
    JOBS,
    MODEL,
    SCHEDULER,
    is_for_people,
    refuse_format_beside_output,
    refuse_jobs_beside_scheduler,
)

if TYPE_CHECKING:
    from rhetoric._reading import Reading
    from rhetoric.archive import Archive


@click.group()
def archive() -> None:
    """Build and keep an archive of dated statements.

    \b
    rhetoric archive build statements.parquet -o kcna.archive
    rhetoric archive add kcna.archive june.jsonl
    rhetoric archive merge north.archive south.archive -o both.archive
    rhetoric archive info kcna.archive
    rhetoric archive verify kcna.archive
    """


_INVALID = click.option(
    "--invalid",
    type=click.Choice(["raise", "skip"]),
    default="raise",
    show_default=True,
    help="Refuse blank texts, missing dates and repeated ids, or leave them out and say how many.",
)


@contextmanager
def _warnings_told() -> Iterator[None]:
    """Print the library's warnings as lines on standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for warning in caught:
        click.echo(str(warning.message), err=True)


@archive.command()
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@click.option("--output", "-o", required=True, metavar="DIR", help="Folder to make; an archive in it is replaced.")
@click.option("--n", type=int, default=4, show_default=True, help="Words of a run, 3 to 16.")
@_INVALID
@JOBS
@SCHEDULER
def build(corpus: tuple[str, ...], output: str, n: int, invalid: str, jobs: int, scheduler: str | None) -> None:
    """Build an archive from dated statements.

    CORPUS is what `rhetoric classify` reads: .jsonl, .csv or .parquet files with the columns `text` and `date`
    (ISO), and `id`, `source`, `title` if there; folders of such files; or - for standard input.
    """
    from rhetoric._read import read_documents
    from rhetoric.archive import Archive

    refuse_jobs_beside_scheduler(jobs, scheduler)
    with _warnings_told():
        if scheduler is None:
            made = Archive.build(read_documents(corpus), output, n=n, invalid=invalid, n_jobs=jobs)
        else:
            made = _built_on_cluster(corpus, output, n, invalid, scheduler)
    _tell(made, output)


def _built_on_cluster(corpus: tuple[str, ...], output: str, n: int, invalid: str, scheduler: str) -> Archive:
    """Build an archive on a Dask cluster, whose workers open the files of a corpus in Parquet themselves."""
    from joblib import parallel_config

    from rhetoric._corpus_tables import opened_by_workers
    from rhetoric._files import find_inputs
    from rhetoric._read import read_inputs
    from rhetoric._workers import connected, of_cluster
    from rhetoric.archive import Archive

    inputs = find_inputs(corpus)
    with connected(scheduler) as client:
        crew = of_cluster(client)
        if opened_by_workers(inputs, crew):
            return Archive._build_partitions(inputs, output, n=n, invalid=invalid, crew=crew)
        with parallel_config(backend="dask", client=client):
            return Archive.build(read_inputs(inputs), output, n=n, invalid=invalid)


@archive.command()
@click.argument("path", metavar="DIR")
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@_INVALID
def add(path: str, corpus: tuple[str, ...], invalid: str) -> None:
    """Add dated statements to the archive DIR."""
    from rhetoric._read import read_documents
    from rhetoric.archive import Archive

    with _warnings_told():
        grown = Archive.open(path).add(read_documents(corpus), invalid=invalid)
    _tell(grown, path)


@archive.command()
@click.argument("paths", nargs=-1, required=True, metavar="DIR...")
@click.option("--output", "-o", required=True, metavar="DIR", help="Folder to make.")
def merge(paths: tuple[str, ...], output: str) -> None:
    """Make one archive of several, as if built from all their documents."""
    from rhetoric.archive import Archive

    _tell(Archive.merge(paths, output), output)


@archive.command()
@click.argument("path", metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def info(path: str, as_json: bool) -> None:
    """Say what the archive DIR holds."""
    from rhetoric._plain import plain
    from rhetoric.archive import Archive

    figures = plain(Archive.open(path).info())
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            told = ", ".join(f"{key or 'unknown'} {count:,}" for key, count in value.items())
        else:
            told = f"{value:,}" if isinstance(value, int) else str(value)
        click.echo(f"{name.replace('_', ' '):<12} {told}")


@archive.command()
@click.argument("path", metavar="DIR")
def verify(path: str) -> None:
    """Check every file of the archive DIR against its checksum."""
    from rhetoric.archive import Archive

    Archive.open(path).verify()
    click.echo(f"{path}: whole", err=True)


def _tell(made: Archive, path: str) -> None:
    """Say on standard error what an archive holds now."""
    click.echo(f"{path}: {made.n_documents:,} documents, {made.first_date} to {made.last_date}", err=True)


@click.command()
@click.argument("path", required=False, metavar="[DIR]")
@click.option("--output", "-o", metavar="FILE", help="Write all to .csv, .jsonl or .parquet.")
@click.option("--frames", is_flag=True, help="Phrases with a slot of one to four words, and what has filled it.")
@click.option("--min-documents", type=int, metavar="N", help="Documents a formula must stand in; by size if left out.")
@click.option("--top", type=click.IntRange(1), default=30, show_default=True, help="How many to print.")
def formulas(path: str | None, output: str | None, frames: bool, min_documents: int | None, top: int) -> None:
    """List the phrases of three words and more that recur in the archive DIR.

    Each word counts for the longest formula that holds it. Without DIR the example archive is read.

    \b
    rhetoric formulas kcna.archive
    rhetoric formulas kcna.archive -o formulas.csv
    rhetoric formulas kcna.archive --frames -o frames.jsonl
    """
    chosen = opened(path)
    table = chosen.frames(min_documents=min_documents) if frames else chosen.formulas(min_documents=min_documents)
    if output is not None:
        from rhetoric._write import write_table

        click.echo(f"{output}: {write_table([table], output):,} rows", err=True)
        return
    for row in table.head(top).to_dict("records"):
        filled = f"  ({', '.join(one['text'] for one in row['fillers'][:4])})" if frames else ""
        click.echo(f"{row['n_documents']:>7,}  {row['first']} to {row['last']}  {row['text']}{filled}")
    click.echo(f"{min(top, len(table))} of {len(table):,}; -o FILE writes all of them", err=True)


def opened(path: str | None) -> Archive:
    """Return the archive in `path`, or the example that ships."""
    from rhetoric.archive import Archive

    if path is not None:
        return Archive.open(path)
    click.echo(
        "no archive given: the example archive that ships is used, statements written for this project; build your own "
        "with rhetoric archive build.",
        err=True,
    )
    return Archive.example()


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@ARCHIVE
@DATE
@click.option("--output", "-o", metavar="FILE", help="Write one object a statement to .jsonl.")
@MODEL
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "table", "jsonl"]),
    default="auto",
    show_default=True,
    help="What to print: a text for people or JSON lines; auto looks whether it is a terminal.",
)
def trace(
    paths: tuple[str, ...], archive_path: str | None, date: str | None, output: str | None, model: str | None,
    form: str,
) -> None:  # fmt: skip
    """Say where the wording of statements comes from, what changed and what is missing.

    PATH is what `rhetoric classify` reads. Only documents of the archive with an earlier date than the
    statement's count; a statement without a date is compared with all of it.

    \b
    rhetoric trace statement.jsonl --archive kcna.archive
    rhetoric trace statement.txt --archive kcna.archive --date 2024-06-02
    """
    refuse_format_beside_output(form, output)
    readings = _readings(paths, opened(archive_path), date, model)
    if is_for_people(form, output):
        from rich.console import Console

        from rhetoric._terminal import print_reading

        console = Console(highlight=False, markup=False, emoji=False)
        for reading in readings:
            print_reading(reading, console)
        return
    lines = (json.dumps(reading.to_dict(), ensure_ascii=False) for reading in readings)
    if output is None:
        for line in lines:
            click.echo(line)
        return
    _write_lines(lines, output)


def _readings(paths: tuple[str, ...], archive: Archive, date: str | None, model: str | None) -> Iterator[Reading]:
    """Yield the reading of every statement; blank ones are named on standard error."""
    from rhetoric._read import read_documents
    from rhetoric._records import statement_records
    from rhetoric.classify import load, statement

    chosen = load(model)
    for frame in read_documents(paths):
        for row, (text, known) in enumerate(statement_records(frame)):
            if not text.strip():
                click.echo(f"{known.get('id', f'statement {row}')}: blank, left out", err=True)
                continue
            yield statement(text, model=chosen, archive=archive, **{"date": date, **known})


def _write_lines(lines: Iterator[str], path: str) -> None:
    """Write JSON lines to a file, when all are there."""
    from rhetoric._atomic import atomic_path

    if not path.endswith((".jsonl", ".ndjson")):
        raise click.UsageError(f"--output must end in .jsonl, got {path!r}; a trace is no flat table.")
    n_lines = 0
    with atomic_path(path) as aside, aside.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + "\n")
            n_lines += 1
    click.echo(f"{path}: {n_lines:,} statements", err=True)
