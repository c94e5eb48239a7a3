"""An incident, from the first event that fails to the last one redriven, in the pages alone."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from scenarios.console.conftest import ServedConsole
from scenarios.console.controls import presses
from scenarios.console.visitor import Visit, Visitor
from scenarios.ingestion import IngestionPipeline

EVENTS = 6
CANARIES = 2
# A message is received twice, 19 s apart; alarms are evaluated each few seconds.
SECONDS_TO_FAIL = 120.0
SECONDS_TO_RISE = 120.0


@presses(
    "POST /pipeline/break",
    "POST /pipeline/send",
    "POST /pipeline/heal",
    "GET /dead-letters/plan",
    "POST /dead-letters/canary",
)
def test_poison_payload_is_followed_and_repaired_in_the_pages_alone(
    visitor: Visitor, served: ServedConsole, pipeline: IngestionPipeline, pictures: Path
) -> None:
    """Its pictures are those of docs/console.md."""

    def keep(name: str) -> None:
        visit.take_picture(pictures / f"incident-{name}.png")

    pipeline.purge_dead_letters()
    pipeline.await_empty_queues()
    with visitor.visit(agrees=True) as visit:
        _break_and_send(visit)
        _see_the_queue_fill(visit)
        keep("queue")
        _see_the_alarm(visit, visitor)
        keep("alarm")
        _see_its_mail(visit, visitor)
        keep("mail")
        _see_the_pipeline_in_alarm(visit, visitor)
        keep("pipeline")
        _open_a_dead_letter(visit, visitor, lambda: keep("letters"))
        keep("letter")
        _see_it_in_every_chart(visit, visitor)
        keep("dashboard")
        _heal(visit, visitor)
        _redrive_by_canary(visit, visitor, lambda: keep("canary"))
        keep("over")
        assert visit.complaints == []
    titles = iter([record.title for record in served.journal.since(0) if record.done])
    for wanted in ("Failure mode", "Send", "Heal", "Canary"):  # in this order, whatever else is told
        assert any(title.startswith(wanted) for title in titles), wanted
    pipeline.await_empty_queues()


def _break_and_send(visit: Visit) -> None:
    visit.page.locator("input[name=mode][value=poison_payload]").check()
    visit.page.get_by_role("button", name="Break", exact=True).click()
    _expect(visit.page, "#done", "poison_payload")
    visit.page.get_by_label("How many").fill(str(EVENTS))
    visit.page.get_by_role("button", name="Send", exact=True).click()
    _expect(visit.page, "#done", "Send")


def _see_the_queue_fill(visit: Visit) -> None:
    """In the picture, without anything done for it."""
    _expect(visit.page, "#node-dlq", f"{EVENTS}", within=SECONDS_TO_FAIL)


def _see_the_alarm(visit: Visit, visitor: Visitor) -> None:
    visit.page.goto(f"{visitor.root}/alarms")
    _expect(visit.page, ".raised-alarm", "DlqDepth", within=SECONDS_TO_RISE)


def _see_its_mail(visit: Visit, visitor: Visitor) -> None:
    visit.page.goto(f"{visitor.root}/inbox?only=alarms")
    _expect(visit.page, "article.entry", "DlqDepth", within=SECONDS_TO_RISE)


def _see_the_pipeline_in_alarm(visit: Visit, visitor: Visitor) -> None:
    visit.page.goto(visitor.root)
    _expect(visit.page, "#node-dlq.is-bad", f"{EVENTS}", within=SECONDS_TO_RISE)


def _open_a_dead_letter(visit: Visit, visitor: Visitor, listed: Callable[[], None]) -> None:
    visit.page.goto(f"{visitor.root}/dead-letters")
    _expect(visit.page, ".found", f"of {EVENTS} letters")
    listed()
    visit.page.locator("#letters-table tbody th a").first.click()
    _expect(visit.page, "main", "SchemaValidationError")
    _expect(visit.page, "main pre", "orderId")
    # Its log lines, which the page asks for by itself.
    expect(visit.page.locator("main")).not_to_contain_text("Reading the functions", timeout=60_000)


def _see_it_in_every_chart(visit: Visit, visitor: Visitor) -> None:
    """Of the timeline; and of the dashboard, but for the circuits: a poisoned event opens none."""
    empty = ".plot:not(:has(.uplot))"
    visit.page.goto(f"{visitor.root}/timeline")
    expect(visit.page.locator(".charts .uplot").first).to_be_visible(timeout=60_000)
    expect(visit.page.locator(f".charts {empty}")).to_have_count(0, timeout=60_000)
    visit.page.goto(f"{visitor.root}/dashboard")
    expect(visit.page.locator(".grid .uplot").first).to_be_visible(timeout=60_000)
    expect(visit.page.locator(f".grid {empty}")).to_have_text([re.compile("Circuits opened")], timeout=60_000)


def _heal(visit: Visit, visitor: Visitor) -> None:
    visit.page.goto(visitor.root)
    visit.page.get_by_role("button", name="Heal", exact=True).click()
    _expect(visit.page, "#done", "Heal")


def _redrive_by_canary(visit: Visit, visitor: Visitor, succeeded: Callable[[], None]) -> None:
    """Two first, and the rest once those have succeeded."""
    page = visit.page
    page.goto(f"{visitor.root}/dead-letters")
    page.get_by_label("all that match the filter").check()
    page.get_by_role("button", name="Redrive…").click()
    _expect(page, "#plan", f"Redrive of {EVENTS} letters")
    page.get_by_label("Spread").fill("0")
    page.get_by_label("or first").fill(str(CANARIES))
    page.get_by_role("button", name="Canary").click()
    _expect(page, "#canary", f"{CANARIES} of {CANARIES}", within=SECONDS_TO_FAIL)
    succeeded()
    _expect(page, "#letters-table", "The dead-letter queue is empty", within=SECONDS_TO_FAIL)
    page.goto(visitor.root)
    expect(page.locator("#node-dlq")).not_to_contain_text(f"{EVENTS}", timeout=SECONDS_TO_FAIL * 1000)


def _expect(page: Page, place: str, text: str, *, within: float = 60.0) -> None:
    """Wait until the page shows the text in that place."""
    expect(page.locator(place).first).to_contain_text(text, timeout=within * 1000)
