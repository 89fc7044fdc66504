"""The markup of a message as numbered tags that a translator can move, not break.

    See {ref}`the leaf <leaf>` {cite:p}`one`.
    See <g id="1">the leaf</g> <ph id="2">{cite:p}`one`</ph>.

A ``g`` holds text to translate: bold, links, references. A ``ph`` is one piece:
citations, placeholders. The tags are those of the English message; what a
translation has besides stays text. A message that cannot be put together again
letter by letter gets no tags: then only the check of the import protects it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from markdown_it.tree import SyntaxTreeNode

from message_fragments import tokens_as_written

_PLACEHOLDER = re.compile(r"(%\(\w+\)[a-z]|%[sd]|\{\w*\})")
_TITLE = re.compile(r"(?P<title>.+?)(?P<target>\s*<[^<>]*>)", re.DOTALL)


class BrokenTagsError(Exception):
    """Tags that came back cannot be turned into markup; the message says why."""


class Tag(NamedTuple):
    """Markup before and after a text; without *closing* it stands for itself."""

    opening: str
    closing: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Span:
    tag: Tag
    content: tuple[str | _Span, ...] = ()


def tags_of(message: str) -> list[Tag]:
    """Return the tags of a message in the order of its text."""
    return [span.tag for span in _walk(_spans(message))]


def write_message(element: etree._Element, message: str, tags: Sequence[Tag]) -> None:
    """Fill an element with a message; *tags* are those of its English, numbered from 1."""
    unused: dict[Tag, list[int]] = {}
    for number, tag in enumerate(tags, start=1):
        unused.setdefault(tag, []).append(number)
    _append(element, _spans(message), unused)


def read_message(element: etree._Element, tags: Sequence[Tag]) -> str:
    """Return the message that an element holds; the inverse of write_message.

    Raises BrokenTagsError when a tag is unknown or would not work where it is.
    """
    numbered = {str(number): tag for number, tag in enumerate(tags, start=1)}
    used: Counter[Tag] = Counter()
    message = _text_of(element, numbered, used)
    if lost := used - Counter(tags_of(message)):
        raise BrokenTagsError(_explain_lost(next(iter(lost))))
    return message


def _explain_lost(tag: Tag) -> str:
    if not tag.closing:
        return f"{tag.opening} would not work at its new place: put spaces around the tag"
    return (
        f"the markup {tag.opening}…{tag.closing} would not work at its new place: put spaces "
        "around the tag, leave text inside it, and write none of ` * < > [ ] in that text"
    )


def _spans(message: str) -> tuple[str | _Span, ...]:
    spans = tuple(_children(tokens_as_written(message)))
    return spans if _joined(spans) == message else (message,)


def _children(node: SyntaxTreeNode) -> Iterator[str | _Span]:
    for child in node.children:
        yield from _span(child)


def _span(token: SyntaxTreeNode) -> Iterator[str | _Span]:
    if token.type in ("strong", "em"):
        kind = "bold" if token.type == "strong" else "italic"
        yield _Span(Tag(token.markup, token.markup, kind), tuple(_children(token)))
    elif token.type == "link":
        yield _Span(Tag("[", f"]({token.attrs['href']})", "link"), tuple(_children(token)))
    elif token.type == "image":
        yield _Span(Tag("![", f"]({token.attrs['src']})", "x-image"), tuple(_children(token)))
    elif token.type == "code_inline":
        yield _Span(Tag(token.markup, token.markup, "x-code"), (token.content,))
    elif token.type == "footnote_ref":
        yield _Span(Tag(f"[^{token.meta['label']}]", "", "x-footnote"))
    elif token.type == "myst_role":
        yield _role(token.meta["name"], token.content)
    elif token.type == "softbreak":
        yield "\n"
    elif token.type == "text_special":
        yield token.markup
    else:
        yield from _text(token.content)


def _role(name: str, content: str) -> _Span:
    kind = "x-" + name.replace(":", "-")
    if match := _TITLE.fullmatch(content):
        return _Span(Tag(f"{{{name}}}`", f"{match['target']}`", kind), (match["title"],))
    return _Span(Tag(f"{{{name}}}`{content}`", "", kind))


def _text(content: str) -> Iterator[str | _Span]:
    for number, part in enumerate(_PLACEHOLDER.split(content)):
        if number % 2:
            yield _Span(Tag(part, "", "x-placeholder"))
        elif part:
            yield part


def _joined(spans: Sequence[str | _Span]) -> str:
    return "".join(
        span
        if isinstance(span, str)
        else f"{span.tag.opening}{_joined(span.content)}{span.tag.closing}"
        for span in spans
    )


def _walk(spans: Sequence[str | _Span]) -> Iterator[_Span]:
    for span in spans:
        if isinstance(span, _Span):
            yield span
            yield from _walk(span.content)


def _append(
    element: etree._Element, spans: Sequence[str | _Span], unused: Mapping[Tag, list[int]]
) -> None:
    for span in spans:
        if isinstance(span, str):
            _append_text(element, span)
        elif numbers := unused.get(span.tag):
            name = "g" if span.tag.closing else "ph"
            attributes = {"id": str(numbers.pop(0)), "ctype": span.tag.kind}
            child = etree.SubElement(element, _beside(element, name), attributes)
            if span.tag.closing:
                _append(child, span.content, unused)
            else:
                child.text = span.tag.opening
        else:
            _append_text(element, span.tag.opening)
            _append(element, span.content, unused)
            _append_text(element, span.tag.closing)


def _append_text(element: etree._Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _text_of(element: etree._Element, tags: Mapping[str, Tag], used: Counter[Tag]) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += [_tag_text(child, tags, used), child.tail or ""]
    return "".join(parts)


def _tag_text(element: etree._Element, tags: Mapping[str, Tag], used: Counter[Tag]) -> str:
    name = etree.QName(element).localname
    if name == "mrk":  # tools of agencies mark segments and terms with it
        return _text_of(element, tags, used)
    number = element.get("id", "")
    tag = tags.get(number)
    if tag is None or name != ("g" if tag.closing else "ph"):
        raise BrokenTagsError(
            f'the tag <{name} id="{number}"> is not in the English message; '
            "copy the tags from the English"
        )
    used[tag] += 1
    content = _text_of(element, tags, used) if tag.closing else ""
    return f"{tag.opening}{content}{tag.closing}"


def _beside(element: etree._Element, name: str) -> str:
    """Return a name in the namespace of an element."""
    namespace = etree.QName(element).namespace
    return f"{{{namespace}}}{name}" if namespace else name
