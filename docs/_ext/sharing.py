"""What a page says to search engines, messengers and home screens, and where it is missed.

Each page names its title, description and language (Open Graph), and that it is a
page for patients (JSON-LD). It never says ``reviewedBy`` or ``lastReviewed``, since
nobody has reviewed the book, nor ``dateModified``, since the book does not know on
which day the words of a page changed. Addresses have to be whole there, so those
of pages and pictures are left out until the site has one.

Each language also gets a manifest, which names the book on a home screen, and two
pages for when a page cannot be shown: ``404.html`` and ``offline.html``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel.core import get_global
from docutils import nodes
from sphinx.locale import _

from languages import SOURCE_LANGUAGE, Language, language_for, load_languages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# Shown in the place of any page, at any depth: so their links begin at the root.
NOTICES = ("404", "offline")
MANIFEST = "manifest.json"
# The picture of the book in messages, in the root of the site; pixels wide and high.
PICTURE = "share.png"
PICTURE_SIZE = (1200, 630)

_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_CRISIS_LINES_LABEL = "crisis-lines"


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the head of a page says; addresses are whole only where the site has one.

    *alternates* are pairs of hreflang and address, *properties* those of Open Graph,
    *data* is JSON-LD. Pages that Sphinx makes have neither, and no description.
    """

    canonical: str
    alternates: tuple[tuple[str, str], ...]
    description: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    data: str = ""


def site_path(base_url: str) -> str:
    """Return the path of the site on its host, with slashes at both ends."""
    return urlsplit(base_url).path or "/"


def locale_name(language: Language) -> str:
    """Return a language with its usual country, as Open Graph names it: ``es_ES``.

    It is the tag of a language for which CLDR knows no country.
    """
    parts = language.tag.split("-")
    if len(parts) > 1 and len(parts[-1]) == 2:
        return f"{parts[0]}_{parts[-1]}"
    known = get_global("likely_subtags")
    likely = str(known.get("_".join(parts)) or known.get(parts[0], "")).split("_")
    return f"{parts[0]}_{likely[2]}" if len(likely) == 3 else language.tag


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    base_url = app.config.site_base_url
    up = "../" * (pagename.count("/") + 1)
    current: Language = context["page_language"]
    canonical = f"{base_url}{current.slug}/{pagename}.html" if base_url else ""
    description = ""
    properties: dict[str, str] = {}
    data: dict[str, Any] = {}
    if doctree is not None:
        # Not of the doctree: a title may hold marks, such as those of English words.
        title = app.env.titles[pagename].astext()
        description = _description(doctree)
        kind = "website" if pagename == app.config.root_doc else "article"
        properties = {"og:type": kind, **_properties(app, title, description, canonical)}
        data = _structured_data(app, title, description, canonical)
    context["sharing"] = Sharing(
        canonical=canonical,
        alternates=tuple(_alternates(app, pagename, context, base_url or up)),
        description=description,
        properties=(*properties.items(), *_other_locales(context)) if properties else (),
        data=inert_json(data) if data else "",
    )
    context["offline_worker"] = f"{up}service-worker.js" if app.config.site_offline else ""
    context["downloads_url"] = f"{up}downloads/index.html#{current.slug}"


def _description(doctree: nodes.document) -> str:
    """Return the description that the front matter gives, in the language of the page."""
    metas = (meta for meta in doctree.findall(nodes.meta) if meta.get("name") == "description")
    return str(next((meta["content"] for meta in metas), ""))


def _alternates(
    app: Sphinx, pagename: str, context: dict[str, Any], root: str
) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a page in all languages of the site, this one included."""
    for alternate in context["alternates"]:
        yield alternate.language.tag, f"{root}{alternate.language.slug}/{pagename}.html"
    if pagename == app.config.root_doc:
        yield "x-default", f"{root}index.html"  # where readers choose
        return
    source = load_languages(Path(app.config.languages_file))[SOURCE_LANGUAGE]
    yield "x-default", f"{root}{source.slug}/{pagename}.html"


def _properties(app: Sphinx, title: str, description: str, address: str) -> dict[str, str]:
    """Return what a messenger shows of a page that somebody sends."""
    language = language_for(app.config)
    shown = {
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": description,
        "og:locale": locale_name(language),
    }
    if address:
        width, height = PICTURE_SIZE
        shown |= {
            "og:url": address,
            "og:image": f"{app.config.site_base_url}{PICTURE}",
            "og:image:type": "image/png",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": app.config.html_title,
        }
    return {name: text for name, text in shown.items() if text}


def _other_locales(context: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for alternate in context["alternates"]:
        if not alternate.current:
            yield "og:locale:alternate", locale_name(alternate.language)


def _structured_data(app: Sphinx, title: str, description: str, address: str) -> dict[str, Any]:
    """Return what search engines should know of a page, in the words of schema.org."""
    subjects = (
        ("MedicalCondition", _("Depression")),
        ("Drug", _("Ketamine")),
        ("Drug", _("Esketamine")),
    )
    data = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "name": title,
        "description": description,
        "url": address,
        "inLanguage": language_for(app.config).tag,
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "about": [{"@type": kind, "name": str(name)} for kind, name in subjects],
        "isPartOf": {"@type": "Book", "name": app.config.html_title},
        "isAccessibleForFree": True,
        "license": _LICENSE,
    }
    return {name: value for name, value in data.items() if value}


def inert_json(data: dict[str, Any]) -> str:
    """Return JSON that cannot end the element it stands in."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


# -- Files of each language --------------------------------------------------------


def _notices(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.name != "html":
        return
    language = language_for(app.config)
    root = site_path(app.config.site_base_url)
    label = app.env.domains.standard_domain.labels.get(_CRISIS_LINES_LABEL)
    places = {"notice_root": root, "notice_home": f"{root}{language.slug}/", "crisis_lines": label}
    for name in NOTICES:
        yield name, dict(places), "notice.html"


def _write_manifest(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    language = language_for(app.config)
    manifest = {
        "name": app.config.html_title,
        "lang": language.tag,
        "dir": language.direction,
        "start_url": "index.html",
        "scope": "../",  # other languages, too
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#1d5a8a",
        "icons": [
            {"src": "_static/icon.svg", "type": "image/svg+xml", "sizes": "any"},
            {"src": "_static/icon-512.png", "type": "image/png", "sizes": "512x512"},
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    Path(app.outdir, MANIFEST).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Hand the head to the templates, and write the files of the language."""
    # Whether pages that were read can be read again without a network.
    app.add_config_value("site_offline", False, "html", types=frozenset({bool}))
    # After "languages", whose values it reads.
    app.connect("html-page-context", _page_context, priority=600)
    app.connect("html-collect-pages", _notices)
    app.connect("build-finished", _write_manifest)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
