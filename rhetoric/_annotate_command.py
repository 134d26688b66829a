"""The commands ``rhetoric annotate``: sentences to annotators, and their labels back."""

from __future__ import annotations

import warnings

import click

from rhetoric._options import MODEL

# named here, since importing the library takes longer than a help text should
FORMATS = ("label-studio", "prodigy", "doccano")


@click.group()
def annotate() -> None:
    """Hand sentences to annotators and take their labels back.

    \b
    rhetoric annotate export corpus.jsonl -o tasks.json --n 200
    rhetoric annotate config > label-studio.xml
    rhetoric annotate import project-1.json -o labels.jsonl
    rhetoric train labels.jsonl -o models/mine.npz
    """


@annotate.command()
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--output", "-o", required=True, metavar="FILE", help="File to write: .json for Label Studio, else .jsonl."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="The annotation tool.",
)
@click.option("--n", type=int, default=100, show_default=True, help="Sentences to pick.")
@MODEL
@click.option(
    "--known", multiple=True, metavar="LABELS", help="File with the `text` of sentences labelled already; repeatable."
)
@click.option(
    "--explore", type=float, default=0.2, show_default=True, metavar="SHARE", help="Share of random picks, 0 to 1."
)
@click.option(
    "--suggest/--no-suggest",
    default=None,
    help="Send the model's label along or not; by default it goes along except to doccano.",
)
@click.option("--random-state", type=int, default=0, show_default=True, help="Seed of the random picks.")
def export(
    corpus: tuple[str, ...], output: str, form: str, n: int, model: str | None, known: tuple[str, ...],
    explore: float, suggest: bool | None, random_state: int,
) -> None:  # fmt: skip
    """Pick sentences to label next and write them for a tool.

    CORPUS is what `rhetoric classify` reads: files, folders or -. Sentences of which the model is unsure are
    picked, none much like another or like a known one, and a share is drawn at random.

    \b
    rhetoric annotate export statements/ -o tasks.json
    rhetoric annotate export corpus.parquet -o tasks.jsonl --format prodigy --n 200
    rhetoric annotate export corpus.csv -o more.json --model models/mine.npz --known labels.jsonl
    """
    import pandas as pd

    from rhetoric._read import read_documents, read_table
    from rhetoric.annotate import export as write_tasks
    from rhetoric.classify import load

    frame = pd.concat(list(read_documents(corpus)), ignore_index=True)
    labelled = [text for path in known for text in read_table(path, ("text",))["text"]]
    n_tasks = write_tasks(
        frame, output, format=form, model=load(model), n=n, known=labelled, explore=explore, suggest=suggest,
        random_state=random_state,
    )  # fmt: skip
    click.echo(f"{output}: {n_tasks:,} sentences for {form}", err=True)


@annotate.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--output", "-o", required=True, metavar="FILE", help="Write one row a label to .jsonl, .csv or .parquet."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="The annotation tool; by default what FILE looks like."
)
@click.option(
    "--resolve",
    type=click.Choice(["all", "majority"]),
    default="all",
    show_default=True,
    help="Keep a row for each annotator of a sentence, or one with the label that most of them gave.",
)
def import_(files: tuple[str, ...], output: str, form: str | None, resolve: str) -> None:
    """Read labels back into what `rhetoric train` takes.

    FILE is what the tool exported: JSON of Label Studio, JSON lines of `prodigy db-out`, JSON lines or the ZIP
    archive of doccano; several files are read together.

    \b
    rhetoric annotate import project-1.json -o labels.jsonl
    rhetoric annotate import ann.jsonl bob.jsonl -o labels.jsonl --resolve majority
    """
    from rhetoric._write import write_table
    from rhetoric.annotate import import_labels

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        table = import_labels(files, format=form, resolve=resolve)
    for warning in caught:
        click.echo(str(warning.message), err=True)
    n_rows = write_table([table], output)
    left_out = ", ".join(f"{number:,} {reason}" for reason, number in table.attrs["left_out"].items() if number)
    click.echo(f"{output}: {n_rows:,} labels" + (f"; left out: {left_out}" if left_out else ""), err=True)


@annotate.command()
def config() -> None:
    """Print the configuration for a Label Studio project."""
    from rhetoric.annotate import label_studio_config

    click.echo(label_studio_config(), nl=False)
