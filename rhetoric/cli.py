"""The command line: translate arguments, call the library once, translate the result back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from rhetoric import __version__
from rhetoric._annotate_command import annotate
from rhetoric._archive_command import archive, formulas, trace
from rhetoric._measure_command import measure_command
from rhetoric._options import (
    JOBS,
    MODEL,
    SCHEDULER,
    is_for_people,
    refuse_format_beside_output,
    refuse_jobs_beside_scheduler,
)
from rhetoric._report_command import report

if TYPE_CHECKING:
    import pandas as pd

    from rhetoric._parts import Count
    from rhetoric.archive import Archive
    from rhetoric.classify import RhetoricClassifier
    from rhetoric.train import Training

__all__ = ["main"]

DONE, MISSED, WRONG = 0, 1, 2
SHIPPED_MODEL = os.path.join("models", "rhetoric.npz")  # noqa: PTH118 - a name to show, not a file to open


class _Commands(click.Group):
    """Commands whose output may find no taker: ``rhetoric classify corpus.csv | head`` is no mistake."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and end quietly when the reader of its output has seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # here, since click itself would exit with 1; what is still buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 a threshold that you set was missed, 2 wrong call or bad input.",
)
@click.version_option(__version__, prog_name="rhetoric", message="%(prog)s %(version)s")
def cli() -> None:
    """Tell a reader of official statements which words to skip.

    \b
    rhetoric classify statement.txt
    rhetoric classify --text "They will pay a dear price."
    rhetoric classify corpus.parquet -o sentences.csv
    rhetoric train labels.csv -o models/mine.npz
    rhetoric evaluate labels.jsonl --min-macro-f1 0.8
    rhetoric archive build corpus.parquet -o corpus.archive
    rhetoric trace statement.txt --archive corpus.archive --date 2024-06-02
    rhetoric formulas corpus.archive -o formulas.csv
    rhetoric annotate export corpus.jsonl -o tasks.json
    rhetoric measure corpus.parquet -o scores.parquet --plot scores.png
    """


