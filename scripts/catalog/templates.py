"""Make the templates (``.pot``) of the book, and the first catalog of a page from one."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import polib
from babel import Locale
from babel.messages.plurals import PLURALS
from babel.plural import to_gettext
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from languages import SOURCE_LANGUAGE, Language
from scripts import DOCS, ROOT
from scripts.catalog.files import CatalogError, read_catalog
from scripts.problems import from_sphinx

TEMPLATES = ROOT / "build" / "gettext"


def extract(docs: Path = DOCS, output: Path = TEMPLATES) -> dict[str, polib.POFile]:
    """Make the templates of a book, by page; what *output* held before is replaced.

    Raises CatalogError when the English text has a fault: messages of a page
    that was read in part would look as if their text had been removed.
    """
    for old in output.rglob("*.pot"):
        old.unlink()
    warnings = io.StringIO()
    try:
        with patch_docutils(str(docs)), docutils_namespace():
            Sphinx(
                srcdir=docs,
                confdir=docs,
                outdir=output,
                doctreedir=output / ".doctrees",
                buildername="gettext",
                confoverrides={"language": SOURCE_LANGUAGE},
                status=None,
                warning=warnings,
            ).build()
    except SphinxError as error:
        raise CatalogError(f"The English text cannot be read: {error}") from error
    if faults := from_sphinx(warnings.getvalue()):
        raise CatalogError("\n".join(["The English text has faults; mend them first:", *faults]))
    return {
        path.relative_to(output).with_suffix("").as_posix(): read_catalog(path)
        for path in sorted(output.rglob("*.pot"))
    }


def new_catalog(language: Language, template: polib.POFile) -> polib.POFile:
    """Return a catalog without messages, with the headers that gettext needs."""
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {
        "Project-Id-Version": template.metadata["Project-Id-Version"],
        "Report-Msgid-Bugs-To": template.metadata.get("Report-Msgid-Bugs-To", ""),
        "POT-Creation-Date": template.metadata["POT-Creation-Date"],
        "PO-Revision-Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M%z}",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": language.code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language.code),
    }
    return catalog


def plural_forms(code: str) -> str:
    """Return the value of the header ``Plural-Forms`` of a language."""
    locale = Locale.parse(code)
    # The customary headers first: CLDR counts forms that gettext's tools do not
    # expect, such as one for millions in Spanish.
    forms = PLURALS.get(code) or PLURALS.get(locale.language)
    if forms is None:
        return to_gettext(locale.plural_form)
    count, expression = forms
    return f"nplurals={count}; plural={expression};"
