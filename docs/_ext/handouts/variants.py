"""The forms in which every handout is made."""

from __future__ import annotations

from dataclasses import dataclass

from handouts.online import handout_name
from languages import SOURCE_LANGUAGE, Language


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of every handout.

    *paper* is that of the language where it is empty; *body_size* is in points.
    A variant that ``fits`` keeps to the number of pages in the front matter, the
    others take the pages they need. In ``large`` print nothing is set smaller.
    """

    name: str
    paper: str = ""
    body_size: float = 12.0
    fits: bool = False
    large: bool = False
    bilingual: bool = False

    def paper_for(self, language: Language) -> str:
        """Return the paper of this variant, by its Typst name."""
        return self.paper or language.paper


A4 = Variant("a4", paper="a4", fits=True)
US_LETTER = Variant("us-letter", paper="us-letter", fits=True)
LARGE_PRINT = Variant("large-print", body_size=18.0, large=True)
BILINGUAL = Variant("bilingual", bilingual=True)


def variants_for(language: Language) -> tuple[Variant, ...]:
    """Return the variants that a language has: English has nothing to stand beside."""
    if language.code == SOURCE_LANGUAGE:
        return (A4, US_LETTER, LARGE_PRINT)
    return (A4, US_LETTER, LARGE_PRINT, BILINGUAL)


def file_name(docname: str, language: Language, variant: Variant) -> str:
    """Return the file name of a handout, for example ``going-home.es.a4.pdf``."""
    return f"{handout_name(docname)}.{language.slug}.{variant.name}.pdf"
