"""A page that would be written as it was last time is taken from the last site.

What a page shows follows from its doctree, from what Sphinx knows of the whole book
(titles, labels, the tree of contents, citations), and from files outside of pages.
The command that builds the site starts afresh when one of those files changes; it
names the last site in ``last_pages``. Here the rest is compared: the digest of the
doctree, and one of all that pages know of each other. Where both are the same, so
would be the page. Sphinx alone names no last site, and every page is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Set
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.locale import _TranslationProxy

from handouts.records import FOLDER, record_name
from languages import PROGRESS, language_for
from term_notes import glossaries, has_terms

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

_FILE = "pages.json"
# What pages know of each other.
_SHARED = (
    "titles", "longtitles", "tocs", "toc_num_entries", "toc_secnumbers", "toc_fignumbers",
    "toctree_includes",
)  # fmt: skip
# The index is made anew by every build, and only its page shows it.
_DOMAINS_NOT_SHOWN = {"index"}


class PageBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder ``html``, which does not write again what would be the same."""

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self._titles: dict[nodes.Node, dict[str, str]] = {}

    def render_partial(self, node: nodes.Node | None) -> dict[str, str]:
        """Render a title once: it stands on its own page and on its neighbors."""
        if not isinstance(node, nodes.title):
            return super().render_partial(node)
        if node not in self._titles:
            self._titles[node] = super().render_partial(node)
        return self._titles[node]

    def write_documents(self, docnames: Set[str]) -> None:
        """Write the pages that have changed, and take the others from the last site."""
        if not self.config.last_pages:
            super().write_documents(docnames)
            return
        now = {name: self._digest(name) for name in sorted(docnames)}
        surroundings = _digest_of(self._surroundings())
        before = self._last_digests(surroundings)
        same = {name for name in now if before.get(name) == now[name] and self._take(name)}
        super().write_documents(docnames - same)
        record = {"surroundings": surroundings, "pages": now}
        Path(self.doctreedir, _FILE).write_text(json.dumps(record), encoding="utf-8")

    def _digest(self, docname: str) -> str:
        """Return a digest of what a page is made from alone."""
        parts = [self._doctree(docname)]
        if has_terms(self.env, docname):  # it shows their definitions
            parts += map(self._doctree, glossaries(self.env))
        if "handout" in self.env.metadata[docname]:  # it says how large its PDFs are
            record = Path(self.outdir, FOLDER, record_name(language_for(self.config)))
            parts.append(record.read_bytes() if record.is_file() else b"")
        return _digest_of(*parts)

    def _doctree(self, docname: str) -> bytes:
        return Path(self.doctreedir, f"{docname}.doctree").read_bytes()

    def _surroundings(self) -> bytes:
        env = self.env
        known = {
            **{name: getattr(env, name) for name in _SHARED},
            "metadata": {
                docname: {name: value for name, value in data.items() if name != PROGRESS}
                for docname, data in env.metadata.items()
            },
            "unpublished": self.config.unpublished,
            "search": self.search,
            **{
                name: data for name, data in env.domaindata.items()
                if name not in _DOMAINS_NOT_SHOWN
            },
        }  # fmt: skip
        return canonical(known).encode()

    def _last_digests(self, surroundings: str) -> Mapping[str, str]:
        """Return the digests of the pages of the last site; none if others changed."""
        try:
            record = json.loads(Path(self.doctreedir, _FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        pages: Mapping[str, str] = record["pages"]
        return pages if record["surroundings"] == surroundings else {}

    def _take(self, docname: str) -> bool:
        """Take a page from the last site, with its pictures; tell whether it was there."""
        name = self.get_target_uri(docname)
        source, target = Path(self.config.last_pages, name), Path(self.outdir, name)
        if not source.is_file():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # a file system without links
            shutil.copy2(source, target)
        for picture, (docnames, copy) in self.env.images.items():
            if docname in docnames:
                self.images[picture] = copy
        return True


def canonical(value: Any) -> str:
    """Return a text that is the same for values that are the same, however they came about.

    Citations are in the order in which pages were read, which must not matter.

    >>> canonical({"b": {2, 1}, "a": ("x", None)})
    "{'a':['x',None],'b':{1,2}}"
    """
    if isinstance(value, nodes.Node):
        return value.pformat()
    if isinstance(value, _TranslationProxy):  # words that are translated only when they are shown
        return repr(str(value))
    if isinstance(value, Mapping):
        pairs = ((canonical(key), key, part) for key, part in value.items())
        inner = (
            f"{name}:{canonical(_by_page(part) if key == 'citation_refs' else part)}"
            for name, key, part in sorted(pairs, key=lambda pair: pair[0])
        )
        return f"{{{','.join(inner)}}}"
    if isinstance(value, Set):
        return f"{{{','.join(sorted(map(canonical, value)))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(canonical, value))}]"
    if is_dataclass(value) or ("__repr__" not in vars(type(value)) and hasattr(value, "__dict__")):
        return f"{type(value).__name__}{canonical(vars(value))}"
    return repr(value)


def _by_page(references: list[Any]) -> list[Any]:
    return sorted(references, key=lambda reference: str(reference.docname))


def _digest_of(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(b"%d\0" % len(part))
        digest.update(part)
    return digest.hexdigest()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Put the builder in the place of Sphinx's."""
    # The folder of this language on the last site, if the code has not changed since.
    app.add_config_value("last_pages", "", "", types=frozenset({str}))
    app.add_builder(PageBuilder, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
