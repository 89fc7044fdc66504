"""The book's own interface strings go into the template ``sphinx.pot``.

Sphinx's gettext builder reads strings from ``templates_path`` only. Ours stand
in a theme and in Python extensions; this extension adds them, so that
``sphinx-build -b gettext`` gives translators one complete template, and the
catalogs ``locale/<language>/LC_MESSAGES/sphinx.po`` cover every word that is
not text of the book. They also override Sphinx's own translations. A string of
Sphinx that a catalog overrides is added, too: without it in the template, any
tool that updates the catalogs would take the override out of use.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polib
import sphinx.locale
from babel.messages.extract import extract_from_dir
from sphinx.builders.gettext import MessageCatalogBuilder, MsgOrigin

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

_SPHINX = Path(sphinx.locale.__file__).parent / "sphinx.pot"

_METHODS = [("**/*.html", "jinja2"), ("**.py", "python")]


def _add_messages(app: Sphinx) -> None:
    builder = app.builder
    if not isinstance(builder, MessageCatalogBuilder):
        return
    catalog = builder.catalogs["sphinx"]
    for folder in app.config.interface_folders:
        root = Path(app.srcdir, folder)
        for name, line, message, _comments, _context in extract_from_dir(
            root, _METHODS, options_map={"**/*.html": {"trimmed": "true"}}
        ):
            text = message if isinstance(message, str) else message[0]
            catalog.add(text, MsgOrigin(str(root / name), line))
    for text, path in _overridden(Path(app.srcdir), app.config):
        if text not in catalog.metadata:
            catalog.add(text, MsgOrigin(str(path), 1))


def _overridden(source: Path, config: Config) -> Iterator[tuple[str, Path]]:
    """Yield Sphinx's own strings that a catalog of the book translates, and this catalog."""
    own = {entry.msgid for entry in polib.pofile(str(_SPHINX), encoding="utf-8")}
    for folder in config.locale_dirs:
        for path in sorted((source / folder).glob("*/LC_MESSAGES/sphinx.po")):
            try:
                catalog = polib.pofile(str(path), encoding="utf-8")
            except (OSError, UnicodeDecodeError):  # the command that reads it next names its fault
                continue
            for entry in catalog:
                if entry.msgid in own and entry.msgstr and not entry.obsolete:
                    yield entry.msgid, path


def setup(app: Sphinx) -> ExtensionMetadata:
    """Extend the gettext builder."""
    app.add_config_value("interface_folders", (), "gettext", types=frozenset({tuple, list}))
    app.connect("builder-inited", _add_messages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
