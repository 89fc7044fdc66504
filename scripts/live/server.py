"""The small web server of the preview: the pages of one language, their messages, the events."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from scripts import DOCS
from scripts.catalog.files import CatalogError
from scripts.live.book import LiveBook
from scripts.live.messages import Editor, describe_messages
from scripts.problems import from_project

ASSETS = DOCS / "_preview"
# How long a silent browser is left alone before the server asks whether it is still there.
SECONDS_OF_SILENCE = 15

_TYPES = {"preview.js": "text/javascript", "preview.css": "text/css"}


class PreviewServer(ThreadingHTTPServer):
    """Serves this machine only, until it is shut down."""

    def __init__(self, book: LiveBook, editor: Editor, port: int) -> None:
        handler = partial(PreviewHandler, book, editor, directory=str(book.site.parent))
        super().__init__(("127.0.0.1", port), handler)
        self.address = f"http://localhost:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of browsers that went away before their answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on


class PreviewHandler(SimpleHTTPRequestHandler):
    """Answers one request of a browser."""

    server: PreviewServer

    def __init__(self, book: LiveBook, editor: Editor, *args: object, directory: str) -> None:
        self._book = book
        self._editor = editor
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]  # the server's own

    def do_GET(self) -> None:  # the name that http.server calls
        """Answer, or refuse what another site sends here under its own name."""
        if self.headers.get("Host", "").rpartition(":")[0] not in ("localhost", "127.0.0.1"):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        address = urlsplit(self.path)
        path = unquote(address.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        start = f"/{self._book.site.name}/"
        if path.startswith("/_preview/"):
            self._answer_preview(path.removeprefix("/_preview/"), query)
        elif path == "/":
            self._redirect(f"{start}index.html")
        elif not path.startswith(start):
            self._explain(f"This preview shows {self._book.language.english_name} only.")
        elif path.endswith(".html"):
            self._send_page(path.removeprefix(start).removesuffix(".html"))
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Say nothing: the terminal is for what needs mending."""

    def end_headers(self) -> None:
        """Let nothing be kept, and nothing run but the files of this server."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        super().end_headers()

    def _answer_preview(self, name: str, query: Mapping[str, str]) -> None:
        if name == "events":
            self._stream_events(query.get("page", ""), query.get("version", ""))
        elif name == "messages":
            self._send(json.dumps(self._messages(query.get("page", ""))), "application/json")
        elif name in _TYPES:
            self._send((ASSETS / name).read_text(encoding="utf-8"), _TYPES[name])
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _messages(self, page: str) -> dict[str, object]:
        catalog = self._book.catalog(page)
        problems = self._book.problems
        messages: list[dict[str, str]] = []
        if catalog.resolve().is_relative_to(self._book.catalogs) and catalog.exists():
            try:
                messages = describe_messages(catalog, self._editor)
            except CatalogError as error:
                problems = problems or [from_project(str(error))]
        return {"catalog": from_project(str(catalog)), "messages": messages, "problems": problems}

    def _send_page(self, page: str) -> None:
        path = Path(self.translate_path(self.path))
        with self._book.changed:  # never half a page
            html = path.read_text(encoding="utf-8") if path.is_file() else ""
            head = self._head(page)
        if not html:
            self._explain("This page is not there, or it could not be built.", head)
            return
        self._book.viewed = page
        self._send(html.replace("</head>", f"{head}</head>", 1), "text/html")

    def _head(self, page: str) -> str:
        return (
            f'<meta name="preview-page" content="{escape(page)}">'
            f'<meta name="preview-version" content="{self._book.version(page)}">'
            '<link rel="stylesheet" href="/_preview/preview.css">'
            '<script src="/_preview/preview.js"></script>'
        )

    def _explain(self, sentence: str, head: str = "") -> None:
        """Send a page that says what is missing; with the *head* of a page it waits for it."""
        start = f"/{quote(self._book.site.name)}/index.html"
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
            f'{head}</head><body><p>{escape(sentence)}</p><p><a href="{start}">To the start of '
            f"the book</a></p></body></html>"
        )
        self._send(html, "text/html", HTTPStatus.NOT_FOUND)

    def _stream_events(self, page: str, version: str) -> None:
        """Tell the browser of each change, until it goes away: ``reload`` its page, or ``refresh``.

        ``refresh`` means that states, lines or problems may have changed.
        """
        book = self._book
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = book.revision
        event = ": connected\n\n"
        try:
            while True:
                if version != (current := book.version(page)):
                    version, event = current, "event: reload\ndata:\n\n"
                self.wfile.write(event.encode("utf-8"))
                self.wfile.flush()
                with book.changed:
                    news = partial(self._is_news, page, version, seen)
                    arrived = book.changed.wait_for(news, SECONDS_OF_SILENCE)
                    seen = book.revision
                event = "event: refresh\ndata:\n\n" if arrived else ": still here\n\n"
        except ConnectionError:
            return

    def _is_news(self, page: str, version: str, revision: int) -> bool:
        return self._book.revision != revision or self._book.version(page) != version

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.end_headers()

    def _send(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        data = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
