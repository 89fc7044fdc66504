"""The way from a printed handout to its page on the site."""

from __future__ import annotations

import io

import segno

from languages import Language

# The folder of the short paths, below the root of the site.
SHORT_PATHS = "h"


def handout_name(docname: str) -> str:
    """Return what every language and file name calls a handout, for example ``going-home``."""
    return docname.rpartition("/")[2]


def short_path(docname: str, language: Language) -> str:
    """Return the path below the root of the site that leads to a handout's page forever."""
    return f"{SHORT_PATHS}/{handout_name(docname)}/{language.slug}"


def qr_code(url: str) -> bytes:
    """Return the QR code of an address as SVG, without the white border."""
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, dark="#1a1d21"
    )
    return picture.getvalue()
