"""The languages of the book: one list, and what each page shows of it.

``locale/languages.toml`` is the only list of languages. This extension reads
it for the language of the current build, and gives the templates direction,
switcher, alternates and the state of the translation.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from babel import Locale, UnknownLocaleError
from sphinx.errors import SphinxError
from sphinx.locale import _

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

Direction = Literal["ltr", "rtl"]
State = Literal["source", "draft", "second-read", "reviewed"]
Incomplete = Literal["withhold", "stamp"]

SOURCE_LANGUAGE = "en"
PROGRESS = "translation-progress"


class LanguagesError(SphinxError):
    """The list of languages and the request do not fit together."""

    category = "Languages"


@dataclass(frozen=True, slots=True)
class Language:
    """One table of ``locale/languages.toml``; the comments there explain the fields."""

    code: str
    slug: str
    tag: str
    name: str
    english_name: str
    direction: Direction
    script: str
    pdf_fonts: tuple[str, ...]
    pdf_scale: float
    paper: str
    collation: str
    state: State
    incomplete_handouts: Incomplete = "withhold"


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in one language, as the switcher and the head link to it."""

    language: Language
    url: str
    current: bool


def load_languages(path: Path) -> dict[str, Language]:
    """Read the list of languages, by code, in the order of the file.

    Raises LanguagesError, with a sentence that says what to mend, when the
    file is missing, is not TOML, or a table is incomplete or wrong.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise LanguagesError(f"{path}: the list of languages is missing") from None
    return dict(_languages(path, status.st_mtime_ns, status.st_size))


# Every page asks for the list many times; while the file is as it was, it is not read again.
@lru_cache(maxsize=4)
def _languages(path: Path, _changed: int, _size: int) -> Mapping[str, Language]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LanguagesError(f"{path}: this is not valid TOML: {error}") from None
    return {code: _language(path, code, table) for code, table in tables.items()}


def _language(path: Path, code: str, table: Mapping[str, Any]) -> Language:
    known = {one.name: one for one in fields(Language) if one.name != "code"}
    needed = {name for name, one in known.items() if one.default is MISSING}
    if not isinstance(table, Mapping):
        raise LanguagesError(f"{path}: {code!r} should be a table like [{code}]")
    if missing := sorted(needed - table.keys()):
        raise LanguagesError(f"{path}: the table [{code}] lacks {', '.join(missing)}")
    if unknown := sorted(table.keys() - known.keys()):
        raise LanguagesError(f"{path}: the table [{code}] has unknown {', '.join(unknown)}")
    if table["direction"] not in get_args(Direction):
        raise LanguagesError(f"{path}: the direction of [{code}] must be 'ltr' or 'rtl'")
    if table["state"] not in get_args(State):
        states = ", ".join(get_args(State))
        raise LanguagesError(f"{path}: the state of [{code}] must be one of {states}")
    if table.get("incomplete_handouts", "withhold") not in get_args(Incomplete):
        raise LanguagesError(
            f"{path}: incomplete_handouts of [{code}] must be 'withhold' or 'stamp'"
        )
    return Language(code=code, **{**table, "pdf_fonts": tuple(table["pdf_fonts"])})


def language_for(config: Config) -> Language:
    """Return the table of the language that is being built.

    Raises LanguagesError when the language has no table, or no catalogs.
    """
    path = Path(config.languages_file)
    languages = load_languages(path)
    code = config.language
    if code not in languages:
        known = ", ".join(languages)
        raise LanguagesError(f"{path}: no table [{code}]; the book has {known}")
    return languages[code]


def locale_data(language: Language) -> Locale:
    """Return names of countries and forms of dates, in English where CLDR lacks a language."""
    try:
        return Locale.parse(language.tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(SOURCE_LANGUAGE)


def state_sentence(language: Language) -> str:
    """Say in the reader's language how far this text has been checked by people."""
    match language.state:
        case "source":
            sentence = _(
                "This text was written with the help of software from published sources. "
                "No clinician and no patient has reviewed it yet."
            )
        case "draft":
            sentence = _(
                "This translation was made with software. "
                "No qualified medical translator has reviewed it yet."
            )
        case "second-read":
            sentence = _(
                "This translation was made with software and read a second time within the "
                "project, also with software. "
                "No qualified medical translator has reviewed it yet."
            )
        case "reviewed":
            sentence = _("A qualified medical translator has reviewed this translation.")
    return str(sentence)


