"""The command ``rhetoric measure``: the published measures for a whole corpus."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from rhetoric._options import JOBS

if TYPE_CHECKING:
    import pandas as pd


def _list_measures(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    """Print the names of the measures and end."""
    if not value or context.resilient_parsing:
        return
    from rhetoric.measures import MEASURES

    click.echo("\n".join(MEASURES))
    context.exit()


@click.command("measure")
@click.argument("paths", nargs=-1, required=True, metavar="CORPUS...")
@click.option("--output", "-o", metavar="FILE", help="Write one row a document to .csv, .jsonl or .parquet.")
@click.option("--measure", "names", multiple=True, metavar="NAME", help="A measure; may be repeated. All by default.")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_measures, help="Name them.")
@click.option("--by", metavar="COLUMN", help="Measure the documents of each value of a column apart, such as source.")
@click.option(
    "--window",
    default="50",
    show_default=True,
    help="Documents before and after for novelty, transience, resonance and importance, or days such as 90D.",
)
@click.option("--plot", "plots", multiple=True, metavar="FILE", help="Draw the scores to .png or .svg.")
@JOBS
def measure_command(
    paths: tuple[str, ...], output: str | None, names: tuple[str, ...], by: str | None, window: str,
    plots: tuple[str, ...], jobs: int,
) -> None:  # fmt: skip
    """Measure how formulaic and how new each document of a corpus is.

    CORPUS is a file or folder with dated documents: .jsonl, .csv or .parquet with the columns `text` and
    `date`, and optional `id`, `source`, `title`. One row a document comes out, in the order of the input.

    \b
    rhetoric measure corpus.parquet -o scores.parquet
    rhetoric measure corpus.parquet --measure novelty --measure reuse -o scores.csv
    rhetoric measure corpus.parquet -o scores.parquet --by source --plot scores.png
    """
    from rhetoric.measures import measure, plot
    from rhetoric.measures._all import check_names

    chosen = check_names(names)
    if plots:
        _check_plots(chosen)
    length: int | str = int(window) if window.lstrip("-").isdigit() else window
    _check_outputs(output, plots)
    documents = _read(paths)
    with _progress() as on_step, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = measure(documents, chosen, by=by, window=length, n_jobs=jobs, on_step=on_step)
    for warning in caught:
        click.echo(f"rhetoric: {warning.message}", err=True)
    _write(scores, output)
    for path in plots:
        plot(scores, path)
        click.echo(f"{path}: drawn", err=True)


def _check_outputs(output: str | None, plots: tuple[str, ...]) -> None:
    """Refuse a wrong suffix before the work and not after it."""
    from rhetoric._files import WRITABLE, format_of

    if output is not None:
        format_of(output, WRITABLE)
    for path in plots:
        if not path.lower().endswith((".png", ".svg")):
            raise click.UsageError(f"--plot must end in .png or .svg, got {path!r}; rename it.")


def _check_plots(names: list[str]) -> None:
    """Refuse a plot that cannot be drawn before the work and not after it."""
    from rhetoric.measures._plots import check_columns, load_altair

    check_columns(["date", *names])
    try:
        load_altair()
    except ModuleNotFoundError as exc:
        raise click.ClickException(str(exc)) from exc


def _read(paths: tuple[str, ...]) -> pd.DataFrame:
    """Return all documents in one frame."""
    import pandas as pd

    from rhetoric._read import read_documents

    return pd.concat(list(read_documents(paths)), ignore_index=True)


def _write(scores: pd.DataFrame, output: str | None) -> None:
    """Write the scores, or print them as JSON lines."""
    if output is None:
        click.echo(scores.to_json(orient="records", lines=True, force_ascii=False, date_format="iso"), nl=False)
        return
    from rhetoric._write import write_table

    n_rows = write_table([scores], output)
    click.echo(f"{output}: {n_rows:,} rows", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], Any] | None]:
    """Give a function that shows steps done on a terminal, None where standard error is none."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Measuring", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
