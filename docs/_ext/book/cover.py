"""The front of the cover: for the PDF, and as the picture that reading devices show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

import navigation
from book import facts
from languages import Language, language_for
from paper.source import first_lines, language_arguments, string_literal
from paper.typesetting import Typesetter

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

TEMPLATE = Path(__file__).parents[2] / "_typst" / "cover.typ"

# The letters of the book, in points in Noto Sans.
_BODY_SIZE = 11
# A cover of about 800 by 1100 pixels.
_PIXELS_PER_INCH = 96


def front_page(env: BuildEnvironment, doctrees: Mapping[str, nodes.document], edition: str) -> str:
    """Return the texts of the cover as a Typst dictionary."""
    root = next(navigation.pages(env))
    language = language_for(env.config)
    texts = {
        "title": string_literal(root.title),
        "title-lang": string_literal(root.lang) if root.lang else "none",
        "purpose": _purpose(doctrees[root.docname]),
        "language": string_literal(language.name),
        "warning": literals(facts.warning()),
        "notes": literals(facts.notes(env, doctrees, edition)),
    }
    return "(" + "".join(f"{name}: {text}, " for name, text in texts.items()) + ")"


def look(language: Language) -> dict[str, str]:
    """Return the arguments of a template that say how all pages are set."""
    return {
        **language_arguments(language),
        "size": f"{_BODY_SIZE * language.pdf_scale:g}pt",
        "paper": string_literal(language.paper),
    }


def cover_picture(
    env: BuildEnvironment, doctrees: Mapping[str, nodes.document], edition: str
) -> bytes:
    """Return the front of the cover as PNG."""
    arguments = {
        "front-page": front_page(env, doctrees, edition),
        **look(language_for(env.config)),
    }
    with Typesetter({TEMPLATE.name: TEMPLATE}, "the cover") as typesetter:
        origin = env.doc2path(env.config.root_doc)
        return typesetter.draw(first_lines("cover", arguments), origin, _PIXELS_PER_INCH)


def literals(texts: Iterable[str]) -> str:
    """Return a Typst array of strings."""
    return "(" + "".join(f"{string_literal(text)}, " for text in texts) + ")"


def is_lead(node: nodes.Node) -> bool:
    """Tell whether a node says what a page is for."""
    return isinstance(node, nodes.container) and "lead" in node["classes"]


def _purpose(doctree: nodes.document) -> str:
    lead = next(iter(doctree.findall(is_lead)), None)
    return string_literal(lead.astext()) if lead else "none"
