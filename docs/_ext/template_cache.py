"""Templates are compiled once per process, and not again by each builder and language.

Jinja keeps compiled templates in an environment, and every builder has one of its own.
They share this cache, which knows a template by its name and text; a process that
forks hands it on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, TemplateNotFound, meta
from jinja2.bccache import Bucket, BytecodeCache
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.jinja2glue import BuiltinTemplateLoader

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# The pages that an HTML builder makes, besides what extensions add.
_PAGES = ("page.html", "genindex.html")


class _SharedCache(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._compiled.get(self._name(bucket)):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[self._name(bucket)] = bucket.bytecode_to_string()

    def _name(self, bucket: Bucket) -> str:
        return f"{bucket.key} {bucket.checksum}"


_CACHE = _SharedCache()


def compile_ahead(app: Sphinx) -> None:
    """Compile the templates of pages, and those that they are made from."""
    environment = _environment(app)
    waiting, done = list(_PAGES), set[str]()
    while environment and environment.loader and waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        try:
            source, _path, _is_current = environment.loader.get_source(environment, name)
        except TemplateNotFound:
            continue
        environment.get_template(name)
        waiting += filter(None, meta.find_referenced_templates(environment.parse(source)))


def _share(app: Sphinx) -> None:
    if environment := _environment(app):
        environment.bytecode_cache = _CACHE


def _environment(app: Sphinx) -> Environment | None:
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return None
    templates = app.builder.templates
    return templates.environment if isinstance(templates, BuiltinTemplateLoader) else None


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give the cache to every builder that has templates."""
    app.connect("builder-inited", _share)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
