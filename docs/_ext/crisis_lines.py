"""Emergency numbers and crisis lines, filled in from ``_data/crisis_lines.toml``.

No number stands in the text of the book, so no translator can mistype one.
The directives ``help-box`` and ``crisis-lines`` leave a placeholder; it becomes
plain nodes when a page is written, in the language of the build. A language is
not a country: all countries of the language are listed, each by name.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from babel.dates import format_date
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.errors import SphinxError
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from collation import sort_key
from languages import Language, language_for, locale_data

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata, OptionSpec
    from sphinx.writers.html5 import HTML5Translator

Record = Mapping[str, Any]

# What shows numbers carries the day of their oldest check, for what depends on it.
CHECKED = "checked"


class CrisisLinesError(SphinxError):
    """The data file of the crisis lines cannot be used."""

    category = "Crisis lines"


class help_box_placeholder(nodes.General, nodes.Element):  # noqa: N801  # docutils names nodes in lower case
    """Placeholder of a help box."""


class crisis_lines_placeholder(nodes.General, nodes.Element):  # noqa: N801  # docutils names nodes in lower case
    """Placeholder of a list of crisis lines; ``scope`` is ``language`` or ``all``."""


class country_lines(nodes.container):  # noqa: N801  # docutils names nodes in lower case
    """The short list of a help box; pages show it on request, so that the text stays near."""


class HelpBox(SphinxDirective):
    """``help-box``: the short box with the crisis lines of the language."""

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder."""
        return [help_box_placeholder()]


class CrisisLines(SphinxDirective):
    """``crisis-lines``: the full list; ``:scope: all`` adds all other countries."""

    option_spec: ClassVar[OptionSpec] = {
        "scope": lambda argument: directives.choice(argument, ("language", "all"))
    }

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder."""
        return [crisis_lines_placeholder(scope=self.options.get("scope", "language"))]


class FillCrisisLines(SphinxPostTransform):
    """Replace the placeholders before references are resolved."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        """Fill in the numbers of the language of the build."""
        for box in list(self.document.findall(help_box_placeholder)):
            box.replace_self(help_box(self.env, docname=self.env.current_document.docname))
        for placeholder in list(self.document.findall(crisis_lines_placeholder)):
            placeholder.replace_self(_full_list(self.env, placeholder["scope"]))


@lru_cache(maxsize=4)
def load_crisis_lines(path: Path) -> Mapping[str, Any]:
    """Read the data file: ``directory`` and a list ``country``.

    Raises CrisisLinesError when the file is missing or broken, or when a line
    has neither a number to call nor one to text.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CrisisLinesError(f"{path}: {error}") from None
    for country in data["country"]:
        for line in country.get("line", []):
            if not line.get("call") and not line.get("sms"):
                raise CrisisLinesError(f"{path}: {line.get('name')!r} has no number")
            if "source" not in line:
                raise CrisisLinesError(f"{path}: {line['name']!r} has no source")
    return data


def help_box(
    env: BuildEnvironment, docname: str = "", readers: Language | None = None
) -> list[nodes.Node]:
    """Return the help box as plain nodes: title, what to do, numbers, directory.

    With a *docname* the box links to the help page, as pages on the site do.
    It has the lines for *readers* of a language, by default that of the build.
    """
    language = language_for(env.config)
    readers = readers or language
    data = load_crisis_lines(Path(env.config.crisis_lines_file))
    box = nodes.admonition(classes=["care", "emergency", "help-box"])
    box += nodes.title("", _("Help in a crisis"))
    box += nodes.paragraph(
        "",
        _(
            "Are you in danger, or is someone near you in danger? "
            "Call your local emergency number now."
        ),
    )
    countries = _own_countries(data, readers)
    if days := list(_days(data["directory"], *_lines_for(countries, readers))):
        box[CHECKED] = min(days)
    if countries:
        entries = (_item(*_short_entry(country, language, readers)) for country in countries)
        listing = nodes.bullet_list("", *entries)
        box += country_lines("", listing, classes=["country-lines"]) if docname else listing
    elif docname:
        box += nodes.paragraph("", "", _link(docname, "crisis-lines", _("Crisis lines by country")))
    box += nodes.paragraph("", "", *_directory_sentence(data["directory"]))
    if docname and docname != "help":
        text = _("Get help now: what to do, step by step")
        box += nodes.paragraph("", "", _link(docname, "help", text))
    return [box]


def _lines_for(countries: Iterable[Record], readers: Language) -> Iterator[Record]:
    return (line for country in countries for line in _short_lines(country, readers))


def _days(*records: Record) -> Iterator[datetime.date]:
    return (record[CHECKED] for record in records if CHECKED in record)


