"""Checks of the tables that callers hand in."""

import numpy as np
import pandas as pd
import pytest

from rhetoric._checked_frame import check_frame, check_labelled_frame

TWO = pd.DataFrame({"text": ["One.", " "], "label": ["a", "b"]}, index=[7, 7])


def test_texts_are_returned_in_order_blank_ones_too():
    assert check_frame(TWO, remedy="make it one") == ["One.", " "]


@pytest.mark.parametrize(
    ("frame", "kind"), [(["a"], "list"), ("a", "str"), (None, "NoneType"), (TWO["text"], "Series")]
)
def test_what_is_no_table_is_refused_with_a_remedy(frame, kind):
    with pytest.raises(TypeError, match=f"frame must be a DataFrame, got {kind}; make it one"):
        check_frame(frame, remedy="make it one")


def test_a_column_that_is_missing_or_there_twice_is_named():
    with pytest.raises(ValueError, match=r"frame must have one column 'mood', got \['text', 'label'\]; rename one"):
        check_frame(TWO, ("text", "mood"), remedy="")
    with pytest.raises(ValueError, match=r"frame must have one column 'text', got \['text', 'label', 'text'\]"):
        check_frame(pd.concat([TWO, TWO["text"]], axis=1), remedy="")


def test_a_table_without_rows_is_refused():
    with pytest.raises(ValueError, match="frame must hold at least one text, got no rows"):
        check_frame(TWO.iloc[:0], remedy="")


@pytest.mark.parametrize("value", [None, np.nan, 3, b"bytes", ["a"]])
def test_a_text_that_is_no_str_is_named_with_its_row(value):
    frame = pd.DataFrame({"text": pd.Series(["One.", value], dtype=object)})
    with pytest.raises(TypeError, match=r"frame\['text'\] must hold str only, got .* in row 1; drop or convert it"):
        check_frame(frame, remedy="")


def test_a_labelled_text_must_not_be_blank():
    with pytest.raises(ValueError, match=r"frame\['text'\] must hold a visible character, got ' ' in row 1; drop it"):
        check_labelled_frame(TWO)


def test_a_labelled_table_needs_labels_and_the_columns_asked_for():
    with pytest.raises(ValueError, match=r"frame must have one column 'label', got \['text'\]"):
        check_labelled_frame(TWO[["text"]])
    with pytest.raises(ValueError, match=r"frame must have one column 'register', got \['text', 'label'\]"):
        check_labelled_frame(TWO, ["register"])
