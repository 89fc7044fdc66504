"""The data of the evidence: pages show it, translators get it, mistakes name their place."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp

from evidence.data import (
    ClaimsError,
    Item,
    load_assessment,
    load_claims,
    load_topics,
)
from evidence.directives import PARTS, part_of
from tests.conftest import PROJECT

DATA = PROJECT / "docs" / "_data"


def page(app: SphinxTestApp, name: str = "index") -> Tag:
    html = (app.outdir / f"{name}.html").read_text(encoding="utf-8")
    body = BeautifulSoup(html, "html.parser").select_one("div.body")
    assert body
    return body


def section(app: SphinxTestApp, identifier: str) -> Tag:
    found = page(app).select_one(f"#{identifier}")
    assert found
    return found


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ", strip=True).split())


def cells(tag: Tag) -> list[list[str]]:
    return [[words(cell) for cell in row.select("th, td")] for row in tag.select("tr")]


@pytest.mark.sphinx("html", testroot="evidence", freshenv=True)
def test_corrections_show_statement_fact_and_sources(app: SphinxTestApp) -> None:
    app.build()
    assert app.warning.getvalue() == ""
    corrected = section(app, "corrected")
    assert [words(caption) for caption in corrected.select("caption")] == [
        "Statements that are wrong"
    ]
    head, row = cells(corrected)
    assert head == ["What is known", "What an article said", "Sources of the correction"]
    assert row[:2] == ["It can harm the bladder.", "It cannot harm the bladder."]
    links = corrected.select("a.reference.internal")
    targets = {str(link["href"]).lstrip("#") for link in links}
    assert len(targets) == 2
    assert targets <= {str(tag["id"]) for tag in page(app).select("[id]")}


@pytest.mark.sphinx("html", testroot="evidence")
def test_facts_of_a_part_say_strength_check_and_sources(app: SphinxTestApp) -> None:
    app.build()
    items = [words(item) for item in section(app, "facts-about-risks").select("li")]
    assert len(items) == 2
    assert items[0].startswith(
        "It can harm the bladder. The proof is strong. "
        "Compared with a published text on November 22, 2026. Sources:"
    )
    assert items[1].startswith(
        "Go early to a doctor. The proof is weak. Not yet compared with a published text. Sources:"
    )
    crisis = [words(item) for item in section(app, "facts-for-a-crisis").select("li")]
    assert crisis == [
        "Help exists day and night. There is no good proof, or it is an opinion. "
        "Not yet compared with a published text."
    ]


@pytest.mark.sphinx("html", testroot="evidence")
def test_topics_lead_to_their_pages_or_say_why_not(app: SphinxTestApp) -> None:
    app.build()
    assert cells(section(app, "topics"))[1:] == [
        ["Harm to the bladder", "Bladder"],
        ["An offer", "This is an advert."],
    ]
    link = section(app, "topics").select_one("td a")
    assert link and link["href"] == "risks/bladder.html"


@pytest.mark.sphinx("html", testroot="evidence")
def test_self_assessment_names_result_and_pages(app: SphinxTestApp) -> None:
    app.build()
    assert cells(section(app, "judged"))[1:] == [
        ["Is it easy?", "Partly met", "This page is hard. Bladder"]
    ]


@pytest.mark.sphinx("gettext", testroot="evidence", freshenv=True)
def test_each_text_of_the_data_is_a_message_of_its_page(app: SphinxTestApp) -> None:
    app.build()
    catalog = polib.pofile(str(app.outdir / "index.pot"))
    origins = {entry.msgid: entry.occurrences for entry in catalog}
    for text in (
        "It cannot harm the bladder.",
        "Go early to a doctor.",
        "Harm to the bladder",
        "This is an advert.",
        "Is it easy?",
        "This page is hard.",
        "What is known",
        "Statements that are wrong",
        "Partly met",
    ):
        assert text in origins
    assert not [text for text in origins if "cite" in text or "proof" in text]
    ((path, line),) = origins["Go early to a doctor."]
    assert path.endswith("_data/claims.toml")
    assert line == "25"


@pytest.mark.sphinx("html", testroot="evidence", confoverrides={"language": "es"}, freshenv=True)
def test_translated_build_shows_all_of_it_translated(app: SphinxTestApp) -> None:
    app.build()
    assert app.warning.getvalue() == ""
    corrected = section(app, "corrected")
    assert [words(caption) for caption in corrected.select("caption")] == ["Afirmaciones falsas"]
    head, row = cells(corrected)
    assert head[0] == "Lo que se sabe"
    assert row[:2] == ["Puede dañar la vejiga.", "No puede dañar la vejiga."]
    assert corrected.select("a.reference.internal")
    fact = words(section(app, "facts-about-risks").select("li")[0])
    assert fact.startswith(
        "Puede dañar la vejiga. La prueba es sólida. "
        "Comparado con un texto publicado el 22 de noviembre de 2026. Fuentes:"
    )
    assert cells(section(app, "topics"))[1:] == [
        ["Daño en la vejiga", "Vejiga"],
        ["An offer", "Esto es publicidad."],
    ]
    assert cells(section(app, "judged"))[1][:2] == ["¿Es fácil?", "Cumplido en parte"]


@pytest.mark.sphinx("html", testroot="evidence", freshenv=True)
def test_a_change_of_the_data_builds_its_pages_again(app: SphinxTestApp) -> None:
    app.build()
    claims = Path(app.srcdir, "_data", "claims.toml")
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text.replace("Go early", "Go soon"), encoding="utf-8")
    later = time.time() + 60
    os.utime(claims, (later, later))
    try:
        app.build()
        assert "Go soon to a doctor." in words(section(app, "facts-about-risks"))
    finally:
        claims.write_text(text, encoding="utf-8")


@pytest.mark.sphinx("html", testroot="evidence", freshenv=True)
def test_an_unknown_part_is_reported_with_its_line(app: SphinxTestApp) -> None:
    index = Path(app.srcdir, "index.md")
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("{claims-by-part} risks", "{claims-by-part} rsk"), "utf-8")
    try:
        app.build()
    finally:
        index.write_text(text, encoding="utf-8")
    assert 'index.md:15: ERROR: claims-by-part: "rsk" unknown' in app.warning.getvalue()


CLAIM = """[[claim]]
id = "C001"
verdict = "supported"
fact = "A fact."
strength = "fair"
"""
TOPIC = """[[topic]]
id = "T0-001"
article = "000"
gist = "A topic"
"""
ITEM = """[[item]]
id = "U1"
group = "easy"
asks = "Is it easy?"
result = "met"
"""


@pytest.mark.parametrize(
    ("load", "text", "sentence"),
    [
        (load_claims, CLAIM.replace('"supported"', '"true"'), "C001: verdict is 'true'"),
        (load_claims, CLAIM.replace('"fair"', '"good"'), "C001: strength is 'good'"),
        (load_claims, CLAIM.replace("fact =", "fakt ="), "C001 lacks fact"),
        (load_claims, CLAIM + 'sorces = ["a"]\n', "C001 has unknown sorces"),
        (load_claims, CLAIM + 'checked = "today"\n', "C001: write checked as a day"),
        (load_claims, CLAIM * 2, "C001 stands there twice"),
        (load_claims, "[claim", "claims.toml: "),
        (load_claims, "", "there is no table [[claim]]"),
        (load_topics, TOPIC, "T0-001: give either pages or a reason"),
        (load_topics, TOPIC.replace('"000"', '"9"') + 'reason = "x"\n', "T0-001: article is '9'"),
        (load_assessment, ITEM.replace('"met"', '"partly"'), "U1: say in note what is missing"),
        (load_assessment, ITEM.replace('"met"', '"fine"'), "U1: result is 'fine'"),
    ],
)
def test_broken_data_is_explained(
    load: Callable[[Path], object], text: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimsError) as error:
        load(path)
    assert str(path) in str(error.value)
    assert sentence in str(error.value)


def test_missing_data_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ClaimsError, match="No such file"):
        load_claims(tmp_path / "claims.toml")


def test_the_book_has_every_claim_and_every_topic() -> None:
    claims = load_claims(DATA / "claims.toml")
    assert list(claims) == [
        *(f"C{number:03}" for number in range(1, 135)),
        *(f"G{number:03}" for number in range(1, 48)),
    ]
    topics = load_topics(DATA / "topics.toml")
    per_article = {"T0": 97, "T1": 48, "T2": 40}
    assert list(topics) == [
        f"{article}-{number:03}"
        for article, last in per_article.items()
        for number in range(1, last + 1)
    ]
    assert sum(not topic.reason for topic in topics.values()) == 167


def test_every_claim_has_a_part_of_the_book() -> None:
    for claim in load_claims(DATA / "claims.toml").values():
        assert part_of(claim) in PARTS


def test_what_needs_other_people_is_not_called_met() -> None:
    items = load_assessment(DATA / "self_assessment.toml")
    open_items: set[str] = {"U-raters", "D-raters", "I6", "P4", "S5", "S6"}
    unmet: dict[str, Item] = {key: item for key, item in items.items() if item.result == "unmet"}
    assert open_items <= unmet.keys()
