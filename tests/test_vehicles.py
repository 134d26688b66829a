"""The vehicle of a statement, from title, first sentence and source."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rhetoric._sentences import split_sentences
from rhetoric._vehicle_table import Vehicle, load_vehicles
from rhetoric._vehicles import find_rule, find_vehicle

HOME, WHITE_HOUSE, ANY = "KCNA", "White House", None

DPRK_TITLES = [
    ("KCNA Commentary on Dam", "KCNA commentary", 2),
    ("Dam Is Absurd: KCNA Commentary", "KCNA commentary", 2),
    ("KCNA Slams Dam", "KCNA commentary", 2),
    ("Dam Is Absurd: KCNA", "KCNA commentary", 2),
    ("KCNA Report on Satellite", "KCNA report", 2),
    ("Press Statement by Kim Yo Jong, Vice Department Director of C.C., WPK", "Kim Yo Jong's statement", 4),
    ("Kim Yo Jong Releases Press Statement", "Kim Yo Jong's statement", 4),
    ("Statement of Chairman of State Affairs Commission of DPRK", "leader's statement", 10),
    ("Respected Comrade Kim Jong Un Makes Policy Speech", "leader's speech", 10),
    ("Kim Jong Un's New Year Address", "leader's speech", 10),
    ("Report on 9th Plenary Meeting of 8th WPK Central Committee", "party congress or plenum report", 10),
    ("Decision of Political Bureau of WPK Central Committee", "Political Bureau report", 8),
    ("Law of DPRK on Fishing Promulgated", "law of the Supreme People's Assembly", 10),
    ("Decree of Presidium of DPRK SPA", "decree of the Supreme People's Assembly Presidium", 9),
    ("Statement of DPRK Government", "government statement", 9),
    ("Statement of Spokesman for DPRK Government", "government spokesman's statement", 8),
    ("Appeal of WPK Central Committee", "party Central Committee statement", 8),
    ("Statement of NDC of DPRK", "defence or state commission statement", 8),
    ("Spokesman for DPRK NDC Issues Statement", "defence or state commission spokesman's statement", 7),
    ("Open Letter of NDC Policy Department", "National Defence Commission department's statement", 7),
    ("Crucial Statement of KPA Supreme Command", "Supreme Command statement", 8),
    ("Statement of Spokesman for KPA Supreme Command", "Supreme Command spokesman's statement", 7),
    ("KPA General Staff Report", "General Staff report", 7),
    ("Statement of Spokesman for General Staff of KPA", "General Staff spokesman's statement", 6),
    ("KPA Panmunjom Mission Issues Statement", "Panmunjom Mission statement", 6),
    ("Open Notice of Western Front Command", "KPA front command notice", 5),
    ("Press Statement of Vice Minister of National Defence of DPRK", "named official's press statement", 4),
    ("Press Statement of Adviser to DPRK Foreign Ministry", "named official's press statement", 4),
    ("Statement of DPRK Ministry of National Defence", "Ministry of National Defence statement", 7),
    ("Statement of DPRK Foreign Ministry", "Foreign Ministry statement", 7),
    ("DPRK Foreign Ministry Issues Press Statement", "Foreign Ministry press statement", 5),
    ("DPRK Foreign Ministry Spokesman's Press Statement", "Foreign Ministry spokesman's press statement", 5),
    ("DPRK FM Spokesman Issues Statement", "Foreign Ministry spokesman's statement", 6),
    ("Answer Given by Spokesman for DPRK Foreign Ministry", "Foreign Ministry spokesman's answer", 3),
    ("Memorandum of DPRK Foreign Ministry", "Foreign Ministry memorandum", 7),
    ("Press Statement of Missile Administration of DPRK", "state agency statement", 6),
    ("Press Statement of Spokesman for Missile Administration", "state agency spokesman's statement", 5),
    ("CPRK Statement on Dam", "CPRK statement", 6),
    ("CPRK Secretariat Slams Dam", "CPRK Secretariat bulletin", 3),
    ("Commentary of Rodong Sinmun", "party or government paper commentary", 2),
    ("Rodong Sinmun Editorial on Harvest", "party or government paper editorial", 2),
    ("Rodong Sinmun on Harvest", "party or government paper article", 1),
    ("Papers Call for Good Harvest", "party or government paper article", 1),
    ("Joint New Year Editorial of Rodong Sinmun", "joint New Year editorial", 8),
    ("Uriminzokkiri Slams Dam", "outward propaganda site", 0),
    ("FM Spokesman on Dam", "Foreign Ministry spokesman, form not stated", None),
    ("NDC Spokesman on Dam", "defence or state commission, form not stated", None),
    ("KPA Supreme Command Warns Dam Builders", "KPA command, form not stated", None),
    ("CPRK Slams Dam", "CPRK, form not stated", None),
    ("DPRK Government Spokesman on Dam", "government spokesman, form not stated", None),
    ("Spokesman for GFTUK on Dam", "mass organization spokesman, form not stated", None),
    ("History Society Discloses Truth about Dam", "institute's statement or article", 1),
]

DPRK_LEADS = [
    ("Kim Yo Jong, a vice department director, issued this press statement:", "Kim Yo Jong's statement", 4),
    ("The following is the full text of Kim Jong Un's speech:", "leader's speech", 10),
    ("A spokesman for the DPRK NDC gave this answer to KCNA:", "defence or state commission spokesman's answer", 3),
    ("A spokesman for the KPA Panmunjom Mission gave this answer:", "Panmunjom Mission spokesman's answer", 3),
    ("A spokesman for the KPA Panmunjom Mission issued a statement.", "Panmunjom Mission spokesman's statement", 5),
    ("The Supreme Command of the Korean People's Army issued a report.", "Supreme Command statement", 8),
    (
        "A spokesman for the Ministry of the People's Armed Forces gave this answer:",
        "Ministry of National Defence spokesman's answer",
        3,
    ),
    (
        "A spokesman for the Ministry of National Defence of the DPRK issued the following press statement:",
        "Ministry of National Defence spokesman's press statement",
        5,
    ),
    (
        "A spokesman for the DPRK Ministry of National Defence issued this statement:",
        "Ministry of National Defence spokesman's statement",
        6,
    ),
    (
        "A spokesman for the Foreign Ministry of the DPRK gave the following answer to a question put by KCNA:",
        "Foreign Ministry spokesman's answer",
        3,
    ),
    ("The DPRK Foreign Ministry spokesman made this statement:", "Foreign Ministry spokesman's statement", 6),
    (
        "In this regard, a DPRK Foreign Ministry spokesman issued a press statement.",
        "Foreign Ministry spokesman's press statement",
        5,
    ),
    ("A spokesman for the Korean Committee for Space Technology gave an answer.", "state agency spokesman's answer", 3),
    ("A spokesman for the Ministry of Railways of the DPRK gave an answer.", "ministry spokesman's answer", 3),
    ("A spokesman for the DPRK Education Commission issued a statement.", "ministry spokesman's statement", 6),
    (
        "A spokesman for the Ministry of State Security of the DPRK issued a press statement.",
        "ministry spokesman's press statement",
        5,
    ),
    ("Kim A B, vice-minister of the DPRK, issued a press statement.", "named official's press statement", 4),
    (
        "A spokesman for the Committee for the Peaceful Reunification of Korea (CPRK) Friday gave an answer to KCNA.",
        "CPRK spokesman's answer",
        3,
    ),
    ("A spokesman for the CPRK issued a statement.", "CPRK spokesman's statement", 5),
    (
        "A spokesman for the Central Committee of the DPRK Red Cross Society gave this answer:",
        "mass organization spokesman's answer",
        3,
    ),
    ("The National Peace Committee of Korea released a statement.", "mass organization's statement", 4),
    ("The National Reunification Institute issued a white paper.", "institute's statement or article", 1),
    ("Kim A, an analyst of the DPRK, issued the following article:", "researcher's article", 1),
    ("The Korean Central News Agency released a white paper.", "KCNA report", 2),
    ("Rodong Sinmun Monday observes in a signed commentary:", "party or government paper commentary", 2),
    ("Papers in bylined commentaries slam the dam.", "party or government paper commentary", 2),
    ("Rodong Sinmun Monday in an editorial calls for work.", "party or government paper editorial", 2),
    ("The harvest was good, says Minju Joson Monday.", "party or government paper article", 1),
    ("Leading papers dedicate articles to the day.", "party or government paper article", 1),
]

OTHERS = [
    ("Statement from Press Secretary A B", None, WHITE_HOUSE, "press secretary's statement", "White House"),
    ("Statement by Press Secretary A B", None, ANY, "press secretary's statement", None),
    (
        "Statement by NSC Spokesperson A B",
        None,
        ANY,
        "National Security Council spokesperson's statement",
        "White House",
    ),
    ("Statement by President Joe Biden on Dam", None, ANY, "president's statement", "White House"),
    ("Statement from the President on Dam", None, WHITE_HOUSE, "president's statement", "White House"),
    ("Statement by Vice President A B", None, WHITE_HOUSE, "senior official's statement", "White House"),
    ("Readout of Call", None, WHITE_HOUSE, "readout", "White House"),
    ("Readout of Call with Premier", None, ANY, "readout", None),
    ("FACT SHEET: Dams", None, WHITE_HOUSE, "fact sheet", "White House"),
    ("Fact Sheet: Dams", None, ANY, "fact sheet", None),
    ("Remarks by President A", None, WHITE_HOUSE, "remarks", "White House"),
    ("Letter to the Speaker of the House", None, WHITE_HOUSE, "letter or notice to Congress", "White House"),
    ("Nominations Sent to the Senate", None, WHITE_HOUSE, "personnel announcement", "White House"),
    ("A Proclamation on Dam Day", None, ANY, "proclamation", "White House"),
    ("", "By the President of the United States of America: A Proclamation", ANY, "proclamation", "White House"),
    ("Executive Order on Dams", None, ANY, "executive order", "White House"),
    ("", "By the authority vested in me as President, I order:", ANY, "executive order", "White House"),
    ("Memorandum on Dams", None, ANY, "presidential memorandum", "White House"),
    ("Press Briefing by Secretary A", None, ANY, "press briefing", "White House"),
    ("FOMC Statement", None, ANY, "central bank decision", None),
    ("", "The Monetary Policy Committee voted to hold.", ANY, "central bank decision", None),
    ("Security Council Press Statement on Dam", None, ANY, "Security Council press statement", "UN Security Council"),
    (
        "",
        "The members of the Security Council condemned it.",
        ANY,
        "Security Council press statement",
        "UN Security Council",
    ),
    (
        "Statement by the President of the Security Council",
        None,
        ANY,
        "Security Council presidential statement",
        "UN Security Council",
    ),
    (
        "Chinese Foreign Ministry Spokesperson on Dam",
        None,
        ANY,
        "foreign ministry spokesperson's remarks",
        "Chinese Foreign Ministry",
    ),
    (
        "Foreign Ministry Spokesperson on Dam",
        None,
        "MFA China",
        "foreign ministry spokesperson's remarks",
        "Foreign Ministry",
    ),
    ("G7 Leaders' Statement on Dams", None, ANY, "joint statement", None),
]

ABOUT = [
    ("FM Spokesman's Statement Supported by Party Abroad", None),
    ("Russian Party Supports DPRK Statement", None),
    ("Statement of DPRK NDC Favored in Peru", None),
    ("Youth Vow to Fight", "A spokesman for the KPA Supreme Command issued a statement."),
    ("People Enraged", "A spokesman for the KPA Supreme Command issued a statement."),
    ("", "Upon hearing the statement of a spokesman for the KPA Supreme Command, they met."),
]

NEWS = [
    ("New Cement Kiln Goes into Operation", "The kiln was built in a year."),
    ("Kim Jong Un Sends Message to President", "Kim Jong Un sent a message of greeting."),
    ("DPRK FM Meets Ambassador", "The foreign minister had a talk with the ambassador."),
    ("Floods in Far Country", "Floods hit the coast."),
    ("Foreign Party Issues Statement", "A party abroad issued a statement on May 1."),
    ("Press Review", "Following are major articles in Rodong Sinmun:"),
    ("Chinese FM Spokesman on Dam", "A spokesman for the Chinese Foreign Ministry spoke."),
]


def every_example():
    yield from ((title, None, HOME) for title, _, _ in DPRK_TITLES)
    yield from ((None, lead, HOME) for lead, _, _ in DPRK_LEADS)
    yield from (example[:3] for example in OTHERS)
    yield from ((title, lead, HOME) for title, lead in ABOUT + NEWS)


def name_and_authority(vehicle):
    return (vehicle.name, vehicle.authority) if vehicle else (None, None)


@pytest.mark.parametrize(("title", "name", "authority"), DPRK_TITLES)
def test_title_of_a_dprk_statement_gives_its_vehicle(title, name, authority):
    assert name_and_authority(find_vehicle(title, None, HOME)) == (name, authority)


@pytest.mark.parametrize(("lead", "name", "authority"), DPRK_LEADS)
def test_first_sentence_of_a_dprk_statement_gives_its_vehicle(lead, name, authority):
    assert name_and_authority(find_vehicle("", lead, HOME)) == (name, authority)


@pytest.mark.parametrize(("title", "lead", "source", "name", "body"), OTHERS)
def test_vehicles_of_other_issuers_have_no_authority(title, lead, source, name, body):
    assert find_vehicle(title, lead, source) == Vehicle(name, None, body)


@pytest.mark.parametrize(("title", "lead"), ABOUT)
def test_text_about_a_statement_has_no_vehicle(title, lead):
    assert find_vehicle(title, lead) is None


@pytest.mark.parametrize(("title", "lead"), NEWS)
def test_news_has_no_vehicle(title, lead):
    assert find_vehicle(title, lead, HOME) is None


def test_every_rule_is_hit_by_an_example():
    found = [find_rule(*example) for example in every_example()]
    hit = {id(rule) for rule, _ in filter(None, found)}
    missed = [(rule.where, rule.vehicle, rule.pattern) for rule in load_vehicles().rules if id(rule) not in hit]
    assert missed == []


TABLE = load_vehicles()


@settings(suppress_health_check=list(HealthCheck), max_examples=20, deadline=None)
@pytest.mark.parametrize("row", [*TABLE.names, *TABLE.rules], ids=lambda row: row.pattern[:40])
@given(data=st.data())
def test_a_text_that_matches_a_pattern_holds_the_words_its_row_asks_for(row, data):
    pattern = re.compile(row.pattern, re.IGNORECASE | re.ASCII)
    lower = data.draw(st.from_regex(pattern, alphabet=st.characters(max_codepoint=126))).lower()
    assert not row.has or any(all(word in lower for word in way) for way in row.has)


def found_without_words(title, lead, source):
    """Search for all names and rules, whatever words the text holds."""
    names, rules = (
        [row for row in rows if re.search(row.source, source or "", re.IGNORECASE)]
        for rows in (TABLE.names, TABLE.rules)
    )
    for text, kinds in ((title, ("title", "any")), (lead, ("first", "any")), (title, ("title alone",))):
        tagged = plain(text)
        for name in names:
            tagged = re.sub(name.pattern, name.becomes, tagged, flags=re.IGNORECASE)
        matches = ((rule, re.search(rule.pattern, tagged, re.IGNORECASE)) for rule in rules if rule.where in kinds)
        if tagged and (found := next(((rule, match.span()) for rule, match in matches if match), None)):
            return found
    return None


def plain(text):
    return " ".join((text or "")[:600].translate(str.maketrans("<>\u2018\u2019", "()''")).split())


def test_leaving_out_rows_by_their_words_changes_no_answer():
    seed = files("rhetoric").joinpath("data/seed.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in seed[::10]]
    texts = [*every_example(), *((row["title"], row["text"], row["source"]) for row in rows)]
    for text in texts:
        found = find_rule(*text)
        assert (found and (found[0], found[1].span())) == found_without_words(*text), text


def test_authority_lies_between_0_and_10_and_one_name_has_one_authority():
    vehicles = {rule.vehicle for rule in load_vehicles().rules if rule.vehicle}
    levels = {(vehicle.name, vehicle.authority) for vehicle in vehicles}
    assert len({name for name, _ in levels}) == len(levels)
    assert all(level is None or 0 <= level <= 10 for _, level in levels)


def test_kim_yo_jong_is_told_apart_from_other_officials_at_level_4():
    hers = find_vehicle("Press Statement of Kim Yo Jong, Vice-Department Director of C.C., WPK", None)
    his = find_vehicle("Press Statement of Vice Minister of National Defence", None)
    assert hers.authority == his.authority == 4
    assert hers.name != his.name


def test_title_that_states_the_form_comes_before_the_first_sentence():
    lead = "A spokesman for the DPRK Foreign Ministry gave an answer to a question put by KCNA."
    assert find_vehicle("DPRK FM Statement", lead).authority == 7


def test_first_sentence_comes_before_a_title_that_leaves_the_form_open():
    lead = "A spokesman for the DPRK Foreign Ministry gave an answer to a question put by KCNA."
    assert find_vehicle("FM Spokesman Slams Dam", None).authority is None
    assert find_vehicle("FM Spokesman Slams Dam", lead).authority == 3


def test_bare_foreign_ministry_is_the_one_of_the_source():
    assert find_vehicle("Statement of Foreign Ministry", None, HOME).authority == 7
    assert find_vehicle("Statement of Foreign Ministry", None, "MFA Russia") is None
    assert find_vehicle("Statement of DPRK Foreign Ministry", None, "NK News").authority == 7


def test_body_is_read_from_the_text_where_many_share_a_vehicle():
    assert find_vehicle("", "A spokesman for the DPRK Education Commission issued a statement.").body == (
        "Education Commission"
    )
    assert find_vehicle("Minju Joson on Harvest", None).body == "Minju Joson"


def test_typography_and_case_do_not_matter():
    plain = find_vehicle("DPRK Foreign Ministry Spokesman's Press Statement", None)
    assert find_vehicle("DPRK  foreign ministry spokesman\u2019s PRESS statement ", None) == plain


def test_nothing_to_read_has_no_vehicle():
    assert find_vehicle(None, None) is None
    assert find_vehicle("", " \n") is None


@pytest.mark.parametrize("name", ["title", "first_sentence", "source"])
def test_a_missing_value_that_is_not_none_is_refused(name):
    arguments = {"title": "a", "first_sentence": "b", name: float("nan")}
    with pytest.raises(TypeError, match=rf"{name} must be a str or None, got nan; pass None"):
        find_vehicle(**arguments)


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=20))
def test_any_text_gives_a_vehicle_of_the_table_or_none(title, lead, source):
    names = {rule.vehicle.name for rule in load_vehicles().rules if rule.vehicle}
    vehicle = find_vehicle(title, lead, source)
    assert vehicle is None or vehicle.name in names


@given(st.text(max_size=60))
def test_words_after_the_form_do_not_change_the_vehicle_of_a_commentary(tail):
    assert find_vehicle(f"KCNA Commentary {tail}", None).name == "KCNA commentary"


def first_sentence(text):
    spans = split_sentences(text[:1500])
    return text[slice(*spans[0])] if spans else ""


def test_statements_in_the_corpora_are_resolved(corpora):
    frame = pd.concat(pd.read_parquet(path) for path in sorted(Path(corpora).glob("kcna_*.parquet")))
    frame = frame.assign(first=frame["text"].map(first_sentence)).fillna({"title": ""})
    issued = frame["title"].str.contains(
        r"(?:KCNA Commentary|(?:DPRK|FM|Foreign Ministry|CPRK|NDC|Government) Spokesman|"
        r"Spokesman for (?:DPRK|CPRK|NDC)|^Press Statement)"
    ) & ~frame["title"].str.contains(r"Support|Favor|Hail|Back|Report|Chinese|Pakistan")
    found = [find_vehicle(*row) for row in frame.loc[issued, ["title", "first", "source"]].itertuples(index=False)]
    assert len(found) > 200
    assert sum(vehicle is not None for vehicle in found) >= 0.95 * len(found)
