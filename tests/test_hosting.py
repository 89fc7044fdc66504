"""The files for hosts, in a real nginx: languages, headers, caching, and a silent Chromium."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Response

from languages import SOURCE_LANGUAGE, Language, load_languages
from scripts import hosting
from scripts.hosting import (
    CONTENT_SECURITY_POLICY,
    HEADERS,
    accept_pattern,
    main,
    nginx_configuration,
    static_headers,
    static_redirects,
)
from tests.chromium import needs_chromium
from tests.conftest import PROJECT
from tests.page_kinds import one_of_each_kind, pages_of_language, root_pages
from tests.small_site import languages as small_languages

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
LANGUAGES = load_languages(PROJECT / "locale" / "languages.toml")

needs_nginx = pytest.mark.skipif(
    NGINX is None, reason="the tests of the hosting files need nginx; the README says how to get it"
)
# All that the book's own configuration leaves to the machine.
FRAME = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{
        text/html html;
        text/css css;
        text/javascript js;
        image/svg+xml svg;
        image/png png;
        application/pdf pdf;
        application/json json;
        text/plain txt;
    }}
    include {folder}/guide.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(site: Path, folder: Path, languages: Iterable[Language]) -> Iterator[int]:
    """Serve a built site by nginx, with the project's own configuration; give its port."""
    assert NGINX
    number = free_port()
    guide = nginx_configuration(languages, site, listen=f"127.0.0.1:{number}")
    (folder / "guide.conf").write_text(guide, encoding="utf-8")
    # The folders of tests belong to the user who runs them, and to nobody else.
    user = "user root root;" if os.getuid() == 0 else ""
    frame = folder / "nginx.conf"
    frame.write_text(FRAME.format(folder=folder, user=user), encoding="utf-8")
    server = subprocess.Popen(
        [NGINX, "-p", folder, "-c", frame, "-e", folder / "error.log"],
        stderr=subprocess.PIPE,
        text=True,
    )
    for _attempt in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)) == 0:
                break
        assert server.poll() is None, server.communicate()[1]
        time.sleep(0.05)
    yield number
    server.terminate()
    server.communicate()


