"""Every text of the finished site is in the language that it says it is in.

Other books have shown Russian in their Polish pages and Korean in their English
ones. Here each piece of text is compared with the language around it, and each
translated block with its English one: same numbers, same links, same citations.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString

from languages import Language, load_languages
from scripts.catalog.files import catalogs_of, read_catalog
from scripts.catalog.rules.knowledge import NumberStyle, load_knowledge
from scripts.catalog.rules.numbers import Numbers, read_numbers
from tests.conftest import PROJECT
from tests.test_crisis_lines import DATA, linked
from tests.test_crisis_lines import numbers as numbers_to_call

LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")
TRANSLATIONS = [language for code, language in LANGUAGES.items() if code != "en"]
BY_TAG = {language.tag: language for language in LANGUAGES.values()}

# Enough to know a sentence by. Words that two languages share speak for neither.
HOW_MANY_COMMON_WORDS = 300

# What Unicode calls the letters of the scripts of languages.toml.
SCRIPTS = {
    "Latn": ("LATIN",),
    "Arab": ("ARABIC",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
}
# Of the letters of a page; the rest are names such as "CC BY" and "Spravato".
LEAST_SHARE = 0.8

BLOCKS = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd", "caption", "figcaption")
)
PIECES = BLOCKS | {"a", "summary", "button", "nav", "div", "label", "option"}
# Made from the entries of all pages and sorted anew in each language.
INDEX = "genindex.html"

READ_ALOUD = frozenset(("alt", "aria-label", "title"))

# Made from data, not from messages; other tests compare it with the data.
RENDERED = frozenset(("country", "help-box", "guide-notes", "citation"))

_QUOTED = re.compile('[“«"„「]([^”»"“」]+)[”»"“」]')
_ADDRESS = re.compile(r"\S+[./:@]\S+")
# A citation, the name of another role, and the target of a link.
_MARKUP = re.compile(r"\{cite:p\}`[^`]*`|\{[a-z:]+\}|<[^>]*>")
_WORD = re.compile(r"[^\W\d_]{2,}")
# A page in the place of a missing one names addresses from the root: /es/help.html.
_FROM_THE_ROOT = re.compile(r"^/[a-z-]+/")


class Piece(NamedTuple):
    """Text that stands together, and the language that its mark-up gives it."""

    tag: str
    text: str


class Block(NamedTuple):
    """A paragraph, heading, cell ...: what must be as in English, and where it stands."""

    name: str
    tag: str
    text: str
    numbers: Numbers
    links: Counter[str]


@dataclass(frozen=True)
class Page:
    """What the tests need of a finished page."""

    tag: str
    pieces: tuple[Piece, ...]
    blocks: tuple[Block, ...]
    anchors: frozenset[str]
    numbers_to_call: frozenset[str]


@cache
def read(path: Path) -> Page:
    return page_of(parse(path))


def page_of(html: BeautifulSoup) -> Page:
    # What stands in the place of a missing page has no article.
    article = html.select_one("article") or html.select_one("main")
    assert html.html and article
    return Page(
        tag=str(html.html["lang"]),
        pieces=tuple(pieces(html)),
        blocks=tuple(blocks(article)),
        anchors=frozenset(str(tag["id"]) for tag in article.find_all(id=True)),
        numbers_to_call=frozenset(linked(html)),
    )


def parse(path: Path) -> BeautifulSoup:
    # Every page of every language is read here, and lxml is the fastest of the parsers.
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


def pages(site: Path, language: Language) -> Iterator[tuple[str, Page]]:
    folder = site / language.slug
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), read(path)


def pieces(html: Tag) -> Iterator[Piece]:
    """Yield all text of a page that a reader sees or hears."""
    together: dict[tuple[int, str], list[str]] = {}
    for text in html.find_all(string=True):
        # The title of the browser's window cannot be marked; it repeats the heading.
        if not text.strip() or isinstance(text, PreformattedString):
            continue
        if closest(text, {"script", "title"}):
            continue
        key = (id(closest(text, PIECES)), language_of(text.parent))
        together.setdefault(key, []).append(text)
    for (_block, tag), texts in together.items():
        yield Piece(tag, " ".join("".join(texts).split()))
    for element in html.find_all(lambda tag: bool(READ_ALOUD & tag.attrs.keys())):
        # The title of a citation is the English name of its source.
        if not is_inside(element, {"bibtex-citation"}):
            for name in sorted(READ_ALOUD):
                yield Piece(language_of(element), str(element.get(name, "")))


def language_of(element: Tag | None) -> str:
    while element and "lang" not in element.attrs:
        element = element.parent
    assert element
    return str(element["lang"])


def closest(element: PageElement, names: Container[str]) -> Tag | None:
    """Return the nearest element around another that has one of these names."""
    # Beautiful Soup's own find_parent takes most of the time of this file.
    parent = element.parent
    while parent and parent.name not in names:
        parent = parent.parent
    return parent


def is_inside(element: PageElement, classes: frozenset[str] | set[str]) -> bool:
    """Tell whether an element is inside one that has one of these classes."""
    return any(has_class(parent, classes) for parent in element.parents)


def has_class(element: Tag, classes: frozenset[str] | set[str]) -> bool:
    return not classes.isdisjoint(element.attrs.get("class", ()))


def letters(text: str) -> Counter[str]:
    """Count the letters of a text by the first word of their Unicode names."""
    return Counter(
        unicodedata.name(sign, "").partition(" ")[0].partition("-")[0]
        for sign in text
        if sign.isalpha()
    )


def share_of(language: Language, text: str) -> float:
    found = letters(text)
    own = sum(found[name] for name in SCRIPTS[language.script])
    return own / found.total() if found else 1.0


def wrong(piece: Piece) -> str:
    """Say what shows that a piece is not in its language, or return an empty string."""
    language = BY_TAG.get(piece.tag)
    text = _QUOTED.sub(lambda quoted: "" if is_title(quoted[1]) else quoted[0], piece.text)
    text = _ADDRESS.sub("", text)
    words = [word for word in _WORD.findall(text) if word == word.lower()]  # names are no sentence
    # Of names in languages that the book is not in, little can be said.
    if language is None or len(_WORD.findall(text)) < 2:
        return ""
    counts = {code: sum(map(common_words(code).__contains__, words)) for code in LANGUAGES}
    own = counts.pop(language.code, 0)
    code, most = max(counts.items(), key=lambda item: item[1])
    if most > max(2, 2 * own):  # two words may be the same in languages that are alike
        return f"{most} words of {code}"
    if sum(map(len, words)) >= 12 and share_of(language, text) == 0:
        return f"no letter of {language.script}"
    return ""


@cache
def common_words(code: str) -> frozenset[str]:
    """Return the commonest words of a language, as the catalogs of the book use them.

    Without spaces between words there are none to count; such a script tells enough.
    """
    if not load_knowledge(LANGUAGES[code]).writing.word_space:
        return frozenset()
    counts: Counter[str] = Counter()
    # Any catalogs have the English text.
    for catalog in catalogs_of(LANGUAGES[code] if code != "en" else TRANSLATIONS[0]):
        for entry in read_catalog(catalog.path):
            text = entry.msgid if code == "en" else entry.msgstr
            words = _WORD.findall(_ADDRESS.sub("", _MARKUP.sub(" ", text)))
            counts.update(word for word in words if word == word.lower())  # names are in all
    return frozenset(word for word, _count in counts.most_common(HOW_MANY_COMMON_WORDS))


def is_title(text: str) -> bool:
    """Tell whether a quoted text is the title of another work, which keeps its language."""
    long_words = [word for word in text.split() if len(word) > 3]
    return len(long_words) > 2 and all(word[0].isupper() for word in long_words)


def strangers(page: Page) -> list[str]:
    return [
        f"{why}: {piece.text[:80]!r} ({piece.tag})"
        for piece in page.pieces
        if (why := wrong(piece))
    ]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_no_text_is_in_another_language_than_it_says(site: Path, language: Language) -> None:
    for name, page in pages(site, language):
        assert page.tag == language.tag
        assert strangers(page) == [], name


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_translated_text_is_in_the_script_of_its_language(site: Path, language: Language) -> None:
    for name, page in pages(site, language):
        own = " ".join(piece.text for piece in page.pieces if piece.tag == language.tag)
        assert share_of(language, _ADDRESS.sub("", own)) > LEAST_SHARE, name


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_english_sentences_are_marked_as_english(site: Path, language: Language) -> None:
    for name, page in pages(site, language):
        english = {piece.text for piece in read(site / "en" / name).pieces}
        unmarked = {piece.text for piece in page.pieces if piece.tag == language.tag}
        assert {text for text in english & unmarked if not is_name(text)} == set(), name


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_english_stands_only_where_the_catalog_has_a_gap(site: Path, language: Language) -> None:
    translated = translated_sentences(language)
    assert len(translated) > 100
    for name, page in pages(site, language):
        assert needlessly_english(page, translated) == set(), name


def needlessly_english(page: Page, translated: frozenset[str]) -> frozenset[str]:
    return translated & {block.text for block in page.blocks if block.tag == "en"}


@cache
def translated_sentences(language: Language) -> frozenset[str]:
    """Return the messages that all their catalogs translate; only those without markup."""
    found: dict[str, bool] = {}
    for catalog in catalogs_of(language):
        for entry in read_catalog(catalog.path):
            if not entry.obsolete and not set(entry.msgid) & set("`*_[<&\\"):
                text = shortened(entry.msgid)
                found[text] = entry.translated() and found.get(text, True)
    return frozenset(text for text, is_translated in found.items() if is_translated)


def is_name(text: str) -> bool:
    """Tell whether a text may be the same in two languages: after its first, no common word."""
    return not common_words("en") & set(text.split()[1:])


# -- Block by block ------------------------------------------------------------


def blocks(article: Tag) -> Iterator[Block]:
    """Yield the blocks of a page, terms of the glossary in the order of their anchors."""
    for tag in article.find_all(list(BLOCKS)):
        if not has_class(tag, RENDERED) and not is_inside(tag, RENDERED | {"glossary"}):
            yield block(tag)
    for term in sorted(article.select(".glossary dt"), key=lambda term: str(term["id"])):
        definition = term.find_next_sibling("dd")
        assert isinstance(definition, Tag)
        yield from map(block, (term, definition, *definition.find_all(list(BLOCKS))))


def block(tag: Tag) -> Block:
    texts = [text for text in tag.find_all(string=True) if closest(text, BLOCKS) is tag]
    links = (link for link in tag.find_all("a") if closest(link, BLOCKS) is tag)
    text = "".join(texts)
    # The note of a term repeats the glossary, and stands right beside the term.
    plain = "".join(one for one in texts if not is_inside(one, {"term-note"}))
    return Block(
        name=tag.name,
        tag=language_of(tag),
        text=shortened(text),
        numbers=read_numbers(plain, number_style(language_of(tag))),
        links=Counter(_FROM_THE_ROOT.sub("/", str(link["href"])) for link in links),
    )


def shortened(text: str) -> str:
    return " ".join(text.split())[:80]


@cache
def number_style(tag: str) -> NumberStyle:
    """Return how a language writes numbers; what is in no language of the book, as English."""
    return load_knowledge(BY_TAG.get(tag, LANGUAGES["en"])).numbers


def same_numbers(ours: Numbers, theirs: Numbers) -> bool:
    """Tell whether two texts have the same digits, or words for them."""
    lost = ours.digits - theirs.digits - theirs.exact - theirs.loose
    added = theirs.digits - ours.digits - ours.exact - ours.loose
    return not lost and not added


@pytest.mark.parametrize(
    ("english", "tag", "text", "is_same"),
    [
        ("1,000 and 0.5", "es", "1000 y 0,5", True),
        ("27 of 100", "ar", "٢٧ من ١٠٠", True),
        ("two minutes", "zh-CN", "2 分钟", True),
        ("two minutes", "zh-CN", "3 分钟", False),
        ("27 of 100", "es", "72 de 100", False),
        ("27 of 100 and 27 of 100", "es", "27 de 100", False),
    ],
)
def test_numbers_are_compared_by_value(english: str, tag: str, text: str, is_same: bool) -> None:
    theirs = read_numbers(text, number_style(tag))
    assert same_numbers(read_numbers(english, number_style("en")), theirs) is is_same


def differences(english: Page, translated: Page) -> list[str]:
    """Name the translated blocks of a page whose numbers or links are not the English ones."""
    if [block.name for block in english.blocks] != [block.name for block in translated.blocks]:
        return ["the page has other blocks than the English page"]
    return [
        f"{theirs} instead of {ours}"
        for ours, theirs in zip(english.blocks, translated.blocks, strict=True)
        if theirs.tag == translated.tag
        and not (same_numbers(ours.numbers, theirs.numbers) and theirs.links == ours.links)
    ]


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_numbers_links_and_citations_are_those_of_the_english_page(
    site: Path, language: Language
) -> None:
    for name, page in pages(site, language):
        if name != INDEX:
            assert differences(read(site / "en" / name), page) == [], name


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_pages_and_anchors_are_the_same(site: Path, language: Language) -> None:
    names = [[name for name, _page in pages(site, other)] for other in (language, LANGUAGES["en"])]
    assert names[0] == names[1]
    for name, page in pages(site, language):
        if name != INDEX:
            assert page.anchors == read(site / "en" / name).anchors, name


@pytest.mark.parametrize("language", TRANSLATIONS, ids=lambda language: language.code)
def test_handouts_are_the_same_unless_half_translated(site: Path, language: Language) -> None:
    english, own = handouts(site, LANGUAGES["en"]), handouts(site, language)
    assert english
    for name in english.keys() | own.keys():
        page = read(site / language.slug / "handouts" / f"{name}.html")
        is_whole = all(block.tag == page.tag for block in page.blocks)
        assert own.get(name, set()) >= english[name] or not (is_whole or name in own), name


def handouts(site: Path, language: Language) -> dict[str, set[str]]:
    """Return the forms in which each handout is there, such as ``a4``, by its name."""
    found: dict[str, set[str]] = {}
    for path in (site / language.slug / "handouts").glob("*.pdf"):
        name, slug, form = path.stem.split(".")
        assert slug == language.slug
        found.setdefault(name, set()).add(form)
    return found


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_number_to_call_is_one_of_the_data(site: Path, language: Language) -> None:
    known = set().union(*(numbers_to_call(country) for country in DATA["country"]))
    shown = [page.numbers_to_call for _name, page in pages(site, language)]
    assert set().union(*shown) <= known
    assert any(shown)


# -- The tests themselves ------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "claimed"), [("es", "ar"), ("ar", "es"), ("es", "en"), ("en", "es")]
)
def test_a_page_in_the_wrong_language_is_found(site: Path, shown: str, claimed: str) -> None:
    html = parse(site / shown / "help.html")
    assert html.html
    html.html["lang"] = claimed
    assert len(strangers(page_of(html))) > 20


def test_one_foreign_sentence_is_found(site: Path) -> None:
    html = parse(site / "ar" / "help.html")
    paragraph = html.select_one("article p[data-block]")
    assert paragraph
    assert strangers(page_of(html)) == []
    for foreign in ("Llame al número de su país.", "مثلا «Call the number of your country»"):
        paragraph.string = foreign
        assert len(strangers(page_of(html))) == 1
    paragraph.string = "مقالة «Calling the Numbers of Your Country»"
    assert strangers(page_of(html)) == []


def test_a_sentence_that_stayed_english_is_found(site: Path) -> None:
    html = parse(site / "es" / "help.html")
    translated = translated_sentences(LANGUAGES["es"])
    paragraph = html.select_one("article p[data-block]")
    assert paragraph
    paragraph["lang"] = "en"
    paragraph.string = sentence = min(translated)
    assert needlessly_english(page_of(html), translated) == {sentence}


def test_a_changed_number_or_link_is_found(site: Path) -> None:
    english, html = read(site / "en/help.html"), parse(site / "es/help.html")
    assert differences(english, page_of(html)) == []
    links = html.select("article p[data-block] a:not(.phone)")
    links[0].insert_after(" 31")
    links[1]["href"] = "https://evil.example/"
    assert len(differences(english, page_of(html))) == 2
