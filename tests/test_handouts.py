"""Handouts are made from the pages, and the PDFs are read back."""

from __future__ import annotations

import ctypes
import io
import json
import math
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import polib
import pypdfium2
import pytest
import zxingcpp
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils

from handouts.fitting import FIRST_GUESS, TIGHTNESS, Try, fitting_step
from handouts.online import short_path
from handouts.records import read_record, record_name
from handouts.variants import BILINGUAL, variants_for
from isolated_numbers import split_numbers
from languages import load_languages
from paper.source import string_literal
from paper.typesetting import PaperError, Pdf, Typesetter

LANGUAGES = {"en": "en", "es": "es", "ar": "ar", "zh_CN": "zh-cn"}
TEMPLATE = Path(__file__).parent.parent / "docs" / "_typst" / "handout.typ"
ROOT = Path(__file__).parent / "roots" / "test-handouts"
TABLES = load_languages(ROOT / "locale" / "languages.toml")
POINTS = {"a4": (595, 842), "us-letter": (612, 792)}
ALL_VARIANTS = [
    (language, variant.name) for language in LANGUAGES for variant in variants_for(TABLES[language])
]


def build(
    book: Path,
    output: Path,
    language: str = "en",
    builder: str = "handouts",
    *,
    fresh: bool = True,
    **overrides: Any,
) -> str:
    """Run a builder for one language as sphinx-build does; return the warnings."""
    warnings = io.StringIO()
    # Sphinx would go on answering in the language of the process's first build.
    translators.clear()
    with patch_docutils(str(book)), docutils_namespace():
        app = Sphinx(
            srcdir=book,
            confdir=book,
            outdir=output,
            doctreedir=book.parent / "doctrees" / language,
            buildername=builder,
            confoverrides={"language": language, **overrides},
            status=None,
            warning=warnings,
            freshenv=fresh,
        )
        app.build()
    return re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())


def text_of(pdf: Path) -> str:
    """Return the text of a PDF, as a reader's program copies it, on one line."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return normal(" ".join(pages))


def normal(text: str) -> str:
    """Return *text* without marks of direction, broken words and differences of spacing."""
    # A hyphen at the end of a line; pdfium gives it a sign of its own.
    text = re.sub("[\u00ad\x02\ufffe]\\s*", "", text)
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", visible)).strip()


def translate(book: Path, changes: dict[str, str]) -> None:
    """Change messages of the handout in the Spanish catalog."""
    path = book / "locale/es/LC_MESSAGES/handouts/going-home.po"
    catalog = polib.pofile(str(path))
    for entry in catalog:
        entry.msgstr = changes.get(entry.msgid, entry.msgstr)
    catalog.save()


def write_page(book: Path, front_matter: str, body: str) -> Path:
    page = book / "handouts" / "extra.md"
    page.write_text(
        f"---\norphan: true\n{front_matter}\n---\n# Extra\n\n{body}\n", encoding="utf-8"
    )
    return page


def struct_elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield the structure elements of a tagged PDF in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting += reversed(list(item))
        elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
            yield item
            if "/K" in item:
                waiting.append(item.K)


@pytest.fixture
def book(tmp_path: Path, rootdir: Path) -> Path:
    """Copy the small book, for a test to change."""
    copy = tmp_path / "book"
    shutil.copytree(rootdir / "test-handouts", copy)
    return copy


@pytest.fixture(scope="module")
def pdfs(rootdir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make the handout of the small book in each language, without a warning."""
    folder = tmp_path_factory.mktemp("handouts")
    shutil.copytree(rootdir / "test-handouts", folder / "book")
    for language in LANGUAGES:
        assert build(folder / "book", folder / "out", language) == ""
    return {
        language: folder / "out" / f"going-home.{slug}.a4.pdf"
        for language, slug in LANGUAGES.items()
    }


# -- What is made ------------------------------------------------------------------


def variant_of(pdf: Path, name: str) -> Path:
    """Return another variant of a handout in A4."""
    return pdf.with_name(pdf.name.replace(".a4.", f".{name}."))


def test_only_handouts_are_made_and_nothing_else_is_left(pdfs: dict[str, Path]) -> None:
    made = {path.name for path in pdfs["en"].parent.iterdir() if path.is_file()}
    records = {record_name(TABLES[language]) for language in LANGUAGES}
    assert made == records | {
        variant_of(pdfs[language], name).name for language, name in ALL_VARIANTS
    }


