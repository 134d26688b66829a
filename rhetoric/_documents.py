"""Checks of what callers hand in as documents."""

from __future__ import annotations

from collections.abc import Iterable

REMEDY = "pass a list of str, one for each sentence"


def check_documents(documents: Iterable[str], *, name: str = "X") -> list[str]:
    """Return `documents` as a list of str.

    Parameters
    ----------
    documents : iterable of str
        A list, tuple, Series, object array or generator; not a single str.
    name : str, default="X"
        Parameter name for the messages.

    Returns
    -------
    list of str
        At least one.

    Raises
    ------
    TypeError
        If `documents` is a single str, is no iterable, or holds anything but str.
    ValueError
        If `documents` is empty or has more than one dimension.

    Examples
    --------
    >>> check_documents(("One.", "Two."))
    ['One.', 'Two.']
    >>> check_documents("One.")
    Traceback (most recent call last):
    TypeError: X must be a list of str, got the single str 'One.'; put it in a list: ['One.'].
    """
    if isinstance(documents, str | bytes):
        kind = type(documents).__name__
        short = documents if len(documents) <= 30 else documents[:30]
        raise TypeError(
            f"{name} must be a list of str, got the single {kind} {short!r}; put it in a list: [{short!r}]."
        )
    if getattr(documents, "ndim", 1) != 1:
        shape = getattr(documents, "shape", "unknown")
        raise ValueError(f"{name} must have one dimension, got shape {shape}; {REMEDY}.")
    try:
        listed = list(documents)
    except TypeError as exc:
        raise TypeError(f"{name} must be a list of str, got {type(documents).__name__}; {REMEDY}.") from exc
    if not listed:
        raise ValueError(f"{name} must hold at least one document, got none; {REMEDY}.")
    if set(map(type, listed)) == {str}:
        return listed
    for index, document in enumerate(listed):
        # subclasses such as NumPy's str are welcome
        if not isinstance(document, str):
            raise TypeError(
                f"{name} must hold str only, got {document!r} ({type(document).__name__}) at position {index}; "
                "drop missing values and convert the others with str()."
            )
    return listed
