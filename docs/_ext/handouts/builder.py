"""The builder ``handouts``: which pages, which variants, how they fit, where they go."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Set
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sphinx.builders import Builder
from sphinx.locale import __
from sphinx.util.display import status_iterator

from evidence import checks_of
from handouts.clinic import load_clinic
from handouts.furniture import add_furniture, add_stamp, page_label, stamp, words_of
from handouts.gate import Issue, issue_of
from handouts.online import handout_name, qr_code
from handouts.records import Handout, Record, printed_file, write_record
from handouts.source_text import in_source_language, pair_blocks, source_document
from handouts.translator import QR_CODE, HandoutTranslator
from handouts.variants import Variant, file_name, variants_for
from languages import SOURCE_LANGUAGE, language_for, load_languages
from paper.files import content_hash, replace_file
from paper.source import first_lines, language_arguments, string_literal
from paper.translator import IMAGES
from paper.typesetting import PaperError, Pdf, Typesetter, check_fonts

if TYPE_CHECKING:
    from docutils import nodes

# How close the lines and blocks of a handout may stand: 0 is the look we want, the
# last the tightest that still reads well. The first that fits is taken.
TIGHTNESS = tuple(step / 10 for step in range(15))

# How close they may come where a sheet may be saved, but none has to be.
SAVING_TIGHTNESS = 0.35


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
        clinic = self.config.handouts_clinic
        languages = load_languages(Path(self.config.languages_file))
        self._clinic = load_clinic(Path(clinic), languages) if clinic else None
        # The hash of the words of each handout, once it was translated.
        self._editions: dict[str, str] = {}
        self._issues: dict[str, Issue] = {}

    def get_outdated_docs(self) -> Iterator[str]:
        """Yield all handouts: making one costs less than finding out whether it is needed.

        Whether they are complete is not asked here. What has changed is read only after
        this, and Sphinx would go on giving out the pages that were asked for before.
        """
        metadata = self.env.metadata
        yield from (name for name in sorted(self.env.found_docs) if "handout" in metadata[name])

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of the page on the site, which the handout stands for."""
        return f"{docname}.html"

    def write_documents(self, docnames: Set[str]) -> None:
        """Make all handouts, whatever *docnames* are, then put them into the output folder."""
        finished: dict[str, dict[Variant, Pdf]] = {}
        faults: list[str] = []
        with Typesetter({"handout.typ": self._template}, "a handout") as typesetter:
            for docname in self._progress(self._handouts()):
                finished[docname] = {}
                for variant in self._variants():
                    try:
                        pdf = self._make(docname, variant, typesetter)
                        finished[docname][variant] = pdf.packed()
                    except PaperError as fault:
                        faults.append(str(fault))
        if faults:
            # Variants of a handout share most faults.
            raise PaperError("\n".join(dict.fromkeys(faults)))
        for docname, pdfs in finished.items():
            for variant, pdf in pdfs.items():
                name = file_name(docname, self._language, variant)
                replace_file(Path(self.outdir, name), pdf.data)
        if self._clinic is None:
            self._write_record(finished)

    def _write_record(self, finished: Mapping[str, Mapping[Variant, Pdf]]) -> None:
        handouts = tuple(self._describe(docname, pdfs) for docname, pdfs in finished.items())
        language = self._language
        record = Record(language.code, self.config.version, language.state, handouts)
        write_record(Path(self.outdir), language, record)

    def _describe(self, docname: str, pdfs: Mapping[Variant, Pdf]) -> Handout:
        oldest = checks_of(self.env, docname).oldest
        return Handout(
            name=handout_name(docname),
            page=docname,
            title=self.env.titles[docname].astext(),
            edition=self._editions[docname],
            checked=oldest.isoformat() if oldest else "",
            stamped=self._is_stamped(docname),
            files=tuple(
                printed_file(docname, variant, self._language, pdf) for variant, pdf in pdfs.items()
            ),
        )

    def _handouts(self) -> list[str]:
        metadata = self.env.metadata
        return [
            name
            for name in sorted(self.env.found_docs)
            if "handout" in metadata[name]
            and _is_asked(handout_name(name), self.config.handouts_only)
            and self._issue(name) is not Issue.WITHHELD
        ]

    def _issue(self, docname: str) -> Issue:
        if docname not in self._issues:
            doctree = self.env.get_doctree(docname)
            self._issues[docname] = issue_of(self.env, docname, doctree)
        return self._issues[docname]

    def _is_stamped(self, docname: str) -> bool:
        return self._issue(docname) is Issue.STAMPED

    def _variants(self) -> list[Variant]:
        asked = self.config.handouts_variants
        return [one for one in variants_for(self._language) if _is_asked(one.name, asked)]

    def _progress(self, docnames: list[str]) -> Iterator[str]:
        return status_iterator(
            docnames, __("typesetting... "), "darkgreen", len(docnames), self.config.verbosity
        )

    def _make(self, docname: str, variant: Variant, typesetter: Typesetter) -> Pdf:
        """Return the handout, set as openly as its number of pages allows."""
        origin = self.env.doc2path(docname)
        allowed = _allowed_pages(self.env.metadata[docname]["handout"], origin)
        allowed += self.config.handouts_spare_pages
        body = self._translate(docname, variant, typesetter)

        @cache
        def typeset(tightness: float) -> Pdf:
            head = self._head(docname, variant, tightness)
            return typesetter.compile(head + body, origin)

        if not variant.fits:
            return min(map(typeset, (TIGHTNESS[0], SAVING_TIGHTNESS)), key=lambda pdf: pdf.pages)
        # Every step costs a compilation, so most of them are skipped.
        fitting = bisect_left(TIGHTNESS, True, key=lambda step: typeset(step).pages <= allowed)
        if fitting < len(TIGHTNESS):
            return typeset(TIGHTNESS[fitting])
        pages = typeset(TIGHTNESS[-1]).pages
        raise PaperError(
            f"{origin}: in {self._language.english_name} this handout takes {pages} pages "
            f"({variant.name}), and its front matter allows {allowed}. Shorten its text; the "
            "letters may not become smaller."
        )

    def _translate(self, docname: str, variant: Variant, typesetter: Typesetter) -> str:
        """Return the Typst source of a page, and give Typst the pictures it names."""
        doctree = self.env.get_and_resolve_doctree(docname, self, tags=self.tags)
        url = self._add_furniture(doctree, docname)
        if url:
            typesetter.write_file(QR_CODE, qr_code(url))
        if self._clinic and self._clinic.logo:
            typesetter.add_file(self._clinic.logo_name, self._clinic.logo)
        self._editions[docname] = content_hash(words_of(doctree))
        self.post_process_images(doctree)
        for uri, name in self.images.items():
            typesetter.add_file(f"{IMAGES}/{name}", Path(self.srcdir, uri))
        visitor = cast("HandoutTranslator", self.create_translator(doctree, self))
        if variant.bilingual:
            visitor.english = self._english_blocks(docname, doctree)
        doctree.walkabout(visitor)
        return visitor.astext()

    def _add_furniture(self, doctree: nodes.document, docname: str) -> str:
        """Add what every handout carries; return the address of its page, if there is one."""
        if self._is_stamped(docname):
            add_stamp(doctree)
        return add_furniture(doctree, self.env, docname, self._language, self._clinic)

    def _english_blocks(self, docname: str, doctree: nodes.document) -> Mapping[int, nodes.Element]:
        """Return the English block beside each block of a translated handout."""
        with in_source_language(self.config):
            source = source_document(doctree, self.env, docname)
            self._add_furniture(source, docname)
        return pair_blocks(doctree, source)

    def _head(self, docname: str, variant: Variant, tightness: float) -> str:
        """Return the first lines of the source: what the template needs to know."""
        arguments = {
            "title": string_literal(self.env.titles[docname].astext()),
            "book": string_literal(self.config.html_title),
            "edition": string_literal(f"{self.config.version} · {self._editions[docname]}"),
            "page-label": string_literal(page_label()),
            "draft": string_literal(stamp()) if self._is_stamped(docname) else "none",
            **language_arguments(self._language),
            "size": f"{variant.body_size * self._language.pdf_scale:g}pt",
            "paper": string_literal(variant.paper_for(self._language)),
            "is-large": "true" if variant.large else "false",
            "english-look": self._english_look() if variant.bilingual else "none",
            "how-tight": f"{tightness:g}",
        }
        return first_lines("handout", arguments)

    def _english_look(self) -> str:
        """Return how English stands in a handout in two languages: fonts, and relative size."""
        english = load_languages(Path(self.config.languages_file))[SOURCE_LANGUAGE]
        scale = english.pdf_scale / self._language.pdf_scale
        # Names of services stand in the English too, in the script of the country.
        names = dict.fromkeys((*english.pdf_fonts, *self._language.pdf_fonts))
        fonts = "".join(f"{string_literal(name)}, " for name in names)
        return f"(fonts: ({fonts}), scale: {scale:g})"


def _is_asked(name: str, asked: Collection[str]) -> bool:
    """Tell whether something is to be made; without names, everything is."""
    return not asked or name in asked


def _allowed_pages(value: str, origin: Path) -> int:
    if value not in {"1", "2"}:
        raise PaperError(
            f"{origin}: 'handout: {value}' in the front matter must be the number of A4 pages "
            "that this handout may take, 1 or 2."
        )
    return int(value)
