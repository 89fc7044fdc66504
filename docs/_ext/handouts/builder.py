"""The builder ``handouts``: which pages, which variants, how they fit, where they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sphinx.builders import Builder
from sphinx.locale import _, __
from sphinx.util.display import status_iterator

from handouts.furniture import add_furniture
from handouts.translator import IMAGES, HandoutTranslator, string_literal
from handouts.typesetting import HandoutError, Pdf, Typesetter, check_fonts
from languages import Language, language_for, translated_part

if TYPE_CHECKING:
    from docutils import nodes

# How close the lines and blocks of a handout stand, tried in this order until
# it fits: 0 is the look we want, 1 the tightest that still reads well.
TIGHTNESS = (0.0, 0.35, 0.7, 1.0)

# Scripts whose punctuation has to come from their own font, although the Latin
# font before it has the same signs.
_CJK_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of every handout: its name in the file name, paper, and body size in points."""

    name: str
    paper: str
    body_size: float


A4 = Variant("a4", paper="a4", body_size=12.0)


def file_name(docname: str, language: Language, variant: Variant) -> str:
    """Return the file name of a handout, for example ``going-home.es.a4.pdf``."""
    name = docname.rpartition("/")[2]
    return f"{name}.{language.slug}.{variant.name}.pdf"


def is_issued(metadata: Mapping[str, Any], doctree: nodes.document) -> bool:
    """Tell whether a page is a handout, and complete in this language.

    A half translated handout is withheld: on paper nobody can look up the rest.
    """
    return "handout" in metadata and translated_part(doctree) == 1


class HandoutBuilder(Builder):
    """Writes a PDF for every page whose front matter has ``handout``.

    The PDFs of a build appear together at its end: after an error, those of
    the build before are still there, untouched.
    """

    name = "handouts"
    format = "handouts"
    epilog = __("The handouts are in %(outdir)s.")
    default_translator_class = HandoutTranslator
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]  # noqa: RUF012  # Sphinx's

    def init(self) -> None:
        """Find out what would stop the build before anything is read."""
        self._language = language_for(self.config)
        self._template = Path(self.confdir, self.config.handouts_template)
        check_fonts(self._language.pdf_fonts, self._language.english_name)

    def get_outdated_docs(self) -> Iterator[str]:
        """Yield all handouts: making one costs less than finding out whether it is needed."""
        yield from self._handouts()

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of the page on the site, which the handout stands for."""
        return f"{docname}.html"

    def write_documents(self, docnames: Set[str]) -> None:
        """Make all handouts, whatever *docnames* are, then put them into the output folder."""
        finished: dict[Path, Pdf] = {}
        faults: list[str] = []
        with Typesetter(self._template) as typesetter:
            for docname in self._progress(self._handouts()):
                try:
                    finished[self._output_path(docname, A4)] = self._make(docname, A4, typesetter)
                except HandoutError as fault:
                    faults.append(str(fault))
        if faults:
            raise HandoutError("\n".join(faults))
        for path, pdf in finished.items():
            _write(path, pdf.data)

    def _handouts(self) -> list[str]:
        metadata = self.env.metadata
        return [
            name
            for name in sorted(self.env.found_docs)
            if "handout" in metadata[name] and is_issued(metadata[name], self.env.get_doctree(name))
        ]

    def _progress(self, docnames: list[str]) -> Iterator[str]:
        return status_iterator(
            docnames, __("typesetting... "), "darkgreen", len(docnames), self.config.verbosity
        )

    def _output_path(self, docname: str, variant: Variant) -> Path:
        return Path(self.outdir, file_name(docname, self._language, variant))

    def _make(self, docname: str, variant: Variant, typesetter: Typesetter) -> Pdf:
        """Return the handout, set as openly as its number of pages allows."""
        origin = self.env.doc2path(docname)
        allowed = _allowed_pages(self.env.metadata[docname]["handout"], origin)
        allowed += self.config.handouts_spare_pages
        doctree = self.env.get_and_resolve_doctree(docname, self, tags=self.tags)
        body = self._translate(docname, doctree, typesetter)
        for tightness in TIGHTNESS:
            head = self._head(self.env.titles[docname].astext(), variant, tightness)
            pdf = typesetter.compile(head + body, origin)
            if pdf.pages <= allowed:
                return pdf
        raise HandoutError(
            f"{origin}: in {self._language.english_name} this handout takes {pdf.pages} pages "
            f"({variant.name}), and its front matter allows {allowed}. Shorten its text; the "
            "letters may not become smaller."
        )

    def _translate(self, docname: str, doctree: nodes.document, typesetter: Typesetter) -> str:
        """Return the Typst source of a page, and give Typst the pictures it names."""
        add_furniture(doctree, self.env, docname, self._language)
        self.post_process_images(doctree)
        for uri, name in self.images.items():
            typesetter.add_file(f"{IMAGES}/{name}", Path(self.srcdir, uri))
        visitor = cast("HandoutTranslator", self.create_translator(doctree, self))
        doctree.walkabout(visitor)
        return visitor.astext()

    def _head(self, title: str, variant: Variant, tightness: float) -> str:
        """Return the first lines of the source: what the template needs to know."""
        language, *subtags = self._language.tag.split("-")
        region = next((tag for tag in subtags if len(tag) == 2), None)
        arguments = {
            "title": string_literal(title),
            "book": string_literal(self.config.html_title),
            "page-label": string_literal(str(_("Page {page} of {pages}"))),
            "lang": string_literal(language),
            "region": string_literal(region) if region else "none",
            "script": string_literal(self._language.script),
            "dir": self._language.direction,
            "fonts": f"({''.join(f'{font}, ' for font in self._fonts())})",
            "size": f"{variant.body_size * self._language.pdf_scale:g}pt",
            "paper": string_literal(variant.paper),
            "how-tight": f"{tightness:g}",
        }
        lines = "".join(f"  {name}: {value},\n" for name, value in arguments.items())
        return f'#import "/handout.typ" as sheet\n#show: sheet.handout.with(\n{lines})\n'

    def _fonts(self) -> Iterator[str]:
        families = self._language.pdf_fonts
        for family in families:
            name = string_literal(family)
            if self._language.script in _CJK_SCRIPTS and family != families[-1]:
                yield f'(name: {name}, covers: "latin-in-cjk")'
            else:
                yield name


def _allowed_pages(value: str, origin: Path) -> int:
    if value not in {"1", "2"}:
        raise HandoutError(
            f"{origin}: 'handout: {value}' in the front matter must be the number of A4 pages "
            "that this handout may take, 1 or 2."
        )
    return int(value)


def _write(path: Path, data: bytes) -> None:
    """Replace a file in one step: readers see the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
