"""A language as a zip for translators who do not use git.

It holds the catalogs, the term base, the decisions, English handouts to read
beside them, and instructions. ``export.json`` keeps a ticket for each message.
What comes back is only read, never unpacked to disk.
"""

from __future__ import annotations

import json
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import polib

from languages import Language
from scripts.archives import packed
from scripts.catalog.exchange import (
    Delivery,
    Returned,
    ReturnedTerms,
    Ticket,
    fingerprint,
    messages_of,
)
from scripts.catalog.files import CatalogError, catalogs_of, read_catalog

INSTRUCTIONS = Path(__file__).with_name("instructions.txt")

MOST_FILES = 2_000
MOST_BYTES = 100_000_000

_MANIFEST = "export.json"
_CATALOGS = "catalogs"
# What travels beside the catalogs: the name in locale/<code>/ and in the zip.
_TERMS = "terms.csv"
_COMPANIONS = {"terms.csv": _TERMS, "README.md": "decisions.md"}

# What the library raises for a damaged zip; ValueError: a name that is no text.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


def write_zip(language: Language, locale: Path, handouts: Iterable[Path]) -> bytes:
    """Return the zip of a language; equal catalogs give equal bytes.

    *handouts* are English PDFs. Raises CatalogError when a catalog is broken.
    """
    companions = _companions(language.code, locale)
    manifest: dict[str, Any] = {
        "language": language.code,
        "companions": {name: fingerprint(text) for name, text in companions.items()},
        "tickets": {},
    }
    instructions = INSTRUCTIONS.read_text(encoding="utf-8")
    files = {
        "READ-ME-FIRST.txt": instructions.replace("LANGUAGE", language.english_name).encode(),
        **{name: text.encode() for name, text in companions.items()},
        **{f"english/{path.name}": path.read_bytes() for path in handouts},
    }
    for catalog in catalogs_of(language, locale):
        entries = messages_of(read_catalog(catalog.path))
        manifest["tickets"][catalog.domain] = [str(Ticket.of(entry)) for entry in entries]
        files[f"{_CATALOGS}/{catalog.domain}.po"] = catalog.path.read_bytes()
    files[_MANIFEST] = json.dumps(manifest, indent=1, sort_keys=True).encode()
    return packed(f"translation-{language.code}", files)


def _companions(code: str, locale: Path) -> dict[str, str]:
    paths = {name: locale / code / source for source, name in _COMPANIONS.items()}
    return {name: path.read_bytes().decode() for name, path in paths.items() if path.exists()}


def read_zip(path: Path, languages: Iterable[Language]) -> Delivery:
    """Read a zip that came back, for one of the languages.

    Raises CatalogError when it is no such zip, is damaged, or is one that only
    an attacker makes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(path, archive, languages)
    except _BROKEN as error:
        raise CatalogError(f"{path}: this zip is damaged: {error}; ask for it again") from None


def _members(path: Path, archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MOST_FILES or sum(info.file_size for info in members) > MOST_BYTES:
        raise CatalogError(f"{path}: the zip is far too large for this book; nothing was read")
    # Some programs on Windows write backslashes.
    names = [PurePosixPath(info.filename.replace("\\", "/")) for info in members]
    for name, info in zip(names, members, strict=True):
        if problem := _problem(name, info):
            raise CatalogError(f"{path}: the zip has {problem}: {name}; nothing was read")
    if len(set(names)) < len(names):
        raise CatalogError(f"{path}: the zip has a file twice; nothing was read")
    return dict(zip(names, members, strict=True))


def _problem(name: PurePosixPath, info: zipfile.ZipInfo) -> str:
    if name.is_absolute() or ".." in name.parts or ":" in str(name):
        return "a file that would land outside its folder"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link instead of a file"
    if info.flag_bits & 1:
        return "a file with a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "a file packed in an unusual way"
    return ""


def _read(path: Path, archive: zipfile.ZipFile, languages: Iterable[Language]) -> Delivery:
    members = _members(path, archive)
    # People pack the folder, or what is in it: the manifest tells where it begins.
    manifests = [name for name in members if name.name == _MANIFEST]
    if len(manifests) != 1:
        raise CatalogError(
            f"{path}: a zip of `export --format zip` has one file {_MANIFEST}, this one has "
            f"{len(manifests)}; pack the whole folder again (XLIFF files: import them one by one)"
        )
    root = manifests[0].parent
    manifest = _Manifest.parse(path, archive.read(members[manifests[0]]))
    language = next((each for each in languages if each.code == manifest.language), None)
    if language is None:
        raise CatalogError(f"{path}: the book has no translation {manifest.language!r}")
    messages: list[Returned] = []
    for name in sorted(members):
        if name.suffix == ".po" and name.is_relative_to(root / _CATALOGS):
            domain = name.relative_to(root / _CATALOGS).with_suffix("").as_posix()
            catalog = _catalog(path, name, archive.read(members[name]))
            messages += _returned(domain, catalog, manifest.tickets.get(domain, {}))
    changed = {
        name: data
        for name, known in sorted(manifest.companions.items())
        if root / name in members
        and fingerprint(data := archive.read(members[root / name])) != known
    }
    terms = changed.pop(_TERMS, None)
    return Delivery(
        language,
        tuple(messages),
        tuple(
            f"{name} was changed. It is not imported: compare it with the book's, "
            "copy what is right."
            for name in changed
        ),
        ReturnedTerms(manifest.companions[_TERMS], terms) if terms is not None else None,
    )


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What left: the tickets stand by page and by the fingerprint of their English."""

    language: str
    companions: dict[str, str]
    tickets: dict[str, dict[str, Ticket]]

    @classmethod
    def parse(cls, path: Path, data: bytes) -> _Manifest:
        try:
            content = json.loads(data)
            tickets = {
                domain: {ticket.english: ticket for text in texts if (ticket := Ticket.parse(text))}
                for domain, texts in content["tickets"].items()
            }
            return cls(str(content["language"]), dict(content["companions"]), tickets)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CatalogError(
                f"{path}: the file {_MANIFEST} was changed; it must come back as it was"
            ) from None


def _catalog(path: Path, name: PurePosixPath, data: bytes) -> polib.POFile:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "returned.po")
        file.write_bytes(data)
        try:
            return read_catalog(file)
        except CatalogError as error:
            raise CatalogError(str(error).replace(str(file), f"{path}: {name}")) from None


def _returned(
    domain: str, catalog: polib.POFile, tickets: Mapping[str, Ticket]
) -> Iterator[Returned]:
    for entry in messages_of(catalog):
        if not entry.msgstr:
            continue
        ticket = tickets.get(fingerprint(entry.msgid))
        yield Returned(
            domain=domain,
            english=entry.msgid,
            ticket=ticket,
            translation=partial(_as_it_is, entry.msgstr),
            edited=ticket is None or fingerprint(entry.msgstr) != ticket.translation,
            confirmed=not entry.fuzzy,
            doubtful=entry.fuzzy,
        )


def _as_it_is(msgstr: str, msgid: str) -> str:
    return msgstr
