"""Hand sentences to annotators and take the labels back.

:func:`select` picks the sentences that are worth labelling next, :func:`export` writes them for Label Studio,
Prodigy or doccano, and :func:`import_labels` reads what the annotators answered into a table that
:func:`rhetoric.train.train` takes::

    export(frame, "tasks.json", format="label-studio", n=200)
    # set up a project with label_studio_config(), import the tasks, label them, export as JSON
    labels = import_labels("project-1.json", resolve="majority")
    training = rhetoric.train.train(labels)
    export(frame, "more.json", format="label-studio", n=200, model=training.model, known=labels["text"])

Prodigy shows the file with ``prodigy mark DATASET tasks.jsonl --view-id choice`` and gives the answers with
``prodigy db-out DATASET > labels.jsonl``. doccano takes it in a text classification project as JSONL, with
``text`` and ``label`` as column names.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rhetoric._annotation_answers import REASONS, Answer, answer_table, last_of_each, majority, read_answers
from rhetoric._annotation_tasks import (
    LABEL_STUDIO_CONFIG,
    SUFFIXES,
    SUGGESTS,
    document_names,
    make_task,
    serialize,
)
from rhetoric._atomic import atomic_path
from rhetoric._classifier import RhetoricClassifier
from rhetoric._documents import check_documents
from rhetoric._encoding import half_pair
from rhetoric._files import InputError, place, shown
from rhetoric._selection import pick
from rhetoric.classify import statements
from rhetoric.evaluate import Classifier

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["export", "import_labels", "label_studio_config", "select"]

N = 100
EXPLORE = 0.2
"""Share of random picks: without them a corpus of doubtful sentences alone would misjudge the clear ones."""
_MAX_NAMED = 5  # sentences named in a warning


def select(
    model: Classifier,
    sentences: Iterable[str],
    *,
    n: int = N,
    known: Iterable[str] | None = None,
    explore: float = EXPLORE,
    random_state: int = 0,
) -> NDArray[np.int64]:
    """Return the positions of the sentences that are worth labelling next.

    They are uncertain, differ from each other, and are no near-duplicates of each other or of labelled ones:
    filtered active submodular selection [1]_ over the ``substance`` and ``vectors`` features. A share of
    them, `explore`, is drawn at random from the other wordings, so that what is labelled stays
    representative and the model cannot be wrong unnoticed where it is sure of itself.

    Parameters
    ----------
    model : classifier
        Fitted, with two classes and ``predict_proba``, such as :func:`rhetoric.classify.load` gives.
    sentences : iterable of str
        Sentences to choose from. Repeated ones count once, ones without a word never.
    n : int, default=100
        Sentences wanted, at least 1. Time grows with its square; 1,000 of 300,000 take a few seconds.
    known : iterable of str, optional
        Sentences that are labelled already.
    explore : float, default=0.2
        Share of random picks, 0 to 1.
    random_state : int, default=0
        Seed of the random picks.

    Returns
    -------
    ndarray of int64, shape (at most n,)
        Positions in `sentences`, the most useful first; every beginning of the list has about the same share
        of random picks. Fewer than `n` where fewer differ. The sentences do not depend on their order.

    Raises
    ------
    TypeError, ValueError
        If `sentences` or `known` is no list of str, `sentences` is empty, `n` < 1, `explore` is not in [0, 1],
        or `model` does not give two probabilities a sentence.

    References
    ----------
    .. [1] K. Wei, R. Iyer and J. Bilmes, "Submodularity in data subset selection and active learning", ICML
       2015.

    Examples
    --------
    >>> import rhetoric.classify
    >>> sentences = ["Glory!", "They will pay.", "They will pay!", "Talks may open.", "It fired 3 rockets on 4 May."]
    >>> model = rhetoric.classify.load()
    >>> picks = select(model, sentences, n=2, explore=0, known=["They will pay."])
    >>> [sentences[position] for position in sorted(picks)]
    ['Talks may open.', 'It fired 3 rockets on 4 May.']
    """
    listed = check_documents(sentences, name="sentences")
    _check_numbers(n, explore)
    labelled = _check_known(known)
    probabilities = np.asarray(model.predict_proba(listed))
    if probabilities.shape != (len(listed), 2):
        expected = (len(listed), 2)
        raise ValueError(f"model must give probabilities of shape {expected}, got {probabilities.shape}; use 2 labels.")
    uncertainty = _uncertainty(probabilities[:, 1])
    return pick(listed, uncertainty, n=n, known=labelled, explore=explore, random_state=random_state)


def export(
    frame: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    format: str,
    model: RhetoricClassifier | None = None,
    n: int = N,
    known: Iterable[str] | None = None,
    explore: float = EXPLORE,
    suggest: bool | None = None,
    random_state: int = 0,
) -> int:
    """Split statements into sentences, select some of them and write them for an annotation tool.

    Parameters
    ----------
    frame : DataFrame
        One row a statement, with a column ``text`` and, if there, ``id``, ``date``, ``source`` and ``title``.
        Blank texts are passed over.
    path : str or path
        File to write; ends in ``.json`` for Label Studio and in ``.jsonl`` for the others. Complete or not
        there at all.
    format : {"label-studio", "prodigy", "doccano"}
        The tool.
    model : RhetoricClassifier, optional
        Selects and suggests; by default the shipped one.
    n, known, explore, random_state
        As in :func:`select`.
    suggest : bool, optional
        Whether the model's label goes along. It speeds annotators up and pulls them along; leave it out for a
        test set. By default it goes along except to doccano, where an example that nobody has looked at would
        come back with it.

    Returns
    -------
    int
        Sentences written, the most useful first.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame, or a text or `known` is not what it should be.
    ValueError
        If `format` is unknown, `path` has another suffix or cannot be written, there is no sentence, two
        statements share an ``id``, or a parameter is out of its range.

    Notes
    -----
    Beside the sentence annotators see title, date, source and the sentences before and after it. Each item
    carries the ``id`` of the sentence, ``document#start-end`` with the half-open span in code points, and the
    ``document``: the ``id`` of the statement, or where there is none a digest of its text.

    Examples
    --------
    >>> import json, tempfile, pandas as pd
    >>> path = Path(tempfile.mkdtemp()) / "tasks.jsonl"
    >>> frame = pd.DataFrame({"id": ["a"], "text": ["Glory! On 4 May it fired two missiles."], "title": ["News"]})
    >>> export(frame, path, format="prodigy", n=1, explore=0, suggest=False)
    1
    >>> task = json.loads(path.read_text())
    >>> task["id"], task["text"], task["meta"]
    ('a#7-38', 'On 4 May it fired two missiles.', {'title': 'News', 'previous': 'Glory!'})
    """
    _check_format(format)
    suffix = SUFFIXES[format]
    if Path(path).suffix.lower() != suffix:
        rule = f"path must end in {suffix} for {format}, got {shown(Path(path).suffix)}"
        raise InputError(f"{place(path)}: {rule}; rename it or name another format.")
    _check_numbers(n, explore)
    labelled = _check_known(known)
    # the file first: a place that cannot be written to is refused before the work
    with atomic_path(path) as temporary:
        table = _sentences(frame, model)
        texts, uncertainty = table["text"].tolist(), _uncertainty(table["p_substantive"].to_numpy())
        picks = pick(texts, uncertainty, n=n, known=labelled, explore=explore, random_state=random_state)
        documents = document_names(frame)
        tasks = [make_task(table, position, documents) for position in picks.tolist()]
        contents = serialize(tasks, format, suggest=SUGGESTS[format] if suggest is None else suggest)
        temporary.write_text(contents, encoding="ascii", newline="\n")
    return len(tasks)


def _sentences(frame: pd.DataFrame, model: RhetoricClassifier | None) -> pd.DataFrame:
    """Return one row a sentence, without blank statements."""
    try:
        table = statements(frame, model=model, blank="keep")
    except UnicodeEncodeError as exc:  # pandas, whose strings are UTF-8
        raise half_pair(exc, "frame") from exc
    table = table[table["sentence"] > 0].reset_index(drop=True)
    if table.empty:
        raise ValueError("frame must hold a sentence, got blank texts only; check what made it.")
    return table


def import_labels(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], *, format: str | None = None, resolve: str = "all"
) -> pd.DataFrame:
    """Read the labels that annotators gave.

    Parameters
    ----------
    paths : str, path or iterable of them
        One file or several, such as one an annotator; each is an export of labelled sentences: JSON of Label
        Studio, JSON lines of Prodigy's ``db-out``, JSON or JSON lines of a doccano project for text
        classification, or the ZIP archive of such files, one an annotator, that doccano gives.
    format : {"label-studio", "prodigy", "doccano"}, optional
        By default what the first item of each file looks like.
    resolve : {"all", "majority"}, default="all"
        What becomes of several annotators of one sentence: ``"all"`` keeps a row for each, ``"majority"`` one
        row with the label that most of them gave, the lower median of their grades, and their names and
        comments joined. A tie is left out with a warning that names the sentence. Whoever answered twice
        counts with the last answer, in both cases.

    Returns
    -------
    DataFrame
        One row a label, in the order of the files: ``text``, ``label``, ``id``, ``document``, ``date``,
        ``source``, ``title``, ``annotator``, ``grade`` (1 to 5) and ``comment``; missing where not given. An
        item that was not exported by this module and has no ``id`` gets one that follows from its text.
        ``attrs["left_out"]`` counts what has no row: items that were ``skipped`` (cancelled, ignored),
        ``rejected`` or ``unlabelled``, answers ``superseded`` by a later one, sentences ``tied``;
        ``attrs["ties"]`` lists the ids of these.

    Raises
    ------
    ValueError
        If `format` or `resolve` is unknown, or the file cannot be read, is of another kind, broken, or holds
        no label or one that is neither ``"formulaic"`` nor ``"substantive"``, or there is no path or no
        sentence with a majority; the message names file, item and remedy.

    Warns
    -----
    UserWarning
        If annotators are tied.

    Notes
    -----
    In doccano annotators either work apart, and the archive tells whose a label is, or share their labels, and
    then each label of an example is a row without an annotator.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "labels.jsonl"
    >>> lines = ['{"text": "Glory!", "accept": ["formulaic"], "answer": "accept", "_annotator_id": "corpus-ann"}']
    >>> lines += ['{"text": "It left.", "accept": [], "answer": "ignore", "_annotator_id": "corpus-ann"}']
    >>> _ = path.write_text("\\n".join(lines))
    >>> labels = import_labels(path)
    >>> labels[["text", "label", "annotator"]].values.tolist()
    [['Glory!', 'formulaic', 'corpus-ann']]
    >>> labels.attrs["left_out"]["skipped"]
    1
    """
    if format is not None:
        _check_format(format)
    if resolve not in ("all", "majority"):
        raise ValueError(f"resolve must be 'all' or 'majority', got {resolve!r}; the default is 'all'.")
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not files:
        raise InputError("paths must name at least one file, got none; name what the tool exported.")
    outcomes = [outcome for path in files for outcome in read_answers(path, format)]
    given = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    left_out = {reason: outcomes.count(reason) for reason in REASONS}
    if not given:
        counts = ", ".join(f"{number} {reason}" for reason, number in left_out.items())
        where = ", ".join(map(place, files))
        raise InputError(f"{where}: file must hold a label, got items that are {counts}; label some and export.")
    answers = last_of_each(given)
    left_out["superseded"] = len(given) - len(answers)
    answers, ties = majority(answers) if resolve == "majority" else (answers, [])
    left_out["tied"] = len(ties)
    if ties:
        _report_ties(ties, is_all=not answers)
    table = answer_table(answers)
    table.attrs = {"left_out": left_out, "ties": ties}
    return table


def label_studio_config() -> str:
    """Return the labelling configuration for a project in Label Studio.

    Returns
    -------
    str
        XML with the sentence and its context, the two labels (keys F and S), a grade of 1 to 5 and a comment;
        only the label is required. The tasks that :func:`export` writes have a value for each of its
        variables.

    Examples
    --------
    >>> import xml.etree.ElementTree as ET
    >>> [choice.get("value") for choice in ET.fromstring(label_studio_config()).iter("Choice")]
    ['formulaic', 'substantive']
    """
    return LABEL_STUDIO_CONFIG


def _check_format(format: str) -> None:
    """Raise for an unknown format."""
    if format not in SUFFIXES:
        raise ValueError(f"format must be one of {', '.join(SUFFIXES)}, got {format!r}; correct its spelling.")


def _check_numbers(n: int, explore: float) -> None:
    """Raise for numbers out of their range."""
    if not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"n must be a whole number from 1, got {n!r}; the default is {N}.")
    if not 0 <= explore <= 1:
        raise ValueError(f"explore must be in [0, 1], got {explore!r}; divide a percentage by 100.")


def _check_known(known: Iterable[str] | None) -> list[str]:
    """Return the labelled sentences, of which there may be none."""
    if known is None:
        return []
    listed = known if isinstance(known, str | bytes) else list(known)
    return check_documents(listed, name="known") if len(listed) else []


def _report_ties(ties: list[str], *, is_all: bool) -> None:
    """Warn that sentences are left out; raise where none is left."""
    named = ", ".join(ties[:_MAX_NAMED]) + ("" if len(ties) <= _MAX_NAMED else ", ...")
    if is_all:
        raise InputError(f"sentences must have a majority, got ties only ({named}); ask one more annotator.")
    message = f"sentences without a majority are left out, {len(ties)} ({named}); ask one more annotator."
    warnings.warn(message, stacklevel=3)


def _uncertainty(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 at even odds and 0 for certainty."""
    uncertainty: NDArray[np.float64] = 1 - np.abs(2 * p - 1)
    return uncertainty
