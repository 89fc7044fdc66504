"""When the sources of a page are due to be checked again, and what it says afterwards.

A build does not know what day it is for a reader. So pages carry the day on
which a check falls due, in words and as data, and a sentence that a small
script shows once that day has passed.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform

from crisis_lines import CHECKED, FillCrisisLines
from evidence import checked_note, checks_of
from evidence.notes import long_date

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class overdue_note(nodes.General, nodes.TextElement):  # noqa: N801  # docutils names nodes in lower case
    """A sentence that is shown after the day ``due`` (YYYY-MM-DD)."""


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """When something was checked, in a sentence, and when that falls due."""

    sentence: str
    due: datetime.date
    due_in_words: str


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months later or, if *months* is negative, earlier.

    In a month that has no such day it is the last one.

    >>> add_months(datetime.date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


class AddOverdueNotes(SphinxPostTransform):
    """Let help boxes and crisis lines say that their numbers are overdue."""

    default_priority = FillCrisisLines.default_priority + 1
    builders = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the sentences in place."""
        months = self.config.review_months["crisis_lines"]
        for node in [node for node in self.document.findall(nodes.Element) if CHECKED in node]:
            due = add_months(node[CHECKED], months).isoformat()
            # In a box the sentence stands under the title, else behind its line.
            place = 1 if isinstance(node, nodes.admonition) else len(node)
            node.insert(place, overdue_note("", _overdue_numbers(), due=due))


def _overdue_numbers() -> str:
    return str(
        _(
            "These numbers should have been checked again by now. That has not happened. "
            "If a number does not work, call your local emergency number."
        )
    )


def _visit_html(translator: HTML5Translator, node: overdue_note) -> None:
    attributes: dict[str, Any] = {
        "data-due": node["due"], "hidden": "hidden", "data-pagefind-ignore": "all",
    }  # fmt: skip
    translator.body.append(translator.starttag(node, "p", "", CLASS="guide-overdue", **attributes))


def _depart_html(translator: HTML5Translator, node: overdue_note) -> None:
    translator.body.append("</p>\n")


def sources_note(env: BuildEnvironment, docname: str) -> ReviewNote | None:
    """Say when the sources of a page were checked; None where nobody has compared any."""
    checked = checks_of(env, docname).oldest
    if checked is None:
        return None
    due = add_months(checked, env.config.review_months["sources"])
    return ReviewNote(checked_note(env, docname), due, _due_in_words(due, env.config))


def crisis_lines_note(doctree: nodes.document, config: Config) -> ReviewNote | None:
    """Say when the crisis lines of a page were checked; None on a page without any."""
    days = [node[CHECKED] for node in doctree.findall(nodes.Element) if CHECKED in node]
    if not days:
        return None
    sentence = str(_("Crisis lines checked on %s.")) % long_date(min(days), config)
    due = add_months(min(days), config.review_months["crisis_lines"])
    return ReviewNote(sentence, due, _due_in_words(due, config))


def _due_in_words(due: datetime.date, config: Config) -> str:
    return str(_("To be checked again by %s.")) % long_date(due, config)


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is not None:
        context["sources_note"] = sources_note(app.env, pagename)
        context["crisis_lines_note"] = crisis_lines_note(doctree, app.config)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the intervals, the sentence and what pages say of them."""
    app.add_config_value("review_months", {}, "env", types=frozenset({dict}))
    app.add_node(overdue_note, html=(_visit_html, _depart_html))
    app.add_post_transform(AddOverdueNotes)
    app.connect("html-page-context", _page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
