"""The page of many statements."""

import base64
import json
import re
import sys
import zlib

import numpy as np
import pandas as pd
import pytest

import rhetoric.report
from rhetoric.archive import Archive
from rhetoric.classify import statements
from rhetoric.report import _corpus
from rhetoric.report._corpus import packed, statement_table, summarize_corpus, summarize_formulas

DOCUMENTS = pd.DataFrame(
    {
        "text": [
            "Glory to our cause! On 4 May two ships left Wonsan.",
            "Glory to our cause! The army is ready.",
            "The talks open in Geneva on 4 May 2022.",
            "Glory to our cause!",
        ],
        "date": ["2021-05-05", "2021-06-01", "2022-05-03", None],
        "source": ["KCNA", "KCNA", "Ministry", None],
        "title": ["Statement of DPRK Government", "Two </script> armies", None, None],
        "id": ["a", "b", "c", None],
    }
)


@pytest.fixture(scope="module")
def sentences():
    return statements(DOCUMENTS)


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    archive = Archive.build(DOCUMENTS.head(3).drop(columns="id"), tmp_path_factory.mktemp("archive"))
    return statements(DOCUMENTS, archive=archive), archive.coverage(DOCUMENTS)


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def texts_of(chunks):
    return [one for chunk in chunks for one in json.loads(zlib.decompress(base64.b64decode(chunk)))]


def test_table_has_a_row_a_statement_with_what_is_known(sentences):
    table = statement_table(DOCUMENTS, sentences, None, None)
    assert table.columns.tolist() == ["date", "source", "title", "authority", "words", "skipped"]
    assert table["title"].tolist() == ["Statement of DPRK Government", "Two </script> armies", "c", "statement 4"]
    assert table["authority"].iloc[0] == 9
    assert table["words"].tolist() == [11, 8, 9, 4]


def test_skipped_share_weighs_sentences_by_their_words(sentences):
    table = statement_table(DOCUMENTS, sentences, None, None)
    assert table["skipped"].tolist() == pytest.approx([4 / 11, 1.0, 0.0, 1.0], abs=1e-4)


def test_archive_adds_reuse_news_and_changed_lines(traced):
    table = statement_table(DOCUMENTS, *traced, None)
    assert {"reused", "since", "news", "changed"} <= set(table.columns)
    assert table["reused"].tolist() == pytest.approx([0.0, 0.5, 0.0, 1.0])
    assert table["news"].tolist()[0] == 1


def test_summary_speaks_of_the_whole_corpus(sentences, traced):
    alone = summarize_corpus(DOCUMENTS, sentences, None, None, None, "T")["summary"]
    against = summarize_corpus(DOCUMENTS, *traced, None, None, "T")["summary"]
    assert alone[0] == against[0] == "50% of 32 words in 4 statements can be skipped."
    assert alone[1] == "Two sentences of 6 say something to check or act on."
    assert against[2] == "No lines returned changed."


def test_every_sentence_is_packed(sentences):
    chunks, has_formulaic = packed(sentences, len(DOCUMENTS))
    texts = texts_of(chunks)
    assert has_formulaic
    assert [len(one) for one in texts] == [2, 2, 1, 1]
    assert texts[0][1] == [2, 1, -1, "On 4 May two ships left Wonsan."]


def test_formulaic_sentences_are_left_out_of_a_page_that_would_be_too_large(sentences, monkeypatch):
    monkeypatch.setattr(_corpus, "MAX_PACKED_BYTES", 10)
    chunks, has_formulaic = packed(sentences, len(DOCUMENTS))
    assert not has_formulaic
    assert [len(one) for one in texts_of(chunks)] == [1, 0, 1, 0]


def test_statements_are_packed_in_several_chunks(sentences, monkeypatch):
    monkeypatch.setattr(_corpus, "CHUNK", 3)
    chunks, _ = packed(sentences, len(DOCUMENTS))
    assert len(chunks) == 2
    assert len(texts_of(chunks)) == 4


