"""What a reader meets: pages opened from disk, pointed at, walked through by keyboard, filtered and printed."""

import re
import time

import pandas as pd
import pytest

import rhetoric.report
from rhetoric._reading import Reading, Sentence
from rhetoric.datasets import load_seed

NAMES = ["traced", "statement", "compared", "corpus", "hostile", "hostile_corpus"]
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("name", NAMES)
def test_page_opens_without_error_or_request(visit, name):
    page = visit(name)
    assert page.locator("h1").count() == 1
    assert page.locator("footer").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_serious_fault(visit, axe, name, width, scheme):
    page = visit(name, width=width, color_scheme=scheme, bypass_csp=True)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    faults = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in SERIOUS]
    assert faults == []


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_phone(visit, name):
    page = visit(name, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_pointing_at_a_sentence_shows_its_precedent(visit):
    page = visit("traced")
    page.locator("#s9 summary").hover()
    card = page.locator("#card")
    assert "2024-07-20" in card.inner_text()
    assert card.locator("del").first.inner_text() == "for the present"
    assert "probability that it is substantive" in card.inner_text()


def test_leaving_the_text_hides_the_card(visit):
    page = visit("traced")
    page.locator("#s9 summary").hover()
    page.locator("h1").hover()
    assert not page.locator("#card").is_visible()


def test_keyboard_walks_through_the_sentences_and_opens_one(visit):
    page = visit("traced")
    page.locator("#s8 summary").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('li').id") == "s9"
    assert "for the present" in page.locator("#card").inner_text()
    page.keyboard.press("Enter")
    assert page.locator("#s9 .detail").is_visible()


def test_first_tab_leads_past_the_header(visit):
    page = visit("traced")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the statement"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(("link", "place"), [("#s6", "s6"), ("#o1", "o1")])
def test_panel_leads_to_the_place(visit, link, place):
    page = visit("traced", height=500)
    page.locator(f"aside a[href='{link}']").click()
    page.locator(f"#{place}:focus-within").wait_for(state="attached")
    assert page.locator(f"#{place}").is_visible()


def test_on_a_phone_a_tap_opens_the_details(visit):
    page = visit("traced", width=390, height=844, has_touch=True)
    page.locator("#s9 summary").tap()
    assert "for the present" in page.locator("#s9 .detail").inner_text()


def test_page_works_without_scripts(visit):
    page = visit("traced", java_script_enabled=False)
    page.locator("#s9 summary").click()
    assert page.locator("#s9 .detail").is_visible()


def test_years_can_be_hidden(visit):
    page = visit("traced")
    assert page.locator(".words sup").first.is_visible()
    page.locator("#years").uncheck()
    assert not page.locator(".words sup").first.is_visible()


def test_kinds_differ_in_words_and_not_by_colour_alone(visit):
    page = visit("traced")
    kinds = page.locator(".text .kind").all_inner_texts()
    assert len(kinds) == 13
    assert {kind.split()[0] for kind in kinds} == {"news", "standing", "boilerplate", "fresh"}


def test_print_holds_text_and_lists_without_the_card(visit, tmp_path):
    page = visit("traced", color_scheme="dark")
    page.locator("#s9 summary").hover()
    page.emulate_media(media="print")
    assert not page.locator("#card").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("#o1").is_visible()
    assert page.pdf(path=tmp_path / "page.pdf", format="A4").startswith(b"%PDF")


def test_hostile_text_is_shown_as_text(visit):
    page = visit("hostile")
    for summary in page.locator("summary").all():
        summary.hover()
        summary.click()
    assert "<script>alert(1)</script>" in page.locator("#s1 .words").inner_text()
    assert "<U+202E>said" in page.locator("#s3 .words").inner_text()
    assert page.locator("main script, main img, main iframe").count() == 0


@pytest.mark.parametrize("width", [1360, 390])
def test_comparison_shows_only_what_is_asked_for(visit, width):
    page = visit("compared", width=width)
    assert page.locator("tr.same").first.is_visible()
    page.get_by_label("same").uncheck()
    assert not page.locator("tr.same").first.is_visible()
    assert page.locator("tr.changed del").first.is_visible()


def test_table_is_filtered(visit):
    page = visit("corpus")
    n_all = int(page.locator("#count").inner_text().split(" of ")[1])
    page.get_by_label("Words in the title").fill("Ministry FOREIGN")
    titles = page.locator("#table td.title").all_inner_texts()
    assert 0 < len(titles) < n_all
    assert all("Foreign" in title and "Ministry" in title for title in titles)
    assert 0 < page.locator("#plane a:not(.out)").count() <= len(titles)
    page.get_by_label("From", exact=True).fill("2999-01-01")
    assert page.locator("#count").inner_text() == f"0 of {n_all}"


def test_table_is_sorted_by_its_headings(visit):
    page = visit("corpus")
    page.get_by_role("button", name="Words", exact=True).click()
    falling = _cells(page, 5)
    assert falling == sorted(falling, reverse=True)
    page.get_by_role("button", name="Words", exact=True).press("Enter")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Words")
    rising = _cells(page, 5)
    assert rising == sorted(rising)
    assert rising[0] <= falling[-1]


def _cells(page, column):
    """Return the numbers in a column of the table."""
    cells = page.locator(f"#table tbody td:nth-child({column})").all_inner_texts()
    return [int(cell.replace(",", "")) for cell in cells]


def test_a_statement_opens_from_the_table_and_closes(visit):
    page = visit("corpus")
    title = page.locator("#table td a").first
    name = title.inner_text()
    title.press("Enter")
    page.wait_for_selector("#dialog-text li")
    assert page.locator("#dialog-title").inner_text() == name
    page.keyboard.press("Escape")
    page.locator("#dialog").wait_for(state="hidden")
    page.wait_for_url(re.compile(r"^[^#]*#?$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_in_an_opened_statement(visit, axe, scheme):
    page = visit("corpus", color_scheme=scheme, bypass_csp=True)
    page.locator("#table td a").first.click()
    page.wait_for_selector("#dialog-text li")
    page.evaluate(axe)
    found = page.evaluate("axe.run('#dialog')")
    assert [one["id"] for one in found["violations"] if one["impact"] in SERIOUS] == []


def test_a_statement_opens_from_its_point(visit):
    page = visit("corpus")
    point = page.locator("#plane svg a").nth(3)
    point.dispatch_event("mouseover")
    told = page.locator("#pointed").inner_text()
    point.dispatch_event("click")
    page.wait_for_selector("#dialog-text li")
    assert page.locator("#dialog-title").inner_text() in told


def test_hostile_statement_opens_as_text(visit):
    page = visit("hostile_corpus")
    page.get_by_label("Words in the title").fill("<script>")
    page.locator("#table td a").click()
    page.wait_for_selector("#dialog-text li")
    assert "<script>alert(1)</script>" in page.locator("#dialog-text").inner_text()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A corpus of 5,000 statements and one statement of 5 MB, as pages."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "corpus.html").write_text(_large_corpus(), encoding="utf-8")
    text = "They will pay a <dear> price for it; talks failed. "
    spans = range(0, 5_000_000, len(text))
    sentences = tuple(Sentence(text[:-1], at, at + len(text) - 1, 10, "formulaic", 0.2, ()) for at in spans)
    page = rhetoric.report.html(Reading(sentences, 0.5, (0.4, 0.6), title="Five megabytes"))
    (folder / "statement.html").write_text(page, encoding="utf-8")
    return folder


def _large_corpus(n_statements=5000):
    """Return the page of statements put together from the sentences of the seed, drawn by number."""
    seed = load_seed()
    drawn = seed.iloc[[(31 * at * at + 17 * at) % len(seed) for at in range(14 * n_statements)]].reset_index(drop=True)
    rows = drawn.index // 14
    sentences = pd.DataFrame(
        {
            "row": rows,
            "sentence": drawn.index % 14 + 1,
            "text": drawn["text"],
            "n_words": drawn["text"].str.split().str.len(),
            "label": drawn["label"],
            "p_substantive": (drawn["label"] == "substantive") * 0.8 + 0.1,
        }
    )
    numbers = pd.Series(range(n_statements))
    documents = pd.DataFrame(
        {
            "text": drawn["text"].groupby(rows).agg(" ".join),
            "date": (pd.Timestamp("2010-01-01") + pd.to_timedelta(numbers, unit="D")).dt.strftime("%Y-%m-%d"),
            "source": numbers.map(lambda number: f"Ministry {number % 9}"),
            "title": numbers.map(lambda number: f"Statement {number} on the affairs of the day"),
        }
    )
    novelty = pd.DataFrame({"novelty": numbers % 97 / 20, "resonance": numbers % 89 / 45 - 1})
    formulas = pd.DataFrame({"text": ["hostile policy", "dear price", "peace and stability"]})
    return rhetoric.report.corpus_html(documents, sentences, novelty=novelty, formulas=formulas)


def test_page_of_5000_statements_is_below_8_megabytes(large):
    assert (large / "corpus.html").stat().st_size < 8_000_000


def test_page_of_5000_statements_paints_at_once(visit, large):
    page = visit("corpus", folder=large)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    print(f"first paint of 5,000 statements: {paint:.0f} ms")  # noqa: T201 - a figure for the record
    # 0.2 s on an idle machine; the bound tells a page that hangs from a machine that is busy
    assert paint < 10_000


def test_page_of_5000_statements_is_filtered_at_once(visit, large):
    page = visit("corpus", folder=large)
    page.evaluate("performance.clearMeasures()")
    for words in ("affairs", "statement 12", "no such words", ""):
        page.get_by_label("Words in the title").fill(words)
    page.locator("select[name=source]").select_option("Ministry 3")
    times = page.evaluate("performance.getEntriesByName('filter', 'measure').map((one) => one.duration)")
    print(f"filtering 5,000 statements: {max(times):.0f} ms at most")  # noqa: T201 - a figure for the record
    assert len(times) == 5
    # 0.02 to 0.05 s on an idle machine
    assert max(times) < 1000


def test_statement_of_five_megabytes_does_no_harm(visit, large):
    began = time.monotonic()
    page = visit("statement", folder=large)
    assert page.locator("#s1 .words").inner_text() == "They will pay a <dear> price for it; talks failed."
    assert "Only the first 2,000 sentences have details." in page.locator("main").inner_text()
    print(f"5 MB opened in {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure for the record


@pytest.mark.parametrize("look", ["light", "dark", "phone", "print"])
@pytest.mark.parametrize("name", ["traced", "compared", "corpus"])
def test_pictures_are_taken(visit, request, tmp_path, name, look):
    folder = request.config.getoption("--pictures") or tmp_path
    size = {"width": 390, "height": 844} if look == "phone" else {"width": 1280, "height": 1250}
    page = visit(name, color_scheme="dark" if look == "dark" else "light", **size)
    if name == "traced" and look in ("light", "dark"):
        page.locator("#s9 summary").hover()
    if look == "print":
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 794, "height": 1123})
        page.evaluate("document.body.style.padding = '16mm'")  # the margins of the paper
    picture = page.screenshot(path=f"{folder}/{name}-{look}.png")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
