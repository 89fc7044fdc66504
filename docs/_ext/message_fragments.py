"""Translated messages are inline fragments, not documents.

Sphinx parses every ``msgstr`` with the full page parser. For MyST that is slow,
and it makes a catalog a program: a translation could include files, add raw
HTML or change where a link leads. This extension takes over that one step.

A message is read as one line of text with emphasis. The roles, links,
citations, footnotes and images in it are not parsed again: each is matched
with one of the source message, whose node is *moved* to its new place and only
gets its text replaced. So a translation can use what its source has, in any
order, and nothing else; what else it holds is shown as plain text and reported
as ``l10n.unsafe``, what it lost as ``l10n.lost``, with file and line of the
catalog.

The seam: Sphinx's transform ``sphinx.transforms.i18n.Locale`` is replaced by
:class:`TranslateMessages` in the registry of transforms. It keeps that
transform's contract (priority, ``translated`` flags for the progress count).
The seam is checked against the Sphinx release at every start.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polib
import sphinx
from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.myst_role import myst_role_plugin
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.i18n import Locale
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain
from sphinx.util.index_entries import split_index_msg
from sphinx.util.nodes import LITERAL_TYPE_NODES, extract_messages, traverse_translatable_index

from languages import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

SUPPORTED_SPHINX = (9, 0)

# Text without any of these is plain in every message.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>!&]")
_TITLE_AND_TARGET = re.compile(r"^(?P<title>.+?)\s*<(?P<target>[^<>]*)>$", re.DOTALL)
_FOOTNOTE = re.compile(r"\[\^([^\s\]]+)\]")

# What may stand inside a line besides atoms: it has no address and does nothing.
_TRANSPARENT = (nodes.strong, nodes.emphasis, nodes.literal, nodes.inline)


class Atom(NamedTuple):
    """What makes a role, link, citation, footnote or image the same in two languages."""

    kind: str
    name: str
    target: str


class Catalog:
    """The messages of one page in one language, as compiled by gettext."""

    def __init__(self, mo_path: Path) -> None:
        with mo_path.open("rb") as file:
            self._messages = gettext.GNUTranslations(file)
        self._messages.add_fallback(_Untranslated())
        self._po_path = mo_path.with_suffix(".po")

    def translation(self, msgid: str) -> str:
        """Return the translation of a message, or an empty string."""
        return self._messages.gettext(msgid)

    def location(self, msgid: str) -> str:
        """Return ``file:line`` of a message, for reports."""
        entry = polib.pofile(str(self._po_path)).find(msgid)
        return f"{self._po_path}:{entry.linenum}" if entry else str(self._po_path)


class _Untranslated(gettext.NullTranslations):
    """Answers for messages that a catalog lacks: gettext itself would echo them."""

    def gettext(self, message: str) -> str:
        return ""


class TranslateMessages(SphinxTransform):
    """Replace the text of each translatable node by its translation."""

    default_priority = Locale.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Translate the document in place; do nothing for the source language."""
        if self.config.language == SOURCE_LANGUAGE:
            return
        catalogs = list(self._catalogs())
        # The messages are collected first: translating moves nodes about.
        for node, msgid in list(extract_messages(self.document)):
            if not _is_front_matter(node):
                _translate_node(node, msgid, catalogs)
        if "index" in self.config.gettext_additional_targets:
            _translate_index(self.document, catalogs)

    def _catalogs(self) -> Iterator[Catalog]:
        domain = docname_to_domain(self.env.current_document.docname, self.config.gettext_compact)
        for folder in self.config.locale_dirs:
            path = self.env.srcdir / folder / self.config.language / "LC_MESSAGES"
            mo_path = Path(path, f"{domain}.mo")
            if mo_path.exists():
                yield Catalog(mo_path)


def _is_front_matter(node: nodes.Element) -> bool:
    """Tell whether a node belongs to the settings of a page, which are no text of the book."""
    while node.parent and not isinstance(node.parent, nodes.document):
        node = node.parent
    return isinstance(node, nodes.field_list)


