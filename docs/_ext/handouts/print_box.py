"""The box on the page of a handout: its PDFs, with paper, pages and size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.units import format_unit
from sphinx.locale import _

from handouts.online import handout_name
from handouts.records import FOLDER, PrintedFile, read_record
from handouts.variants import Variant, file_name, variants_for
from languages import Language, language_for, locale_data

if TYPE_CHECKING:
    from sphinx.application import Sphinx


@dataclass(frozen=True, slots=True)
class FileToPrint:
    """One PDF as the box shows it; ``pages`` is 0 where the PDFs were not made before the page."""

    path: str
    label: str
    paper: str
    pages: int = 0
    size: str = ""


def files_to_print(app: Sphinx, docname: str) -> list[FileToPrint]:
    """Return the PDFs of a handout, in the words of the reader's language."""
    language = language_for(app.config)
    record = read_record(Path(app.outdir, FOLDER), language)
    made = {
        file.variant: file
        for handout in (record.handouts if record else ())
        if handout.name == handout_name(docname)
        for file in handout.files
    }
    return [
        _file(docname, variant, language, made.get(variant.name))
        for variant in variants_for(language)
    ]


def _file(
    docname: str, variant: Variant, language: Language, made: PrintedFile | None
) -> FileToPrint:
    labels = {
        "a4": _("A4"),
        "us-letter": _("US Letter"),
        "large-print": _("Large print"),
        "bilingual": _("With English beside it"),
    }
    return FileToPrint(
        path=f"{FOLDER}/{file_name(docname, language, variant)}",
        label=str(labels[variant.name]),
        paper=str(labels[variant.paper_for(language)]),
        pages=made.pages if made else 0,
        size=_size(made.bytes, language) if made else "",
    )


def _size(size: int, language: Language) -> str:
    kilobytes = math.ceil(size / 1000)
    return format_unit(kilobytes, "digital-kilobyte", "short", locale=locale_data(language))
