"""A clinic's own handouts: what it may write, what is printed, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from handouts.clinic import ClinicError, load_clinic
from languages import load_languages
from paper.typesetting import PaperError
from scripts.handouts.clinic import main
from tests.conftest import PROJECT
from tests.test_handouts import HOSTILE, ROOT, build, normal, struct_elements, text_of

BOOK = load_languages(ROOT / "locale" / "languages.toml")
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#0b5563"/>{more}</svg>'
)
CLINIC = """\
name = "Clínica del Río"
telephone = "+34 555 0100"
logo = "logo.svg"

[lines]
en = ["Open from 9 to 5"]
es = ["Abierto de 9 a 17 h", "Calle Mayor 1"]
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Write the file of a clinic, with its logo beside it."""
    (tmp_path / "logo.svg").write_text(LOGO.format(more=""), encoding="utf-8")
    path = tmp_path / "clinic.toml"
    path.write_text(CLINIC, encoding="utf-8")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Copy the small book: beside it stand what Sphinx reads and makes."""
    copy = tmp_path / "book"
    shutil.copytree(ROOT, copy)
    return copy


def faults(path: Path, text: str | bytes) -> list[str]:
    """Return what is said against a file of a clinic, without its name."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ClinicError) as caught:
        load_clinic(path, BOOK)
    return [line.removeprefix(str(path)) for line in str(caught.value).splitlines()]


# -- The file --------------------------------------------------------------------------


def test_a_clinic_needs_no_more_than_a_name(clinic: Path) -> None:
    clinic.write_text('name = "عيادة 漢方 Łódź"', encoding="utf-8")
    assert load_clinic(clinic, BOOK).name == "عيادة 漢方 Łódź"


def test_the_example_is_a_good_file() -> None:
    example = PROJECT / "docs" / "_data" / "clinic.example.toml"
    languages = load_languages(PROJECT / "locale" / "languages.toml")
    assert load_clinic(example, languages).lines.keys() <= languages.keys()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('telephone = "1"', 'the name of the clinic is missing: name = "..."'),
        ('name = " "', 'the name of the clinic is missing: name = "..."'),
        ("name = 3", "the name should be a text in quotation marks"),
        (
            'name = "A"\nphone = "1"',
            "'phone' is not known here; the keys are name, telephone, logo, lines",
        ),
        (f'name = "{"A" * 61}"', "the name has 61 characters; there is room for 60"),
        ('name = "A"\ntelephone = "call us"', "the telephone 'call us' has no digit"),
        ('name = "A\\u202eB"', "the name has characters that cannot be printed: U+202E"),
        ('name = "A\\u0000"', "the name has characters that cannot be printed: U+0000"),
        (
            'name = "A"\nlines = "B"',
            'the lines should be a table [lines] with entries such as en = ["..."]',
        ),
        ('name = "A"\nlines.es = "B"', 'the lines for es should be a list: es = ["..."]'),
        (
            'name = "A"\nlines.fr = []',
            "the lines are for 'fr', which the book has not; it has en, es, ar, zh_CN",
        ),
        (
            f'name = "A"\nlines.es = ["ok", "{"B" * 81}"]',
            "line 2 for es has 81 characters; there is room for 80",
        ),
        (
            'name = "A"\nlines.es = ["1", "2", "3", "4", "5"]',
            "there are 5 lines for es; a handout has room for 4",
        ),
        ('name = "A"\nlogo = 1', "the logo should be the name of a file in quotation marks"),
        (
            'name = "A"\nlogo = "no.svg"',
            "the logo no.svg is not there; its place is given from the folder of this file",
        ),
        (
            'name = "A"\nlogo = "clinic.toml"',
            "the logo clinic.toml should be an SVG or PNG file (.svg, .png)",
        ),
    ],
)
def test_each_fault_has_one_clear_message(clinic: Path, text: str, fault: str) -> None:
    assert faults(clinic, text) == [f": {fault}"]


def test_a_sign_that_no_font_has_is_named(clinic: Path) -> None:
    (fault,) = faults(clinic, 'name = "A\U00012000"')
    assert fault.startswith(": the name cannot be printed: ")


def test_all_faults_are_told_at_once(clinic: Path) -> None:
    assert len(faults(clinic, 'nmae = "A"\ntelephone = "x"\nlogo = "no.png"\n')) == 4


def test_files_that_cannot_be_read_name_the_line(clinic: Path) -> None:
    (fault,) = faults(clinic, 'name = "A"\ntelephone = \n')
    assert fault.startswith(":2: this is not valid TOML: ")
    assert faults(clinic, 'name = "A"\n# Clínica'.encode("latin-1")) == [
        ":2: this is not UTF-8 text; save it as UTF-8"
    ]
    clinic.unlink()
    with pytest.raises(ClinicError, match=r"clinic\.toml: this file cannot be read: No such file"):
        load_clinic(clinic, BOOK)


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("big.png", b"\0" * 100_001, "has 100 KB; it may have 100 KB"),
        ("bad.png", b"\x89PNG\r\n\x1a\nnothing", "is not a picture"),
        ("bad.svg", b"<svg", "is not an SVG picture"),
        ("other.svg", b"<html/>", "is not a picture"),
        ("letters.svg", LOGO.format(more="<text>A</text>").encode(), "has text; save it as plain"),
        ("script.svg", LOGO.format(more="<script/>").encode(), "has script; save it as plain"),
        (
            "outside.svg",
            LOGO.format(more='<use href="https://example.org/a.svg"/>').encode(),
            "has the address https://example.org/a.svg; save it as plain shapes",
        ),
    ],
)
def test_a_bad_logo_is_refused(clinic: Path, name: str, data: bytes, fault: str) -> None:
    (clinic.parent / name).write_bytes(data)
    (said,) = faults(clinic, f'name = "A"\nlogo = "{name}"')
    assert said.startswith(f": the logo {name} {fault}")


# -- The handouts ------------------------------------------------------------------------


def printed(book: Path, clinic: Path, language: str = "es", **options: Any) -> dict[str, Path]:
    """Print the handouts of a clinic, without a warning; return the files by name."""
    folder = book.parent / "printed"
    assert build(book, folder, language, handouts_clinic=str(clinic), **options) == ""
    return {path.name: path for path in folder.iterdir()}


def test_every_form_has_the_lines_of_the_clinic_once(book: Path, clinic: Path) -> None:
    files = printed(book, clinic)
    assert len(files) == 4
    for name, path in files.items():
        text = text_of(path)
        assert "Clínica del Río Teléfono: +34 555 0100 Abierto de 9 a 17 h Calle Mayor 1" in text, (
            name
        )
        assert text.count("Clínica del Río") == 1, name
        assert "Open from 9 to 5" not in text, name


def test_the_logo_is_read_aloud_as_the_clinic(book: Path, clinic: Path) -> None:
    files = printed(book, clinic, handouts_variants=("a4",))
    with pikepdf.open(files["going-home.es.a4.pdf"]) as pdf:
        figures = [part for part in struct_elements(pdf) if part.S == "/Figure"]
        links = [str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", [])]
    assert str(figures[-1].Alt) == "Clínica del Río"
    assert "tel:+345550100" in links


def test_only_what_was_asked_for_is_written(book: Path, clinic: Path) -> None:
    asked: dict[str, Any] = {
        "handouts_only": ("going-home",),
        "handouts_variants": ("a4", "bilingual"),
    }
    assert printed(book, clinic, **asked).keys() == {
        "going-home.es.a4.pdf",
        "going-home.es.bilingual.pdf",
    }
    shutil.rmtree(book.parent / "printed")
    assert printed(book, clinic, "en", **asked).keys() == {"going-home.en.a4.pdf"}


def test_another_script_is_written_in_every_handout(book: Path, clinic: Path) -> None:
    clinic.write_text('name = "Łódź 漢方"', encoding="utf-8")
    for language, slug in (("ar", "ar"), ("en", "en")):
        files = printed(book, clinic, language, handouts_variants=("a4",))
        text = text_of(files[f"going-home.{slug}.a4.pdf"])
        assert "Łódź" in text
        assert {"漢", "方"} <= set(text)  # programs differ in the order of mixed scripts


def test_without_a_telephone_there_is_a_line_to_write_it_on(book: Path, clinic: Path) -> None:
    clinic.write_text('name = "A"', encoding="utf-8")
    text = text_of(printed(book, clinic, "en")["going-home.en.a4.pdf"])
    assert re.search(r"\bA Telephone Not for self-treatment", text)


def test_two_numbers_become_no_link(book: Path, clinic: Path) -> None:
    clinic.write_text('name = "A"\ntelephone = "555 0100 or 555 0101"', encoding="utf-8")
    path = printed(book, clinic, "en", handouts_variants=("a4",))["going-home.en.a4.pdf"]
    assert "Telephone: 555 0100 or 555 0101" in text_of(path)
    with pikepdf.open(path) as pdf:
        links = [str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", [])]
    assert not [link for link in links if "5550101" in link]


def test_code_in_the_file_is_only_text(book: Path, clinic: Path) -> None:
    # A string of JSON is one of TOML, too.
    lines = [HOSTILE[:50], HOSTILE[50:].strip()]
    clinic.write_text(f'name = "*A* #1"\nlines.en = {json.dumps(lines)}', encoding="utf-8")
    text = text_of(printed(book, clinic, "en", handouts_variants=("a4",))["going-home.en.a4.pdf"])
    assert "*A* #1" in text
    for line in lines:
        assert normal(line) in text


def test_the_edition_is_that_of_the_site(book: Path, clinic: Path) -> None:
    build(book, book.parent / "site", "es")
    edition = re.compile(r"· ([0-9a-f]{8})")
    own = edition.search(text_of(printed(book, clinic)["going-home.es.a4.pdf"]))
    standard = edition.search(text_of(book.parent / "site" / "going-home.es.a4.pdf"))
    assert own and standard and own[1] == standard[1]


def test_a_clinic_keeps_to_the_pages_of_a_handout(book: Path, clinic: Path) -> None:
    page = book / "handouts" / "extra.md"
    body = "\n\n".join(f"Paragraph {number}." for number in range(37))
    page.write_text(f"---\norphan: true\nhandout: 1\n---\n# Extra\n\n{body}\n", encoding="utf-8")
    lines = ", ".join(f'"Line {number}"' for number in range(4))
    clinic.write_text(f'name = "A"\ntelephone = "1"\nlines.en = [{lines}]', encoding="utf-8")
    assert build(book, book.parent / "site") == ""
    with pytest.raises(PaperError, match=r"extra\.md: in English this handout takes 2 pages"):
        printed(book, clinic, "en")
    assert not list((book.parent / "printed").glob("*.pdf"))


# -- The command -------------------------------------------------------------------------


def run(clinic: Path, *options: str) -> int:
    output = clinic.parent / "output"
    return main(["--clinic", str(clinic), "--output", str(output), *options])


def test_the_command_prints_a_handout_of_the_book(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--language", "es", "--handout", "going-home", "--variant", "a4"]
    assert run(clinic, *options) == 0, capsys.readouterr().err
    assert [path.name for path in (clinic.parent / "output").iterdir()] == ["going-home.es.a4.pdf"]
    assert "Clínica del Río" in text_of(clinic.parent / "output" / "going-home.es.a4.pdf")
    assert "Printed 1 files" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--language", "tlh"], "the book has no language tlh; it has en, es, ar"),
        (["--handout", "tea", "cup"], "the book has no handout tea, cup; it has "),
    ],
)
def test_the_command_names_what_there_is(
    clinic: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert run(clinic, *options) == 2
    assert capsys.readouterr().err.startswith(message)
    assert not (clinic.parent / "output").exists()


def test_the_command_tells_every_fault_and_prints_nothing(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic.write_text('nmae = "A"', encoding="utf-8")
    assert run(clinic) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert not (clinic.parent / "output").exists()
