"""The builder ``handouts``: which pages, which variants, how they fit, where they go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sphinx.builders import Builder
from sphinx.locale import __
from sphinx.util.display import status_iterator

from evidence import checks_of
from handouts.clinic import load_clinic
from handouts.fitting import FIRST_GUESS, TIGHTNESS, Try, fitting_step, spare_room
from handouts.furniture import add_furniture, add_stamp, page_label, stamp, words_of
from handouts.gate import Issue, issue_of
from handouts.online import handout_name, qr_code
from handouts.records import Handout, Record, printed_file, write_record
from handouts.source_text import in_source_language, pair_blocks, source_document
from handouts.translator import QR_CODE, HandoutTranslator
from handouts.variants import A4, Variant, file_name, variants_for
from languages import SOURCE_LANGUAGE, language_for, load_languages
from paper.files import content_hash, replace_file
from paper.source import first_lines, language_arguments, string_literal
from paper.translator import IMAGES
from paper.typesetting import PaperError, Pdf, Typesetter, check_fonts

if TYPE_CHECKING:
    from docutils import nodes

# How closely forms are set that take the pages they need: it saves a sheet here and there.
SAVING_TIGHTNESS = 0.35

# US Letter is less tall than A4, and a little wider.
_STEPS_TO_LETTER = 1


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
        self.language = language_for(self.config)
        self._template = Path(self.confdir, self.config.handouts_template)
        check_fonts(self.language.pdf_fonts, self.language.english_name)
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
                sheet = _Sheet(self, docname, typesetter)
                finished[docname] = {}
                for variant in self._variants():
                    try:
                        finished[docname][variant] = sheet.make(variant).packed()
                    except PaperError as fault:
                        faults.append(str(fault))
        if faults:
            # Variants of a handout share most faults.
            raise PaperError("\n".join(dict.fromkeys(faults)))
        for docname, pdfs in finished.items():
            for variant, pdf in pdfs.items():
                name = file_name(docname, self.language, variant)
                replace_file(Path(self.outdir, name), pdf.data)
        if self._clinic is None:
            self._write_record(finished)

    def _write_record(self, finished: Mapping[str, Mapping[Variant, Pdf]]) -> None:
        handouts = tuple(self._describe(docname, pdfs) for docname, pdfs in finished.items())
        language = self.language
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
                printed_file(docname, variant, self.language, pdf) for variant, pdf in pdfs.items()
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
        return [one for one in variants_for(self.language) if _is_asked(one.name, asked)]

    def _progress(self, docnames: list[str]) -> Iterator[str]:
        return status_iterator(
            docnames, __("typesetting... "), "darkgreen", len(docnames), self.config.verbosity
        )

    def allowed_pages(self, docname: str) -> int:
        """Return how many pages a form may take that keeps to a number."""
        origin = self.env.doc2path(docname)
        allowed = _allowed_pages(self.env.metadata[docname]["handout"], origin)
        return allowed + int(self.config.handouts_spare_pages)

    def translate(self, docname: str, bilingual: bool, typesetter: Typesetter) -> str:
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
        if bilingual:
            visitor.english = self._english_blocks(docname, doctree)
        doctree.walkabout(visitor)
        return visitor.astext()

    def _add_furniture(self, doctree: nodes.document, docname: str) -> str:
        """Add what every handout carries; return the address of its page, if there is one."""
        if self._is_stamped(docname):
            add_stamp(doctree)
        return add_furniture(doctree, self.env, docname, self.language, self._clinic)

    def _english_blocks(self, docname: str, doctree: nodes.document) -> Mapping[int, nodes.Element]:
        """Return the English block beside each block of a translated handout."""
        with in_source_language(self.config):
            source = source_document(doctree, self.env, docname)
            self._add_furniture(source, docname)
        return pair_blocks(doctree, source)

    def head(self, docname: str, variant: Variant) -> str:
        """Return the first lines of the source: what the template needs to know."""
        arguments = {
            "title": string_literal(self.env.titles[docname].astext()),
            "book": string_literal(self.config.html_title),
            "edition": string_literal(f"{self.config.version} · {self._editions[docname]}"),
            "page-label": string_literal(page_label()),
            "draft": string_literal(stamp()) if self._is_stamped(docname) else "none",
            **language_arguments(self.language),
            "size": f"{variant.body_size * self.language.pdf_scale:g}pt",
            "paper": string_literal(variant.paper_for(self.language)),
        }
        return first_lines("handout", arguments)

    def look(self, variant: Variant, tightness: float) -> Mapping[str, Any]:
        """Return what every part of the template needs to know."""
        english = self._english_look() if variant.bilingual else None
        return {"tightness": tightness, "large": variant.large, "english": english}

    def _english_look(self) -> Mapping[str, Any]:
        """Return how English stands in a handout in two languages: fonts, and relative size."""
        english = load_languages(Path(self.config.languages_file))[SOURCE_LANGUAGE]
        scale = english.pdf_scale / self.language.pdf_scale
        # Names of services stand in the English too, in the script of the country.
        names = dict.fromkeys((*english.pdf_fonts, *self.language.pdf_fonts))
        return {"fonts": list(names), "scale": scale}


class _Sheet:
    """A handout while it is made in its forms, which share what they can."""

    def __init__(self, builder: HandoutBuilder, docname: str, typesetter: Typesetter) -> None:
        self._builder = builder
        self._docname = docname
        self._typesetter = typesetter
        self._origin = builder.env.doc2path(docname)
        self._bodies: dict[bool, str] = {}
        self._tries: dict[tuple[Variant, float], Try] = {}

    def make(self, variant: Variant) -> Pdf:
        """Return one form, set as openly as its number of pages allows."""
        if not variant.fits:
            return self._try(variant, SAVING_TIGHTNESS).pdf
        step = self._step(variant)
        if step is not None:
            return self._try(variant, TIGHTNESS[step]).pdf
        pages = self._try(variant, TIGHTNESS[-1]).pdf.pages
        language = self._builder.language.english_name
        raise PaperError(
            f"{self._origin}: in {language} this handout takes {pages} pages "
            f"({variant.name}), and its front matter allows {self._allowed}. Shorten its text; "
            "the letters may not become smaller."
        )

    @cached_property
    def _allowed(self) -> int:
        return self._builder.allowed_pages(self._docname)

    def _step(self, variant: Variant) -> int | None:
        guess = FIRST_GUESS
        if variant != A4:
            # Also when A4 is not asked for: the same handout is always set the same way.
            step = self._step_of_a4
            last = len(TIGHTNESS) - 1
            guess = last if step is None else min(step + _STEPS_TO_LETTER, last)
        return fitting_step(lambda step: self._try(variant, TIGHTNESS[step]), self._allowed, guess)

    @cached_property
    def _step_of_a4(self) -> int | None:
        return self._step(A4)

    def _try(self, variant: Variant, tightness: float) -> Try:
        """Return the handout set in one way, at once when it was asked for before."""
        key = variant, tightness
        if key not in self._tries:
            body = self._body(variant.bilingual)
            source = self._builder.head(self._docname, variant) + body
            look = self._builder.look(variant, tightness)
            pdf = self._typesetter.compile(source, self._origin, look)
            edges = self._typesetter.values("edge-of-spare-room")
            self._tries[key] = Try(pdf, pdf.pages - spare_room(edges))
        return self._tries[key]

    def _body(self, bilingual: bool) -> str:
        if bilingual not in self._bodies:
            self._bodies[bilingual] = self._builder.translate(
                self._docname, bilingual, self._typesetter
            )
        return self._bodies[bilingual]


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
