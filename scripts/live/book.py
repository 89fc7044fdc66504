"""One language of the book, kept ready in one Sphinx application.

The first build is a whole one. After it, a saved catalog is compiled alone, its
page is read again and written; nothing else is. What else that change shows on
other pages (titles in the menu, strings of the interface) is written one page
at a time, the page in the reader's browser first.
"""

from __future__ import annotations

import gettext
import io
import re
import threading
from collections.abc import Callable, Collection, Iterable, Set
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from catalog_gate import INTERFACE_DOMAIN, unsafe_interface_words
from languages import SOURCE_LANGUAGE, Language
from scripts import DOCS, ROOT
from scripts.catalog.files import messages_folder
from scripts.live.messages import compile_catalog
from scripts.problems import from_error, from_project, from_sphinx

# "locale/es/LC_MESSAGES/help.po:12: the translation lacks ..."
_PLACE = re.compile(r"^(?P<path>\S+?)\.(?:po|md):")


class LiveBook:
    """The pages of one language as they are now.

    Whoever reads files of ``site`` holds ``changed``, a condition that is notified
    after every step. ``revision`` counts the changes by people. ``viewed`` is the
    page that was asked for last, ``written`` lists the pages of the last step.
    """

    def __init__(self, language: Language, folder: Path) -> None:
        self.language = language
        self.site = folder / language.slug
        self.catalogs = messages_folder(language.code)
        self.changed = threading.Condition()
        self.revision = 0
        self.viewed = "index"
        self.written: list[str] = []
        self._doctrees = folder / f".doctrees-{language.code}"
        self._app: Sphinx | None = None
        self._namespace = ExitStack()
        self._said = io.StringIO()
        self._broken_catalogs: dict[str, list[str]] = {}
        self._warnings: dict[str, list[str]] = {}
        self._failure: list[str] = []
        self._unread: set[str] = set()
        self._waiting: set[str] = set()

    # -- What there is -------------------------------------------------------

    @property
    def problems(self) -> list[str]:
        """Return what is wrong now, one sentence each, with file and line."""
        with self.changed:
            groups = [*self._broken_catalogs.values(), self._failure, *self._warnings.values()]
        return list(dict.fromkeys(problem for group in groups for problem in group))

    @property
    def has_waiting_pages(self) -> bool:
        """Tell whether pages still show something from before the last change."""
        return bool(self._waiting)

    def catalog(self, page: str) -> Path:
        """Return the catalog of a page."""
        return self.catalogs / f"{page}.po"

    def version(self, page: str) -> str:
        """Return a word that changes whenever the page is written; ``0`` without the page."""
        path = self.site / f"{page}.html"
        return str(path.stat().st_mtime_ns) if path.exists() else "0"

    # -- What happens to it --------------------------------------------------

    def build(self) -> None:
        """Build the whole language."""
        self._attempt(lambda: self._open().build())

    def update(self, changed: Iterable[Path]) -> None:
        """Bring the pages up to date with changed files: catalogs (``.po``) and pages (``.md``)."""
        paths = set(changed)
        catalogs = {path for path in paths if path.suffix == ".po"}
        with self.changed:
            domains = {self._domain(path) for path in catalogs if self._compile(path)}
            domains |= self._unread  # what failed before gets another try
            self._unread, self._failure = set(), []
            self.revision += 1
            self._attempt(self._step(domains, pages_changed=paths > catalogs), domains)

    def write_waiting_page(self) -> None:
        """Write one of the pages that show something old, the viewed one first."""
        page = self.viewed if self.viewed in self._waiting else min(self._waiting)
        self._waiting.discard(page)
        self._attempt(lambda: self._ready_app().builder.write([page], [page]))

    def close(self) -> None:
        """Give back what the application changed in docutils."""
        self._namespace.close()

    # -- How -----------------------------------------------------------------

    def _compile(self, path: Path) -> bool:
        """Compile a catalog; tell whether the build can see a difference."""
        if not path.exists():
            return False
        domain = self._domain(path)
        compiled = path.with_suffix(".mo")
        before = compiled.read_bytes() if compiled.exists() else b""
        faults = compile_catalog(path)
        if not faults and domain == INTERFACE_DOMAIN:
            faults = [from_project(fault) for fault in unsafe_interface_words(path)]
        self._broken_catalogs[domain] = faults
        return not faults and compiled.read_bytes() != before

    def _domain(self, path: Path) -> str:
        return path.relative_to(self.catalogs).with_suffix("").as_posix()

    def _step(self, domains: Set[str], *, pages_changed: bool) -> Callable[[], None]:
        """Choose the least work that shows the change."""
        if self._app is None or INTERFACE_DOMAIN in domains:
            return self._show_interface
        if pages_changed or any(self._feeds_other_pages(page) for page in domains):
            return self._app.build
        return partial(self._rebuild, domains & self._app.env.found_docs)

    def _feeds_other_pages(self, page: str) -> bool:
        """Tell whether a page has a bibliography: Sphinx collects the citations of all pages."""
        bibliographies = self._ready_app().env.domaindata["cite"]["bibliographies"]
        return any(key.docname == page for key in bibliographies)

    def _rebuild(self, pages: Collection[str]) -> None:
        """Read pages again and write them: Sphinx's own steps, without those for all pages."""
        app = self._ready_app()
        for page in sorted(pages):
            app.emit("env-purge-doc", app.env, page)
            app.env.clear_doc(page)
            app.builder.read_doc(page)
        app.builder.write(pages, pages)

    def _show_interface(self) -> None:
        """Start again, for Sphinx reads ``sphinx.po`` only then; all pages are written in turn."""
        viewed = DOCS / f"{self.viewed}.md"
        app = self._open()
        app.build(filenames=[viewed if viewed.exists() else DOCS / "index.md"])
        self._waiting = set(app.env.found_docs)

    def _open(self) -> Sphinx:
        self._namespace.close()
        self._app = None
        # Sphinx would put the new strings behind those it has, and Python reads no
        # compiled catalog twice.
        locale.translators.clear()
        gettext._translations.clear()  # type: ignore[attr-defined]  # there is no public way
        self._namespace.enter_context(patch_docutils(str(DOCS)))
        self._namespace.enter_context(docutils_namespace())
        app = Sphinx(
            srcdir=DOCS,
            confdir=DOCS,
            outdir=self.site,
            doctreedir=self._doctrees,
            buildername="html",
            # Sphinx's own compiler shows a page in English when its catalog is broken.
            confoverrides={
                "language": self.language.code,
                "gettext_auto_build": False,
                "site_offline": False,  # what is stored here would be old a moment later
            },
            status=None,
            warning=self._said,
        )
        app.setup_extension("preview")
        app.connect("html-page-context", lambda app, page, *_rest: self.written.append(page))
        self._app = app
        return app

    def _ready_app(self) -> Sphinx:
        if self._app is None:
            raise RuntimeError("the book is not open")
        return self._app

    def _attempt(self, step: Callable[[], None], pages: Collection[str] = ()) -> None:
        """Take a step; whatever goes wrong becomes a problem to show, and the last pages stay."""
        with self.changed:
            self.written.clear()
            titles = self._titles()
            try:
                step()
            except Exception as error:  # a fault of one page must not end the work on the others
                self._failure = from_error(error)
                self._unread.update(pages)
            else:
                if titles and titles != self._titles():
                    self._waiting |= titles.keys()
            self._collect_warnings()
            self._waiting -= set(self.written)
            self.changed.notify_all()

    def _titles(self) -> dict[str, str]:
        if self._app is None:
            return {}
        return {page: title.astext() for page, title in self._app.env.titles.items()}

    def _collect_warnings(self) -> None:
        """File the new warnings under the pages that were written."""
        for page in self.written:
            self._warnings.pop(page, None)
        self._warnings.pop("", None)
        for warning in from_sphinx(self._said.getvalue()):
            self._warnings.setdefault(self._page_of(warning), []).append(warning)
        self._said.seek(0)
        self._said.truncate()

    def _page_of(self, warning: str) -> str:
        match = _PLACE.match(warning)
        if not match:
            return ""
        path = ROOT / match["path"]
        for folder in (self.catalogs, DOCS):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return ""


def is_watched(book: LiveBook, path: Path) -> bool:
    """Tell whether a change of this file changes the book."""
    if path.suffix == ".po":
        return book.language.code != SOURCE_LANGUAGE and path.is_relative_to(book.catalogs)
    return path.suffix == ".md" and path.is_relative_to(DOCS)
