"""What a clinic puts on its own handouts: name, telephone, logo, and some lines.

A clinic writes it into a small TOML file; ``clinic.example.toml`` in the folder
``_data`` explains the keys. All of it is printed as text: nothing in the file can
become code or markup.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.etree
from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.locale import _

from languages import Language
from paper.source import string_literal
from paper.typesetting import PaperError, Typesetter, load_fonts

# The classes of the part of a handout that is the clinic's: its own lines, or empty ones.
CLINIC = "clinic"
BLANK_LINES = "fill-in-row"

_KEYS = ("name", "telephone", "logo", "lines")
_LONGEST_NAME = 60
_LONGEST_TELEPHONE = 40
_LONGEST_LINE = 80
_MOST_LINES = 4
# Every handout carries the logo, and a handout has to stay small.
_LARGEST_LOGO = 100_000  # bytes
_LOGO_KINDS = (".svg", ".png")

_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)")
_ONE_NUMBER = re.compile(r"\+?[\d\s().\u00a0-]+")
# Signs that join letters or set the direction of words; other format characters could
# turn the text around them.
_HARMLESS_SIGNS = "\u200c\u200d\u200e\u200f"
# Parts of an SVG that are no shapes: letters need fonts, the others load or run something.
_NO_SHAPES = {"text", "image", "script", "foreignObject"}
_TRIAL = "a trial"


class ClinicError(SphinxError):
    """The file of a clinic cannot be used; one line for each fault."""

    category = "Clinic"


@dataclass(frozen=True, slots=True)
class Clinic:
    """What stands on the handouts of one clinic; ``lines`` are given by code of a language."""

    name: str
    telephone: str = ""
    logo: Path | None = None
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def logo_name(self) -> str:
        """Return the name of the logo for Typst; empty without a logo."""
        return f"clinic-logo{self.logo.suffix.lower()}" if self.logo else ""


def load_clinic(path: Path, languages: Mapping[str, Language]) -> Clinic:
    """Read the file of a clinic.

    Raises ClinicError with a line for each fault, so that all can be mended at once.
    """
    table = _read(path)
    texts = {key: table.get(key, "") for key in ("name", "telephone", "logo")}
    lines = table.get("lines", {})
    faults = [
        *_key_faults(table),
        *_name_faults(texts["name"]),
        *_telephone_faults(texts["telephone"]),
        *_lines_faults(lines, languages),
        *_logo_faults(texts["logo"], path.parent),
    ]
    if faults:
        raise ClinicError("\n".join(f"{path}: {fault}" for fault in faults))
    return Clinic(
        name=texts["name"].strip(),
        telephone=texts["telephone"].strip(),
        logo=path.parent / texts["logo"] if texts["logo"] else None,
        lines={code: tuple(own) for code, own in lines.items()},
    )


def clinic_lines(clinic: Clinic | None, language: Language) -> nodes.container:
    """Return the part of a handout that is the clinic's: its own lines, or lines to write on."""
    telephone = str(_("Telephone"))
    if clinic is None:
        return _lines_to_write_on(BLANK_LINES, str(_("Clinic")), telephone)
    box = nodes.container("", classes=[CLINIC], fonts=[*language.pdf_fonts, *_all_fonts()])
    if clinic.logo:
        box["logo"], box["alt"] = f"/{clinic.logo_name}", clinic.name
    box += nodes.paragraph("", "", nodes.strong("", clinic.name))
    if clinic.telephone:
        number = nodes.inline("", clinic.telephone, classes=["isolate-ltr"])
        box += nodes.paragraph("", "", nodes.Text(telephone + _(": ")), _callable(number))
    box += [nodes.paragraph("", line) for line in clinic.lines.get(language.code, ())]
    if not clinic.telephone:
        box += _lines_to_write_on("fill-in", telephone)
    return box


def _callable(number: nodes.inline) -> nodes.Element:
    """Return a telephone number as a link, unless the words around it make it several."""
    text = number.astext()
    if not _ONE_NUMBER.fullmatch(text):
        return number
    return nodes.reference("", "", number, refuri="tel:" + re.sub(r"[^+\d]", "", text))


def _lines_to_write_on(kind: str, *labels: str) -> nodes.container:
    items = [nodes.list_item("", nodes.paragraph("", label)) for label in labels]
    return nodes.container("", nodes.bullet_list("", *items), classes=[kind])


def _all_fonts() -> list[str]:
    """Return all fonts: a name stands in every handout, whatever the script of that."""
    return [family for family in load_fonts().families() if "Emoji" not in family]


