"""Pages and data agree on what the book says, and on what it never says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.data import CORRECTED, Claim, Item, Topic, line_of
from scripts.text_rules.findings import Finding
from scripts.text_rules.pages import Page

_ENTRY = re.compile(r"^@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE | re.I)


@dataclass(frozen=True, slots=True)
class Data:
    """The data files that pages are compared with."""

    claims_path: Path
    claims: Mapping[str, Claim]
    topics_path: Path
    topics: Mapping[str, Topic]
    items_path: Path
    items: Mapping[str, Item]
    keys: frozenset[str]

    def at(self, identifier: str) -> tuple[Path, int]:
        """Return file and line of a claim, a topic or an item of the self-assessment."""
        if identifier in self.claims:
            path = self.claims_path
        else:
            path = self.topics_path if identifier in self.topics else self.items_path
        return path, line_of(path, identifier)


def bibliography_keys(path: Path) -> frozenset[str]:
    """Return the keys of a bibliography."""
    return frozenset(_ENTRY.findall(path.read_text(encoding="utf-8")))


def claims_of(page: Page) -> list[str]:
    """Return the claims that the front matter of a page lists."""
    _line, text = page.front.get("claims", (1, ""))
    return text.replace(",", " ").split()


def disagreements(pages: Sequence[Page], data: Data) -> Iterator[Finding]:
    """Report where the front matter, the comments and the data differ."""
    used: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        yield from _within_page(page, data)
        for identifier in claims_of(page):
            used[identifier].add(page.docname)
    for claim in data.claims.values():
        yield from _pages_of_claim(claim, used[claim.id], data)


def _within_page(page: Page, data: Data) -> Iterator[Finding]:
    listed = claims_of(page)
    line = page.front.get("claims", (1, ""))[0]
    commented = {identifier for _line, ids in page.claim_comments for identifier in ids}
    if listed != sorted(set(listed)):
        yield Finding(page.path, line, "Sort the claims in the front matter, each once.")
    for identifier in sorted(set(listed) - commented):
        yield Finding(
            page.path,
            line,
            f"{identifier} stands in the front matter, but no '% claims:' comment has it. "
            "Put it above the paragraph that uses it, or remove it here.",
        )
    for number, ids in page.claim_comments:
        for identifier in ids:
            if identifier not in data.claims:
                yield Finding(
                    page.path, number, f"{data.claims_path.name} has no claim {identifier}."
                )
            elif identifier not in listed:
                yield Finding(
                    page.path,
                    number,
                    f"{identifier} is used here, but the front matter does not list it. "
                    "Add it to the line 'claims:'.",
                )


def _pages_of_claim(claim: Claim, used: set[str], data: Data) -> Iterator[Finding]:
    path, line = data.at(claim.id)
    for docname in sorted(used - set(claim.pages)):
        yield Finding(path, line, f"{claim.id}: add the page {docname}, which uses it, to pages.")
    for docname in sorted(set(claim.pages) - used):
        yield Finding(
            path, line, f"{claim.id}: the page {docname} does not use it; remove it from pages."
        )
    if not used and not claim.left_out:
        yield Finding(path, line, f"{claim.id}: no page uses it. Use it, or say why in left_out.")


def unknown_sources(pages: Sequence[Page], data: Data) -> Iterator[Finding]:
    """Report citations and sources that are not in the bibliography."""
    for page in pages:
        for line, keys in page.citations:
            for key in keys:
                if key not in data.keys:
                    yield Finding(
                        page.path, line, f"The bibliography has no entry '{key}'. Mend the key."
                    )
    for claim in data.claims.values():
        for key in claim.sources:
            if key not in data.keys:
                yield Finding(
                    *data.at(claim.id), f"{claim.id}: the bibliography has no entry '{key}'."
                )


def unguarded_claims(data: Data) -> Iterator[Finding]:
    """Report corrected claims without a pattern, and patterns that cannot be used."""
    for claim in data.claims.values():
        place = data.at(claim.id)
        if claim.verdict in CORRECTED and not claim.must_not_say:
            yield Finding(
                *place,
                f"{claim.id} is {claim.verdict}. Add a pattern of the wrong statement to "
                "must_not_say, so that no page can repeat it.",
            )
        if claim.id.startswith("C") and not claim.article_said:
            yield Finding(*place, f"{claim.id}: say in article_said what the article said.")
        if bool(claim.checked) != bool(claim.seen):
            yield Finding(
                *place, f"{claim.id}: checked and seen belong together; give both or none."
            )
        for pattern in claim.must_not_say:
            try:
                re.compile(pattern)
            except re.error as error:
                yield Finding(*place, f"{claim.id}: the pattern {pattern!r} is broken: {error}.")


def wrong_statements(pages: Sequence[Page], data: Data) -> Iterator[Finding]:
    """Report text that repeats what the book corrects; the list of corrections may."""
    patterns = list(_patterns(data))
    for page in pages:
        if page.has("corrections"):
            continue
        for piece in page.pieces:
            for identifier, pattern in patterns:
                if match := pattern.search(piece.text):
                    yield Finding(page.path, piece.line, _repeats(identifier, match[0], data))
    for identifier, text in shown_texts(data, corrections=False):
        for other, pattern in patterns:
            if match := pattern.search(text):
                yield Finding(*data.at(identifier), _repeats(other, match[0], data))


def shown_texts(data: Data, *, corrections: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the texts of the data that readers see, with the id each belongs to."""
    for claim in data.claims.values():
        yield claim.id, claim.fact
        if corrections and claim.article_said:
            yield claim.id, claim.article_said
    for topic in data.topics.values():
        yield topic.id, topic.gist
        if topic.reason:
            yield topic.id, topic.reason
    for item in data.items.values():
        yield item.id, item.asks
        if item.note:
            yield item.id, item.note


def unknown_pages(pages: Sequence[Page], data: Data) -> Iterator[Finding]:
    """Report topics and items that name a page which does not exist."""
    docnames = {page.docname for page in pages}
    named = [(topic.id, topic.pages) for topic in data.topics.values()]
    named += [(item.id, item.pages) for item in data.items.values()]
    for identifier, names in named:
        for docname in names:
            if docname not in docnames:
                yield Finding(
                    *data.at(identifier), f"{identifier}: the book has no page '{docname}'."
                )


def _patterns(data: Data) -> Iterator[tuple[str, re.Pattern[str]]]:
    for claim in data.claims.values():
        for pattern in claim.must_not_say:
            try:
                yield claim.id, re.compile(pattern)
            except re.error:
                continue  # unguarded_claims reports it


def _repeats(identifier: str, words: str, data: Data) -> str:
    fact = data.claims[identifier].fact
    return f"'{words}' repeats a statement that is not right ({identifier}). Say instead: {fact}"
