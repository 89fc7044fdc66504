"""Pages of the ePub, made valid: what browsers forgive, reading devices may not."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from lxml import etree
from sphinx.errors import SphinxError

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The writer of HTML gives them to bibliographies; the standard has withdrawn one,
# and the other needs items of a list.
_ROLES = frozenset({"doc-biblioentry", "list"})
# Schemes of links that the standard does not know.
_UNKNOWN_SCHEMES = ("sms:",)


class XhtmlError(SphinxError):
    """A page of the ePub is not well-formed."""

    category = "ePub"


def mended(page: bytes, name: str) -> bytes:
    """Return a page of Sphinx as valid XHTML. Raises XhtmlError when it is not well-formed."""
    try:
        root = etree.fromstring(page, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise XhtmlError(f"{name} is not well-formed: {error}") from error
    seen: set[str] = set()
    for element in root.iter(etree.Element):
        _mend(element, seen)
    result: bytes = etree.tostring(
        root.getroottree(), encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"
    )
    return result + b"\n"


def _mend(element: etree._Element, seen: set[str]) -> None:
    if lang := element.get("lang"):
        element.set(_XML_LANG, lang)
        element.set("dir", element.get("dir") or _direction(lang))
    # A style sheet of an ePub may say nothing of direction.
    if "isolate-ltr" in element.get("class", "").split():
        element.set("dir", "ltr")
    if element.get("role") in _ROLES:
        del element.attrib["role"]
    if element.get("href", "").startswith(_UNKNOWN_SCHEMES):
        del element.attrib["href"]
    # A box around a table may repeat its id.
    identifier = element.get("id")
    if identifier in seen:
        del element.attrib["id"]
    elif identifier:
        seen.add(identifier)


def _direction(tag: str) -> str:
    try:
        return Locale.parse(tag, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
