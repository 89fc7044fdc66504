"""Random catalogs: whatever is in them, nothing is raised and nothing is added to a page.

``FUZZ_EXAMPLES=20000 python -m pytest tests/test_fuzz_catalogs.py`` looks longer
and elsewhere each time; without it the examples are few and always the same.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.nodes import extract_messages

import message_fragments
from catalog_gate import CatalogError, compile_catalog, unsafe_interface_words
from message_fragments import Catalog, parts_of, tokens_as_written, visible
from tests.conftest import PROJECT
from tests.test_hostile_catalogs import PAYLOADS, ROOT

LONG = "FUZZ_EXAMPLES" in os.environ
fuzz = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")),
    derandomize=not LONG,  # what fails in CI fails on every machine
    database=None,
    deadline=None,  # examples are counted, nothing is timed
    suppress_health_check=list(HealthCheck),
)

# -- What messages are made of -------------------------------------------------


@lru_cache(maxsize=1)
def messages() -> list[tuple[str, str]]:
    """Return the translated messages of the real book that have markup, and some plain ones."""
    pairs = [
        (entry.msgid, entry.msgstr)
        for code in ("es", "ar")
        for path in sorted((PROJECT / "locale" / code).rglob("*.po"))
        for entry in polib.pofile(str(path)).translated_entries()
        if path.name != "sphinx.po"
    ]
    marked = [pair for pair in pairs if any(sign in pair[0] for sign in "`[*")]
    return marked + pairs[:: len(pairs) // 100]


SIGNS = "*_`[](){}<>!\\&;:#|~^%$\"'=-+.\n \t/x1"
MARKUP = (
    "**", "__", "``", "](", "![", "[^", "{ref}`", "{cite:p}`", "{term}`", " <", ">`", "`}",
    "https://evil.example/", "javascript:", "&#x202e;", "&lt;", "\n\n", "---\n", "{{", "}}",
    "。", "「", "漢字", "한국어", "ا", "\u202e", "\u2067", "\u2069", "\u200f", "\x08", "\ufeff",
)  # fmt: skip

noise = st.one_of(
    st.text(alphabet=SIGNS, max_size=40),
    st.text(max_size=20),
    st.lists(st.sampled_from(MARKUP), max_size=12).map("".join),
    st.sampled_from([payload for payload, _reported in PAYLOADS.values()]),
)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a real message and a damaged translation of it."""
    msgid, msgstr = draw(st.sampled_from(messages()))
    for _step in range(draw(st.integers(0, 5))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(msgstr))] * 2)))
        piece = draw(st.one_of(noise, st.just(msgstr[start:end]), st.just(msgid)))
        msgstr = draw(
            st.sampled_from(
                [
                    msgstr[:start] + piece + msgstr[start:],
                    msgstr[:start] + piece + msgstr[end:],
                    msgstr[:start] + msgstr[end:] + piece,
                    f"{msgstr[:start]}*{msgstr[start:end]}*{msgstr[end:]}",
                    f"{msgstr[:start]}[{msgstr[start:end]}]({piece}){msgstr[end:]}",
                ]
            )
        )
    return msgid, msgstr.replace("\0", "")


translations = st.one_of(
    mutated(), st.tuples(st.sampled_from([msgid for msgid, _ in messages()]), noise)
)


# -- Messages ------------------------------------------------------------------


class Fake(Catalog):
    """A catalog of one message, that remembers what was reported of it."""

    def __init__(self, msgid: str, msgstr: str) -> None:
        self.msgid, self.msgstr = msgid, msgstr
        self.reports: list[str] = []

    def translation(self, msgid: str) -> str:
        """Return the one translation."""
        return self.msgstr if msgid == self.msgid else ""

    def report(self, subtype: str, msgid: str, message: str) -> None:
        """Keep the message."""
        self.reports.append(message)


@dataclass(frozen=True)
class Book:
    """Each message of the fuzz as a paragraph of one English page."""

    app: Sphinx
    paragraphs: dict[str, nodes.paragraph]

    def html(self, paragraph: nodes.paragraph) -> str:
        """Render a paragraph; each reference shows where it would lead."""
        for node in list(paragraph.findall(nodes.Element)):
            if isinstance(node, (addnodes.pending_xref, nodes.footnote_reference)):
                kind = node.get("reftype", node.tagname)
                address = f"{kind}:{node.get('reftarget', node.astext())}"
                node.replace_self(nodes.reference("", "", *node.children, refuri=address))
        builder: Any = self.app.builder
        return str(builder.render_partial(paragraph)["fragment"])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Read the messages with the book's own parser, once."""
    folder = tmp_path_factory.mktemp("fuzz")
    source = folder / "book"
    shutil.copytree(ROOT, source)
    text = "\n\n".join(dict.fromkeys(msgid for msgid, _msgstr in messages()))
    (source / "index.md").write_text(f"# Messages\n\n{text}\n", encoding="utf-8")
    translators.clear()
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=source,
            outdir=folder / "out",
            doctreedir=folder / "doctrees",
            buildername="html",
            confoverrides={"language": "en"},
            status=None,
            warning=None,
        )
        app.build()
    document = app.env.get_doctree("index")
    return Book(
        app,
        {
            msgid: node
            for node, msgid in extract_messages(document)
            if isinstance(node, nodes.paragraph)
        },
    )


