"""The command ``rhetoric report``: statements as one page to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--output", "-o", required=True, metavar="FILE", help="Page to write, ending in .html.")
@click.option("--archive", "-a", "archive_path", metavar="DIR", help="Archive of earlier statements.")
@click.option("--compare", is_flag=True, help="Set two statements side by side, the earlier one first.")
@click.option("--date", metavar="DATE", help="Date of statements whose file gives none, such as 2024-06-02.")
@click.option("--model", "-m", metavar="FILE", help="Model file; by default the one that ships.")
def report(
    paths: tuple[str, ...], output: str, archive_path: str | None, compare: bool, date: str | None, model: str | None
) -> None:
    """Write statements as a page to look at, in one file that needs no network.

    PATH is what `rhetoric classify` reads. One statement makes a page that shows it sentence by sentence;
    several make a page of the corpus, with charts and a table. An archive adds where the wording comes
    from, what changed and what is missing.

    \b
    rhetoric report statement.txt --archive kcna.archive --date 2024-06-02 -o page.html
    rhetoric report corpus.parquet --archive kcna.archive -o corpus.html
    rhetoric report --compare last.txt this.txt -o compare.html
    """
    if not output.lower().endswith((".html", ".htm")):
        raise click.UsageError(f"--output must end in .html, got {output!r}.")
    from rhetoric._atomic import atomic_path

    readings = _readings(paths, archive_path, date, model, is_short=True)
    page = _compared(readings) if compare else _page(readings, archive_path)
    with atomic_path(output) as aside:
        aside.write_text(page, encoding="utf-8")
    click.echo(f"{output}: {len(page.encode()) / 1000:,.0f} kB", err=True)
