"""Whatever clients and functions write is text in every page: it is shown, and never run."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Request

from ops.lab.app.api import Api
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import log_group
from ops.lab.app.target import Target
from ops.lab.console.pages import PAGES
from scenarios.console.conftest import ServedConsole
from scenarios.console.naughty_strings import MARK, NAUGHTY_STRINGS
from scenarios.console.visitor import NARROW, PATIENCE_SECONDS, Visit, Visitor
from scenarios.deployed import Deployed

PATHS = [page.path for page in PAGES]
# Pages that show what comes from outside.
SHOWING = {"/dead-letters", "/logs"}
# Some of them stand there as they are. Others are cut, or indented as JSON.
_SHOWS = """(texts) => {
  const shown = document.querySelector("main").innerText;
  return texts.filter((text) => shown.includes(text)).length >= 3;
}"""
_RAN = f"() => window.{MARK} !== undefined"


@dataclass(frozen=True)
class Naughty:
    """The key of an event in which every string is; dead letters have one each."""

    key: str


@pytest.fixture(scope="module")
def naughty(deployed: Deployed) -> Iterator[Naughty]:
    """Strings through the API, into the DLQ, and into the functions' log; gone afterwards."""
    target = deployed.target
    key = f"naughty-{secrets.token_hex(4)}"
    event = {"orderId": key, "amount": 1, "notes": list(NAUGHTY_STRINGS)}
    answer = Api.of(target).request("POST", "/events", json.dumps(event).encode(), {"idempotency-key": key})
    assert answer.accepted, answer
    for number, text in enumerate(NAUGHTY_STRINGS):
        target.sqs.send_message(
            QueueUrl=target.output("DlqUrl"),
            MessageBody=json.dumps({"orderId": text[:128], "amount": 1, "note": text})
            if number % 2
            else text,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": text}
                for name in ("idempotencyKey", "errorType", "correlationId")
            },
        )
    _log(target, [json.dumps({"level": "ERROR", "message": text}) for text in NAUGHTY_STRINGS])
    try:
        yield Naughty(key)
    finally:
        target.sqs.purge_queue(QueueUrl=target.output("DlqUrl"))


def _log(target: Target, lines: list[str]) -> None:
    group, now = log_group(target, FunctionName.WORKER), int(time.time() * 1000)
    stream = f"naughty-{now}"
    target.logs.create_log_stream(logGroupName=group, logStreamName=stream)
    target.logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": now, "message": line} for line in lines],
    )


@pytest.mark.usefixtures("naughty")
@pytest.mark.parametrize("path", PATHS)
def test_no_page_runs_a_naughty_string(path: str, visitor: Visitor, served: ServedConsole) -> None:
    before = served.journal.since(0)
    with visitor.visit(path, NARROW) as visit:
        asked = _requests(visit)
        visit.settle()
        if path in SHOWING:
            visit.page.wait_for_function(_SHOWS, arg=list(NAUGHTY_STRINGS), timeout=PATIENCE_SECONDS * 1000)
        _expect_nothing_ran(visit, asked)
        assert visit.overflow == 0
    assert served.journal.since(0) == before


def test_the_page_of_one_dead_letter_runs_no_naughty_string(naughty: Naughty, visitor: Visitor) -> None:
    with visitor.visit("/dead-letters") as visit:
        asked = _requests(visit)
        visit.settle()
        links = visit.page.locator("main a[href^='/dead-letters/']")
        addresses = {link.get_attribute("href") for link in links.all()}
        assert addresses
        for address in sorted(filter(None, addresses))[:5]:
            visit.page.goto(f"{visitor.root}{address}")
            visit.settle()
            _expect_nothing_ran(visit, asked)


def test_the_story_of_one_event_runs_no_naughty_string(naughty: Naughty, visitor: Visitor) -> None:
    with visitor.visit(f"/story/{naughty.key}", NARROW) as visit:
        asked = _requests(visit)
        visit.settle()
        _expect_nothing_ran(visit, asked)
        assert visit.overflow == 0


def _requests(visit: Visit) -> list[Request]:
    """What the page asks for from now on."""
    asked: list[Request] = []
    visit.page.on("request", lambda each: asked.append(each))  # Playwright takes no built-in
    return asked


def _expect_nothing_ran(visit: Visit, asked: list[Request]) -> None:
    assert visit.page.evaluate(_RAN) is False
    assert visit.dialogs == []
    assert visit.complaints == []  # also what the policy of content has stopped
    assert [each.url for each in asked if each.method != "GET" and not each.url.endswith("/token")] == []
    assert [each.url for each in asked if not each.url.startswith("http://127.0.0.1:")] == []
    assert (
        visit.page.locator("main script, main iframe, main base, main [onerror], main [hx-on]").count() == 0
    )
