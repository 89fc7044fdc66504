"""Catalogs of a language as XLIFF 1.2, the format of translation agencies.

One ``file`` for each catalog, one ``trans-unit`` for each message, its markup
as inline tags. Two ends of one file: write_xliff and read_xliff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polib
from lxml import etree

from languages import SOURCE_LANGUAGE, Language
from scripts.catalog.exchange import Delivery, Returned, Ticket, fingerprint, messages_of
from scripts.catalog.files import CatalogError, catalogs_of, read_catalog
from scripts.catalog.inline_tags import read_message, tags_of, write_message

Selects = Callable[[polib.POEntry], bool]

LARGEST_FILE = 50_000_000

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_HOLD_TEXT = {"source", "target", "note"}

_UNTRANSLATED = "needs-translation"
_FUZZY = "needs-review-translation"
_TRANSLATED = "translated"
_CONFIRMED = {_TRANSLATED, "final", "signed-off"}

_INSTRUCTIONS = (
    "A book for patients: use plain words. Tags stand for links, sources and bold text: "
    "you may move them, but keep each of them once. Keep every number. "
    "The notes say where a text stands, and what its English was before."
)


def write_xliff(language: Language, locale: Path, selects: Selects) -> bytes:
    """Return the selected messages of a language as one XLIFF file.

    Raises CatalogError when a catalog is broken.
    """
    root = etree.Element(_name("xliff"), {"version": "1.2"}, nsmap={None: _NAMESPACE})
    for catalog in catalogs_of(language, locale):
        entries = [entry for entry in messages_of(read_catalog(catalog.path)) if selects(entry)]
        if entries:
            _add_file(root, language, catalog.domain, _checked(catalog.path, entries))
    _indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _checked(path: Path, entries: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    """Yield the messages; raise CatalogError for one with characters that XML cannot hold."""
    for entry in entries:
        texts = (entry.msgid, entry.msgstr, entry.comment, entry.tcomment, entry.previous_msgid)
        if any(map(_has_control_character, filter(None, texts))):
            raise CatalogError(
                f"{path}:{entry.linenum}: this message has an invisible control character; "
                "remove it, then export again"
            )
        yield entry


def _has_control_character(text: str) -> bool:
    try:
        etree.Element("text").text = text
    except ValueError:
        return True
    return False


def _add_file(
    root: etree._Element, language: Language, domain: str, entries: Iterable[polib.POEntry]
) -> None:
    file = _add(
        root, "file", original=f"{domain}.po", datatype="po",
        **{"source-language": SOURCE_LANGUAGE, "target-language": language.tag},
    )  # fmt: skip
    _add(_add(file, "header"), "note").text = _INSTRUCTIONS
    body = _add(file, "body")
    for entry in entries:
        _add_unit(body, entry)


def _add_unit(body: etree._Element, entry: polib.POEntry) -> None:
    unit = _add(body, "trans-unit")
    unit.set(_SPACE, "preserve")
    tags = tags_of(entry.msgid)
    write_message(_add(unit, "source"), entry.msgid, tags)
    target = _add(unit, "target", state=_state(Ticket.of(entry)))
    write_message(target, entry.msgstr, tags)
    unit.set("id", f"{Ticket.of(entry)}.{fingerprint(_shape(target))}")
    if entry.comment:
        _add(unit, "note", **{"from": "developer"}).text = entry.comment
    if entry.tcomment:
        _add(unit, "note", **{"from": "translator"}).text = entry.tcomment
    if entry.previous_msgid:
        text = f"The English was: {entry.previous_msgid}"
        _add(unit, "note", annotates="source", **{"from": "developer"}).text = text


def _state(ticket: Ticket) -> str:
    if ticket.translation == fingerprint(""):
        return _UNTRANSLATED
    return _FUZZY if ticket.fuzzy else _TRANSLATED


def _shape(target: etree._Element) -> str:
    """Return the texts and numbers of a target, to tell whether somebody changed it."""
    tags = [(tag.get("id"), tag.text or "", tag.tail or "") for tag in target.iterdescendants()]
    return repr((target.text or "", tags))


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _name(name), attributes)


def _name(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _indent(element: etree._Element, level: int = 1) -> None:
    """Put each element on its own line; inside texts every space counts."""
    if etree.QName(element).localname in _HOLD_TEXT or not len(element):
        return
    element.text = "\n" + "  " * level
    for child in element:
        child.tail = element.text
        _indent(child, level + 1)
    element[-1].tail = "\n" + "  " * (level - 1)


def read_xliff(path: Path, languages: Iterable[Language]) -> Delivery:
    """Read an XLIFF file that came back.

    Raises CatalogError when it is no such file, or one that only an attacker makes.
    """
    root = _parse(path)
    if root.tag != _name("xliff") or root.get("version") != "1.2":
        raise CatalogError(f"{path}: this is not an XLIFF 1.2 file; ask for that format")
    files = list(root.iterchildren(_name("file")))
    tags = {file.get("target-language", "").lower() for file in files}
    meant = [language for language in languages if language.tag.lower() in tags]
    if len(meant) != 1 or len(tags) != 1:
        raise CatalogError(
            f"{path}: the file must be for one language of the book, it is for "
            f"{', '.join(sorted(tags)) or 'none'}"
        )
    messages = tuple(message for file in files for message in _read_file(file))
    return Delivery(meant[0], messages)


def _parse(path: Path) -> etree._Element:
    if path.stat().st_size > LARGEST_FILE:
        raise CatalogError(f"{path}: the file is far too large for this book; nothing was read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise CatalogError(f"{path}: this is neither XLIFF nor a zip: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise CatalogError(
            f"{path}: the file has a DOCTYPE, which can make a computer read other files; "
            "nothing was read"
        )
    return root


def _read_file(file: etree._Element) -> Iterator[Returned]:
    domain = file.get("original", "").removesuffix(".po")
    for unit in file.iterdescendants(_name("trans-unit")):
        target = unit.find(_name("target"))
        if target is not None and _plain_text(target).strip():
            yield _returned(domain, unit, target)


def _returned(domain: str, unit: etree._Element, target: etree._Element) -> Returned:
    ticket_text, _, shape = unit.get("id", "").partition(".")
    ticket = Ticket.parse(ticket_text)
    state = target.get("state", "")
    return Returned(
        domain=domain,
        english=_plain_text(unit.find(_name("source"))),
        ticket=ticket,
        translation=lambda msgid: read_message(target, tags_of(msgid)),
        edited=fingerprint(_shape(target)) != shape,
        confirmed=state in _CONFIRMED or unit.get("approved") == "yes",
        # Many programs leave the state as it was, so only another one says something.
        doubtful=state.startswith("needs-") and ticket is not None and state != _state(ticket),
    )


def _plain_text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(element.itertext())