def state_in_short(language: Language) -> str:
    """Say what counts for a reader: whether a person who is qualified has read the text."""
    if language.state == "second-read":
        return state_sentence(replace(language, state="draft"))
    return state_sentence(language)


def _check_language(app: Sphinx, config: Config) -> None:
    language = language_for(config)
    if language.code == SOURCE_LANGUAGE:
        return
    folder = Path(config.languages_file).parent / language.code / "LC_MESSAGES"
    if not any(folder.rglob("*.po")):
        raise LanguagesError(f"{folder}: the catalogs (.po files) of {language.code} are missing")


def _set_title(app: Sphinx, config: Config) -> None:
    """Translate the title of the book, which Sphinx takes from conf.py as it stands."""
    config.html_title = book_title()


def book_title() -> str:
    """Return the title of the book in the reader's language."""
    return str(_("Ketamine and Esketamine for Depression"))


def translated_part(doctree: nodes.document | None) -> float:
    """Return which part of a page's messages is translated, from 0 to 1."""
    counts = doctree.get("translation_progress") if doctree is not None else None
    if not counts or not counts["total"]:
        return 1.0
    return float(counts["translated"] / counts["total"])


def _note_progress(app: Sphinx, doctree: nodes.document) -> None:
    counts = doctree.get("translation_progress", {"total": 0, "translated": 0})
    app.env.metadata[app.env.current_document.docname][PROGRESS] = dict(counts)


def part_of_book_translated(env: BuildEnvironment) -> float:
    """Return which part of the messages of all pages is translated, from 0 to 1."""
    counts = [env.metadata[name][PROGRESS] for name in env.found_docs]
    total = sum(count["total"] for count in counts)
    return sum(count["translated"] for count in counts) / total if total else 1.0


def _page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    languages = load_languages(Path(app.config.languages_file))
    current = languages[app.config.language]
    up = "../" * (pagename.count("/") + 1)
    page = f"{pagename}{app.builder.out_suffix}"  # type: ignore[attr-defined]  # HTML builders only
    context["page_language"] = current
    context["alternates"] = [
        Alternate(language, f"{up}{language.slug}/{page}", language == current)
        for language in languages.values()
        if _is_published(language, pagename, app.config)
    ]
    context["source_url"] = f"{up}{languages[SOURCE_LANGUAGE].slug}/{page}"
    context["is_translation"] = current.code != SOURCE_LANGUAGE
    context["partly_translated"] = context["is_translation"] and translated_part(doctree) < 1
    context["state_sentence"] = state_sentence(current)
    context["state_in_short"] = state_in_short(current)
    context["root_url"] = f"{up}index.html"
    context["base_url"] = app.config.site_base_url


def _is_published(language: Language, pagename: str, config: Config) -> bool:
    return not {language.code, f"{language.code}/{pagename}"} & set(config.unpublished)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the list of languages and what pages show of it."""
    # What the finished site lacks after a fault: languages ("es"), single pages ("es/help").
    app.add_config_value("unpublished", (), "html", types=frozenset({tuple}))
    app.add_config_value("languages_file", "", "env", types=frozenset({str}))
    app.add_config_value("site_base_url", "", "html", types=frozenset({str}))
    app.add_config_value("site_contact", "", "html", types=frozenset({str}))
    app.connect("config-inited", _check_language)
    app.connect("config-inited", _set_title)
    app.connect("doctree-read", _note_progress)
    app.connect("html-page-context", _page_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