def _probability(_context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Return a share, refusing one that was given as a percentage."""
    if value is not None and not 0 <= value <= 1:
        raise click.BadParameter(f"must be from 0 to 1, got {value:g}; divide a percentage by 100.", param=parameter)
    return value


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--text", help="A statement given on the command line instead of a file.")
@click.option("--output", "-o", metavar="FILE", help="Write one row a sentence to .csv, .jsonl or .parquet.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "table", "jsonl"]),
    default="auto",
    show_default=True,
    help="What to print: a table for people or JSON lines; auto looks whether it is a terminal.",
)
@click.option(
    "--abstain",
    type=float,
    callback=_probability,
    metavar="P",
    help="Say 'uncertain' where the likelier label has a probability below P.",
)
@click.option("--archive", "-a", "archive_path", metavar="DIR", help="Add what an archive of earlier statements says.")
@SCHEDULER
@click.option("--resume", is_flag=True, help="With -o, go on where an earlier run of the same call was stopped.")
@MODEL
@JOBS
def classify(  # noqa: PLR0913, PLR0917 - one argument an option
    paths: tuple[str, ...], text: str | None, output: str | None, form: str, abstain: float | None,
    archive_path: str | None, model: str | None, jobs: int, scheduler: str | None, resume: bool,
) -> None:  # fmt: skip
    """Label every sentence formulaic or substantive.

    PATH is a file (.txt for one statement; .jsonl, .csv, .parquet with a column `text` and optional `id`,
    `date`, `source`, `title`), a folder of such files, or - for standard input.

    \b
    rhetoric classify statement.txt
    rhetoric classify statements/ -o sentences.csv --jobs 2
    rhetoric classify corpus.parquet -o sentences.parquet --resume
    cat statement.txt | rhetoric classify - --format table
    """
    _check_options(paths, text, output, form, jobs, scheduler, resume)
    documents = _documents(paths, text)
    if is_for_people(form, output):
        _print_readings(documents, _Reader(_load(model), abstain, _open_archive(archive_path)))
        return
    from rhetoric._corpus_tables import reader, tables, write_corpus, write_tables
    from rhetoric._workers import workers

    with workers(jobs, scheduler, prepare=partial(import_module, "rhetoric.classify")) as crew:
        chosen = reader(model, abstain, archive_path, crew)
        if output is None:
            total = _print_tables(tables(documents, chosen, crew))
        elif text is not None:
            total = write_tables(tables(documents, chosen, crew), output)
        else:
            total = write_corpus(paths, output, chosen, crew, resume=resume)
    if output is not None:
        click.echo(f"{output}: {total.n_rows:,} rows", err=True)
    for line in total.told():
        click.echo(line, err=True)


def _check_options(
    paths: tuple[str, ...], text: str | None, output: str | None, form: str, jobs: int, scheduler: str | None,
    resume: bool,
) -> None:  # fmt: skip
    """Refuse options that exclude each other."""
    if (text is None) == (not paths):
        raise click.UsageError("give one or more PATHs or --text, and not both; see rhetoric classify --help.")
    refuse_format_beside_output(form, output)
    if resume and (output is None or text is not None or "-" in paths):
        raise click.UsageError("--resume needs files to read and --output to write; leave it out.")
    refuse_jobs_beside_scheduler(jobs, scheduler)


def _print_tables(tables: Iterator[pd.DataFrame]) -> Count:
    """Print one JSON object a sentence and return what was printed."""
    from rhetoric._parts import Counted

    counted = Counted(tables)
    for table in counted:
        click.echo(_with_iso_dates(table).to_json(orient="records", lines=True, force_ascii=False), nl=False)
    return counted.total


def _with_iso_dates(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its dates as str: pandas would write them as milliseconds."""
    from rhetoric._plain import plain

    names = [name for name in ("date", "precedent_date") if name in table]
    return table.assign(**{name: [plain(value) for value in table[name]] for name in names})


def _documents(paths: tuple[str, ...], text: str | None) -> Iterator[pd.DataFrame]:
    """Yield the statements to read, in frames."""
    import pandas as pd

    from rhetoric._corpus_tables import chunks
    from rhetoric._files import find_inputs, shown

    if text is None:
        yield from chunks(find_inputs(paths))
    elif not text.strip():
        raise ValueError(f"--text must hold a visible character, got {text[:20]!r}; give a sentence.")
    elif not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"--text must be valid Unicode, got {shown(text)}; set the terminal to UTF-8.")
    else:
        yield pd.DataFrame({"text": [text]})


def _load(path: str | None) -> RhetoricClassifier:
    """Return the model to use."""
    from rhetoric.classify import load

    return load(path)


@dataclass(frozen=True)
class _Reader:
    """What statements are read with."""

    model: RhetoricClassifier
    abstain: float | None
    archive: Archive | None


def _open_archive(path: str | None) -> Archive | None:
    """Return the archive that was asked for."""
    if path is None:
        return None
    from rhetoric.archive import Archive

    return Archive.open(path)


def _print_readings(documents: Iterator[pd.DataFrame], reader: _Reader) -> None:
    """Print every statement as text for people."""
    from rich.console import Console

    from rhetoric._printable import printable
    from rhetoric._records import statement_records
    from rhetoric._terminal import print_reading
    from rhetoric.classify import statement

    console = Console(highlight=False, markup=False, emoji=False)
    for frame in documents:
        for text, known in statement_records(frame):
            if not text.strip():
                console.print(f"{printable(known.get('id', 'a statement'))}: blank, no sentence to label\n")
                continue
            reading = statement(text, model=reader.model, abstain=reader.abstain, archive=reader.archive, **known)
            print_reading(reading, console)