def test_english_has_nothing_to_stand_beside() -> None:
    assert BILINGUAL not in variants_for(TABLES["en"])
    assert BILINGUAL in variants_for(TABLES["es"])


# -- The Typst source has every sentence of the page, in every variant ---------------


def doctree_of(book: Path, language: str) -> nodes.document:
    """Read the small book in a language; return the doctree of its handout."""
    translators.clear()
    with patch_docutils(str(book)), docutils_namespace():
        app = Sphinx(
            book, book, book.parent / "read", book.parent / "read-doctrees" / language, "dummy",
            confoverrides={"language": language}, status=None, freshenv=True,
        )  # fmt: skip
        app.build()
        return app.env.get_and_resolve_doctree("handouts/going-home", app.builder, tags=app.tags)


def lines_of(doctree: nodes.document) -> list[str]:
    """Return the text of each block of a page that is set in lines."""
    page = next(doctree.findall(nodes.section))
    return [
        normal(block.astext())
        for block in page.findall(nodes.TextElement)
        if not isinstance(block, nodes.Inline | nodes.Invisible) and block.astext()
    ]


def typst_sources(
    book: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[str]]:
    """Build the handouts; return the words in the Typst source of each variant, in order."""
    sources: dict[str, list[str]] = {}
    compiled = Typesetter.compile

    def keep(typesetter: Typesetter, source: str, origin: Path, look: dict[str, Any]) -> Pdf:
        words = re.findall(r'#(?:sheet\.ltr)?\(("(?:[^"\\]|\\.)*")\);', source)
        sources[_variant_in(source, look)] = [json.loads(word) for word in words]
        return compiled(typesetter, source, origin, look)

    monkeypatch.setattr(Typesetter, "compile", keep)
    build(book, book.parent / "out", language)
    return sources


