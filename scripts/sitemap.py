"""Tell search engines all pages of the site, and which of them say the same in other languages.

Both files need whole addresses, and so are left out until the site has one. Days
of change are left out, too: the book does not know them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lxml import etree

from languages import SOURCE_LANGUAGE, Language
from scripts.catalog.files import write_bytes, write_text
from scripts.moved import moved_pages
from scripts.settings import site_address
from scripts.verify import pages_of

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
# A place to look for something, which has nothing to find before.
_WITHOUT_TEXT = frozenset({"search"})
# Pages of the root that are in English only.
_ROOT_PAGES = ("handouts/index.html", "downloads/index.html")


def write_sitemap(site: Path, languages: Iterable[Language]) -> None:
    """Write ``sitemap.xml`` and ``robots.txt`` for a site that has an address."""
    address = site_address()
    if not address:
        return
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP, "xhtml": _XHTML})
    for group in _groups(site, list(languages)):
        for place in dict.fromkeys(group.values()):
            url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
            etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = f"{address}{place}"
            for hreflang, other in group.items() if len(group) > 1 else ():
                link = etree.SubElement(url, f"{{{_XHTML}}}link", rel="alternate")
                link.set("hreflang", hreflang)
                link.set("href", f"{address}{other}")
    data = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    write_bytes(site / "sitemap.xml", data)
    write_text(site / "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n")


def _groups(site: Path, languages: Sequence[Language]) -> Iterator[dict[str, str]]:
    """Yield pages that say the same: their places on the site, by hreflang."""
    pages = {one.code: pages_of(site / one.slug) - moved_pages().keys() for one in languages}
    for page in sorted(frozenset().union(*pages.values()) - _WITHOUT_TEXT):
        group = {one.tag: f"{one.slug}/{page}.html" for one in languages if page in pages[one.code]}
        if page == "index":
            group["x-default"] = "index.html"  # where readers choose
        elif page in pages.get(SOURCE_LANGUAGE, ()):
            source = next(one for one in languages if one.code == SOURCE_LANGUAGE)
            group["x-default"] = f"{source.slug}/{page}.html"
        yield group
    for page in _ROOT_PAGES:
        yield {"en": page}
