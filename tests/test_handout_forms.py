"""What a hand writes into, and where lines end: small sheets, and the real ones."""

from __future__ import annotations

import ctypes
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docutils import nodes

from handouts.records import FOLDER, read_record
from languages import load_languages
from paper.translator import PaperTranslator
from paper.typesetting import Typesetter
from tests.conftest import PROJECT
from tests.test_handouts import (
    ROOT,
    TEMPLATE,
    build,
    lines_by_page,
    text_of,
    translate,
    write_page,
)

BOOK = load_languages(PROJECT / "locale" / "languages.toml")
# Where the text of a page in large print ends, in points from its foot.
LARGE_PRINT_FOOT = 60
Box = tuple[float, float, float, float]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Copy the small book, for a test to change."""
    copy = tmp_path / "book"
    shutil.copytree(ROOT, copy)
    return copy


def typeset(folder: Path, source: str, **look: Any) -> Path:
    """Typeset a piece of a handout alone, 170 mm wide."""
    head = '#import "/handout.typ": *\n#set document(title: "-")\n#set page(margin: 20mm)\n'
    fonts = '#set text(font: "Noto Sans", size: 12pt)\n'
    with Typesetter({"handout.typ": TEMPLATE}, "a form") as typesetter:
        pdf = typesetter.compile(head + fonts + source, TEMPLATE, look)
    path = folder / "form.pdf"
    path.write_bytes(pdf.data)
    return path


def strokes(pdf: Path) -> list[Box]:
    """Return what is drawn on the pages, each as left, bottom, right, top."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            item.get_bounds()
            for page in document
            for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
        ]


def lines_to_write_on(pdf: Path) -> list[tuple[float, float]]:
    """Return where each begins and how long it is, from the top down."""
    flat = [box for box in strokes(pdf) if box[3] - box[1] < 2 < box[2] - box[0]]
    return [(round(box[0]), round(box[2] - box[0])) for box in sorted(flat, key=lambda b: -b[1])]


# -- Lines to write on -------------------------------------------------------------------


def test_all_lines_of_a_list_stand_beside_their_labels_or_all_below(tmp_path: Path) -> None:
    short, longer = "[Name], [Telephone]", f"[{'A label of many words ' * 4}]"
    beside = lines_to_write_on(typeset(tmp_path, f"#fill-in({short})"))
    assert len({start for start, _length in beside}) == 2
    below = lines_to_write_on(typeset(tmp_path, f"#fill-in({short}, {longer})"))
    assert len(set(below)) == 1 < len(below)
    row = lines_to_write_on(typeset(tmp_path, f"#fill-in-row([Name], {longer})"))
    assert len({length for _start, length in row}) == 1


