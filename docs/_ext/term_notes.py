"""What a hard word means stands right beside it: the definition of the glossary.

Each link to a term gets the definition as a note. It is hidden until its reader
points at the word or reaches it by keyboard, and describes the link to those
who listen. This needs no script: a style sheet shows the note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from html_attributes import set_html_attribute
from languages import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

_HAS_TERMS = "has-terms"


class explained_term(nodes.inline):  # noqa: N801  # docutils names nodes in lower case
    """A link to a term, and its note."""


class term_note(nodes.inline):  # noqa: N801  # docutils names nodes in lower case
    """The definition of a term."""


class AddTermNotes(SphinxPostTransform):
    """Put the definitions beside the links to terms, each once on a page."""

    default_priority = ReferencesResolver.default_priority + 20
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap the links in place."""
        if next(self.document.findall(addnodes.glossary), None):
            return  # the definitions stand on this page
        links = [link for link in self.document.findall(nodes.reference) if _is_term(link)]
        definitions = _definitions(self.env) if links else {}
        noted: set[str] = set()
        for link in links:
            anchor = link.get("refuri", "").rpartition("#")[2]
            if anchor in definitions:
                name = f"note-{anchor}"
                set_html_attribute(link, "aria-describedby", name)
                if anchor not in noted:
                    noted.add(anchor)
                    _add_note(link, name, definitions[anchor])


def _is_term(link: nodes.reference) -> bool:
    return any("std-term" in child.get("classes", ()) for child in link.findall(nodes.inline))


def _add_note(link: nodes.reference, name: str, definition: nodes.paragraph) -> None:
    words = " ".join(definition.astext().split())
    note = term_note("", words, ids=[name])
    if definition.get("translated") is False:
        note["classes"].append(f"language-{SOURCE_LANGUAGE}")
    box = explained_term()
    link.replace_self(box)
    box += [link, note]


def _definitions(env: BuildEnvironment) -> Mapping[str, nodes.paragraph]:
    """Return the first paragraph of each definition of the book, by the anchor of its term."""
    kept: Any = env
    if kept.term_definitions is None:
        kept.term_definitions = {
            anchor: next(item.findall(nodes.paragraph))
            for docname in glossaries(env)
            for glossary in env.get_doctree(docname).findall(addnodes.glossary)
            for item in glossary.findall(nodes.definition_list_item)
            for term in item.findall(nodes.term)
            for anchor in term["ids"]
        }
    definitions: Mapping[str, nodes.paragraph] = kept.term_definitions
    return definitions


def glossaries(env: BuildEnvironment) -> list[str]:
    """Return the pages that define terms."""
    terms: Mapping[str, tuple[str, str]] = env.domains.standard_domain._terms
    return sorted({docname for docname, _anchor in terms.values()})


def _note_terms(app: Sphinx, doctree: nodes.document) -> None:
    links = doctree.findall(addnodes.pending_xref)
    if any(link["reftype"] == "term" for link in links):
        app.env.metadata[app.env.current_document.docname][_HAS_TERMS] = "yes"


def has_terms(env: BuildEnvironment, docname: str) -> bool:
    """Tell whether a page links to terms, and so shows their definitions."""
    return _HAS_TERMS in env.metadata.get(docname, ())


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Write the pages with terms again when the glossary has changed."""
    if not (added | changed | removed) & set(glossaries(env)):
        return []
    return [name for name in sorted(env.found_docs) if has_terms(env, name)]


def _forget_definitions(app: Sphinx, builder: Any) -> None:
    app.env.term_definitions = None  # type: ignore[attr-defined]  # filled at the first term


def _visit_term(translator: HTML5Translator, node: explained_term) -> None:
    translator.body.append('<span class="term">')


def _visit_note(translator: HTML5Translator, node: term_note) -> None:
    attributes: dict[str, Any] = {
        "role": "tooltip", "hidden": "hidden", "data-pagefind-ignore": "all",
    }  # fmt: skip
    translator.body.append(translator.starttag(node, "span", "", CLASS="term-note", **attributes))


def _close(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append("</span>")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform and its nodes."""
    app.add_node(explained_term, html=(_visit_term, _close))
    app.add_node(term_note, html=(_visit_note, _close))
    app.add_post_transform(AddTermNotes)
    app.connect("doctree-read", _note_terms)
    app.connect("env-get-outdated", _outdated)
    app.connect("write-started", _forget_definitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