@pytest.fixture(scope="module")
def port(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the whole site."""
    with serving(site, tmp_path_factory.mktemp("nginx"), LANGUAGES.values()) as number:
        yield number


def get(port: int, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=named)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


# -- Languages -----------------------------------------------------------------


@needs_nginx
@pytest.mark.parametrize(
    ("accepted", "folder"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("ar-EG", "ar"),
        ("AR", "ar"),
        ("tlh,ar;q=0.5,es;q=0.4", "ar"),
        ("en-GB, es", "en"),
        ("est,ar", "ar"),
        ("arn, eng", None),
        ("tlh", None),
        ("*", None),
        ("", None),
        ("es" * 2000, None),
    ],
)
def test_bare_address_leads_to_the_reader_s_language(
    port: int, accepted: str, folder: str | None
) -> None:
    status, headers, body = get(port, "/", Accept_Language=accepted)
    assert "Accept-Language" in str(headers.get_all("Vary"))
    if folder is None:
        assert status == 200
        assert body == get(port, "/index.html")[2]
    else:
        assert (status, headers["Location"]) == (302, f"/{folder}/")
        assert get(port, headers["Location"])[0] == 200


@needs_nginx
def test_list_of_languages_is_always_reachable(port: int) -> None:
    status, _headers, body = get(port, "/index.html", Accept_Language="es")
    assert status == 200
    assert all(language.name.encode() in body for language in LANGUAGES.values())


@needs_nginx
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_of_the_list_has_its_folder(port: int, language: Language) -> None:
    assert get(port, f"/{language.slug}/")[0] == 200
    status, headers, _body = get(port, f"/{language.slug}")
    assert (status, headers["Location"]) == (301, f"/{language.slug}/")
    assert get(port, "/", Accept_Language=language.tag)[1]["Location"] == f"/{language.slug}/"


def chinese(script: str) -> Language:
    return dataclasses.replace(LANGUAGES["en"], tag=f"zh-{script}", script=script)


@pytest.mark.parametrize(
    ("accepted", "simplified", "traditional"),
    [
        ("zh-CN", True, False),
        ("zh-Hans-CN", True, False),
        ("zh-SG", True, False),
        ("zh-Hans-TW", True, False),
        ("zh-TW", False, True),
        ("zh-HK", False, True),
        ("zh-Hant", False, True),
        ("zha", False, False),
    ],
)
def test_readers_of_another_script_are_not_sent_here(
    accepted: str, simplified: bool, traditional: bool
) -> None:

    for language, expected in ((chinese("Hans"), simplified), (chinese("Hant"), traditional)):
        assert bool(re.match(accept_pattern(language), accepted, re.IGNORECASE)) == expected


@needs_nginx
@pytest.mark.parametrize(
    ("accepted", "folder"),
    [
        ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "en"),
        ("zh-Hant-TW, zh;q=0.9, en;q=0.8", "en"),
        ("en,zh-HK,zh", "en"),
        ("zh-HK,zh", None),
        ("zh-TW,zh-CN;q=0.9,zh;q=0.8,en;q=0.7", "zh-hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-CN,zh-TW;q=0.9,zh;q=0.8", "zh-hans"),
        ("zh,en", "zh-hans"),
        ("zh-TW," * 1000 + "zh", None),
    ],
)
def test_what_browsers_add_is_no_choice_of_a_script(
    tmp_path: Path, accepted: str, folder: str | None
) -> None:
    (tmp_path / "index.html").write_text("the list", encoding="utf-8")
    hans = dataclasses.replace(chinese("Hans"), code="zh", slug="zh-hans")
    with serving(tmp_path, tmp_path, [LANGUAGES["en"], hans]) as port:
        status, headers, _body = get(port, "/", Accept_Language=accepted)
    assert (status, headers["Location"]) == ((302, f"/{folder}/") if folder else (200, None))


# -- Headers -------------------------------------------------------------------


@needs_nginx
@pytest.mark.parametrize(
    ("path", "status"),
    [("/es/help.html", 200), ("/", 200), ("/es/_static/guide.css", 200), ("/es/nowhere", 404)],
)
def test_promised_headers_are_sent(port: int, path: str, status: int) -> None:
    found, headers, _body = get(port, path)
    assert found == status
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]
    assert "nginx/" not in headers["Server"]


def test_policy_allows_nothing_inline_and_no_other_host() -> None:
    # Search compiles WebAssembly; that allows no script from a text.
    policy = HEADERS["Content-Security-Policy"].replace("'wasm-unsafe-eval'", "")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert CONTENT_SECURITY_POLICY["default-src"] == "'none'"
    assert CONTENT_SECURITY_POLICY["frame-ancestors"] == "'none'"
    assert CONTENT_SECURITY_POLICY["base-uri"] == "'none'"


def test_static_hosts_send_the_same_headers() -> None:
    lines = static_headers().splitlines()
    start = lines.index("/*")
    sent = dict(line.strip().split(": ", 1) for line in lines[start + 1 :])
    assert sent == {**HEADERS, "Cache-Control": "no-cache"}


@needs_nginx
def test_pages_are_asked_for_again_and_versioned_files_are_kept(port: int, site: Path) -> None:
    _status, headers, _body = get(port, "/es/help.html")
    assert headers["Cache-Control"] == "no-cache"
    assert get(port, "/es/help.html", If_None_Match=headers["ETag"])[0] == 304
    kept = "public, max-age=31536000, immutable"
    assert get(port, "/es/_static/guide.css?v=0481c372")[1]["Cache-Control"] == kept
    assert get(port, "/es/_static/guide.js")[1]["Cache-Control"] == "no-cache"
    assert get(port, "/es/help.html?v=0481c372")[1]["Cache-Control"] == "no-cache"


@needs_nginx
def test_pages_travel_compressed(port: int) -> None:
    _status, headers, body = get(port, "/es/help.html", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) * 3 < len(get(port, "/es/help.html")[2])


@needs_nginx
def test_missing_pages_and_hidden_files_are_not_found(port: int) -> None:
    for path in ("/es/nowhere.html", "/.git/config", "/es/.buildinfo", "/../etc/passwd"):
        assert get(port, path)[0] in (400, 404), path


@needs_nginx
def test_a_missing_page_leads_to_every_language(port: int, site: Path) -> None:
    shown_by(port, site / "404.html", ("/nowhere", "/tlh/help.html", "/esperanto.html"))


@needs_nginx
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_missing_page_speaks_the_language_of_its_address(
    port: int, site: Path, language: Language
) -> None:
    paths = (f"/{language.slug}/nowhere.html", f"/{language.slug}/deep/below/nowhere")
    shown_by(port, site / language.slug / "404.html", paths)


def shown_by(port: int, page: Path, paths: tuple[str, ...]) -> None:
    """Check that a page stands in the place of others, and leads to every language."""
    text = page.read_text(encoding="utf-8")
    for path in paths:
        status, _headers, body = get(port, path)
        assert (status, body.decode()) == (404, text), path
    addresses = re.findall(r'href="([^"]+)"', text)
    assert {f"/{language.slug}/index.html" for language in LANGUAGES.values()} < set(addresses)
    for address in addresses:
        assert address.startswith("/")  # the page is shown at any depth
        assert get(port, address)[0] == 200, address


@needs_nginx
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_addresses_on_paper_lead_to_their_page_for_good(port: int, language: Language) -> None:
    for name in ("going-home", "get-help"):
        for end in ("", "/"):
            status, headers, _body = get(port, f"/h/{name}/{language.slug}{end}")
            page = f"/{language.slug}/handouts/{name}.html"
            assert (status, headers["Location"]) == (301, page)
            assert get(port, page)[0] == 200
    assert get(port, f"/h/nothing/{language.slug}")[0] == 404
    assert get(port, "/h/going-home/tlh")[0] == 404


@needs_nginx
def test_pages_that_moved_lead_on_for_good(
    small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "moved_pages", lambda: {"old/tea": "parts/tea", "x": "gone"})
    with serving(small_site, tmp_path, small_languages()) as port:
        for slug in ("en", "es"):
            status, headers, _body = get(port, f"/{slug}/old/tea.html")
            assert (status, headers["Location"]) == (301, f"/{slug}/parts/tea.html")
            assert get(port, headers["Location"])[0] == 200
            assert get(port, f"/{slug}/x.html")[0] == 404  # no redirect to what is not there
        assert get(port, "/tlh/old/tea.html")[0] == 404
    assert "/:slug/old/tea.html /:slug/parts/tea.html 301\n" in static_redirects()


@needs_nginx
def test_worker_is_asked_for_again_at_each_visit(port: int) -> None:
    status, headers, _body = get(port, "/service-worker.js")
    assert (status, headers.get_content_type()) == (200, "text/javascript")
    assert headers["Cache-Control"] == "no-cache"


def test_command_writes_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--output", str(tmp_path), "--root", "/srv/guide"]) == 0
    assert "root /srv/guide;" in (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    assert (tmp_path / "_headers").read_text(encoding="utf-8") == static_headers()
    assert (tmp_path / "_redirects").read_text(encoding="utf-8") == static_redirects()
    assert str(tmp_path) in capsys.readouterr().out


# -- Chromium ------------------------------------------------------------------


def listening(browser: Browser) -> tuple[BrowserContext, list[str]]:
    """Return a context and the list of all that its pages complain about."""
    context = browser.new_context()
    said: list[str] = []

    def tell(message: str) -> None:
        said.append(message)

    def tell_of_failure(response: Response) -> None:
        if response.status >= 400:
            tell(f"{response.status}: {response.url}")

    context.expose_function("tell", tell)
    context.add_init_script(
        "addEventListener('securitypolicyviolation', event =>"
        " tell(`${event.documentURI}: ${event.violatedDirective} ${event.blockedURI}`))"
    )
    context.on("console", lambda message: tell(f"{message.location['url']}: {message.text}"))
    context.on("weberror", lambda error: tell(str(error.error)))
    context.on("response", tell_of_failure)
    return context, said


@pytest.mark.browser
@needs_nginx
@needs_chromium
def test_pages_are_silent_under_the_policy(
    port: int, browser: Browser, site: Path, every_page: bool, a_language: str
) -> None:
    context, said = listening(browser)
    page = context.new_page()
    names = pages_of_language(site) if every_page else one_of_each_kind(site)
    folder = LANGUAGES[a_language].slug
    shared = root_pages(site) if a_language == SOURCE_LANGUAGE else ()
    for address in (*(f"{folder}/{name}" for name in names), *shared):
        page.emulate_media(color_scheme="light")
        response = page.goto(f"http://127.0.0.1:{port}/{address}#choose")
        assert response and response.status == 200
        assert response.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        page.emulate_media(color_scheme="dark")  # styles and pictures of dark pages load now
    page.wait_for_timeout(300)  # what a page says arrives a little after it
    assert said == []
    context.close()


@pytest.mark.browser
@needs_nginx
@needs_chromium
def test_a_violation_would_be_noticed(port: int, browser: Browser) -> None:
    context, said = listening(browser)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/en/help.html")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>"
        '<img src="https://example.org/x.png">\')'
    )
    page.wait_for_timeout(300)
    assert any("style-src" in message for message in said)
    assert any("img-src https://example.org" in message for message in said)
    context.close()


# -- The first visit -------------------------------------------------------------

# Compressed kilobytes, and requests, for a page and all that it needs but its pictures.
# What people without a fast network and with an old phone wait for; it must not grow unnoticed.
MOST_KILOBYTES = 31
MOST_REQUESTS = 7


def first_visit(browser: Browser, address: str) -> tuple[float, list[str]]:
    """Return the compressed kilobytes of a page at the first visit, and what was asked for."""
    context = browser.new_context(service_workers="block")  # it stores pages for later visits
    page = context.new_page()
    session = context.new_cdp_session(page)
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def ask(event: dict[str, Any]) -> None:
        if event["type"] != "Image":
            asked[event["requestId"]] = event["request"]["url"]

    def answer(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = -event["response"]["encodedDataLength"]  # the headers

    def finish(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] += event["encodedDataLength"]

    session.on("Network.requestWillBeSent", ask)
    session.on("Network.responseReceived", answer)
    session.on("Network.loadingFinished", finish)
    session.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    return sum(sizes.get(number, 0) for number in asked) / 1000, list(asked.values())


@pytest.mark.browser
@needs_nginx
@needs_chromium
@pytest.mark.parametrize("name", ["index", "help", "short", "treatment/going-home"])
def test_a_first_visit_is_light(port: int, browser: Browser, a_language: str, name: str) -> None:
    folder = LANGUAGES[a_language].slug
    kilobytes, asked = first_visit(browser, f"http://127.0.0.1:{port}/{folder}/{name}.html")
    assert 4 < len(asked) <= MOST_REQUESTS, asked
    assert 10 < kilobytes <= MOST_KILOBYTES, asked