def test_no_half_of_a_form_stays_empty(tmp_path: Path) -> None:
    label = f"[{'A label of many words ' * 3}]"
    for count in range(1, 6):
        form = typeset(tmp_path, f"#fill-in({', '.join([label] * count)})", tightness=1)
        lengths = [length for _start, length in lines_to_write_on(form)]
        assert len(lengths) == count
        assert sum(lengths) == pytest.approx(480 * (count // 2 + count % 2), rel=0.05)


def heads(pdf: Path, *words: str) -> list[float]:
    """Return where words begin, from the left."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        return [
            text.get_charbox(text.search(word, match_case=True).get_next()[0])[0] for word in words
        ]


def test_columns_to_write_in_have_room_and_edges(book: Path, tmp_path: Path) -> None:
    row = "* - {}\n  -\n  -\n  -\n  -\n  -\n"
    head = "* - No\n  - Day\n  - Blood pressure today\n  - Mood\n  - Effects\n  - Notes\n"
    options = ":header-rows: 1\n:stub-columns: 1\n\n"
    write_page(
        book, "handout: 1", ":::{list-table}\n" + options + head + row.format("1") * 3 + ":::"
    )
    build(book, tmp_path / "out", handouts_variants=("a4",), handouts_only=("extra",))
    pdf = tmp_path / "out" / "extra.en.a4.pdf"
    number, day, blood, mood, effects, notes = heads(
        pdf, "No", "Day", "Blood", "Mood", "Effects", "Notes"
    )
    assert day - number < blood - day
    assert blood - day == pytest.approx(effects - mood, abs=1)
    assert 540 - notes > 1.5 * (notes - effects)
    upright = {round(box[0]) for box in strokes(pdf) if box[2] - box[0] < 2 < box[3] - box[1]}
    assert len(upright) >= 7


def test_a_form_is_not_torn_in_two(tmp_path: Path) -> None:
    """However far down the page it would begin."""
    rows = "".join(f"[R{number}], none, " for number in range(9))
    form = f"#data-table((1, 1), words: ((), ()), head: ([Row], [Notes]), {rows})"
    part = "#pagebreak()#block(height: {}mm)" + form + "\n"
    parts = "".join(map(part.format, range(100, 250, 10)))
    # As on every sheet: tables go on over the page.
    pages = lines_by_page(typeset(tmp_path, f"#show figure: set block(breakable: true)\n{parts}"))
    found = [len(re.findall(r"R\d", str(page))) for page in pages]
    assert set(found) == {0, 9}


def test_a_diary_in_large_print_leaves_no_page_half_empty(book: Path, tmp_path: Path) -> None:
    head = "* - Session\n" + "".join(f"  - Question {n} of this day\n" for n in range(9))
    rows = "".join(f"* - {n}\n" + "  -\n" * 9 for n in ("1", "2", "3", "4", ""))
    options = ":header-rows: 1\n:stub-columns: 1\n\n"
    write_page(book, "handout: 2", ":::{list-table} Diary\n" + options + head + rows + ":::")
    build(book, tmp_path / "out", handouts_variants=("large-print",), handouts_only=("extra",))
    pages = lines_by_page(tmp_path / "out" / "extra.en.large-print.pdf")
    diary = [[top for text, top in page if "Question" in text] for page in pages]
    *full, _last = [tops for tops in diary if tops]
    assert len(full) > 1
    assert all(min(tops) < 842 / 4 for tops in full)
    # Each row begins with its number, and the one without has a line for it.
    words = text_of(tmp_path / "out" / "extra.en.large-print.pdf")
    assert re.findall(r"Session(?:: \d)?", words) == [
        "Session: 1", "Session: 2", "Session: 3", "Session: 4", "Session",
    ]  # fmt: skip
    # No number stays behind: at the foot of each full page is a line to write on.
    for page in pages[: len(full)]:
        lowest = min((top, text) for text, top in page if top > LARGE_PRINT_FOOT)
        assert "Session" not in lowest[1]


# -- What stands together -----------------------------------------------------------------


def test_a_label_stays_with_its_list(tmp_path: Path) -> None:
    """However far down the page it would stand."""
    part = "#pagebreak()#block(height: {}mm)#introduction[Needed:]#bullets([Item],[Item])\n"
    pages = lines_by_page(typeset(tmp_path, "".join(map(part.format, range(200, 257)))))
    labelled = [[text for text, _top in page] for page in pages if str(page).count("Needed")]
    assert len(labelled) == 57
    assert all(any("Item" in text for text in page) for page in labelled)


def fonts_of_words(pdf: Path, *words: str) -> list[str]:
    """Return the name of the font in which each of these words stands first."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for word in words:
            for page in document:
                text = page.get_textpage()
                if hit := text.search(word).get_next():
                    name = ctypes.create_string_buffer(100)
                    flags = ctypes.c_int()
                    pypdfium2.raw.FPDFText_GetFontInfo(text.raw, hit[0], name, 100, flags)
                    found.append(name.value.decode())
                    break
    return found


def test_titles_of_pages_are_bold(book: Path, tmp_path: Path) -> None:
    build(book, tmp_path / "out", handouts_variants=("a4",))
    pdf = tmp_path / "out" / "going-home.en.a4.pdf"
    sentence, title, heading = fonts_of_words(pdf, "The sources are", "A book for", "Going home")
    assert title == heading != sentence


def test_a_number_to_call_stays_with_its_label_and_its_note() -> None:
    phone = nodes.reference("", "", nodes.inline("", "112"), classes=["phone"])
    parts = [nodes.Text(text) for text in ("Emergency number: ", ", ", " (ambulance)")]
    label, comma, note = parts
    other = phone.deepcopy()
    nodes.paragraph("", "", label, phone, comma, other, note)
    assert [source(part) for part in parts] == [
        "Emergency number:\u00a0",
        ", ",
        "\u00a0(ambulance)",
    ]


def source(text: nodes.Text) -> str:
    """Return a text as it is written for paper."""
    translator = PaperTranslator.__new__(PaperTranslator)
    translator._body, translator._mirrored = [], False
    translator.visit_Text(text)
    (found,) = re.findall(r'#\("(.*)"\);', translator.astext())
    return str(found)


def test_words_that_are_the_same_in_both_languages_stand_on_both_sides(
    book: Path, tmp_path: Path
) -> None:
    translate(book, {"I stand up slowly.": "I stand up slowly."})
    build(book, tmp_path / "out", "es", handouts_variants=("bilingual",))
    text = text_of(tmp_path / "out" / "going-home.es.bilingual.pdf")
    assert text.count("I stand up slowly.") == 2


def test_a_sheet_of_two_pages_does_not_count_the_statements_of_a_page(
    book: Path, tmp_path: Path
) -> None:
    claims = book / "claims.toml"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(re.sub(r"(?m)^checked = .*\n", "", text, count=1), encoding="utf-8")
    build(book, tmp_path / "out", handouts_variants=("a4",))
    words = text_of(tmp_path / "out" / "going-home.en.a4.pdf")
    assert "1 of 2 statements of this handout." in words
    assert "on this page" not in words


# -- On the real sheets -------------------------------------------------------------------


def sheets(site: Path, scripts: set[str]) -> Iterator[tuple[Path, list[list[str]]]]:
    """Yield each PDF in these scripts, with the lines of its pages as they are copied."""
    for language in BOOK.values():
        if language.script not in scripts:
            continue
        folder = site / language.slug / FOLDER
        record = read_record(folder, language)
        assert record
        for file in (file.file for handout in record.handouts for file in handout.files):
            with pypdfium2.PdfDocument(folder / file) as document:
                pages = [page.get_textpage().get_text_range() for page in document]
            yield folder / file, [page.splitlines() for page in pages]


def test_no_line_begins_with_a_mark_that_ends_something(site: Path) -> None:
    read = 0
    for path, pages in sheets(site, {"Hans", "Jpan"}):
        for line in itertools.chain.from_iterable(pages):
            assert not re.match(r"\s*[；，。、：！？）」』〕】]", line), (path.name, line)
            read += len(re.findall(r"\d；", line))
    assert read > 50


def test_words_in_katakana_are_whole_in_titles(site: Path) -> None:
    titles = 0
    for path, pages in sheets(site, {"Jpan"}):
        record = read_record(path.parent, BOOK["ja"])
        assert record
        (title,) = (one.title for one in record.handouts if one.name == path.name.split(".")[0])
        words = set(re.findall(r"[\u30a1-\u30ff]{2,}", title))
        lines = pages[0][1:5]
        titles += len(words)
        for word in words:
            assert any(word in line for line in lines), (path.name, word, lines)
    assert titles > 8