def _find(catalogs: list[Catalog], msgid: str) -> tuple[str, Catalog | None]:
    for catalog in catalogs:
        if msgstr := catalog.translation(msgid):
            return msgstr, catalog
    return "", None


def _translate_node(node: nodes.Element, msgid: str, catalogs: list[Catalog]) -> None:
    msgstr, catalog = _find(catalogs, msgid)
    if isinstance(node, addnodes.translatable):
        if msgstr:
            node.apply_translated_message(msgid, msgstr)
        return
    if isinstance(node, nodes.meta):
        # No flag: the writers would print every attribute of a meta element.
        node["content"] = msgstr or msgid
        return
    node["translated"] = catalog is not None
    if catalog is None:
        _mark_as_source_language(node)
    elif isinstance(node, nodes.image):
        node["alt"] = msgstr
    elif isinstance(node, LITERAL_TYPE_NODES):
        node.children = [nodes.Text(msgstr)]
        node.setup_child(node.children[0])
        node.rawsource = msgstr
    else:
        _Fragment(node, msgid, msgstr, catalog).replace_children()


def _mark_as_source_language(node: nodes.Element) -> None:
    """Make the writers put ``lang`` on text that stays in the source language."""
    node["classes"].append(f"language-{SOURCE_LANGUAGE}")


def _translate_index(document: nodes.document, catalogs: list[Catalog]) -> None:
    for node, entries in traverse_translatable_index(document):
        node["raw_entries"] = entries
        node["entries"] = [
            (kind, ";".join(_index_part(part, catalogs) for part in split_index_msg(kind, value)),
             target, main, None)
            for kind, value, target, main, _key in entries
        ]  # fmt: skip


def _index_part(part: str, catalogs: list[Catalog]) -> str:
    return _find(catalogs, part)[0] or part


class _Fragment:
    """One translated message: its tree of tokens, turned into nodes of the page."""

    def __init__(self, node: nodes.Element, msgid: str, msgstr: str, catalog: Catalog) -> None:
        self.node = node
        self.msgid = msgid
        self.msgstr = msgstr
        self.catalog = catalog
        self.available: dict[Atom, list[nodes.Element]] = {}

    def replace_children(self) -> None:
        """Give the node its translated children; keep its own invisible ones."""
        found = list(_atom_nodes(self.node))
        if not found and not _MARKUP.search(self.msgstr):
            self._set_children([nodes.Text(self.msgstr)])
            return
        atoms = [atom for atom in map(_atom, _parse(self.msgid).walk()) if atom]
        if len(atoms) != len(found):
            self._report("unsupported", "the source message has markup that cannot be translated")
            self.node["translated"] = False
            _mark_as_source_language(self.node)
            return
        for atom, atom_node in zip(atoms, found, strict=True):
            self.available.setdefault(atom, []).append(atom_node)
        self._set_children(self._render_all(_parse(self.msgstr)))
        self._report_lost()

    def _set_children(self, children: list[nodes.Node]) -> None:
        kept = [child for child in self.node.children if isinstance(child, nodes.Invisible)]
        self.node.children = []
        self.node += [*children, *kept]

    def _render_all(self, parent: SyntaxTreeNode) -> list[nodes.Node]:
        return [node for child in parent.children for node in self._render(child)]

    def _render(self, token: SyntaxTreeNode) -> list[nodes.Node]:
        if token.type == "inline":
            return self._render_all(token)
        if token.type == "strong":
            return [nodes.strong("", "", *self._render_all(token))]
        if token.type == "em":
            return [nodes.emphasis("", "", *self._render_all(token))]
        if token.type in ("softbreak", "hardbreak"):
            return [nodes.Text("\n")]
        if token.type == "code_inline" and any(self.node.findall(nodes.literal)):
            return [nodes.literal("", token.content)]
        if atom := _atom(token):
            return self._render_atom(token, atom)
        if token.type == "code_inline":
            return self._plain(f"{token.markup}{token.content}{token.markup}")
        return [nodes.Text(token.content)]

    def _render_atom(self, token: SyntaxTreeNode, atom: Atom) -> list[nodes.Node]:
        candidates = self.available.get(atom)
        if not candidates:
            if token.type == "link":
                self._report_unsafe(atom)
                return self._render_all(token)
            return self._plain(_as_written(token), atom)
        node = candidates.pop(0)
        if token.type == "link":
            node.children = []
            node += self._render_all(token)
        elif token.type == "image":
            node["alt"] = token.content
        elif token.type == "myst_role" and (title := _role_title(token)):
            _set_text(node, title)
        return [node]

    def _plain(self, text: str, atom: Atom | None = None) -> list[nodes.Node]:
        self._report_unsafe(atom or Atom("code", "", text))
        return [nodes.Text(text)]

    def _report_unsafe(self, atom: Atom) -> None:
        self._report(
            "unsafe",
            f"the translation has {_describe(atom)}, which the English message does not have; "
            "it is shown as plain text. Copy roles and links from the English message",
        )

    def _report_lost(self) -> None:
        for atom, left in self.available.items():
            for _node in left:
                self._report(
                    "lost",
                    f"the translation lacks {_describe(atom)} of the English message; "
                    "copy it from there, with its address unchanged",
                )

    def _report(self, subtype: str, message: str) -> None:
        logger.warning(
            message, location=self.catalog.location(self.msgid), type="l10n", subtype=subtype
        )