@cli.command()
@click.argument("labels", required=False)
@click.option("--output", "-o", metavar="FILE", help="Model file to write, ending in .npz.")
@click.option("--without-seed", is_flag=True, help="Train on LABELS alone.")
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Parts held out in turn.")
def train(labels: str | None, output: str | None, without_seed: bool, folds: int) -> None:
    """Train a model on labelled sentences and measure it on held-out ones.

    LABELS has the columns `text` and `label` (formulaic or substantive), and optionally `document`, whose
    sentences are held out together. Without LABELS the model that ships is rebuilt from the seed.

    \b
    rhetoric train labels.csv -o models/mine.npz
    rhetoric train labels.csv -o models/mine.npz --without-seed
    rhetoric train
    """
    if labels is None and without_seed:
        raise click.UsageError("--without-seed needs LABELS to train on.")
    if labels is not None and output is None:
        raise click.UsageError("--output must name the model file to write, such as models/mine.npz.")
    target = output or SHIPPED_MODEL
    if not target.endswith(".npz"):
        raise click.UsageError(f"--output must end in .npz, got {target!r}.")
    from rhetoric._read import read_table
    from rhetoric.train import train as fit

    frame = None if labels is None else read_table(labels)
    with _located(labels):
        training = fit(frame, with_seed=not without_seed, n_folds=folds)
    _save(training, target)
    click.echo(training.evaluation.summary())
    click.echo(f"{target}: {training.n_sentences:,} sentences, {training.n_seed:,} of them from the seed", err=True)


@contextmanager
def _located(path: str | None) -> Iterator[None]:
    """Put the file before the message of an error in what it holds."""
    try:
        yield
    except (ValueError, TypeError) as exc:
        raise ValueError(f"{path}: {exc}" if path else str(exc)) from exc


def _save(training: Training, target: str) -> None:
    """Write a model and its card, making the folder where there is none."""
    from pathlib import Path

    Path(target).parent.mkdir(parents=True, exist_ok=True)
    training.save(target)


@cli.command()
@click.argument("labels")
@click.option(
    "--min-macro-f1",
    type=float,
    callback=_probability,
    metavar="F1",
    help="Exit with status 1 if macro-F1 is below this.",
)
@click.option("--by", multiple=True, metavar="COLUMN", help="Give the figures for each value of a column, too.")
@click.option("--output", "-o", metavar="FILE", help="Write all figures as JSON.")
@MODEL
def evaluate(
    labels: str, min_macro_f1: float | None, by: tuple[str, ...], output: str | None, model: str | None
) -> None:  # fmt: skip
    """Measure a model on labelled sentences.

    LABELS has the columns `text` and `label`. Intervals are bootstrapped; they resample whole statements
    where there is a column `document`.

    \b
    rhetoric evaluate labels.jsonl
    rhetoric evaluate labels.jsonl --min-macro-f1 0.8 --by source
    """
    from rhetoric._read import read_table
    from rhetoric.evaluate import evaluate as measure

    frame = read_table(labels)
    chosen = _load(model)
    with _located(labels):
        evaluation = measure(chosen, frame, by=list(by) or None)
    if output is not None:
        from rhetoric._atomic import atomic_path

        with atomic_path(output) as aside:
            aside.write_text(json.dumps(evaluation.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(evaluation.summary())
    if min_macro_f1 is not None and evaluation.macro_f1 < min_macro_f1:
        click.echo(f"macro-F1 is {evaluation.macro_f1:.3f}, below the {min_macro_f1:g} that you set.", err=True)
        sys.exit(MISSED)


for command in (annotate, archive, formulas, measure_command, report, trace):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status.

    Mistakes of the user, among them every ``ValueError`` of the library, end as one line on standard error
    and status 2.
    """
    try:
        cli.main(args=arguments, prog_name="rhetoric", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as exc:
        click.echo(exc.format_message())
    except click.ClickException as exc:
        _fail(exc.format_message())
    except click.Abort:
        _fail("interrupted")
    except (ValueError, TypeError, OSError) as exc:
        _fail(_explained(exc))
    sys.exit(DONE)


def _explained(error: Exception) -> str:
    """Return the message of an error, with the path and a remedy where the system refused a file."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    from rhetoric._files import place

    return f"{place(error.filename)}: {error.strerror}; check the path and its permissions."


def _fail(message: str) -> NoReturn:
    """Print one line on standard error and exit."""
    click.echo(f"rhetoric: {' '.join(message.split())}", err=True)
    sys.exit(WRONG)
