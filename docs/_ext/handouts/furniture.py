"""What every handout carries besides its own text.

The parts are added to the doctree as ordinary nodes, so that they are typeset,
tagged and read aloud like everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.locale import _

from crisis_lines import help_box, space_between_sentences
from evidence import checked_note
from handouts.clinic import BLANK_LINES, CLINIC, Clinic, clinic_lines
from handouts.online import short_path
from languages import Language, state_sentence

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

# The class of the words that tell where the page is: they depend on the host of the site.
ADDRESS = "address"

# The class of the box that says that a handout is a draft.
_STAMP = "stamp"

_OF_ONE_PLACE = {ADDRESS, BLANK_LINES, CLINIC}


def add_furniture(
    doctree: nodes.document,
    env: BuildEnvironment,
    docname: str,
    language: Language,
    clinic: Clinic | None = None,
) -> str:
    """Add help box, the lines of the clinic, and the small print to a handout, in place.

    Without a *clinic* its lines are empty, to write on. The help box stands at
    the end, or right under the purpose of the handout when the front matter says
    ``help-box: first``. Returns the address of the handout's page, empty while
    nobody has published the book.
    """
    page = next(doctree.findall(nodes.section))
    help_first = env.metadata[docname].get("help-box") == "first"
    page.insert(_after_purpose(page) if help_first else len(page), help_box(env, readers=language))
    page += clinic_lines(clinic, language)
    base_url = env.config.site_base_url
    url = f"{base_url}{short_path(docname, language)}" if base_url else ""
    page += _small_print(url, checked_note(env, docname, is_handout=True), state_sentence(language))
    return url


def add_stamp(doctree: nodes.document) -> None:
    """Say at the top of a handout that it is a draft, in place."""
    words = nodes.paragraph("", "", nodes.strong("", stamp()))
    next(doctree.findall(nodes.section)).insert(1, nodes.container("", words, classes=[_STAMP]))


def stamp() -> str:
    """Return the words that a draft shows on each of its pages."""
    return str(_("Draft: some text of this handout is still in English."))


def page_label() -> str:
    """Return the words for the number of a page; Typst fills in the numbers."""
    return str(_("Page {page} of {pages}"))


def words_of(handout: nodes.document) -> str:
    """Return the words that a handout has on every site and for every clinic."""
    return "\n".join(
        text.astext() for text in handout.findall(nodes.Text) if not _is_of_one_place(text)
    )


def _is_of_one_place(text: nodes.Text) -> bool:
    node = text.parent
    while node is not None:
        if isinstance(node, nodes.Invisible) or _OF_ONE_PLACE & set(node.get("classes", ())):
            return True
        node = node.parent
    return False


def _after_purpose(page: nodes.section) -> int:
    """Return the place behind the title and the lead container, if there is one."""
    places = (
        index
        for index, node in enumerate(page)
        if isinstance(node, nodes.title)
        or (isinstance(node, nodes.container) and "lead" in node["classes"])
    )
    return max(places, default=-1) + 1


def _small_print(url: str, *sentences: str) -> nodes.container:
    warning = nodes.strong("", str(_("Not for self-treatment.")))
    rule = str(_("Only a treatment team may give this medicine, in a place where staff watch you."))
    space = space_between_sentences()
    rest = space.join(["", rule, *filter(None, sentences)])
    paragraph = nodes.paragraph("", "", warning, nodes.Text(rest))
    if url:
        label = str(_("This page online, with its sources:"))
        address = nodes.inline("", url, classes=["isolate-ltr"])
        link = nodes.reference("", "", address, refuri=url)
        paragraph += nodes.inline("", f"{space}{label} ", link, classes=[ADDRESS])
    return nodes.container("", paragraph, classes=["small-print"], online=url)
