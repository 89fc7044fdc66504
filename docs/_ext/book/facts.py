"""What the cover says: language, state of the translation, how much was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.locale import _

from evidence import checks_of_all
from evidence.notes import long_date
from languages import Language, language_for, state_sentence, translated_part
from paper.files import content_hash

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


def file_name(config: Config, suffix: str) -> str:
    """Return the file name of the whole book, such as ``ketamine-depression.es.pdf``."""
    return f"{config.book_name}.{language_for(config).slug}.{suffix}"


def warning() -> tuple[str, str]:
    """Return the warning on the cover: what it says first, and the rest."""
    return (
        str(_("Not for self-treatment.")),
        str(_("Only a treatment team may give this medicine, in a place where staff watch you.")),
    )


def state_sentences(language: Language, doctrees: Iterable[nodes.document]) -> list[str]:
    """Say how far the text was checked by people, and whether some of it is not translated."""
    sentences = [state_sentence(language)]
    if any(translated_part(doctree) < 1 for doctree in doctrees):
        sentences.append(str(_("Some text of this book is still in English.")))
    return sentences


def checked_sentence(env: BuildEnvironment, docnames: Iterable[str]) -> str:
    """Say how many statements were compared, and the oldest such day; empty without any."""
    checks = checks_of_all(env, docnames)
    if checks.oldest is None:
        return ""
    return str(
        _(
            "%(compared)s of %(claims)s statements in this book were compared with a published "
            "text. The oldest of these checks was on %(day)s."
        )
    ) % {
        "compared": checks.compared,
        "claims": checks.claims,
        "day": long_date(checks.oldest, env.config),
    }


def edition(env: BuildEnvironment) -> str:
    """Return the name of an edition: the version, and a short hash of all that it says."""
    files = (env.config.crisis_lines_file, env.config.claims_file)
    texts = [env.get_doctree(docname).astext() for docname in sorted(env.found_docs)]
    texts += [Path(file).read_text(encoding="utf-8") for file in files]
    return f"{env.config.version} · {content_hash(chr(0).join(texts))}"


def notes(
    env: BuildEnvironment, doctrees: Mapping[str, nodes.document], edition: str
) -> Iterator[str]:
    """Yield what stands in small print on the cover."""
    yield str(_("Edition: %s")) % edition
    yield from state_sentences(language_for(env.config), doctrees.values())
    if sentence := checked_sentence(env, doctrees):
        yield sentence