def _atom_nodes(parent: nodes.Element) -> Iterator[nodes.Element]:
    """Yield the nodes of a message that carry an address, in the order of the text."""
    for child in parent.children:
        if isinstance(child, (nodes.Text, nodes.Invisible)):
            continue
        if isinstance(child, _TRANSPARENT):
            yield from _atom_nodes(child)
        elif isinstance(child, nodes.Element):
            yield child


def _atom(token: SyntaxTreeNode) -> Atom | None:
    if token.type == "link":
        return Atom("link", "", str(token.attrs["href"]))
    if token.type == "image":
        return Atom("image", "", str(token.attrs["src"]))
    if token.type == "footnote_ref":
        return Atom("footnote", "", token.meta["label"])
    if token.type == "myst_role":
        match = _TITLE_AND_TARGET.match(token.content)
        target = match["target"] if match else token.content
        return Atom("role", token.meta["name"], target.strip())
    return None


def _role_title(token: SyntaxTreeNode) -> str:
    match = _TITLE_AND_TARGET.match(token.content)
    return match["title"] if match else ""


def _as_written(token: SyntaxTreeNode) -> str:
    if token.type == "myst_role":
        return f"{{{token.meta['name']}}}`{token.content}`"
    if token.type == "footnote_ref":
        return f"[^{token.meta['label']}]"
    return token.content


def _describe(atom: Atom) -> str:
    if atom.kind == "role":
        return f"the role {{{atom.name}}} with the target {atom.target!r}"
    return f"the {atom.kind} {atom.target!r}"


def _set_text(node: nodes.Element, text: str) -> None:
    """Replace the text of a reference, inside the inline node that styles it."""
    inner = node
    while inner.children and isinstance(inner.children[0], nodes.Element):
        inner = inner.children[0]
    inner.children = []
    inner += nodes.Text(text)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark").disable(["html_inline", "autolink"])
    markdown.use(myst_role_plugin)
    markdown.inline.ruler.before("link", "footnote_ref", _footnote_rule)
    return markdown


def _footnote_rule(state: StateInline, silent: bool) -> bool:
    match = _FOOTNOTE.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.meta = {"label": match[1]}
    state.pos = match.end()
    return True


def _parse(message: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_markdown().parseInline(message))


def _guard_seam(app: Sphinx) -> None:
    """Raise ExtensionError when Sphinx is not the release this seam was written for."""
    release = sphinx.version_info[:2]
    if release != SUPPORTED_SPHINX or Locale not in app.registry.transforms:
        supported = ".".join(map(str, SUPPORTED_SPHINX))
        raise ExtensionError(
            f"message_fragments knows the translation step of Sphinx {supported}, "
            f"this is Sphinx {sphinx.__version__}; read the module and move the seam"
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take over the translation step of Sphinx."""
    _guard_seam(app)
    app.registry.transforms.remove(Locale)
    app.add_transform(TranslateMessages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
