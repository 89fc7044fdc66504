"""The English pages are parsed once; the process of each language goes on from there.

Parsing a page gives the same in every language: what differs begins with the step
that translates. So the command parses all pages before it starts processes, and a
forked process finds them in its memory: its parser takes over the finished page
instead of reading the text again, and with it what the directives of the page told
the domains of Sphinx, by the step that merges the processes of a parallel build.

This is a seam into Sphinx, and checked against its release. A page whose parsing
gave a warning, failed, or asked for a word of Sphinx in some language is not handed
over: each language reads it itself. So does a process that shares no memory.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sphinx
from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx, builtin_extensions
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.tags import Tags

from template_cache import compile_ahead

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

SUPPORTED_SPHINX = (9, 0)

# What Sphinx keeps beside a page while it reads it.
_STATE = ("_serial_numbers", "_extension_data", "default_role", "highlight_language")
# Made anew for each language.
_OF_A_READING = ("settings", "reporter", "transformer")
_SETTINGS_OF_A_LANGUAGE = ("env", "language_code")
_META = {"version"}
_INTERFACE = ("general", "sphinx")
# These differ between languages, and no parser looks at them.
_OF_A_LANGUAGE = {"language", "numfig_format"}


@dataclass(slots=True)
class _Page:
    """A page after parsing, with the text it was parsed from."""

    text: str
    document: nodes.document
    state: Mapping[str, Any]


@dataclass(slots=True)
class Handover:
    """The pages that were parsed, and what Sphinx knew then."""

    env: BuildEnvironment
    config: Mapping[str, Any]
    pages: dict[str, _Page] = field(default_factory=dict)


class _Parsed(Exception):  # noqa: N818  # nothing is wrong: the page need not be read on
    """A page is parsed."""


class _Listener(NullTranslations):
    """Notes whether anybody asks for a word in some language."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = False

    def gettext(self, message: str) -> str:
        self.was_asked = True
        return message


def parse_ahead(source: Path, pages: Collection[str] | None, folder: Path) -> Handover:
    """Parse pages of the book, or all; whatever cannot be handed over is left out."""
    _guard_seam()
    _import_extensions(source)
    said = io.StringIO()
    with patch_docutils(str(source)), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=source,
            outdir=folder / "pages",
            doctreedir=folder / "doctrees",
            buildername="html",
            confoverrides={"language": "en", "gettext_auto_build": False},
            status=None,
            warning=said,
        )
        handover = Handover(app.env, _settings(app.config))
        app.add_source_parser(_stopping_parser(handover), override=True)
        wanted = app.env.found_docs if pages is None else app.env.found_docs & set(pages)
        for docname in sorted(wanted):
            _parse_one(app, docname, handover, said)
        if "template_cache" in app.extensions:
            compile_ahead(app)
    translators.clear()  # else the words of English would come before those of a language
    return handover


def _import_extensions(source: Path) -> None:
    """Import what Sphinx would, before it knows a language.

    The names of indexes and the like are translated when their module is imported,
    unless there is nothing yet to translate them with: then at each use.
    """
    config = Config.read(source, overrides={}, tags=Tags())
    for name in (*builtin_extensions, *config.extensions, "furo"):
        with suppress(ImportError):
            importlib.import_module(name)


def _parse_one(app: Sphinx, docname: str, handover: Handover, said: io.StringIO) -> None:
    heard, before = said.tell(), translators.get(_INTERFACE)
    translators[_INTERFACE] = listener = _Listener()
    try:
        app.builder.read_doc(docname)
    except _Parsed:
        if said.tell() == heard and not listener.was_asked:
            return
    except Exception:  # noqa: S110  # the process of each language says it with its own words
        pass
    finally:
        translators.pop(_INTERFACE)
        if before is not None:
            translators[_INTERFACE] = before
        app.env.ref_context.clear()
    handover.pages.pop(docname, None)


def _stopping_parser(handover: Handover) -> type[MystParser]:
    class StoppingParser(MystParser):
        """Parses a page, puts it aside, and ends the reading there."""

        def parse(self, inputstring: str, document: nodes.document) -> None:
            super().parse(inputstring, document)
            current = handover.env.current_document
            state = {name: getattr(current, name) for name in _STATE}
            handover.pages[current.docname] = _Page(inputstring, document, state)
            raise _Parsed

    return StoppingParser


def take_over(app: Sphinx, handover: Handover | None) -> None:
    """Let an application go on from parsed pages, where its settings are those of the parsing."""
    if handover is None or _settings(app.config) != handover.config:
        return
    pages, env = handover.pages, handover.env

    class TakingParser(MystParser):
        """Takes over a page that is parsed already."""

        def parse(self, inputstring: str, document: nodes.document) -> None:
            page = pages.pop(app.env.current_document.docname, None)
            if page is None or page.text != inputstring:
                super().parse(inputstring, document)
            else:
                _adopt(page, document)
                _merge(app.env, env)
                for name, value in page.state.items():
                    setattr(app.env.current_document, name, value)

    app.add_source_parser(TakingParser, override=True)


def _settings(config: Config) -> dict[str, Any]:
    return {
        item.name: item.value
        for item in config.filter(frozenset({"env"}))
        if item.name not in _OF_A_LANGUAGE
    }


def _adopt(page: _Page, document: nodes.document) -> None:
    """Give a new document everything of the parsed one."""
    parsed = page.document
    for priority, _transform, pending, _options in parsed.transformer.transforms:
        if isinstance(pending, nodes.pending):
            document.note_pending(pending, int(priority.partition("-")[0]))
    for name, value in vars(parsed.settings).items():
        if name not in _SETTINGS_OF_A_LANGUAGE:
            setattr(document.settings, name, value)
    kept = {name: getattr(document, name) for name in _OF_A_READING}
    document.__dict__.update({**vars(parsed), **kept})
    for child in document.children:
        child.parent = document
    for node in document.findall():
        if node.document is parsed:
            node.document = document
    # Whatever still knows the old document must not carry a whole application along.
    parsed.children = []
    del parsed.settings, parsed.transformer


class _Tables(dict[str, Any]):
    """The data of a domain; domains make some of their tables when they first need them."""

    def __missing__(self, name: str) -> Mapping[str, Any]:
        return {}


def _merge(env: BuildEnvironment, other: BuildEnvironment) -> None:
    """Tell an environment what the directives of the page being read told the other one."""
    docname = env.current_document.docname
    for name, domain in env.domains.items():
        data = _Tables(other.domaindata[name])
        # Where nothing was told yet, domains expect that every page is known to them.
        if any(data[table] != domain.initial_data.get(table, {}) for table in data.keys() - _META):
            domain.merge_domaindata({docname}, data)
    env.dependencies.setdefault(docname, set()).update(other.dependencies.get(docname, ()))
    env.included.setdefault(docname, set()).update(other.included.get(docname, ()))
    env.metadata.setdefault(docname, {}).update(other.metadata.get(docname, {}))
    if docname in other.reread_always:
        env.reread_always.add(docname)


def _guard_seam() -> None:
    """Raise ExtensionError when Sphinx is not the release this seam was written for."""
    if sphinx.version_info[:2] != SUPPORTED_SPHINX:
        supported = ".".join(map(str, SUPPORTED_SPHINX))
        raise ExtensionError(
            f"scripts.handover knows how Sphinx {supported} reads a page, "
            f"this is Sphinx {sphinx.__version__}; read the module and move the seam"
        )
