"""Readings printed for people."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rhetoric._reading import Reading, Sentence
from rhetoric._terminal import INDENT, print_reading, printable
from rhetoric.classify import Cue

ESCAPE = "\x1b"


def sentence(text, label="formulaic", p=0.1, cues=()):
    return Sentence(text, 0, len(text), len(text.split()), label, p, tuple(cues))


def reading(*sentences, **known):
    return Reading(sentences, perishable_share=0.5, perishable_interval=(0.25, 0.75), **known)


def printed(given_reading, width=80, **options):
    file = io.StringIO()
    print_reading(given_reading, Console(file=file, width=width, highlight=False, markup=False, **options))
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("caf\u00e9 \uc870\uc120", "caf\u00e9 \uc870\uc120"),
        ("a\x1b[31mb", "a<U+001B>[31mb"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\nb\tc\0", "a<U+000A>b<U+0009>c<U+0000>"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("a\ud800", "a<U+D800>"),
        ("a\U000e0041", "a<U+E0041>"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_code_points(text, expected):
    assert printable(text) == expected


@given(st.text(st.characters()))
def test_printable_text_is_printable_and_stays_so(text):
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


@pytest.mark.parametrize(("label", "mark"), [("formulaic", "·"), ("substantive", "●"), ("uncertain", "?")])
def test_every_label_has_a_mark_of_its_own(label, mark):
    assert f"{mark} {label:<11} p=0.25  Some words." in printed(reading(sentence("Some words.", label, 0.25)))


def test_summary_stands_before_the_sentences():
    lines = printed(reading(sentence("Glory to all."), sentence("It met on 4 May.", "substantive", 0.9))).splitlines()
    assert lines[0].startswith("50% of 8 words can be skipped (25% to 75%).")
    assert [line[0] for line in lines if "p=0." in line] == ["·", "●"]


def test_heading_gives_title_and_what_is_known_of_the_origin():
    known = {"title": "A Title", "date": "2021-05-02", "source": "KCNA", "vehicle": "law", "authority": 0, "id": "k1"}
    lines = printed(reading(sentence("Some words."), **known)).splitlines()
    assert lines[:2] == ["A Title", "2021-05-02 · KCNA · law · authority 0 · k1"]


def test_reading_without_origin_begins_with_the_summary():
    assert printed(reading(sentence("Some words."))).startswith("50% of 2 words")


def test_cues_stand_below_their_sentence_with_their_sign():
    cues = [Cue("substance__figures", 1.5, "3,000", ((0, 5),)), Cue("formula__epithet", -0.5, "reckless", ((6, 14),))]
    lines = printed(reading(sentence("3,000 reckless", cues=cues))).splitlines()
    below = lines[next(number for number, line in enumerate(lines) if "p=0.10" in line) + 1]
    assert below.strip() == "+figures (3,000)  -epithet (reckless)"
    assert below.startswith(" " * INDENT)


def test_cues_without_words_of_their_own_are_not_shown():
    whole = Cue("substance__figures", 1.5, "", ())
    assert "figures" not in printed(reading(sentence("Some words.", cues=[whole])))


@pytest.mark.parametrize("width", [20, 42, 60, 200])
def test_long_sentences_are_wrapped_and_no_word_is_lost(width):
    words = [f"word{number}" for number in range(60)]
    text = printed(reading(sentence(" ".join(words), p=0.5)), width=width)
    assert re.findall(r"word\d+", text) == words
    assert max(map(len, text.splitlines())) <= max(width, INDENT + 20)


def test_wrapped_lines_are_set_below_the_first():
    text = printed(reading(sentence("word " * 40)), width=60)
    below = [line for line in text.splitlines() if "word" in line and "p=" not in line and "words" not in line]
    assert below
    assert all(line.startswith(" " * INDENT + "word") for line in below)


def test_a_word_longer_than_the_line_is_broken_and_kept_whole():
    text = printed(reading(sentence("x" * 500)), width=60)
    assert text.count("x") == 500


def test_no_color_keeps_marks_and_drops_colours(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = printed(reading(sentence("It met.", "substantive", 0.9), title="T"), force_terminal=True)
    assert "● substantive p=0.90" in text
    assert not re.search(rf"{ESCAPE}\[(?:\d+;)*(?:3|4|9|10)\d", text)


def test_output_that_is_no_terminal_has_no_escapes():
    assert ESCAPE not in printed(reading(sentence("It met.", "substantive", 0.9), title="T"))


def test_terminal_shows_substantive_sentences_in_bold_and_formulaic_ones_dimmed():
    both = reading(sentence("Skip."), sentence("Read.", "substantive", 0.9))
    text = printed(both, force_terminal=True, color_system="standard", no_color=False, _environ={"TERM": "xterm"})
    assert f"{ESCAPE}[1mRead." in text
    assert f"{ESCAPE}[2mSkip." in text


@pytest.mark.parametrize("field", ["title", "date", "source", "vehicle", "id"])
def test_escapes_in_what_the_caller_gave_never_reach_the_terminal(field):
    text = printed(reading(sentence("Some words."), **{field: "a\x1b[2Jb\u202e"}))
    assert "a<U+001B>[2Jb<U+202E>" in text
    assert ESCAPE not in text


def test_square_brackets_are_no_markup():
    text = printed(reading(sentence("He [the minister] met [bold]them[/bold]."), title="[red]T"))
    assert "[red]T" in text
    assert "[the minister] met [bold]them[/bold]." in text


def test_summary_is_three_lines_and_the_legend_follows():
    lines = printed(reading(sentence("Some words.")), width=120).splitlines()
    assert lines[2] == "What changed or is missing shows only against an archive of earlier statements."
    assert "+ speaks for substance, - for formula" in lines[4]


def test_uncertain_sentences_are_not_counted_among_those_that_say_something():
    text = printed(reading(sentence("It met.", "uncertain", 0.6), sentence("On 4 May.", "substantive", 0.9)), width=120)
    assert "Sentence 2 of 2 says something to check or act on; sentence 1 is uncertain." in text


def test_function_words_are_not_among_the_cues():
    cues = [Cue("wording", 1.5, "on", ((0, 2),)), Cue("wording", 0.5, "drill", ((6, 11),))]
    assert "+wording (drill)" in printed(reading(sentence("on the drill", cues=cues)))
    assert "(on)" not in printed(reading(sentence("on the drill", cues=cues)))


def test_archive_adds_kind_date_and_changed_words(traced_reading):
    text = printed(traced_reading, width=100)
    assert "● news           p=1.00" in text
    assert "± since 2024-07-20: [-for the present-]  (in 1 earlier document)" in text
    assert "word for word 2024-07-20, in 1 earlier document" in text
    assert "58% of the words were already in print; 80% of them at no date before." in text


def test_missing_formulas_stand_at_the_end(traced_reading):
    text = " ".join(printed(traced_reading, width=100).split())
    assert text.endswith("not try to look into it (in 4 of 5 such statements, last 2023-09-26)")
    assert "∅ missing: Our patience has a bottom" in text


@pytest.mark.parametrize("width", [24, 40, 80])
def test_traced_reading_keeps_to_the_width(traced_reading, width):
    lines = printed(traced_reading, width=width).splitlines()
    assert max(map(len, lines)) <= max(width, 45)
    assert all(line == line.rstrip() for line in lines if line.startswith(" "))


def test_changed_words_are_coloured_where_there_is_colour(traced_reading):
    text = printed(traced_reading, force_terminal=True, color_system="standard", no_color=False,
                   _environ={"TERM": "xterm"})  # fmt: skip
    assert f"{ESCAPE}[31m[-for the present-]" in text