def elements(html: str) -> Counter[tuple[str, str]]:
    """Count elements with their attributes; emphasis and the text of pictures are free."""
    return Counter(
        (tag.name, str(sorted((k, v) for k, v in tag.attrs.items() if k != "alt")))
        for tag in BeautifulSoup(html, "html.parser").find_all(True)
        if tag.name not in ("em", "strong")
    )


@fuzz
@given(translation=translations)
def test_no_translation_adds_anything_to_a_page(book: Book, translation: tuple[str, str]) -> None:
    msgid, msgstr = translation
    source = book.paragraphs.get(msgid)
    assume(source is not None)
    assert source is not None
    paragraph = source.deepcopy()
    catalog = Fake(msgid, msgstr)
    message_fragments._translate_node(paragraph, msgid, [catalog])
    is_english = not visible(msgstr).strip() or not paragraph["translated"]
    english = source.deepcopy()
    if is_english:
        english["classes"].append("language-en")
    html = book.html(paragraph)
    added = elements(html) - elements(book.html(english))
    assert added == Counter()
    assert "<script" not in html
    text = BeautifulSoup(html, "html.parser").get_text()
    assert visible(text) == text
    if elements(html) != elements(book.html(english)):
        assert catalog.reports  # what is lost is said


@fuzz
@given(translation=translations)
def test_no_label_raises_or_keeps_invisible_characters(translation: tuple[str, str]) -> None:
    label = Fake(*translation).plain_translation(translation[0])
    assert visible(label) == label


@fuzz
@given(message=st.one_of(translations.map(lambda pair: pair[1]), noise))
def test_the_checks_can_read_every_message(message: str) -> None:
    assert parts_of(message) or not message
    assert list(tokens_as_written(message).walk())


NESTED = {"*a ": " a*", "**b ": " b**", "_c ": " c_", "[d ": " d](x)", "![e ": " e](x)"}


@fuzz
@given(
    openers=st.lists(st.sampled_from(sorted(NESTED)), max_size=6),
    times=st.integers(1, 500),
    is_closed=st.booleans(),
)
def test_nothing_is_too_deep_or_too_long(
    book: Book, openers: list[str], times: int, is_closed: bool
) -> None:
    closers = [NESTED[opener] for opener in reversed(openers)] if is_closed else []
    msgid = next(iter(book.paragraphs))
    paragraph = book.paragraphs[msgid].deepcopy()
    catalog = Fake(msgid, "".join(openers) * times + "".join(closers) * times)
    message_fragments._translate_node(paragraph, msgid, [catalog])
    pickle.dumps(paragraph)  # as Sphinx does with every page
    book.html(paragraph)


# -- Catalogs as files ---------------------------------------------------------


@lru_cache(maxsize=1)
def catalog_bytes() -> list[bytes]:
    """Return real catalogs, cut to a few entries."""
    paths = sorted((PROJECT / "locale").glob("*/LC_MESSAGES/**/*.po"))
    return [b"\n\n".join(path.read_bytes().split(b"\n\n")[:6]) + b"\n" for path in paths[::7]]


BYTES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [
            b'"', b"\\", b"\n", b"\r", b"\0", b"\x1b", b"\xff", b"\xef\xbb\xbf", b"msgid",
            b"msgstr ", b'msgid ""\nmsgstr ""\n', b'msgid_plural "x"\n', b"msgstr[0] ",
            b"msgstr[9] ", b"msgctxt ", b"#~ ", b"#| ", b"#, fuzzy\n", b"#, python-format\n",
            b"domain ", b"<<<<<<< HEAD\n", b"charset=", b"nplurals=9; plural=n/0;",
            b"Plural-Forms: ", b"\\x41", b"\\000", b"\\", b"%s",
        ]
    ),
)  # fmt: skip


@st.composite
def damaged_catalogs(draw: st.DrawFn) -> bytes:
    """Draw a real catalog with bytes or lines damaged."""
    content = draw(st.sampled_from(catalog_bytes()))
    for _step in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        piece = draw(st.one_of(BYTES, st.just(content[start:end])))
        content = content[:start] + piece + content[draw(st.sampled_from([start, end])) :]
    return content


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogs")


@fuzz
@given(content=st.one_of(damaged_catalogs(), st.binary(max_size=200)))
def test_no_catalog_raises_anything_but_its_error(folder: Path, content: bytes) -> None:
    path = folder / "page.po"
    path.write_bytes(content)
    compiled = path.with_suffix(".mo")
    compiled.unlink(missing_ok=True)
    try:
        compile_catalog(path)
    except CatalogError as error:
        assert re.match(rf"{re.escape(str(path))}:\d+: ", str(error))
        assert not compiled.exists()
        return
    catalog = Catalog(compiled)
    for msgid in (*re.findall(r'^msgid "(.*)"$', content.decode(), re.MULTILINE), ""):
        catalog.location(msgid)
        catalog.plain_translation(msgid)
    try:
        list(unsafe_interface_words(path))
    except CatalogError as error:
        assert str(path) in str(error)
