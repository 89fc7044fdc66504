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
catalog. Invisible characters that could show a text in another order are left
out, and a message too long or too deeply nested to be one is not parsed at all.

The seam: Sphinx's transform ``sphinx.transforms.i18n.Locale`` is replaced by
:class:`TranslateMessages` in the registry of transforms. It keeps that
transform's contract (priority, ``translated`` flags for the progress count).
The seam is checked against the Sphinx release at every start.
"""

from __future__ import annotations

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polib
import sphinx
from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis
from markdown_it.token import Token
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

# A message is one paragraph. What is longer or nested deeper than this is no
# message, and parsing it could take minutes or exhaust the stack.
LONGEST_MESSAGE = 5_000
DEEPEST_MARKUP = 8

# Control characters, and the embeddings and overrides of text direction, which
# can show "911" as "119". Marks and isolates of direction are fine.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufffe\uffff]"
)
_ISOLATES = re.compile("[\u2066-\u2069]")
_POP_ISOLATE = "\u2069"

# Text that was meant as markup. It does nothing, but readers should not see it.
_ODD = (
    (re.compile(r"</?[A-Za-z!?][^<>]*>"), "an HTML tag or address in angle brackets"),
    (re.compile(r"\{\{|\{%"), "template code"),
    (re.compile(r"\]\(|\{[\w:+-]+\}`"), "a link or role that is broken or not allowed"),
    (
        re.compile(r"\A\s*(?:#{1,6}\s|>|[-*+]\s|:{3,}|[`~]{3,}|-{3,}|\+{3,}|\([\w-]+\)=)"),
        "the beginning of a block, such as a heading, list or directive",
    ),
    (re.compile(r"\n\s*\n"), "a second paragraph"),
    (re.compile(r"^(?:<{7}|={7}|>{7})", re.MULTILINE), "marks of a merge conflict"),
)

# Scripts without spaces between words, with their punctuation.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)

# Roles whose text Sphinx fills in, as Python does with "%s" and "{number}".
_FILLED_IN_ROLES = ("numref",)
_PLACEHOLDER = re.compile(r"%[^%]?|\{[^{}]*\}|[{}]")


class Atom(NamedTuple):
    """What makes a role, link, citation, footnote or image the same in two languages."""

    kind: str
    name: str
    target: str


class Part(NamedTuple):
    """A piece of a message as the build reads it; *kind* is the name of its Markdown token.

    *atom* is set for what carries an address. *text* is what a reader sees of
    it; the text of a link or of bold words follows as parts of its own.
    """

    kind: str
    atom: Atom | None
    text: str


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
        try:
            entry = polib.pofile(str(self._po_path)).find(msgid)
        except (OSError, ValueError):  # gone or changed since it was compiled
            entry = None
        return f"{self._po_path}:{entry.linenum}" if entry else str(self._po_path)

    def report(self, subtype: str, msgid: str, message: str) -> None:
        """Warn about the translation of a message."""
        logger.warning(message, location=self.location(msgid), type="l10n", subtype=subtype)

    def plain_translation(self, msgid: str) -> str:
        """Return the translation of what is text and nothing else, such as a label."""
        msgstr = self.translation(msgid)
        if _has_atoms(msgstr) and not _has_atoms(msgid):
            self.report("unsafe", msgid, "the translation has markup, and here is only text")
        self.report_odd(msgid, msgstr, unescape(msgid), unescape(msgstr))
        return visible(msgstr)

    def report_odd(self, msgid: str, msgstr: str, source: str, shown: str) -> None:
        """Warn about what readers of a message should not see.

        *source* and *shown* are the texts of both sides without their markup.
        """
        odd = [
            what for pattern, what in _ODD if pattern.search(shown) and not pattern.search(source)
        ]
        if visible(unescape(msgstr)) != unescape(msgstr):
            odd.append("invisible control characters, which were left out")
        if refusal := _refusal(msgstr):
            odd.append(refusal)
        for what in odd:
            self.report(
                "unsafe",
                msgid,
                f"the translation has {what}; it is shown as plain text. "
                "Translate the words of the English message and copy its markup",
            )


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
        _translate_glossary_index(self.document)

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


def visible(text: str) -> str:
    """Return a text without the characters that hide or reorder other characters.

    >>> visible("Call \u202e911\u202c.")
    'Call 911.'
    """
    text = _INVISIBLE.sub("", text)
    depths = accumulate(-1 if mark == _POP_ISOLATE else 1 for mark in _ISOLATES.findall(text))
    closed = [0, *depths]
    return text if min(closed) == closed[-1] == 0 else _ISOLATES.sub("", text)


def _find(catalogs: list[Catalog], msgid: str) -> Catalog | None:
    """Return the first catalog that translates a message."""
    found = (catalog for catalog in catalogs if visible(catalog.translation(msgid)).strip())
    return next(found, None)


def _find_plain(catalogs: list[Catalog], msgid: str) -> str:
    catalog = _find(catalogs, msgid)
    return catalog.plain_translation(msgid) if catalog else msgid


def _translate_node(node: nodes.Element, msgid: str, catalogs: list[Catalog]) -> None:
    if isinstance(node, addnodes.translatable):
        node.apply_translated_message(msgid, _find_plain(catalogs, msgid))
        return
    if isinstance(node, nodes.meta):
        # No flag: the writers would print every attribute of a meta element.
        node["content"] = _find_plain(catalogs, msgid)
        return
    catalog = None if isinstance(node, nodes.raw) else _find(catalogs, msgid)
    node["translated"] = catalog is not None
    if catalog is None:
        _mark_as_source_language(node)
    elif isinstance(node, nodes.image):
        node["alt"] = catalog.plain_translation(msgid)
    elif isinstance(node, LITERAL_TYPE_NODES):
        node.rawsource = visible(catalog.translation(msgid))
        node.children = [nodes.Text(node.rawsource)]
        node.setup_child(node.children[0])
    else:
        _Fragment(node, msgid, catalog).replace_children()


def _mark_as_source_language(node: nodes.Element) -> None:
    """Make the writers put ``lang`` on text that stays in the source language."""
    mark = f"language-{SOURCE_LANGUAGE}"
    if isinstance(node, nodes.title):
        # The mark goes inside: so it travels into contents, and links to the page.
        node.children = [nodes.inline("", "", *node.children, classes=[mark])]
        node.setup_child(node.children[0])
        return
    node["classes"].append(mark)


def _translate_index(document: nodes.document, catalogs: list[Catalog]) -> None:
    for node, entries in traverse_translatable_index(document):
        node["raw_entries"] = entries
        parts = (part for kind, value, *_ in entries for part in split_index_msg(kind, value))
        node["untranslated"] = [part for part in parts if not _find(catalogs, part)]
        node["entries"] = [
            (kind, ";".join(_index_part(part, catalogs) for part in split_index_msg(kind, value)),
             target, main, None)
            for kind, value, target, main, _key in entries
        ]  # fmt: skip


def _translate_glossary_index(document: nodes.document) -> None:
    """List the terms of the glossary in the index under their translations."""
    for term in document.findall(nodes.term):
        name = _undivided(term.astext())
        for node in term.findall(addnodes.index):
            node["untranslated"] = [] if term.get("translated") else [name]
            node["entries"] = [
                (kind, name, target, main, None)
                for kind, _english, target, main, _key in node["entries"]
            ]


def _index_part(part: str, catalogs: list[Catalog]) -> str:
    return _undivided(_find_plain(catalogs, part))


def _undivided(name: str) -> str:
    """Return the name of an index entry without the sign that would make it two."""
    return name.replace(";", ",")


class _Fragment:
    """One translated message: its tree of tokens, turned into nodes of the page."""

    def __init__(self, node: nodes.Element, msgid: str, catalog: Catalog) -> None:
        self.node = node
        self.msgid = msgid
        self.msgstr = catalog.translation(msgid)
        self.catalog = catalog
        self.available: dict[Atom, list[nodes.Element]] = {}
        self.in_link = False
        self.may_have_code = False

    def replace_children(self) -> None:
        """Give the node its translated children; keep its own invisible ones."""
        found = list(_atom_nodes(self.node))
        if not found and not _MARKUP.search(self.msgstr):
            self._report_odd(self.msgid, self.msgstr)
            self._set_children([nodes.Text(visible(self.msgstr))])
            return
        source, translation = _parse(self.msgid), _parse(self.msgstr)
        atoms = [atom for atom in map(_atom, source.walk()) if atom]
        if len(atoms) != len(found):
            self._report("unsupported", "the source message has markup that cannot be translated")
            self.node["translated"] = False
            _mark_as_source_language(self.node)
            return
        for atom, atom_node in zip(atoms, found, strict=True):
            self.available.setdefault(atom, []).append(atom_node)
        self.may_have_code = any(token.type == "code_inline" for token in source.walk())
        self._report_odd(_plain_text(source), _plain_text(translation))
        self._set_children(self._render_all(translation))
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
        if token.type == "code_inline" and self.may_have_code:
            return [nodes.literal("", visible(token.content))]
        if atom := _atom(token):
            return self._render_atom(token, atom)
        if token.type == "code_inline":
            return self._plain(f"{token.markup}{token.content}{token.markup}")
        return [nodes.Text(visible(token.content))]

    def _render_atom(self, token: SyntaxTreeNode, atom: Atom) -> list[nodes.Node]:
        # A link inside a link would be two half links.
        candidates = None if self.in_link else self.available.get(atom)
        if not candidates:
            if token.type == "link":
                self._report_unsafe(atom)
                return self._render_all(token)
            return self._plain(_as_written(token), atom)
        node = candidates.pop(0)
        if token.type == "link":
            node.children = []
            self.in_link = True
            node += self._render_all(token)
            self.in_link = False
        elif token.type == "image":
            node["alt"] = visible(token.content)
        elif token.type == "myst_role" and (title := _role_title(token)):
            self._set_title(node, title, atom)
        return [node]

    def _set_title(self, node: nodes.Element, title: str, atom: Atom) -> None:
        if atom.name in _FILLED_IN_ROLES and _placeholders(title) != _placeholders(node.astext()):
            self._report_unsafe(Atom("text", "", title))
            return
        _set_text(node, visible(title))

    def _plain(self, text: str, atom: Atom | None = None) -> list[nodes.Node]:
        self._report_unsafe(atom or Atom("code", "", text))
        return [nodes.Text(visible(text))]

    def _report_odd(self, source: str, shown: str) -> None:
        self.catalog.report_odd(self.msgid, self.msgstr, source, shown)

    def _report_unsafe(self, atom: Atom) -> None:
        self._report(
            "unsafe",
            f"the translation has {describe(atom)}, which the English message does not have; "
            "it is shown as plain text. Copy roles and links from the English message",
        )

    def _report_lost(self) -> None:
        for atom, left in self.available.items():
            for _node in left:
                self._report(
                    "lost",
                    f"the translation lacks {describe(atom)} of the English message; "
                    "copy it from there, with its address unchanged",
                )

    def _report(self, subtype: str, message: str) -> None:
        self.catalog.report(subtype, self.msgid, message)


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


def _has_atoms(message: str) -> bool:
    """Tell whether a message has more markup than emphasis."""
    tokens = _parse(message).walk() if _MARKUP.search(message) else ()
    return any(token.type == "code_inline" or _atom(token) for token in tokens)


def _role_title(token: SyntaxTreeNode) -> str:
    match = _TITLE_AND_TARGET.match(token.content)
    return match["title"] if match else ""


def _as_written(token: SyntaxTreeNode) -> str:
    if token.type == "myst_role":
        return f"{{{token.meta['name']}}}`{token.content}`"
    if token.type == "footnote_ref":
        return f"[^{token.meta['label']}]"
    return token.content


def _placeholders(title: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(title))


def describe(atom: Atom) -> str:
    """Name an atom in a sentence for translators."""
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
    markdown.inline.ruler.at("emphasis", _emphasis_rule)
    return markdown


def _emphasis_rule(state: StateInline, silent: bool) -> bool:
    """Read emphasis as CommonMark does, and also next to text without spaces.

    CommonMark finds the borders of words by spaces and punctuation, so that
    ``**太字。**文`` would keep its stars. Beside such scripts a run of stars opens
    before, and closes after, anything but a space.
    """
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    before, after = state.src[max(start - 1, 0) : start], state.src[state.pos : state.pos + 1]
    if state.src[start] == "*" and (_CJK.match(before) or _CJK.match(after)):
        for delimiter in state.delimiters[known:]:
            delimiter.open, delimiter.close = bool(after.strip()), bool(before.strip())
    return True


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
    """Return the tree of a message; it is one plain text if the message is refused."""
    if not _refusal(message):
        return SyntaxTreeNode(_tokens(message))
    text = Token("text", "", 0, content=message)
    return SyntaxTreeNode([Token("inline", "", 0, content=message, children=[text])])


def _refusal(message: str) -> str:
    """Say what makes a message none, or return an empty string."""
    if len(message) > LONGEST_MESSAGE:
        return f"more than {LONGEST_MESSAGE} characters"
    if not _MARKUP.search(message):
        return ""
    nesting = (token.nesting for inline in _tokens(message) for token in inline.children or ())
    if max(accumulate(nesting), default=0) > DEEPEST_MARKUP:
        return f"markup inside markup, more than {DEEPEST_MARKUP} deep"
    return ""


# A message is measured and then read; both need its tokens.
@lru_cache(maxsize=2)
def _tokens(message: str) -> list[Token]:
    return _markdown().parseInline(message)


def _plain_text(tree: SyntaxTreeNode) -> str:
    """Return what stands in a message outside of its markup."""
    return "".join(
        "\n" if token.type.endswith("break") else token.content
        for token in tree.walk()
        if token.type in ("text", "softbreak", "hardbreak")
    )


def tokens_as_written(message: str) -> SyntaxTreeNode:
    """Return the tokens of a message, each escape as its own, to put it together again."""
    if _refusal(message):
        return SyntaxTreeNode([Token("text", "", 0, content=message)])
    tokens: list[Token] = []
    markdown = _markdown()
    # Not parseInline: its later rules join escapes with the text around them.
    markdown.inline.parse(message, markdown, {}, tokens)
    return SyntaxTreeNode(tokens)


def parts_of(message: str) -> list[Part]:
    """Return the parts of a message, for checks that must agree with the build."""
    tokens = (token for token in _parse(message).walk() if token.type not in ("root", "inline"))
    return [Part(token.type, _atom(token), _shown(token)) for token in tokens]


def _shown(token: SyntaxTreeNode) -> str:
    if token.type == "myst_role":
        return _role_title(token)
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    # The text of an image follows in its children, like that of a link.
    return token.content if token.type in ("text", "code_inline") else ""


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
