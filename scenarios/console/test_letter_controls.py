"""Controls of the dead letters, pressed in a browser: each does what it says, asks where it destroys, and is
written down."""

import json
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from ops.lab.actions import event_source
from ops.lab.actions.dead_letters import bury
from ops.lab.app import queue_depth
from ops.lab.console.changes.action_journal import ActionRecord
from ops.lab.waiting import eventually
from scenarios.console.conftest import ServedConsole
from scenarios.console.controls import presses
from scenarios.console.visitor import Visit, Visitor
from scenarios.ingestion import IngestionPipeline

PATH = "/dead-letters"


@pytest.fixture
def buried(pipeline: IngestionPipeline) -> Iterator[list[str]]:
    """The keys of three letters, of valid events, that alone are in the DLQ."""
    pipeline.purge_dead_letters()
    pipeline.await_empty_queues()
    keys = [f"buried-{secrets.token_hex(4)}-{number}" for number in range(3)]
    bury(pipeline.target, keys)
    yield keys
    event_source.resume(pipeline.target)
    pipeline.purge_dead_letters()


def _dead(pipeline: IngestionPipeline) -> int:
    return queue_depth.dead_letter_queue(pipeline.target).total


def _tick(page: Page, key: str) -> None:
    page.get_by_label(f"choose {key}", exact=True).check()


def _last(served: ServedConsole, title: str) -> ActionRecord:
    """The newest entry of the journal with that title, once it is there."""
    found = eventually(
        lambda: [record for record in served.journal.since(0) if record.title == title],
        within=30,
        what=f"{title} in the journal",
    )
    return found[-1]


def _see_all(visit: Visit, keys: list[str]) -> None:
    """These, and not those that were there before."""
    for key in keys:
        visit.page.get_by_label(f"choose {key}", exact=True).wait_for()
    visit.expect(".found", "3 of 3 letters")


@presses("GET /dead-letters")
def test_letters_are_filtered(visitor: Visitor, buried: list[str]) -> None:
    with visitor.visit(PATH) as visit:
        _see_all(visit, buried)
        visit.page.get_by_label("Key has").fill(buried[1])
        visit.page.get_by_label("Age at least").fill("0")
        visit.page.get_by_label("Redrives at least").fill("0")
        visit.press("Filter")
        visit.expect(".found", "1 of 3 letters match")
        visit.page.get_by_label("Body has").fill("in no body")
        visit.press("Filter")
        visit.expect("main", "No letter matches the filter.")
        visit.page.get_by_role("link", name="All", exact=True).click()
        _see_all(visit, buried)
        assert visit.complaints == []


@presses("GET /dead-letters/export", "press #tick-shown")
def test_chosen_letters_are_exported(
    visitor: Visitor, buried: list[str], pipeline: IngestionPipeline
) -> None:
    with visitor.visit(PATH) as visit:
        _see_all(visit, buried)
        visit.press("Tick all that are shown, or none")
        visit.expect("#choosing", "The table stands still")
        with visit.page.expect_download() as download:
            visit.press("Export as JSON lines")
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in lines]
    assert {json.loads(message["MessageBody"])["orderId"] for message in messages} == set(buried)
    assert _dead(pipeline) == 3


@presses("GET /dead-letters/purge", "POST /dead-letters/purge")
def test_a_purge_asks_and_deletes_only_what_was_ticked(
    visitor: Visitor, served: ServedConsole, buried: list[str], pipeline: IngestionPipeline
) -> None:
    with visitor.visit(PATH) as visit:
        _see_all(visit, buried)
        _tick(visit.page, buried[0])
        visit.press("Purge…")
        visit.expect("#plan", "Purge of 1 letter")
        before = served.journal.since(0)
        visit.press("Delete 1")
        assert visit.dialogs == ["Delete 1 letter for good?"]
        assert _dead(pipeline) == 3  # the answer was no
        assert served.journal.since(0) == before

        visit.agrees = True
        visit.press("Delete 1")
        visit.expect("#done", "1 messages deleted")
        visit.expect(".found", "2 of 2 letters")
    assert _dead(pipeline) == 2
    assert _last(served, "Purge of the DLQ").detail["letters"] == 1


