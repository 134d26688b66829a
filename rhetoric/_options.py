"""Options that several commands have, and what is said where they exclude each other."""

from __future__ import annotations

import sys

import click

MODEL = click.option("--model", "-m", metavar="FILE", help="Model file; by default the one that ships.")
JOBS = click.option("--jobs", "-j", type=int, default=1, show_default=True, help="Processes; -1 for all.")
SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Let the workers of a Dask scheduler do it: tcp://HOST:PORT."
)
DATE = click.option("--date", metavar="DATE", help="Date of statements whose file gives none, such as 2024-06-02.")
ARCHIVE = click.option("--archive", "-a", "archive_path", metavar="DIR", help="Archive of earlier statements.")


def refuse_format_beside_output(form: str, output: str | None) -> None:
    """Refuse a form of printing where nothing is printed."""
    if output is not None and form != "auto":
        raise click.UsageError(f"--format is for printing, got {form} beside --output {output}; leave one of them out.")


def refuse_jobs_beside_scheduler(jobs: int, scheduler: str | None) -> None:
    """Refuse processes of this machine where a cluster does the work."""
    if scheduler is not None and jobs != 1:
        raise click.UsageError(f"--jobs is for this machine, got {jobs} beside --scheduler; leave one of them out.")


def is_for_people(form: str, output: str | None) -> bool:
    """Return whether to print a text for people: asked for, or on a terminal."""
    return output is None and (form == "table" or (form == "auto" and sys.stdout.isatty()))
