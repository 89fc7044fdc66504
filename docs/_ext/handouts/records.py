"""What a build knows of its handouts, for pages and programs that list them.

The builder writes it as ``handouts.<language>.json`` beside the PDFs. It says
nothing about when it was written: the same handouts have the same record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handouts.variants import Variant, file_name
from languages import Language
from paper.files import replace_file
from paper.typesetting import Pdf

# Where the PDFs are, in the folder of a language on the site.
FOLDER = "handouts"


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """One PDF; *paper* is Typst's name, *bytes* its size."""

    variant: str
    file: str
    paper: str
    pages: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Handout:
    """One handout in one language.

    *name* is what every language calls it, *page* its page in the book, *edition*
    the short hash of its words, *checked* the oldest day on which one of its
    statements was compared with its source, as YYYY-MM-DD, empty without one. It
    is *stamped* as a draft where some of its text is not translated.
    """

    name: str
    page: str
    title: str
    edition: str
    checked: str
    files: tuple[PrintedFile, ...]
    # The default is for records that older builds have left.
    stamped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The handouts of one language, the version of the book, and the state of the translation."""

    language: str
    version: str
    state: str
    handouts: tuple[Handout, ...]


def record_name(language: Language) -> str:
    """Return the file name of the record of a language."""
    return f"handouts.{language.slug}.json"


def printed_file(docname: str, variant: Variant, language: Language, pdf: Pdf) -> PrintedFile:
    """Describe the finished PDF of a page."""
    return PrintedFile(
        variant=variant.name,
        file=file_name(docname, language, variant),
        paper=variant.paper_for(language),
        pages=pdf.pages,
        bytes=len(pdf.data),
        sha256=hashlib.sha256(pdf.data).hexdigest(),
    )


def write_record(folder: Path, language: Language, record: Record) -> None:
    """Write the record of a language beside its PDFs."""
    text = json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / record_name(language), text.encode())


def read_record(folder: Path, language: Language) -> Record | None:
    """Read the record of a language; None where no handouts were made."""
    path = folder / record_name(language)
    if not path.is_file():
        return None
    table = json.loads(path.read_text(encoding="utf-8"))
    return Record(**{**table, "handouts": tuple(map(_handout, table["handouts"]))})


def _handout(table: dict[str, Any]) -> Handout:
    files = tuple(PrintedFile(**file) for file in table["files"])
    return Handout(**{**table, "files": files})