@presses("POST /dead-letters/{}/copy")
def test_an_edited_copy_is_sent_and_the_journal_has_it_before_and_after(
    visitor: Visitor, served: ServedConsole, buried: list[str], pipeline: IngestionPipeline
) -> None:
    edited = json.dumps({"orderId": buried[0], "amount": 77})
    with visitor.visit(PATH, agrees=True) as visit:
        _see_all(visit, buried)
        visit.page.get_by_role("link", name=buried[0], exact=True).click()
        visit.page.get_by_label("Body, a JSON object").fill(edited)
        visit.page.get_by_label("Idempotency key").fill(f"{buried[0]}-mended")
        visit.page.get_by_label("and remove the original").check()
        visit.press("Send the copy")
        visit.expect("#done", "the original is removed")
        assert len(visit.dialogs) == 1
        assert visit.complaints == []
    detail = _last(served, "Send an edited copy").detail
    assert detail["before"]["key"] == buried[0]
    assert json.loads(detail["before"]["body"])["orderId"] == buried[0]
    assert detail["after"] == {"key": f"{buried[0]}-mended", "body": edited}
    pipeline.await_status(f"{buried[0]}-mended", "SUCCEEDED")
    assert _dead(pipeline) == 2


@presses("GET /dead-letters/plan", "POST /dead-letters/redrive", "POST /dead-letters/jobs/{}/cancel")
def test_a_redrive_is_previewed_started_and_its_job_cancelled(
    visitor: Visitor, served: ServedConsole, buried: list[str], pipeline: IngestionPipeline
) -> None:
    more = [f"{buried[0]}-more-{number:02d}" for number in range(57)]
    bury(pipeline.target, more)
    with visitor.visit(PATH, agrees=True) as visit:
        visit.expect(".found", "of 60 letters")
        visit.page.get_by_label("all that match the filter").check()
        visit.press("Redrive…")
        visit.expect("#plan", "Redrive of 60 letters")
        visit.page.get_by_label("Spread").fill("0")
        visit.page.get_by_label("Messages a second").fill("1")
        visit.press("Preview again")
        visit.expect("#plan", "at 1 a second it takes")
        visit.press("Redrive 60")
        visit.expect("#done", "60 letters at most")
        eventually(
            lambda: _dead(pipeline), within=60, until=lambda dead: dead < 60, what="the first letter to go"
        )
        visit.press("Cancel")  # there for the minute that the job would take
        visit.expect("#done", "it stops after its batch")
        visit.expect("#jobs tbody tr", "CANCELLED", seconds=120)
        assert len(visit.dialogs) == 2
        assert visit.complaints == []
    assert 0 < _dead(pipeline) < 60
    assert _last(served, "Cancel a redrive job").done


@presses("POST /dead-letters/canary", "POST /dead-letters/canary/stop")
def test_a_canary_is_stopped_by_hand(
    visitor: Visitor, served: ServedConsole, buried: list[str], pipeline: IngestionPipeline
) -> None:
    event_source.pause(pipeline.target)  # so that it does not succeed before it is stopped
    with visitor.visit(PATH, agrees=True) as visit:
        _see_all(visit, buried)
        visit.page.get_by_label("all that match the filter").check()
        visit.press("Redrive…")
        visit.page.get_by_label("Spread").fill("0")
        visit.page.get_by_label("or first").fill("1")
        visit.press("Canary")
        visit.expect("#canary", "Watching the canaries", seconds=120)
        visit.press("Stop")
        visit.expect("#canary", "Stopped by you")
        assert visit.complaints == []
    ended = _last(served, "Canary redrive ended")
    assert not ended.done
    assert ended.detail["moved"] == 1
    assert _dead(pipeline) == 2
