"""Write the files that a host needs: for nginx, and headers and redirects for static hosts.

    python -m scripts.hosting --root /srv/guide/site [--output build/hosting]

They follow from ``locale/languages.toml`` and from :data:`HEADERS`, so a new
language needs nothing here. Run it again when a language was added.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.core import get_global
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handouts.online import SHORT_PATHS
from languages import Language, LanguagesError, load_languages
from scripts import DOCS, LOCALE, ROOT
from scripts.catalog.files import write_text
from scripts.handouts.short_paths import short_paths
from scripts.moved import moved_pages

TEMPLATES = DOCS / "_hosting"
NOTE = "Made by: python -m scripts.hosting. Do not edit; see SECURITY.md."

# Nothing is allowed but what the pages use: scripts, styles and pictures of the
# site itself. Furo's style sheet draws its icons from data: addresses. The search
# is compiled to WebAssembly; that does not let a text become a script, as the far
# wider 'unsafe-eval' would.
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(map(" ".join, CONTENT_SECURITY_POLICY.items())),
    # Readers may not want other sites to learn that they were here.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
            "gyroscope", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
        )
    ),
}  # fmt: skip


def nginx_configuration(
    languages: Iterable[Language], root: Path, listen: str = "80", server_name: str = "_"
) -> str:
    """Return the configuration of one site, for nginx's ``http`` block."""
    by_code = {language.code: language for language in languages}
    elsewhere = {
        language.tag.partition("-")[0]: other_regions(language) for language in by_code.values()
    }
    patterns = {code: accept_pattern(language) for code, language in by_code.items()}
    return _render(
        "nginx.conf",
        languages=list(by_code.values()),
        patterns=patterns,
        other_scripts={base: pattern for base, pattern in elsewhere.items() if pattern},
        any_offered=f"(?:{'|'.join(patterns.values())})",
        root=root,
        listen=listen,
        server_name=server_name,
    )


def static_headers() -> str:
    """Return the file ``_headers``, which belongs into the root of the site."""
    return _render("_headers")


def static_redirects() -> str:
    """Return the file ``_redirects``, which belongs into the root of the site."""
    return _render("_redirects")


def accept_pattern(language: Language) -> str:
    r"""Return a regular expression for the entries of Accept-Language that mean a language.

    Readers of another script of the same language are not meant: ``zh-TW`` is
    written in other characters than ``zh-CN``.
    """
    base = language.tag.partition("-")[0]
    usual, regions = _scripts(base)
    if language.script == usual:
        elsewhere = [region for region, script in regions.items() if script != language.script]
        not_elsewhere = rf"(?!-(?:{'|'.join(elsewhere)})\b)" if elsewhere else ""
        return rf"{base}(?!-(?!{usual}\b)[a-z]{{4}}\b){not_elsewhere}(?![a-z0-9])"
    here = [region for region, script in regions.items() if script == language.script]
    return rf"{base}-(?:{'|'.join([language.script, *here])})\b"


def other_regions(language: Language) -> str:
    """Return a regular expression for what follows a language where it has another script.

    Browsers in Taiwan ask for ``zh-TW,zh``. Their readers did not name the second one.
    """
    _usual, regions = _scripts(language.tag.partition("-")[0])
    others = {region: script for region, script in regions.items() if script != language.script}
    return "|".join([*sorted(set(others.values())), *others])


def _scripts(base: str) -> tuple[str, dict[str, str]]:
    """Return the usual script of a language, and that of each region that CLDR names."""
    regions: dict[str, str] = {}
    usual = ""
    for place, full in get_global("likely_subtags").items():
        language, _, region = place.partition("_")
        if language == base and not region:
            usual = full.split("_")[1]
        elif language == base and (region.isupper() or region.isdigit()):
            regions[region.lower()] = full.split("_")[1]
    return usual, dict(sorted(regions.items()))


def _render(name: str, **values: object) -> str:
    # These are no HTML: nothing is to be escaped, and only the project's own data goes in.
    templates = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return templates.get_template(name).render(
        headers=HEADERS,
        note=NOTE,
        short_folder=SHORT_PATHS,
        short_paths=short_paths(),
        moved_pages=moved_pages(),
        **values,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts.hosting", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--root", type=Path, default=ROOT / "build" / "site", help="where the server finds the site"
    )
    parser.add_argument("--listen", default="80", help="address and port (default: 80)")
    parser.add_argument("--server-name", default="_", help="the site's host name (default: any)")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "hosting")
    options = parser.parse_args(arguments)
    try:
        languages = load_languages(LOCALE / "languages.toml")
    except LanguagesError as error:
        print(error, file=sys.stderr)
        return 2
    options.output.mkdir(parents=True, exist_ok=True)
    nginx = nginx_configuration(
        languages.values(), options.root, options.listen, options.server_name
    )
    write_text(options.output / "nginx.conf", nginx)
    write_text(options.output / "_headers", static_headers())
    write_text(options.output / "_redirects", static_redirects())
    print(f"Wrote nginx.conf, _headers and _redirects into {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
