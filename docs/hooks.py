"""Fill in the parts of the documentation that are computed: tables, help texts, the model card.

A page asks for such a part with a line ``<!-- generate: name -->``; the names are the keys of `PARTS`.
MkDocs calls :func:`on_page_markdown` for every page and :func:`on_page_content` for its HTML.
"""

from __future__ import annotations

import importlib
import re
import runpy
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rhetoric._terms import PROFILE_COLUMNS
from rhetoric.classify import load
from rhetoric.cli import cli
from rhetoric.datasets import load_seed
from rhetoric.features import block_descriptions

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parent.parent
MARKER = re.compile(r"^<!-- generate: (\w+) -->$", re.MULTILINE)
ROLE = re.compile(r":(?:func|class|mod|meth|attr):(?=<code>)")
FIRST_MODULES = ("classify", "features", "train", "archive", "evaluate", "datasets")
HELP_WIDTH = 90

# which way a reader who knows such statements expects a column to speak where it is high
EXPECTATIONS = {
    "substance": """
        words figures years long_figures names name_share name_runs acronyms brackets money_signs percent_signs
        month weekday time_reference number_word ordinal measure quantity_change money person_title place_word
        organisation document weapon reported_act concrete_act future_act condition offer admission hedge cause
        unknown_words
    """,
    "formula": """
        exclamation question_mark obligation vow generic_threat epithet denounce praise ideology friendship greeting
        universal abstraction evidential question attribution coverage_2 coverage_3 coverage_4 coverage_5 coverage_6
        evergreen longest_run spread reuse word_spread rarest_word
    """,
    "either": """
        word_length quotation colons commas dashes full_stops negation first_person second_person third_person contrast
    """,
}
EXPECTED = {name: side for side, names in EXPECTATIONS.items() for name in names.split()}


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in Markdown; whole numbers get separators and stand on the right.

    Examples
    --------
    >>> print(table(["label", "sentences"], [["formulaic", 1200]]))
    | label | sentences |
    |---|---:|
    | formulaic | 1,200 |
    """
    cells = [list(row) for row in rows]
    numeric = [all(isinstance(row[at], int) for row in cells) for at in range(len(header))]
    lines = [header, *([f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in cells)]
    texts = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    rule = "|" + "|".join("---:" if is_right else "---" for is_right in numeric) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def unit_and_range(description: str) -> tuple[str, str, str]:
    """Return what a column measures, its unit and its range.

    Examples
    --------
    >>> unit_and_range("exclamation marks, log(1 + n)")
    ('exclamation marks', 'log(1 + n)', '0 and up')
    >>> unit_and_range("share of capitalised words, 0 to 1")
    ('share of capitalised words', 'share', '0 to 1')
    """
    if description.endswith(", log(1 + n)"):
        return description.removesuffix(", log(1 + n)"), "log(1 + n)", "0 and up"
    if description.endswith(", 0 to 1"):
        return description.removesuffix(", 0 to 1"), "share", "0 to 1"
    for unit in ("log(1 + documents)", "characters"):
        if unit in description:
            return description, unit, "0 and up"
    raise ValueError(f"a description must end in a known unit, got {description!r}; teach it to unit_and_range.")


def block_table(block: str) -> str:
    """Return the columns of a dense block with unit, range, expected direction and weight in the shipped model."""
    model = load()
    weights = dict(zip(model.dense_names_.tolist(), model.dense_weights_.tolist(), strict=True))
    rows = []
    for name, description in block_descriptions(block).items():
        column = f"{block}__{name}"
        weight = f"{weights[column]:+.2f}" if column in weights else "not used"
        rows.append([f"`{column}`", *unit_and_range(description), EXPECTED[name], weight])
    return table(["column", "what it measures", "unit", "range", "expected to speak for", "shipped weight"], rows)


def vector_columns() -> str:
    """Return a sentence on the columns of the block of vectors."""
    names = list(block_descriptions("vectors"))
    return f"{len(names)} columns, `vectors__{names[0]}` to `vectors__{names[-1]}`."


def profile_table() -> str:
    """Return the columns of the block of profiles."""
    rows = [[f"`profiles__{name}`", what] for name, what in PROFILE_COLUMNS.items()]
    return table(["column", "property of the sentences that a word stands in"], rows)


def counts(column: str) -> str:
    """Return how many sentences of the seed have each value of a column, by label."""
    seed = load_seed()
    by_label = seed.groupby([column, "label"]).size().unstack(fill_value=0)
    by_label = by_label.assign(total=by_label.sum(axis=1))
    if column != "grade":
        by_label = by_label.sort_values("total", ascending=False, kind="stable")
    rows = [[f"`{value}`", *map(int, row)] for value, row in zip(by_label.index, by_label.to_numpy(), strict=True)]
    return table([column, *by_label.columns], [*rows, ["all", *map(int, by_label.sum())]])


def seed_size() -> str:
    """Return the size of the seed in two sentences."""
    seed = load_seed()
    statements = seed[seed["part"] == "statement"]
    paired = seed[seed["pair"].notna()]
    return (
        f"The seed holds {len(seed):,} sentences; {len(statements):,} of them stand in "
        f"{statements['document'].nunique():,} whole statements, dated from {statements['date'].min()} to "
        f"{statements['date'].max()} and attributed to {statements['source'].nunique()} sources. {len(paired):,} "
        f"sentences belong to one of {paired['pair'].nunique()} contrast pairs or returning lines."
    )


def public_modules() -> list[str]:
    """Return the names of the public modules of the package, the most used first."""
    names = {path.stem for path in (ROOT / "rhetoric").glob("[!_]*.py")}
    names |= {path.parent.name for path in (ROOT / "rhetoric").glob("[!_]*/__init__.py")}
    return [*FIRST_MODULES, *sorted(names - set(FIRST_MODULES))]


def public_names(module: str) -> list[str]:
    """Return the public names of a module, the value of its ``__all__``."""
    return list(importlib.import_module(f"rhetoric.{module}").__all__)


def reference() -> str:
    """Return the instructions to mkdocstrings for all public modules and names."""
    return "\n\n".join(
        f"::: rhetoric.{module}\n    options:\n      members: [{', '.join(public_names(module))}]"
        for module in public_modules()
    )


def help_texts(command: click.Command = cli, name: str = "rhetoric", parent: click.Context | None = None) -> str:
    """Return the help of a command and of all commands below it."""
    settings = {**command.context_settings, "terminal_width": HELP_WIDTH, "max_content_width": HELP_WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    parts = [f"## `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```"]
    if isinstance(command, click.Group):
        parts += [help_texts(child, child_name, context) for child_name, child in command.commands.items()]
    return "\n\n".join(parts)


def agreement() -> str:
    """Return how many of the example sentences on the page of the labels the shipped model labels alike."""
    page = (ROOT / "docs" / "labels.md").read_text(encoding="utf-8")
    above, _, _ = page.partition("<!-- generate: agreement -->")
    examples = re.findall(r"^\|[^|]+\| ([^|]+) \| (formulaic|substantive) \|$", above, re.MULTILINE)
    predicted = load().predict([text for text, _ in examples]).tolist()
    n_alike = sum(label == found for (_, label), found in zip(examples, predicted, strict=True))
    return f"The shipped model gives {n_alike} of these {len(examples)} sentences the same label."


def ablation() -> str:
    """Return the recorded figures for each choice of feature blocks on real sentences."""
    results = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    section = results.partition("### Blocks\n")[2].partition("###")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))


def model_card() -> str:
    """Return the card of the shipped model."""
    return (ROOT / "models" / "rhetoric.md").read_text(encoding="utf-8")


PARTS: dict[str, Callable[[], str]] = {
    "substance": lambda: block_table("substance"),
    "formula": lambda: block_table("formula"),
    "vectors": vector_columns,
    "profiles": profile_table,
    "ablation": ablation,
    "agreement": agreement,
    "seed_size": seed_size,
    "parts": lambda: counts("part"),
    "registers": lambda: counts("register"),
    "moves": lambda: counts("move"),
    "grades": lambda: counts("grade"),
    "reference": reference,
    "help": help_texts,
    "model_card": model_card,
}


def generate(markdown: str) -> str:
    """Return a page with its computed parts filled in; an unknown name is an error."""
    return MARKER.sub(lambda match: PARTS[match.group(1)](), markdown)


def gallery() -> dict[str, str]:
    """Return the pages of the gallery by name."""
    found: dict[str, str] = runpy.run_path(str(ROOT / "examples" / "gallery.py"))["pages"]()
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the gallery."""
    from mkdocs.structure.files import File

    for name, page in gallery().items():
        files.append(File.generated(config, f"gallery/{name}.html", content=page))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill in the computed parts of a page."""
    return generate(markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Remove the Sphinx roles that docstrings carry for readers of the source."""
    return ROLE.sub("", html)