def _variant_in(source: str, look: dict[str, Any]) -> str:
    if look["large"]:
        return "large-print"
    if look["english"]:
        return "bilingual"
    paper = re.search(r'paper: "([\w-]+)"', source)
    assert paper
    return paper[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variant_has_every_line_of_the_page_once_and_in_order(
    book: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, english = (lines_of(doctree_of(book, code)) for code in (language, "en"))
    assert len(own) == len(english) > 20
    sources = typst_sources(book, language, monkeypatch)
    assert list(sources) == [variant.name for variant in variants_for(TABLES[language])]
    for name, words in sources.items():
        text, place = normal("".join(words)), 0
        for line, line_in_english in zip(own, english, strict=True):
            expected = line + line_in_english if name == "bilingual" else line
            found = text.find(expected, place)
            assert found >= 0, (name, expected)
            place = found + len(expected)
        for line in own:
            assert text.count(line) == sum(other.count(line) for other in own + (
                english if name == "bilingual" else []
            )), (name, line)  # fmt: skip


def test_every_sentence_of_the_page_stands_in_the_handout_in_order(pdfs: dict[str, Path]) -> None:
    text = text_of(pdfs["en"])
    sentences = [
        "Ketamine and Esketamine for Depression",
        "Going home",
        "Do not drive until the next day.",
        "Red: call the emergency number now There is chest pain.",
        "Yellow: call the clinic today You are still confused.",
        "Green: this is common today You may be sleepy.",
        "Good to know Most people feel well again by tomorrow.",
        "Side by side Before Eat nothing for two hours. After Go home with an adult.",
        "Things to do I stand up slowly.",
        "My blood sugar was 48 mmol/mol (6.5 %) at the last visit.",
        "1. Read the red box. 2. Stay for some hours.",
        "Next appointment",
        "The adult who takes me home today, with the full name and the phone number",
        "My diary Session Blood pressure First session Second session Usual",
        "27 of 100 people got well with esketamine.",
        "18 of 100 people got well with the comparison spray.",
        "The sources are on the page A book for tests.",
        "Help in a crisis",
        "United States: Test Lifeline: 1-800-555-0100. Emergency number: 911.",
        "Clinic Telephone",
        "Not for self-treatment.",
        "Sources checked on November 20, 2026.",
        "No clinician and no patient has reviewed it yet.",
    ]
    places = [text.find(sentence) for sentence in sentences]
    assert -1 not in places, sentences[places.index(-1)]
    assert places == sorted(places)
    assert "Page 1 of 2" in text
    assert "Page 2 of 2" in text


@pytest.mark.parametrize(("language", "least"), [("es", 1.0), ("zh_CN", 0.95), ("ar", 0.85)])
def test_translations_come_out_in_logical_order(
    pdfs: dict[str, Path], rootdir: Path, language: str, least: float
) -> None:
    catalog = rootdir / "test-handouts/locale" / language / "LC_MESSAGES/handouts/going-home.po"
    # Neither the description of the page nor text of pictures is printed.
    messages = [entry.msgstr for entry in polib.pofile(str(catalog)) if "[" not in entry.msgstr]
    phrases = [
        normal(re.sub(r"\*|\{ref\}|`| <\w+>", "", message))
        for message in messages
        if message not in {messages[1], messages[-2]}
    ]
    # Programs differ in where they see spaces between Han characters and digits.
    text = text_of(pdfs[language]).replace(" ", "")
    missing = [phrase for phrase in phrases if phrase.replace(" ", "") not in text]
    assert len(missing) <= (1 - least) * len(phrases), missing


def test_help_box_can_come_first(book: Path, tmp_path: Path) -> None:
    write_page(book, "handout: 1\nhelp-box: first", ":::{container} lead\nPurpose.\n:::\n\nMore.")
    assert build(book, tmp_path / "out") == ""
    text = text_of(tmp_path / "out" / "extra.en.a4.pdf")
    assert text.index("Purpose.") < text.index("Help in a crisis") < text.index("More.")


# -- What kind of PDF it is --------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [
        ("en", "en", "Going home"),
        ("es", "es", "El regreso a casa"),
        ("ar", "ar", "العودة إلى البيت"),
        ("zh_CN", "zh-CN", "回家"),
    ],
)
def test_pdf_is_accessible_and_says_what_it_is(
    pdfs: dict[str, Path], language: str, tag: str, title: str
) -> None:
    with pikepdf.open(pdfs[language]) as pdf:
        assert str(pdf.Root.Lang) == tag
        assert str(pdf.docinfo.Title) == title
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == title
        kinds = [str(element.S) for element in struct_elements(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 2
    assert kinds.count("/TH") == 2
    assert kinds.count("/Figure") == 1


def test_text_of_a_right_to_left_language_starts_at_the_right(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(pdfs["ar"]) as pdf:
        assert str(pdf.Root.ViewerPreferences.Direction) == "/R2L"
    with pypdfium2.PdfDocument(pdfs["ar"]) as document:
        page = document[0]
        title = page.get_textpage().search("العودة").get_next()
        left, _bottom, right, _top = page.get_textpage().get_charbox(title[0], loose=True)
        assert left > page.get_width() / 2
        assert right < page.get_width()


@pytest.mark.parametrize(("language", "name"), ALL_VARIANTS)
def test_variants_have_their_paper_and_their_number_of_pages(
    pdfs: dict[str, Path], language: str, name: str
) -> None:
    with pikepdf.open(variant_of(pdfs[language], name)) as pdf:
        if name in POINTS:
            assert 1 <= len(pdf.pages) <= 2
        for page in pdf.pages:
            size = (round(page.mediabox[2]), round(page.mediabox[3]))
            assert size == POINTS.get(name, POINTS[TABLES[language].paper])


@pytest.mark.parametrize(("language", "name"), ALL_VARIANTS)
def test_letters_are_never_smaller_than_promised(
    pdfs: dict[str, Path], language: str, name: str
) -> None:
    least = (18 if name == "large-print" else 12) * TABLES[language].pdf_scale
    sizes: dict[float, int] = {}
    with pypdfium2.PdfDocument(variant_of(pdfs[language], name)) as document:
        for page in document:
            for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                size = ctypes.c_float()
                assert pypdfium2.raw.FPDFTextObj_GetFontSize(item.raw, size)
                sizes[round(size.value, 1)] = sizes.get(round(size.value, 1), 0) + 1
    body = max(sizes, key=lambda size: sizes[size])
    assert body >= least if name != "bilingual" else body >= 12


def test_a_bilingual_handout_marks_its_english(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(variant_of(pdfs["ar"], "bilingual")) as pdf:
        languages = {str(part.Lang) for part in struct_elements(pdf) if "/Lang" in part}
    assert "en" in languages
    text = text_of(variant_of(pdfs["es"], "bilingual"))
    assert "Red: call the emergency number now" in text
    assert "Not for self-treatment." in text


def test_the_english_has_letters_for_names_of_services_in_another_script(
    pdfs: dict[str, Path],
) -> None:
    text = text_of(variant_of(pdfs["zh_CN"], "bilingual"))
    assert text.count("测试热线") == 2


def test_the_help_box_beside_it_has_the_same_lines_in_english(pdfs: dict[str, Path]) -> None:
    text = text_of(variant_of(pdfs["es"], "bilingual"))
    assert text.count("Help in a crisis") == 1
    numbers = re.findall(r"\d[\d-]{2,}", text[text.index("Help in a crisis") :])
    assert numbers
    own = re.findall(r"\d[\d-]{2,}", text_of(pdfs["es"]))
    assert {number for number in own if number in numbers}


# -- The way back to the page ---------------------------------------------------------


def test_a_paragraph_stays_whole_and_a_number_with_its_word(book: Path, tmp_path: Path) -> None:
    """Half of "It is not proven that it helps", alone on a page, says the opposite."""
    text = "It is not proven that 24 hours or 30 minutes of it help you. " * 3
    parts = (f"Start{at} {'so ' * at}{text}End{at}." for at in range(14))
    write_page(book, "handout: 2", "\n\n".join(parts))
    assert build(book, tmp_path / "out") == ""
    files = sorted((tmp_path / "out").rglob("extra.*.pdf"))
    assert len(files) == 3
    for path in files:
        with pypdfium2.PdfDocument(path) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        assert len(pages) > 1
        for page in pages:
            assert re.findall(r"Start(\d+)", page) == re.findall(r"End(\d+)", page), path
            assert not [line for line in page.splitlines() if re.search(r"(24|30)$", line.strip())]


def test_without_an_address_there_is_no_code(pdfs: dict[str, Path]) -> None:
    assert "This page online" not in text_of(pdfs["en"])


def test_a_code_leads_to_the_page_in_the_same_language(book: Path, tmp_path: Path) -> None:
    build(book, tmp_path / "out", "es", site_base_url="https://guide.example.org/")
    pdf = tmp_path / "out" / "going-home.es.a4.pdf"
    url = f"https://guide.example.org/{short_path('handouts/going-home', TABLES['es'])}"
    assert url == "https://guide.example.org/h/going-home/es"
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [page.render(scale=4).to_pil() for page in document]
    codes = [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]
    assert codes == [url]
    assert url in text_of(pdf)


def test_the_edition_changes_with_the_words(book: Path, tmp_path: Path) -> None:
    def edition(**overrides: Any) -> str:
        build(book, tmp_path / "out", **overrides)
        found = re.search(r"9\.8 · ([0-9a-f]{8})", text_of(tmp_path / "out/going-home.en.a4.pdf"))
        assert found
        return found[1]

    first = edition(version="9.8")
    assert edition(version="9.8") == first
    page = book / "handouts" / "going-home.md"
    page.write_text(page.read_text(encoding="utf-8").replace("chest pain", "pain"), "utf-8")
    assert edition(version="9.8") != first


@pytest.mark.parametrize(
    ("language", "families"),
    [("en", {"NotoSans"}), ("ar", {"Amiri"}), ("zh_CN", {"NotoSans", "NotoSansCJKsc"})],
)
def test_fonts_are_embedded_subsets_of_ours(
    pdfs: dict[str, Path], language: str, families: set[str]
) -> None:
    found = set()
    with pikepdf.open(pdfs[language]) as pdf:
        for page in pdf.pages:
            for font in page.resources.Font.values():
                descendant = font.DescendantFonts[0]
                assert {"/FontFile2", "/FontFile3"} & set(descendant.FontDescriptor.keys())
                subset, _plus, name = str(descendant.BaseFont).removeprefix("/").partition("+")
                assert re.fullmatch(r"[A-Z]{6}", subset)
                found.add(re.match(r"[A-Za-z]+", name).group())  # type: ignore[union-attr]
    assert found == families


def test_a_phone_number_can_be_tapped_and_a_page_of_the_book_cannot(pdfs: dict[str, Path]) -> None:
    with pikepdf.open(pdfs["en"]) as pdf:
        links = [str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", [])]
    assert links == ["tel:18005550100", "tel:911", "https://helplines.example.org"]


# -- What is not translated is not printed in silence ---------------------------------


def issue(book: Path, language: str, incomplete: str) -> None:
    """Let ``languages.toml`` say what becomes of the incomplete handouts of a language."""
    path = book / "locale" / "languages.toml"
    text = path.read_text(encoding="utf-8")
    line = f'incomplete_handouts = "{incomplete}"'
    path.write_text(text.replace(f"[{language}]", f"[{language}]\n{line}"), encoding="utf-8")


def _leave_out(book: Path) -> None:
    translate(book, {"There is chest pain.": ""})


def _make_fuzzy(book: Path) -> None:
    path = book / "locale/es/LC_MESSAGES/handouts/going-home.po"
    catalog = polib.pofile(str(path))
    next(entry for entry in catalog if entry.msgid == "There is chest pain.").flags = ["fuzzy"]
    catalog.save()


def _leave_out_words_of_every_handout(book: Path) -> None:
    path = book / "locale/es/LC_MESSAGES/sphinx.po"
    catalog = polib.pofile(str(path))
    next(entry for entry in catalog if entry.msgid == "Not for self-treatment.").msgstr = ""
    catalog.save()


GAPS = [_leave_out, _make_fuzzy, _leave_out_words_of_every_handout]
STAMP = "Borrador: una parte del texto de esta hoja sigue en inglés."


@pytest.mark.parametrize("make_a_gap", GAPS)
@pytest.mark.parametrize("is_said", [True, False])
def test_an_incomplete_handout_is_withheld_unless_something_else_is_said(
    book: Path, tmp_path: Path, make_a_gap: Callable[[Path], None], is_said: bool
) -> None:
    make_a_gap(book)
    if is_said:
        issue(book, "es", "withhold")
    build(book, tmp_path / "out", "es")
    assert list((tmp_path / "out").glob("*.pdf")) == []
    record = read_record(tmp_path / "out", TABLES["es"])
    assert record
    assert record.handouts == ()


@pytest.mark.parametrize("make_a_gap", GAPS)
def test_a_stamped_draft_says_so_on_each_page_of_each_form(
    book: Path, tmp_path: Path, make_a_gap: Callable[[Path], None]
) -> None:
    make_a_gap(book)
    issue(book, "es", "stamp")
    assert build(book, tmp_path / "out", "es") == ""
    record = read_record(tmp_path / "out", TABLES["es"])
    assert record
    (handout,) = record.handouts
    assert handout.stamped
    assert len(handout.files) == 4
    for file in handout.files:
        with pypdfium2.PdfDocument(tmp_path / "out" / file.file) as document:
            assert len(document) == file.pages > 1
            for page in document:
                words = normal(page.get_textpage().get_text_range())
                assert words.count("Borrador:") == 1, file
    assert STAMP in text_of(tmp_path / "out" / "going-home.es.a4.pdf")


def test_a_message_that_was_completed_is_in_each_form_of_the_next_build(
    book: Path, tmp_path: Path
) -> None:
    _leave_out(book)
    build(book, tmp_path / "out", "es")
    assert list((tmp_path / "out").glob("*.pdf")) == []
    for words in ("Hay dolor en el pecho.", "Le duele el pecho."):
        translate(book, {"There is chest pain.": words})
        build(book, tmp_path / "out", "es", fresh=False)
        pdfs = list((tmp_path / "out").glob("*.pdf"))
        assert len(pdfs) == 4
        assert [pdf.name for pdf in pdfs if words not in text_of(pdf)] == []


def test_a_stamp_that_its_readers_could_not_read_is_none(book: Path, tmp_path: Path) -> None:
    _leave_out(book)
    issue(book, "es", "stamp")
    path = book / "locale/es/LC_MESSAGES/sphinx.po"
    catalog = polib.pofile(str(path))
    next(entry for entry in catalog if entry.msgid.startswith("Draft:")).msgstr = ""
    catalog.save()
    build(book, tmp_path / "out", "es")
    assert list((tmp_path / "out").glob("*.pdf")) == []


def test_a_whole_handout_has_no_stamp(book: Path, tmp_path: Path, pdfs: dict[str, Path]) -> None:
    issue(book, "es", "stamp")
    build(book, tmp_path / "out", "es")
    assert (tmp_path / "out" / pdfs["es"].name).read_bytes() == pdfs["es"].read_bytes()


# -- The same text gives the same file ---------------------------------------------


def test_a_form_made_alone_is_the_same(book: Path, tmp_path: Path, pdfs: dict[str, Path]) -> None:
    write_page(book, "handout: 1", "\n\n".join(f"Paragraph {n}." for n in range(26)))
    build(book, tmp_path / "all")
    for name in POINTS:
        build(book, tmp_path / name, handouts_variants=(name,), handouts_only=("extra",))
        (alone,) = (tmp_path / name).glob("*.pdf")
        assert alone.read_bytes() == (tmp_path / "all" / alone.name).read_bytes()
    for form in pdfs["en"].parent.glob("going-home.en.*.pdf"):
        assert form.read_bytes() == (tmp_path / "all" / form.name).read_bytes()


def test_two_builds_in_different_folders_are_equal(
    book: Path, tmp_path: Path, pdfs: dict[str, Path]
) -> None:
    elsewhere = tmp_path / "another folder" / "book"
    shutil.copytree(book, elsewhere)
    for language, first in pdfs.items():
        build(elsewhere, tmp_path / "out", language)
        assert (tmp_path / "out" / first.name).read_bytes() == first.read_bytes()


def test_the_date_comes_from_the_environment(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    build(book, tmp_path / "out")
    with pikepdf.open(tmp_path / "out" / "going-home.en.a4.pdf") as pdf:
        assert str(pdf.docinfo.CreationDate).startswith("D:19700102")


# -- Bad input ---------------------------------------------------------------------

HOSTILE = '"]); #import "x": * #panic("no") $x$ @ref = - + / // /* ~ --- \\u{41} #sys.inputs ['


def test_typst_code_in_a_page_and_in_a_translation_is_only_text(book: Path, tmp_path: Path) -> None:
    escaped = HOSTILE.replace("\\", "\\\\")
    write_page(book, "handout: 1", escaped)
    translate(book, {"There is chest pain.": escaped, "Going home": escaped})
    build(book, tmp_path / "out", "en", smartquotes=False)
    build(book, tmp_path / "out", "es", smartquotes=False)
    assert normal(HOSTILE) in text_of(tmp_path / "out" / "extra.en.a4.pdf")
    assert text_of(tmp_path / "out" / "going-home.es.a4.pdf").count(normal(HOSTILE)) >= 2


def test_a_missing_font_is_named_and_the_old_files_stay(book: Path, tmp_path: Path) -> None:
    build(book, tmp_path / "out")
    pdf = tmp_path / "out" / "going-home.en.a4.pdf"
    before = pdf.read_bytes()
    table = book / "locale" / "languages.toml"
    table.write_text(
        table.read_text(encoding="utf-8").replace('["Noto Sans"]', '["Klingon Sans"]', 1),
        encoding="utf-8",
    )
    with pytest.raises(PaperError, match=r"in English need the font Klingon Sans.*languages.toml"):
        build(book, tmp_path / "out")
    assert pdf.read_bytes() == before


def test_a_sign_that_the_fonts_lack_is_an_error(book: Path, tmp_path: Path) -> None:
    page = write_page(book, "handout: 1", "A sign of another script: 漢.")
    with pytest.raises(PaperError, match=re.escape(f"{page}: this page cannot be typeset")):
        build(book, tmp_path / "out")


def changed_template(folder: Path, old: str, new: str) -> Path:
    """Write a copy of our template with one change."""
    text = TEMPLATE.read_text(encoding="utf-8")
    assert old in text
    copy = folder / "changed.typ"
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_a_fault_of_the_template_names_page_template_and_line(book: Path, tmp_path: Path) -> None:
    build(book, tmp_path / "out")
    pdf = tmp_path / "out" / "going-home.en.a4.pdf"
    before = pdf.read_bytes()
    template = changed_template(tmp_path, "\n  masthead(book)", "\n  nonsense")
    with pytest.raises(PaperError) as caught:
        build(book, tmp_path / "out", handouts_template=str(template))
    line = template.read_text(encoding="utf-8").splitlines().index("  nonsense") + 1
    assert str(caught.value) == (
        f"{book / 'handouts' / 'going-home.md'}: this page cannot be typeset as a handout: "
        f"unknown variable: nonsense ({template}, line {line})."
    )
    assert pdf.read_bytes() == before


def test_a_warning_of_typst_is_an_error(book: Path, tmp_path: Path) -> None:
    template = changed_template(tmp_path, "\n  masthead(book)", '\n  text(font: "Nowhere")[]')
    with pytest.raises(PaperError, match="unknown font family: nowhere"):
        build(book, tmp_path / "out", handouts_template=str(template))


def test_a_missing_template_is_named(book: Path, tmp_path: Path) -> None:
    with pytest.raises(PaperError, match=r"nowhere\.typ: a handout needs this file"):
        build(book, tmp_path / "out", handouts_template="nowhere.typ")


def test_a_handout_that_is_too_long_is_named_and_none_is_replaced(
    book: Path, tmp_path: Path
) -> None:
    page = write_page(book, "handout: 1", "\n\n".join(f"Paragraph {n}." for n in range(70)))
    with pytest.raises(PaperError) as caught:
        build(book, tmp_path / "out")
    assert str(caught.value).splitlines() == [
        f"{page}: in English this handout takes 2 pages ({paper}), and its front matter allows 1. "
        "Shorten its text; the letters may not become smaller."
        for paper in ("a4", "us-letter")
    ]
    assert not list((tmp_path / "out").glob("*.pdf"))


def test_spaces_shrink_before_a_handout_is_refused(book: Path, tmp_path: Path) -> None:
    write_page(book, "handout: 1", "\n\n".join(f"Paragraph {n}." for n in range(28)))
    build(book, tmp_path / "out")
    with pikepdf.open(tmp_path / "out" / "extra.en.a4.pdf") as pdf:
        assert len(pdf.pages) == 1


def model(length: float, gain: float, jump: float) -> Callable[[int], Try]:
    """Make up a handout: its pages at the loosest step, and how it shrinks with each."""

    def attempt(step: int) -> Try:
        filled = length - gain * step
        # A box that does not fit goes on to the next page as a whole.
        filled += jump if filled > math.ceil(filled - jump) else 0
        return Try(Pdf(b"", math.ceil(filled)), filled)

    return attempt


@pytest.mark.parametrize("allowed", [1, 2])
@pytest.mark.parametrize("jump", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("gain", [0.03, 0.04, 0.05])
def test_few_tries_find_how_closely_a_handout_is_set(
    allowed: int, gain: float, jump: float
) -> None:
    for percent in range(50, 260):
        attempt = model(percent / 100, gain * allowed, jump)
        tried: list[int] = []

        def count(
            step: int, attempt: Callable[[int], Try] = attempt, tried: list[int] = tried
        ) -> Try:
            tried.append(step)
            return attempt(step)

        fitting = [step for step in range(len(TIGHTNESS)) if attempt(step).pdf.pages <= allowed]
        found = fitting_step(count, allowed, FIRST_GUESS)
        assert len(tried) == len(set(tried)) <= 7, percent
        if not fitting:
            assert found is None
        else:
            assert found in fitting
            assert found - min(fitting) <= 3, percent


def test_the_room_below_the_text_is_measured(book: Path, tmp_path: Path) -> None:
    """The fewer paragraphs, the looser they stand, each in about as few tries."""
    heights = []
    for count in (4, 24, 28):
        write_page(book, "handout: 1", "\n\n".join(f"Paragraph {n}." for n in range(count)))
        build(book, tmp_path / "out", handouts_variants=("a4",), handouts_only=("extra",))
        (page,) = lines_by_page(tmp_path / "out" / "extra.en.a4.pdf")
        first, second = (top for text, top in page if text in {"Paragraph 0.", "Paragraph 1."})
        heights.append(first - second)
    assert heights[0] > heights[1] > heights[2]


def lines_by_page(pdf: Path) -> list[list[tuple[str, float]]]:
    """Return the lines of each page, and how far above the foot of the page each ends."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            [
                (text.get_text_bounded(*text.get_rect(at)), text.get_rect(at)[3])
                for at in range(text.count_rects())
            ]
            for text in (page.get_textpage() for page in document)
        ]


@pytest.mark.parametrize("above", range(24, 34))
def test_a_heading_keeps_two_items_of_its_list(book: Path, tmp_path: Path, above: int) -> None:
    before = "\n\n".join(f"Paragraph {number}." for number in range(above))
    items = "\n".join(f"- Item {number}." for number in range(20))
    write_page(book, "handout: 2", f"{before}\n\n## Tasks\n\n{items}")
    build(book, tmp_path / "out", handouts_variants=("a4",), handouts_only=("extra",))
    pages = lines_by_page(tmp_path / "out" / "extra.en.a4.pdf")
    (page,) = (page for page in pages if any("Tasks" in text for text, _top in page))
    assert sum("Item" in text for text, _top in page) >= 2
    # What keeps the room does not push anything off the page.
    assert max(top for page in pages for _text, top in page) < POINTS["a4"][1] - 20


def test_a_column_is_not_narrower_than_its_words(book: Path, tmp_path: Path) -> None:
    head = "| Session | Date | Hummmmmmeur | Much text that needs room | More | Again | A | B |"
    rule = "|" + " --- |" * 8
    row = "| 1 |" + " a |" * 2 + " " + "word " * 30 + "|" + " b |" * 4
    write_page(book, "handout: 1", "\n".join((head, rule, row)))
    build(book, tmp_path / "out", handouts_variants=("a4",), handouts_only=("extra",))
    (page,) = lines_by_page(tmp_path / "out" / "extra.en.a4.pdf")
    assert any("Hummmmmmeur" in text for text, _top in page)


def test_the_number_of_pages_must_be_one_or_two(book: Path, tmp_path: Path) -> None:
    page = write_page(book, "handout: many", "Text.")
    with pytest.raises(PaperError, match=re.escape(f"{page}: 'handout: many'")):
        build(book, tmp_path / "out")


def test_all_faults_are_told_at_once(book: Path, tmp_path: Path) -> None:
    write_page(book, "handout: many", "Text.")
    (book / "handouts" / "second.md").write_text("---\norphan: true\nhandout: 0\n---\n# Second\n")
    with pytest.raises(PaperError) as caught:
        build(book, tmp_path / "out")
    assert len(str(caught.value).splitlines()) == 2


def test_a_picture_needs_a_text_alternative(book: Path, tmp_path: Path) -> None:
    page = write_page(book, "handout: 1", "```{image} ../cup.png\n```")
    with pytest.raises(PaperError, match=rf"{re.escape(str(page))}.*alt"):
        build(book, tmp_path / "out")


def test_what_has_no_form_on_paper_is_reported_and_its_text_kept(
    book: Path, tmp_path: Path
) -> None:
    page = write_page(book, "handout: 1", "> A quotation.\n\n```{raw} html\n<b>bold</b>\n```")
    warnings = build(book, tmp_path / "out")
    assert f"{page}:7: WARNING: the handout has no form for <block_quote>" in warnings
    assert f"{page}:9: WARNING: raw text for html is left out of the handout" in warnings
    assert "A quotation." in text_of(tmp_path / "out" / "extra.en.a4.pdf")


# -- Small parts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("كان 48 mmol/mol (6.5 %) أمس", ["48 mmol/mol (6.5 %)"]),
        ("اتصلوا على 1-800-891-4416 أو 112.", ["1-800-891-4416"]),
        ("الرقم (011) 5275-1135.", ["(011) 5275-1135"]),
        ("الرقم +1 800 555 (مجانًا)", ["+1 800 555"]),
        ("بعد 24 ساعة، أو 2 من 3", []),
        ("موقع findahelpline.com فقط", []),
    ],
)
def test_numbers_with_units_hold_together_in_right_to_left_text(
    text: str, numbers: list[str]
) -> None:
    pieces = list(split_numbers(text))
    assert "".join(piece for piece, _is_number in pieces) == text
    assert [piece for piece, is_number in pieces if is_number] == numbers


def test_string_literals_escape_what_would_end_them() -> None:
    assert string_literal('a\\b "c"\n  d') == '"a\\\\b \\"c\\" d"'