def _link(docname: str, label: str, text: str) -> nodes.Element:
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="ref", reftarget=label, refexplicit=True, refdoc=docname,
        refwarn=True,
    )  # fmt: skip
    link += nodes.inline("", text)
    return link


def _full_list(env: BuildEnvironment, scope: str) -> list[nodes.Node]:
    language = language_for(env.config)
    data = load_crisis_lines(Path(env.config.crisis_lines_file))
    own = _own_countries(data, language)
    result: list[nodes.Node] = [_country(country, language) for country in own]
    if scope == "all":
        others = [country for country in data["country"] if country not in own]
        result += [_country(country, language) for country in _by_name(others, language)]
    elsewhere = nodes.container(classes=["country"])
    elsewhere += _heading(_("Any other country"))
    elsewhere += nodes.bullet_list(
        "",
        _item(nodes.Text(_("Call your local emergency number."))),
        _item(*_directory_sentence(data["directory"])),
    )
    return [*result, elsewhere]


def _own_countries(data: Mapping[str, Any], language: Language) -> list[Record]:
    own = [
        country
        for country in data["country"]
        if any(_same_language(code, language) for code in country["languages"])
    ]
    return _by_name(own, language)


def _same_language(code: str, language: Language) -> bool:
    """Tell whether *code* is the language, or its short form; scripts are told apart."""
    script_forms = {f"{language.tag.split('-')[0]}-{language.script}", language.tag}
    return code in script_forms or code == language.tag.split("-")[0]


def _by_name(countries: Iterable[Record], language: Language) -> list[Record]:
    return sorted(countries, key=lambda country: sort_key(_country_name(country, language)))


def _country_name(country: Record, language: Language) -> str:
    code: str = country["code"]
    return str(locale_data(language).territories.get(code, code))


def _short_entry(country: Record, language: Language, readers: Language) -> list[nodes.Node]:
    lines = _short_lines(country, readers)
    entry: list[nodes.Node] = [nodes.strong("", _country_name(country, language))]
    entry.append(nodes.Text(_(": ")))
    for position, line in enumerate(lines):
        if position:
            entry.append(nodes.Text(_("; ")))
        entry += [*_name(line, language), *_ways(line, readers)]
    if lines:
        entry.append(nodes.Text(_(". ")))
    return [*entry, *_emergency(country)]


def _short_lines(country: Record, readers: Language) -> list[Record]:
    return [
        line
        for line in country.get("line", [])
        if _is_for(line, readers) and "audience" not in line
    ]


def _is_for(line: Record, language: Language) -> bool:
    short = language.tag.split("-")[0]
    return any(code.split("-")[0] == short for code in line["languages"])


def _country(country: Record, language: Language) -> nodes.Element:
    box = nodes.container(classes=["country"])
    box += _heading(_country_name(country, language))
    items = [_item(*_emergency(country))]
    for line in country.get("line", []):
        item = _item(*_line(line, language))
        if CHECKED in line:
            item[CHECKED] = line[CHECKED]
        items.append(item)
    box += nodes.bullet_list("", *items)
    return box


def _heading(text: str) -> nodes.Element:
    return nodes.paragraph("", "", nodes.strong("", str(text)))


def _item(*children: nodes.Node) -> nodes.list_item:
    return nodes.list_item("", nodes.paragraph("", "", *children))


def _emergency(country: Record) -> list[nodes.Node]:
    parts: list[nodes.Node] = [nodes.Text(_("Emergency number:") + _space_of(_(": ")))]
    for position, number in enumerate(country["emergency"]):
        if position:
            parts.append(nodes.Text(_(", ")))
        parts.append(_phone("tel", number))
        if number in country.get("emergency_ambulance_only", []):
            parts.append(_note(_("ambulance")))
        if number in country.get("emergency_police_only", []):
            parts.append(_note(_("police")))
    return [*parts, nodes.Text(_(". ").rstrip())]


def _line(line: Record, language: Language) -> list[nodes.Node]:
    stop = _(". ").rstrip()
    space = space_between_sentences()
    parts = [*_name(line, language), *_ways(line, language)]
    parts.append(nodes.Text(_(". ") + _hours(line["hours"]) + stop))
    if line.get("free"):
        parts.append(nodes.Text(space + _("Free of charge.")))
    if line.get("audience") == "young":
        parts.append(nodes.Text(space + _("For children, teenagers and their parents.")))
    if website := line.get("website"):
        parts += [nodes.Text(space), nodes.reference("", _host(website), refuri=website)]
        parts.append(nodes.Text(stop))
    if checked := line.get("checked"):
        parts.append(nodes.Text(space + _checked(checked, language)))
    return [part for part in parts if part.astext()]


