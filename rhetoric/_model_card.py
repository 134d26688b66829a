"""The model card: what a model was trained on, how it did on held-out sentences, where it fails.

Written from the training run, so that the card and the model cannot drift apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from rhetoric import __version__

if TYPE_CHECKING:
    from rhetoric.train import Training

COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
MISTAKES_SHOWN = 12

INTENDED_USE = """\
## Intended use

To show a reader of official statements which sentences say something that can be checked or acted on, so
that the others can be skipped on a first reading. Figures over many statements describe wording, not
intentions. The model reads English; it was trained on statements of the DPRK and other governments, of
the United Nations, central banks and companies, all of them written for this project.

Robert Carlin's warning stands above every figure: reading such media is not a matter of feeding a program
and waiting for results. The model shows where to look and decides nothing.

## Misuse

- To conclude from formulaic wording that a statement may be ignored. A formula that is dropped, or returns
  with one word changed, can be the most important thing in it; the model does not see what is missing.
- To predict events from the share of formulaic wording.
- To judge whether a sentence is true: *substantive* says that it could be checked.
- To read translations as originals: the age of the wording partly measures the translator's dictionary.
"""


def model_card(training: Training) -> str:
    """Return the model card as Markdown.

    Parameters
    ----------
    training : Training
        The run that the card describes.

    Returns
    -------
    str
        Data, figures with intervals, figures by group and by block, abstention, mistakes, intended use and misuse.
    """
    sections = (_head, _figures, _groups, _ablation, _abstention, _mistakes)
    parts = [section(training) for section in sections]
    return "\n".join([*parts, INTENDED_USE])


def _head(training: Training) -> str:
    """Return title and data."""
    model = training.model
    own = training.n_sentences - training.n_seed
    return f"""\
# Model card

An average of linear models over the feature blocks {", ".join(model.blocks)}; labels
{" and ".join(model.classes_)}; rhetoric {__version__}.

## Data

{training.n_sentences:,} sentences: {training.n_seed:,} of the seed dataset and {own:,} of another corpus, in
{training.n_groups:,} groups that are never split (statements, pairs, near-duplicates). Digest of texts,
labels and weights: `{training.digest[:16]}`.
"""


def _figures(training: Training) -> str:
    """Return the table of figures over held-out sentences."""
    evaluation = training.evaluation
    names = {
        "macro_f1": "macro-F1",
        "accuracy": "accuracy",
        "auc": "area under the ROC curve",
        "brier": "Brier score",
        "ece": "calibration error (ECE, 10 bins)",
        "accuracy_at_60": "accuracy on the 60 % most confident",
    }
    rows = []
    for name, title in names.items():
        low, high = evaluation.intervals.get(name, (float("nan"), float("nan")))
        rows.append(f"| {title} | {getattr(evaluation, name):.3f} | {low:.3f} to {high:.3f} |")
    return f"""\
## Figures

Over {evaluation.n_samples:,} sentences of the corpus, each predicted by a model that had not seen it, a
near-duplicate of it or its statement; intervals of 95 %, bootstrapped over these groups. They say how the
model does on sentences of this corpus; on statements printed elsewhere expect less.

| figure | value | interval |
|---|---|---|
{chr(10).join(rows)}
"""


def _groups(training: Training) -> str:
    """Return one table of figures for each column that the evaluation was grouped by."""
    parts = []
    for column, table in training.evaluation.by.items():
        # a short list reads; hundreds of sources do not
        shown = table.sort_values("n_samples", ascending=False).head(12)
        parts += [f"### By {column}\n", _markdown(shown[["n_samples", "macro_f1", "accuracy", "auc", "ece"]]), ""]
    return "\n".join(parts)


def _ablation(training: Training) -> str:
    """Return the figures of models of fewer blocks; nothing where there is one block."""
    if len(training.ablation) < 2:
        return ""
    return f"""\
### By feature block

The same held-out sentences, predicted by models that are given some of the feature blocks alone:

{_markdown(training.ablation[["macro_f1", "accuracy", "auc", "ece"]])}
"""


def _abstention(training: Training) -> str:
    """Return accuracy by coverage, with the threshold that gives it."""
    curve = training.evaluation.risk_coverage
    at = [int((curve["coverage"] - coverage).abs().argmin()) for coverage in COVERAGES]
    table = curve.iloc[at][["coverage", "confidence", "accuracy"]].set_index("coverage")
    return f"""\
## Abstention

With `abstain=P` sentences whose likelier label has a probability below P are called *uncertain*. What is left
(coverage) at a threshold (confidence), and how often its label is right:

{_markdown(table)}
"""


def _mistakes(training: Training) -> str:
    """Return the most confident mistakes."""
    mistakes = training.evaluation.mistakes.head(MISTAKES_SHOWN)
    rows = [
        f"- *{row['label']}*, predicted {row['predicted']} at {row['probability']:.2f}: {row['text']}"
        for row in mistakes.to_dict("records")
    ]
    return "## Known failures\n\nThe most confident mistakes on held-out sentences:\n\n" + "\n".join(rows) + "\n"


def _markdown(table: pd.DataFrame) -> str:
    """Return a table of numbers as Markdown, its index first."""
    heads = [str(table.index.name or ""), *map(str, table.columns)]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for index, row in table.iterrows():
        cells = [f"{value:,.0f}" if name == "n_samples" else f"{value:.3f}" for name, value in row.items()]
        shown = f"{index:.2f}" if isinstance(index, float) else str(index)
        lines.append("| " + " | ".join([shown, *cells]) + " |")
    return "\n".join(lines)
