"""Directives that show the data of the evidence as text of a page.

What a translator has to translate becomes an ordinary message of the page: the
facts, the topics, the heads of tables. What code says about them (strength,
day of the check, links to pages) is filled in when the page is written, in the
language of the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from evidence.data import (
    ARTICLES,
    Claim,
    Item,
    Topic,
    line_of,
    load_assessment,
    load_claims,
    load_topics,
)
from evidence.notes import long_date

if TYPE_CHECKING:
    from sphinx.config import Config

# The parts in the order in which a claim looks for its home.
PARTS = (
    "depression", "ketamine", "evidence", "deciding", "treatment", "risks", "family", "front",
)  # fmt: skip
CORRECTION_TABLES = (
    ("wrong", "Statements that are wrong"),
    ("outdated", "Statements that are out of date"),
    ("overstated", "Statements that promise more than is known"),
    ("unsupported", "Statements without good proof"),
)

RESULT_WORDS = {"met": "Met", "partly": "Partly met", "unmet": "Not met yet"}

Cell = Sequence[nodes.Node]


class claim_state(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801  # docutils names nodes in lower case
    """Placeholder: strength of the proof and day of the check, in the reader's language."""


class sources_label(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801  # docutils names nodes in lower case
    """Placeholder of the word before a list of sources."""


class FillClaimStates(SphinxPostTransform):
    """Replace the placeholders by sentences."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        """Say strength and check in the language of the build."""
        for state in list(self.document.findall(claim_state)):
            state.replace_self(nodes.Text(_state_sentences(state["claim"], self.config)))
        for label in list(self.document.findall(sources_label)):
            label.replace_self(nodes.Text(_("Sources:") + " "))


def _state_sentences(claim: Claim, config: Config) -> str:
    strengths = {
        "strong": _("The proof is strong."),
        "fair": _("The proof is fair."),
        "weak": _("The proof is weak."),
        "none": _("There is no good proof, or it is an opinion."),
    }
    if claim.checked:
        check = str(_("Compared with a published text on %s.")) % long_date(claim.checked, config)
    else:
        check = str(_("Not yet compared with a published text."))
    return f"{strengths[claim.strength]} {check}"


class DataDirective(SphinxDirective):
    """Common parts: messages that know their data file, citations, tables."""

    def data_file(self, option: str) -> Path:
        """Return a data file of the configuration and make the page depend on it."""
        path = Path(getattr(self.config, option))
        self.env.note_dependency(path)
        return path

    def choice(self, known: Sequence[str]) -> str:
        """Return the argument. Raises DirectiveError, with the line, when it is not known."""
        try:
            return directives.choice(self.arguments[0], known)
        except ValueError as error:
            raise self.error(f"{self.name}: {error}") from None

    def message(self, text: str, path: Path | None = None, identifier: str = "") -> nodes.paragraph:
        """Return a paragraph that is a message for translators, with its origin."""
        paragraph = nodes.paragraph(text, text)
        paragraph.source, paragraph.line = self._origin(path, identifier)
        return paragraph

    def _origin(self, path: Path | None = None, identifier: str = "") -> tuple[str, int]:
        if path is not None:
            return str(path), line_of(path, identifier)
        source, line = self.get_source_info()
        return source, line

    def citations(self, keys: Iterable[str]) -> list[nodes.Node]:
        """Return what the role ``cite:p`` makes of these keys."""
        found, _messages = self.parse_inline(f"{{cite:p}}`{','.join(keys)}`", lineno=self.lineno)
        return found

    def link(self, docname: str) -> addnodes.pending_xref:
        """Return a link that shows the title of a page, in the language of the build."""
        link = addnodes.pending_xref(
            "", refdomain="std", reftype="doc", reftarget=f"/{docname}", refexplicit=False,
            refdoc=self.env.current_document.docname, refwarn=True,
        )  # fmt: skip
        link += nodes.inline("", docname, classes=["xref", "std", "std-doc"])
        return link

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = ""
    ) -> nodes.table:
        """Return a table whose first column heads its rows."""
        table = nodes.table(classes=["colwidths-auto"])
        if caption:
            title = nodes.title(caption, caption)
            title.source, title.line = self._origin()
            table += title
        group = nodes.tgroup(cols=len(heads))
        group += [nodes.colspec(colwidth=1, stub=int(not index)) for index in range(len(heads))]
        head = nodes.thead("", _row([[self.message(text)] for text in heads]))
        group += [head, nodes.tbody("", *map(_row, rows))]
        table += group
        return table


def _row(cells: Iterable[Cell]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", *cell) for cell in cells))


def _by_code(*children: nodes.Node, classes: Sequence[str] = ()) -> nodes.paragraph:
    """Return a paragraph that holds nothing for translators."""
    return nodes.paragraph("", "", *children, classes=list(classes), translatable=False)


class Corrections(DataDirective):
    """``corrections``: what is known, what the web articles said, and who says so."""

    def run(self) -> list[nodes.Node]:
        """Make one table for each kind of error."""
        path = self.data_file("claims_file")
        claims = load_claims(path).values()
        # What is right comes first and stands out; the error does not.
        heads = ("What is known", "What an article said", "Sources of the correction")
        return [
            self.table(
                heads,
                (self._cells(claim, path) for claim in claims if claim.verdict == verdict),
                caption,
            )
            for verdict, caption in CORRECTION_TABLES
            if any(claim.verdict == verdict for claim in claims)
        ]

    def _cells(self, claim: Claim, path: Path) -> list[Cell]:
        sources = [_by_code(*self.citations(claim.sources))] if claim.sources else []
        return [
            [self.message(claim.fact, path, claim.id)],
            [self.message(claim.article_said, path, claim.id)],
            sources,
        ]


class ClaimsByPart(DataDirective):
    """``claims-by-part`` with a part: its facts, how good the proof is, who says so."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make one list item for each fact whose first page is in the part."""
        part = self.choice(PARTS)
        path = self.data_file("claims_file")
        claims = [claim for claim in load_claims(path).values() if part_of(claim) == part]
        items = (self._item(claim, path) for claim in claims)
        return [nodes.bullet_list("", *items, classes=["evidence-list"])]

    def _item(self, claim: Claim, path: Path) -> nodes.list_item:
        state: list[nodes.Node] = [claim_state(claim=claim)]
        if claim.sources:
            state += [nodes.Text(" "), sources_label(), *self.citations(claim.sources)]
        return nodes.list_item(
            "",
            self.message(claim.fact, path, claim.id),
            _by_code(*state, classes=["evidence-state"]),
        )


def part_of(claim: Claim) -> str:
    """Return the part of the book in which a claim is at home.

    What the help page says is at home there; other claims in the first part that
    uses them.
    """
    if "help" in claim.pages:
        return "front"
    folders = {docname.partition("/")[0] for docname in claim.pages}
    return next((part for part in PARTS if part in folders), "front")


class ArticleTopics(DataDirective):
    """``article-topics`` with an article: where each of its topics went."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make a table with one row for each topic."""
        article = self.choice(ARTICLES)
        path = self.data_file("topics_file")
        topics = [topic for topic in load_topics(path).values() if topic.article == article]
        heads = ("Topic of the article", "Where it is in this book")
        gists = ([self.message(topic.gist, path, topic.id)] for topic in topics)
        places = (self._place(topic, path) for topic in topics)
        return [self.table(heads, zip(gists, places, strict=True))]

    def _place(self, topic: Topic, path: Path) -> Cell:
        if topic.reason:
            return [self.message(topic.reason, path, topic.id)]
        return [_by_code(self.link(docname)) for docname in topic.pages]


class SelfAssessment(DataDirective):
    """``self-assessment`` with a group: its questions, the results, what is missing."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make a table with one row for each question."""
        path = self.data_file("assessment_file")
        assessment = load_assessment(path).values()
        group = self.choice(sorted({item.group for item in assessment}))
        items = [item for item in assessment if item.group == group]
        heads = ("Question about the pages", "Result of the self-assessment", "What is missing")
        return [self.table(heads, (self._cells(item, path) for item in items))]

    def _cells(self, item: Item, path: Path) -> list[Cell]:
        missing = [self.message(item.note, path, item.id)] if item.note else []
        return [
            [self.message(item.asks, path, item.id)],
            [self.message(RESULT_WORDS[item.result])],
            [*missing, *(_by_code(self.link(docname)) for docname in item.pages)],
        ]
