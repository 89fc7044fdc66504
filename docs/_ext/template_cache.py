"""Templates are compiled once per process, and not again by each builder and language.

Jinja keeps compiled templates in an environment, and every builder has one of its own.
They share what is kept here, where a template is known by its name and text; a process
that forks hands it on.
"""

from __future__ import annotations

from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateNotFound, meta
from jinja2.bccache import Bucket, BytecodeCache
from sphinx.jinja2glue import BuiltinTemplateLoader

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.theming import Theme
    from sphinx.util.typing import ExtensionMetadata

# The pages that are made, and the parts of pages that no template names outright.
_PAGES = ("page.html", "genindex.html", "search.html", "notice.html", "part.html")


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
# Files of the theme are templates, too, that Jinja knows only by their text.
_compiled_files: dict[str, CodeType] = {}


class SharedTemplates(BuiltinTemplateLoader):
    """Sphinx's templates, each compiled once for all builders and languages."""

    def init(
        self, builder: Builder, theme: Theme | None = None, dirs: list[str] | None = None
    ) -> None:
        """Find the templates of a theme, as Sphinx does."""
        super().init(builder, theme, dirs)
        self.environment.bytecode_cache = _CACHE

    def render_string(self, source: str, context: dict[str, Any]) -> str:
        """Return a text filled in."""
        environment = self.environment
        template = environment.template_class.from_code(
            environment, self.compile(source), environment.make_globals(None)
        )
        return template.render(context)

    def compile(self, source: str) -> CodeType:
        """Return a text as code, which does not depend on the language."""
        if source not in _compiled_files:
            _compiled_files[source] = self.environment.compile(source)
        return _compiled_files[source]


def compile_ahead(app: Sphinx) -> None:
    """Compile the templates of pages, those that they are made from, and files of the theme."""
    templates = getattr(app.builder, "templates", None)
    if not isinstance(templates, SharedTemplates):
        return
    _compile_pages(templates.environment)
    for folder in templates.pathchain:
        for path in Path(folder, "static").rglob("*.jinja"):
            templates.compile(path.read_text(encoding="utf-8"))


def _compile_pages(environment: Environment) -> None:
    waiting, done = list(_PAGES), set[str]()
    while environment.loader and waiting:
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


def _share(app: Sphinx, config: Config) -> None:
    if not config.template_bridge:
        config.template_bridge = f"{__name__}.{SharedTemplates.__name__}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Give the templates to every builder that has some."""
    app.connect("config-inited", _share)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
