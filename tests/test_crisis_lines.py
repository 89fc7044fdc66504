"""Every number readers see comes from the data, with its country; no language is a country."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from babel import Locale
from bs4 import BeautifulSoup, Tag
from sphinx.locale import translators
from sphinx.testing.util import SphinxTestApp

from crisis_lines import CrisisLinesError, load_crisis_lines
from languages import Language, load_languages
from tests.conftest import PROJECT

DATA = load_crisis_lines(PROJECT / "docs" / "_data" / "crisis_lines.toml")
LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")


def read(site: Path, language: Language, name: str) -> Tag:
    path = site / language.slug / f"{name}.html"
    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("article")
    assert article
    return article


def digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def numbers(country: dict[str, object]) -> set[str]:
    """Return all numbers of a country, as digits."""
    found = {digits(number) for number in country["emergency"]}  # type: ignore[attr-defined]
    for line in country.get("line", []):  # type: ignore[attr-defined]
        found |= {digits(number) for number in line.get("call", [])}
        found |= {digits(message["number"]) for message in line.get("sms", [])}
    return found


def names_of(language: Language) -> set[str]:
    """Return how the data may name a language: Portuguese of Brazil is Portuguese, too."""
    short = language.tag.partition("-")[0]
    return {short, language.tag, f"{short}-{language.script}"}


def linked(tag: Tag) -> set[str]:
    links = tag.select('a[href^="tel:"], a[href^="sms:"]')
    for link in links:
        assert digits(str(link["href"])) == digits(link.get_text())
    return {digits(str(link["href"])) for link in links}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_help_page_shows_exactly_the_countries_of_the_language(
    site: Path, language: Language
) -> None:
    own = [country for country in DATA["country"] if names_of(language) & {*country["languages"]}]
    boxes = read(site, language, "help").select("div.country")
    territories = Locale.parse(language.tag, sep="-").territories
    titles = [box.p.get_text() for box in boxes if box.p]
    assert sorted(titles[:-1]) == sorted(territories[country["code"]] for country in own)
    shown = set().union(*(linked(box) for box in boxes))
    assert shown == set().union(*(numbers(country) for country in own))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_reference_page_shows_all_countries(site: Path, language: Language) -> None:
    boxes = read(site, language, "reference/crisis-lines").select("div.country")
    assert len(boxes) == len(DATA["country"]) + 1
    shown = set().union(*(linked(box) for box in boxes))
    assert shown == set().union(*(numbers(country) for country in DATA["country"]))
    assert boxes[-1].select('a[href="https://findahelpline.com"]')


def test_a_language_without_a_confirmed_line_gets_no_foreign_one(site: Path) -> None:
    article = read(site, LANGUAGES["ar"], "help")
    assert linked(article) == set()
    assert article.select('a[href="https://findahelpline.com"]')


def test_spanish_is_not_spain(site: Path) -> None:
    text = read(site, LANGUAGES["es"], "help").get_text()
    for name in ("España", "Estados Unidos", "México"):
        assert name in text


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_names_in_another_language_say_so(site: Path, language: Language) -> None:
    article = read(site, language, "reference/crisis-lines")
    name = article.find("span", string="よりそいホットライン")
    assert isinstance(name, Tag)
    marked = next(tag for tag in (name, *name.parents) if tag.has_attr("lang"))
    assert marked["lang"] == "ja"


NB = "\u00a0"
LINES = {
    "en": [
        "Emergency number: 120 (ambulance), 110 (police).",
        "Test Line (North): 1-800-555-0100 (from mobile phones). Open day and night, every day. "
        "Free of charge. For children, teenagers and their parents. line.example.org. "
        "On November 22, 2026, this number was compared with a published text.",
    ],
    "fr": [
        f"Numéro d’urgence{NB}: 120 (ambulance), 110 (police).",
        f"Test Line (Nord){NB}: 1-800-555-0100 (depuis un mobile). Jour et nuit, tous les jours. "
        "Gratuit. Pour les enfants, les adolescents et leurs parents. line.example.org. "
        "Le 22 novembre 2026, ce numéro a été comparé à un texte publié.",
    ],
    "zh_CN": [
        "紧急电话：120（救护车）、110（报警）。",
        "Test Line（北方）：1-800-555-0100（用手机拨打）。每天24小时开放。免费。"
        "面向儿童、青少年和他们的父母。line.example.org。2026年11月22日，这个号码与公布的文字核对过。",
    ],
}


@pytest.mark.parametrize("code", LINES)
def test_marks_and_spaces_are_those_of_the_language(
    tmp_path: Path, rootdir: Path, make_app: Callable[..., SphinxTestApp], code: str
) -> None:
    book = Path(shutil.copytree(rootdir / "test-crisis-lines", tmp_path / "book"))
    # Sphinx would go on answering in the language of an earlier test.
    translators.clear()
    app = make_app("html", srcdir=book, confoverrides={"language": code})
    app.build()
    page = BeautifulSoup((app.outdir / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert [item.get_text() for item in page.select("div.country:first-of-type li")] == LINES[code]


def test_every_line_has_number_and_source(tmp_path: Path) -> None:
    path = tmp_path / "lines.toml"
    path.write_text(
        '[[country]]\ncode = "US"\n[[country.line]]\nname = "X"\nsource = "y"\n', encoding="utf-8"
    )
    with pytest.raises(CrisisLinesError, match="'X' has no number"):
        load_crisis_lines(path)
    path.write_text(
        '[[country]]\ncode = "US"\n[[country.line]]\nname = "X"\ncall = ["1"]\n', encoding="utf-8"
    )
    with pytest.raises(CrisisLinesError, match="'X' has no source"):
        load_crisis_lines(path.rename(tmp_path / "other.toml"))


def test_data_is_valid_toml_with_checked_dates() -> None:
    raw = (PROJECT / "docs" / "_data" / "crisis_lines.toml").read_text(encoding="utf-8")
    for country in tomllib.loads(raw)["country"]:
        for line in country.get("line", []):
            assert line["checked"].year >= 2026, line["name"]
