"""A handout is set rightly in every script, also in those that the book does not have yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from handouts.variants import variants_for
from languages import load_languages
from tests.phrases import extracted, missing_phrases, most_missing, needs_poppler, phrases_of
from tests.test_handouts import build
from tests.test_pdf_quality import check

ROOT = Path(__file__).parent / "roots" / "test-scripts"
LANGUAGES = load_languages(ROOT / "locale" / "languages.toml")
TRANSLATIONS = {code: one for code, one in LANGUAGES.items() if code != "en"}
PICTURES = Path(__file__).parent / "data" / "pictures"
# One language for each script.
SCRIPTS = ("de", "ar", "hi", "ja", "uk", "zh_CN")
DOTS_PER_INCH = 36
# A field of the page is 8 dots wide and high; ink that moved by a line changes many.
FIELD, MOST_DIFFERENT = 8, 0.01


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the handout in each language, without a warning."""
    base = tmp_path_factory.mktemp("scripts")
    shutil.copytree(ROOT, base / "book")
    for code in LANGUAGES:
        assert build(base / "book", base / "out", code) == ""
    return base / "out"


def pdf_of(folder: Path, code: str, variant: str) -> Path:
    return folder / f"going-home.{LANGUAGES[code].slug}.{variant}.pdf"


def forms(codes: Iterator[str]) -> list[tuple[str, str]]:
    return [(code, one.name) for code in codes for one in variants_for(LANGUAGES[code])]


@pytest.mark.parametrize(("code", "variant"), forms(iter(TRANSLATIONS)))
def test_every_form_is_accessible(folder: Path, code: str, variant: str) -> None:
    check(pdf_of(folder, code, variant), LANGUAGES[code])


# -- Text comes out in logical order ---------------------------------------------------


@needs_poppler
@pytest.mark.parametrize(("code", "variant"), forms(iter(TRANSLATIONS)))
def test_text_comes_out_in_logical_order(folder: Path, code: str, variant: str) -> None:
    phrases = phrases_of(ROOT, code, "going-home")
    assert len(phrases) >= 18
    language = LANGUAGES[code]
    missing = missing_phrases(pdf_of(folder, code, variant), language, phrases)
    assert len(missing) <= most_missing(language) * len(phrases), missing


# -- Lines ------------------------------------------------------------------------------


def lines_of(pdf: Path) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return [line.strip() for line in text.splitlines() if line.strip()]


@needs_poppler
@pytest.mark.parametrize(("code", "is_hyphenated"), [("de", True), ("uk", True), ("vi", False)])
def test_long_words_are_broken_where_the_language_has_rules(
    folder: Path, code: str, is_hyphenated: bool
) -> None:
    pdf = pdf_of(folder, code, "bilingual")
    assert ("\u00ad\n" in extracted(pdf)) == is_hyphenated


@pytest.mark.parametrize("code", ["ja", "zh_CN"])
@pytest.mark.parametrize("variant", ["a4", "large-print", "bilingual"])
def test_no_line_begins_with_a_sign_that_closes(folder: Path, code: str, variant: str) -> None:
    assert [
        line for line in lines_of(pdf_of(folder, code, variant)) if line[0] in "。，、：）」”"
    ] == []


# -- Pictures ---------------------------------------------------------------------------


def picture_of(pdf: Path) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=DOTS_PER_INCH / 72).to_pil()
        return page.convert("L")


def different_part(one: Image.Image, other: Image.Image) -> float:
    """Return the share of fields of two pages that differ in their grey."""
    if one.size != other.size:
        return 1.0
    fields = ImageChops.difference(*(image.reduce(FIELD) for image in (one, other)))
    levels = fields.tobytes()
    return sum(level > 16 for level in levels) / len(levels)


@pytest.mark.parametrize("code", SCRIPTS)
def test_the_page_looks_like_its_picture(
    folder: Path, code: str, request: pytest.FixtureRequest
) -> None:
    """Compare; after a wanted change: pytest tests/test_scripts.py --renew-pictures."""
    path = PICTURES / f"{LANGUAGES[code].script}.png"
    picture = picture_of(pdf_of(folder, code, "a4"))
    if request.config.getoption("--renew-pictures"):
        path.parent.mkdir(exist_ok=True)
        picture.save(path, optimize=True)
    part = different_part(picture, Image.open(path))
    assert part <= MOST_DIFFERENT, f"{part:.1%} of the page differs from {path.name}"


def test_a_page_that_lost_a_line_does_not_look_like_its_picture() -> None:
    for path in sorted(PICTURES.glob("*.png")):
        picture = Image.open(path)
        moved = ImageChops.offset(picture, 0, 8)
        assert different_part(picture, moved) > 5 * MOST_DIFFERENT