# -- Reading, and what may be wrong ----------------------------------------------------


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ClinicError(f"{path}: this file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ClinicError(f"{path}:{line}: this is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        where = f":{place[1]}" if place else ""
        reason = _TOML_LINE.sub("", str(error))
        raise ClinicError(f"{path}{where}: this is not valid TOML: {reason}") from None


def _key_faults(table: Mapping[str, Any]) -> Iterator[str]:
    for key in table:
        if key not in _KEYS:
            yield f"{key!r} is not known here; the keys are {', '.join(_KEYS)}"


def _name_faults(name: object) -> Iterator[str]:
    if name == "" or (isinstance(name, str) and not name.strip()):
        yield 'the name of the clinic is missing: name = "..."'
    else:
        yield from _text_faults("the name", name, _LONGEST_NAME)


def _telephone_faults(telephone: object) -> Iterator[str]:
    if telephone == "":
        return
    yield from _text_faults("the telephone", telephone, _LONGEST_TELEPHONE)
    if isinstance(telephone, str) and not any(map(str.isdecimal, telephone)):
        yield f"the telephone {telephone!r} has no digit"


def _lines_faults(table: object, languages: Mapping[str, Language]) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield 'the lines should be a table [lines] with entries such as en = ["..."]'
        return
    for code, lines in table.items():
        if code not in languages:
            known = ", ".join(languages)
            yield f"the lines are for {code!r}, which the book has not; it has {known}"
        if not isinstance(lines, list):
            yield f'the lines for {code} should be a list: {code} = ["..."]'
            continue
        if len(lines) > _MOST_LINES:
            yield f"there are {len(lines)} lines for {code}; a handout has room for {_MOST_LINES}"
        for number, line in enumerate(lines, 1):
            yield from _text_faults(f"line {number} for {code}", line, _LONGEST_LINE)


def _text_faults(what: str, text: object, longest: int) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"{what} should be a text in quotation marks"
        return
    if len(text) > longest:
        yield f"{what} has {len(text)} characters; there is room for {longest}"
    unprintable = sorted({sign for sign in text if _is_unprintable(sign)})
    if unprintable:
        names = ", ".join(f"U+{ord(sign):04X}" for sign in unprintable)
        yield f"{what} has characters that cannot be printed: {names}"
    elif fault := _trial_fault(f"#text(font: {_font_array()}, {string_literal(text)})"):
        yield f"{what} cannot be printed: {fault}"


def _is_unprintable(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "C" and sign not in _HARMLESS_SIGNS


def _logo_faults(name: object, folder: Path) -> Iterator[str]:
    if name == "":
        return
    if not isinstance(name, str):
        yield "the logo should be the name of a file in quotation marks"
        return
    path = folder / name
    if not path.is_file():
        yield f"the logo {name} is not there; its place is given from the folder of this file"
    elif path.suffix.lower() not in _LOGO_KINDS:
        yield f"the logo {name} should be an SVG or PNG file (.svg, .png)"
    elif (size := path.stat().st_size) > _LARGEST_LOGO:
        yield (
            f"the logo {name} has {size / 1000:.0f} KB; it may have {_LARGEST_LOGO / 1000:.0f} KB, "
            "because every handout carries it"
        )
    else:
        yield from _picture_faults(name, path)


def _picture_faults(name: str, path: Path) -> Iterator[str]:
    if path.suffix.lower() == ".svg":
        try:
            root = lxml.etree.parse(path, lxml.etree.XMLParser(resolve_entities=False)).getroot()
        except lxml.etree.XMLSyntaxError as error:
            yield f"the logo {name} is not an SVG picture: {error}"
            return
        if parts := ", ".join(sorted(_parts_that_are_no_shapes(root))):
            yield f"the logo {name} has {parts}; save it as plain shapes, with its letters as paths"
            return
    trial = f"picture{path.suffix.lower()}"
    if fault := _trial_fault(f'#image("/{trial}", alt: "-", width: 1cm)', {trial: path}):
        yield f"the logo {name} is not a picture: {fault}"


def _parts_that_are_no_shapes(root: lxml.etree._Element) -> Iterator[str]:
    """Yield the names of elements that an SVG logo may not have, and addresses it loads."""
    tags = {lxml.etree.QName(element).localname for element in root.iter(lxml.etree.Element)}
    yield from tags & _NO_SHAPES
    for address in root.xpath("//@*[local-name() = 'href']"):
        if not address.startswith("#"):
            yield f"the address {address}"


def _trial_fault(source: str, files: Mapping[str, Path] | None = None) -> str:
    """Typeset a few words or a picture alone; return what is wrong, empty when all is well."""
    with Typesetter({}, _TRIAL) as typesetter:
        for name, path in (files or {}).items():
            typesetter.add_file(name, path)
        try:
            typesetter.compile(
                f'#set document(title: "-")\n#set text(fallback: false)\n{source}', Path()
            )
        except PaperError as error:
            return str(error).partition(f"{_TRIAL}: ")[2]
    return ""


def _font_array() -> str:
    return "(" + "".join(f"{string_literal(family)}, " for family in _all_fonts()) + ")"