def test_formulas_have_their_years():
    documents = DOCUMENTS.assign(text=["Sword of justice.", "SWORD of\njustice!", "Talks.", "Sword of justice."])
    (formula,) = summarize_formulas(documents, pd.DataFrame({"text": ["sword of justice"]}))
    assert formula["counts"] == {2021: 2, 2022: 0}
    assert (formula["first"], formula["last"], formula["n_statements"]) == (2021, 2021, 3)
    assert formula["is_silent"]


def test_formulas_that_no_statement_has_are_left_out():
    assert summarize_formulas(DOCUMENTS, pd.DataFrame({"text": ["merciless retaliation"]})) == []


def test_formulas_without_dates_have_no_chart():
    (formula,) = summarize_formulas(DOCUMENTS[["text"]], pd.DataFrame({"text": ["our cause"]}))
    assert (formula["chart"], formula["n_statements"]) == (None, 3)


def test_novelty_is_a_plane_of_links(sentences):
    novelty = pd.DataFrame({"novelty": [1.0, 2.0, np.nan, 3.0], "resonance": [0.1, -0.2, np.nan, 0.0]})
    page = rhetoric.report.corpus_html(DOCUMENTS, sentences, novelty=novelty)
    links = re.findall(r'<a tabindex="-1" href="(#d\d+)"', page)
    assert links == ["#d0", "#d1", "#d3"]


def test_charts_follow_the_colours_of_the_page(traced):
    page = rhetoric.report.corpus_html(DOCUMENTS, traced[0], coverage=traced[1])
    charts = re.findall(r"<svg aria-hidden.*?</svg>", page, re.DOTALL)
    assert "var(--c1)" in charts[0]
    assert "stroke-dasharray" in charts[0]
    assert not any("style=" in chart or "http" in chart.replace("http://www.w3.org", "") for chart in charts)


def test_data_cannot_leave_its_element(sentences):
    page = rhetoric.report.corpus_html(DOCUMENTS, sentences)
    assert data_of(page)["rows"][1][2] == "Two </script> armies"
    assert page.count("</script>") == 2


def test_statements_without_dates_have_no_time_line():
    documents = DOCUMENTS[["text"]]
    page = summarize_corpus(documents, statements(documents), None, None, None, "T")
    assert page["timeline"] == []
    assert page["figures"]["first"] is None


@pytest.mark.parametrize("name", ["coverage", "novelty"])
def test_tables_of_another_length_are_refused(sentences, name):
    other = pd.DataFrame({"reused_share": [0.5]})
    with pytest.raises(ValueError, match=rf"{name} must have a row for each of the 4 statements, got 1"):
        rhetoric.report.corpus_html(DOCUMENTS, sentences, **{name: other})


def test_no_statement_is_refused(sentences):
    with pytest.raises(ValueError, match="at least one statement, got no rows"):
        rhetoric.report.corpus_html(DOCUMENTS.head(0), sentences)


def test_missing_chart_library_names_the_command_to_install_it(sentences, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ImportError, match=r"pip install 'rhetoric\[plots\]'"):
        rhetoric.report.corpus_html(DOCUMENTS, sentences)


def test_time_line_has_a_chart_a_source_the_most_frequent_first(sentences):
    panels = summarize_corpus(DOCUMENTS, sentences, None, None, None, "T")["timeline"]
    assert [panel["source"] for panel in panels] == ["KCNA", "Ministry"]
    assert panels[0]["chart"].startswith("<svg aria-hidden")


def test_less_frequent_sources_stand_together():
    rows = [(f"s{number % 9}" if number < 27 else "s0", f"2021-01-{number + 1:02}") for number in range(30)]
    documents = pd.DataFrame({"text": "Glory!", "source": [s for s, _ in rows], "date": [d for _, d in rows]})
    panels = summarize_corpus(documents, statements(documents), None, None, None, "T")["timeline"]
    assert len(panels) == 6
    assert panels[0]["source"] == "other sources"
    assert panels[1]["source"] == "s0"
