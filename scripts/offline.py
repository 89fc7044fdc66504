"""Write the service worker, by which people read again without a network what they have read.

It is called ``service-worker.js`` and stands in the root of the site, since a
worker serves only what is below it. Its text follows from the files of the site
alone: browsers fetch a new one exactly when something has changed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

from languages import Language
from scripts import DOCS
from scripts.catalog.files import write_text
from scripts.settings import is_offline_wanted, site_path_of

WORKER = "service-worker.js"
_TEMPLATES = DOCS / "_root"
_OFFLINE_PAGE = "offline.html"
# What a page cannot be read without.
_PARTS = (
    '//link[@rel="stylesheet" or @rel="icon"]/@href | //script[@src]/@src | //main//img[@src]/@src'
)


def write_service_worker(site: Path, languages: Iterable[Language]) -> None:
    """Write the worker of a finished site; the last file of it, since it knows all others."""
    worker = site / WORKER
    if not is_offline_wanted():
        shutil.copyfile(_TEMPLATES / "service-worker-off.js", worker)
        return
    essentials = {one.slug: essential_files(site, one) for one in languages}
    templates = Environment(  # noqa: S701  # a script, not HTML
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    text = templates.get_template(WORKER).render(
        version=site_version(site),
        essentials={slug: list(paths) for slug, paths in essentials.items()},
    )
    write_text(worker, text)


def essential_files(site: Path, language: Language) -> list[str]:
    """Return what is stored for a language in any case, as addresses below the root of the site.

    That is the page shown where another is not stored, the pages that it leads to
    (for an emergency, above all), and the styles, scripts and pictures of them.
    """
    notice = f"{language.slug}/{_OFFLINE_PAGE}"
    if not (site / notice).is_file():
        return []
    pages = [notice, *_links(site, notice, "//main//a/@href")]
    parts = [part for page in pages for part in _links(site, page, _PARTS)]
    return sorted({*pages, *parts})


def _links(site: Path, page: str, xpath: str) -> list[str]:
    """Return where a page leads to, as addresses below the root of the site."""
    tree = html.document_fromstring((site / page).read_bytes())
    root = site_path_of()
    addresses = (urlsplit(urljoin(f"{root}{page}", str(link))) for link in tree.xpath(xpath))
    return [
        parts._replace(fragment="").geturl().removeprefix(root)
        for parts in addresses
        if not parts.netloc
    ]


def site_version(site: Path) -> str:
    """Return a word that follows from the names and bytes of all files but the worker's."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if name != WORKER:
            digest.update(hashlib.blake2b(name.encode()).digest())
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()