def space_between_sentences() -> str:
    """Return what stands between two sentences; in Chinese and Japanese nothing does."""
    return _space_of(_(". "))


def _space_of(mark: str) -> str:
    """Return the space that a language sets after a mark; Chinese and Japanese set none."""
    return mark[len(mark.rstrip()) :]


def _note(text: str) -> nodes.Text:
    return nodes.Text(_(" (%s)") % text)


def _name(line: Record, language: Language) -> list[nodes.Node]:
    own_names: Mapping[str, str] = line.get("names", {})
    short = language.tag.split("-")[0]
    name = own_names.get(short)
    name_node = nodes.inline("", name or line["name"])
    if name is None and line["lang"] != language.tag:
        name_node["classes"].append(f"language-{line['lang']}")
    parts: list[nodes.Node] = [name_node]
    if region := line.get("region"):
        names = {"en": region, **line.get("region_names", {})}
        shown = names.get(f"{short}-{language.script}") or names.get(short) or region
        parts.append(_note(shown))
    return [*parts, nodes.Text(_(": "))]


def _ways(line: Record, language: Language) -> list[nodes.Node]:
    parts: list[nodes.Node] = []
    for number in line.get("call", []):
        parts += [nodes.Text(_(", ") if parts else ""), _phone("tel", number)]
        if number in line.get("mobile_only", []):
            parts.append(_note(_("from mobile phones")))
    key = line.get("option") or line.get("press", {}).get(language.tag.split("-")[0])
    if key:
        parts.append(nodes.Text(_(", ") + _("then press %s") % key))
    for message in _messages(line, language):
        parts.append(nodes.Text(_("; ") if parts else ""))
        if word := message.get("word"):
            parts.append(nodes.Text(_("send the text message %s to") % word + " "))
        else:
            parts.append(nodes.Text(_("send a text message to") + " "))
        parts.append(_phone("sms", message["number"]))
    return [part for part in parts if part.astext()]


def _messages(line: Record, language: Language) -> list[Record]:
    """Return the text services for readers of a language, or those for all others."""
    messages: list[Record] = line.get("sms", [])
    own = [message for message in messages if language.code in message.get("languages", ())]
    return own or [message for message in messages if "en" in message.get("languages", ("en",))]


def _phone(scheme: str, number: str) -> nodes.reference:
    """Return a number as a link that a phone can follow, isolated from the text around it."""
    digits = "".join(character for character in number if character.isdigit() or character == "+")
    link = nodes.reference("", "", refuri=f"{scheme}:{digits}", classes=["phone"])
    link += nodes.inline("", number, classes=["isolate-ltr"])
    return link


def _hours(hours: str) -> str:
    if hours == "24/7":
        return str(_("Open day and night, every day"))
    if hours == "varies":
        return str(_("Opening hours differ from place to place"))
    if hours.endswith("h"):
        return str(_("Open at least %s hours a day")) % hours.removesuffix("h")
    start, end = hours.split("-")
    return str(_("Open every day from %(start)s to %(end)s")) % {"start": start, "end": end}


def _checked(day: datetime.date, language: Language) -> str:
    shown = format_date(day, format="long", locale=locale_data(language))
    return str(_("On %s, this number was compared with a published text.")) % shown


def _directory_sentence(directory: Record) -> list[nodes.Node]:
    link = nodes.reference("", _host(directory["website"]), refuri=directory["website"])
    sentence = str(_("Find a crisis line in any country: %s"))
    before, _separator, after = sentence.partition("%s")
    return [nodes.Text(before), link, nodes.Text(after)] if after else [nodes.Text(before), link]


def _host(website: str) -> str:
    return website.removeprefix("https://").removeprefix("www.").rstrip("/")


def _visit_country_lines(translator: HTML5Translator, node: country_lines) -> None:
    summary = translator.encode(str(_("Crisis lines by country")))
    translator.body.append(translator.starttag(node, "details"))
    translator.body.append(f"<summary>{summary}</summary>\n")


def _depart_country_lines(translator: HTML5Translator, node: country_lines) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives and the transform that fills them."""
    app.add_config_value("crisis_lines_file", "", "env", types=frozenset({str}))
    app.add_node(help_box_placeholder)
    app.add_node(crisis_lines_placeholder)
    app.add_node(country_lines, html=(_visit_country_lines, _depart_country_lines))
    app.add_directive("help-box", HelpBox)
    app.add_directive("crisis-lines", CrisisLines)
    app.add_post_transform(FillCrisisLines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
