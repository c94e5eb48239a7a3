"""A page of another site reads nothing of the console and has it change nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ops.lab.console.context import ConsoleContext
from ops.lab.console.pages import PAGES
from ops.lab.console.serving.app import create_app
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.console.conftest import HOST, new_context

OWN = {"Host": HOST}
FORBIDDEN = 403


def client_of(context: ConsoleContext) -> TestClient:
    return TestClient(create_app(context))


@pytest.mark.parametrize("path", ["/", "/feed", "/health", "/static/console.js", "/library/htmx.js"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "attacker.example:8080"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:80"},
        {"Host": "127.0.0.1.attacker.example:8080"},
        OWN | {"Origin": "http://attacker.example"},
        OWN | {"Origin": "null"},
        OWN | {"Origin": "http://127.0.0.1:9999"},
        OWN | {"Origin": "https://127.0.0.1:8080"},
        OWN | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        OWN | {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        OWN | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
def test_what_another_site_asks_for_is_refused(
    context: ConsoleContext, path: str, headers: Mapping[str, str]
) -> None:
    assert client_of(context).get(path, headers=headers).status_code == FORBIDDEN


@pytest.mark.parametrize("host", [HOST, "localhost:8080", "[::1]:8080"])
def test_this_machine_is_answered(context: ConsoleContext, host: str) -> None:
    assert client_of(context).get("/health", headers={"Host": host}).text == "ok"


def test_a_link_on_another_site_opens_the_page(context: ConsoleContext) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client_of(context).get("/health", headers=OWN | link).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        OWN | {TOKEN_HEADER: ""},
        OWN | {TOKEN_HEADER: "another"},
        OWN | {TOKEN_HEADER: "the-token", "Origin": "http://attacker.example"},
        {"Host": "attacker.example:8080", TOKEN_HEADER: "the-token"},
        OWN | {TOKEN_HEADER: "the-token", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_a_change_needs_the_token_and_the_consoles_own_page(
    context: ConsoleContext, headers: Mapping[str, str]
) -> None:
    answer = client_of(context).post("/pipeline/heal", headers=headers)
    assert answer.status_code == FORBIDDEN
    assert not context.journal.path.exists()


def test_every_route_that_changes_something_is_guarded(context: ConsoleContext) -> None:
    client = client_of(context)
    changing = [route.path for each in PAGES for route in each.routes if "POST" in (route.methods or ())]
    assert changing
    for path in changing:
        assert client.post(path, headers=OWN).status_code == FORBIDDEN, path


@pytest.mark.parametrize(("token", "status"), [("the-token", 204), ("another", FORBIDDEN)])
def test_a_page_can_ask_whether_its_token_is_the_one_of_this_start(
    context: ConsoleContext, token: str, status: int
) -> None:
    assert client_of(context).post("/token", headers=OWN | {TOKEN_HEADER: token}).status_code == status


def test_a_console_that_only_reads_changes_nothing(tmp_path: Path) -> None:
    client = client_of(new_context(tmp_path, changes_allowed=False))
    answer = client.post("/pipeline/heal", headers=OWN | {TOKEN_HEADER: "the-token"})
    assert answer.status_code == FORBIDDEN
    assert "--allow-changes" in answer.text


def test_no_script_but_the_consoles_own_runs_in_its_pages(browser: TestClient) -> None:
    policy = browser.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    page = browser.get("/").text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
