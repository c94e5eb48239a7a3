"""What a page that is open says while the lab, or the console, is gone; and that it goes on by itself."""

from scenarios.console.conftest import ServedConsole
from scenarios.console.visitor import PATIENCE_SECONDS, Visit, Visitor


def _await_words(visit: Visit, *words: str) -> None:
    """Wait until the page says all of this of its connection. What it says first may be another thing: a look
    that was cut short, or was slow, is told in its own words."""
    for each in words:
        visit.expect("#connection", each, seconds=2 * PATIENCE_SECONDS)


def _await_silence(visit: Visit) -> None:
    """Wait until the page has nothing to say of its connection."""
    visit.page.locator("#connection").wait_for(state="hidden", timeout=2 * PATIENCE_SECONDS * 1000)


def test_a_page_says_that_the_emulator_is_gone_and_goes_on_once_it_is_back(
    visitor: Visitor, served: ServedConsole
) -> None:
    with visitor.visit() as visit:
        visit.settle()
        served.doorway.shut()
        try:
            _await_words(visit, "Not up to date", "lab up")
            opened_meanwhile = visit.page.context.new_page()
            opened_meanwhile.goto(visitor.root)
            assert opened_meanwhile.get_by_role("heading", level=1).inner_text()
        finally:
            served.doorway.open()
        _await_silence(visit)


def test_a_page_says_that_the_console_is_gone_and_goes_on_once_it_is_back(
    visitor: Visitor, served: ServedConsole
) -> None:
    with visitor.visit() as visit:
        visit.settle()
        port = served.running.port
        served.stop()
        try:
            _await_words(visit, "The console does not answer", "lab console")
        finally:
            served.start(port)
        _await_silence(visit)

        # It reads again; what changes something needs the new address, and is told so.
        visit.page.get_by_role("button", name="Heal").first.click()
        visit.expect_text("open the address that the console printed")
