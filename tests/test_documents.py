"""Checks of what callers hand in as documents."""

import numpy as np
import pandas as pd
import pytest

from rhetoric._documents import check_documents


@pytest.mark.parametrize(
    "documents",
    [
        ["a", "b"],
        ("a", "b"),
        {"a": 1, "b": 2},
        pd.Series(["a", "b"], index=[7, 8]),
        np.array(["a", "b"]),
        np.array(["a", "b"], dtype=object),
        (letter for letter in "ab"),
    ],
)
def test_any_iterable_of_str_is_welcome(documents):
    assert check_documents(documents) == ["a", "b"]


@pytest.mark.parametrize(("document", "shown"), [("One.", "'One.'"), (b"One.", "b'One.'"), ("x" * 99, "'x{30}'")])
def test_a_single_document_is_refused_and_shown_in_short(document, shown):
    with pytest.raises(TypeError, match=rf"X must be a list of str, got the single \w+ {shown}; put it in a list"):
        check_documents(document)


@pytest.mark.parametrize(("documents", "kind"), [(5, "int"), (None, "NoneType"), (2.5, "float")])
def test_what_is_no_iterable_is_refused(documents, kind):
    with pytest.raises(TypeError, match=f"X must be a list of str, got {kind}; pass a list of str"):
        check_documents(documents)


@pytest.mark.parametrize("documents", [[], (), iter([]), pd.Series([], dtype=object)])
def test_no_documents_are_refused(documents):
    with pytest.raises(ValueError, match="X must hold at least one document, got none"):
        check_documents(documents)


@pytest.mark.parametrize(
    ("documents", "shape"),
    [(np.array([["a"], ["b"]]), r"\(2, 1\)"), (pd.DataFrame({"text": ["a"]}), r"\(1, 1\)"), (np.array("a"), r"\(\)")],
)
def test_tables_are_refused(documents, shape):
    with pytest.raises(ValueError, match=f"X must have one dimension, got shape {shape}; pass a list of str"):
        check_documents(documents)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(float("nan"), r"nan \(float\)"), (None, r"None \(NoneType\)"), (3, r"3 \(int\)"), (b"b", r"b'b' \(bytes\)")],
)
def test_a_document_that_is_no_str_is_named_with_its_position(value, shown):
    with pytest.raises(TypeError, match=f"X must hold str only, got {shown} at position 1; drop missing"):
        check_documents(["a", value])


def test_messages_name_the_parameter():
    with pytest.raises(ValueError, match="sentences must hold at least one document"):
        check_documents([], name="sentences")
