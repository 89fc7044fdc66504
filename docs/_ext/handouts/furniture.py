"""What every handout carries besides its own text.

The parts are added to the doctree as ordinary nodes, so that they are typeset,
tagged and read aloud like everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import _

from crisis_lines import help_box
from evidence import checked_note
from languages import Language, state_sentence

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def add_furniture(
    doctree: nodes.document, env: BuildEnvironment, docname: str, language: Language
) -> None:
    """Add help box, lines for the clinic, and the small print to a handout, in place.

    The help box stands at the end, or right under the purpose of the handout
    when the front matter says ``help-box: first``.
    """
    page = next(doctree.findall(nodes.section))
    help_first = env.metadata[docname].get("help-box") == "first"
    page.insert(_after_purpose(page) if help_first else len(page), help_box(env))
    page += _clinic_lines()
    page += _small_print(checked_note(env, docname), state_sentence(language))


def _after_purpose(page: nodes.section) -> int:
    """Return the place behind the title and the lead container, if there is one."""
    places = (
        index
        for index, node in enumerate(page)
        if isinstance(node, nodes.title)
        or (isinstance(node, nodes.container) and "lead" in node["classes"])
    )
    return max(places, default=-1) + 1


def _clinic_lines() -> nodes.container:
    labels = (str(_("Clinic")), str(_("Telephone")))
    items = [nodes.list_item("", nodes.paragraph("", label)) for label in labels]
    return nodes.container("", nodes.bullet_list("", *items), classes=["fill-in-row"])


def _small_print(*sentences: str) -> nodes.container:
    warning = nodes.strong("", str(_("Not for self-treatment.")))
    rule = str(_("Only a treatment team may give this medicine, in a place where staff watch you."))
    rest = " ".join(["", rule, *filter(None, sentences)])
    paragraph = nodes.paragraph("", "", warning, nodes.Text(rest))
    return nodes.container("", paragraph, classes=["small-print"])
